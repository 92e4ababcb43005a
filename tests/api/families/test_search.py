"""Search: what is found, why, in which hub and order, for whom; as it is typed, misspelt or said."""

from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home

HUBS = {
    *("movie", "show", "episode", "artist", "album", "track", "actor", "director", "genre", "collection", "playlist"),
    *("photoalbum", "photo", "clip", "autotag", "place", "label"),
}


def search(client: httpx.Client, query: str, **more: str | int) -> list[dict[str, Any]]:
    asked: dict[str, str | int] = {"query": query, **more}
    answer = client.get("/hubs/search", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["MediaContainer"]["Hub"]
    return found


def hub(client: httpx.Client, query: str, name: str, **more: str | int) -> list[dict[str, Any]]:
    (one,) = [each for each in search(client, query, **more) if each["type"] == name]
    items: list[dict[str, Any]] = one.get("Metadata") or one.get("Directory") or []
    assert one["size"] == len(items)
    return items


def titles(items: list[dict[str, Any]]) -> list[str]:
    return [item.get("title") or item["tag"] for item in items]


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        # the exact title first, then its beginnings
        ("amber coast", "movie", ["Amber Coast", "Amber Coast 2"]),
        ("amber", "movie", ["Amber Coast", "Amber Coast 2"]),
        # as it is typed: a title's beginning with or without its article, a word in it, unfinished
        ("th", "movie", ["The Iron Meadow"]),
        ("ir", "movie", ["The Iron Meadow"]),
        ("mead", "movie", ["The Iron Meadow"]),
        # accents, ß, full width, a script without spaces
        ("deja lumiere", "movie", ["Déjà Lumière"]),
        ("STRASSE", "movie", ["Straße der Möwen"]),
        ("ｍｏｗｅｎ", "movie", ["Straße der Möwen"]),
        ("人の", "movie", ["三人の旅"]),
        ("solveig", "artist", ["Sólveig"]),
        ("hljod", "album", ["Hljóð"]),
        # one slip
        ("lantren", "movie", ["Cold Lantern"]),
        ("harbuor", "show", ["Harbour Lights"]),
        ("orchrd", "movie", ["Glass Orchard"]),
        # people, genres and collections by any word
        ("berg", "actor", ["Otto Berg"]),
        ("marin", "actor", ["Zoé Marin"]),
        ("holm", "director", ["Ada Holm"]),
        ("fiction", "genre", ["Science Fiction"]),
        ("coast", "collection", ["Coast"]),
        ("first steps", "movie", ["First Steps"]),
        ("voltage", "album", ["Voltage"]),
        ("candle", "track", ["Candle"]),
    ],
)
def test_golden(home: Home, query: str, name: str, expected: list[str]) -> None:
    assert titles(hub(home.http, query, name))[: len(expected)] == expected
    assert titles(hub(home.mia_http, query, name))[: len(expected)] == expected


@pytest.mark.parametrize("query", ["ltnr", "qqqq", "ab cd ef", "!!!", "'; --", '"*"', "NEAR(", "%", "\\"])
def test_what_fits_nothing_finds_nothing(home: Home, query: str) -> None:
    assert {one["type"] for one in search(home.http, query)} == HUBS
    assert sum(one["size"] for one in search(home.http, query)) == 0


def test_every_hub_is_there_and_the_best_one_comes_first(home: Home) -> None:
    found = search(home.http, "harbour")
    assert {one["hubIdentifier"] for one in found} == HUBS
    assert all(one["context"] == f"hub.search.{one['type']}" and one["more"] is False for one in found)
    assert next(one["type"] for one in search(home.http, "harbour lights")) == "show"
    assert next(one["type"] for one in search(home.http, "cloud harbour")) == "movie"
    assert next(one["type"] for one in search(home.http, "nora vale")) == "artist"
    assert next(one["type"] for one in search(home.http, "otto berg")) == "actor"
    for title in ("Amber Coast", "Harbour Lights", "Nora Vale", "First Snow", "Birch"):
        assert home.owner.search(title)[0].title == title
    assert home.owner.search("Amber Coast", mediatype="movie", limit=1)[0].title == "Amber Coast"


