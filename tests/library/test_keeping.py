"""Bytes that were handed in: whole or not at all, and cleared away when nothing refers to them."""

import asyncio
import os
from pathlib import Path

import pytest
from tests.support.store_world import World

from vitascope.core.model import ArtKind, ItemType
from vitascope.library import keeping
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
