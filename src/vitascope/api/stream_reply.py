"""A stream in one piece on the wire: as it is made, no faster than the player takes it, and gone with the player.

Nobody knows how long it becomes, so it goes out in chunks (RFC 9112, section 7.1). One that fails on the way is cut off
without its last chunk, which is how a player tells a broken stream from the end of a film.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Protocol

from starlette.types import Receive, Scope, Send

from vitascope.api.reply import Header, Reply
from vitascope.media.transcoding.production import ProductionError

_log = logging.getLogger(__name__)


class Over(Protocol):
    """Is told that nothing more is sent."""

    async def __call__(self, *, complete: bool) -> None: ...


async def _nothing(*, complete: bool) -> None:
    pass


class StreamReply(Reply):
    """A stream, which raises :class:`ProductionError` where more should have come; without one only what a HEAD is told
    of it. ``sent`` hears of each piece that went out."""

    def __init__(
        self,
        stream: AsyncIterable[bytes] | None,
        *,
        receive: Receive,
        content_type: str,
        sent: Callable[[int], None] = lambda _: None,
        over: Over = _nothing,
    ) -> None:
        super().__init__(media_type=content_type.encode())
        self._stream = stream
        self._receive = receive
        self._sent = sent
        self._over = over
        self._complete = False

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends until the stream ends or the player goes away."""
        headers = [(b"content-type", self.media_type), (b"cache-control", b"no-store"), *extra]
        gone = asyncio.create_task(_disconnected(self._receive))
        sending = asyncio.create_task(self._send(scope, send, headers))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (gone, sending):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await sending
            finally:
                await self._over(complete=self._complete)

    async def _send(self, scope: Scope, send: Send, headers: list[Header]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if self._stream is not None and scope["method"] != "HEAD":
            try:
                async for data in self._stream:
                    await send({"type": "http.response.body", "body": data, "more_body": True})
                    self._sent(len(data))
            except ProductionError as error:
                _log.warning("A stream in one piece ends before its end: %s", error)
                return
        self._complete = True
        await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
