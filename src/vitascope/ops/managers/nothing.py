"""No manager: whoever asks says that nothing runs, or that what runs is stopped by hand."""

from dataclasses import dataclass

from vitascope.ops.managers.errors import NotManageable


@dataclass(frozen=True, slots=True)
class NoManager:
    """Stops and starts nothing."""

    def running(self) -> bool:
        """Never: nothing is known that could run."""
        return False

    def stop(self) -> None:
        """Does nothing."""

    def start(self) -> None:
        """Does nothing."""

    def renew(self) -> None:
        """Refuses: nothing is known that could be started."""
        raise NotManageable("no manager is named: nothing can start the service with another image")

    def describe(self) -> str:
        """For a person."""
        return "no manager"
