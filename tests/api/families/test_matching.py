"""Saying what items are: candidates, fixing a match, undoing it; without a provider and with one."""

from collections.abc import Iterator
from typing import Any

import pytest
from plexapi.exceptions import NotFound
from tests.api.families.conftest import Home
from tests.api.families.teaching import Taught, taught, until
from tests.support.provider import IDENTIFIER


def reloaded(item: Any) -> Any:
    return item.reload()


def settled(home: Home) -> None:
    home.server.wait_idle()


# --- without a provider ----------------------------------------------------------------------------------------


def test_an_item_is_its_own_best_candidate(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    first, *_ = film.matches()
    assert (first.guid, first.name, first.year, first.score) == (film.guid, "Cold Lantern", "1991", 100)
    raw = home.xml.get(f"/library/metadata/{film.ratingKey}/matches", params={"manual": 1}).text
    assert '<SearchResult guid="plex://movie/' in raw
    assert 'lifespanEnded="0"' in raw
    assert 'summary="The plot of Cold Lantern."' in raw
    answer = home.http.put(f"/library/metadata/{film.ratingKey}/matches", params={"manual": 1})
    assert answer.json()["MediaContainer"]["SearchResult"][0]["guid"] == film.guid


def test_other_titles_are_looked_for(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    found = film.matches(title="Amber Coast", year=1979)
    assert [(one.name, one.year, one.score) for one in found[:2]] == [
        ("Amber Coast", "1979", 100),
        ("Amber Coast 2", "1984", found[1].score),
    ]
    assert found[1].score < 85
    assert film.matches(title="Nothing of this name exists", year=1900) == []
    artist = home.section("Music").get("Nora Vale")
    assert artist.matches()[0].guid == artist.guid


@pytest.mark.parametrize("title", ["imdb-tt7000003", "tt7000003", "imdb://tt7000003", "tmdb-70003", "TMDB-70003"])
def test_ids_in_place_of_a_title(home: Home, title: str) -> None:
    film, other = home.section("Movies").get("Cold Lantern"), home.section("Movies").get("Eleven Hours")
    (found,) = other.matches(title=title, year="")
    assert (found.guid, found.name, found.score) == (film.guid, "Cold Lantern", 100)


@pytest.mark.parametrize("title", ["imdb-tt9999999", "tmdb-1", "tvdb-5000000", "imdb-nonsense", "tt00000"])
def test_unknown_ids_lead_nowhere(home: Home, title: str) -> None:
    assert home.section("Movies").get("Eleven Hours").matches(title=title, year="") == []


def test_an_id_of_a_show_is_none_of_a_film(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    assert [one.guid for one in show.matches(title="tvdb-500", year="")] == [show.guid]
    assert home.section("Movies").get("Eleven Hours").matches(title="tvdb-500", year="") == []


def test_what_is_wrong_with_a_match(home: Home) -> None:
    film = home.section("Movies").get("Eleven Hours")
    path = f"/library/metadata/{film.ratingKey}"
    before = home.container(path)["Metadata"]
    for guid in ("", "nonsense", "plex://movie/000000000000000000000000", f"{IDENTIFIER}://movie/x", "imdb://x"):
        assert home.http.put(f"{path}/match", params={"guid": guid}).status_code == 400, guid
    show = home.section("TV Shows").get("Harbour Lights")
    assert home.http.put(f"{path}/match", params={"guid": show.guid}).status_code == 400
    episode = show.episodes()[0]
    for way in ("match?guid=imdb://tt0000001", "unmatch"):
        assert home.http.put(f"/library/metadata/{episode.ratingKey}/{way}").status_code == 400
        assert home.http.put(f"/library/metadata/999999/{way}").status_code == 404
        assert home.mia_http.put(f"{path}/{way}").status_code == 403
    assert home.mia_http.get(f"{path}/matches").status_code == 403
    assert home.http.get(f"{path}/matches", params={"year": "x"}).status_code == 400
    assert home.container(path)["Metadata"] == before


def test_unmatch_and_match_again(home: Home) -> None:
    film = home.section("Movies").get("Big Paper Rabbit")
    key, guid, ids = film.ratingKey, film.guid, {one.id for one in film.guids}
    film.rate(7)
    film.unmatch()
    settled(home)
    now = home.owner.fetchItem(key)
    assert now.guid == guid.replace("plex://movie/", "local://")
    assert (now.guids, now.title, now.summary) == ([], "Big Paper Rabbit", "The plot of Big Paper Rabbit.")
    assert now.userRating == 7
    assert home.mia.fetchItem(key).guid == now.guid

    # It stays so through a scan that reads every file again.
    home.section("Movies").refresh()
    settled(home)
    now = home.owner.fetchItem(key)
    assert (now.guid, now.guids) == (guid.replace("plex://movie/", "local://"), [])

    now.fixMatch(auto=True)
    settled(home)
    now = home.owner.fetchItem(key)
    assert (now.guid, {one.id for one in now.guids}, now.userRating) == (guid, ids, 7)


def test_an_id_that_a_person_gives_outlives_scans(home: Home) -> None:
    """The NFO says another one: it is about something else, and no longer believed."""
    film = home.section("Movies").get("The Iron Meadow")
    path = f"/library/metadata/{film.ratingKey}"
    assert home.http.put(f"{path}/match", params={"guid": "imdb://tt1234567", "name": "X"}).status_code == 200
    settled(home)
    for _ in range(2):
        (now,) = home.container(path)["Metadata"]
        assert (now["guid"], now["Guid"]) == ("imdb://tt1234567", [{"id": "imdb://tt1234567"}])
        assert now["title"] == "The Iron Meadow"
        assert not now["summary"]
        home.section("Movies").refresh()
        settled(home)
    assert home.section("Movies").getGuid("imdb://tt1234567").ratingKey == film.ratingKey
    with pytest.raises(NotFound):
        home.section("Movies").getGuid("imdb://tt7000010")
    assert (
        home.http.put(f"{path}/match", params={"guid": "com.plexapp.agents.imdb://tt7000010?lang=en"}).status_code
        == 200
    )
    settled(home)
    (now,) = home.container(path)["Metadata"]
    assert now["summary"] == "The plot of The Iron Meadow."
    assert {"id": "imdb://tt7000010"} in now["Guid"]


def test_two_that_are_one_become_one_item(home: Home) -> None:
    """Another item of the library is chosen: what was done to either is kept, and both files are versions of one."""
    movies = home.section("Movies")
    mine, other = movies.get("Amber Coast 2"), movies.get("Amber Coast")
    mine.markPlayed()
    result = next(one for one in mine.matches(title="Amber Coast", year=1979) if one.guid == other.guid)
    mine.fixMatch(result)
    until(lambda: len(movies.search(guid=other.guid)) == 1 and len(movies.search(title="Amber Coast")[0].media) == 2)
    (now,) = movies.search(guid=other.guid)
    assert now.isPlayed
    assert not home.mia.fetchItem(now.ratingKey).isPlayed


# --- finding an item by what is known of it --------------------------------------------------------------------


def matched(client: Any, **query: str | int) -> list[tuple[str, str]]:
    answer = client.get("/library/matches", params=query)
    assert answer.status_code == 200, answer.text
    return [(one["title"], one["score"]) for one in answer.json()["MediaContainer"].get("Metadata", [])]


def test_library_matches(home: Home) -> None:
    for client in (home.http, home.mia_http):
        assert matched(client, type=1, title="eleven hours", year=2010) == [("Eleven Hours", "100")]
        assert matched(client, type=1, title="Eleven Hours", year=1950) == [("Eleven Hours", "70")]
        assert matched(client, type=1, guid="imdb://tt7000003") == [("Cold Lantern", "100")]
        assert matched(client, type=2, guid="imdb://tt7000003", title="no such show") == []
        assert matched(client, type=4, grandparentTitle="Harbour Lights", parentIndex=2, index=3) == [("Part 3", "100")]
        assert matched(client, type=4, grandparentTitle="Harbour Lights", parentIndex=9, index=3) == []
        assert matched(client, type=9, title="Voltage", parentTitle="The Copper Wires") == [("Voltage", "100")]
        assert matched(client, type=9, title="Voltage", parentTitle="Nora Vale") == []
        found = matched(client, type=10, grandparentTitle="Nora Vale", parentTitle="Second Thaw", index=2)
        assert found == [("Ember", "100")]
    part = home.section("Movies").get("Cold Lantern").media[0].parts[0].file
    assert matched(home.http, type=1, path=part) == [("Cold Lantern", "100")]
    assert matched(home.http, type=1, path="/etc/passwd") == []
    full = home.container("/library/matches", type=1, guid="imdb://tt7000003", includeFullMetadata=1)
    assert full["Metadata"][0]["Media"][0]["Part"][0]["Stream"]


@pytest.mark.parametrize("query", ["", "type=x", "type=99", "type=1", "type=4&title=x", "type=4&grandparentTitle=x"])
def test_library_matches_need_to_be_told_something(home: Home, query: str) -> None:
    assert home.http.get(f"/library/matches?{query}").status_code == 400


# --- with a provider -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pupil(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    with taught(home, tmp_path_factory.mktemp("undescribed")) as made:
        yield made


def test_candidates_of_a_provider(pupil: Taught) -> None:
    film = pupil.home.owner.fetchItem(int(pupil.film("Northern Line", 1999)["ratingKey"]))
    found = film.matches(title="Northern Line", year=2011)
    assert [(one.guid, one.year, one.score) for one in found[:2]] == [
        (f"{IDENTIFIER}://movie/film-2", "2011", 100),
        (f"{IDENTIFIER}://movie/film-1", "1999", 70),
    ]
    for id_, guid in (("imdb-tt9100003", "film-3"), ("imdb-tt9100005", "film-5")):
        assert [one.guid for one in film.matches(title=id_, year="")] == [f"{IDENTIFIER}://movie/{guid}"]
    assert film.matches(title="imdb-tt9199999", year="") == []
    asked = [one.body for one in pupil.stub.asked if one.body.get("manual") == 1]
    assert (asked[0]["title"], asked[0]["year"]) == ("Northern Line", 2011)


def test_fixing_a_wrong_match(pupil: Taught) -> None:
    home = pupil.home
    key = int(pupil.film("Northern Line", 1999)["ratingKey"])
    film = home.owner.fetchItem(key)
    film.rate(9)
    home.mia.fetchItem(key).markPlayed()
    film.fixMatch(next(one for one in film.matches(title="Northern Line") if one.guid.endswith("film-4")))
    until(lambda: pupil.full(str(key))["summary"] == "The signalman takes the train.")
    settled(home)
    for _ in range(2):
        now = home.owner.fetchItem(key)
        assert (now.guid, now.year, now.userRating) == (f"{IDENTIFIER}://movie/film-4", 2015, 9)
        assert {one.id for one in now.guids} == {"imdb://tt9100004"}
        assert home.mia.fetchItem(key).isPlayed
        home.owner.library.sectionByID(pupil.sections["Films"]).refresh()
        settled(home)

    film.unmatch()
    settled(home)
    now = home.owner.fetchItem(key)
    assert now.guid.startswith("local://")
    assert (now.title, now.year, now.guids, now.summary, now.userRating) == ("Northern Line", 1999, [], "", 9)
    now.refresh()
    settled(home)
    assert home.owner.fetchItem(key).guid.startswith("local://")

    now.fixMatch(auto=True)
    until(lambda: pupil.full(str(key))["summary"].startswith("A signalman"))
    settled(home)
    now = home.owner.fetchItem(key)
    assert (now.guid, now.userRating) == (f"{IDENTIFIER}://movie/film-1", 9)


def test_a_match_survives_a_section_that_is_made_anew(pupil: Taught) -> None:
    home = pupil.home
    path = f"/library/metadata/{pupil.film('Nobody Knows This', 1987)['ratingKey']}/match"
    assert home.http.put(path, params={"guid": f"{IDENTIFIER}://show/show-1"}).status_code == 400
    assert home.http.put(path, params={"guid": f"{IDENTIFIER}://movie/film-5"}).status_code == 200
    until(lambda: pupil.film("Nobody Knows This", 1987)["summary"] == "Found by hand.")
    settled(home)
    folder = home.owner.library.sectionByID(pupil.sections["Films"]).locations[0]
    assert home.http.delete(f"/library/sections/{pupil.sections['Films']}").status_code == 200
    asked = {"name": "Films again", "type": "movie", "language": "de-DE", "location": folder}
    made = home.http.post("/library/sections", params=asked | {"metadataAgentProviderGroupId": pupil.group})
    pupil.sections["Films"] = int(made.json()["MediaContainer"]["Directory"][0]["key"])
    settled(home)
    now = pupil.film("Nobody Knows This", 1987)
    assert (now["guid"], now["title"]) == (f"{IDENTIFIER}://movie/film-5", "A Title That Is No File's")
