"""``docs/playback.md`` explains every code and every reason, and nothing that there is not."""

import re
from pathlib import Path

from vitascope.core.playback.decision import Code, Why
from vitascope.core.playback.profiles.limits import LIMIT_NAMES
from vitascope.playback.profiles.shelf import shipped

PAGE = (Path(__file__).parents[4] / "docs" / "playback.md").read_text("utf-8")


def test_every_code_has_its_line() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)] == sorted(Code)


def test_every_reason_has_its_line() -> None:
    section = PAGE.split("## Reasons")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    explained = [name for cell in cells for name in re.findall(r"`([a-z.-]+)`", cell)]
    assert sorted(explained) == sorted(Why)


def test_every_shipped_profile_and_limit_is_named() -> None:
    for written in shipped().values():
        assert f"`{written.profile.name}`" in PAGE
    for name in LIMIT_NAMES:
        assert re.search(rf"\b{name.partition('.')[2]}\b", PAGE), name
