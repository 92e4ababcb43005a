"""Media on the wire, wherever they lie: files of this machine, and those of sources that are read directly.

A far file (:mod:`vitascope.media.reach`) is looked at when it is opened and asked for when the first byte is needed, so
``HEAD``, conditions and ranges that cannot be are answered without a byte of it. What a client asked for is one request
to the source, which ends with the client.

A source that hangs must hold up nobody else: one that is known to be away is not asked at all, and questions to sources
have threads of their own.
"""

import asyncio
import errno
import os
import stat
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vitascope.api.errors import NotFoundError, UnavailableError
from vitascope.api.files import Opened, OpenFile, is_below, open_below
from vitascope.api.pieces import CHUNK_BYTES
from vitascope.media import reach
from vitascope.media.reach.flow import Flow
from vitascope.sources.folders import expected_mounts

_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EINVAL})
_askers = ThreadPoolExecutor(16, thread_name_prefix="far-files")


async def opened_media(path: bytes, roots: Sequence[bytes]) -> Opened:
    """:func:`open_media`, where it holds up nothing."""
    askers = None if _is_here(path) else _askers
    return await asyncio.get_running_loop().run_in_executor(askers, open_media, path, roots)


def _is_here(path: bytes) -> bool:
    try:
        return reach.find(path) is None
    except OSError:
        return True  # it will be refused without asking anybody


def open_media(path: bytes, roots: Iterable[bytes]) -> Opened:
    """Opens a file that lies below one of the roots. Blocks.

    Raises :class:`NotFoundError`, and :class:`UnavailableError` when its source cannot be asked.
    """
    try:
        far = reach.find(path)
        if far is None:
            return open_below(path, roots)
        away = expected_mounts().get(far.point.path)
        if away:
            raise UnavailableError(f"The source of the file is away: {away}.")
        found = reach.stat(path)
    except OSError as error:
        if error.errno in _NOT_THERE:
            raise NotFoundError("The file is not there.") from None
        raise UnavailableError(f"The source of the file is away: {(error.strerror or 'no answer').lower()}.") from None
    if not stat.S_ISREG(found.st_mode) or not is_below(path, roots):
        raise NotFoundError("The file is not there.")
    return FarOpened(far=far, size=found.st_size, mtime_ns=found.st_mtime_ns)


def read_media(path: bytes, roots: Iterable[bytes], most_bytes: int) -> bytes:
    """The beginning of such a file. Blocks; raises as :func:`open_media`."""
    opened = open_media(path, roots)
    if isinstance(opened, OpenFile):
        with os.fdopen(opened.fd, "rb") as file:
            return file.read(most_bytes)
    try:
        return reach.read_whole(path, most_bytes)
    except OSError as error:
        raise UnavailableError("The source of the file is away.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FarOpened(Opened):
    """A far file that can be sent."""

    far: reach.Far

    def pieces(self, start: int, stop: int) -> "_FarPieces":
        return _FarPieces(Flow(self.far, self.size, start, stop))

    def close(self) -> None:
        """Nothing is open that is not read."""


class _FarPieces:
    """What is sent of a far file."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    async def read(self, offset: int, size: int, gone: "asyncio.Task[None]") -> bytes:  # noqa: ARG002 - one after another
        reading = asyncio.ensure_future(self._flow.read(min(size, CHUNK_BYTES)))
        try:
            await asyncio.wait({reading, gone}, return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else b""
        finally:
            reading.cancel()

    async def close(self) -> None:
        await self._flow.close()
