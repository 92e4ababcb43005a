"""The launcher: ``python -m vitascope.media.transcoding.launcher.child FD PARENT_PID``. One thread, one loop.

Orders come over an inherited socket (``start``, ``hold``, ``go_on``, ``end``); what becomes of each run goes back
(``header``, ``made``, ``made_us``, ``ended``). A held run is stopped by a signal: it keeps its place and costs nothing.
"""

import errno
import os
import resource
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from vitascope.media.transcoding.launcher import sandbox
from vitascope.media.transcoding.launcher.messages import Order, Unpacker, order_of, packed
from vitascope.media.transcoding.launcher.passage import Passage, open_passage
from vitascope.media.transcoding.launcher.words import Words
from vitascope.media.transcoding.outputs import CutError, Cutter
from vitascope.media.workers.confine import drop_capabilities, leave_network, limit
from vitascope.media.workers.parent import end_with_parent

_READ_BYTES = 1 << 20
_TICK_S = 5.0
_ORDERS_FDS = 16


class Run:
    """A started program."""

    def __init__(self, number: int, order: Order, pid: int, output: int | None, words: int) -> None:
        self.number, self.order, self.pid = number, order, pid
        self.output, self.words = output, words
        self.cutter = Cutter(order.cutting) if order.cutting is not None else None
        self.passage: Passage | None = None
        self.said = Words()
        self.bytes = 0
        self.failure = ""
        self.full = False
        self.held = False
        self.status: int | None = None
        self.header_told = False
        self.heard_at = time.monotonic()
        self.busy_s = 0.0
        self.since = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        if self.status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    @property
    def time_s(self) -> float:
        """How long it has run, without the times it was held."""
        return self.busy_s + (0.0 if self.held else time.monotonic() - self.since)


