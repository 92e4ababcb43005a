"""An accept loop of our own in front of uvicorn's protocols.

uvicorn parses HTTP and websockets and runs the application; sockets are accepted here, because one port serves HTTP and
HTTPS by a connection's first byte, certificates are swapped while connections live, and the same application answers on
a unix socket beside the port. All of it is one process and one event loop. Each connection waits for its first byte and
its handshake in a task of its own: one that says nothing holds up nobody, and its place is taken from it in time.
"""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import resource
import socket
import ssl
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache, partial
from pathlib import Path

from uvicorn.config import Config
from uvicorn.server import ServerState

from vitascope.edge.limits import HANDSHAKE_SECONDS, HEAD_SECONDS, KEEP_ALIVE_SECONDS, LimitedProtocol
from vitascope.edge.opening import HANDSHAKE, first_byte, peek

_log = logging.getLogger(__name__)

_BACKLOG = 1_024
_ACCEPTED_AT_ONCE = 64
"""Before what is open already has its turn again."""
_DEFER_SECONDS = 1
"""For so long the kernel keeps a connection to itself that says nothing. Of HTTP and TLS the client speaks first."""
_PING_SECONDS = 8.0  # an activity monitor takes a socket that is silent for 15 s for dead
_PONG_SECONDS = 30.0
_FULL_NOTE_SECONDS = 60.0
_GOODBYE_SECONDS = 2.0
"""For the peer to answer the goodbye of TLS."""

CONNECTIONS = 1_024
"""Open at once over all ports; the unix socket in the configuration is the owner's and always answers."""
CONNECTIONS_PER_ADDRESS = 256
"""Of these, for one IPv4 address or one IPv6 network of 64 bits. Loopback has all: a proxy speaks for many."""
_KNOWN_HOSTS = 4_096
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_OF_THE_CONNECTION = frozenset(
    {errno.ECONNABORTED, errno.EPERM, errno.EPROTO, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.ENETDOWN,
     errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENONET, errno.ETIMEDOUT}
)  # fmt: skip
"""Errors that accepting passes on from the connection that is gone; the next one may be well (accept(2))."""

AsgiApp = object
"""An ASGI 3 application; uvicorn checks what it is."""

Tls = Callable[[], ssl.SSLContext | None]
"""The context of the next connection; ``None`` while TLS is not offered."""


class PortUnavailableError(OSError):
    """The address cannot be listened on; the message is for a person."""


def tcp_socket(host: str | None, port: int) -> socket.socket:
    """Binds a listening socket; without a host to every address, IPv4 and IPv6.

    Raises:
        PortUnavailableError: when the port is in use or the address is not ours.
    """
    family = socket.AF_INET6 if (host and ":" in host) or (not host and socket.has_dualstack_ipv6()) else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and not host:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind((host or ("::" if family == socket.AF_INET6 else ""), port))
        with contextlib.suppress(OSError):  # where there is no such thing, those that say nothing wait here
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _DEFER_SECONDS)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = "already in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise PortUnavailableError(f"port {port} on {host or 'any address'}: {reason}") from error
    listener.setblocking(False)
    return listener


