"""A zip archive that is made while it is sent, in flat memory whatever is in it.

Members are made one after the other, a piece at a time, in a thread: compressing would hold up the loop. Sizes are not
known before, so they follow each member, and large ones are written as ZIP64 (PKWARE's APPNOTE, 4.3.9).
"""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator

from starlette.types import Scope, Send

from vitascope.api.files import disposition
from vitascope.api.reply import Header, Reply

Member = tuple[str, Iterable[bytes]]
"""A name in the archive, and its bytes in pieces."""

_SENT_FROM = 256 * 1024


class _Sink(io.RawIOBase):
    """What the archive is written to: gathers bytes until they are taken."""

    def __init__(self) -> None:
        self._gathered = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer, as zipfile writes it
        self._gathered += piece
        return len(piece)

    def __len__(self) -> int:
        return len(self._gathered)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._gathered)
        self._gathered.clear()
        return taken


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive in pieces of about a quarter of a megabyte."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, pieces in members:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    if len(sink) >= _SENT_FROM:
                        yield sink.take()
    yield sink.take()


class ZipReply(Reply):
    """An archive. ``done`` is called when all of it was read, before its end is sent: who has it whole finds nothing
    left behind. Else when it will be sent no further."""

    def __init__(self, name: str, members: Iterable[Member], *, done: Callable[[], None] = lambda: None) -> None:
        super().__init__(media_type=b"application/zip")
        self._name = name
        self._members = members
        self._done = done

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends it."""
        headers: list[Header] = [
            (b"content-type", self.media_type),
            (b"content-disposition", disposition(self._name).encode()),
            (b"cache-control", b"no-store"),
            *extra,
        ]
        with contextlib.ExitStack() as left:
            left.callback(self._done)
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            if scope["method"] != "HEAD":
                pieces = zipped(self._members)
                with contextlib.closing(pieces):  # type: ignore[type-var]  # a generator
                    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
            left.close()
            await send({"type": "http.response.body", "body": b""})
