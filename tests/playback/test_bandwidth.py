"""What is delivered is counted at once and written in batches."""

import asyncio

import pytest
from tests.support.held import held_writer
from tests.support.store_world import World

from vitascope.playback import bandwidth as bandwidth_module
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


def test_what_is_being_written_at_the_end_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bandwidth_module, "_WRITE_SECONDS", 0.0)

    async def run() -> None:
        bandwidth = Bandwidth(world.db)
        bandwidth.delivery(person_id=1, device_id=4, lan=False).sent(7)
        with held_writer(world.db) as writer:
            bandwidth.start()
            await writer.until_waited_for()
            closing = asyncio.create_task(bandwidth.close())
            await asyncio.sleep(0)
            writer.let_go()
            await closing

    asyncio.run(run())
    found = world.read(statistics.delivered, Asked(timespan=Timespan.DAYS, times=ALL, now=2_000_000_000))
    assert [row.bytes for row in found] == [7]
