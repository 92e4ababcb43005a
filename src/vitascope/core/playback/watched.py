"""When a video counts as played, and where it is resumed: the rule behind ``/:/timeline``, without clock or database.

Three preferences steer it, with the meanings the Plex Media Server gives them: ``MinimumProgressTime`` (ms, before
which no resume point is kept), ``LibraryVideoPlayedThreshold`` (percent) and ``LibraryVideoPlayedAtBehaviour``.
"""

from dataclasses import dataclass
from enum import IntEnum


class PlayedAt(IntEnum):
    """``LibraryVideoPlayedAtBehaviour``: what makes a video count as played."""

    THRESHOLD = 0
    FINAL_CREDITS = 1
    FIRST_CREDITS = 2
    THRESHOLD_OR_FIRST_CREDITS = 3
    """Whichever comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRules:
    """The three preferences."""

    minimum_progress_ms: int = 60_000
    threshold_percent: int = 90
    played_at: PlayedAt = PlayedAt.THRESHOLD_OR_FIRST_CREDITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """A credits marker."""

    start_ms: int
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one report of a position changes. With ``played`` the resume point is gone and a play is counted."""

    played: bool
    resume_ms: int | None
    """Where to go on; ``None`` leaves what was known (nothing worth keeping has been seen yet)."""


def played_from_ms(duration_ms: int, credits_markers: tuple[Credits, ...], rules: WatchRules) -> int:
    """The position from which a video of this length counts as played.

    Without the marker the behaviour asks for, the percentage decides. A marker beyond the end does not keep a video
    that was seen to its end from being played.
    """
    return min(duration_ms, _wanted_from_ms(duration_ms, credits_markers, rules))


def _wanted_from_ms(duration_ms: int, credits_markers: tuple[Credits, ...], rules: WatchRules) -> int:
    threshold = duration_ms * min(100, max(1, rules.threshold_percent)) // 100
    first = min((marker.start_ms for marker in credits_markers), default=None)
    final = max((marker.start_ms for marker in credits_markers if marker.final), default=None)
    match rules.played_at:
        case PlayedAt.THRESHOLD:
            return threshold
        case PlayedAt.FINAL_CREDITS:
            return threshold if final is None else final
        case PlayedAt.FIRST_CREDITS:
            return threshold if first is None else first
    return threshold if first is None else min(threshold, first)


def judge(
    *,
    time_ms: int,
    duration_ms: int | None,
    credits_markers: tuple[Credits, ...] = (),
    already_played: bool = False,
    rules: WatchRules | None = None,
) -> Outcome:
    """What a report of ``time_ms`` means. ``already_played`` says that this session counted a play before.

    A video whose length nobody knows is never played by position alone.
    """
    rules = rules or WatchRules()
    if duration_ms and time_ms >= played_from_ms(duration_ms, credits_markers, rules):
        return Outcome(played=not already_played, resume_ms=None)
    if time_ms < rules.minimum_progress_ms:
        return Outcome(played=False, resume_ms=None)
    return Outcome(played=False, resume_ms=time_ms)
