"""Film names against a table of how people really name films."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.model import ExtraType
from vitascope.core.naming import MovieName, parse_movie

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("movies.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", CASES)
def test_movie(path: str) -> None:
    fields = {"folder": path.rpartition("/")[0], **CASES[path]}
    fields["ids"] = tuple(sorted(fields.get("ids", {}).items()))
    if "extra" in fields:
        fields["extra"] = ExtraType[fields["extra"]]
    assert parse_movie(path) == MovieName(**fields)


def test_a_lone_part_stays_in_the_title() -> None:
    assert parse_movie("Kill Bill Part 2.mkv", split_parts=False) == MovieName(title="Kill Bill Part 2")


def test_bytes_that_are_not_utf8_are_read_as_windows_text() -> None:
    name = b"Am\xe9lie (2001).mkv".decode("utf-8", "surrogateescape")
    assert parse_movie(name) == MovieName(title="Amélie", year=2001)


def test_decomposed_accents_are_composed() -> None:
    assert parse_movie("Ame\u0301lie (2001).mkv").title == "Am\u00e9lie"
