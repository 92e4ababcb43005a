"""Where versions that were made may go: never over a file, and never out of a root."""

import errno
import os
import threading
from pathlib import Path

import pytest

from vitascope.library.optimised import places
from vitascope.library.optimised.places import GivenUp, NoPlace, Place
from vitascope.media.transcoding.production import OutOfSpace


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "whole.mp4"
    path.write_bytes(b"a version")
    return path


def place(root: Path, path: str) -> Place:
    root.mkdir(exist_ok=True)
    return Place(location_id=1, root=os.fsencode(root), path=path.encode())


def staged(made: Path, possible: list[Place]) -> Place:
    return places.stage(made, possible, threading.Event())


def test_it_waits_under_a_name_that_no_scan_looks_at(made: Path, tmp_path: Path) -> None:
    wanted = place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")
    assert staged(made, [wanted]) is wanted
    waiting = tmp_path / "films/A/Plex Versions/TV/.A.mp4.part"
    assert waiting.read_bytes() == b"a version"
    wanted.settle()
    assert (waiting.exists(), Path(os.fsdecode(wanted.absolute)).read_bytes()) == (False, b"a version")


def test_a_file_that_is_there_stays(made: Path, tmp_path: Path) -> None:
    taken, other = place(tmp_path / "films", "Plex Versions/TV/A.mp4"), place(tmp_path / "own", "1/TV/A.mp4")
    there = tmp_path / "films/Plex Versions/TV/A.mp4"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"a person's")
    assert staged(made, [taken, other]) is other
    assert there.read_bytes() == b"a person's"
    with pytest.raises(NoPlace, match="is there already"):
        staged(made, [taken])
    taken_staged = Path(os.fsdecode(taken.staged))
    taken_staged.write_bytes(b"older")
    with pytest.raises(NoPlace, match="is there already"):
        taken.settle()
    assert there.read_bytes() == b"a person's"


@pytest.mark.parametrize("link", ["A", "A/Plex Versions", "A/Plex Versions/TV"])
def test_no_link_leads_out_of_a_root(made: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    wanted = place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")
    planted = tmp_path / "films" / link
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.symlink_to(outside, target_is_directory=True)
    with pytest.raises(NoPlace, match="links are not followed"):
        staged(made, [wanted])
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_what_waits_is_not_followed(made: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"untouched")
    wanted = place(tmp_path / "films", "Plex Versions/TV/A.mp4")
    waiting = Path(os.fsdecode(wanted.staged))
    waiting.parent.mkdir(parents=True)
    waiting.symlink_to(secret)
    staged(made, [wanted])
    assert secret.read_bytes() == b"untouched"
    assert not waiting.is_symlink()


def test_a_full_disk_makes_it_wait(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "reserve_bytes", lambda disk_bytes: disk_bytes)
    with pytest.raises(OutOfSpace, match="no room"):
        staged(made, [place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")])
    assert not (tmp_path / "films/A/Plex Versions").exists()


def test_what_is_given_up_leaves_nothing(made: Path, tmp_path: Path) -> None:
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(GivenUp):
        places.stage(made, [place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")], given_up)
    assert list((tmp_path / "films").rglob("*.mp4*")) == []
    assert not (tmp_path / "films/A/Plex Versions").exists()


def test_a_root_that_is_away_is_not_made(made: Path, tmp_path: Path) -> None:
    away = Place(location_id=1, root=os.fsencode(tmp_path / "away"), path=b"Plex Versions/TV/A.mp4")
    with pytest.raises(NoPlace, match="cannot be written"):
        staged(made, [away])
    assert not (tmp_path / "away").exists()


@pytest.mark.parametrize("path", ["../A.mp4", "A/../../A.mp4", "/etc/A.mp4", "A/./A.mp4"])
def test_no_step_leads_out_of_a_root(made: Path, tmp_path: Path, path: str) -> None:
    with pytest.raises(NoPlace, match="is no place"):
        staged(made, [place(tmp_path / "films", path)])
    assert not (tmp_path / "A.mp4").exists()


def test_a_folder_that_is_empty_beyond_a_link_stays(made: Path, tmp_path: Path) -> None:
    (tmp_path / "outside" / "TV").mkdir(parents=True)
    wanted = place(tmp_path / "films", "Plex Versions/TV/A.mp4")
    (tmp_path / "films" / "Plex Versions").symlink_to(tmp_path / "outside", target_is_directory=True)
    with pytest.raises(NoPlace):
        staged(made, [wanted])
    wanted.tidy()
    assert (tmp_path / "outside" / "TV").is_dir()


def test_a_disk_without_links_takes_it_too(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    wanted = staged(made, [place(tmp_path / "films", "Plex Versions/TV/A.mp4")])
    wanted.settle()
    assert Path(os.fsdecode(wanted.absolute)).read_bytes() == b"a version"
    staged(made, [other := place(tmp_path / "films", "Plex Versions/TV/B.mp4")])
    Path(os.fsdecode(other.absolute)).write_bytes(b"a person's")
    with pytest.raises(NoPlace):
        other.settle()
    assert Path(os.fsdecode(other.absolute)).read_bytes() == b"a person's"


def test_a_disk_that_becomes_full_leaves_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutOfSpace):
        staged(made, [place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")])
    assert not (tmp_path / "films/A/Plex Versions").exists()
