"""How well a book of the catalogue fits one of ours: by the edit distance of titles and authors. Pure.

A likeness is 100 times the share of letters and digits that need not be changed (Levenshtein) between both, case,
accents and punctuation aside. Title and author weigh 65 to 35; what reaches :data:`~vitascope.core.matching.SURE` (85)
is believed without asking anybody, and for that the title alone must reach 85, the author 75, and both must name the
same numbers: the second book of a series is one digit away from the first.
"""

import re
from collections.abc import Sequence

from vitascope.core.matching import SURE
from vitascope.core.naming.search_text import distance
from vitascope.core.naming.titles import fold

AUTHOR_SURE = 75
_TITLE_WEIGHT = 0.65
_LONGEST = 120
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_NUMBER = re.compile(r"\d+")
_OTHER_NUMBERS = 30
_WITHOUT_SUBTITLE = 5


def bare(title: str) -> str:
    """A title without what stands in brackets: ``(Unabridged)``, ``[Audible-B0…]``."""
    return " ".join(_BRACKETS.sub(" ", title).split()) or title


def likeness(one: str, other: str) -> int:
    """0 to 100."""
    first, second = _letters(one), _letters(other)
    if not first or not second:
        return 0
    return 100 * (max(len(first), len(second)) - distance(first, second)) // max(len(first), len(second))


def book_score(title: str, author: str | None, found_title: str, subtitle: str | None, authors: Sequence[str]) -> int:
    """0 to 100; never sure without an author on both sides."""
    of_title = _title_likeness(bare(title), bare(found_title), subtitle)
    if not author or not authors:
        return min(of_title, SURE - 1)
    of_author = max(likeness(author, each) for each in authors)
    score = round(of_title * _TITLE_WEIGHT + of_author * (1 - _TITLE_WEIGHT))
    sure = of_title >= SURE and of_author >= AUTHOR_SURE
    return score if sure else min(score, SURE - 1)


def _title_likeness(wanted: str, found: str, subtitle: str | None) -> int:
    whole = max(
        _numbered(wanted, found),
        _numbered(wanted, f"{found} {bare(subtitle)}") if subtitle else 0,
    )
    front, colon, _ = wanted.partition(":")
    if colon and ":" not in found and whole < SURE:  # ours carries a subtitle, the catalogue's does not
        return max(whole, _numbered(front, found) - _WITHOUT_SUBTITLE)
    return whole


def _numbered(one: str, other: str) -> int:
    points = likeness(one, other)
    return points if _numbers(one) == _numbers(other) else max(points - _OTHER_NUMBERS, 0)


def _numbers(text: str) -> list[int]:
    return sorted(int(each) for each in _NUMBER.findall(text[:_LONGEST]) if each.isascii() and len(each) < 10)


def _letters(text: str) -> str:
    return "".join(each for each in fold(text[:_LONGEST]) if each.isalnum())
