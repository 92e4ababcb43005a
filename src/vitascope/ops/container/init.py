"""Process 1 of the container: it prepares, supervises, reaps, and ends everything in order.

1. The container's environment is left for ``with-contenv``.
2. ``/etc/cont-init.d/*`` run one after the other, in the order of their names. One that fails is told and does not keep
   the rest from running, as with s6-overlay.
3. Every folder of ``/etc/services.d`` is supervised (:mod:`vitascope.ops.container.service`). A command given to the
   container is then run beside them, and its end is the container's.
4. SIGTERM, SIGINT and SIGQUIT end it: services get SIGTERM and time to finish, their ``finish`` runs, then every
   process that is left is asked, and at last forced, to end. SIGHUP, SIGUSR1 and SIGUSR2 are handed to the services.

All of it is one loop: signals and control commands arrive through descriptors, so nothing happens at the same time.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.ops.container.places import make_runtime_folder, write_environment
from vitascope.ops.container.service import Service, State

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_FORWARDED = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_NOT_EXECUTABLE = 126
_SERVICES_SECONDS = 60.0
_OTHERS_SECONDS = 10.0
_KILLED_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the container keeps its parts."""

    cont_init: Path = Path("/etc/cont-init.d")
    services: Path = Path("/etc/services.d")
    runtime: Path | None = field(default_factory=make_runtime_folder)
    """``None`` when nothing can be written: then there are no controls, and ``with-contenv`` adds nothing."""


def _tell(message: str) -> None:
    print(f"[init] {message}", file=sys.stderr, flush=True)


def _seconds(variable: str, default: float) -> float:
    """A time from the environment, in milliseconds as s6-overlay has it."""
    text = os.environ.get(variable, "")
    return int(text) / 1000 if text.isascii() and text.isdecimal() else default


def _spawn(command: Sequence[str], *, session: bool = True) -> int:
    # Not waited for here: process 1 reaps all children in one place, so nobody else may.
    process = subprocess.Popen(list(command), start_new_session=session)  # noqa: S603  # the image's own scripts
    process.returncode = 0
    return process.pid


def _kill(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


class Init:
    """The loop of process 1."""

    def __init__(self, layout: Layout, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._layout = layout
        self._clock = clock
        self._services: list[Service] = []
        self._controls: dict[int, Service] = {}
        self._ending = False
        self._codes: dict[int, int] = {}
        self._wake, self._woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self, command: Sequence[str]) -> int:
        """Runs the container until it is ended, and returns its exit code."""
        for number in (*_ENDING, *_FORWARDED, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # what counts is the byte in the pipe
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        self._leave_environment()
        for script in sorted(self._layout.cont_init.glob("*")):
            if self._ending:
                return 0
            self._run_script(script)
        main = self._start(command)
        while not self._ending and main not in self._codes:
            self._turn(None)
        code = self._codes.get(main, 0) if main else 0
        self._end()
        return code

    def _leave_environment(self) -> None:
        folder = self._layout.runtime
        if folder is None:
            _tell("nothing can be written below /run or /tmp: plex_service.sh will not work")
            return
        write_environment(folder / "container_environment", os.environ)

    def _run_script(self, script: Path) -> None:
        if os.environ.get("DEBUG", "").lower() == "true":
            _tell(f"runs {script}")
        code = self._wait_for([str(script)], what=script.name)
        if code not in (0, None):
            _tell(f"{script.name} failed with exit code {code}")

    def _wait_for(self, command: Sequence[str], *, what: str) -> int | None:
        try:
            pid = _spawn(command)
        except OSError as error:
            _tell(f"{what}: {error.strerror}")
            return None
        while pid not in self._codes:
            self._turn(None)
            if self._ending:
                _kill(pid, signal.SIGTERM)
                return None
        return self._codes.pop(pid)

    def _start(self, command: Sequence[str]) -> int:
        """Starts the services, and the container's command if there is one; returns its process id, or 0."""
        if self._ending:
            return 0
        for folder in sorted(path for path in self._layout.services.glob("*") if (path / "run").exists()):
            service = Service(folder=folder, spawn=_spawn, kill=_kill, tell=_tell)
            self._services.append(service)
            self._open_control(service)
            service.up(self._clock())
        if not command:
            return 0
        try:
            return _spawn(command, session=False)
        except OSError as error:
            _tell(f"{command[0]}: {error.strerror}")
            self._codes[-1] = _NOT_EXECUTABLE
            return -1

    def _open_control(self, service: Service) -> None:
        if self._layout.runtime is None:
            return
        folder = self._layout.runtime / "services" / service.name / "supervise"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "control"
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        # Opened for writing too, so that it does not come to an end when a writer goes.
        self._controls[os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)] = service

    def _turn(self, until: float | None) -> None:
        """Waits for something to happen, at most until a time, and does what follows from it."""
        deadlines = [service.deadline for service in self._services if service.deadline is not None]
        deadlines += [] if until is None else [until]
        wait = max(min(deadlines) - self._clock(), 0) if deadlines else None
        ready, _, _ = select.select([self._wake, *self._controls], [], [], wait)
        now = self._clock()
        if self._wake in ready:
            for number in os.read(self._wake, 4096):
                if number in _ENDING:
                    self._ending = True
                elif number in _FORWARDED:
                    for service in self._services:
                        if service.pid is not None:
                            _kill(service.pid, signal.Signals(number))
            self._reap(now)
        for descriptor in ready:
            if descriptor in self._controls and not self._ending:
                for letter in os.read(descriptor, 4096).decode("latin-1"):
                    self._controls[descriptor].command(letter, now)
        for service in self._services:
            service.look(now)

    def _reap(self, now: float) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            if not any(service.ended(pid, code, now) for service in self._services):
                self._codes[pid] = code if code >= 0 else 128 - code

    def _end(self) -> None:
        """Ends the services, then whatever else runs in this container."""
        self._ending = True
        for service in self._services:
            service.down()
        limit = self._clock() + _seconds("S6_SERVICES_GRACETIME", _SERVICES_SECONDS)
        while any(service.state is not State.DOWN for service in self._services):
            if self._clock() >= limit:
                _tell("the services take too long and are ended")
                break
            self._turn(limit)
        self._end_others(signal.SIGTERM, _seconds("S6_KILL_GRACETIME", _OTHERS_SECONDS))
        self._end_others(signal.SIGKILL, _KILLED_SECONDS)

    def _end_others(self, number: signal.Signals, seconds: float) -> None:
        if os.getpid() == 1:  # elsewhere "all processes" would be the machine's
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, number)
        else:
            for service in self._services:
                if service.pid is not None:
                    _kill(service.pid, number)
        limit = self._clock() + seconds
        while self._has_children() and self._clock() < limit:
            self._turn(limit)

    @staticmethod
    def _has_children() -> bool:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        return True


def main(command: Sequence[str]) -> int:
    """``/init [COMMAND…]``."""
    return Init(Layout()).run(command)
