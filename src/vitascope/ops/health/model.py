"""What a health check says, in the words of the hosts that show it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from vitascope.ops.service import CheckSpec


class Health(StrEnum):
    """The state of a check."""

    SUCCESS = "success"
    STARTING = "starting"
    """Not good yet, within the time that a start may take; or still being looked at."""
    FAILURE = "failure"
    DISABLED = "disabled"
    """There is nothing to look at, or nothing that could be seen from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a look at something found."""

    health: Health
    detail: str = ""
    """For a person; empty when the check's own words say it all."""


def good(detail: str = "") -> Observation:
    return Observation(health=Health.SUCCESS, detail=detail)


def bad(detail: str) -> Observation:
    return Observation(health=Health.FAILURE, detail=detail)


def nothing(detail: str) -> Observation:
    """There is nothing to say; ``detail`` says why."""
    return Observation(health=Health.DISABLED, detail=detail)


Look = Callable[[], Awaitable[Observation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A check and what it says now."""

    spec: CheckSpec
    health: Health
    detail: str
    looked_at: float
    """In seconds since 1970."""

    @property
    def message(self) -> str:
        """What is shown: the check's own words, or why there are none."""
        match self.health:
            case Health.SUCCESS:
                return self.spec.success
            case Health.FAILURE:
                return self.spec.failure
            case Health.STARTING:
                return "Starting"
            case Health.DISABLED:
                return self.detail


class BackupFacts(Protocol):
    """What is known of the newest backup."""

    @property
    def taken_at(self) -> float:
        """In seconds since 1970."""
        ...

    @property
    def verified_at(self) -> float | None:
        """When it was last read whole and found good; ``None``: never."""
        ...

    @property
    def drill_ok(self) -> bool | None:
        """Whether the last drill could restore it; ``None``: there was none."""
        ...

    @property
    def message(self) -> str:
        """What the last look at it said, for a person."""
        ...
