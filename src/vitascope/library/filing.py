"""Sorts the library anew when its owner chooses other articles (the preference ``ArticleStrings``).

An activity, in short transactions that let everybody else go first; what a stop or a crash leaves undone is gone on
with at the next start.
"""

import asyncio
import logging

from vitascope.core.naming import articles_of
from vitascope.library.activities import ActivityBoard
from vitascope.store import filing
from vitascope.store.engine import Database

log = logging.getLogger(__name__)

ACTIVITY = "library.update.sort.titles"


class Filing:
    """Keeps the sort keys of a library in step with the articles of its owner, which stand with commas between them."""

    def __init__(self, database: Database, board: ActivityBoard) -> None:
        self._database = database
        self._board = board
        self._loop = asyncio.get_running_loop()
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, text: str) -> None:
        """Sort by these articles from now on, where that is not so already."""
        if await self._database.awrite(filing.choose, articles_of(text)):
            self._begin(text, self._activity())

    def choose(self, text: str) -> None:
        """Sort by other articles from now on. From any thread; the activity is on the board when this returns."""
        self._loop.call_soon_threadsafe(self._begin, text, self._activity())

    def _activity(self) -> str:
        return self._board.start(ACTIVITY, "Sorting the library anew")

    def _begin(self, text: str, activity: str) -> None:
        task = self._loop.create_task(self._run(text, activity), name="filing")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, text: str, activity: str) -> None:
        try:
            await self._database.awrite(filing.choose, articles_of(text))
            while (share := await self._database.awrite(filing.refile, urgent=False)) is not None:
                self._board.update(activity, progress=int(share * 100))
        except Exception:
            log.exception("Sorting the library anew ended early; it goes on at the next start")
        finally:
            self._board.end(activity)

    async def settled(self) -> None:
        """Wait until everything is sorted."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Stop; what is sorted stays sorted."""
        for task in self._running:
            task.cancel()
        await self.settled()
