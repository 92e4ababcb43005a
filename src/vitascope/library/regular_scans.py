"""Scans every section again and again, as often as the owner wants: for folders that tell nobody of their changes.

A section's turn is counted from its last complete scan, which the database keeps, so a restart scans nothing early; one
whose folders are away is not asked more often than the others.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.sections import list_sections

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 30.0


class RegularScans:
    """Starts scans in time. ``start(section_id)`` is awaited for a section whose turn it is."""

    def __init__(
        self,
        database: Database,
        *,
        start: Callable[[int], Awaitable[object]],
        enabled: Callable[[], bool],
        interval_s: Callable[[], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._start = start
        self._enabled = enabled
        self._interval_s = interval_s
        self._clock = clock
        self._started: dict[int, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """From now on; must be called on the loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="regular-scans")

    async def close(self) -> None:
        """Starts no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN_S)
            try:
                await self.look()
            except Exception:
                log.exception("The sections could not be looked through for a regular scan")

    async def look(self) -> list[int]:
        """Starts the scans whose turn it is; returns the sections."""
        if not self._enabled():
            return []
        now, begun = self._clock(), []
        for section in await self._database.read(list_sections):
            last = max(section.scanned_at or 0, self._started.get(section.id, 0.0))
            if now - last >= self._interval_s():
                self._started[section.id] = now
                with contextlib.suppress(NotFound):  # it was deleted meanwhile
                    await self._start(section.id)
                    begun.append(section.id)
        return begun
