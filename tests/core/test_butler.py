"""Nights: when they are, also on the days the clock changes, and what is due in them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.butler import (
    Window,
    coming_night,
    is_day_for,
    is_due,
    is_night,
    last_night,
    random_part,
    was_missed,
)

BERLIN = ZoneInfo("Europe/Berlin")
TWO_TO_FIVE = Window(start=120, end=300)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
DAY_S = 86_400


def at(day: int, hour: int, minute: int = 0, month: int = 5) -> float:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).timestamp()


def test_it_is_night_from_two_to_five() -> None:
    asked = [(1, 59), (2, 0), (4, 59), (5, 0)]
    assert [is_night(TWO_TO_FIVE, at(5, *time), BERLIN) for time in asked] == [False, True, True, False]


def test_the_coming_night_is_this_one_until_it_is_over() -> None:
    assert coming_night(TWO_TO_FIVE, at(5, 1), BERLIN).begin == at(5, 2)
    assert coming_night(TWO_TO_FIVE, at(5, 4), BERLIN).begin == at(5, 2)
    assert coming_night(TWO_TO_FIVE, at(5, 5), BERLIN).begin == at(6, 2)


def test_a_night_may_pass_midnight_or_last_all_day() -> None:
    late = Window(start=23 * 60, end=4 * 60)
    assert [is_night(late, at(5, hour), BERLIN) for hour in (22, 23, 0, 3, 4)] == [False, True, True, True, False]
    assert last_night(late, at(5, 0), BERLIN) == last_night(late, at(4, 23, 30), BERLIN)
    whole = Window(start=180, end=180)
    assert all(is_night(whole, at(5, hour), BERLIN) for hour in range(24))
    assert last_night(whole, at(5, 2), BERLIN).day + 1 == last_night(whole, at(5, 3), BERLIN).day


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 2), (10, 25, 4)])
def test_a_night_in_which_the_clock_changes_is_shorter_or_longer(month: int, day: int, hours: int) -> None:
    night = last_night(TWO_TO_FIVE, at(day, 12, month=month), BERLIN)
    assert (night.end - night.begin) / 3_600 == hours


def test_a_night_that_the_clock_leaves_out_is_kept() -> None:
    night = last_night(Window(start=120, end=180), at(29, 12, month=3), BERLIN)
    assert night.end - night.begin == 3_600


@given(
    zone=st.sampled_from(ZONES),
    now=st.integers(1_262_304_000, 1_893_456_000),
    start=st.integers(0, 1_439),
    end=st.integers(0, 1_439),
)
def test_the_last_night_has_begun_and_the_next_has_not(zone: str, now: int, start: int, end: int) -> None:
    where, window = ZoneInfo(zone), Window(start=start, end=end)
    night = last_night(window, now, where)
    assert night.begin <= now
    assert night.end - night.begin >= 3_600
    assert now - night.begin <= 50 * 3_600  # Samoa once left a whole day out
    later = last_night(window, now + 2 * DAY_S, where)
    assert later.day > night.day


def test_work_is_due_once_a_night() -> None:
    yesterday = at(4, 2, 1)
    assert is_due(TWO_TO_FIVE, 1, yesterday, at(5, 2), zone=BERLIN)
    assert not is_due(TWO_TO_FIVE, 1, yesterday, at(5, 1, 59), zone=BERLIN)
    assert not is_due(TWO_TO_FIVE, 1, at(5, 2), at(5, 2, 30), zone=BERLIN)
    assert not is_due(TWO_TO_FIVE, 1, yesterday, at(5, 6), zone=BERLIN)


def test_what_was_begun_by_hand_counts_for_the_night_before() -> None:
    assert is_due(TWO_TO_FIVE, 1, at(4, 14), at(5, 2), zone=BERLIN)
    assert is_due(TWO_TO_FIVE, 1, at(5, 1), at(5, 2), zone=BERLIN)


def test_an_interval_is_counted_in_nights() -> None:
    done = at(1, 4, 59)
    assert [day for day in range(2, 12) if is_due(TWO_TO_FIVE, 7, done, at(day, 2), zone=BERLIN)] == [8, 9, 10, 11]
    assert is_day_for(TWO_TO_FIVE, 3, done, at(4, 12), BERLIN)


def test_work_at_a_random_time_waits_for_it() -> None:
    last = at(4, 3)
    asked = [at(5, 2), at(5, 3, 29), at(5, 3, 30), at(5, 4)]
    due = [is_due(TWO_TO_FIVE, 1, last, now, random_part=0.5, zone=BERLIN) for now in asked]
    assert due == [False, False, True, True]
    parts = {random_part("task", "seed", day) for day in range(100)}
    assert len(parts) == 100
    assert all(0 <= part < 0.75 for part in parts)
    assert random_part("task", "seed", 1) == random_part("task", "seed", 1)


def test_a_night_without_the_machine_is_made_up_for() -> None:
    assert was_missed(TWO_TO_FIVE, 1, at(4, 3), at(5, 9), BERLIN)
    assert not was_missed(TWO_TO_FIVE, 1, at(5, 3), at(5, 9), BERLIN)
    assert not was_missed(TWO_TO_FIVE, 7, at(4, 3), at(5, 9), BERLIN)
    assert not was_missed(TWO_TO_FIVE, 1, at(4, 3), at(5, 3), BERLIN), "it is still night: it is simply due"
