"""Radio: which stations there are, that each one plays, and for whom."""

from typing import Any

from plexapi.playqueue import PlayQueue
from tests.api.families.conftest import Home

queues: Any = PlayQueue  # the library has no types


def test_the_section_has_stations_that_clients_take_for_playlists(home: Home) -> None:
    music = home.section("Music")
    stations = music.stations()
    assert [station.title for station in stations[:4]] == [
        "Library Radio",
        "Deep Cuts Radio",
        "Time Travel Radio",
        "Random Album Radio",
    ]
    for station in stations:
        assert (station.type, station.playlistType, station.radio, station.smart) == ("playlist", "audio", True, True)
        assert station.librarySectionID == home.sections["Music"]
        assert station.librarySectionTitle == "Music"
    whole = home.container(f"/library/sections/{home.sections['Music']}/stations")["Metadata"]
    assert {"1980s Radio", "Folk Radio"} <= {station["title"] for station in whole}


def test_every_station_plays_tracks_of_its_own(home: Home) -> None:
    whole = home.container(f"/library/sections/{home.sections['Music']}/stations")["Metadata"]
    for station in whole:
        played = home.container(f"{station['key']}")["Metadata"] if "?" not in station["key"] else None
        if played is None:
            played = home.http.get(station["key"]).json()["MediaContainer"]["Metadata"]
        assert played, station["title"]
        assert {track["type"] for track in played} == {"track"}
        albums = {track["parentTitle"] for track in played}
        if station["title"] == "Rock Radio":
            assert albums == {"Voltage", "Ground"}
        if station["title"] == "1980s Radio":
            assert albums == {"Voltage"}
        if station["title"] == "Library Radio":
            assert len(played) == 14


def test_the_same_seed_plays_the_same(home: Home) -> None:
    path = f"/library/sections/{home.sections['Music']}/stations/1"
    first = [track["ratingKey"] for track in home.container(path, seed=5)["Metadata"]]
    assert [track["ratingKey"] for track in home.container(path, seed=5)["Metadata"]] == first
    assert [track["ratingKey"] for track in home.container(path, seed=6)["Metadata"]] != first
    assert len(home.container(path, limit=3)["Metadata"]) == 3
    page = home.http.get(
        path, params={"seed": 5}, headers={"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "2"}
    )
    assert [track["ratingKey"] for track in page.json()["MediaContainer"]["Metadata"]] == first[1:3]


def test_an_artist_has_a_station(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    station = artist.station()
    assert station.title == "Artist Radio"
    assert station.key.startswith(f"/library/metadata/{artist.ratingKey}/station/")
    played = home.http.get(station.key).json()["MediaContainer"]["Metadata"]
    assert {track["grandparentTitle"] for track in played} == {"Nora Vale"}
    assert len(played) == 7
    album = artist.album("Second Thaw")
    found = home.container(f"/library/metadata/{album.ratingKey}", includeStations=1)["Metadata"][0]
    key = found["Stations"]["Metadata"][0]["key"]
    tracks = home.http.get(key).json()["MediaContainer"]["Metadata"]
    assert [track["title"] for track in tracks][:4] == ["Dew", "Ember", "Fern", "Gale"]
    film = home.section("Movies").all()[0]
    assert "Stations" not in home.container(f"/library/metadata/{film.ratingKey}", includeStations=1)["Metadata"][0]


def test_a_play_queue_is_made_of_a_station(home: Home) -> None:
    for station in (home.section("Music").stations()[0], home.section("Music").get("Nora Vale").station()):
        queue = queues.fromStationKey(home.owner, station.key)
        assert len(queue.items) > 1
        assert {track.type for track in queue.items} == {"track"}


def test_deep_cuts_are_ones_own(home: Home) -> None:
    home.section("Music").get("Nora Vale").markPlayed()
    path = f"/library/sections/{home.sections['Music']}/stations/2"
    mine = home.container(path, limit=5)["Metadata"]
    assert "Nora Vale" not in {track["grandparentTitle"] for track in mine}
    hers = home.mia_http.get(path, params={"limit": 14}).json()["MediaContainer"]["Metadata"]
    assert "Nora Vale" in {track["grandparentTitle"] for track in hers}


def test_what_is_no_station(home: Home) -> None:
    music, movies = home.sections["Music"], home.sections["Movies"]
    film = home.section("Movies").all()[0].ratingKey
    for path in (
        f"/library/sections/{music}/stations/99",
        f"/library/sections/{movies}/stations/1",
        "/library/sections/99/stations/1",
        f"/library/metadata/{film}/station/radio",
        "/library/metadata/999999/station/radio",
        f"/library/sections/{music}/stations/5?decade=x",
    ):
        assert home.http.get(path).status_code == 404, path
    assert home.http.get(f"/library/sections/{music}/stations/1?limit=0").status_code == 400
    assert home.container(f"/library/sections/{movies}/stations")["size"] == 0
