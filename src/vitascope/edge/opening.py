"""What a fresh connection speaks, by its first byte, which stays where it is.

A TLS client opens with a record of type 22 (handshake, RFC 8446 §5.1), and no HTTP method begins with that byte. It is
only looked at (``MSG_PEEK``), so whoever reads next, the parser of HTTP or the TLS layer, finds everything.
"""

import asyncio
import socket

HANDSHAKE = 0x16
"""The first byte of a TLS connection."""


async def first_byte(connection: socket.socket) -> int | None:
    """Waits for the first byte without taking it; ``None`` when the peer goes without sending one.

    Raises:
        OSError: the connection broke.
    """
    while True:
        try:
            seen = connection.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            await _readable(connection.fileno())
        else:
            return seen[0] if seen else None


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, _tell, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _tell(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
