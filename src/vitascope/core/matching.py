"""How well what somebody else knows fits what we have. Pure.

Scores run from 0 to 100, as clients read them; above :data:`SURE` a match is made without asking anybody. A wrong match
is worse than none, so a year that differs weighs more than a title that is spelt a little differently.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from vitascope.core.naming.titles import fold, sort_title

SURE = 85
_LONGEST = 200
_YEARS_APART = {0: 0, 1: 4}
_WRONG_YEAR = 30
_NO_YEAR = 5
_TURNED = re.compile(r"(.+), (the|an?|der|die|das|les?|la|el|los|las|il)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one side says: the titles by which it is known, the year it came out, its ids at other services."""

    titles: Sequence[str]
    year: int | None = None
    guids: Collection[str] = ()


def score(wanted: Facts, found: Facts) -> int:
    """How likely both are the same. One id that both have is proof, and an id of one service that differs is too."""
    ours, theirs = _by_service(wanted.guids), _by_service(found.guids)
    shared = ours.keys() & theirs.keys()
    if any(ours[service] == theirs[service] for service in shared):
        return 100
    best = max((similarity(one, other) for one in wanted.titles for other in found.titles), default=0)
    if wanted.year is not None and found.year is not None:
        best -= _YEARS_APART.get(abs(wanted.year - found.year), _WRONG_YEAR)
    elif wanted.year is not None:
        best -= _NO_YEAR
    if shared:
        best = min(best, SURE - 1) - 10
    return max(0, min(100, best))


def similarity(one: str, other: str) -> int:
    """0 to 100: 100 for titles that are the same but for case, accents and punctuation."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return 0
    if first == second:
        return 100
    if _plain(sort_title(_upright(one))) == _plain(sort_title(_upright(other))):
        return 98
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return int(ratio * 97)


def _upright(title: str) -> str:
    """``Iron Meadow, The`` to ``The Iron Meadow``."""
    turned = _TURNED.fullmatch(title[:_LONGEST])
    return f"{turned[2]} {turned[1]}" if turned else title


def _plain(title: str) -> str:
    folded = fold(title[:_LONGEST])
    return "".join(each for each in folded if each.isalnum())


def _by_service(guids: Collection[str]) -> dict[str, str]:
    return {guid.partition("://")[0]: guid for guid in guids}
