"""Statistics: how much was delivered to whom, and how often things were played, by spans of time.

What is delivered is added to a sum of each width of span at once, so a question is always one range of the primary key;
sums of narrow spans are forgotten when they are old, those of wide ones are kept. Spans begin at UTC.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, select

from vitascope.store import bulk
from vitascope.store.history import Comparison, compared
from vitascope.store.reader import Reader
from vitascope.store.rows import BandwidthRow
from vitascope.store.schema import bandwidth, history
from vitascope.store.writer import Writer

_DAY = 86_400


class Timespan(IntEnum):
    """The width of a span, in the numbers of the API."""

    MONTHS = 1
    WEEKS = 2
    DAYS = 3
    HOURS = 4
    MINUTES = 5
    SECONDS = 6


KEPT_S: Mapping[Timespan, int | None] = {
    Timespan.MONTHS: None,
    Timespan.WEEKS: None,
    Timespan.DAYS: 366 * _DAY,
    Timespan.HOURS: 31 * _DAY,
    Timespan.MINUTES: _DAY,
    Timespan.SECONDS: 3_600,
}
"""For how long sums are kept; ``None``: for ever."""

SHOWN_S: Mapping[Timespan, int] = {
    Timespan.MONTHS: 366 * _DAY,
    Timespan.WEEKS: 182 * _DAY,
    Timespan.DAYS: 31 * _DAY,
    Timespan.HOURS: 7 * _DAY,
    Timespan.MINUTES: 3 * 3_600,
    Timespan.SECONDS: 600,
}
"""How far back a question reaches that says nothing of when."""


def beginning(timespan: Timespan, at: int) -> int:
    """The beginning of the span in which a moment lies."""
    match timespan:
        case Timespan.SECONDS:
            return at
        case Timespan.MINUTES:
            return at - at % 60
        case Timespan.HOURS:
            return at - at % 3_600
        case Timespan.DAYS:
            return at - at % _DAY
    day = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = day.replace(day=1) if timespan is Timespan.MONTHS else day - timedelta(days=day.weekday())
    return int(first.timestamp())


Receiver = tuple[int, int, int, bool]
"""When (epoch seconds), and to whom: person, device (0: unknown), whether in the own network."""


class Plays(Struct, frozen=True):
    """So many plays in one span."""

    at: int
    person_id: int
    device_id: int | None
    item_type: int | None
    count: int
    duration_ms: int


class Asked(Struct, frozen=True, kw_only=True):
    """Which sums are wanted; ``None`` is anything."""

    timespan: Timespan
    person_id: int | None = None
    device_id: int | None = None
    lan: bool | None = None
    times: tuple[tuple[Comparison, int], ...] = ()
    bytes: tuple[tuple[Comparison, int], ...] = ()
    now: int


def add_delivered(tx: Writer, sent: Iterable[tuple[Receiver, int]]) -> None:
    """So many bytes went out."""
    sums: Counter[tuple[int, int, int, int, bool]] = Counter()
    for (at, person_id, device_id, lan), size in sent:
        for timespan in Timespan:
            sums[int(timespan), beginning(timespan, at), person_id, device_id, lan] += size
    rows = [BandwidthRow(*key, size) for key, size in sums.items()]
    bulk.insert_rows(tx, bandwidth, rows, "add")


_old = delete(bandwidth).where(bandwidth.c.timespan == bindparam("span"), bandwidth.c.at < bindparam("before"))


def forget_old(tx: Writer) -> None:
    """Drop the sums of narrow spans that are old."""
    for timespan, kept_s in KEPT_S.items():
        if kept_s is not None:
            tx.conn.execute(_old, {"span": int(timespan), "before": tx.now - kept_s})


def _times(asked: Asked) -> tuple[tuple[Comparison, int], ...]:
    return asked.times or ((Comparison.FROM, beginning(asked.timespan, asked.now - SHOWN_S[asked.timespan])),)


def delivered(r: Reader, asked: Asked, most: int = 10_000) -> list[BandwidthRow]:
    """The sums that are wanted, the oldest first."""
    c = bandwidth.c
    statement = select(bandwidth).where(c.timespan == int(asked.timespan))
    for column, value in ((c.person_id, asked.person_id), (c.device_id, asked.device_id), (c.lan, asked.lan)):
        if value is not None:
            statement = statement.where(column == value)
    for how, value in _times(asked):
        statement = statement.where(compared(c.at, how, value))
    for how, value in asked.bytes:
        statement = statement.where(compared(c.bytes, how, value))
    newest = statement.order_by(c.at.desc(), c.person_id, c.device_id, c.lan).limit(most)
    return r.rows(BandwidthRow, newest)[::-1]


def plays(r: Reader, asked: Asked) -> list[Plays]:
    """How often things were played, by span, person, device and type, the oldest first."""
    c = history.c
    statement = select(
        c.viewed_at, c.person_id, c.device_id, c.item_type, func.count(), func.sum(func.coalesce(c.duration_ms, 0))
    ).group_by(c.viewed_at, c.person_id, c.device_id, c.item_type)
    for column, value in ((c.person_id, asked.person_id), (c.device_id, asked.device_id)):
        if value is not None:
            statement = statement.where(column == value)
    for how, value in _times(asked):
        statement = statement.where(compared(c.viewed_at, how, value))
    counts: Counter[tuple[int, int, int | None, int | None]] = Counter()
    lengths: Counter[tuple[int, int, int | None, int | None]] = Counter()
    for at, person_id, device_id, item_type, count, length in r.tuples(statement):
        key = (beginning(asked.timespan, at), person_id, device_id, item_type)
        counts[key] += count
        lengths[key] += int(length)
    keys = sorted(counts, key=lambda key: tuple(-1 if part is None else part for part in key))
    return [Plays(*key, count=counts[key], duration_ms=lengths[key]) for key in keys]
