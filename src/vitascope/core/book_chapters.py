"""Laying the chapters that a service knows of an audiobook over the files in which the book lies here. Pure.

A service counts from the beginning of the book as it sells it, with the words of the shop before and after it
(``intro_ms``, ``outro_ms``), which many files lack. Chapters of another edition are worse than none: they are laid over
files only whose length, with or without these words, is that of the service's book.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from msgspec import Struct

from vitascope.core.chapters import MOST
from vitascope.core.model import ChapterInfo

_LEAST_OFF_MS = 5_000
_SHARE_OFF = 2_000
"""A two-thousandth of the book: half a minute of 16 hours."""
_LARGEST_SHARE_OFF = 50
_AT_THE_SEAM_MS = 2_000
"""A chapter that begins so near the beginning of a file begins with the file (of short ones a tenth of them)."""


class BookChapters(Struct, frozen=True, kw_only=True):
    """What a service says of a book: its length and its chapters, in milliseconds from the beginning."""

    runtime_ms: int
    intro_ms: int = 0
    outro_ms: int = 0
    chapters: tuple[ChapterInfo, ...] = ()


class ToldChapters(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Chapters of one file by the word of a service."""

    of_ms: int
    """How long the file was that they were laid over."""
    chapters: tuple[ChapterInfo, ...]
    preferred: bool = False
    """They go before those in the file."""


def tolerance_ms(length_ms: int) -> int:
    """By how much two lengths of one book may differ: silence at its ends, and what encoders add to each file."""
    return min(max(_LEAST_OFF_MS, length_ms // _SHARE_OFF), length_ms // _LARGEST_SHARE_OFF)


def still_fits(told: ToldChapters, length_ms: int | None) -> bool:
    """Whether a file is still about as long as the one that chapters were laid over."""
    return length_ms is not None and abs(length_ms - told.of_ms) <= tolerance_ms(told.of_ms)


def laid_over(book: BookChapters, lengths_ms: Sequence[int]) -> list[tuple[ChapterInfo, ...]] | None:
    """The chapters of each file of a book in their order; ``None`` when the files are not the service's book.

    A file that begins within a chapter has the rest of it as its first.
    """
    total = sum(lengths_ms)
    cut = _cut(book, total)
    if cut is None or any(length <= 0 for length in lengths_ms):
        return None
    front, expected = cut
    stretch = total / expected if len(lengths_ms) > 1 else 1.0  # each file adds a little of its own
    begins = [0, *accumulate(lengths_ms)]
    seam = min(_AT_THE_SEAM_MS, min(lengths_ms) // 10)
    starts: dict[int, str | None] = {}
    for chapter in sorted(book.chapters, key=lambda one: one.start_ms)[:MOST]:
        at = _at_seam(round(max(chapter.start_ms - front, 0) * stretch), begins, seam)
        starts[at] = chapter.title  # of several at the beginning the last: what came before it was cut away
    return [_within(starts, begin, end) for begin, end in pairwise(begins)]


def _cut(book: BookChapters, total: int) -> tuple[int, int] | None:
    """What is missing in front, and the length that is to be expected then."""
    ways = [
        (front, book.runtime_ms - front - back)
        for front in (0, book.intro_ms)
        for back in (0, book.outro_ms)
        if book.runtime_ms > front + back
    ]
    if not ways:
        return None
    front, expected = min(ways, key=lambda way: abs(way[1] - total))
    return (front, expected) if abs(expected - total) <= tolerance_ms(expected) else None


def _at_seam(at: int, begins: Sequence[int], seam: int) -> int:
    nearest = min(begins, key=lambda begin: abs(begin - at))
    return nearest if abs(nearest - at) <= seam else at


def _within(starts: dict[int, str | None], begin: int, end: int) -> tuple[ChapterInfo, ...]:
    mine = {at: title for at, title in starts.items() if begin <= at < end}
    before = max((at for at in starts if at < begin), default=None)
    if begin not in mine and before is not None:
        mine[begin] = starts[before]
    ordered = sorted(mine)
    ends = [*ordered[1:], end] if ordered else []
    return tuple(
        ChapterInfo(start_ms=at - begin, end_ms=until - begin, title=mine[at])
        for at, until in zip(ordered, ends, strict=True)
    )
