"""The start page of two people: what each goes on with, what came last, and that every hub pages by its key."""

from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home

TRANSIENT = {"home.continue", "home.ondeck"}


def hubs(client: httpx.Client, path: str = "/hubs", **query: str | int) -> dict[str, dict[str, Any]]:
    answer = client.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    return {hub["hubIdentifier"]: hub for hub in answer.json()["MediaContainer"].get("Hub", [])}


def titles(client: httpx.Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["MediaContainer"].get("Metadata", [])]


@pytest.fixture(scope="module")
def watched(home: Home) -> Home:
    """The owner is in the middle of a film and of a show; Mia has seen nothing."""
    film = home.section("Movies").get("Cloud Harbour")
    film.updateTimeline(500, state="stopped", duration=1000)
    home.http.get(
        "/:/progress", params={"key": film.ratingKey, "time": 700, "identifier": "com.plexapp.plugins.library"}
    )
    home.section("TV Shows").get("Small Machines").episode(season=1, episode=1).markPlayed()
    return home


def test_the_hubs_of_a_new_library_are_what_came_last(home: Home) -> None:
    found = hubs(home.mia_http)
    assert list(found) == [
        "home.movies.recent",
        "home.television.recent",
        "home.music.recent",
        "home.photos.recent",
        "home.videos.recent",
    ]
    movies = found["home.movies.recent"]
    assert movies["context"] == "hub.home.movies.recent"
    assert movies["key"] == "/hubs/home/recentlyAdded?type=1"
    assert (movies["type"], movies["style"], movies["title"]) == ("movie", "shelf", "Recently Added Movies")
    assert movies["size"] == len(movies["Metadata"]) == 12
    assert movies["totalSize"] == 13
    assert movies["more"] is True
    assert movies["promoted"] is True
    assert movies["hubKey"] == "/library/metadata/" + ",".join(item["ratingKey"] for item in movies["Metadata"])
    assert found["home.music.recent"]["type"] == "album"
    assert found["home.videos.recent"]["key"] == "/hubs/home/recentlyAdded?type=1&personal=1"


def test_of_a_show_that_which_came_is_shown_once(home: Home) -> None:
    shows = hubs(home.http)["home.television.recent"]["Metadata"]
    assert {(item["type"], item["title"]) for item in shows} == {
        ("show", "Harbour Lights"),  # several seasons
        ("season", "Season 1"),  # of Small Machines, which has one
        ("show", "Uncharted Kitchen"),
    }


def test_a_hub_goes_on_where_its_key_says(home: Home) -> None:
    for path in ("/hubs", "/hubs/promoted"):
        for hub in hubs(home.http, path, count=2).values():
            whole = home.http.get(hub["key"]).json()["MediaContainer"]["Metadata"]
            shown = [item["ratingKey"] for item in hub["Metadata"]]
            assert [item["ratingKey"] for item in whole][: len(shown)] == shown
            assert len(whole) == hub["totalSize"]
            assert hub["more"] is (hub["totalSize"] > 2)
            sizes = {"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"}
            page = home.http.get(hub["key"], headers=sizes).json()["MediaContainer"]
            assert (page["offset"], page["totalSize"]) == (1, hub["totalSize"])
            assert [item["ratingKey"] for item in page["Metadata"]] == [item["ratingKey"] for item in whole][1:2]


def test_what_one_goes_on_with_is_ones_own(watched: Home) -> None:
    found = hubs(watched.http)
    going_on = found["home.continue"]
    assert {item["title"] for item in going_on["Metadata"]} == {"Cloud Harbour", "Part 2"}
    assert (going_on["style"], going_on["type"], going_on["key"]) == ("hero", "mixed", "/hubs/home/continueWatching")
    assert [item["title"] for item in found["home.ondeck"]["Metadata"]] == ["Part 2"]
    assert list(found)[:2] == ["home.continue", "home.ondeck"]
    assert not TRANSIENT & set(hubs(watched.mia_http))
    assert titles(watched.mia_http, "/hubs/continueWatching/items") == []
    assert set(hubs(watched.http, "/hubs/continueWatching")) == {"home.continue"}
    for path in ("/hubs/continueWatching/items", "/hubs/home/continueWatching", "/library/onDeck"):
        assert set(titles(watched.http, path)) == {"Cloud Harbour", "Part 2"}
    assert titles(watched.http, "/hubs/home/onDeck") == ["Part 2"]
    section = watched.sections["Movies"]
    assert titles(watched.http, f"/hubs/sections/{section}/continueWatching/items") == ["Cloud Harbour"]
    assert [item.title for item in watched.section("TV Shows").continueWatching()] == ["Part 2"]
    assert {item.title for item in watched.owner.continueWatching()} == {"Cloud Harbour", "Part 2"}


