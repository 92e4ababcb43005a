"""No manager: whoever asks says that nothing runs, or that what runs is stopped by hand."""

from dataclasses import dataclass


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

    def describe(self) -> str:
        """For a person."""
        return "no manager"
