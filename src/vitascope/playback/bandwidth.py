"""How much is delivered to whom: counted in memory with one addition for each piece, written in batches.

A delivery is one request for a file. What was counted is written every few seconds and when the server ends; a killed
server loses the last seconds of a statistic and nothing else.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from vitascope.store import statistics
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError
from vitascope.store.statistics import Receiver
from vitascope.store.writer import Writer

_log = logging.getLogger(__name__)

_WRITE_SECONDS = 5.0
_FORGET_EVERY = 120
"""How many times something is written before old sums are forgotten."""


class Delivery:
    """One request for a file."""

    __slots__ = ("_bandwidth", "_receiver")

    def __init__(self, bandwidth: "Bandwidth", receiver: tuple[int, int, bool]) -> None:
        self._bandwidth = bandwidth
        self._receiver = receiver

    def sent(self, size_bytes: int) -> None:
        """So many bytes more."""
        self._bandwidth.count(self._receiver, size_bytes)


class Bandwidth:
    """Counts for one server. Used from the event loop only."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._counted: Counter[Receiver] = Counter()
        self._written = 0
        self._one_at_a_time = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None

    def delivery(self, *, person_id: int, device_id: int | None, lan: bool) -> Delivery:
        """A request begins."""
        return Delivery(self, (person_id, device_id or 0, lan))

    def count(self, receiver: tuple[int, int, bool], size_bytes: int) -> None:
        """So many bytes went to a receiver just now."""
        self._counted[int(self._clock()), *receiver] += size_bytes

    def start(self) -> None:
        """Begins to write what is counted."""
        self._writing = asyncio.get_running_loop().create_task(self._write(), name="bandwidth")

    async def close(self) -> None:
        """Writes what is left, and stops."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        await self.flush()

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await asyncio.shield(self.flush())  # what is on its way when all ends would else be lost

    async def flush(self) -> None:
        """Writes what is counted, now."""
        async with self._one_at_a_time:
            await self._flush()

    async def _flush(self) -> None:
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        forget = self._written % _FORGET_EVERY == 0
        self._written += 1
        try:
            await self._database.awrite(_add, list(counted.items()), forget, urgent=False)
        except StoreError as error:
            self._counted.update(counted)
            _log.warning("what was delivered is not written yet: %s", error)


def _add(tx: Writer, counted: list[tuple[Receiver, int]], forget: bool) -> None:
    statistics.add_delivered(tx, counted)
    if forget:
        statistics.forget_old(tx)
