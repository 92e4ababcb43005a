"""Episode names against a table of how people really name episodes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.model import ExtraType
from vitascope.core.naming import EpisodeName, parse_episode

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("episodes.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", CASES)
def test_episode(path: str) -> None:
    first, slash, _ = path.partition("/")
    fields = {"show_folder": first if slash else "", **CASES[path]}
    fields["show_ids"] = tuple(sorted(fields.get("show_ids", {}).items()))
    fields["episodes"] = tuple(fields.get("episodes", ()))
    if "extra" in fields:
        fields["extra"] = ExtraType[fields["extra"]]
    assert parse_episode(path) == EpisodeName(**fields)


def test_a_lone_part_stays_in_the_title() -> None:
    name = parse_episode("Lost/Season 1/1x02 - Pilot Part 2.avi", split_parts=False)
    assert (name.title, name.part) == ("Pilot Part 2", None)
