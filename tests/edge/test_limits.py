"""What a connection may cost a server that does not know who is there: heads without end, bytes once a minute."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop

from vitascope.edge import limits
from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.limits import LARGEST_HEAD

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]
START = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Counts the body, but answers ``/early`` before it is there."""
    size = 0
    while scope["path"] != "/early":
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    text = str(size).encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def talk_to(talk: Talk) -> bytes:
    async def main() -> bytes:
        acceptor = Acceptor(app)
        listener = tcp_socket("127.0.0.1", 0)
        port = listener.getsockname()[1]
        acceptor.start(listener)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await talk(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            await acceptor.close(1.0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


async def _flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, start: bytes, piece: bytes) -> bytes:
    """Sends ``piece`` until the server has had enough; at most 64 MiB."""
    writer.write(start)
    answer = asyncio.create_task(reader.read())
    with contextlib.suppress(OSError):
        for _ in range(64 * 1024 * 1024 // len(piece)):
            writer.write(piece)
            await writer.drain()
            if answer.done():
                break
        else:
            pytest.fail("the server takes it all")
    with contextlib.suppress(OSError):
        return await answer
    return b""


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        pytest.param(START, b"X-A: " + b"a" * 1_000 + b"\r\n", id="many headers"),
        pytest.param(START + b"X-A: ", b"a" * 10_000, id="one long header"),
        pytest.param(b"GET /?", b"a=1&" * 5_000, id="a long address"),
        pytest.param(b"", b"\r\n" * 10_000, id="empty lines"),
        pytest.param(CHUNKED + b"0\r\nX-A: ", b"a" * 10_000, id="a long trailer"),
        pytest.param(CHUNKED + b"1;x=", b"a" * 10_000, id="a long extension of a chunk"),
    ],
)
def test_what_is_no_body_is_bounded(start: bytes, piece: bytes) -> None:
    answer = talk_to(lambda reader, writer: _flood(reader, writer, start, piece))
    assert not answer.startswith(b"HTTP/1.1 200")


def test_an_ordinary_head_may_be_long() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(START + b"X-A: " + b"a" * (LARGEST_HEAD - 1_000) + b"\r\nConnection: close\r\n\r\n")
        return await reader.read()

    assert talk_to(talk).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("before", [b"", START + b"\r\n"], ids=["the first", "the second"])
def test_a_long_head_is_refused_though_it_comes_at_once(before: bytes) -> None:
    """Of one read, which may be larger than what a head may be."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        if before:
            writer.write(before)
            await reader.readuntil(b"\r\n\r\n0")
        writer.write(START + b"X-A: " + b"a" * (LARGEST_HEAD + 1) + b"\r\nConnection: close\r\n\r\n")
        return await reader.read()

    assert talk_to(talk).startswith(b"HTTP/1.1 400 Bad Request")


def test_many_requests_may_come_at_once() -> None:
    count = LARGEST_HEAD // len(START) + 100

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write((START + b"\r\n") * count + START + b"Connection: close\r\n\r\n")
        return await reader.read()

    assert talk_to(talk).count(b"HTTP/1.1 200 OK") == count + 1


@pytest.mark.parametrize("chunk", [1, 100_000])
def test_bodies_do_not_count(chunk: int) -> None:
    count = 20_000 if chunk == 1 else 20

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(CHUNKED.replace(b"Host", b"Connection: close\r\nHost"))
        for _ in range(count):
            writer.write(b"%x\r\n" % chunk + b"a" * chunk + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        return await reader.read()

    assert talk_to(talk).endswith(b"\r\n\r\n%d" % (chunk * count))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(START, id="half a head"),
        pytest.param(START + b"\r\n", id="an answered request"),
        pytest.param(START + b"\r\n" + START, id="half a second head"),
        pytest.param(
            b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na", id="half a body that nobody wants"
        ),
    ],
)
def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(limits, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(limits, "_BETWEEN_SECONDS", 0.0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(sent)
        async with asyncio.timeout(30):
            return await reader.read()

    assert talk_to(talk).count(b"HTTP/1.1 200 OK") == (sent.count(b"\r\n\r\n"))


def test_who_is_being_answered_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEAD_SECONDS", 1.0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\na")
        await asyncio.sleep(2.2)
        writer.write(b"b")
        return await reader.read()

    assert talk_to(talk).endswith(b"\r\n\r\n2")
