"""Which episodes of a show its owner does not want to keep. Pure; values and names are those of Plex Media Server.

Two wishes, each of which may be there alone. Of what was *watched*: delete it so many days after. Of what was *not*:
keep so many of the latest, or those that were added within so many days. Specials are never among the latest and never
deleted unwatched, and what anybody has begun and not finished is kept whatever the wishes say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_DAY_S = 86_400
AT_ONCE = 100
"""As a number of days after watching: with the next look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``unwatched``: so many of the latest are kept (5), or those of so many days (-7); 0: all. ``watched``: days until
    what was watched goes, :data:`AT_ONCE`; 0: never."""

    unwatched: int = 0
    watched: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Times are epoch seconds."""

    item_id: int
    season: int
    number: int
    added_at: int
    watched_at: int | None = None
    """When the owner saw it last to its end; ``None``: not yet."""
    begun: bool = False
    """Whether anybody stands in the middle of it."""


class Rule(StrEnum):
    """By which of the two wishes something is to go."""

    UNWATCHED = "unwatched"
    WATCHED = "watched"


def expired(episodes: Iterable[Episode], wish: Wish, now: int) -> dict[int, Rule]:
    """The ids of what is to go, in the order of the episodes."""
    known = sorted(episodes, key=lambda each: (each.season, each.number, each.item_id))
    doomed = dict.fromkeys(_unwatched(known, wish.unwatched, now), Rule.UNWATCHED)
    doomed |= dict.fromkeys(_watched(known, wish.watched, now), Rule.WATCHED)
    return {each.item_id: doomed[each.item_id] for each in known if each.item_id in doomed and not each.begun}


def _watched(known: Sequence[Episode], days: int, now: int) -> Iterable[int]:
    if days <= 0:
        return ()
    wait = 0 if days == AT_ONCE else days * _DAY_S
    return [each.item_id for each in known if each.watched_at is not None and each.watched_at <= now - wait]


def _unwatched(known: Sequence[Episode], wanted: int, now: int) -> Iterable[int]:
    fresh = [each for each in known if each.watched_at is None and each.season > 0]
    if wanted > 0:
        return [each.item_id for each in fresh[:-wanted]]
    if wanted < 0:
        return [each.item_id for each in fresh if each.added_at < now + wanted * _DAY_S]
    return ()
