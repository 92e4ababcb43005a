"""Stations: what each plays, for whom, and that every key is answered or refused."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.library import stations
from vitascope.store import states
from vitascope.store.engine import Database
from vitascope.store.positions import Positions, Values
from vitascope.store.rows import ItemRow, SectionRow

NOW = 1_700_000_000
ALBUMS = (("Nora", "Snow", 2003, "Folk"), ("Nora", "Thaw", 2007, "Folk"), ("Wires", "Volt", 1988, "Rock"))


class Music:
    """A music section: three albums of two artists, four tracks each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.positions = Positions()
        self.section: SectionRow = world.section("artist", "Music")
        self.items: dict[str, ItemRow] = {}
        self.tracks: dict[str, list[int]] = {}
        for artist, album, year, genre in ALBUMS:
            if artist not in self.items:
                self.items[artist] = world.add(self.section, ItemType.ARTIST, artist)
            self.items[album] = world.add(
                self.section,
                ItemType.ALBUM,
                album,
                parent=self.items[artist],
                year=year,
                tags=[(TagType.GENRE, genre)],
            )
            self.tracks[album] = [
                world.add(
                    self.section, ItemType.TRACK, f"{album} {number}", parent=self.items[album], index_number=number
                ).id
                for number in range(1, 5)
            ]

    def play(self, key: str, viewer: Viewer = OWNER, *, seed: int = 1, limit: int = 100) -> list[int] | None:
        with self.world.db.reader() as r:
            return stations.tracks(r, self.positions, key, viewer, now=NOW, seed=seed, limit=limit)

    def of_section(self, station: object) -> str:
        return f"/library/sections/{self.section.id}/stations/{station}"

    @property
    def all_tracks(self) -> set[int]:
        return {track for tracks in self.tracks.values() for track in tracks}


@pytest.fixture
def music(database: Database) -> Music:
    return Music(World(db=database))


def artists_of(music: Music, ids: Sequence[int]) -> list[int | None]:
    return [music.world.item(track).grandparent_id for track in ids]


def test_library_radio_plays_everything_once_and_no_artist_twice_in_a_row_while_it_can(music: Music) -> None:
    played = music.play(music.of_section(1))
    assert played is not None
    assert sorted(played) == sorted(music.all_tracks)
    heard = artists_of(music, played[:8])
    assert all(one != two for one, two in pairwise(heard))
    assert music.play(music.of_section(1)) == played
    assert music.play(music.of_section(1), seed=2) != played
    assert len(music.play(music.of_section(1), limit=3) or []) == 3


def test_deep_cuts_begin_with_what_was_never_played_by_this_person(music: Music) -> None:
    played = music.tracks["Snow"] + music.tracks["Volt"]
    for track in played:
        music.world.write(states.mark_played, 1, track)
    assert set((music.play(music.of_section(2), limit=4)) or []) == set(music.tracks["Thaw"])
    other = music.play(music.of_section(2), Viewer(person_id=2), limit=12)
    assert set(other or []) == music.all_tracks


def test_time_travel_goes_from_old_to_new(music: Music) -> None:
    played = music.play(music.of_section(3)) or []
    years = [music.world.item(music.world.item(track).parent_id or 0).year or 0 for track in played]
    assert years == sorted(years)
    assert set(years) == {1988, 2003, 2007}


def test_random_albums_stay_whole(music: Music) -> None:
    played = music.play(music.of_section(4)) or []
    for tracks in music.tracks.values():
        at = played.index(tracks[0])
        assert played[at : at + 4] == tracks


def test_a_decade_and_a_genre(music: Music) -> None:
    assert set(music.play(music.of_section("5?decade=1980")) or []) == set(music.tracks["Volt"])
    folk = music.world.tag_ids[TagType.GENRE, "Folk"]
    assert set(music.play(music.of_section(f"6?genre={folk}")) or []) == {*music.tracks["Snow"], *music.tracks["Thaw"]}
    assert music.play(music.of_section("5?decade=x")) is None


