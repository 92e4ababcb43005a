"""The server's end of the launcher: starts it, gives orders, tells what became of them.

Belongs to one event loop, whose thread must be the server's main one: the kernel ends the launcher with the thread that
started it.
"""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from vitascope.media.transcoding.launcher.messages import Confinements, Order, Unpacker, order_fields, packed

_KEPT_ENVIRONMENT = (
    *("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR", "TZ"),
    *("LIBVA_DRIVER_NAME", "LIBVA_DRIVERS_PATH", "NVIDIA_VISIBLE_DEVICES"),
)
_GRACE_S = 5.0
_SENDING_S = 60.0
"""A launcher that takes nothing for so long is lost."""


class LauncherError(Exception):
    """The launcher cannot be started, or is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended."""

    code: int
    """Its exit code; negative: the signal that ended it."""
    words: str = ""
    """The end of what it said."""
    failure: str = ""
    """Why it was ended, or why what it made could not be used."""
    full: bool = False
    """The failure is that of the disk."""
    lost: bool = False
    """The launcher is gone, and the program with it."""
    wrote_bytes: int = 0
    """How much of its output was read here."""
    missing_ticks: int = 0
    """How much of what was asked for did not come, though it ended well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A segment is whole."""

    number: int
    at_ticks: int
    time_s: float
    """How long the run has worked for all it made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is that is not cut into segments."""

    made_us: int = 0
    """From where it began."""
    time_s: float = 0.0
    """How long it has worked for that, or waited for its reader."""


class Child:
    """A program that the launcher was told to start."""

    def __init__(self, launcher: "Launcher", number: int) -> None:
        self._launcher = launcher
        self._number = number
        self._made: asyncio.Queue[Made | None] = asyncio.Queue()
        self.header = asyncio.Event()
        """The header is there, or the run is over."""
        self._over = asyncio.Event()
        self.ended: Ended | None = None
        self.progress = Progress()

    async def made(self) -> AsyncIterator[Made]:
        """The segments, as they become whole; ends with the run."""
        while (one := await self._made.get()) is not None:
            yield one

    async def wait(self) -> Ended:
        """How it ended."""
        await self._over.wait()
        assert self.ended is not None  # noqa: S101  # set before the event
        return self.ended

    async def hold(self) -> None:
        """Stops it where it is."""
        await self._launcher.tell(self._number, "hold")

    async def go_on(self) -> None:
        """Lets it go on."""
        await self._launcher.tell(self._number, "go_on")

    async def end(self) -> Ended:
        """Ends it at once, and waits until it is gone."""
        await self._launcher.tell(self._number, "end")
        return await self.wait()

    def _hear(self, message: dict[str, Any]) -> None:
        if "made" in message:
            self._made.put_nowait(Made(number=message["made"], at_ticks=message["at"], time_s=message["time_s"]))
        elif "header" in message:
            self.header.set()
        elif "made_us" in message:
            self.progress = Progress(made_us=message["made_us"], time_s=message["time_s"])
        else:
            self._close(
                Ended(
                    code=message["ended"],
                    words=message.get("words", ""),
                    failure=message.get("failure", ""),
                    full=message.get("full", False),
                    wrote_bytes=message.get("bytes", 0),
                    missing_ticks=message.get("missing", 0),
                )
            )

    def _close(self, ended: Ended) -> None:
        if self.ended is None:
            self.ended = ended
            self._over.set()
            self.header.set()
            self._made.put_nowait(None)


