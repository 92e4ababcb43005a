"""The one writer, held up: what is written meanwhile waits, for as long as a test wants something else to happen."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from vitascope.store.engine import Database


class HeldWriter:
    """A writer that is busy until it is let go."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begun, self._may_end = threading.Event(), threading.Event()
        self._write = database.write(self._hold)
        self._begun.wait()

    def _hold(self, _tx: object) -> None:
        self._begun.set()
        self._may_end.wait()

    async def until_waited_for(self, writes: int = 1) -> None:
        """Until so many writes wait behind it."""
        while self._database.waiting_writes < writes:
            await asyncio.sleep(0.001)

    def let_go(self) -> None:
        """It goes on with what waits."""
        self._may_end.set()

    def end(self) -> None:
        self.let_go()
        self._write.result()


@contextmanager
def held_writer(database: Database) -> Iterator[HeldWriter]:
    """Holds the writer up until it is let go, or the block ends."""
    held = HeldWriter(database)
    try:
        yield held
    finally:
        held.end()
