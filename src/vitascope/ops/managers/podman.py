"""A container of podman that was started by hand or by a script, and not by a unit."""

from dataclasses import dataclass

from vitascope.ops.managers.command import CHANGE_SECONDS, LOOK_SECONDS, run
from vitascope.ops.managers.errors import NotManageable

_AT_REST = {"created", "configured", "initialized", "exited", "stopped"}
_PATIENCE_SECONDS = 60
"""How long podman waits after its polite signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodmanManager:
    """One container."""

    container: str

    def running(self) -> bool:
        """Whether the container runs, is paused, or is on its way."""
        return self._look("{{.State.Status}}") not in _AT_REST

    def stop(self) -> None:
        """Refuses a container that podman removes when it ends: it could not be started again."""
        if self._look("{{.HostConfig.AutoRemove}}") == "true":
            raise NotManageable(
                f"{self.describe()} was run with --rm and is gone when it is stopped; "
                "name the unit that runs it (systemd-user:UNIT or systemd:UNIT)"
            )
        run(["podman", "stop", f"--time={_PATIENCE_SECONDS}", self.container], CHANGE_SECONDS)

    def start(self) -> None:
        """Starts the container as it was made."""
        run(["podman", "start", self.container], CHANGE_SECONDS)

    def renew(self) -> None:
        """Refuses: only who made the container knows how to make another."""
        raise NotManageable(
            f"{self.describe()} keeps the image that it was made of; let a unit run it (vitascope bundle quadlet)"
        )

    def describe(self) -> str:
        """For a person."""
        return f"the podman container {self.container}"

    def _look(self, what: str) -> str:
        return run(["podman", "container", "inspect", f"--format={what}", self.container], LOOK_SECONDS).strip()
