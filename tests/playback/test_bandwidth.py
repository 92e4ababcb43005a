"""What is delivered is counted at once and written in batches."""

import asyncio

from tests.support.store_world import World

from vitascope.playback.bandwidth import Bandwidth
from vitascope.store import statistics
from vitascope.store.history import Comparison
from vitascope.store.statistics import Asked, Timespan

ALL = ((Comparison.FROM, 0),)


def test_counts_are_written_once(world: World) -> None:
    moments = iter(range(1_000, 2_000))
    bandwidth = Bandwidth(world.db, clock=lambda: next(moments))
    delivery = bandwidth.delivery(person_id=1, device_id=None, lan=True)
    for size in (10, 20, 30):
        delivery.sent(size)

    def rows(timespan: Timespan) -> list[tuple[int, int]]:
        found = world.read(statistics.delivered, Asked(timespan=timespan, times=ALL, now=2_000))
        return [(row.device_id, row.bytes) for row in found]

    assert rows(Timespan.MONTHS) == []
    asyncio.run(bandwidth.flush())
    asyncio.run(bandwidth.flush())
    assert rows(Timespan.MONTHS) == [(0, 60)]
    assert world.db.clock() > 2_000  # seconds of long ago are forgotten with the first batch
    assert rows(Timespan.SECONDS) == []


def test_what_is_left_is_written_at_the_end(world: World) -> None:
    async def run() -> None:
        bandwidth = Bandwidth(world.db)
        bandwidth.start()
        bandwidth.delivery(person_id=1, device_id=4, lan=False).sent(7)
        await bandwidth.close()

    asyncio.run(run())
    found = world.read(statistics.delivered, Asked(timespan=Timespan.DAYS, times=ALL, now=2_000_000_000))
    assert [(row.device_id, row.lan, row.bytes) for row in found] == [(4, False, 7)]
