"""Keeps one source mounted: what happens when rclone crashes, hangs, or loses its remote.

::

    MOUNTING ──the folder is a mount, and answers──> READY <──it answers again──> AWAY
        │                                              │                            │
        └── it cannot be mounted ──> WAITING <── rclone ended, or was silent too long ┘
                                        └── its time has come, or somebody asked ──> MOUNTING

While it is anything but READY, its folder is offline for the library: nothing in it is believed to be gone. Attempts
come after 1, 2, 4 … seconds and at most every five minutes, and never stop: a network may be back after days. A remote
that answers with errors is left to rclone, which tries again by itself; one that says nothing for several looks is
begun anew.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from vitascope.sources.errors import SourceError
from vitascope.sources.rclone.look import SILENT

log = logging.getLogger(__name__)


class State(StrEnum):
    """How a source is."""

    MOUNTING = "mounting"
    READY = "ready"
    AWAY = "away"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a source is, since when, and why."""

    state: State
    reason: str = ""
    since: float = 0.0
    """Seconds since 1970."""
    restarts: int = 0
    """How often it was begun anew since the server started."""
    next_at: float | None = None
    """When it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient the supervisor is, in seconds."""

    look_every_s: float = 15.0
    look_limit_s: float = 30.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 300.0
    steady_s: float = 60.0
    """A mount that lasted so long begins with the shortest wait again."""
    silent_looks: int = 3
    """So many looks without any answer, and rclone is begun anew."""


class Mounting(Protocol):
    """What is kept mounted."""

    async def start(self) -> None: ...
    async def look(self, limit_s: float) -> str | None: ...
    async def ended(self) -> str: ...
    async def stop(self, *, gently: bool = True) -> None: ...


class Supervisor:
    """Keeps one mount. ``changed`` is called whenever its standing changes."""

    def __init__(
        self,
        name: str,
        mount: Mounting,
        *,
        changed: Callable[[Standing], None],
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._mount = mount
        self._changed = changed
        self._pace = pace or Pace()
        self._clock = clock
        self._asked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._restarts = 0
        self.standing = Standing(state=State.STOPPED)

    def start(self) -> None:
        """Begins; returns at once."""
        self._task = asyncio.create_task(self._run(), name=f"source-{self._name}")

    def retry(self) -> None:
        """Does at once what would be done later: mounts, or looks."""
        self._asked.set()

    async def stop(self) -> None:
        """Unmounts and ends."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._tell(State.STOPPED)

    async def _run(self) -> None:
        wait_s = self._pace.first_wait_s
        while True:
            began = time.monotonic()
            reason = await self._keep()
            if time.monotonic() - began >= self._pace.steady_s:
                wait_s = self._pace.first_wait_s
            log.warning("source %s is not mounted: %s; tried again in %.0f s", self._name, reason, wait_s)
            self._tell(State.WAITING, reason, next_at=self._clock() + wait_s)
            await self._rest(wait_s)
            wait_s = min(wait_s * 2, self._pace.longest_wait_s)
            self._restarts += 1

    async def _keep(self) -> str:
        """Mounts it and looks after it for as long as it lasts; why it lasts no longer."""
        gently = False
        try:
            self._tell(State.MOUNTING)
            await self._mount.start()
            return await self._watch()
        except SourceError as error:
            return str(error)
        except asyncio.CancelledError:
            gently = True
            raise
        except Exception:
            log.exception("source %s could not be looked after", self._name)
            return "an error of the server, which is in its log"
        finally:
            await self._mount.stop(gently=gently)

    async def _watch(self) -> str:
        ended = asyncio.create_task(self._mount.ended())
        silent = 0
        try:
            while not ended.done():
                looking = asyncio.create_task(self._mount.look(self._pace.look_limit_s))
                try:
                    await asyncio.wait({looking, ended}, return_when=asyncio.FIRST_COMPLETED)
                    if ended.done():
                        break
                    reason = looking.result()
                finally:
                    looking.cancel()
                silent = silent + 1 if reason == SILENT else 0
                self._tell(State.READY if reason is None else State.AWAY, reason or "")
                if silent >= self._pace.silent_looks:
                    return f"{reason}, so rclone is begun anew"
                await self._rest(self._pace.look_every_s, until=ended)
            return ended.result()
        finally:
            ended.cancel()

    async def _rest(self, seconds: float, *, until: "asyncio.Task[str] | None" = None) -> None:
        """Waits, for less when somebody asks or ``until`` is done."""
        asked = asyncio.create_task(self._asked.wait())
        try:
            await asyncio.wait(
                {asked} if until is None else {asked, until}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            asked.cancel()
            self._asked.clear()

    def _tell(self, state: State, reason: str = "", *, next_at: float | None = None) -> None:
        before = self.standing
        if (before.state, before.reason, before.next_at) == (state, reason, next_at):
            return
        since = before.since if before.state == state else self._clock()
        self.standing = Standing(state=state, reason=reason, since=since, restarts=self._restarts, next_at=next_at)
        if before.state != state:
            log.info("source %s is %s%s", self._name, state, f": {reason}" if reason else "")
        self._changed(self.standing)
