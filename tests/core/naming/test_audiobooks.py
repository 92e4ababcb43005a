"""Audiobook names from folders and tags."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.naming import AudiobookName, TrackTags, parse_audiobook

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("audiobooks.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", CASES)
def test_audiobook(path: str) -> None:
    fields = {"author": None, "book_folder": path.rpartition("/")[0], **CASES[path]}
    assert parse_audiobook(path) == AudiobookName(**fields)


def test_tags_come_first() -> None:
    tags = TrackTags(
        title="Chapter 3", artist="Scott Brick", album_artist="Frank Herbert", album="Dune", track=3, disc=1
    )
    assert parse_audiobook("a/b/77.mp3", tags) == AudiobookName(
        author="Frank Herbert", book="Dune", title="Chapter 3", part=3, disc=1, book_folder="a/b"
    )


def test_the_artist_is_the_author_where_no_album_artist_is_named() -> None:
    assert parse_audiobook("x.m4b", TrackTags(artist="Frank Herbert")).author == "Frank Herbert"
