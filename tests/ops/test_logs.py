"""Logs: no token is ever written, and files rotate under the names that tools expect."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.ops.logs import LogFiles, scrub

TOKEN = "Zq7-ABCdef_123"


@pytest.mark.parametrize(
    "line",
    [
        f"GET /library?X-Plex-Token={TOKEN}&a=1",
        f"GET /photo?url=%2Fx%3FX-Plex-Token%3D{TOKEN}",
        f"x-plex-token: {TOKEN}",
        f'{{"X-Plex-Token": "{TOKEN}"}}',
        f"('x-plex-token', '{TOKEN}')".replace("', '", "': '"),
        f"accessToken={TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"postgresql://plex:{TOKEN}@host/db",
        f"PLEX_CLAIM claim={TOKEN}",
    ],
)
def test_secrets_are_scrubbed(line: str) -> None:
    assert TOKEN not in scrub(line)
    assert "xxxx" in scrub(line)


@given(st.text(max_size=200))
def test_scrubbing_never_fails(text: str) -> None:
    scrub(text)


def test_ordinary_lines_stay() -> None:
    assert scrub("Scanned section 1 in 0.4 s: 3 files") == "Scanned section 1 in 0.4 s: 3 files"


def test_tracebacks_are_scrubbed_too(tmp_path: Path) -> None:
    logs = LogFiles(tmp_path)
    logs.open()
    try:
        try:
            raise ValueError(f"bad url /x?X-Plex-Token={TOKEN}")
        except ValueError:
            logging.getLogger("test").exception("failed")
    finally:
        logs.close()
    text = (tmp_path / "Plex Media Server.log").read_text("utf-8")
    assert "ValueError" in text
    assert TOKEN not in text


def test_files_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vitascope.ops.logs._MAX_BYTES", 2_000)
    logs = LogFiles(tmp_path, kept=2)
    logs.open()
    try:
        for number in range(200):
            logging.getLogger("test").info("line %d", number)
    finally:
        logs.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "Plex Media Server.1.log",
        "Plex Media Server.2.log",
        "Plex Media Server.log",
    ]
    assert "line 199" in (tmp_path / "Plex Media Server.log").read_text("utf-8")
