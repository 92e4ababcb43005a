"""Deleting files below a root, and nothing else.

A path is never handed to the system as a whole: each folder on the way is opened by name below the one before, without
following links, so neither ``..`` nor a link swapped in meanwhile leads out of the root. The file itself must be the
one that was scanned, by its size and time. Between that look and the deletion somebody may rename another file over
it; so it is moved aside under a name nobody knows, looked at again, and put back if it is not the same file.

A root that is read-only or away is refused before anything is touched. Whether folders become empty is the system's to
say: only an empty one can be removed, and no mount point.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from types import TracebackType
from typing import Self

from vitascope.media import reach

_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_ASIDE = b".vitascope-removed-"


class RemovalRefused(Exception):
    """Something was not deleted; the text says why, for the owner."""


class RootUnusable(RemovalRefused):
    """Nothing can be deleted below this root."""


class Root:
    """An open root, below which files can be removed. Use it as a context manager."""

    def __init__(self, path: bytes) -> None:
        self._path = path
        self._fd = -1

    def __enter__(self) -> Self:
        if reach.find(self._path) is not None:
            raise RootUnusable("the source is read directly (without a mount), and nothing can be deleted in it")
        try:
            self._fd = os.open(self._path, _FOLDER)
        except (OSError, ValueError) as error:
            raise RootUnusable(f"the folder of the section is away: {_why(error)}") from error
        try:
            writable = not os.statvfs(b"/proc/self/fd/%d" % self._fd).f_flag & os.ST_RDONLY
        except OSError as error:
            os.close(self._fd)
            raise RootUnusable(f"the folder of the section is away: {_why(error)}") from error
        if not writable:
            os.close(self._fd)
            raise RootUnusable("the folder of the section can only be read")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def remove_file(self, path: bytes, *, size_bytes: int, mtime_ns: int) -> None:
        """Delete the file at a path below the root, if it is the one with this size and time.

        Raises :class:`RemovalRefused`. A file that is not there any more is as good as deleted.
        """
        *folders, name = _parts(path)
        with self._folder(folders) as folder:
            if folder is None:
                return
            try:
                fd = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            except FileNotFoundError:
                return
            except OSError as error:
                raise RemovalRefused(_why(error)) from error
            try:
                self._remove(folder, name, fd, size_bytes, mtime_ns)
            finally:
                os.close(fd)

    @staticmethod
    def _remove(folder: int, name: bytes, fd: int, size_bytes: int, mtime_ns: int) -> None:
        wanted = os.fstat(fd)
        if stat.S_ISLNK(wanted.st_mode):
            raise RemovalRefused("it is a link, which is not followed")
        if not stat.S_ISREG(wanted.st_mode):
            raise RemovalRefused("it is no file")
        if (wanted.st_size, wanted.st_mtime_ns) != (size_bytes, mtime_ns):
            raise RemovalRefused("it changed since it was scanned: scan again first")
        aside = _ASIDE + token_hex(12).encode()
        try:
            os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
            found = os.stat(aside, dir_fd=folder, follow_symlinks=False)
            if (found.st_dev, found.st_ino) != (wanted.st_dev, wanted.st_ino):
                _put_back(folder, aside, name)
                raise RemovalRefused("another file took its place while it was being deleted")
            try:
                os.unlink(aside, dir_fd=folder)
            except OSError:
                _put_back(folder, aside, name)
                raise
        except OSError as error:
            raise RemovalRefused(_why(error)) from error

    def remove_folder(self, path: bytes) -> bool:
        """Remove a folder below the root if it is empty; whether it was."""
        if not path:
            return False
        *above, name = _parts(path)
        with self._folder(above) as folder:
            if folder is None:
                return False
            try:
                os.rmdir(name, dir_fd=folder)
            except OSError:
                return False
            return True

    def folders_in(self, path: bytes) -> set[bytes]:
        """The names of the folders in a folder; links to folders count, since they are not ours to judge."""
        with self._folder(_parts(path) if path else []) as folder:
            if folder is None:
                return set()
            readable = os.open(b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
            try:
                with os.scandir(readable) as listing:
                    return {os.fsencode(entry.name) for entry in listing if entry.is_dir()}
            finally:
                os.close(readable)

    @contextmanager
    def _folder(self, names: list[bytes]) -> Iterator[int | None]:
        """A folder below the root, each step of the way by itself; ``None`` when it is not there."""
        fd = os.dup(self._fd)
        try:
            for name in names:
                try:
                    below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
                except FileNotFoundError:
                    yield None
                    return
                except OSError as error:
                    if error.errno in (errno.ENOTDIR, errno.ELOOP):
                        raise RemovalRefused("a folder on the way is a link, which is not followed") from error
                    raise RemovalRefused(_why(error)) from error
                os.close(fd)
                fd = below
            yield fd
        finally:
            os.close(fd)


def _parts(path: bytes) -> list[bytes]:
    parts = path.split(b"/")
    if any(part in (b"", b".", b"..") or b"\0" in part for part in parts):
        raise RemovalRefused("the path is not one below the folder of the section")
    return parts


def _put_back(folder: int, aside: bytes, name: bytes) -> None:
    """Give a file its name back, without taking it from another one."""
    try:
        os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink(aside, dir_fd=folder)
    except OSError:
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        if error.errno == errno.EROFS:
            return "the disk can only be read"
        if error.errno in (errno.EACCES, errno.EPERM):
            return "permission denied"
        if error.errno == errno.ENOENT:
            return "it does not exist"
        return (error.strerror or "unknown error").lower()
    return str(error)
