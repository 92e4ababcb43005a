"""When the next backup is due: once a day at a fixed time of the clock on the wall.

Pure: times come in as values. When one is due, and that a missed one is made up for, :mod:`vitascope.core.butler` says.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """A time of the day."""

    hour: int = 3
    minute: int = 0

    @classmethod
    def parse(cls, text: str) -> "Daily":
        """Reads ``03:00``. Raises ``ValueError``."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r}: write the time of the day as 03:00")
        return cls(hour=int(match[1]), minute=int(match[2]))

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


def latest_due(daily: Daily, now: float, zone: tzinfo | None = None) -> float:
    """The last time, not after ``now``, at which a run was due. ``zone`` is the machine's own when it is ``None``."""
    return max(at for at in _around(daily, now, zone) if at <= now)


def next_due(daily: Daily, now: float, zone: tzinfo | None = None) -> float:
    """The first time after ``now`` at which a run is due."""
    return min(at for at in _around(daily, now, zone) if at > now)


def _around(daily: Daily, now: float, zone: tzinfo | None) -> list[float]:
    today = datetime.fromtimestamp(now, zone).astimezone(zone).date()
    found = []
    for offset in (-2, -1, 0, 1, 2):
        day = today + timedelta(days=offset)
        at = datetime(day.year, day.month, day.day, daily.hour, daily.minute, tzinfo=zone)  # or local
        found.append(at.timestamp())
    return found
