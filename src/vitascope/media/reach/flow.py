"""A far file that streams: one request from a byte on, read as fast as its reader takes it.

For whoever sends a file on, on an event loop. Nothing is read ahead but what a small buffer holds, so a player that
pauses pauses the remote too. A server that ends in the middle (it was killed, the network went away) is asked again
from where the stream was, for as long as a player waits; what it then has must still be as long as before.
"""

import asyncio
import errno
import os
import time
from contextlib import suppress

from vitascope.media.reach import webdav
from vitascope.media.reach.dial import LIMIT_S, connect
from vitascope.media.reach.table import Far

_BUFFER_BYTES = 512 * 1024
_MOST_HEAD_BYTES = 16 * 1024
_AGAIN_FOR_S = 60.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 2.0


class Flow:
    """The bytes of a far file of ``size`` bytes from ``start`` to ``stop``. Nothing is asked before the first read."""

    def __init__(self, far: Far, size: int, start: int, stop: int) -> None:
        self._far = far
        self._size = size
        self._at = start
        self._stop = stop
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def read(self, most: int) -> bytes:
        """The next bytes, at most so many; empty at the end. Raises ``OSError``."""
        if self._at >= self._stop:
            return b""
        until = time.monotonic() + _AGAIN_FOR_S
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                data = await self._piece(min(most, self._stop - self._at))
            except OSError:
                await self.close()
                if time.monotonic() + wait_s > until:
                    raise
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            else:
                self._at += len(data)
                return data

    async def _piece(self, most: int) -> bytes:
        async with asyncio.timeout(LIMIT_S):
            if self._streams is None:
                self._streams = await self._begin()
            data = await self._streams[0].read(most)
        if not data:
            raise webdav.lost()
        return data

    async def _begin(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        connection = await asyncio.to_thread(connect, self._far.point.socket)
        connection.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=_BUFFER_BYTES)
        try:
            address = webdav.address_of(self._far.path)
            wanted = f"bytes={self._at}-{self._stop - 1}"
            writer.write(
                f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nRange: {wanted}\r\n\r\n".encode()
            )
            await writer.drain()
            await self._head(reader)
        except BaseException:
            writer.close()
            raise
        return reader, writer

    async def _head(self, reader: asyncio.StreamReader) -> None:
        """Reads the answer's head, which must promise exactly what was asked for."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise webdav.lost() from error
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        promised = f"bytes {self._at}-{self._stop - 1}/{self._size}"
        if len(head) > _MOST_HEAD_BYTES or " 206 " not in status or headers.get("content-range") != promised:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    async def close(self) -> None:
        """Ends the request; harmless when there is none."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()
