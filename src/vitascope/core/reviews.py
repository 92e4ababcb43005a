"""Reviews of an item: what critics wrote about it, and what changes when the owner writes or takes away some. Pure.

A review goes by the name of who wrote it: there is one of each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace


class Review(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody wrote about an item."""

    tag: str
    """Who wrote it."""
    text: str | None = None
    source: str | None = None
    """Where it appeared: a newspaper, a site."""
    image: str | None = None
    """The address that tells clients which badge to show: ``rottentomatoes://image.review.fresh``."""
    link: str | None = None
    """Where all of it can be read: ``http`` or ``https``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A review that is written, or what changes of the one by that name."""

    tag: str
    values: dict[str, str | None]
    """By field of :class:`Review`; ``None`` takes what is there away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChange:
    """What happens to the reviews of an item."""

    clears: bool = False
    """All that are there go first."""
    put: tuple[Written, ...] = ()
    remove: tuple[str, ...] = ()
    locked: bool = True

    @property
    def changes(self) -> bool:
        """Whether any review comes, goes or reads differently."""
        return self.clears or bool(self.put) or bool(self.remove)


def each_once(reviews: Iterable[Review]) -> list[Review]:
    """The first of each name."""
    found: dict[str, Review] = {}
    for review in reviews:
        found.setdefault(review.tag, review)
    return list(found.values())


def changed(there: Sequence[Review], change: ReviewChange) -> list[Review]:
    """The reviews after a change: those that stay in their order, then the new ones."""
    gone = set(change.remove)
    found = {} if change.clears else {review.tag: review for review in there if review.tag not in gone}
    for written in change.put:
        if written.tag not in gone:
            found[written.tag] = replace(found.get(written.tag) or Review(tag=written.tag), **written.values)
    return list(found.values())
