"""What a fresh connection speaks, by its first byte, which stays where it is.

A TLS client opens with a record of type 22 (handshake, RFC 8446 §5.1), and no HTTP method begins with that byte. It is
only looked at (``MSG_PEEK``), so whoever reads next, the parser of HTTP or the TLS layer, finds everything.
"""

import asyncio
import socket

HANDSHAKE = b"\x16"
"""The first byte of a TLS connection."""


def peek(connection: socket.socket) -> bytes | None:
    """The first byte, which stays where it is; empty when the peer went without sending one, ``None`` while nothing has
    come.

    Raises:
        OSError: the connection broke.
    """
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (BlockingIOError, InterruptedError):
        return None


async def first_byte(connection: socket.socket) -> bytes:
    """Waits for what :func:`peek` sees. Raises ``OSError``."""
    while (seen := peek(connection)) is None:
        await _readable(connection.fileno())
    return seen


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
