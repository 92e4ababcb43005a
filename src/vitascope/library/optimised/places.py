"""Where versions that were made lie on disk: never over a file, never out of a root, and until they are whole under a
name that no scan looks at."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vitascope.core.naming import made_versions
from vitascope.media.transcoding.production import OutOfSpace
from vitascope.sources.removal import Root
from vitascope.store.rows import ConversionRow

_RESERVE_BYTES = 512 * 1024 * 1024
_RESERVE_SHARE = 0.02
_COPIED_AT_ONCE = 8 * 1024 * 1024


class NoPlace(Exception):
    """A version can be put nowhere; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a version may go."""

    location_id: int
    root: bytes
    path: bytes
    """Relative to the root."""

    @property
    def absolute(self) -> bytes:
        return self.root.rstrip(b"/") + b"/" + self.path

    @property
    def staged(self) -> bytes:
        """Where it lies until it is whole: a name that no scan looks at."""
        folder, _, name = self.absolute.rpartition(b"/")
        return folder + b"/." + name[-200:] + b".part"


def stage(made: Path, places: Sequence[Place]) -> Place:
    """Copy the finished file beside the name that it gets, in the first place that takes it."""
    why: OSError | NoPlace | OutOfSpace = NoPlace("there is no place for it")
    for place in places:
        try:
            if os.path.lexists(place.absolute):
                raise NoPlace(f"{os.fsdecode(place.absolute)} is there already")
            folder = os.path.dirname(place.absolute)
            make_folder(place.root, folder)
            size = made.stat().st_size
            disk = shutil.disk_usage(folder)
            if disk.free - size < min(_RESERVE_BYTES, int(disk.total * _RESERVE_SHARE)):
                raise OutOfSpace(f"there is no room for it in {os.fsdecode(folder)}")
            _copy(made, place.staged)
        except (OSError, NoPlace, OutOfSpace) as error:
            why = error
            unlink(place.staged)
            remove_empty(place.root, place.path)
        else:
            return place
    if isinstance(why, OSError):
        raise NoPlace(f"it cannot be written: {why.strerror}") from why
    raise why


def make_folder(root: bytes, folder: bytes) -> None:
    """Make a folder below a root, over no link that leads elsewhere."""
    inside = os.path.realpath(root).rstrip(b"/") + b"/"
    if not (os.path.realpath(folder) + b"/").startswith(inside):
        raise NoPlace(f"{os.fsdecode(folder)} leads out of its root")
    os.makedirs(folder, exist_ok=True)


def _copy(made: Path, target: bytes) -> None:
    unlink(target)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with made.open("rb") as source, os.fdopen(os.open(target, flags, 0o644), "wb") as file:
        shutil.copyfileobj(source, file, _COPIED_AT_ONCE)
        file.flush()
        os.fsync(file.fileno())


def size_and_time(path: bytes) -> tuple[int, int] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def unlink(path: bytes) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def finish_names(paths: Sequence[bytes]) -> None:
    for path in paths:
        folder, _, name = path.rpartition(b"/")
        staged = folder + b"/." + name[-200:] + b".part"
        if os.path.lexists(staged) and not os.path.lexists(path):
            os.replace(staged, path)


def remove(root: bytes, relative: bytes, row: ConversionRow) -> None:
    if not os.path.lexists(root.rstrip(b"/") + b"/" + relative):
        return
    with Root(root) as held:
        held.remove_file(relative, size_bytes=row.size_bytes, mtime_ns=row.mtime_ns)


def remove_empty(root: bytes, relative: bytes) -> None:
    """The folders that were made for a version go when nothing is left in them."""
    target = relative.rpartition(b"/")[0]
    above = target.rpartition(b"/")[0]
    name = above.rpartition(b"/")[2]
    base = root.rstrip(b"/") + b"/"
    if not (made_versions.is_folder(os.fsdecode(name)) or name.isdigit()):
        return
    for folder in (target, above):
        try:
            os.rmdir(base + folder)
        except OSError:
            return
