"""TLS and plain HTTP on one port: who is let in how, what is refused, and certificates that change under streams."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvloop
from tests.support.certificates import make_pkcs12, needs_openssl, openssl, trusting

from vitascope.edge import accept
from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.limits import HEAD_SECONDS
from vitascope.edge.own_certificate import OwnCertificate, own_certificate
from vitascope.edge.tls import Certificates, covers, server_context
from vitascope.ops.atomic import write_atomically

NOW = time.time()
T = TypeVar("T")
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def scheme_app(scope: Any, receive: Any, send: Any) -> None:
    """Says by which scheme it was asked, once the body of the question is there."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    body = f"{scope['scheme']} {size}".encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> OwnCertificate:
    folder = tmp_path_factory.mktemp("certificates")
    return own_certificate(folder, {"localhost", "127.0.0.1"}, "box", NOW, write=write_atomically)


def run(
    talk: Callable[[int, Acceptor], Awaitable[T]],
    certificates: Certificates | None,
    *,
    app: Any = scheme_app,
    plain: bool = True,
    limit: int = accept.CONNECTIONS,
) -> T:
    """Serves on a port of this machine while ``talk`` speaks to it."""

    async def main() -> T:
        acceptor = Acceptor(app, limit=limit)
        listener = tcp_socket("127.0.0.1", 0)
        port: int = listener.getsockname()[1]
        acceptor.start(listener, tls=certificates.context if certificates else None, plain=plain)
        try:
            return await talk(port, acceptor)
        finally:
            await acceptor.close(5.0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def showing(general: ssl.SSLContext, **named: ssl.SSLContext) -> Certificates:
    certificates = Certificates()
    certificates.show(general, {name.replace("_", "."): context for name, context in named.items()})
    return certificates


async def asked(
    port: int, context: ssl.SSLContext | None, *, request: bytes = REQUEST, name: str = "localhost"
) -> bytes:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=name if context else None
    )
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def test_one_port_answers_both(own: OwnCertificate) -> None:
    async def talk(port: int, _: Acceptor) -> list[bytes]:
        trusted = trusting(own.authority)
        return [await asked(port, None), await asked(port, trusted), await asked(port, trusted, name="127.0.0.1")]

    plain, *secure = run(talk, showing(own.context))
    assert plain.endswith(b"http 0")
    assert all(answer.endswith(b"https 0") for answer in secure)


def test_nothing_of_a_long_request_is_lost_to_the_look_at_its_first_byte(own: OwnCertificate) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n"

    async def talk(port: int, _: Acceptor) -> list[bytes]:
        request = head + bytes(3_000_000)
        return [await asked(port, context, request=request) for context in (None, trusting(own.authority))]

    plain, secure = run(talk, showing(own.context))
    assert plain.endswith(b"http 3000000")
    assert secure.endswith(b"https 3000000")


def test_a_port_without_plain_http_closes_on_it(own: OwnCertificate) -> None:
    async def talk(port: int, _: Acceptor) -> tuple[bytes, bytes]:
        refused = b""
        with suppress(OSError):
            refused = await asked(port, None)
        return refused, await asked(port, trusting(own.authority))

    refused, secure = run(talk, showing(own.context), plain=False)
    assert refused == b""
    assert secure.endswith(b"https 0")


def test_without_a_certificate_tls_is_closed_and_plain_goes_on(own: OwnCertificate) -> None:
    async def talk(port: int, _: Acceptor) -> bytes:
        with pytest.raises(OSError):  # the end of a connection has many names
            await asked(port, trusting(own.authority))
        return await asked(port, None)

    assert run(talk, Certificates()).endswith(b"http 0")


