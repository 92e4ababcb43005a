"""Visitors who want little and much: so many requests, connections or bytes in a second.

They are written so that they cost less than who serves them: raw sockets, sixteen of them in turn, and curl for what is
large. TLS is not verified, which a server pays nothing for.
"""

import os
import re
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

AT_ONCE = 16
_HANDS = 4
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is asked for. ``name`` is what the ``Host`` header and TLS say."""

    port: int
    path: str = "/"
    secure: bool = False
    name: str = "localhost"
    token: str = ""

    @property
    def request(self) -> bytes:
        token = f"X-Plex-Token: {self.token}\r\n" if self.token else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: {self.name}\r\nAccept: application/json\r\n{token}\r\n".encode()

    def connect(self, context: ssl.SSLContext | None, session: ssl.SSLSession | None = None) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), 60)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return raw if context is None else context.wrap_socket(raw, server_hostname=self.name, session=session)


def _answer(connection: socket.socket) -> None:
    """Reads one answer to its end."""
    data = connection.recv(65_536)
    head, found, body = data.partition(b"\r\n\r\n")
    while not found:
        more = connection.recv(65_536)
        if not more:
            raise RuntimeError(f"no answer: {data[:200]!r}")
        data += more
        head, found, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if b" 200 " not in head.split(b"\r\n", 1)[0] or length is None:
        raise RuntimeError(f"{head[:200]!r}")
    left = int(length[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(65_536))


def requests(place: Place, seconds: float) -> float:
    """Small requests in a second over connections that stay open."""
    context = unverified() if place.secure else None
    connections = [place.connect(context) for _ in range(AT_ONCE)]
    request, done, started = place.request, 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for connection in connections:
            connection.sendall(request)
        for connection in connections:
            _answer(connection)
        done += AT_ONCE
    took = time.perf_counter() - started
    for connection in connections:
        connection.close()
    return done / took


def connections(place: Place, seconds: float, *, resumed: bool = False) -> float:
    """New connections in a second, each with one small request; ``resumed`` have met the server before."""
    ended = threading.Event()

    def visit() -> int:
        context = unverified() if place.secure else None
        if context is not None and resumed:
            context.maximum_version = ssl.TLSVersion.TLSv1_2  # whose session is there with the handshake
        request, session, done = place.request, None, 0
        while not ended.is_set():
            connection = place.connect(context, session)
            connection.sendall(request)
            _answer(connection)
            if resumed and isinstance(connection, ssl.SSLSocket):
                if session is not None and not connection.session_reused:
                    raise RuntimeError("the session is not taken up")
                session = connection.session
            connection.close()
            done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(_HANDS) as hands:
        visits = [hands.submit(visit) for _ in range(_HANDS)]
        time.sleep(seconds)
        ended.set()
        done = sum(one.result() for one in visits)
    return done / (time.perf_counter() - started)


def download(place: Place) -> float:
    """Bytes in a second of ``Range: bytes=0-`` into nothing."""
    scheme = "https" if place.secure else "http"
    command = ["curl", "-skf", "-o", os.devnull, "-w", "%{speed_download}", "-H", "Range: bytes=0-", "--http1.1"]
    command += ["-H", f"X-Plex-Token: {place.token}", "--resolve", f"{place.name}:{place.port}:127.0.0.1"]
    found = subprocess.run(
        [*command, f"{scheme}://{place.name}:{place.port}{place.path}"], capture_output=True, text=True, check=True
    )
    return float(found.stdout)
