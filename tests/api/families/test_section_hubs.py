"""The pages of sections: built-in hubs of every kind, chance that holds still, and what two people did."""

from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home


def hubs(client: httpx.Client, section: int, **query: str | int) -> dict[str, dict[str, Any]]:
    answer = client.get(f"/hubs/sections/{section}", params=query or None)
    assert answer.status_code == 200, answer.text
    return {hub["context"]: hub for hub in answer.json()["MediaContainer"].get("Hub", [])}


def titles(hub: dict[str, Any]) -> list[str]:
    return [item["title"] for item in hub["Metadata"]]


@pytest.fixture(scope="module")
def watched(home: Home) -> Home:
    """The owner watched two films and heard two albums; Mia did nothing."""
    for title in ("The Iron Meadow", "Amber Coast"):
        home.section("Movies").get(title).markPlayed()
    show = home.section("TV Shows").get("Harbour Lights")
    show.episode(season=1, episode=1).markPlayed()
    for album in ("First Snow", "Voltage"):
        home.section("Music").searchAlbums(title=album)[0].markPlayed()
    return home


def test_films(watched: Home) -> None:
    section = watched.sections["Movies"]
    mine, hers = hubs(watched.http, section), hubs(watched.mia_http, section)
    assert set(hers) == {
        "hub.movie.recentlyadded",
        "hub.movie.genre",
        "hub.movie.by.actor.or.director",
        "hub.movie.topunwatched",
        "hub.movie.toprated",
        "hub.movie.decade",
    }
    assert set(mine) == {*hers, "hub.movie.recentlyviewed"}
    assert titles(hers["hub.movie.toprated"])[:3] == ["The Iron Meadow", "Eleven Hours", "Big Paper Rabbit"]
    assert titles(mine["hub.movie.toprated"]) == titles(hers["hub.movie.toprated"])
    assert titles(hers["hub.movie.topunwatched"])[0] == "The Iron Meadow"
    assert titles(mine["hub.movie.topunwatched"])[0] == "Eleven Hours"
    assert titles(mine["hub.movie.recentlyviewed"]) == ["Amber Coast", "The Iron Meadow"]
    assert mine["hub.movie.recentlyadded"]["hubIdentifier"] == f"movie.recentlyadded.{section}"
    assert mine["hub.movie.recentlyadded"]["promoted"] is True
    assert "promoted" not in mine["hub.movie.toprated"]
    assert mine["hub.movie.genre"]["random"] is True


def test_people_are_those_of_the_films_one_watches(watched: Home) -> None:
    hub = hubs(watched.http, watched.sections["Movies"])["hub.movie.by.actor.or.director"]
    people = {"Ada Holm", "Ines Lind", "Otto Berg", "Jean Pré", "Zoé Marin"}
    assert any(hub["title"].endswith(person) for person in people)
    assert not {"The Iron Meadow", "Amber Coast"} & set(titles(hub))


def test_shows(watched: Home) -> None:
    section = watched.sections["TV Shows"]
    mine, hers = hubs(watched.http, section), hubs(watched.mia_http, section)
    assert set(hers) == {
        "hub.tv.recentlyadded",
        "hub.tv.startwatching",
        "hub.tv.morefromnetwork",
        "hub.tv.moreingenre",
    }
    assert set(mine) == {*hers, "hub.tv.inprogress", "hub.tv.recentlyviewed"}
    assert "Harbour Lights" in titles(hers["hub.tv.startwatching"])
    assert "Harbour Lights" not in titles(mine["hub.tv.startwatching"])
    assert titles(mine["hub.tv.inprogress"]) == ["Part 2"]
    assert titles(mine["hub.tv.recentlyviewed"]) == ["Part 1"]
    assert mine["hub.tv.morefromnetwork"]["title"] == "More from Kanal 9"
    assert set(titles(mine["hub.tv.morefromnetwork"])) == {"Small Machines", "Uncharted Kitchen"}


