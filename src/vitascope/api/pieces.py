"""Pieces of a file, one after the other, as fast as its place gives them.

Of a file system of this machine, what lies in the page cache is read on the event loop without a switch of threads
(``RWF_NOWAIT``); what does not is read by threads of their own, the next piece while the last is sent, so that a slow
disk or a dead mount never holds up anything but its own streams.

Mounts of remotes (FUSE, and others that cannot tell what is cached) answer each question by a program or a network.
Asked for one piece after the other they rest between two questions, and the kernel by itself reads 128 KiB ahead. So it
is told (``posix_fadvise``) what will be sent: as much as was sent already, from half a mebibyte to eight. Who looks
into a file here and there has little fetched in vain, and who plays it has some seconds in advance, also while the
mount itself reads nothing ahead (:meth:`vitascope.sources.rclone.service.SourceService.sparing`).
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

CHUNK_BYTES = 512 * 1024
"""Of one piece."""
_LARGE_CHUNK_BYTES = 1 << 20
"""Of one piece by a thread, once it is clear that somebody reads on: each switch of threads has its price."""
MOST_AHEAD_BYTES = 8 << 20
_STEP_BYTES = 256 * 1024
"""What the kernel takes of one advice: twice its usual read-ahead, for a file that is read in order."""
_readers = ThreadPoolExecutor(16, thread_name_prefix="media-read")


class FilePieces:
    """Reads an open file up to ``stop``. The descriptor stays its owner's."""

    def __init__(self, fd: int, stop: int) -> None:
        self._fd = fd
        self._stop = stop
        self._cached = hasattr(os, "RWF_NOWAIT")
        self._next: asyncio.Future[bytes] | None = None
        self._sent = 0
        self._told = 0
        """Up to there the kernel knows what will be read."""

    async def read(
        self,
        offset: int,
        size: int,
        gone: "asyncio.Task[None]",  # noqa: ARG002 - a disk answers, or nothing helps
    ) -> bytes | memoryview:
        reading, self._next = self._next, None
        piece: bytes | memoryview = b""
        if reading is None:
            size = min(size, CHUNK_BYTES)
            piece = self._from_cache(offset, size)
        if not piece:
            piece = await (reading or self._from_disk(offset, size))
        at = offset + len(piece)
        self._sent += len(piece)
        if piece and at < self._stop and not self._from_cache(at, 1):
            large = not self._cached and self._sent >= _LARGE_CHUNK_BYTES
            self._next = self._from_disk(at, min(_LARGE_CHUNK_BYTES if large else CHUNK_BYTES, self._stop - at))
        return piece

    def _from_cache(self, offset: int, size: int) -> bytes | memoryview:
        """What lies in memory from there on; nothing where the disk has to be asked."""
        if not self._cached:
            return b""
        buffer = bytearray(size)
        try:
            got = os.preadv(self._fd, [buffer], offset, os.RWF_NOWAIT)
        except BlockingIOError:
            got = 0
        except OSError:
            self._cached, got = False, 0  # not every file system can tell
        return memoryview(buffer)[:got]

    def _from_disk(self, offset: int, size: int) -> "asyncio.Future[bytes]":
        begin = end = offset
        if not self._cached:
            ahead = min(max(self._sent, CHUNK_BYTES), MOST_AHEAD_BYTES)
            begin, end = max(self._told, offset), min(offset + size + ahead, self._stop)
            self._told = max(begin, end)
        return asyncio.get_running_loop().run_in_executor(_readers, _read, self._fd, size, offset, begin, end)

    async def close(self) -> None:
        """What was begun is nobody's any more."""
        if self._next is not None and not self._next.cancel():
            self._next.exception()


def _read(fd: int, size: int, offset: int, begin: int, end: int) -> bytes:
    """A piece, once the kernel was told that ``begin`` to ``end`` will be read as well. Blocks."""
    with suppress(OSError):  # an advice
        if begin == offset < end:
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        for place in range(begin, end, _STEP_BYTES):
            os.posix_fadvise(fd, place, min(_STEP_BYTES, end - place), os.POSIX_FADV_WILLNEED)
    return os.pread(fd, size, offset)
