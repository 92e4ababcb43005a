"""A service of a compose file, through whichever compose program the machine has."""

from dataclasses import dataclass
from pathlib import Path

from vitascope.ops.managers.command import CHANGE_SECONDS, LOOK_SECONDS, run
from vitascope.ops.managers.errors import ManagerError, NotManageable

_AT_WORK = ("running", "restarting", "paused")


def _program() -> tuple[str, ...]:
    """Docker's plugin is asked whether it is there; else it is the program of old, whose absence then is the error."""
    try:
        run(["docker", "compose", "version"], LOOK_SECONDS)
    except ManagerError:
        return ("docker-compose",)
    return ("docker", "compose")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeManager:
    """One service."""

    file: Path
    service: str

    def running(self) -> bool:
        """Whether a container of the service runs."""
        program = self._program()
        return any(
            self.service in self._compose(program, "ps", "--services", "--filter", f"status={state}").split()
            for state in _AT_WORK
        )

    def stop(self) -> None:
        """Stops the service's containers and keeps them."""
        self._compose(self._program(), "stop", "-t", "60", self.service, seconds=CHANGE_SECONDS)

    def start(self) -> None:
        """Starts the service and nothing that it depends on, with the containers it has; makes one where it is gone."""
        self._compose(self._program(), "up", "-d", "--no-deps", "--no-recreate", self.service, seconds=CHANGE_SECONDS)

    def renew(self) -> None:
        """Makes the service's container anew; its volumes stay."""
        self._compose(
            self._program(), "up", "-d", "--no-deps", "--force-recreate", self.service, seconds=CHANGE_SECONDS
        )

    def describe(self) -> str:
        """For a person."""
        return f"the service {self.service} of {self.file}"

    def _program(self) -> tuple[str, ...]:
        program = _program()
        if self.service not in self._compose(program, "config", "--services").split():
            raise NotManageable(f"{self.file} has no service {self.service}")
        return program

    def _compose(self, program: tuple[str, ...], *arguments: str, seconds: float = LOOK_SECONDS) -> str:
        return run([*program, "-f", str(self.file), *arguments], seconds)
