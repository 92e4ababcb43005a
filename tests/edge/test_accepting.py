"""The accept loop when accepting goes wrong, and connections that say nothing for a while."""

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop

from vitascope.edge.accept import Acceptor, tcp_socket

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Failing(socket.socket):
    """A listening socket that passes on errors of connections that are gone, as the system does (accept(2))."""

    errors: list[int]

    def accept(self) -> tuple[socket.socket, Any]:
        if self.errors:
            number = self.errors.pop()
            raise OSError(number, os.strerror(number))
        return super().accept()


def failing(errors: list[int]) -> Failing:
    listener = Failing(fileno=tcp_socket("127.0.0.1", 0).detach())
    listener.setblocking(False)
    listener.errors = errors
    return listener


def serve(listener: socket.socket, talk: Callable[[int, Acceptor], Awaitable[bytes]]) -> bytes:
    async def main() -> bytes:
        acceptor = Acceptor(app)
        port = listener.getsockname()[1]
        acceptor.start(listener, tls=lambda: None)
        try:
            async with asyncio.timeout(60):
                return await talk(port, acceptor)
        finally:
            await acceptor.close(1.0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


async def asked(port: int, _: Acceptor) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "number", [errno.ECONNABORTED, errno.EPROTO, errno.ENETUNREACH, errno.EPERM, errno.EMFILE], ids=errno.errorcode.get
)
def test_what_goes_wrong_with_one_connection_closes_no_port(number: int) -> None:
    assert serve(failing([number] * 3), asked).endswith(b"\r\n\r\nok")


def test_who_speaks_late_is_answered() -> None:
    """Later than the kernel keeps a silent connection to itself."""

    async def talk(port: int, acceptor: Acceptor) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not acceptor._arriving:
            await asyncio.sleep(0.05)
        assert await asked(port, acceptor), "and holds up nobody meanwhile"
        writer.write(REQUEST[:1])
        await asyncio.sleep(0.1)
        writer.write(REQUEST[1:])
        answer = await reader.read()
        writer.close()
        return answer

    assert serve(tcp_socket("127.0.0.1", 0), talk).endswith(b"\r\n\r\nok")


def test_whoever_is_on_the_way_at_the_end_is_closed() -> None:
    async def talk(port: int, acceptor: Acceptor) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not acceptor._arriving:
            await asyncio.sleep(0.05)
        await acceptor.close(0.1)
        assert not acceptor._arriving
        left = await reader.read()
        writer.close()
        return left

    assert serve(tcp_socket("127.0.0.1", 0), talk) == b""
