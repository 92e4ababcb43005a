"""The questions of ``os``, answered for far paths as for those of this machine. All of them block.

What they raise is ``OSError``, as there: a source that cannot be reached is a lost connection, never an empty folder.
"""

import os
import stat as modes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from vitascope.media.reach.table import Far, find


class Listed(Protocol):
    """A name in a folder: what ``os.DirEntry`` and a far entry have in common."""

    @property
    def name(self) -> bytes: ...
    @property
    def path(self) -> bytes: ...
    def is_symlink(self) -> bool: ...
    def is_dir(self, *, follow_symlinks: bool = True) -> bool: ...
    def is_file(self, *, follow_symlinks: bool = True) -> bool: ...
    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result: ...


def scandir(path: bytes) -> AbstractContextManager[Iterator[Listed]]:
    """What lies in a folder."""
    far = find(path)
    return os.scandir(path) if far is None else _listed(far, path)


@contextmanager
def _listed(far: Far, path: bytes) -> Iterator[Iterator[Listed]]:
    from vitascope.media.reach import webdav  # which a machine without such sources need not load

    yield iter(webdav.listing(far, path))


def stat(path: bytes | str) -> os.stat_result:
    """What lies at a path. A far file has neither device nor number."""
    far = find(path)
    if far is None:
        return os.stat(path)  # noqa: PTH116  # bytes, as they lie on disk
    from vitascope.media.reach import webdav

    return webdav.look(far)


def lexists(path: bytes) -> bool:
    """Whether something lies there. A far place that cannot be asked is taken to be there: nothing is gone that nobody
    could look for."""
    try:
        far = find(path)
        if far is None:
            return os.path.lexists(path)
        stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_readable(path: bytes) -> bool:
    """Whether its bytes can be read, as far as a look tells."""
    try:
        return os.access(path, os.R_OK) if find(path) is None else is_file(path)
    except OSError:
        return False


def is_file(path: bytes | str) -> bool:
    """Whether it is a regular file."""
    return _is(path, modes.S_ISREG)


def is_folder(path: bytes | str) -> bool:
    """Whether it is a folder."""
    return _is(path, modes.S_ISDIR)


def _is(path: bytes | str, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(stat(path).st_mode)
    except (OSError, ValueError):
        return False


def read_whole(path: bytes, most_bytes: int) -> bytes:
    """The beginning of a file, and all of it when it is not longer than ``most_bytes``."""
    far = find(path)
    if far is None:
        with open(path, "rb") as file:  # noqa: PTH123  # bytes, as they lie on disk
            return file.read(most_bytes)
    from vitascope.media.reach.file import FarFile

    with FarFile(far) as remote:
        return remote.read_at(0, most_bytes)
