"""Asking an account home: which addresses may be asked, what is sent, and every way in which an answer is no answer."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vitascope.accounts.errors import HomeError
from vitascope.accounts.home import ThisServer, checked_home, is_plex_tv
from vitascope.accounts.home_client import HomeClient

ME = ThisServer(client_identifier="me", name="Wohnzimmer Ä", version="1.43")
ANSWER = (
    b"<user email='a@example.org'><username>anna</username><email>a@example.org</email>"
    b"<authentication-token>the-token</authentication-token></user>"
)


class StandIn(ThreadingHTTPServer):
    """Something in the outside internet that answers as a test wants it to."""

    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is part of these tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def standing_in(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[StandIn]:
    server = StandIn(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    "url",
    [
        "https://home.example",
        "https://192.168.1.9:8443/",
        "http://127.0.0.1:32400",
        "http://localhost",
        "https://[::1]",
    ],
)
def test_an_address_that_may_be_asked(url: str) -> None:
    assert checked_home(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "home.example",
        "http://home.example",
        "http://192.168.1.9:32400",
        "http://localhost.evil.example",
        "ftp://home.example",
        "https://user:secret@home.example",
        "https://home.example/?x=1",
        "https://home.example:port",
        "https://[::1",
        "https://",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_may_not(url: str) -> None:
    with pytest.raises(HomeError):
        checked_home(url)


def test_plex_tv_is_that_host_and_no_other() -> None:
    assert is_plex_tv("https://plex.tv")
    assert is_plex_tv("https://PLEX.tv/")
    assert not any(
        map(is_plex_tv, ("https://plex.tv.evil.example", "https://evil.example/plex.tv", "https://xplex.tv"))
    )


def test_the_exchange_is_asked_as_the_original_asks_it() -> None:
    with standing_in(saying(201, ANSWER)) as home:
        account = asyncio.run(HomeClient(home.url).exchange("claim-" + "x" * 20, ME))
    assert (account.username, account.email, account.token) == ("anna", "a@example.org", "the-token")
    ((path, headers, body),) = home.asked
    assert path == "/api/claim/exchange?token=claim-" + "x" * 20
    assert body == b""
    assert headers["x-plex-client-identifier"] == "me"
    assert headers["x-plex-product"] == "Plex Media Server"
    assert headers["x-plex-provides"] == "server"
    for name in ("version", "platform", "platform-version", "device-name", "device"):
        assert headers[f"x-plex-{name}"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying(200, b"<user/>"), "no token"),
        (saying(200, b"<user><authentication-token> </authentication-token></user>"), "no token"),
        (saying(200, b"not xml"), "cannot be read"),
        (saying(200, b"<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><u>&x;</u>"), "no token"),
        (saying(200, b"<user>" + b"x" * 200_000), "cannot be read"),
        (saying(200, b""), "cannot be read"),
        (saying(422, b"<errors/>"), "does not take"),
        (saying(403, ANSWER), "does not take"),
        (saying(302, ANSWER, Location="http://127.0.0.1:1/"), "not followed"),
        (saying(500, ANSWER), "does not take"),
    ],
)
def test_an_answer_that_is_none(answer: Callable[[BaseHTTPRequestHandler], None], why: str) -> None:
    with standing_in(answer) as home, pytest.raises(HomeError, match=why):
        asyncio.run(HomeClient(home.url).exchange("claim-" + "x" * 20, ME))
    assert len(home.asked) == 1, "and nobody else is asked"


def test_nobody_waits_for_a_home_that_is_silent_or_slow() -> None:
    ended = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000000")
        request.end_headers()
        try:
            while not ended.wait(0.01):
                request.wfile.write(b"x")
                request.wfile.flush()
        except OSError:
            ended.set()

    with standing_in(drip) as home:
        with pytest.raises(HomeError, match="does not answer") as failure:
            asyncio.run(HomeClient(home.url, seconds=0.3).exchange("claim-" + "x" * 20, ME))
        assert failure.value.again
        assert ended.wait(30), "the connection was given up"


def test_nobody_there_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HomeError, match="cannot be asked") as failure:
        asyncio.run(HomeClient(f"http://127.0.0.1:{port}").exchange("claim-" + "x" * 20, ME))
    assert failure.value.again


def test_who_vouches() -> None:
    for status, said in ((204, True), (401, False), (403, False), (404, False)):
        with standing_in(saying(status)) as home:
            assert asyncio.run(HomeClient(home.url).vouches("t", "anna", "pässword", "192.0.2.7")) is said
        ((path, headers, body),) = home.asked
        assert (path, headers["authorization"]) == ("/api/claim/verify", "Bearer t")
        assert headers["x-vitascope-caller"] == "192.0.2.7"
        assert body == b'{"name": "anna", "password": "p\\u00e4ssword"}'
    for status in (429, 500, 503):
        with standing_in(saying(status)) as home, pytest.raises(HomeError, match="does not say"):
            asyncio.run(HomeClient(home.url).vouches("t", "anna", "p", "c"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody trusts unless told so."""
    path = tmp_path / "home.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            "openssl",
            *command.split(),
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            path,
            "-out",
            tmp_path / "c",
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (tmp_path / "c").read_bytes())
    return path


def test_a_certificate_must_hold(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with standing_in(saying(201, ANSWER)) as home:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        home.socket = context.wrap_socket(home.socket, server_side=True, do_handshake_on_connect=False)
        port = home.server_address[1]
        with pytest.raises(HomeError, match="certificate"):
            asyncio.run(HomeClient(f"https://localhost:{port}").exchange("claim-" + "x" * 20, ME))
        assert home.asked == [], "nothing was said to it"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (
            asyncio.run(HomeClient(f"https://localhost:{port}").exchange("claim-" + "x" * 20, ME)).token == "the-token"
        )
        with pytest.raises(HomeError, match="certificate"):
            asyncio.run(HomeClient(f"https://127.0.0.1:{port}").exchange("claim-" + "x" * 20, ME))
