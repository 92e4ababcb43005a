"""The chapters of an item: those of its file, and those that the owner wrote instead.

What the owner writes is a list of its own, taken from the file's at the first change. Each chapter keeps its id while
others come and go before it; an end is written down only where it is not the beginning of the next.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from vitascope.core.model import ChapterInfo

MOST = 2_000
"""So many chapters a file may have, and a person may write."""


class ChapterError(ValueError):
    """The chapters that were asked for cannot be."""


class Chapter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chapter that is shown or edited."""

    id: int
    start_ms: int
    end_ms: int | None = None
    """``None``: the beginning of the next, or the end."""
    title: str | None = None


def of_file(chapters: Sequence[ChapterInfo]) -> list[Chapter]:
    """The chapters of a file, as a list that can be changed."""
    following = [*(chapter.start_ms for chapter in chapters[1:]), None]
    return [
        Chapter(
            id=number,
            start_ms=chapter.start_ms,
            end_ms=None if chapter.end_ms == next_ms else chapter.end_ms,
            title=chapter.title,
        )
        for number, (chapter, next_ms) in enumerate(zip(chapters, following, strict=False), 1)
    ]


def put(chapters: Sequence[Chapter], chapter: Chapter) -> list[Chapter]:
    """The list with a chapter more, or with another content for the one of its id."""
    others = [one for one in chapters if one.id != chapter.id]
    if any(one.start_ms == chapter.start_ms for one in others):
        raise ChapterError(f"another chapter begins at {chapter.start_ms} ms")
    if len(others) >= MOST:
        raise ChapterError(f"more than {MOST} chapters")
    return sorted([*others, chapter], key=lambda one: one.start_ms)


def shown(chapters: Sequence[Chapter], duration_ms: int | None) -> list[Chapter]:
    """The chapters in order, each with an end; those that would begin after the end of the item are left out."""
    there = [one for one in chapters if duration_ms is None or one.start_ms < duration_ms]
    found: list[Chapter] = []
    for at, one in enumerate(there):
        last = duration_ms if at + 1 == len(there) else there[at + 1].start_ms
        ends = [end for end in (one.end_ms, last) if end is not None]
        found.append(replace(one, end_ms=min(ends, default=one.start_ms)))
    return found
