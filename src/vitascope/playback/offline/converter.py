"""Carries out a plan while live playback comes first.

It runs at the lowest priority, and is held altogether while a stream is being made for somebody: a conversion that a
player waits for gets the whole machine. What is played as it is takes hardly anything, and holds nobody up.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.media import reach
from vitascope.media.transcoding.production import OutOfSpace, Producer, ProductionError, Unplayable
from vitascope.media.transcoding.whole_files import Making
from vitascope.media.workers import WorkerPool
from vitascope.playback.offline.plans import Plan
from vitascope.playback.transcode.described import Progress
from vitascope.playback.transcode.room import Room

_LOOK_SECONDS = 1.0


class Unreachable(ProductionError):
    """The file is not there at the moment: its disk may be away."""


@dataclass(slots=True, kw_only=True, eq=False)
class Conversion:
    """One that is being made."""

    key: str
    plan: Plan
    making: Making
    started_at: float = field(default_factory=time.time)

    @property
    def progress(self) -> Progress:
        status = self.making.status
        return Progress(
            key=self.key,
            conversion=self.plan.conversion,
            started_at=self.started_at,
            held=status.held,
            complete=False,
            made_ms=int(self.making.share * self.plan.source.duration_us / 1000),
            size_bytes=self.making.size_bytes,
            speed=status.speed,
            hardware=status.hardware,
        )


class Converter:
    """Makes whole files, one at a time. Used from the event loop only."""

    def __init__(
        self, producer: Producer, workers: WorkerPool, *, room: Room, busy: Callable[[], bool] = lambda: False
    ) -> None:
        self._producer, self._workers = producer, workers
        self._room = room
        self._busy = busy
        self._one_at_a_time = asyncio.Lock()

    async def lack_bytes(self, plan: Plan, work: Path) -> int:
        """How much is missing for what a plan makes, of the quota or on the disk; 0 when there is room. What an earlier
        attempt left in ``work`` is there already."""
        # What is converted lies there twice for a moment: in pieces, and wrapped.
        there = await asyncio.to_thread(size_below, work)
        return self._room.lack_bytes(max(2 * plan.expected_bytes - there, 0))

    async def convert(self, key: str, plan: Plan, work: Path, begun: Callable[[Conversion], None]) -> Path:
        """The finished file, below ``work``, where an earlier attempt may have left something. Raises
        :class:`ProductionError`."""
        async with self._one_at_a_time:
            await asyncio.to_thread(_check, plan)
            making = Making(self._producer, self._workers, plan.source, plan.wanted, work)
            making.hold(held=self._busy())
            begun(Conversion(key=key, plan=plan, making=making))
            watching = asyncio.create_task(self._give_way(making), name="downloads-give-way")
            try:
                return await making.make(self._look_at_room)
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching

    def _look_at_room(self) -> None:
        if self._room.lack_bytes():
            raise OutOfSpace("there is no room for it on the disk")

    async def _give_way(self, making: Making) -> None:
        while True:
            making.hold(held=self._busy())
            await asyncio.sleep(_LOOK_SECONDS)


def size_below(folder: Path) -> int:
    """How much lies in a folder and below it, also while something comes or goes there."""
    size_bytes = 0
    for above, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size_bytes += Path(above, name).lstat().st_size
    return size_bytes


def _check(plan: Plan) -> None:
    """Raises :class:`ProductionError` when the file is not the one that was decided about."""
    try:
        size = reach.stat(plan.source.path).st_size
    except OSError as error:
        raise Unreachable(f"the file cannot be reached: {error.strerror}") from error
    if size != plan.source_bytes:
        raise Unplayable("the file is another one by now; begin it again")
