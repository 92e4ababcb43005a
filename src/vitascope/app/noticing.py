"""Is told by the kernel when files come to a folder or go from it (inotify(7)), on the event loop: nothing runs until
something happens, and then at once.

The library that watches media folders wakes several times a second and gathers what belongs together, which suits a
season that is being copied. One small file that is put in place whole, by ``rename``, needs neither.
"""

import asyncio
import ctypes
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_MOVED_FROM, _MOVED_TO, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x40, 0x80, 0x200, 0x400, 0x800
_ONLY_FOLDER, _NO_LINK = 0x01000000, 0x02000000
_WANTED = _MOVED_FROM | _MOVED_TO | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLY_FOLDER | _NO_LINK
_MOST_BYTES = 64 * 1024


class FolderNotices:
    """Of one folder. ``told`` is called on the loop; what it is about is for the caller to look up."""

    def __init__(self, folder: Path, told: Callable[[], None]) -> None:
        self._folder = os.fsencode(folder)
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = -1
        with suppress(AttributeError):  # a system without inotify
            self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor >= 0:
            self._loop.add_reader(self._descriptor, self._read)

    def watch(self) -> bool:
        """Watches the folder that is there now; again and again is well, since another may have taken its place.
        Whether notices can come at all."""
        if self._descriptor < 0:
            return False
        return int(self._libc.inotify_add_watch(self._descriptor, self._folder, _WANTED)) >= 0

    def close(self) -> None:
        """No notice comes any more."""
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._descriptor, _MOST_BYTES)
        self._told()
