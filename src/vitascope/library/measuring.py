"""Measuring how loud all music is, while nobody needs the machine: track after track, in a worker of low priority.

What was measured is kept by content, so whatever ends this, the next time goes on where it was.
"""

from collections.abc import Awaitable, Callable

from vitascope.library.loudness import LONGEST_MS, Loudness, NotMeasured
from vitascope.store import loudness as store
from vitascope.store.engine import Database

_PAGE = 50
Step = Callable[[float, str], Awaitable[None]]


async def measure_music(database: Database, loudness: Loudness, step: Step) -> int:
    """Measures every track that was not; returns how many were measured now."""
    waiting = await database.read(store.how_many_unmeasured, LONGEST_MS)
    after = seen = measured = 0
    while found := await database.read(store.unmeasured, LONGEST_MS, after, _PAGE):
        for each in found:
            after = each.stream_id
            await step(min(seen / max(waiting, 1), 1.0), each.title)
            seen += 1
            try:
                await loudness.of(each.file, each.path, each.stream_index, each.duration_ms)
                measured += 1
            except NotMeasured:
                continue  # a broken file; it is tried again next time
    return measured
