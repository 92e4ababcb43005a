"""The bytes of what was handed in: pictures, themes, subtitles.

They lie beside the pictures that are made here, below ``Metadata/``, under the SHA-1 of their content, as clients know
an upload from the original server. The file is whole on the disk before the database speaks of it, so that a crash can
only leave a file that nothing refers to; :func:`sweep` clears those away once they are a day old.
"""

import asyncio
import hashlib
import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from vitascope.library.pictures import FOLDER, beside, made_path
from vitascope.store import artworks
from vitascope.store.engine import Database
from vitascope.store.reader import chunks

_A_DAY_S = 86_400
_BATCH = 200
_NAME = re.compile(r"[0-9a-f]{40}\.[a-z0-9]+")
_PARTIAL = re.compile(r"[0-9a-f]{40}\.[a-z0-9]+\.\d+\.part")
_judging = threading.Lock()
"""Held while a file is found to be there, or old: between that and what is made of it nothing else is."""


def name_of(data: bytes, extension: str) -> str:
    """Under which name bytes are kept."""
    return f"{hashlib.sha1(data, usedforsecurity=False).hexdigest()}.{extension}"


def keep(metadata: Path, data: bytes, extension: str) -> str:
    """Write bytes so that they are wholly there or not at all, and survive a loss of power; returns their name."""
    name = name_of(data, extension)
    path = made_path(metadata, name)
    with _judging:
        if path.is_file() and path.stat().st_size == len(data):
            os.utime(path)  # a sweep that is under way must not take it for an old one
            return name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = beside(path)
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


def read(metadata: Path, name: str) -> bytes:
    """Kept bytes. Raises ``FileNotFoundError``."""
    return made_path(metadata, name).read_bytes()


def discard(metadata: Path, name: str) -> None:
    """Take back what was written only to look at it."""
    made_path(metadata, name).unlink(missing_ok=True)


async def sweep(database: Database, metadata: Path, *, older_than_s: int = _A_DAY_S) -> int:
    """Clear away what nothing refers to, and what a crash left half written; returns how many files."""
    before = time.time() - older_than_s
    old = await asyncio.to_thread(lambda: list(_old(metadata / FOLDER, before)))
    removed = 0
    for some in chunks(old, _BATCH):
        names = [path.name for path in some if not path.name.endswith(".part")]
        used = await database.read(artworks.used_cache_keys, names)
        removed += await asyncio.to_thread(_remove, [path for path in some if path.name not in used], before)
    return removed


def _old(folder: Path, before: float) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.glob("*/*"):
        known = _NAME.fullmatch(path.name) or _PARTIAL.fullmatch(path.name)
        if not known:
            continue
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # what was only looked at, or is whole by now
        if stat.S_ISREG(found.st_mode) and found.st_mtime < before:
            yield path


def _remove(paths: list[Path], before: float) -> int:
    removed = 0
    for path in paths:
        try:
            with _judging:
                if path.stat().st_mtime < before:  # handed in again meanwhile: it is young
                    path.unlink()
                    removed += 1
        except FileNotFoundError:
            continue
    return removed
