"""Lists that clients ask for by name, and things by time."""

from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.api.families.drawn import FILMS


def titles(container: dict[str, Any]) -> list[str]:
    return [item["title"] for item in container.get("Metadata") or container.get("Directory") or []]


def of(home: Home, section: str, name: str, **query: str | int) -> dict[str, Any]:
    return home.container(f"/library/sections/{home.sections[section]}/{name}", **query)


def test_what_came_last(home: Home) -> None:
    assert len(titles(of(home, "Movies", "recentlyAdded"))) == 13
    assert {item["type"] for item in of(home, "TV Shows", "recentlyAdded")["Metadata"]} == {"episode"}
    assert {item["type"] for item in of(home, "TV Shows", "recentlyAdded", type=2)["Metadata"]} == {"show"}
    everything = home.container("/library/recentlyAdded")["Metadata"]
    assert {item["type"] for item in everything} == {"movie", "episode", "album", "photo"}
    added = [item["addedAt"] for item in everything]
    assert added == sorted(added, reverse=True)
    assert home.owner.library.recentlyAdded()
    assert len(home.section("Movies").recentlyAdded()) == 13


def test_newest_and_all_leaves(home: Home) -> None:
    newest = titles(of(home, "Movies", "newest"))
    assert (newest[0], newest[-1]) == ("The Iron Meadow", "三人の旅")
    assert of(home, "TV Shows", "allLeaves")["size"] == 19
    assert of(home, "Music", "allLeaves")["size"] == 14
    assert of(home, "Photos", "allLeaves")["size"] == 7
    page = home.http.get(
        f"/library/sections/{home.sections['Music']}/allLeaves",
        headers={"X-Plex-Container-Start": "2", "X-Plex-Container-Size": "3"},
    ).json()["MediaContainer"]
    assert (page["offset"], page["size"], page["totalSize"]) == (2, 3, 14)


def test_what_was_played_and_what_was_not_is_ones_own(home: Home) -> None:
    home.section("Movies").get("Cold Lantern").markPlayed()
    home.section("TV Shows").get("Small Machines").markPlayed()
    assert titles(of(home, "Movies", "recentlyViewed")) == ["Cold Lantern"]
    assert "Cold Lantern" not in titles(of(home, "Movies", "unwatched"))
    assert len(titles(of(home, "Movies", "unwatched"))) == 12
    assert titles(of(home, "TV Shows", "unwatched")) == ["Harbour Lights", "Uncharted Kitchen"]
    for name, number in (("recentlyViewed", 0), ("unwatched", 13)):
        hers = home.mia_http.get(f"/library/sections/{home.sections['Movies']}/{name}").json()["MediaContainer"]
        assert hers["size"] == number
    assert of(home, "Music", "unwatched")["size"] == 3
    assert of(home, "Photos", "recentlyViewed")["size"] == 0


def test_filters_and_sorts_are_those_that_work(home: Home) -> None:
    for section in ("Movies", "TV Shows", "Music", "Photos"):
        for entry in of(home, section, "filters")["Directory"]:
            assert entry["type"] == "filter"
            assert home.http.get(entry["key"]).status_code == 200, entry["key"]
        for entry in of(home, section, "sorts")["Directory"]:
            path = f"/library/sections/{home.sections[section]}/all"
            assert home.http.get(path, params={"sort": entry["descKey"]}).status_code == 200, entry
    assert "genre" in {entry["filter"] for entry in of(home, "Movies", "filters")["Directory"]}
    assert {entry["key"] for entry in of(home, "TV Shows", "sorts", type=4)["Directory"]} >= {"addedAt", "titleSort"}


def test_categories_are_genres_with_what_is_in_them(home: Home) -> None:
    found = of(home, "Movies", "categories")
    assert titles(found) == sorted({genre for film in FILMS.values() for genre in film[1].split(", ")})
    for entry in found["Directory"]:
        listed = home.http.get(entry["key"]).json()["MediaContainer"]["Metadata"]
        assert {item["title"] for item in listed} == {
            title for title, film in FILMS.items() if entry["title"] in film[1].split(", ")
        }
    thumb = next(entry["thumb"] for entry in found["Directory"] if entry["title"] == "Thriller")  # Glass Orchard's
    assert home.http.get(thumb).headers["content-type"] == "image/jpeg"