def test_the_silent_hold_up_nobody_and_lose_their_place(own: OwnCertificate, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = HEAD_SECONDS
    monkeypatch.setattr(accept, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(accept, "HANDSHAKE_SECONDS", 0.5)

    async def talk(port: int, acceptor: Acceptor) -> list[bytes]:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        silent[1][1].write(b"\x16")  # a handshake that goes no further
        silent[2][1].write(b"\x16\x03\x01\x02\x00\x01")
        await asyncio.sleep(0.1)  # theirs have begun; whoever speaks has the time that there is
        monkeypatch.setattr(accept, "HEAD_SECONDS", patience)
        answer = await asked(port, None)
        ended = []
        for reader, writer in silent:
            with suppress(OSError):
                ended.append(await reader.read())  # comes to its end, or this test to its own
            writer.close()
        while acceptor._arriving:
            await asyncio.sleep(0)
        return [answer, *ended]

    answer, *ended = run(talk, showing(own.context))
    assert answer.endswith(b"http 0")
    assert all(end in (b"", end[:7]) for end in ended), "an alert of TLS at most"


def test_the_silent_count_among_the_connections(own: OwnCertificate) -> None:
    async def talk(port: int, acceptor: Acceptor) -> tuple[bytes, bytes]:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        while len(acceptor._arriving) < len(silent):
            await asyncio.sleep(0)
        refused = b""
        with suppress(OSError):
            refused = await asked(port, None)
        for _, writer in silent:
            writer.close()
        while acceptor._arriving:
            await asyncio.sleep(0)
        return refused, await asked(port, None)

    refused, later = run(talk, showing(own.context), limit=2)
    assert refused == b""
    assert later.endswith(b"http 0")


def test_those_who_have_said_nothing_are_let_go_at_the_end(own: OwnCertificate) -> None:
    async def talk(port: int, acceptor: Acceptor) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not acceptor._arriving:
            await asyncio.sleep(0)
        await acceptor.close(5.0)
        try:
            return await reader.read()
        finally:
            writer.close()

    assert run(talk, showing(own.context)) == b""


@pytest.mark.parametrize(
    "sent", [b"\x16" + b"\xff" * 600, b"\x16GET / HTTP/1.1\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"]
)
def test_what_is_neither_ends_itself_and_nothing_else(own: OwnCertificate, sent: bytes) -> None:
    async def talk(port: int, _: Acceptor) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        writer.write_eof()
        with suppress(OSError):
            assert b"200 OK" not in await reader.read()
        writer.close()
        return await asked(port, trusting(own.authority))

    assert run(talk, showing(own.context)).endswith(b"https 0")


def test_a_certificate_changes_under_an_open_stream(own: OwnCertificate, tmp_path: Path) -> None:
    other = own_certificate(tmp_path, {"localhost"}, "box", NOW, write=write_atomically)
    go_on = asyncio.Event()

    async def streaming(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2000001")]})
        await send({"type": "http.response.body", "body": bytes(1_000_000), "more_body": True})
        if scope["path"] == "/slow":
            await go_on.wait()
        await send({"type": "http.response.body", "body": b"x" + bytes(1_000_000)})

    certificates = showing(own.context)

    async def talk(port: int, _: Acceptor) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting(own.authority), server_hostname="localhost"
        )
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        begun = await reader.readuntil(b"\r\n\r\n")
        begun += await reader.readexactly(1_000_000)
        certificates.show(other.context, {})
        with pytest.raises(ssl.SSLCertVerificationError):
            await asked(port, trusting(own.authority))
        new = await asked(port, trusting(other.authority))
        go_on.set()
        rest = await reader.read()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return rest, new

    rest, new = run(talk, certificates, app=streaming)
    assert rest == b"x" + bytes(1_000_000)
    assert new.endswith(b"x" + bytes(1_000_000))


@needs_openssl
def test_each_name_is_shown_its_own_certificate(own: OwnCertificate, tmp_path: Path) -> None:
    make_pkcs12(tmp_path, "media.example")
    chain = tmp_path / "chain.pem"
    chain.write_text((tmp_path / "key.pem").read_text() + (tmp_path / "certificate.pem").read_text())
    certificates = showing(own.context, media_example=server_context(chain))

    async def talk(port: int, _: Acceptor) -> list[bytes]:
        theirs = trusting((tmp_path / "certificate.pem").read_text())
        return [
            await asked(port, theirs, name="media.example"),
            await asked(port, theirs, name="MEDIA.example"),
            await asked(port, trusting(own.authority)),
            await asked(port, trusting(own.authority), name="127.0.0.1"),
        ]

    assert all(answer.endswith(b"https 0") for answer in run(talk, certificates))


@needs_openssl
@pytest.mark.parametrize(
    ("offer", "taken"),
    [
        (("-tls1_3",), "TLS_"),
        (("-tls1_2",), "ECDHE-ECDSA-"),
        (("-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"), "ECDHE-ECDSA-CHACHA20-POLY1305"),
        (("-tls1_2", "-cipher", "AES256+EECDH:@SECLEVEL=0"), "ECDHE-ECDSA-AES256-GCM"),
        (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), None),
        (("-tls1", "-cipher", "ALL:@SECLEVEL=0"), None),
        (("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"), None),
        (("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"), None),
        (("-tls1_2", "-cipher", "AES256-GCM-SHA384:@SECLEVEL=0"), None),
        (("-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0"), None),
        (("-tls1_2", "-cipher", "aNULL:eNULL:@SECLEVEL=0"), None),
    ],
)
def test_only_authenticated_encryption_with_forward_secrecy(
    own: OwnCertificate, offer: tuple[str, ...], taken: str | None
) -> None:
    async def talk(port: int, _: Acceptor) -> str:
        return await asyncio.to_thread(openssl, "s_client", "-connect", f"127.0.0.1:{port}", *offer, given="Q\n")

    said = run(talk, showing(own.context))
    if taken is None:
        assert "Cipher is (NONE)" in said, said
    else:
        assert f"Cipher is {taken}" in said, said


def test_pythons_client_of_old_is_refused(own: OwnCertificate) -> None:
    old = trusting(own.authority)
    old.set_ciphers("AES256-SHA:@SECLEVEL=0")
    old.maximum_version = ssl.TLSVersion.TLSv1_2

    async def talk(port: int, _: Acceptor) -> None:
        with pytest.raises(OSError):  # an alert, or the end that follows it
            await asked(port, old)

    run(talk, showing(own.context))


def test_a_client_that_never_answers_the_goodbye_holds_up_no_end(
    own: OwnCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "_GOODBYE_SECONDS", 0.2)

    async def talk(port: int, acceptor: Acceptor) -> int:
        def shaken() -> tuple[ssl.SSLSocket, bytes]:
            raw = socket.create_connection(("127.0.0.1", port))
            secure = trusting(own.authority).wrap_socket(raw, server_hostname="localhost")
            secure.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return secure, secure.recv(15)

        secure, answer = await asyncio.to_thread(shaken)
        assert answer.startswith(b"HTTP/1.1 200")
        await acceptor.close(20.0)  # the client reads nothing more; TLS alone would wait for 30 s
        secure.close()
        return len(acceptor._state.connections)

    assert run(talk, showing(own.context)) == 0


@pytest.mark.parametrize(
    ("name", "pattern", "holds"),
    [
        ("a.example", "a.example", True),
        ("A.example.", "a.EXAMPLE", True),
        ("b.example", "a.example", False),
        ("a.example", "*.example", True),
        ("a.b.example", "*.example", False),
        ("example", "*.example", False),
        (".example", "*.example", False),
    ],
)
def test_names_of_certificates(name: str, pattern: str, holds: bool) -> None:
    assert covers(name, pattern) is holds
