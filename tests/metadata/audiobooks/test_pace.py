"""How fast a service is asked, and how it is left alone when it says so."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from vitascope.metadata.audiobooks.pace import AT_ONCE, Pace, seconds_of
from vitascope.metadata.online import ProviderError


class Clock:
    """Time that goes by only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def made(clock: Clock) -> Pace:
    return Pace("It", clock=clock, sleep=clock.sleep)


def test_some_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    pace = made(clock)

    async def ask() -> None:
        for _ in range(AT_ONCE + 5):
            await pace.turn()

    asyncio.run(ask())
    assert clock.slept == [1.0] * 5
    clock.now += 10
    clock.slept.clear()
    asyncio.run(ask())
    assert sum(clock.slept) == AT_ONCE + 5 - 10


def test_never_more_than_a_hundred_in_any_minute() -> None:
    clock = Clock()
    pace = made(clock)
    times: list[float] = []

    async def ask() -> None:
        for _ in range(300):
            await pace.turn()
            times.append(clock.now)

    asyncio.run(ask())
    assert max(sum(start <= time < start + 60 for time in times) for start in times) < 100


def test_it_is_left_alone_for_as_long_as_it_says() -> None:
    clock = Clock()
    pace = made(clock)
    assert pace.leave_alone("40") == 40
    with pytest.raises(ProviderError, match="It wants to be left alone for 40 s") as caught:
        asyncio.run(pace.turn())
    assert (caught.value.again, caught.value.wait_s) == (True, 40)
    assert pace.leave_alone("5") == 5  # does not make it shorter
    clock.now += 39
    with pytest.raises(ProviderError):
        asyncio.run(pace.turn())
    clock.now += 2
    asyncio.run(pace.turn())
    assert pace.leave_alone("999999") == 3_600


def test_what_retry_after_says() -> None:
    assert seconds_of(" 7 ") == 7
    assert seconds_of("0") == 0
    for unsaid in (None, "", "soon", "-3", "9" * 30, "²", "Wed, 99 Foo 2020"):
        assert seconds_of(unsaid) == 60
    now = datetime.now(UTC)
    assert seconds_of(format_datetime(now - timedelta(hours=1), usegmt=True)) == 0
    assert 3_000 < seconds_of(format_datetime(now + timedelta(hours=1), usegmt=True)) <= 3_600
