"""Track names from folders, from tags, and from both."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.naming import TrackName, TrackTags, parse_track

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("tracks.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", CASES)
def test_track_without_tags(path: str) -> None:
    fields = {"album_folder": path.rpartition("/")[0], **CASES[path]}
    fields.setdefault("artist", fields.get("album_artist"))
    assert parse_track(path) == TrackName(**fields)


def test_tags_come_first() -> None:
    tags = TrackTags(
        title="Comfortably Numb",
        artist="Pink Floyd",
        album_artist="Pink Floyd",
        album="The Wall",
        track=6,
        disc=2,
        year=1979,
    )
    assert parse_track("x/y/99 - z.flac", tags) == TrackName(
        title="Comfortably Numb",
        artist="Pink Floyd",
        album_artist="Pink Floyd",
        album="The Wall",
        album_year=1979,
        disc=2,
        track=6,
        album_folder="x/y",
    )


def test_each_missing_tag_falls_back_by_itself() -> None:
    name = parse_track("Pink Floyd/Animals (1977)/02 - Dogs.flac", TrackTags(title="Dogs (live)", track=0))
    assert name == TrackName(
        title="Dogs (live)",
        artist="Pink Floyd",
        album_artist="Pink Floyd",
        album="Animals",
        album_year=1977,
        track=0,
        album_folder="Pink Floyd/Animals (1977)",
    )


@pytest.mark.parametrize("tag", ["", "   ", "\x00"])
def test_an_empty_tag_is_no_tag(tag: str) -> None:
    name = parse_track("Nena/Nena/01 - Kino.mp3", TrackTags(title=tag, artist=tag, album=tag, album_artist=tag))
    assert (name.title, name.artist, name.album, name.album_artist) == ("Kino", "Nena", "Nena", "Nena")


def test_a_guest_does_not_found_an_album_of_his_own() -> None:
    name = parse_track("Santana/Supernatural/05 - Smooth.mp3", TrackTags(artist="Santana feat. Rob Thomas"))
    assert (name.artist, name.album_artist) == ("Santana feat. Rob Thomas", "Santana")


def test_a_tagged_artist_outweighs_a_folder_that_says_otherwise() -> None:
    name = parse_track("Downloads/New/05.mp3", TrackTags(artist="Santana", album="Supernatural"))
    assert (name.artist, name.album_artist) == ("Santana", "Santana")


def test_the_compilation_flag_makes_it_everybodys() -> None:
    name = parse_track("Now 1/01.mp3", TrackTags(artist="ABBA", album="Now 1", title="SOS", compilation=True))
    assert (name.artist, name.album_artist, name.compilation) == ("ABBA", "Various Artists", True)


@pytest.mark.parametrize(
    "artist", ["Various Artists", "various artists", "VA", "V.A.", "Various", "Verschiedene Interpreten"]
)
def test_album_artists_that_mean_a_compilation(artist: str) -> None:
    assert parse_track("a/b/c.mp3", TrackTags(artist="ABBA", album_artist=artist)).compilation


def test_an_album_by_one_artist_is_no_compilation() -> None:
    assert not parse_track("a/b/c.mp3", TrackTags(artist="ABBA", album_artist="ABBA")).compilation


def test_tags_are_made_storable() -> None:
    assert parse_track("a.mp3", TrackTags(title="So\x00ng\x1f  two")).title == "So ng two"
