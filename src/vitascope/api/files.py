"""Files on the wire: whole or a range of them, as fast as the disk and the socket allow.

Ranges and conditions follow RFC 9110, sections 13 and 14. A request for several ranges is answered with the whole file,
as section 14.2 allows: no player sends one, and the multipart body would only serve to make the server work. How
they are read: :mod:`vitascope.api.pieces`.
"""

import asyncio
import contextlib
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from vitascope.api.errors import NotFoundError
from vitascope.api.pieces import FilePieces
from vitascope.api.reply import Header, Reply
from vitascope.ops.handover import Handover

_LONGEST_RANGE = 60
"""Two numbers of any file's size; the interpreter refuses to read numbers of thousands of digits."""

_TYPES = {
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "ts": "video/mp2t",
    "m2ts": "video/mp2t",
    "mpg": "video/mpeg",
    "mpeg": "video/mpeg",
    "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv",
    "ogv": "video/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "wma": "audio/x-ms-wma",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "tbn": "image/jpeg",
    "avif": "image/avif",
    "heic": "image/heic",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "ass": "text/x-ssa",
    "ssa": "text/x-ssa",
    "lrc": "text/plain;charset=utf-8",
    "txt": "text/plain;charset=utf-8",
}


def media_type(name: str | bytes) -> str:
    """The media type of a file by its name's ending."""
    text = name.decode("ascii", "ignore") if isinstance(name, bytes) else name
    return _TYPES.get(text.rpartition(".")[2].lower(), "application/octet-stream")


