"""Runs: parts alone, interrupted, in the way of other people's files, and with wrong names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vitascope.media.demo import catalogue, make, make_photos, maker
from vitascope.media.demo.workshop import NotWritableError


@pytest.fixture(autouse=True)
def small_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real jobs, but with pictures that are made in no time."""
    monkeypatch.setattr(make_photos, "LANDSCAPE", (150, 100))


def files(root: Path) -> dict[str, bytes]:
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


def test_a_part_is_made_alone(tmp_path: Path) -> None:
    report = make(tmp_path / "new" / "library", parts={"Photos"})
    assert len(report.made) == sum(len(album.photos) for album in catalogue.photo_albums)
    assert sorted(path.name for path in report.directory.iterdir() if path.name[0] != ".") == ["Photos"]


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
def test_an_interrupted_run_is_completed_by_the_next(tmp_path: Path, calls: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, parts={"Photos"}, progress=interrupt_after(calls))
    before = files(tmp_path)
    report = make(tmp_path, parts={"Photos"})
    total = sum(len(album.photos) for album in catalogue.photo_albums)
    assert report.present == len(before)
    assert len(report.made) + report.present == total
    after = files(tmp_path)
    assert len(after) == total
    assert all(after[path] == data for path, data in before.items())


def test_what_an_interruption_leaves_is_the_same_as_an_undisturbed_run(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "one", parts={"Photos"}, progress=interrupt_after(0))
    make(tmp_path / "one", parts={"Photos"})
    make(tmp_path / "two", parts={"Photos"})
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_missing_file_comes_back_and_others_stay(tmp_path: Path) -> None:
    make(tmp_path, parts={"Photos"})
    first, second = (catalogue.photo_albums[0].path(photo) for photo in catalogue.photo_albums[0].photos[:2])
    (tmp_path / first).unlink()
    before = (tmp_path / second).stat().st_mtime_ns
    assert make(tmp_path, parts={"Photos"}).made == (first,)
    assert (tmp_path / second).stat().st_mtime_ns == before


def test_files_of_others_stay_and_are_named(tmp_path: Path) -> None:
    path = catalogue.photo_albums[0].path(catalogue.photo_albums[0].photos[0])
    target = tmp_path / path
    target.parent.mkdir(parents=True)
    target.write_bytes(b"a real holiday")
    (tmp_path / "Photos" / "mine.jpg").write_bytes(b"mine too")
    report = make(tmp_path, parts={"Photos"})
    assert report.kept == (path,)
    assert target.read_bytes() == b"a real holiday"
    assert (tmp_path / "Photos" / "mine.jpg").read_bytes() == b"mine too"


def test_a_file_where_a_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "Photos").write_bytes(b"")
    with pytest.raises(NotWritableError, match="Photos"):
        make(tmp_path, parts={"Photos"})
