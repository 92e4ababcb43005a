"""Are the roots there? Asked again and again, so that a disk that comes back is noticed without anybody's doing.

A root that went away makes its items unavailable by one row and trashes nothing; one that is back makes them available
at once, and its section is scanned, since nobody saw what happened meanwhile.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable

from vitascope.sources.folders import Away, check
from vitascope.store import sections
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound, StoreError
from vitascope.store.rows import LocationRow

log = logging.getLogger(__name__)

EVERY_S = 60.0


class Presence:
    """Checks all roots from time to time; ``is_back(section_id)`` is awaited when one of a section's came back."""

    def __init__(
        self,
        database: Database,
        *,
        is_back: Callable[[int], Awaitable[object]],
        every_s: float = EVERY_S,
        limit_s: float = 30.0,
    ) -> None:
        self._database = database
        self._is_back = is_back
        self._every_s = every_s
        self._limit_s = limit_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="presence")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def look(self) -> list[LocationRow]:
        """Check every root now; returns those that changed, as they are now."""
        roots = await self._database.read(sections.locations)
        answers = await asyncio.gather(
            *(asyncio.to_thread(check, root.path, root, limit_s=self._limit_s) for root in roots)
        )
        changed: set[int] = set()
        back: set[int] = set()
        for root, answer in zip(roots, answers, strict=True):
            reason = answer.reason if isinstance(answer, Away) else None
            if (reason is None) == root.available and reason == root.unavailable_reason:
                continue
            try:
                await self._database.awrite(sections.set_location_state, root.id, reason is None, reason)
            except NotFound:
                continue  # it was taken away meanwhile
            changed.add(root.id)
            if reason is None:
                log.info("%s is there again", os.fsdecode(root.path))
                back.add(root.section_id)
            else:
                log.warning("%s is away: %s", os.fsdecode(root.path), reason)
        for section_id in sorted(back):
            try:
                await self._is_back(section_id)
            except StoreError as error:  # it was deleted meanwhile: the others are back all the same
                log.warning("Section %d is back, and is not looked at: %s", section_id, error)
        if not changed:
            return []
        return [root for root in await self._database.read(sections.locations) if root.id in changed]

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("Looking after the folders failed")
            await asyncio.sleep(self._every_s)