def test_music_with_stations_and_mixes(watched: Home) -> None:
    section = watched.sections["Music"]
    mine, hers = hubs(watched.http, section), hubs(watched.mia_http, section)
    assert set(hers) == {"hub.music.recent.added", "hub.music.recent.genre", "hub.music.random.decade"}
    assert {"hub.music.recent.played", "hub.music.popular", "hub.music.recent.artist"} <= set(mine)
    assert set(titles(mine["hub.music.recent.played"])) == {"First Snow", "Voltage"}
    assert titles(mine["hub.music.popular"]) == ["First Snow", "Voltage"]
    assert mine["hub.music.recent.artist"]["title"] in {"More by Nora Vale", "More by The Copper Wires"}
    with_all = hubs(watched.http, section, includeStations=1, includeMyMixes=1)
    assert {"hub.music.stations", "hub.music.mixes"} <= set(with_all)
    assert {"Nora Vale Mix", "The Copper Wires Mix"} == set(titles(with_all["hub.music.mixes"]))
    assert "hub.music.mixes" not in hubs(watched.mia_http, section, includeMyMixes=1)
    mixes = watched.http.get(with_all["hub.music.mixes"]["key"]).json()["MediaContainer"]["Metadata"]
    assert len(mixes) == 2


def test_photos_and_home_videos(home: Home) -> None:
    photos = hubs(home.http, home.sections["Photos"])
    assert photos["hub.photo.recent"]["size"] == 7
    videos = hubs(home.http, home.sections["Home Videos"])
    assert titles(videos["hub.video.unwatched.random"]) == ["Birthday", "First Steps"]


def test_chance_holds_still_and_every_key_gives_the_same_list(watched: Home) -> None:
    for name, section in watched.sections.items():
        first, again = hubs(watched.http, section), hubs(watched.http, section)
        assert [hub["hubIdentifier"] for hub in first.values()] == [hub["hubIdentifier"] for hub in again.values()]
        for hub in first.values():
            whole = watched.http.get(hub["key"]).json()["MediaContainer"]["Metadata"]
            shown = [item["ratingKey"] for item in hub["Metadata"]]
            assert [item["ratingKey"] for item in whole][: len(shown)] == shown, (name, hub["key"])
            assert len(whole) == hub["totalSize"]
            identified = watched.http.get("/hubs/items", params={"identifier": hub["hubIdentifier"]})
            assert len(identified.json()["MediaContainer"]["Metadata"]) == hub["totalSize"], hub["hubIdentifier"]


def test_as_python_plexapi_reads_them(watched: Home) -> None:
    music = watched.section("Music")
    assert {hub.context for hub in music.hubs()} >= {"hub.music.stations", "hub.music.recent.added"}
    found = {hub.hubIdentifier: hub for hub in watched.section("Movies").hubs(count=2)}
    recent = found[f"movie.recentlyadded.{watched.sections['Movies']}"]
    assert (recent.size, recent.more, recent.style) == (2, True, "shelf")
    assert len(recent.items()) == 13
    assert recent.reload().title == "Recently Added in Movies"


def test_the_container_says_whose_it_is_and_what_can_be_asked(home: Home) -> None:
    section = home.sections["Movies"]
    container = home.container(f"/hubs/sections/{section}", includeMeta=1)
    assert container["librarySectionID"] == section
    assert container["librarySectionTitle"] == "Movies"
    assert container["Meta"]["Type"][0]["type"] == "movie"
    text = home.xml.get(f"/hubs/sections/{section}").text
    assert "<Hub " in text
    assert 'promoted="1"' in text
    assert "<Video " in text


def test_a_section_that_is_not_there(home: Home) -> None:
    assert home.http.get("/hubs/sections/99").status_code == 404
    assert home.http.get(f"/hubs/sections/{home.sections['Movies']}?count=0").status_code == 400
