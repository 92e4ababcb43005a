"""Where versions that were made lie on disk.

Each folder on the way is opened by its name below the one before, without following links, so nothing is written out of
a root, and a root that is away is not made. Until a version is whole it lies under a name that no scan looks at; then
it takes its own, but only where nothing has that.
"""

import errno
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vitascope.media import reach
from vitascope.media.transcoding.production import OutOfSpace, reserve_bytes
from vitascope.sources.removal import RemovalRefused, Root
from vitascope.store.rows import ConversionRow

_COPIED_AT_ONCE = 8 * 1024 * 1024
_LONGEST_NAME_BYTES = 200
_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class NoPlace(Exception):
    """A version can be put nowhere; the text says why."""


class GivenUp(Exception):
    """Nobody wants it any more."""


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
        """Where it lies until it is whole."""
        return staged(self.absolute)

    @property
    def _name(self) -> bytes:
        return self.path.rpartition(b"/")[2]

    @property
    def _staged_name(self) -> bytes:
        return self.staged.rpartition(b"/")[2]

    def stage(self, made: Path, given_up: threading.Event) -> None:
        """Copy a finished file beside the name that it gets. Raises :class:`NoPlace`, :class:`OutOfSpace`,
        :class:`GivenUp` and ``OSError``; nothing is left then."""
        try:
            with self._folder(make=True) as folder:
                if _is_there(folder, self._name):
                    raise NoPlace(f"{os.fsdecode(self.absolute)} is there already")
                disk = shutil.disk_usage(folder)
                if disk.free - made.stat().st_size < reserve_bytes(disk.total):
                    raise OutOfSpace(f"there is no room for it in {os.fsdecode(os.path.dirname(self.absolute))}")
                _copy(made, folder, self._staged_name, given_up)
        except (OSError, NoPlace, OutOfSpace, GivenUp) as error:
            self.unstage()
            if isinstance(error, OSError) and error.errno in _FULL:
                raise OutOfSpace(f"there is no room for it: {error.strerror}") from error
            raise

    def settle(self) -> None:
        """Give what is whole its name. Raises :class:`NoPlace` where something has it, and ``OSError``."""
        with self._folder() as folder:
            try:
                os.link(self._staged_name, self._name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            except OSError as error:
                if isinstance(error, FileExistsError) or _is_there(folder, self._name):
                    raise NoPlace(f"{os.fsdecode(self.absolute)} is there already") from error
                # Some file systems have no links.
                os.rename(self._staged_name, self._name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                os.unlink(self._staged_name, dir_fd=folder)

    def unstage(self) -> None:
        """Remove what was not finished, and the folders that were made for it."""
        with suppress(OSError, NoPlace), self._folder() as folder:
            os.unlink(self._staged_name, dir_fd=folder)
        self.tidy()

    def remove(self, row: ConversionRow) -> None:
        """Remove the file of a conversion, when it is the one that was made. Raises ``RemovalRefused``."""
        if os.path.lexists(self.absolute):
            with Root(self.root) as root:
                root.remove_file(self.path, size_bytes=row.size_bytes, mtime_ns=row.mtime_ns)

    def tidy(self) -> None:
        """The folders that it lay in go when nothing is left in them."""
        folder = self.path.rpartition(b"/")[0]
        with suppress(RemovalRefused), Root(self.root) as root:
            while folder and (root.remove_folder(folder) or not self._has(folder)):
                folder = folder.rpartition(b"/")[0]

    def _has(self, folder: bytes) -> bool:
        return os.path.lexists(self.root.rstrip(b"/") + b"/" + folder)

    @contextmanager
    def _folder(self, *, make: bool = False) -> Iterator[int]:
        """The folder that it lies in."""
        if reach.find(self.root) is not None:
            raise NoPlace("nothing can be written into a source that is read directly (without a mount)")
        fd = os.open(self.root, _FOLDER)
        try:
            for name in self.path.split(b"/")[:-1]:
                if name in (b"", b".", b".."):
                    raise NoPlace(f"{os.fsdecode(self.absolute)} is no place for it")
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, dir_fd=fd)
                try:
                    below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
                except OSError as error:
                    if error.errno in (errno.ELOOP, errno.ENOTDIR):
                        raise NoPlace(f"{os.fsdecode(name)} is no folder, and links are not followed") from error
                    raise
                os.close(fd)
                fd = below
            yield fd
        finally:
            os.close(fd)


def stage(made: Path, places: Sequence[Place], given_up: threading.Event) -> Place:
    """Stage a finished file in the first place that takes it. Raises :class:`NoPlace`, :class:`OutOfSpace` and
    :class:`GivenUp`."""
    why: NoPlace | OutOfSpace = NoPlace("there is no place for it")
    for place in places:
        try:
            place.stage(made, given_up)
        except OSError as error:
            why = NoPlace(f"{os.fsdecode(place.absolute)} cannot be written: {error.strerror}")
        except (NoPlace, OutOfSpace) as error:
            why = error
        else:
            return place
    raise why


def staged(path: bytes) -> bytes:
    """Where a file waits that is to lie at a path."""
    folder, _, name = path.rpartition(b"/")
    return folder + b"/." + name[-_LONGEST_NAME_BYTES:] + b".part"


def size_and_time(path: bytes) -> tuple[int, int] | None:
    """Of the file at a path; ``None`` when there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _is_there(folder: int, name: bytes) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _copy(made: Path, folder: int, name: bytes, given_up: threading.Event) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with made.open("rb") as source, os.fdopen(os.open(name, flags, 0o666, dir_fd=folder), "wb") as file:
        while piece := source.read(_COPIED_AT_ONCE):
            if given_up.is_set():
                raise GivenUp
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
