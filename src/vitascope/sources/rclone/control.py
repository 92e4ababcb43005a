"""What a running mount says of itself: rclone's remote control over a socket that only its own user can reach.

One request each, in HTTP/1.0. The socket lies in a folder whose path may be longer than an address can hold, so it is
reached through that folder's descriptor.
"""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from vitascope.sources.errors import SourceError

_LIMIT_S = 5.0
_MOST_BYTES = 1 << 20


class Transfer(msgspec.Struct, frozen=True):
    """``core/stats``: what went over the wire since rclone began."""

    bytes: int = 0
    errors: int = 0


class _DiskCache(msgspec.Struct, frozen=True, rename="camel"):
    bytes_used: int = 0
    files: int = 0
    out_of_space: bool = False
    uploads_in_progress: int = 0
    uploads_queued: int = 0


class _Vfs(msgspec.Struct, frozen=True, rename="camel"):
    disk_cache: _DiskCache = _DiskCache()


class _Refusal(msgspec.Struct, frozen=True):
    error: str = ""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How a mount is doing at the moment."""

    transferred_bytes: int
    """Since rclone began, in both directions."""
    errors: int
    cache_bytes: int
    cache_files: int
    cache_full: bool
    """Whether the disk of the cache is."""
    uploads: int
    """Files written through the mount that are not in the remote yet."""


class Control:
    """The control socket of one mount."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    async def usage(self) -> Usage:
        """How it is doing. Raises :class:`SourceError` when it does not say."""
        try:
            async with asyncio.timeout(_LIMIT_S):
                transfer = msgspec.json.decode(await self._call("core/stats"), type=Transfer)
                cache = msgspec.json.decode(await self._call("vfs/stats"), type=_Vfs).disk_cache
        except (OSError, TimeoutError, msgspec.MsgspecError, ValueError) as error:
            raise SourceError("rclone does not say how it is doing") from error
        return Usage(
            transferred_bytes=transfer.bytes,
            errors=transfer.errors,
            cache_bytes=cache.bytes_used,
            cache_files=cache.files,
            cache_full=cache.out_of_space,
            uploads=cache.uploads_in_progress + cache.uploads_queued,
        )

    async def read_ahead(self, size: str) -> None:
        """How much is read ahead in memory of what is opened from now on. Raises :class:`SourceError`."""
        try:
            async with asyncio.timeout(_LIMIT_S):
                await self._call("options/set", msgspec.json.encode({"main": {"BufferSize": size}}))
        except (OSError, TimeoutError, ValueError) as error:
            raise SourceError("rclone does not take an order") from error

    async def why_not(self, address: str) -> str:
        """Why the remote at ``address`` cannot be listed, in rclone's words; empty when it can, or does not say."""
        sent = msgspec.json.encode({"fs": address, "remote": "", "opt": {"noModTime": True, "noMimeType": True}})
        with suppress(OSError, TimeoutError, msgspec.MsgspecError, ValueError):
            async with asyncio.timeout(_LIMIT_S):
                _, body = await self._answer("operations/list", sent)
            return msgspec.json.decode(body, type=_Refusal).error
        return ""

    async def _call(self, what: str, sent: bytes = b"{}") -> bytes:
        is_good, body = await self._answer(what, sent)
        if not is_good:
            raise ValueError(what)
        return body

    async def _answer(self, what: str, sent: bytes) -> tuple[bool, bytes]:
        folder = os.open(self._folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/{self._name}")
        finally:
            os.close(folder)
        try:
            head = f"POST /{what} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
            await writer.drain()
            answer = b""
            while len(answer) < _MOST_BYTES and (piece := await reader.read(1 << 16)):
                answer += piece
        finally:
            writer.close()
        status, _, body = answer.partition(b"\r\n\r\n")
        return b" 200 " in status.split(b"\r\n", 1)[0], body
