"""When a backup is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.ops.backup.schedule import Daily, latest_due, next_due

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe")]
_days = st.builds(Daily, hour=st.integers(0, 23), minute=st.integers(0, 59))


@given(_days, st.integers(0, 4_000_000_000), st.sampled_from(ZONES))
def test_the_next_is_within_a_day_and_the_last_is_behind(daily: Daily, now: int, zone: ZoneInfo) -> None:
    last, coming = latest_due(daily, now, zone), next_due(daily, now, zone)
    assert last <= now < coming
    assert coming - now <= 50 * 3600  # Samoa once left a whole day out
    assert coming - last >= 22 * 3600
    at = datetime.fromtimestamp(coming, zone)
    assert (at.minute, at.hour) == (daily.minute, daily.hour) or at.utcoffset() != datetime.fromtimestamp(
        coming - 7200, zone
    ).utcoffset()


def test_three_in_the_morning_on_the_days_the_clock_changes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day in (datetime(2026, 3, 28, 12, tzinfo=berlin), datetime(2026, 10, 24, 12, tzinfo=berlin)):
        at = datetime.fromtimestamp(next_due(Daily(), day.timestamp(), berlin), berlin)
        assert (at.day, at.hour) == (day.day + 1, 3)


def test_as_text() -> None:
    assert Daily.parse("03:00") == Daily()
    assert str(Daily.parse("4:05")) == "04:05"
    for text in ("", "3", "24:00", "03:60", "03:00:00", "x"):
        with pytest.raises(ValueError, match="03:00"):
            Daily.parse(text)
