"""GDM: answers players that look for servers in the local network.

A player sends ``M-SEARCH * HTTP/1.x`` to UDP port 32414, by multicast to 239.0.0.250 or by broadcast, and is answered
with who this server is and on which port it speaks. Nothing is ever sent unasked. Only addresses of the local network
are answered, each at most a few times a second, and the answer is hardly longer than a question may be: a sender that
is made up cannot have this server flood somebody else (as Plex's own was used in 2021).

When the port is taken (by the original, or by a second server that does not share it), the server says so once in its
log and is simply not found this way.
"""

import asyncio
import ipaddress
import logging
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

log = logging.getLogger(__name__)

PORT = 32414
GROUP = "239.0.0.250"
_LONGEST_QUESTION = 2_048
_MOST_A_SECOND = 5
_REMEMBERED = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisServer:
    """What an answer says."""

    name: str
    port: int
    machine_identifier: str
    updated_at: int
    version: str


def is_question(data: bytes) -> bool:
    """Whether a datagram asks for servers."""
    return len(data) <= _LONGEST_QUESTION and data.split(b"\r\n", 1)[0].strip().upper().startswith(
        b"M-SEARCH * HTTP/1."
    )


def answer(server: ThisServer) -> bytes:
    """What is answered. A name is put on one line, whatever it is."""
    name = "".join(letter if letter.isprintable() else " " for letter in server.name)[:200]
    lines = (
        "HTTP/1.0 200 OK",
        "Content-Type: plex/media-server",
        f"Name: {name}",
        f"Port: {server.port}",
        f"Resource-Identifier: {server.machine_identifier}",
        f"Updated-At: {server.updated_at}",
        f"Version: {server.version}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def is_near(address: str) -> bool:
    """Whether an address is of this machine or of a local network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not found.is_multicast and not found.is_unspecified and (found.is_private or found.is_link_local)


class _Answerer(asyncio.DatagramProtocol):
    def __init__(self, server: Callable[[], ThisServer], clock: Callable[[], float]) -> None:
        self._server = server
        self._clock = clock
        self._answered: dict[str, tuple[int, int]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # asyncio's own is no instance of it

    def connection_lost(self, _exc: Exception | None) -> None:
        self.closed.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and is_question(data) and is_near(addr[0]) and self._may_answer(addr[0]):
            self._transport.sendto(answer(self._server()), addr)

    def error_received(self, exc: Exception) -> None:
        """An answer could not be delivered: nobody waits for it any more."""

    def _may_answer(self, address: str) -> bool:
        second = int(self._clock())
        if len(self._answered) >= _REMEMBERED:
            self._answered.clear()
        last, times = self._answered.get(address, (second, 0))
        times = times + 1 if last == second else 1
        self._answered[address] = (second, times)
        return times <= _MOST_A_SECOND


class Gdm:
    """Answers as long as it is switched on. Used from the event loop only."""

    def __init__(
        self, server: Callable[[], ThisServer], *, port: int = PORT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._server = server
        self._port = port
        self._clock = clock
        self._open: tuple[asyncio.DatagramTransport, _Answerer] | None = None
        self._switching = asyncio.Lock()

    @property
    def port(self) -> int | None:
        """Where it listens; ``None`` while it does not."""
        return None if self._open is None else int(self._open[0].get_extra_info("sockname")[1])

    async def switch(self, on: bool) -> None:
        """Begins or ends to answer; does nothing when it is so already."""
        async with self._switching:
            if on and self._open is None:
                try:
                    self._open = await self._listen()
                except OSError as error:
                    log.warning("the server is not found by GDM: UDP port %d: %s", self._port, error.strerror or error)
            elif not on and self._open is not None:
                transport, answerer = self._open
                self._open = None
                transport.close()
                await answerer.closed.wait()

    async def close(self) -> None:
        """Answers no more."""
        await self.switch(False)

    async def _listen(self) -> tuple[asyncio.DatagramTransport, _Answerer]:
        found = _socket(self._port)
        try:
            return await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Answerer(self._server, self._clock), sock=found
            )
        except BaseException:
            found.close()
            raise


def _socket(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # several servers of a machine hear a multicast
        found.bind(("", port))
        found.setblocking(False)
        membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("0.0.0.0"))  # noqa: S104  # any
        try:
            found.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        except OSError:
            log.info("no multicast here: players find the server by broadcast only")
    except BaseException:
        found.close()
        raise
    return found
