"""Where the container keeps what its parts share."""

import os
from pathlib import Path

import pytest

from vitascope.ops.container.places import make_runtime_folder, write_environment, write_file


def test_the_first_folder_that_can_be_written_is_taken(tmp_path: Path) -> None:
    assert make_runtime_folder([Path("/proc/s6"), tmp_path / "s6"]) == tmp_path / "s6"
    assert make_runtime_folder([tmp_path / "s6"]) == tmp_path / "s6"
    assert make_runtime_folder([Path("/proc/s6")]) is None


def test_a_folder_of_somebody_else_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert make_runtime_folder([tmp_path / "link"]) is None
    (tmp_path / "other").mkdir()
    if os.geteuid() == 0:
        os.chown(tmp_path / "other", 1234, 1234)
        assert make_runtime_folder([tmp_path / "other"]) is None


def test_variables_of_an_earlier_start_are_forgotten(tmp_path: Path) -> None:
    write_environment(tmp_path / "environment", {"OLD": "1"})
    write_environment(tmp_path / "environment", {"NEW": "2", "PWD": "/", "NOT=A NAME": "x"})
    assert [path.name for path in (tmp_path / "environment").iterdir()] == ["NEW"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path / "file", "old", mode=0o600)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path / "file", "new", mode=0o600)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