class LauncherLoop:
    """Everything the launcher does."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._selector = selectors.DefaultSelector()
        self._runs: dict[int, Run] = {}
        self._unpacker = Unpacker()
        self._descriptors: list[int] = []
        self._wake, wake = socket.socketpair()
        for one in (self._wake, wake):
            one.setblocking(False)
        self._wake_end = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno())

    def serve(self) -> None:
        """Until the server closes the connection."""
        self._selector.register(self._connection, selectors.EVENT_READ, self._orders)
        self._selector.register(self._wake, selectors.EVENT_READ, self._reap)
        while True:
            for key, _ in self._selector.select(_TICK_S):
                if key.data() is False:
                    return
            self._watch()

    # --- orders ----------------------------------------------------------------------------------------------------

    def _orders(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._connection, 1 << 18, _ORDERS_FDS)
        self._descriptors += descriptors
        if not data:
            return False
        for message in self._unpacker.feed(data):
            self._obey(message)
        return True

    def _obey(self, message: dict[str, Any]) -> None:
        number = int(message["run"])
        if message["do"] == "start":
            self._start(number, order_of(message["order"]))
            return
        run = self._runs.get(number)
        if run is None:
            return
        match message["do"]:
            case "hold" if not run.held:
                run.busy_s, run.held = run.time_s, True
                run.signal(signal.SIGSTOP)
            case "go_on" if run.held:
                run.held, run.since, run.heard_at = False, time.monotonic(), time.monotonic()
                run.signal(signal.SIGCONT)
            case "end":
                run.failure = run.failure or "ended"
                run.signal(signal.SIGKILL)

    def _start(self, number: int, order: Order) -> None:
        output: int | None = None
        if order.pipe:
            out = self._descriptors.pop(0)
        else:
            output, out = os.pipe()
        words, err = os.pipe()
        try:
            pid, listener = _started(order, out, err)
        except OSError as error:
            if output is not None:
                os.close(output)
            os.close(words)
            self._say({"run": number, "ended": 127, "words": str(error)})
            return
        finally:
            os.close(out)
            os.close(err)
        run = Run(number, order, pid, output, words)
        self._runs[number] = run
        if output is not None:
            os.set_blocking(output, False)
            self._selector.register(output, selectors.EVENT_READ, lambda: self._output(run))
        if listener is not None:
            run.passage = Passage(listener, order.source, others=order.devices)
            self._selector.register(listener, selectors.EVENT_READ, lambda: self._pass(run))
        os.set_blocking(words, False)
        self._selector.register(words, selectors.EVENT_READ, lambda: self._words(run))

    # --- what runs say -----------------------------------------------------------------------------------------------

    def _output(self, run: Run) -> None:
        if run.output is None:
            return
        try:
            data = os.read(run.output, _READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._close_output(run)
            self._finish(run)
            return
        run.heard_at = time.monotonic()
        run.bytes += len(data)
        if run.cutter is not None and not run.failure:
            self._cut(run, data)

    def _cut(self, run: Run, data: bytes | None) -> None:
        assert run.cutter is not None  # noqa: S101  # asked by both callers
        try:
            ready = run.cutter.feed(data) if data is not None else run.cutter.end()
        except CutError as error:
            run.failure = str(error)
            run.signal(signal.SIGKILL)
            return
        except OSError as error:
            run.failure = error.strerror or "the segment cannot be written"
            run.full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            run.signal(signal.SIGKILL)
            return
        if run.cutter.header_ready and not run.header_told:
            run.header_told = True
            self._say({"run": run.number, "header": True})
        for number in ready:
            self._say({"run": run.number, "made": number, "at": run.cutter.made, "time_s": run.time_s})

    def _words(self, run: Run) -> None:
        try:
            data = os.read(run.words, 65_536)
        except BlockingIOError:
            return
        if data:
            if run.said.feed(data):
                self._say({"run": run.number, "made_us": run.said.made_us, "time_s": run.time_s})
            return
        run.said.end()
        self._selector.unregister(run.words)
        os.close(run.words)
        run.words = -1
        self._finish(run)

    def _pass(self, run: Run) -> None:
        if run.passage is not None and not run.passage.serve():
            self._close_passage(run)

    def _close_passage(self, run: Run) -> None:
        if run.passage is not None:
            self._selector.unregister(run.passage.listener)
            run.passage.close()
            run.passage = None

    def _close_output(self, run: Run) -> None:
        if run.output is not None:
            self._selector.unregister(run.output)
            os.close(run.output)
            run.output = None

    # --- ends --------------------------------------------------------------------------------------------------------

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            self._wake.recv(4_096)
        for run in list(self._runs.values()):
            if run.status is None:
                pid, status = os.waitpid(run.pid, os.WNOHANG)
                if pid:
                    run.status = os.waitstatus_to_exitcode(status)
                    self._finish(run)

    def _finish(self, run: Run) -> None:
        """It is over when the process has ended and everything it wrote was read."""
        if run.status is None or run.output is not None or run.words >= 0 or run.number not in self._runs:
            return
        del self._runs[run.number]
        self._close_passage(run)
        missing = 0
        if run.cutter is not None and run.status == 0 and not run.failure:
            missing = run.cutter.missing_ticks
            self._cut(run, None)
        self._say(
            {
                "run": run.number,
                "ended": run.status,
                "words": run.said.complaints.decode("utf-8", "replace"),
                "failure": run.failure,
                "full": run.full,
                "missing": missing,
                "bytes": run.bytes,
            }
        )

    def _watch(self) -> None:
        """Ends what says nothing for too long though it may."""
        now = time.monotonic()
        for run in self._runs.values():
            if run.held or run.order.cutting is None or run.status is not None:
                continue
            if now - run.heard_at > run.order.silence_s:
                run.failure = run.failure or f"nothing came of it for {run.order.silence_s} seconds"
                run.signal(signal.SIGKILL)

    def _say(self, message: dict[str, Any]) -> None:
        self._connection.sendall(packed(message))

    def end_all(self) -> None:
        """Nothing of it is left."""
        for run in self._runs.values():
            run.signal(signal.SIGKILL)


def _started(order: Order, out: int, err: int) -> tuple[int, int | None]:
    """Forks, confines and starts a program; its process id, and by what the kernel asks about its sockets if it reads
    from a source. A failure in between is told on ``err``.

    Returns when the program has begun (a descriptor that closes itself says so): a child that was held before it had
    asked to be ended with its parent would outlive it.
    """
    program = os.path.realpath(order.program)
    parent_pid = os.getpid()
    begun, beginning = socket.socketpair()
    pid = os.fork()
    if pid:
        beginning.close()
        with begun:
            _, listeners, _, _ = socket.recv_fds(begun, 1, 1)
            if listeners:
                os.set_inheritable(listeners[0], False)
                begun.recv(1)
        return pid, listeners[0] if listeners else None
    try:  # the child, which never returns
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(source, target)
        signal.set_wakeup_fd(-1)
        sandbox.enter(order, program, parent_pid=parent_pid)
        if order.source:
            socket.send_fds(beginning, [b"."], [open_passage()])
        argv = [order.program, *order.arguments]
        os.execve(program, argv, sandbox.environment())  # noqa: S606  # a shell is the last thing that is wanted
    except BaseException as error:  # noqa: BLE001  # whatever it is, this copy of the launcher must not go on
        os.write(2, f"it cannot be started: {error}".encode())
    finally:
        os._exit(127)


def _proved(no_network: bool, dropped: bool, dies: bool) -> dict[str, bool]:
    """Which confinements hold, tried by a child that ends at once."""
    read, write = os.pipe()
    parent_pid = os.getpid()
    pid = os.fork()
    if not pid:
        held = 0
        try:
            order = Order(program=sys.executable, arguments=())
            marks = sandbox.enter(order, sys.executable, parent_pid=parent_pid)
            held = sum(1 << at for at, mark in enumerate(marks) if mark)
        finally:
            os.write(write, bytes([held]))
            os._exit(0)
    os.close(write)
    held = (os.read(read, 1) or b"\0")[0]
    os.close(read)
    os.waitpid(pid, 0)
    return {
        "dies_with_server": dies and bool(held & 1),
        "no_network": no_network,
        "capabilities_dropped": dropped,
        "files_confined": bool(held & 2),
        "system_calls_filtered": bool(held & 4),
    }


def main(arguments: list[str]) -> None:
    descriptor, parent_pid = (int(argument) for argument in arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit(resource.RLIMIT_CORE, 0)
    no_network = leave_network()
    dropped = drop_capabilities()
    dies = end_with_parent()
    if os.getppid() != parent_pid:
        sys.exit(1)
    with socket.socket(fileno=descriptor) as connection:
        os.set_inheritable(descriptor, False)
        connection.setblocking(True)
        connection.sendall(packed({"confinements": _proved(no_network, dropped, dies)}))
        loop = LauncherLoop(connection)
        try:
            loop.serve()
        except (ConnectionError, BrokenPipeError):
            pass
        finally:
            loop.end_all()


if __name__ == "__main__":
    main(sys.argv[1:])
