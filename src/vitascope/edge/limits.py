"""What a connection may cost before anybody has said who they are.

uvicorn's HTTP protocol bounds neither the head of a request nor the time it takes to arrive: somebody who sends headers
without end fills the memory, and somebody who sends one byte a minute keeps a connection for ever. Both end here.
"""

import asyncio
import time
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of a request beside its body: its line, its headers, and the trailers and extensions of a body in chunks."""
_CHUNK_HEAD = 16
"""What a chunk of a body needs for itself: its size and its line ends."""
HEAD_SECONDS = 30.0
"""For the first byte of a connection, for its first request to arrive, and for the head of any that has begun."""
HANDSHAKE_SECONDS = 15.0
"""For a TLS handshake, from its first byte on."""
KEEP_ALIVE_SECONDS = 75
_BETWEEN_SECONDS = KEEP_ALIVE_SECONDS + 5.0
"""From an answer to the head of the next request, the rest of the answered request's body included."""


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds. The accept loop calls :meth:`expire` every second."""

    arrived: Callable[[], object] | None = None
    """Called when the connection is made, and counted with the others."""
    _beside_body = 0
    _fresh = 0
    """Bytes that are being parsed and begin with a request: what lies before its body counts from the first on."""
    _is_between = True
    _deadline: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if self.arrived is not None:
            self.arrived()
        self._deadline = time.monotonic() + HEAD_SECONDS

    def data_received(self, data: bytes) -> None:
        if self._is_between:
            self._fresh = len(data)
        else:
            self._beside_body += len(data)
        super().data_received(data)
        if self._fresh:  # empty lines, and no request yet
            self._beside_body, self._fresh = self._beside_body + self._fresh, 0
        if self._beside_body <= LARGEST_HEAD or self.transport.is_closing():
            return
        if self._is_answering():
            if self.cycle.response_started or self.pipeline:
                self.transport.close()
                return
            self.cycle.disconnected = True  # its head was whole with this read: nothing was answered yet
        self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._beside_body, self._fresh, self._is_between = self._fresh, 0, False
        self._deadline = time.monotonic() + HEAD_SECONDS

    def on_headers_complete(self) -> None:
        self._deadline = None
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """Called by the parser for each chunk of a body."""
        self._beside_body -= _CHUNK_HEAD

    def on_body(self, body: bytes) -> None:
        self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_between = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._deadline = time.monotonic() + _BETWEEN_SECONDS
        super().on_response_complete()

    def expire(self, now: float) -> None:
        """Closes the connection when the time for its next request is over; not while one is answered."""
        if self._deadline is not None and now >= self._deadline and not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        cycle = getattr(self, "cycle", None)  # uvicorn's types say that there always is one
        return cycle is not None and not cycle.response_complete
