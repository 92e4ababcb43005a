"""The accept loop: sockets of both kinds, state of a request, pings, and an end that waits for what is under way."""

import asyncio
import contextlib
import resource
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from tests.support.addresses import own_address

from vitascope.edge import accept
from vitascope.edge.accept import Acceptor, PortUnavailableError, tcp_socket, unix_socket

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


async def state_app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the scheme and with what the listener laid into the request."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        return
    body = f"{scope['scheme']} {sorted(scope['state'])}".encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def serve(app: Any, listener: socket.socket, talk: Talk, **state: bool) -> bytes:
    """Serves ``app`` on a socket while ``talk`` speaks to it."""

    async def main() -> bytes:
        acceptor = Acceptor(app)
        port = listener.getsockname()[1]
        acceptor.start(listener, state)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await talk(reader, writer)
        finally:
            await hang_up(writer)
            await acceptor.close(5.0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return await reader.read()


def test_a_port_is_served() -> None:
    answer = serve(state_app, tcp_socket("127.0.0.1", 0), get)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
    assert answer.endswith(b"http []")
    assert b"server:" not in answer.lower()


def test_both_families_are_served_when_no_host_is_named() -> None:
    assert serve(state_app, tcp_socket(None, 0), get).endswith(b"http []")


def test_a_unix_socket_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 100) / "s.sock"
    path.parent.mkdir()
    path.write_text("left behind by a crash")
    with unix_socket(path):
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert mode & 0o777 == 0o600


def test_requests_carry_the_state_of_their_listener() -> None:
    assert serve(state_app, tcp_socket("127.0.0.1", 0), get, own_socket=True).endswith(b"['own_socket']")


def test_a_taken_port_is_told() -> None:
    with tcp_socket("127.0.0.1", 0) as taken, pytest.raises(PortUnavailableError, match="already in use"):
        tcp_socket("127.0.0.1", taken.getsockname()[1])


def test_an_idle_websocket_is_pinged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert accept._PING_SECONDS < 10, "an activity monitor waits no longer"
    monkeypatch.setattr(accept, "_PING_SECONDS", 0.05)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        return await reader.readexactly(1)

    assert serve(state_app, tcp_socket("127.0.0.1", 0), talk) == b"\x89"


def test_the_end_waits_for_what_is_under_way() -> None:
    entered = asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        entered.set()
        await asyncio.sleep(0.2)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"done"})

    async def main() -> bytes:
        acceptor = Acceptor(slow)
        listener = tcp_socket("127.0.0.1", 0)
        port = listener.getsockname()[1]
        acceptor.start(listener)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await entered.wait()
        await acceptor.close(5.0)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        answer = await reader.read()
        await hang_up(writer)
        return answer

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(main()).endswith(b"done")


def test_what_does_not_end_is_ended() -> None:
    ended = asyncio.Event()

    async def endless(_scope: Any, _receive: Any, _send: Any) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    async def main() -> bool:
        acceptor = Acceptor(endless)
        listener = tcp_socket("127.0.0.1", 0)
        port = listener.getsockname()[1]
        acceptor.start(listener)
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        await acceptor.close(0.1)
        await hang_up(writer)
        return ended.is_set()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(main())


def answered(host: str, wanted: int, *, limit: int, limit_per_address: int) -> tuple[int, bool]:
    """How many of ``wanted`` connections from this machine to itself are served, and whether one more is later."""

    async def main() -> tuple[int, bool]:
        acceptor = Acceptor(state_app, limit=limit, limit_per_address=limit_per_address)
        listener = tcp_socket(None, 0)
        port = listener.getsockname()[1]
        acceptor.start(listener)
        served = []
        for _ in range(wanted):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                if await reader.read(4) == b"HTTP":
                    served.append(writer)
                    continue
            except OSError:
                pass
            await hang_up(writer)
        await hang_up(served[0])
        while len(acceptor._state.connections) == len(served):
            await asyncio.sleep(0)
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        with contextlib.suppress(OSError):
            later = await reader.read(4) == b"HTTP"
        for one in (writer, *served[1:]):
            await hang_up(one)
        await acceptor.close(5.0)
        return len(served), later

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def test_no_more_connections_than_allowed_are_open_at_once() -> None:
    assert answered("127.0.0.1", 6, limit=4, limit_per_address=99) == (4, True)


def test_an_address_has_no_more_than_its_share() -> None:
    assert answered(own_address(), 6, limit=99, limit_per_address=3) == (3, True)


def test_loopback_has_all(caplog: pytest.LogCaptureFixture) -> None:
    assert answered("127.0.0.1", 6, limit=99, limit_per_address=3) == (6, True)
    assert caplog.text == ""


def test_refusing_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    answered("127.0.0.1", 6, limit=2, limit_per_address=99)
    assert caplog.messages == ["2 connections are open, and no more are taken"]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
    ],
)
def test_connections_are_counted_by_address_or_network(host: str, origin: str | None) -> None:
    assert accept._origin(host) == origin


def test_files_may_be_open_beside_all_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, hard), hard))
        accept.raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(4 * accept.CONNECTIONS, hard), hard)
        accept.raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
