"""Statistics: sums of every width at once, what is asked of them, and what is forgotten."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.store import schema, states, statistics
from vitascope.store.history import Comparison
from vitascope.store.statistics import Asked, Timespan, beginning

NOON = int(datetime(2024, 5, 15, 12, 30, 45, tzinfo=UTC).timestamp())  # a Wednesday
DAY = 86_400


@pytest.mark.parametrize(
    ("timespan", "began"),
    [
        (Timespan.SECONDS, datetime(2024, 5, 15, 12, 30, 45, tzinfo=UTC)),
        (Timespan.MINUTES, datetime(2024, 5, 15, 12, 30, tzinfo=UTC)),
        (Timespan.HOURS, datetime(2024, 5, 15, 12, tzinfo=UTC)),
        (Timespan.DAYS, datetime(2024, 5, 15, tzinfo=UTC)),
        (Timespan.WEEKS, datetime(2024, 5, 13, tzinfo=UTC)),
        (Timespan.MONTHS, datetime(2024, 5, 1, tzinfo=UTC)),
    ],
)
def test_where_spans_begin(timespan: Timespan, began: datetime) -> None:
    assert beginning(timespan, NOON) == int(began.timestamp())


def test_what_is_delivered_adds_up_in_every_width(world: World) -> None:
    for at, size in ((NOON, 10), (NOON, 5), (NOON + 1, 7), (NOON + DAY, 100)):
        world.write(statistics.add_delivered, [((at, 1, 3, True), size)])
    world.write(statistics.add_delivered, [((NOON, 2, 0, False), 1)])

    def found(timespan: Timespan, **more: object) -> list[tuple[int, int]]:
        asked = Asked(timespan=timespan, now=NOON + DAY + 60, **more)  # type: ignore[arg-type]
        return [(row.person_id, row.bytes) for row in world.read(statistics.delivered, asked)]

    everything: dict[str, object] = {"times": ((Comparison.FROM, 0),)}
    assert found(Timespan.SECONDS, **everything) == [(2, 1), (1, 15), (1, 7), (1, 100)]
    assert found(Timespan.SECONDS) == [(1, 100)]  # of the last minutes alone
    assert found(Timespan.DAYS) == [(2, 1), (1, 22), (1, 100)]
    assert sorted(found(Timespan.WEEKS)) == [(1, 122), (2, 1)]
    assert found(Timespan.DAYS, person_id=1, bytes=((Comparison.FROM, 50),)) == [(1, 100)]
    assert found(Timespan.DAYS, lan=False) == [(2, 1)]
    assert found(Timespan.DAYS, device_id=3, times=((Comparison.BEFORE, beginning(Timespan.DAYS, NOON + DAY)),)) == [
        (1, 22)
    ]


def test_narrow_sums_are_forgotten_and_wide_ones_kept(world: World) -> None:
    world.write(statistics.add_delivered, [((NOON, 1, 0, True), 10)])
    world.write(statistics.forget_old)
    kept = world.read(lambda r: r.scalars(select(schema.bandwidth.c.timespan)))
    assert sorted(kept) == [Timespan.MONTHS, Timespan.WEEKS]
    assert world.read(lambda r: r.scalar(select(func.sum(schema.bandwidth.c.bytes)))) == 20


def test_plays_by_day_person_device_and_type(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha", duration_ms=60_000)
    track = world.add(world.section("artist", "Music"), ItemType.TRACK, "Song", duration_ms=1_000)
    for person, item, device, at in (
        (1, film, 7, NOON),
        (1, film, 7, NOON + 900),
        (1, track, None, NOON),
        (2, film, 7, NOON + DAY),
    ):
        world.write(states.mark_played, person, item.id, device, at=at)
    asked = Asked(timespan=Timespan.DAYS, now=NOON + DAY + 60)
    found = world.read(statistics.plays, asked)
    assert [(row.person_id, row.device_id, row.item_type, row.count, row.duration_ms) for row in found] == [
        (1, None, 10, 1, 1_000),
        (1, 7, 1, 2, 120_000),
        (2, 7, 1, 1, 60_000),
    ]
    assert {row.at for row in found} == {beginning(Timespan.DAYS, NOON), beginning(Timespan.DAYS, NOON + DAY)}
