"""Bytes that were handed in: whole or not at all, and cleared away when nothing refers to them."""

import asyncio
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.store_world import World

from vitascope.core.model import ArtKind, ItemType
from vitascope.library import keeping, pictures
from vitascope.library.pictures import made_path
from vitascope.store import uploads
from vitascope.store.engine import Database


def test_bytes_are_kept_under_the_name_of_their_content(tmp_path: Path) -> None:
    name = keeping.keep(tmp_path, b"content", "jpg")
    assert name == "040f06fd774092478d450774f5ba30c5da78acc8.jpg"
    assert keeping.keep(tmp_path, b"content", "jpg") == name
    assert keeping.read(tmp_path, name) == b"content"
    assert len(list(tmp_path.rglob("*.*"))) == 1


def test_half_a_file_is_never_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keeping.keep(tmp_path, b"content", "jpg")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    name = keeping.keep(tmp_path, b"content", "jpg")
    made_path(tmp_path, name).write_bytes(b"con")  # what an older crash left
    assert keeping.keep(tmp_path, b"content", "jpg") == name
    assert keeping.read(tmp_path, name) == b"content"


def test_the_same_bytes_may_be_handed_in_twice_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_written = threading.Barrier(2, timeout=30)
    fsync, write_bytes = os.fsync, Path.write_bytes

    def written(fd: int) -> None:
        fsync(fd)
        if stat.S_ISREG(os.fstat(fd).st_mode):
            both_written.wait()

    def made(path: Path, data: bytes) -> int:
        size = write_bytes(path, data)
        both_written.wait()
        return size

    monkeypatch.setattr(os, "fsync", written)
    monkeypatch.setattr(Path, "write_bytes", made)
    with ThreadPoolExecutor(2) as pool:
        for keep in (keeping.keep, pictures.keep):
            first, second = pool.map(lambda _: keep(tmp_path, b"content", "jpg"), range(2))  # noqa: B023  # ends here
            assert first == second
            assert keeping.read(tmp_path, first) == b"content"
    assert [path.name for path in tmp_path.rglob("*.part")] == []


def test_what_is_handed_in_while_a_sweep_takes_it_for_old_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = keeping.keep(tmp_path, b"content", "jpg")
    old = made_path(tmp_path, name)
    os.utime(old, (1, 1))
    again = threading.Thread(target=keeping.keep, args=(tmp_path, b"content", "jpg"))
    unlink = Path.unlink

    def judged(path: Path, missing_ok: bool = False) -> None:
        if path == old and again.ident is None:
            again.start()
            again.join(0.2)  # it has to wait: else it is done by then
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", judged)
    keeping._remove([old], time.time() - 60)  # between its look and its removal
    again.join()
    assert keeping.read(tmp_path, name) == b"content"


def test_a_sweep_takes_only_what_is_old_and_unused(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "Metadata"
    world = World(db=database)
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    used, unused, young = (keeping.keep(folder, text, "jpg") for text in (b"used", b"unused", b"young"))
    world.write(uploads.add_picture, item.id, ArtKind.THUMB, used)
    half = made_path(folder, used).with_name(f"{unused}.77.part")
    half.write_bytes(b"ha")
    stranger = folder / "Vitascope" / "aa" / "notes.txt"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("not ours")
    for path in (*(made_path(folder, name) for name in (used, unused)), half, stranger):
        os.utime(path, (1, 1))
    assert asyncio.run(keeping.sweep(database, folder)) == 2
    left = {path.name for path in folder.rglob("*") if path.is_file()}
    assert left == {used, young, "notes.txt"}
