"""A conversion is tried for real, and every way in which it can fail is told."""

import os
from pathlib import Path

import pytest

from vitascope.media.transcoding.programs import programs
from vitascope.ops.health import Health, conversion


def test_half_a_second_is_converted_and_nothing_is_left(tmp_path: Path) -> None:
    found = conversion.try_conversion(tmp_path / "Transcode")
    assert found.health is Health.SUCCESS
    assert "ffmpeg" in found.detail
    assert list((tmp_path / "Transcode").iterdir()) == []


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo Unknown encoder libx264 >&2; exit 8", "Unknown encoder libx264"),
        ("exit 3", "it ended with 3"),
        ("exit 0", "0 of 12 frames came out"),
        ("kill -SEGV $$", "it ended with -11"),
    ],
)
def test_a_converter_that_fails_is_told_and_the_next_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text(f"#!/bin/sh\n{script}\n")
    broken.chmod(0o755)
    monkeypatch.setattr(conversion, "programs", lambda: iter([str(broken)]))
    found = conversion.try_conversion(tmp_path / "out")
    assert found.health is Health.FAILURE
    assert says in found.detail
    *_, working = list(programs())
    monkeypatch.setattr(conversion, "programs", lambda: iter([str(broken), working]))
    assert conversion.try_conversion(tmp_path / "out").detail == working


def test_where_there_is_no_converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "programs", lambda: iter([]))
    assert conversion.try_conversion(tmp_path).detail == "there is no ffmpeg"
    monkeypatch.setattr(conversion, "programs", lambda: iter([str(tmp_path / "gone")]))
    assert "No such file" in conversion.try_conversion(tmp_path).detail


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = conversion.try_conversion(tmp_path / "file" / "Transcode")
    assert found.health is Health.FAILURE
    assert os.fspath(tmp_path / "file") in found.detail