class Launcher:
    """The launcher process: started with the first order, and again after it was lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._numbers = itertools.count(1)
        self._children: dict[int, Child] = {}
        self._reading: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self.confinements: Confinements | None = None
        """Which protections hold; known once it has started."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def start(self) -> Confinements:
        """Starts it when it does not run. Raises :class:`LauncherError`."""
        async with self._lock:
            return await self._started()

    async def _started(self) -> Confinements:
        if self._closed:
            raise LauncherError("the server ends")
        if self._connection is not None and self.confinements is not None:
            return self.confinements
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [
                    *(sys.executable, "-P", "-m", "vitascope.media.transcoding.launcher.child"),
                    *(str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise LauncherError(f"it cannot be started: {error}") from error
        finally:
            theirs.close()
        ours.setblocking(False)
        unpacker = Unpacker()
        first: dict[str, Any] | None = None
        try:
            while first is None:
                data = await asyncio.get_running_loop().sock_recv(ours, 65_536)
                if not data:
                    code = await asyncio.to_thread(self._process.wait)
                    raise LauncherError(f"it ended with {code} while it started")
                first = next(unpacker.feed(data), None)
        except BaseException:
            ours.close()
            self._end_process()
            self._process = None
            raise
        self.confinements = Confinements(**first["confinements"])
        self._connection = ours
        self._reading = asyncio.create_task(self._read(ours, unpacker))
        return self.confinements

    async def run(self, order: Order, *, pipe: int | None = None) -> Child:
        """Has a program started; ``pipe`` is where its output goes (the caller closes its copy). Raises
        :class:`LauncherError`."""
        async with self._lock:
            await self._started()
            number = next(self._numbers)
            child = self._children[number] = Child(self, number)
            message = packed({"do": "start", "run": number, "order": order_fields(order)})
            try:
                await self._send(message, pipe)
            except OSError as error:
                self._children.pop(number, None)
                raise LauncherError("the launcher is gone") from error
            except asyncio.CancelledError:
                with suppress(OSError):  # it was started, and nobody is there to want it
                    await self._send(packed({"do": "end", "run": number}), None)
                raise
            return child

    async def tell(self, number: int, what: str) -> None:
        """An order about a run; none when it is over."""
        async with self._lock:
            if number in self._children and self._connection is not None:
                with suppress(OSError):
                    await self._send(packed({"do": what, "run": number}), None)

    async def _send(self, message: bytes, pipe: int | None) -> None:
        """Sends a message to its end, even when the caller is cancelled meanwhile: half of one would make nonsense of
        all that follow it."""
        assert self._connection is not None  # noqa: S101  # started by the caller
        connection = self._connection
        sending = asyncio.ensure_future(_send_whole(connection, message, pipe))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending], timeout=_SENDING_S)
            if not sending.done():
                sending.cancel()
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            raise

    async def _read(self, connection: socket.socket, unpacker: Unpacker) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError, ValueError):
            while data := await loop.sock_recv(connection, 1 << 18):
                for message in unpacker.feed(data):
                    child = self._children.get(message["run"])
                    if child is not None:
                        if "ended" in message:
                            del self._children[message["run"]]
                        child._hear(message)  # noqa: SLF001  # the two are one
        self._lost(connection)

    def _lost(self, connection: socket.socket) -> None:
        """It is gone, and with it all that it started."""
        connection.close()
        if self._connection is connection:
            self._connection = None
        self._end_process()
        children, self._children = self._children, {}
        for child in children.values():
            child._close(Ended(code=-9, failure="the launcher is gone", lost=True))  # noqa: SLF001  # the two are one

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_S)

    async def close(self) -> None:
        """Ends it and all that it started."""
        self._closed = True
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
        if self._reading is not None:
            await self._reading


async def _send_whole(connection: socket.socket, message: bytes, pipe: int | None) -> None:
    loop = asyncio.get_running_loop()
    while pipe is not None:
        try:
            # The descriptor goes with the length, which is sent whole or not at all.
            socket.send_fds(connection, [message[:4]], [pipe])
            message, pipe = message[4:], None
        except BlockingIOError:
            await _until_writable(connection)
    await loop.sock_sendall(connection, message)


async def _until_writable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    writable = asyncio.Event()
    loop.add_writer(connection, writable.set)
    try:
        await writable.wait()
    finally:
        if connection.fileno() >= 0:
            loop.remove_writer(connection)
