"""Loudness of audio streams: measured by a worker when somebody first asks, and kept.

Two who ask for the same stream at the same time wait for one measurement. What is longer than :data:`LONGEST_MS` is not
measured while somebody waits. ``LoudnessAnalysisBehavior`` set to never leaves only what was measured before.
"""

import asyncio
from collections.abc import Callable

from vitascope.media.loudness.tasks import LoudnessArgs, Measured, measure_loudness
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.store import loudness
from vitascope.store.engine import Database
from vitascope.store.rows import FileRow, LoudnessRow

LONGEST_MS = 45 * 60 * 1000
Key = tuple[bytes, int]


class NotMeasured(Exception):
    """There is no measurement, and none is made; the text says why."""


class Loudness:
    """Measures and remembers."""

    def __init__(self, database: Database, workers: WorkerPool, *, wanted: Callable[[], bool]) -> None:
        self._database = database
        self._workers = workers
        self._wanted = wanted
        self._under_way: dict[Key, asyncio.Task[LoudnessRow]] = {}

    async def of(self, file: FileRow, path: bytes, stream_index: int, duration_ms: int | None) -> LoudnessRow:
        """The loudness of a stream of a file. Raises :class:`NotMeasured`."""
        key = (file.fingerprint or file.path_hash, stream_index)
        known = await self._database.read(loudness.find, *key)
        if known is not None:
            return known
        if not self._wanted():
            raise NotMeasured("loudness is not measured: LoudnessAnalysisBehavior is never")
        if duration_ms is None or duration_ms > LONGEST_MS:
            raise NotMeasured("it is too long to be measured while somebody waits")
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._measure(key, path))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        try:
            return await asyncio.shield(task)
        except TaskError as error:
            raise NotMeasured(f"it cannot be measured: {error}") from error

    async def _measure(self, key: Key, path: bytes) -> LoudnessRow:
        found: Measured = await self._workers.run(measure_loudness, LoudnessArgs.of(path, key[1]))
        row = LoudnessRow(
            fingerprint=key[0],
            stream_index=key[1],
            integrated_lufs=found.integrated_lufs,
            range_lu=found.range_lu,
            peak=found.peak,
            levels=found.levels,
        )
        await self._database.awrite(loudness.keep, row)
        return row
