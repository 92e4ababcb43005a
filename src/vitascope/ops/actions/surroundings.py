"""What an action works on: the files of one server, whether it runs, and how an owner is made.

The same actions run inside our server, on the command line beside a stopped one, and for the original image; what
differs between these places is handed in here.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from vitascope.ops.package_state import StateFile
from vitascope.ops.service import Service


class Running(StrEnum):
    """Whether the server runs."""

    RUNNING = "running"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """How the server gets its owner: with a token of an account home, or with a name and a password on the spot (and
    then perhaps with a token of the server itself)."""

    token: str | None = None
    owner_name: str | None = None
    owner_password: str | None = None


class LinkOwner(Protocol):
    """Makes the owner of a running server of ours."""

    async def __call__(self, request: LinkRequest) -> str:
        """Says for a person who the owner is now. Raises :class:`ActionFailedError` when there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One server, as its actions see it."""

    service: Service
    state: StateFile
    preferences: Path
    running: Callable[[], Awaitable[Running]]
    is_linked: Callable[[], Awaitable[bool]]
    link: LinkOwner | None = None
    """``None`` where no owner can be made on the spot: the original image, or our server while it is stopped."""
    stop_command: str = ""
    """How a person stops the server here; empty when that is not known."""
    start_command: str = ""
    clock: Callable[[], float] = time.time
