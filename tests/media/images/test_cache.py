"""The cache of finished pictures: found again, never half written, bounded."""

import os
from pathlib import Path

import pytest

from vitascope.media.images import PhotoRequest, PictureCache, SourceIdentity

REQUEST = PhotoRequest(width=300, height=450)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


def source(number: int = 1) -> SourceIdentity:
    return SourceIdentity(path=b"/media/%d.jpg" % number, size_bytes=10, mtime_ns=20)


def test_found_again_with_its_type(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "PhotoTranscoder")
    assert cache.find(source(), REQUEST) is None
    stored = cache.store(source(), REQUEST, b"picture")
    found = cache.find(source(), REQUEST)
    assert found == stored
    assert found is not None
    assert (found.read(), found.content_type, found.size_bytes) == (b"picture", "image/jpeg", 7)
    assert PictureCache(tmp_path / "PhotoTranscoder").find(source(), REQUEST) == stored


def test_another_source_or_request_is_another_picture(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    cache.store(source(), REQUEST, b"picture")
    path = source().path
    for other in (
        source(2),
        SourceIdentity(path=path, size_bytes=11, mtime_ns=20),
        SourceIdentity(path=path, size_bytes=10, mtime_ns=21),
    ):
        assert cache.find(other, REQUEST) is None
    assert cache.find(source(), PhotoRequest(width=301, height=450)) is None
    assert cache.find(source(), PhotoRequest(width=300, height=450, format="png")) is None


def test_identity_of_a_file_changes_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "p\udcff.jpg"
    path.write_bytes(b"one")
    before = SourceIdentity.of(path)
    assert before == SourceIdentity.of(os.fsencode(path))
    os.utime(path, ns=(1, 1))
    assert SourceIdentity.of(path) != before
    with pytest.raises(OSError, match="No such file"):
        SourceIdentity.of(tmp_path / "gone")


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = PictureCache(tmp_path)

    def full(source: Path, target: Path) -> Path:
        raise OSError(28, f"No space left for {target}", str(source))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        cache.store(source(), REQUEST, b"picture")
    monkeypatch.undo()
    assert cache.find(source(), REQUEST) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_sweep_removes_what_was_used_longest_ago(tmp_path: Path) -> None:
    clock = Clock()
    cache = PictureCache(tmp_path, max_bytes=1000, now=clock)
    for number in range(10):
        cache.store(source(number), REQUEST, b"x" * 150)
        clock.seconds += 7200
    assert cache.find(source(0), REQUEST) is not None  # used again: now the youngest
    result = cache.sweep()
    kept = [number for number in range(10) if cache.find(source(number), REQUEST)]
    assert kept == [0, 6, 7, 8, 9]
    assert (result.kept_bytes, result.removed_files, result.removed_bytes) == (750, 5, 750)


def test_sweep_is_asked_for_when_the_limit_is_passed(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, max_bytes=1000)
    seen = [cache.needs_sweep]  # what lies there from before is not known yet
    for step in (
        cache.sweep,
        lambda: cache.store(source(1), REQUEST, b"x" * 600),
        lambda: cache.store(source(2), REQUEST, b"x" * 600),
        cache.sweep,
    ):
        step()
        seen.append(cache.needs_sweep)
    assert seen == [True, False, False, True, False]


def test_sweep_clears_what_a_crash_left(tmp_path: Path) -> None:
    clock = Clock()
    cache = PictureCache(tmp_path, now=clock)
    stored = cache.store(source(), REQUEST, b"picture")
    half, writing = stored.path.parent / ".part-old", stored.path.parent / ".part-new"
    for path, age in ((half, 4000), (writing, 10)):
        path.write_bytes(b"half")
        os.utime(path, (clock.seconds - age, clock.seconds - age))
    assert cache.sweep().removed_files == 1
    assert not half.exists()
    assert writing.exists()
    assert cache.find(source(), REQUEST) is not None


def test_sweep_of_nothing(tmp_path: Path) -> None:
    assert PictureCache(tmp_path / "never made").sweep().kept_bytes == 0