def test_an_artist_an_album_and_a_track_have_radios_of_their_own(music: Music) -> None:
    artist = music.play(f"/library/metadata/{music.items['Wires'].id}/station/radio?type=10") or []
    assert set(artist) == set(music.tracks["Volt"])
    album = music.play(f"/library/metadata/{music.items['Thaw'].id}/station/radio") or []
    assert album[:4] == music.tracks["Thaw"]
    assert set(album) == {*music.tracks["Snow"], *music.tracks["Thaw"]}
    track = music.play(f"/library/metadata/{music.tracks['Snow'][2]}/station/radio") or []
    assert track[0] == music.tracks["Snow"][2]
    assert len(track) == len(set(track)) == 8


def test_artist_radio_reaches_for_artists_that_are_alike(database: Database) -> None:
    world = World(db=database)
    section = world.section("artist", "Music")
    artists: dict[str, ItemRow] = {}
    tracks: dict[str, list[int]] = {}
    for name, style in (("One", "Fado"), ("Two", "Fado"), ("Three", "Metal")):
        artists[name] = world.add(section, ItemType.ARTIST, name, tags=[(TagType.STYLE, style)])
        album = world.add(section, ItemType.ALBUM, name, parent=artists[name])
        tracks[name] = [world.add(section, ItemType.TRACK, f"{name} {n}", parent=album).id for n in range(3)]
    with world.db.reader() as r:
        key = f"/library/metadata/{artists['One'].id}/station/radio"
        played = stations.tracks(r, Positions(), key, OWNER, now=NOW, seed=1) or []
    assert set(played) == {*tracks["One"], *tracks["Two"]}


def test_what_was_just_played_waits_and_what_is_disliked_does_not_come(music: Music) -> None:
    world = music.world
    disliked, played = music.tracks["Snow"][0], music.tracks["Snow"][1]
    world.write(states.rate, 1, disliked, 2.0)
    world.write(states.mark_played, 1, played)
    with world.db.reader() as r:
        now = states.state_of(r, 1, played).last_viewed_at or 0
        found = stations.tracks(r, music.positions, music.of_section(1), OWNER, now=now + 60, seed=3, limit=11) or []
        few = stations.tracks(r, music.positions, music.of_section(1), OWNER, now=now + 60, seed=3, limit=10) or []
    assert disliked not in found
    assert played in found
    assert played not in few


@pytest.mark.parametrize(
    "key",
    [
        "/library/sections/{section}/stations/99",
        "/library/sections/999/stations/1",
        "/library/sections/{section}/stations/0",
        "/library/metadata/999/station/radio",
        "/library/metadata/{artist}/station/nothing",
        "/library/metadata/{album}/station/mix",
        "/library/sections/{section}/all?type=10",
        "",
        "/library/sections/99999999999999999999/stations/1",
    ],
)
def test_what_is_no_station(music: Music, key: str) -> None:
    made = key.format(section=music.section.id, artist=music.items["Nora"].id, album=music.items["Snow"].id)
    assert music.play(made) is None


def test_nobody_hears_what_they_may_not_see(music: Music) -> None:
    stranger = Viewer(person_id=2, sections=frozenset({999}))
    assert music.play(music.of_section(1), stranger) is None
    assert music.play(f"/library/metadata/{music.items['Nora'].id}/station/radio", stranger) is None


def test_the_stations_that_are_offered_are_those_that_play(music: Music) -> None:
    values = Values(music.positions)
    with music.world.db.reader() as r:
        offered = stations.section_stations(r, music.positions, values, music.section, OWNER)
    assert [station.title for station in offered[:4]] == [
        "Library Radio",
        "Deep Cuts Radio",
        "Time Travel Radio",
        "Random Album Radio",
    ]
    assert {"1980s Radio", "2000s Radio", "Folk Radio", "Rock Radio"} <= {station.title for station in offered}
    for station in offered:
        assert stations.is_station(station.key)
        assert music.play(station.key), station.key
    artist = stations.item_station(music.items["Nora"])
    assert artist is not None
    assert music.play(artist.key)
    film = music.world.add(music.world.section(), ItemType.MOVIE, "Film")
    assert stations.item_station(film) is None
