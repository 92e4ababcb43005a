"""One supervised service: ``run`` is started, started again when it ends, and followed by ``finish`` each time.

This is the behaviour of ``s6-supervise`` as far as scripts rely on it: commands are letters written into
``supervise/control``, a run that ended is started again after a second, ``finish`` gets the exit code (256 for a
signal) and the signal's number, and a ``finish`` that ends with 125 keeps the service down. The state machine knows no
clock and starts nothing itself, so that it can be followed step by step.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

RESTART_SECONDS = 1.0
FINISH_SECONDS = 5.0
_STAYS_DOWN = 125
_BY_SIGNAL = 256

_SIGNALS = {
    "h": signal.SIGHUP,
    "i": signal.SIGINT,
    "q": signal.SIGQUIT,
    "t": signal.SIGTERM,
    "k": signal.SIGKILL,
    "1": signal.SIGUSR1,
    "2": signal.SIGUSR2,
}


class State(Enum):
    """What a service does."""

    DOWN = "down"
    UP = "up"
    FINISHING = "finishing"
    WAITING = "waiting"
    """Between two runs."""


@dataclass(slots=True, kw_only=True)
class Service:
    """A service of ``/etc/services.d``."""

    folder: Path
    spawn: Callable[[list[str]], int]
    """Starts a program in a session of its own and returns its process id. Raises ``OSError``."""
    kill: Callable[[int, signal.Signals], None]
    """Sends a signal to a process that may be gone."""
    tell: Callable[[str], None]
    """Says something to whoever reads the container's log."""
    state: State = State.DOWN
    wanted: bool = False
    pid: int | None = None
    deadline: float | None = field(default=None)
    """When to look at it again, on the caller's clock."""
    _code: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    def up(self, now: float) -> None:
        """Wants it to run."""
        self.wanted = True
        if self.state is State.DOWN:
            self._start(now)

    def down(self) -> None:
        """Wants it to end, gracefully."""
        self.wanted = False
        if self.state is State.UP:
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)  # one that was stopped would not see it
        elif self.state is State.WAITING:
            self.state, self.deadline = State.DOWN, None

    def command(self, letter: str, now: float) -> None:
        """Takes one letter of a control command; unknown ones are nothing, as in s6."""
        if letter in ("u", "U"):
            self.up(now)
        elif letter in ("d", "D", "x"):
            self.down()
        elif letter == "r":
            self.up(now)
            self._signal(signal.SIGTERM)
        elif letter in _SIGNALS:
            self._signal(_SIGNALS[letter])

    def ended(self, pid: int, status: int, now: float) -> bool:
        """Takes note that a process ended (``os.waitstatus_to_exitcode``); tells whether it was one of this service."""
        if pid != self.pid:
            return False
        self.pid = None
        if self.state is State.UP:
            self._code = (_BY_SIGNAL, -status) if status < 0 else (status, 0)
            self._finish(now)
        else:
            self._rest(now, stay_down=status == _STAYS_DOWN)
        return True

    def look(self, now: float) -> None:
        """Does what is due."""
        if self.deadline is None or now < self.deadline:
            return
        self.deadline = None
        if self.state is State.WAITING:
            self._start(now)
        elif self.state is State.FINISHING:
            self.tell(f"{self.name}: finish takes too long and is ended")
            self._signal(signal.SIGKILL)

    def _start(self, now: float) -> None:
        try:
            self.pid = self.spawn([str(self.folder / "run")])
        except OSError as error:
            self.tell(f"{self.folder / 'run'}: {error.strerror}")
            self.state, self.deadline = State.WAITING, now + RESTART_SECONDS
            return
        self.state, self.deadline = State.UP, None

    def _finish(self, now: float) -> None:
        self.state = State.FINISHING
        finish = self.folder / "finish"
        if finish.exists():
            try:
                self.pid = self.spawn([str(finish), str(self._code[0]), str(self._code[1])])
            except OSError as error:
                self.tell(f"{finish}: {error.strerror}")
            else:
                self.deadline = now + FINISH_SECONDS
                return
        self._rest(now, stay_down=False)

    def _rest(self, now: float, *, stay_down: bool) -> None:
        if stay_down:
            self.wanted = False
        if self.wanted:
            self.state, self.deadline = State.WAITING, now + RESTART_SECONDS
        else:
            self.state, self.deadline = State.DOWN, None

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            self.kill(self.pid, number)
