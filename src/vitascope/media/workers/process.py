"""One worker process as its pool sees it: started, spoken to, ended.

A worker is a fresh Python (never a fork of the server), gets a minimal environment, so that no token or password of
the server's environment is in the memory of a process that decodes hostile files, and has no file descriptors but its
socket, and the door at which it is given connections to the sources that are read directly.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable

import msgspec

from vitascope.media.reach import door, table
from vitascope.media.reach.table import Point
from vitascope.media.workers import wire
from vitascope.media.workers.confine import Limits

_KEPT_ENVIRONMENT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PYTHONHOME",
    "PYTHONPATH",
    "TMPDIR",
    "TZ",
)

# The C library gives the memory of every picture and frame back to the kernel and has it zeroed anew for the next one:
# a sixth of the time of a small poster. Workers end when they are idle, so they may as well keep it until then.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(128 << 20)}

GRACE_S = 0.5
KILL_GRACE_S = 5.0


class WorkerProcess:
    """A started worker that has loaded ``modules`` first.

    The starting thread must live as long as the worker: the kernel ends the worker with it.
    """

    def __init__(self, limits: Limits, modules: Iterable[str] = ()) -> None:
        ours, theirs = socket.socketpair()
        door_end, knocking = socket.socketpair(type=socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ} | _MALLOC
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, names of our modules as arguments
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "vitascope.media.workers.child",
                    str(theirs.fileno()),
                    str(knocking.fileno()),
                    str(os.getpid()),
                    msgspec.json.encode(limits).decode(),
                    *modules,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), knocking.fileno()),
                env=environment,
            )
        except OSError:
            ours.close()
            door_end.close()
            raise
        finally:
            theirs.close()
            knocking.close()
        self.connection = ours
        self._door = door_end
        self._points: tuple[Point, ...] = ()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, calls: list[wire.Call], cpu_limit_s: int, *, timeout_s: float) -> None:
        """Raises :class:`wire.DisconnectedError`."""
        known = table.points()
        news = None if known == self._points else known
        self._points = known
        self.connection.settimeout(timeout_s)
        wire.send(self.connection, wire.Batch(calls, cpu_limit_s, news))

    def receive(self, *, timeout_s: float) -> wire.Results:
        """Raises ``TimeoutError`` after silence, :class:`wire.DisconnectedError` when the worker is gone."""
        if self._points:
            self._answer_door(time.monotonic() + timeout_s)
        self.connection.settimeout(timeout_s)
        return wire.receive_results(self.connection)

    def _answer_door(self, until: float) -> None:
        """Gives out connections until there is something else to hear."""
        both = select.poll()
        both.register(self.connection, select.POLLIN)
        both.register(self._door, select.POLLIN)
        while ready := dict(both.poll(max(until - time.monotonic(), 0) * 1_000)):
            if self.connection.fileno() in ready:
                return
            if not door.answer(self._door, self._points):
                both.unregister(self._door)
        raise TimeoutError

    def kill(self) -> None:
        """End it at once. Safe to call from any thread, and twice."""
        self._process.kill()

    def end(self) -> str:
        """Close the connection, end the process, and say how it ended (``SIGSEGV``, ``exit code 1``).

        A worker that waits for a dead network mount cannot even be killed; it is left to the kernel then.
        """
        self.connection.close()
        self._door.close()
        for patience_s in (GRACE_S, KILL_GRACE_S):
            try:
                return _ending(self._process.wait(timeout=patience_s))
            except subprocess.TimeoutExpired:
                self._process.kill()
        return "nothing: it waits for its disk"


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
