"""Where versions that were made may go: never over a file, and never out of a root."""

import os
from pathlib import Path

import pytest

from vitascope.library.optimised import places
from vitascope.library.optimised.places import NoPlace, Place, finish_names, stage
from vitascope.media.transcoding.production import OutOfSpace


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "whole.mp4"
    path.write_bytes(b"a version")
    return path


def place(root: Path, path: str) -> Place:
    root.mkdir(exist_ok=True)
    return Place(location_id=1, root=os.fsencode(root), path=path.encode())


def test_it_waits_under_a_name_that_no_scan_looks_at(made: Path, tmp_path: Path) -> None:
    wanted = place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")
    assert stage(made, [wanted]) is wanted
    staged = tmp_path / "films/A/Plex Versions/TV/.A.mp4.part"
    assert staged.read_bytes() == b"a version"
    finish_names([wanted.absolute])
    assert (staged.exists(), Path(os.fsdecode(wanted.absolute)).read_bytes()) == (False, b"a version")


def test_a_file_that_is_there_stays(made: Path, tmp_path: Path) -> None:
    taken, other = place(tmp_path / "films", "Plex Versions/TV/A.mp4"), place(tmp_path / "own", "1/TV/A.mp4")
    there = tmp_path / "films/Plex Versions/TV/A.mp4"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"a person's")
    assert stage(made, [taken, other]) is other
    assert there.read_bytes() == b"a person's"
    with pytest.raises(NoPlace, match="is there already"):
        stage(made, [taken])
    taken_staged = Path(os.fsdecode(taken.staged))
    taken_staged.write_bytes(b"older")
    finish_names([taken.absolute])
    assert there.read_bytes() == b"a person's"


@pytest.mark.parametrize("link", ["A", "A/Plex Versions", "A/Plex Versions/TV"])
def test_no_link_leads_out_of_a_root(made: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    wanted = place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")
    planted = tmp_path / "films" / link
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.symlink_to(outside, target_is_directory=True)
    with pytest.raises(NoPlace, match="leads out of its root"):
        stage(made, [wanted])
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_what_waits_is_not_followed(made: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"untouched")
    wanted = place(tmp_path / "films", "Plex Versions/TV/A.mp4")
    staged = Path(os.fsdecode(wanted.staged))
    staged.parent.mkdir(parents=True)
    staged.symlink_to(secret)
    stage(made, [wanted])
    assert secret.read_bytes() == b"untouched"
    assert not staged.is_symlink()


def test_a_full_disk_makes_it_wait(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_RESERVE_BYTES", 1 << 62)
    monkeypatch.setattr(places, "_RESERVE_SHARE", 1.0)
    with pytest.raises(OutOfSpace, match="no room"):
        stage(made, [place(tmp_path / "films", "A/Plex Versions/TV/A.mp4")])
    assert not (tmp_path / "films/A/Plex Versions").exists()