def test_the_limit_is_that_of_each_hub(home: Home) -> None:
    assert len(hub(home.http, "part", "episode", limit=50)) == 19
    assert len(hub(home.http, "part", "episode")) == 3
    for limit in ("0", "-1", "x"):
        assert home.http.get("/hubs/search", params={"query": "a", "limit": limit}).status_code == 400


def test_why_something_is_there(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    albums = hub(home.http, "nora vale", "album")
    assert titles(albums) == ["Second Thaw", "First Snow"]
    assert {(one["reason"], one["reasonTitle"], one["reasonID"]) for one in albums} == {
        ("artist", "Nora Vale", artist.ratingKey)
    }
    assert {one["reason"] for one in hub(home.http, "nora vale", "track")} == {"artist"}
    films = hub(home.http, "otto berg", "movie")
    assert set(titles(films)) == {"Amber Coast", "Cold Lantern", "Straße der Möwen"}
    assert {(one["reason"], one["reasonTitle"]) for one in films} == {("actor", "Otto Berg")}
    assert {one["reason"] for one in hub(home.http, "harbour lights", "episode")} == {"show"}
    assert {one["reason"] for one in hub(home.http, "science fiction", "movie")} == {"genre"}
    direct = hub(home.http, "amber coast", "movie")[0]
    assert "reason" not in direct
    assert direct["score"] == "1.0"


def test_a_person_says_where_their_films_are(home: Home) -> None:
    (actor,) = [one for one in hub(home.http, "karl voss", "actor") if one["librarySectionTitle"] == "Movies"]
    section = home.sections["Movies"]
    assert actor["key"] == f"/library/sections/{section}/all?actor={actor['id']}"
    assert (actor["filter"], actor["tagType"], actor["type"]) == (f"actor={actor['id']}", 6, "tag")
    assert (actor["reason"], actor["reasonID"], actor["librarySectionType"]) == ("section", section, 1)
    assert (actor["count"], actor["score"]) == (3, "1.0")
    assert len(home.http.get(actor["key"]).json()["MediaContainer"]["Metadata"]) == 3
    both = {one["librarySectionTitle"] for one in hub(home.http, "ines lind", "actor")}
    assert both == {"Movies", "TV Shows"}


def test_a_section_only_comes_first(home: Home) -> None:
    movies = search(home.http, "harbour", sectionId=home.sections["Movies"])
    shows = search(home.http, "harbour", sectionId=home.sections["TV Shows"])
    assert movies[0]["type"] == "movie"
    assert shows[0]["type"] == "show"
    assert {one["type"]: one["size"] for one in movies} == {one["type"]: one["size"] for one in shows}
    assert home.http.get("/hubs/search", params={"query": "a", "sectionId": 999}).status_code == 400
    assert next(item.title for item in home.section("Movies").hubSearch("amber coast")) == "Amber Coast"


def test_playlists_are_ones_own(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    home.owner.createPlaylist("Rainy Evenings", items=[film])
    assert titles(hub(home.http, "rainy", "playlist")) == ["Rainy Evenings"]
    assert titles(hub(home.http, "evenings", "playlist")) == ["Rainy Evenings"]
    assert hub(home.mia_http, "rainy", "playlist") == []
    hubs = {one["hubIdentifier"]: one for one in home.container("/hubs")["Hub"]}
    assert titles(hubs["home.playlists"]["Metadata"]) == ["Rainy Evenings"]
    whole = home.http.get(hubs["home.playlists"]["key"]).json()["MediaContainer"]["Metadata"]
    assert titles(whole) == ["Rainy Evenings"]
    hers = home.mia_http.get("/hubs").json()["MediaContainer"]["Hub"]
    assert "home.playlists" not in {one["hubIdentifier"] for one in hers}


@pytest.mark.parametrize("path", ["/hubs/search", "/hubs/search/voice", "/search", "/library/search"])
@pytest.mark.parametrize("query", ["", "   "])
def test_a_blank_query_is_refused(home: Home, path: str, query: str) -> None:
    assert home.http.get(path, params={"query": query}).status_code == 400
    assert home.http.get(path).status_code == 400


def test_what_was_said(home: Home) -> None:
    answer = home.http.get("/hubs/search/voice", params={"query": "Colt Lantern"}).json()["MediaContainer"]["Hub"]
    first = answer[0]
    assert (first["hubIdentifier"], first["type"], first["distance"]) == ("results.search.1", "movie", 1)
    assert (first["Metadata"][0]["title"], first["Metadata"][0]["distance"]) == ("Cold Lantern", 1)
    shows = home.http.get("/hubs/search/voice", params={"query": "small machine", "type": 2}).json()["MediaContainer"]
    assert [one["Metadata"][0]["title"] for one in shows["Hub"]] == ["Small Machines"]
    nothing = home.http.get("/hubs/search/voice", params={"query": "zzzz"}).json()["MediaContainer"]
    assert nothing["size"] == 0


def test_one_list_of_results(home: Home) -> None:
    found = home.container("/library/search", query="amber coast", limit=5)["SearchResult"]
    assert (found[0]["score"], found[0]["Metadata"]["title"]) == (1.0, "Amber Coast")
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    only = home.container("/library/search", query="harbour", searchTypes="tv,music")["SearchResult"]
    assert {one["Metadata"]["type"] for one in only} <= {"show", "episode", "artist", "album", "track"}
    people = home.container("/library/search", query="holm", searchTypes="people")["SearchResult"]
    assert {one["Directory"]["tag"] for one in people} == {"Ada Holm"}
    videos = home.container("/library/search", query="birthday", searchTypes="otherVideos")["SearchResult"]
    assert [one["Metadata"]["title"] for one in videos] == ["Birthday"]
    assert home.container("/library/search", query="birthday", searchTypes="movies")["size"] == 0
    assert home.http.get("/library/search", params={"query": "a", "searchTypes": "nothing"}).status_code == 400
    text = home.xml.get("/library/search", params={"query": "amber coast"}).text
    assert '<SearchResult score="1.0">' in text


def test_older_searches(home: Home) -> None:
    assert titles(home.container("/search", query="amber")["Metadata"])[:2] == ["Amber Coast", "Amber Coast 2"]
    assert titles(home.container("/search", query="harbour", type=2)["Metadata"]) == ["Harbour Lights"]
    path = f"/library/sections/{home.sections['Music']}/search"
    assert titles(home.container(path, query="ember")["Metadata"]) == ["Ember"]
    assert home.container(path, query="amber coast")["size"] == 0


def test_completion(home: Home) -> None:
    path = f"/library/sections/{home.sections['Movies']}/autocomplete"
    found = home.container(path, **{"title.query": "Am"})["Metadata"]
    assert titles(found) == ["Amber Coast", "Amber Coast 2"]
    assert found[0]["title.queryRange"] == "0,1"
    of_1984 = home.http.get(f"{path}?title.query=am&year=1984").json()["MediaContainer"]["Metadata"]
    assert titles(of_1984) == ["Amber Coast 2"]
    genres = home.container(path, **{"genre.query": "a"})["Directory"]
    assert [(one["tag"], one["tagType"]) for one in genres] == [("Adventure", 1), ("Animation", 1)]
    assert titles(home.http.get(f"{path}?actor.query=zoe").json()["MediaContainer"]["Directory"]) == ["Zoé Marin"]
    for query in ("", "title.query=", "nothing.query=a", "title.query=a&type=77", "title.query=a&limit=0"):
        assert home.http.get(f"{path}?{query}").status_code == 400, query
    episodes = f"/library/sections/{home.sections['TV Shows']}/autocomplete?type=4&episode.title.query=part"
    assert len(home.http.get(episodes).json()["MediaContainer"]["Metadata"]) == 19


def test_a_section_kept_from_search(fresh_home: Home) -> None:
    home = fresh_home
    section = home.sections["Movies"]
    assert home.http.put(f"/library/sections/{section}/prefs", params={"hidden": 2}).status_code == 200
    assert hub(home.http, "amber coast", "movie") == []
    assert hub(home.http, "karl voss", "actor") == []
    assert home.container("/library/search", query="amber coast")["size"] == 0
    assert home.container("/search", query="amber coast")["size"] == 0
    assert titles(hub(home.http, "amber coast", "movie", sectionId=section)) == ["Amber Coast", "Amber Coast 2"]
