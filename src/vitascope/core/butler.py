"""When the work of the night is due. Pure: times and the zone come in as values.

A *night* is a stretch of the clock on the wall, by default two to five, once a day; one that ends before it begins ends
on the next day, and one that ends when it begins lasts a whole day. Clocks that are changed are taken as they are: an
hour that is there twice or not at all makes a night longer or shorter, but never leaves it out. Work is due in a night
when it was not done in this one yet, and its last time lies as many nights back as its interval says.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from hashlib import blake2b

_HOUR_S = 3_600.0
_RANDOM_PART = 0.75
"""Work at a random time begins within this part of a night, so that there is some left for doing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when until when, in minutes of the day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night, in epoch seconds; ``day`` counts the days on which nights begin."""

    day: int
    begin: float
    end: float


def _at(day: date, minutes: int, zone: tzinfo | None) -> float:
    return datetime(day.year, day.month, day.day, minutes // 60 % 24, minutes % 60, tzinfo=zone).timestamp()


def _night(day: date, window: Window, zone: tzinfo | None) -> Night:
    last = day + timedelta(days=1) if window.end <= window.start else day
    begin = _at(day, window.start, zone)
    return Night(day=day.toordinal(), begin=begin, end=max(_at(last, window.end, zone), begin + _HOUR_S))


def last_night(window: Window, now: float, zone: tzinfo | None = None) -> Night:
    """The night that began last, over or not. ``zone`` is the machine's own when it is ``None``."""
    today = datetime.fromtimestamp(now, zone).date()
    nights = (_night(today - timedelta(days=back), window, zone) for back in (-1, 0, 1, 2, 3))
    return next(night for night in nights if night.begin <= now)


def coming_night(window: Window, now: float, zone: tzinfo | None = None) -> Night:
    """The night that it is now, else the next one."""
    last = last_night(window, now, zone)
    if now < last.end:
        return last
    today = datetime.fromtimestamp(now, zone).date()
    nights = (_night(today + timedelta(days=ahead), window, zone) for ahead in range(-1, 4))
    return next(night for night in nights if night.begin > now)


def is_night(window: Window, now: float, zone: tzinfo | None = None) -> bool:
    """Whether it is night now."""
    return now < last_night(window, now, zone).end


def is_day_for(window: Window, interval_days: int, last_run: float, now: float, zone: tzinfo | None = None) -> bool:
    """Whether work that is done every ``interval_days`` nights has its turn in the night that began last."""
    night = last_night(window, now, zone)
    if last_run >= night.begin:
        return False
    return night.day - last_night(window, last_run, zone).day >= interval_days


def is_due(
    window: Window,
    interval_days: int,
    last_run: float,
    now: float,
    *,
    random_part: float = 0.0,
    zone: tzinfo | None = None,
) -> bool:
    """Whether work is to be begun now. ``random_part``: how much of the night passes first, from 0 to 1."""
    night = last_night(window, now, zone)
    begin = night.begin + (night.end - night.begin) * random_part
    return begin <= now < night.end and is_day_for(window, interval_days, last_run, now, zone)


def was_missed(window: Window, interval_days: int, last_run: float, now: float, zone: tzinfo | None = None) -> bool:
    """Whether the last night is over and work that had its turn in it was not done: the machine was off."""
    return not is_night(window, now, zone) and is_day_for(window, interval_days, last_run, now, zone)


def random_part(name: str, seed: str, day: int) -> float:
    """How much of a night passes before work at a random time: another one each night, the same after a restart."""
    digest = blake2b(f"{name}\0{seed}\0{day}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32 * _RANDOM_PART