def test_moments_and_clusters(home: Home) -> None:
    days = of(home, "Movies", "moment")
    assert (days["title2"], days["clusterZoomLevel"]) == ("By Moment", 1)
    assert days["Directory"][0]["title"] == "Mar 2, 2020"
    years = of(home, "Movies", "cluster", clusterZoomLevel=3)["Directory"]
    assert [(entry["title"], entry["size"]) for entry in years][:3] == [("2020", 1), ("2015", 3), ("2010", 1)]
    for level in (1, 2, 3):
        for entry in of(home, "Movies", "cluster", clusterZoomLevel=level)["Directory"]:
            inside = home.http.get(entry["fastKey"]).json()["MediaContainer"]
            assert inside["size"] == entry["size"], entry
            assert entry["startsAt"] < entry["endsAt"]
    assert of(home, "Photos", "cluster")["size"] == 0  # these have no date
    assert home.http.get(f"/library/sections/{home.sections['Photos']}/cluster?clusterZoomLevel=9").status_code == 400


def test_locations(home: Home) -> None:
    (root,) = of(home, "Movies", "location")["Directory"]
    assert root["title"].endswith("/Movies")
    inside = home.http.get(root["key"]).json()["MediaContainer"]["Metadata"]
    assert "Cold Lantern (1991)" in {entry["title"] for entry in inside}


@pytest.mark.parametrize(
    "name",
    ["recentlyAdded", "newest", "recentlyViewed", "unwatched", "filters", "sorts"],
)
def test_a_type_that_there_is_not(home: Home, name: str) -> None:
    path = f"/library/sections/{home.sections['Movies']}/{name}"
    assert home.http.get(path, params={"type": 77}).status_code == 400
    assert home.http.get(path, params={"type": "x"}).status_code == 400
    assert home.http.get(f"/library/sections/99/{name}").status_code == 404


def test_what_the_files_are_made_of_can_be_chosen(home: Home) -> None:
    def found(key: str) -> list[str]:
        return titles(home.http.get(key).json()["MediaContainer"])

    codecs = of(home, "Movies", "videoCodec")["Directory"]
    assert [(one["key"], one["count"]) for one in codecs] == [("h264", 13)]
    layouts = {one["key"]: one["count"] for one in of(home, "Movies", "audioLayout")["Directory"]}
    assert layouts == {"mono": 13}
    (srt,) = of(home, "Movies", "subtitleCodec")["Directory"]
    assert found(srt["fastKey"]) == ["Cloud Harbour"]
    without = home.container(f"/library/sections/{home.sections['Movies']}/all", **{"subtitleCodec!": "srt"})
    assert without["size"] == 12
    assert found(codecs[0]["fastKey"] + "&audioLayout=5.1") == []
    (of_episodes,) = of(home, "TV Shows", "audioCodec")["Directory"]
    assert (of_episodes["key"], of_episodes["count"]) == ("aac", 19), "a show's files are its episodes'"
    (of_tracks,) = of(home, "Music", "audioCodec")["Directory"]
    assert len(found(of_tracks["fastKey"])) == of_tracks["count"] == 14
    assert of(home, "Music", "videoCodec")["size"] == 0
    assert home.http.get(f"/library/sections/{home.sections['Movies']}/colour").status_code == 404


@pytest.mark.parametrize("section", ["Movies", "TV Shows", "Music", "Photos", "Home Videos"])
def test_every_entry_of_a_sections_menu_leads_somewhere(home: Home, section: str) -> None:
    path = f"/library/sections/{home.sections[section]}"
    menu = home.mia_http.get(path).json()["MediaContainer"]
    assert menu["size"] == len(menu["Directory"])
    assert menu["Directory"][0]["key"] == "all"
    assert all(entry["title"][0].isupper() for entry in menu["Directory"]), "a person reads them"
    for entry in menu["Directory"]:
        key = f"{path}/{entry['key']}"
        answer = home.mia_http.get(f"{key}&query=a" if entry.get("search") else key)
        assert answer.status_code == 200, (key, answer.text)
    detailed = home.container(path, includeDetails=1)["Directory"][len(menu["Directory"]) :]
    assert detailed[0]["Filter"]
    assert detailed[0]["Sort"]
    assert len({one["type"] for one in detailed}) == len(detailed)
    for one in detailed:
        assert home.http.get(one["key"]).status_code == 200