def test_only_what_was_asked_for(watched: Home) -> None:
    assert set(hubs(watched.http, onlyTransient=1)) == TRANSIENT
    assert set(hubs(watched.http, identifier="home.ondeck,home.photos.recent")) == {"home.ondeck", "home.photos.recent"}
    assert "home.continue" not in hubs(watched.http, excludeContinueWatching=1)
    movies = watched.sections["Movies"]
    assert set(hubs(watched.http, contentDirectoryID=movies)) == {"home.continue", f"movie.recentlyadded.{movies}"}
    named = watched.owner.library.hubs(sectionID=movies, identifier="movie.recentlyadded")
    assert [hub.title for hub in named] == ["Recently Added in Movies"]
    assert len(named[0].items()) == 13
    assert hubs(watched.http, count=1)["home.photos.recent"]["size"] == 1


def test_what_came_last_by_kind(home: Home) -> None:
    assert len(titles(home.http, "/hubs/home/recentlyAdded?type=1")) == 13
    assert set(titles(home.http, "/hubs/home/recentlyAdded?type=1&personal=1")) == {"Birthday", "First Steps"}
    assert len(titles(home.http, "/hubs/home/recentlyAdded?type=8")) == 5
    section = home.sections["TV Shows"]
    assert len(titles(home.http, f"/hubs/home/recentlyAdded?type=2&sectionID={section}")) == 3
    assert titles(home.http, f"/hubs/home/recentlyAdded?type=2&sectionID={home.sections['Movies']}") == []
    answer = home.xml.get("/hubs/home/recentlyAdded", params={"type": 2})
    assert answer.text.count("<Directory ") == 3


def test_the_items_of_a_hub_by_its_identifier(watched: Home) -> None:
    promoted = hubs(watched.http, "/hubs/promoted")
    for identifier in (*promoted, "home.movies.recent", "home.ondeck"):
        items = titles(watched.http, f"/hubs/items?identifier={identifier}")
        assert items, identifier
    assert watched.http.get("/hubs/items").status_code == 400
    for unknown in (
        "nothing",
        "movie.recentlyadded.99",
        "custom.collection.1.99999",
        "movie.genre.1.99999999",
        "home.",
    ):
        assert watched.http.get("/hubs/items", params={"identifier": unknown}).status_code == 404, unknown


@pytest.mark.parametrize(
    "path",
    [
        "/hubs?count=0",
        "/hubs?count=x",
        "/hubs/promoted?count=-1",
        "/hubs/home/recentlyAdded?type=99",
        "/hubs/home/recentlyAdded?type=x",
        "/hubs/continueWatching?count=99999999999999999999",
    ],
)
def test_what_means_nothing_is_refused(home: Home, path: str) -> None:
    answer = home.http.get(path)
    assert answer.status_code == 400
    assert path.partition("?")[2].partition("=")[0] in answer.text


def test_a_hidden_section_is_not_on_the_start_page(fresh_home: Home) -> None:
    home = fresh_home
    section = home.sections["Photos"]
    assert home.http.put(f"/library/sections/{section}/prefs", params={"hidden": 1}).status_code == 200
    assert "home.photos.recent" not in hubs(home.http)
    assert f"photo.recent.{section}" not in hubs(home.http, "/hubs/promoted")
    assert f"photo.recent.{section}" in hubs(home.http, "/hubs/promoted", contentDirectoryID=section)
