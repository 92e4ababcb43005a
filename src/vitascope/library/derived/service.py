"""What is made of media, for whoever asks: the butler for all files, a person for some items.

A person's wish is an activity that can be stopped; it waits for nobody.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from vitascope.library.activities import ActivityBoard
from vitascope.library.derived.making import Maker, Run, Workshop
from vitascope.store import derived
from vitascope.store.engine import Database

log = logging.getLogger(__name__)


class Work(Protocol):
    """One kind of work: for everything, or for some items."""

    title: str

    def lacks(self, section_id: int = 0) -> Awaitable[bool]: ...

    def do_all(self, run: Run) -> Awaitable[None]: ...

    def do_for(self, item_ids: Sequence[int], run: Run, *, again: bool) -> Awaitable[None]: ...


class EachFile:
    """Work that is done one file at a time."""

    def __init__(
        self,
        workshop: Workshop,
        maker: Maker,
        title: str,
        *,
        sections_without: Callable[[], Awaitable[Sequence[int]]],
    ) -> None:
        self._workshop = workshop
        self._maker = maker
        self._sections_without = sections_without
        self.title = title

    async def lacks(self, section_id: int = 0) -> bool:
        return await self._workshop.lacks(self._maker, section_id, without=await self._sections_without())

    async def do_all(self, run: Run) -> None:
        await self._workshop.make_all(self._maker, run, without=await self._sections_without())

    async def do_for(self, item_ids: Sequence[int], run: Run, *, again: bool) -> None:
        await self._workshop.make_for(self._maker, item_ids, run, again=again)


class _OwnRun:
    """A run that a person asked for."""

    def __init__(self, board: ActivityBoard, activity_id: str) -> None:
        self._board = board
        self._activity_id = activity_id

    def show(self, done: float, what: str = "") -> None:
        self._board.update(self._activity_id, progress=int(done * 100), subtitle=what)

    async def step(self) -> None:
        await asyncio.sleep(0)


class DerivedMedia:
    """Begins work for some items; ``works`` by the names of the published operations."""

    def __init__(self, database: Database, board: ActivityBoard, works: Mapping[str, Work]) -> None:
        self._database = database
        self._board = board
        self.works = dict(works)
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, name: str, item_ids: Sequence[int], *, again: bool) -> str:
        """Begin work for what lies at or below some items; the id of its activity."""
        work = self.works[name]
        loop = asyncio.get_running_loop()
        started: list[asyncio.Task[None]] = []

        def cancel() -> None:
            for one in started:
                loop.call_soon_threadsafe(one.cancel)

        activity_id = self._board.start(f"media.generate.{name}", work.title, cancel=cancel)
        task = loop.create_task(self._do(work, activity_id, item_ids, again=again), name=f"derived-{name}")
        started.append(task)
        self._running.add(task)
        task.add_done_callback(partial(self._ended, activity_id))
        return activity_id

    async def close(self) -> None:
        """Stop everything; what was made stays."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _do(self, work: Work, activity_id: str, item_ids: Sequence[int], *, again: bool) -> None:
        leaves = await self._database.read(derived.leaves_of, item_ids)
        try:
            await work.do_for(leaves, _OwnRun(self._board, activity_id), again=again)
        except OSError as error:
            log.error("%s: %s", work.title, error)

    def _ended(self, activity_id: str, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._board.end(activity_id)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
