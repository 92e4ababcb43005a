"""Which backups are kept: the newest of each of the last so many days, weeks and months that have one.

Days, weeks (Monday to Sunday) and months are those of UTC, as the names of backups are. The newest backup is always
kept, and so is the newest one that was verified: a row of bad ones never pushes out the last good one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_FORM = re.compile(r"(\d{1,4})([dwm])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How many days, weeks and months."""

    days: int = 7
    weeks: int = 4
    months: int = 12

    @classmethod
    def parse(cls, text: str) -> "Keep":
        """Reads ``7d,4w,12m``; what is not named is 0. Raises ``ValueError``."""
        found = {"d": 0, "w": 0, "m": 0}
        for part in text.replace(",", " ").split():
            match = _FORM.fullmatch(part.lower())
            if match is None:
                raise ValueError(f"{text!r}: write what is kept as 7d,4w,12m (days, weeks, months)")
            found[match[2]] = int(match[1])
        if not any(found.values()):
            raise ValueError(f"{text!r}: nothing would be kept; write it as 7d,4w,12m (days, weeks, months)")
        return cls(days=found["d"], weeks=found["w"], months=found["m"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A backup that may have to go."""

    name: str
    taken_at: float
    """Seconds since 1970."""
    verified: bool = False


def to_remove(backups: Sequence[Candidate], keep: Keep) -> list[Candidate]:
    """Those that need not be kept, oldest first."""
    newest_first = sorted(backups, key=lambda one: (one.taken_at, one.name), reverse=True)
    kept: set[str] = {one.name for one in newest_first[:1]}
    kept |= {one.name for one in [one for one in newest_first if one.verified][:1]}
    for number, period in ((keep.days, _day), (keep.weeks, _week), (keep.months, _month)):
        kept |= _newest_of_each(newest_first, number, period)
    return [one for one in reversed(newest_first) if one.name not in kept]


def _newest_of_each(newest_first: Sequence[Candidate], number: int, period: Callable[[datetime], object]) -> set[str]:
    chosen: dict[object, str] = {}
    for one in newest_first:
        if len(chosen) == number:
            break
        chosen.setdefault(period(datetime.fromtimestamp(one.taken_at, UTC)), one.name)
    return set(chosen.values())


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]


def _month(at: datetime) -> object:
    return at.year, at.month
