"""What listings of large sections are made of, read before somebody asks.

A listing in an order that was not asked before reads a column of every item, which takes a quarter of a second for a
million items; so do the conditions of a collection. Both are read by themselves and kept
(:mod:`vitascope.store.positions`), so they can be read while nobody waits: after the start, and after every scan. One
after the other and each in a read of its own, so that only one of the readers is busy with it. What is edited is mended
and needs no such care; sections that are small are read in no time.
"""

import asyncio
import logging

from vitascope.core.model import ItemType
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError
from vitascope.store.positions import Positions
from vitascope.store.sections import large_listings

_log = logging.getLogger(__name__)

LARGE = 20_000
"""Of fewer items nobody notices that they are read."""
_MOST_READS = 50
"""Of one type: more than there is, unless a scan writes meanwhile, at whose end it is tried again."""


class ReadingAhead:
    """Reads when it is woken. ``least`` is how many items of a type make a section large."""

    def __init__(self, database: Database, positions: Positions, *, least: int = LARGE) -> None:
        self._database = database
        self._positions = positions
        self._least = least
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Look again for something to read, soon."""
        self._wanted.set()

    async def run(self) -> None:
        """Does so until it is cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.read()
            except StoreError as error:
                _log.warning("what listings are made of was not read ahead: %s", error)

    async def read(self) -> None:
        """Read all there is to read."""
        for section_id, item_type in await self._database.read(large_listings, self._least):
            for _ in range(_MOST_READS):
                if not await self._database.read(self._positions.read_ahead, section_id, ItemType(item_type)):
                    break