def disposition(name: str) -> str:
    """``Content-Disposition`` that saves under ``name`` (RFC 6266), with a plain name for old clients."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\/%' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class Pieces(Protocol):
    """Who reads what is sent of a file."""

    async def read(self, offset: int, size: int, gone: "asyncio.Task[None]", /) -> bytes | memoryview:
        """The next bytes, at most so many and at least one; none at the end, or when the client is ``gone``."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(ABC):
    """A file that can be sent."""

    size: int
    mtime_ns: int

    @abstractmethod
    def pieces(self, start: int, stop: int) -> Pieces:
        """Reads a range of it, from one end to the other."""

    @abstractmethod
    def close(self) -> None:
        """It is not needed any more."""

    @property
    def etag(self) -> str:
        return f'"{self.size:x}-{self.mtime_ns:x}"'

    @property
    def modified(self) -> str:
        return formatdate(self.mtime_ns // 1_000_000_000, usegmt=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile(Opened):
    """A regular file of this machine that is open for reading."""

    fd: int

    @property
    def path(self) -> bytes:
        """Where it really lies, with all links followed."""
        return os.readlink(b"/proc/self/fd/%d" % self.fd)  # noqa: PTH115  # bytes, as they lie on disk

    def pieces(self, start: int, stop: int) -> FilePieces:  # noqa: ARG002 - each piece says where it is
        return FilePieces(self.fd, stop)

    def close(self) -> None:
        os.close(self.fd)


def open_file(path: bytes | str) -> OpenFile:
    """Opens a regular file. Raises :class:`NotFoundError` for anything else, a pipe or a device too."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise NotFoundError("The file is not there.") from None
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        os.close(fd)
        raise NotFoundError("This is not a file.")
    return OpenFile(fd=fd, size=found.st_size, mtime_ns=found.st_mtime_ns)


def is_below(path: bytes, roots: Iterable[bytes]) -> bool:
    """Whether a path, with all links followed, lies below one of the roots."""
    real = _real(path)
    return any(real.startswith(_real(root).rstrip(b"/") + b"/") for root in roots)


def _real(path: bytes) -> bytes:
    """The path with all links followed: by the kernel where it can, which takes a tenth of the time."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return os.path.realpath(path)
    try:
        return os.readlink(b"/proc/self/fd/%d" % fd)  # noqa: PTH115  # bytes, as they lie on disk
    except OSError:
        return os.path.realpath(path)
    finally:
        os.close(fd)


def open_below(path: bytes, roots: Iterable[bytes]) -> OpenFile:
    """Opens a regular file that lies below one of the roots, wherever links lead.

    It is opened first and then asked where it really lies: a link that is swapped between a look at the path and its
    opening would else get a file out of anywhere.
    """
    opened = open_file(path)
    if is_below(opened.path, roots):
        return opened
    os.close(opened.fd)
    raise NotFoundError("The file is not there.")


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes ``start`` to ``stop``, without ``stop``."""

    start: int
    stop: int


def parse_range(header: str, size: int) -> Range | bool | None:
    """The one range that is asked for.

    Returns:
        ``None`` when the header is to be ignored (another unit, several ranges, nonsense), ``False`` when the range
        cannot be satisfied.
    """
    unit, equals, text = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals or "," in text:
        return None
    first, dash, last = (part.strip() for part in text.partition("-"))
    if len(text) > _LONGEST_RANGE:
        return None
    if not dash or not (first.isdecimal() or not first) or not (last.isdecimal() or not last) or not (first or last):
        return None
    if not first:
        length = int(last)
        return Range(max(size - length, 0), size) if length and size else False
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        return False
    return Range(start, min(int(last) + 1, size) if last else size)


def _matches(header: str, etag: str) -> bool:
    """Weak comparison with a list of entity tags."""
    return header.strip() == "*" or any(tag.strip().removeprefix("W/") == etag for tag in header.split(","))


def _unchanged(headers: Mapping[str, str], file: Opened) -> bool:
    none_match = headers.get("if-none-match")
    if none_match is not None:
        return _matches(none_match, file.etag)
    return headers.get("if-modified-since") == file.modified


def _range_counts(headers: Mapping[str, str], file: Opened) -> bool:
    """Whether ``If-Range``, when there is one, still names this file: strongly, so no weak tags."""
    condition = headers.get("if-range")
    return condition is None or condition.strip() in (file.etag, file.modified)


class Meter(Protocol):
    """Who counts what is sent of a file, and may say that it is enough."""

    def sent(self, size_bytes: int) -> bool:
        """So much more went out. Returns whether more may."""
        ...


class FileReply(Reply):
    """A file, or the asked range of it. Takes over the open file and closes it."""

    def __init__(
        self,
        file: Opened,
        *,
        receive: Receive,
        request_headers: Mapping[str, str],
        content_type: str,
        download_name: str | None = None,
        cache_control: str = "no-cache",
        meter: Meter | None = None,
    ) -> None:
        super().__init__()
        self._meter = meter
        self._file = file
        self._receive = receive
        self._request = request_headers
        self._content_type = content_type
        self._download_name = download_name
        self._cache_control = cache_control

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends what was asked for, and stops when the client goes away."""
        try:
            await self._send(scope, send, extra)
        finally:
            self._file.close()

    async def _send(self, scope: Scope, send: Send, extra: Iterable[Header]) -> None:
        file = self._file
        headers: list[Header] = [
            (b"accept-ranges", b"bytes"),
            (b"etag", file.etag.encode()),
            (b"last-modified", file.modified.encode()),
            (b"cache-control", self._cache_control.encode()),
            *extra,
        ]
        if _unchanged(self._request, file):
            await _empty(send, HTTPStatus.NOT_MODIFIED, headers)
            return
        wanted = Range(0, file.size)
        status = HTTPStatus.OK
        asked = self._request.get("range")
        if asked is not None and _range_counts(self._request, file):
            found = parse_range(asked, file.size)
            if found is False:
                headers.append((b"content-range", f"bytes */{file.size}".encode()))
                headers.append((b"content-length", b"0"))
                await _empty(send, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
                return
            if isinstance(found, Range):
                wanted, status = found, HTTPStatus.PARTIAL_CONTENT
                text = f"bytes {wanted.start}-{wanted.stop - 1}/{file.size}"
                headers.append((b"content-range", text.encode()))
        headers.append((b"content-type", self._content_type.encode()))
        headers.append((b"content-length", str(wanted.stop - wanted.start).encode()))
        if self._download_name is not None:
            headers.append((b"content-disposition", disposition(self._download_name).encode()))
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        if scope["method"] == "HEAD" or wanted.start == wanted.stop:
            await send({"type": "http.response.body", "body": b""})
            return
        await self._stream(send, wanted)

    async def _stream(self, send: Send, wanted: Range) -> None:
        gone = asyncio.create_task(_disconnected(self._receive))
        reader = self._file.pieces(wanted.start, wanted.stop)
        at = wanted.start
        try:
            while at < wanted.stop and not gone.done():
                data = await reader.read(at, wanted.stop - at, gone)
                if not data:
                    if gone.done():
                        return
                    raise OSError(f"a file became shorter while it was sent (at byte {at})")
                at += len(data)
                await send({"type": "http.response.body", "body": data, "more_body": at < wanted.stop})
                if self._meter is not None and not self._meter.sent(len(data)):
                    return  # with less than was promised: the server then closes the connection
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
            await reader.close()


class HandedOver(Reply):
    """What a proxy is told that sends the file by itself: by which internal address, and what it is. Ranges,
    conditions and the length are the proxy's. Closes the open file."""

    def __init__(self, file: OpenFile, handover: Handover, *, content_type: str, download_name: str | None) -> None:
        super().__init__(media_type=content_type.encode())
        self.headers.append((b"x-accel-redirect", handover.address(file.path)))
        if download_name is not None:
            self.headers.append((b"content-disposition", disposition(download_name).encode()))
        os.close(file.fd)

    def common_headers(self) -> Iterable[Header]:
        yield b"content-type", self.media_type
        yield b"cache-control", b"no-cache"


async def _empty(send: Send, status: HTTPStatus, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
