"""Runs: parts alone, interrupted, in the way of other people's files, and with wrong names."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vitascope.media.demo import catalogue, make, maker
from vitascope.media.demo.workshop import STATE_DIR, NotWritableError


def files(root: Path) -> dict[str, bytes]:
    """Every file of a library but its journal."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not str(path.relative_to(root)).startswith(".")
    }


def test_no_two_jobs_make_the_same_file() -> None:
    outputs = [path for job in maker.plan() for path in job.outputs]
    assert len(outputs) == len(set(outputs))
    assert set(catalogue.media_paths) <= set(outputs)
    assert all(path.startswith(f"{job.part}/") for job in maker.plan() for path in job.outputs)


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no such part.*Radio"):
        make(tmp_path, parts={"Photos", "Radio"})
    assert list(tmp_path.iterdir()) == []


def interrupt_after(count: int) -> Callable[[str, int, int], None]:
    calls = 0

    def progress(_label: str, _done: int, _total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > count:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("calls", [0, 1])
def test_an_interrupted_run_is_completed_by_the_next(tmp_path: Path, library: Any, calls: int) -> None:
    """And what comes of it is, byte for byte, what an undisturbed run makes."""
    root = tmp_path / "new" / "library"
    with pytest.raises(KeyboardInterrupt):
        make(root, parts={"Photos"}, progress=interrupt_after(calls))
    before = files(root)
    report = make(root, parts={"Photos"})
    after = files(root)
    assert report.present == len(before)
    assert len(report.made) + report.present == len(after)
    assert all(after[path] == data for path, data in before.items())
    assert sorted(path.name for path in root.iterdir() if path.name[0] != ".") == ["Photos"]
    assert after == {path: data for path, data in files(library.root).items() if path.startswith("Photos/")}


@pytest.fixture
def photos(tmp_path: Path, library: Any) -> Path:
    """A library of photographs, made by a run before."""
    shutil.copytree(library.root / "Photos", tmp_path / "Photos")
    (tmp_path / STATE_DIR).mkdir()
    shutil.copy(library.root / STATE_DIR / "journal.jsonl", tmp_path / STATE_DIR)
    return tmp_path


def test_a_missing_file_comes_back_and_others_stay(photos: Path) -> None:
    first, second = (catalogue.photo_albums[0].path(photo) for photo in catalogue.photo_albums[0].photos[:2])
    (photos / first).unlink()
    before = (photos / second).stat().st_mtime_ns
    assert make(photos, parts={"Photos"}).made == (first,)
    assert (photos / second).stat().st_mtime_ns == before


def test_files_of_others_stay_and_are_named(photos: Path) -> None:
    path = catalogue.photo_albums[0].path(catalogue.photo_albums[0].photos[0])
    (photos / path).write_bytes(b"a real holiday")
    (photos / "Photos" / "mine.jpg").write_bytes(b"mine too")
    report = make(photos, parts={"Photos"})
    assert report.kept == (path,)
    assert report.made == ()
    assert (photos / path).read_bytes() == b"a real holiday"
    assert (photos / "Photos" / "mine.jpg").read_bytes() == b"mine too"


def test_a_file_where_a_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "Photos").write_bytes(b"")
    with pytest.raises(NotWritableError, match="Photos"):
        make(tmp_path, parts={"Photos"})
