"""A unit of systemd, of the machine or of the user who asks (quadlets are such units)."""

from contextlib import suppress
from dataclasses import dataclass

from vitascope.ops.managers.command import CHANGE_SECONDS, LOOK_SECONDS, run
from vitascope.ops.managers.errors import ManagerCommandFailed, NotManageable

_AT_REST = {"inactive", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemdManager:
    """One unit."""

    unit: str
    user: bool
    """Of the user's own systemd instead of the machine's."""

    def running(self) -> bool:
        """``is-active`` says no while a unit is still ending, so the state itself is asked for."""
        said = run(self._systemctl("show", "--property=LoadState,ActiveState", self.unit), LOOK_SECONDS)
        state = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        if state.get("LoadState") != "loaded":
            raise NotManageable(f"{self.describe()} is {state.get('LoadState', 'not known')}")
        return state.get("ActiveState") not in _AT_REST

    def stop(self) -> None:
        """Waits for the end, as systemctl does."""
        run(self._systemctl("stop", self.unit), CHANGE_SECONDS)

    def start(self) -> None:
        """Waits until systemd calls the unit started."""
        run(self._systemctl("start", self.unit), CHANGE_SECONDS)

    def renew(self) -> None:
        """A unit that runs containers makes one at each start. How often it failed before does not count."""
        with suppress(ManagerCommandFailed):
            run(self._systemctl("reset-failed", self.unit), LOOK_SECONDS)
        self.start()

    def describe(self) -> str:
        """For a person."""
        return f"the unit {self.unit} of this {'user' if self.user else 'machine'}"

    def _systemctl(self, verb: str, *arguments: str) -> list[str]:
        whose = ["--user"] if self.user else []
        return ["systemctl", *whose, "--no-pager", "--no-ask-password", verb, *arguments]