def unix_socket(path: Path) -> socket.socket:
    """Binds a listening unix socket that only its owner may connect to, in place of one left behind.

    The path is reached through the descriptor of its folder, since an address holds 107 bytes and a path may be longer.
    """
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        former = os.umask(0o177)
        try:
            listener.bind(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.umask(former)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.close(folder)
    listener.setblocking(False)
    return listener


def raise_file_limit() -> None:
    """Lets the process have files open beside all its connections, where the system's soft limit is lower."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(4 * CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@dataclass(slots=True, kw_only=True, eq=False)
class _Arrival:
    """A connection on its way to a protocol."""

    connection: socket.socket
    origin: str | None
    handed_over: bool = False

    def close(self) -> None:
        if not self.handed_over:
            self.connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """How connections of one listening socket are answered."""

    state: dict[str, bool]
    tls: Tls | None
    plain: bool
    is_counted: bool
    """Whether connections are limited: those of the unix socket are the owner's."""


class Acceptor:
    """Serves one ASGI application on any number of listening sockets."""

    def __init__(
        self, app: AsgiApp, *, limit: int = CONNECTIONS, limit_per_address: int = CONNECTIONS_PER_ADDRESS
    ) -> None:
        self._limit, self._limit_per_address = limit, limit_per_address
        self._noted_full = float("-inf")
        self._config = Config(
            app,  # type: ignore[arg-type]  # whatever it is, uvicorn looks at it when it loads it
            http=LimitedProtocol,
            ws="websockets-sansio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws_ping_interval=_PING_SECONDS,
            ws_ping_timeout=_PONG_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._config.load()
        self._state = ServerState()
        self._loops: list[asyncio.Task[None]] = []
        self._arriving: dict[_Arrival, asyncio.Task[object]] = {}
        self._clock: asyncio.TimerHandle | None = None

    def start(
        self,
        listener: socket.socket,
        state: Mapping[str, bool] | None = None,
        *,
        tls: Tls | None = None,
        plain: bool = True,
    ) -> None:
        """Begins to accept on a listening socket, which then belongs to the acceptor.

        Args:
            listener: bound and listening.
            state: laid into the scope of every request that comes over it.
            tls: how connections are answered that open with TLS; none are without.
            plain: whether connections without TLS are answered.
        """
        if self._clock is None:
            self._tick()
        is_counted = listener.family != socket.AF_UNIX
        door = _Door(state=dict(state or {}), tls=tls, plain=plain, is_counted=is_counted)
        accepting = self._accept(listener, door)
        self._loops.append(asyncio.get_running_loop().create_task(accepting))

    def _tick(self) -> None:
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        now = time.monotonic()
        for connection in list(self._state.connections):
            if isinstance(connection, LimitedProtocol):
                connection.expire(now)
        self._clock = asyncio.get_running_loop().call_later(1.0, self._tick)

    def _protocol(self, arrival: _Arrival, state: dict[str, bool]) -> asyncio.Protocol:
        arrival.handed_over = True  # whatever comes of it, the loop closes the socket now
        protocol: LimitedProtocol = self._config.http_protocol_class(  # type: ignore[call-arg, assignment]  # as uvicorn
            config=self._config, server_state=self._state, app_state=state
        )
        protocol.arrived = partial(self._arriving.pop, arrival, None)
        return protocol

    async def _accept(self, listener: socket.socket, door: _Door) -> None:
        loop = asyncio.get_running_loop()
        descriptor = listener.fileno()
        try:
            while True:
                stopped: asyncio.Future[OSError] = loop.create_future()
                loop.add_reader(descriptor, self._take, listener, door, stopped)
                try:
                    error = await stopped
                finally:
                    loop.remove_reader(descriptor)
                _log.warning("cannot accept connections at the moment: %s", error.strerror)
                await asyncio.sleep(0.2)
        finally:
            # The loop may hold on to a closed socket for a while; shut down, it accepts nothing more at once.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _take(self, listener: socket.socket, door: _Door, stopped: "asyncio.Future[OSError]") -> None:
        """Accepts what waits. ``stopped`` hears of it when there are no files left for a connection."""
        for _ in range(_ACCEPTED_AT_ONCE):
            if stopped.done():
                return
            try:
                connection, address = listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _OUT_OF_FILES:
                    stopped.set_result(error)
                elif error.errno not in _OF_THE_CONNECTION:
                    stopped.set_exception(error)
                continue
            origin = _origin(address[0]) if door.is_counted else None
            arrival = _Arrival(connection=connection, origin=origin)
            if door.is_counted and self._is_full_for(origin):
                arrival.close()
            else:
                self._begin(arrival, door)

    def _begin(self, arrival: _Arrival, door: _Door) -> None:
        """Most have said something by the time they are taken, and need neither a clock nor anybody who waits."""
        try:
            byte = None if door.tls is None else peek(arrival.connection)
        except OSError:
            arrival.close()
            return
        if byte is None and door.tls is not None:
            arrival.connection.setblocking(False)
            coming: Coroutine[object, object, object] | None = self._wait_for(arrival, door)
        else:
            coming = self._hand_over(arrival, door, byte)
        if coming is None:
            arrival.close()
            return
        task = asyncio.get_running_loop().create_task(coming)
        self._arriving[arrival] = task
        task.add_done_callback(partial(self._forget, arrival))

    async def _wait_for(self, arrival: _Arrival, door: _Door) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            byte = await first_byte(arrival.connection)
        coming = self._hand_over(arrival, door, byte)
        if coming is not None:
            await coming

    def _hand_over(
        self, arrival: _Arrival, door: _Door, byte: bytes | None
    ) -> Coroutine[object, object, object] | None:
        """A connection's way to the protocol that it speaks; ``None`` when it speaks none that is answered."""
        context = door.tls() if door.tls is not None and byte == HANDSHAKE else None
        if door.tls is not None and (not byte or (context is None and (byte == HANDSHAKE or not door.plain))):
            return None
        loop, protocol = asyncio.get_running_loop(), partial(self._protocol, arrival, door.state)
        if context is None:
            return loop.connect_accepted_socket(protocol, arrival.connection)
        return loop.connect_accepted_socket(
            protocol,
            arrival.connection,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=_GOODBYE_SECONDS,
        )

    def _forget(self, arrival: _Arrival, task: "asyncio.Task[object]") -> None:
        self._arriving.pop(arrival, None)
        arrival.close()  # where it was not handed over, or its task was cancelled before it began
        error = None if task.cancelled() else task.exception()
        if isinstance(error, OSError):  # a handshake that fails or takes too long is one too
            _log.debug("a connection came to nothing: %s", error)
        elif error is not None:
            _log.error("a connection failed", exc_info=error)

    def _is_full_for(self, origin: str | None) -> bool:
        taken = len(self._state.connections) + len(self._arriving)
        if taken < min(self._limit, self._limit_per_address):
            return False
        if taken >= self._limit:
            self._note(f"{self._limit} connections are open, and no more are taken")
            return True
        if origin is None:
            return False
        of_origin = sum(_origin_of(each) == origin for each in self._state.connections)
        of_origin += sum(each.origin == origin for each in self._arriving)
        if of_origin < self._limit_per_address:
            return False
        self._note(f"{origin} has {self._limit_per_address} connections open, and gets no more")
        return True

    def _note(self, message: str) -> None:
        """Says it in the log, once in a while."""
        if time.monotonic() - self._noted_full >= _FULL_NOTE_SECONDS:
            self._noted_full = time.monotonic()
            _log.warning("%s", message)

    async def close(self, grace_seconds: float) -> None:
        """Stops accepting, lets requests finish for ``grace_seconds``, then ends them."""
        for task in self._loops:
            task.cancel()  # closing twice is harmless
        arriving = list(self._arriving.values())
        for arrived in arriving:
            arrived.cancel()
        await asyncio.gather(*self._loops, *arriving, return_exceptions=True)
        for connection in list(self._state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                while self._state.connections or self._state.tasks:
                    await asyncio.sleep(0.02)
        for request in list(self._state.tasks):
            request.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        if self._clock is not None:
            self._clock.cancel()


@lru_cache(maxsize=_KNOWN_HOSTS)
def _origin(host: str) -> str | None:
    """What connections are counted by: an IPv4 address or an IPv6 network; ``None`` for loopback."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return None if address.is_loopback else str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return None if address.is_loopback else str(address)


def _origin_of(connection: object) -> str | None:
    client = getattr(connection, "client", None)
    return _origin(client[0]) if client else None
