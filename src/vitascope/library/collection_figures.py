"""What a list says about each collection: how much is in it, of which years, what it is made of and how it is shown.

For a viewer who sees whole sections, sizes come from the counts the writer keeps; years and the highest content rating
of a small collection from its members. A large one, and one that is a query, is answered from the arrays that listings
are made of, without being put in order: fifty of them share the columns and conditions they ask for.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, func, or_, select

from vitascope.core.model import ItemType, SectionKind, TagType, Viewer
from vitascope.core.query import Listing, types_of_section
from vitascope.core.query.source_uri import SourceError
from vitascope.library.collection_contents import full_minutes, known_listing, plain_listings, watching
from vitascope.library.collections import CollectionError
from vitascope.library.section_query import SelectionError
from vitascope.store import collections as store
from vitascope.store import sections as store_sections
from vitascope.store.items import visible
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.schema import items, managed_hubs, taggings, tags
from vitascope.store.tags import places

_FEW = 1_000
"""A collection with at most so many members is looked at itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFigures:
    """One collection, for one viewer."""

    settings: CollectionRow
    tag_id: int | None
    """Its ``index``: the tag its members carry."""
    subtype: str
    """The type of what it holds."""
    child_count: int = 0
    min_year: int | None = None
    max_year: int | None = None
    content_rating: str | None = None
    """The highest of its members."""

    is_published: bool = False
    """Whether it is shown on a start page."""

    @property
    def is_smart(self) -> bool:
        return self.settings.content is not None


@dataclass(frozen=True, slots=True)
class _Sum:
    count: int = 0
    min_year: int | None = None
    max_year: int | None = None
    content_rating: str | None = None


_named = (
    select(tags.c.id, tags.c.tag, tags.c.folded)
    .where(tags.c.type == int(TagType.COLLECTION), any_of(tags.c.folded, "names", text=True))
    .order_by(tags.c.id)
)
_member = items.alias("member")
# "1013|PG-13": ordered by age, with the text behind
_rated = cast(1000 + func.coalesce(_member.c.content_rating_age, 0), Text).concat("|").concat(_member.c.content_rating)
_figures = (func.min(_member.c.year), func.max(_member.c.year), func.max(_rated))
_of_members = (
    select(_member.c.section_id, taggings.c.tag_id, func.count(), *_figures)
    .join(_member, _member.c.id == taggings.c.item_id)
    .where(any_of(taggings.c.tag_id, "ids"), any_of(_member.c.section_id, "sections"), _member.c.extra_type.is_(None))
    .group_by(_member.c.section_id, taggings.c.tag_id)
)
_published = select(managed_hubs.c.identity_id).where(
    any_of(managed_hubs.c.identity_id, "ids"), or_(managed_hubs.c.own_home, managed_hubs.c.shared_home)
)
_of_ids = select(func.count(), *_figures).select_from(_member).where(any_of(_member.c.id, "ids"))


def figures(
    r: Reader, positions: Positions, found: Sequence[ItemRow], viewer: Viewer, *, now: datetime
) -> dict[int, CollectionFigures]:
    """The figures of these collections, by the id of their item."""
    settings = store.settings(r, [item.identity_id for item in found])
    tag_ids = _tag_ids(r, found)
    sections = sorted({item.section_id for item in found})
    numbers: dict[int, dict[int, int]] = {item.id: {} for item in found}
    counted: dict[tuple[int, int], dict[int, int]] = {}
    for place in places(r, [tag_id for ids in tag_ids.values() for tag_id in ids], sections, tuple(ItemType)):
        counted.setdefault((place.section_id, place.tag_id), {})[place.item_type] = place.item_count
    for item in found:
        for tag_id in tag_ids[item.id]:
            for item_type, number in counted.get((item.section_id, tag_id), {}).items():
                numbers[item.id][item_type] = numbers[item.id].get(item_type, 0) + number
    defaults = {row.id: int(types_of_section(SectionKind(row.kind))[0].type) for row in store_sections.list_sections(r)}
    published = set(r.scalars(_published, {"ids": [item.identity_id for item in found]}))
    rows = {item.id: settings.get(item.identity_id) or CollectionRow(item.identity_id) for item in found}
    small = [item for item in found if rows[item.id].content is None and sum(numbers[item.id].values()) <= _FEW]
    sums = _summed(r, small, tag_ids, viewer)
    _foresee(r, positions, [(item, rows[item.id]) for item in found if rows[item.id].content is not None], viewer, now)
    made = {}
    for item in found:
        mine, row = numbers[item.id], rows[item.id]
        one = sums.get(item.id) or _remembered(r, positions, item, row, viewer, now)
        kind = row.subtype or max(mine, key=mine.__getitem__, default=defaults.get(item.section_id, 1))
        made[item.id] = CollectionFigures(
            settings=row,
            tag_id=next(iter(tag_ids[item.id]), None),
            subtype=ItemType(kind).api_name,
            child_count=one.count,
            min_year=one.min_year,
            max_year=one.max_year,
            content_rating=item.content_rating or one.content_rating,
            is_published=item.identity_id in published,
        )
    return made


def _tag_ids(r: Reader, found: Sequence[ItemRow]) -> dict[int, list[int]]:
    """The tags of each collection, the one that is spelled like it first."""
    by_name: dict[str, list[tuple[int, str]]] = {}
    for tag_id, tag, folded in r.tuples(_named, {"names": sorted({item.title_folded for item in found})}):
        by_name.setdefault(folded, []).append((tag_id, tag))
    return {
        item.id: [
            tag_id for tag_id, _ in sorted(by_name.get(item.title_folded, ()), key=lambda pair: pair[1] != item.title)
        ]
        for item in found
    }


def _summed(r: Reader, found: Sequence[ItemRow], tag_ids: dict[int, list[int]], viewer: Viewer) -> dict[int, _Sum]:
    """The figures of small plain collections, out of what the viewer may see."""
    ids = [tag_id for item in found for tag_id in tag_ids[item.id]]
    bound = {"ids": ids, "sections": sorted({item.section_id for item in found})}
    known = {(row[0], row[1]): row[2:] for row in r.tuples(visible(_of_members, viewer, _member), bound)}
    sums = {}
    for item in found:
        parts = [known[item.section_id, tag_id] for tag_id in tag_ids[item.id] if (item.section_id, tag_id) in known]
        sums[item.id] = _sum(
            sum(part[0] for part in parts),
            min((part[1] for part in parts if part[1] is not None), default=None),
            max((part[2] for part in parts if part[2] is not None), default=None),
            max((part[3] for part in parts if part[3] is not None), default=None),
        )
    return sums


def _sum(count: int, min_year: int | None, max_year: int | None, rated: str | None) -> _Sum:
    return _Sum(count, min_year, max_year, rated.partition("|")[2] if rated else None)


def _foresee(
    r: Reader, positions: Positions, found: Sequence[tuple[ItemRow, CollectionRow]], viewer: Viewer, now: datetime
) -> None:
    """Let what smart collections ask for be read at once."""
    listings: dict[int, list[Listing]] = {}
    for item, row in found:
        with suppress(CollectionError, SelectionError, SourceError):
            listing, _ = known_listing(r, positions, item, row, viewer, now=now)
            listings.setdefault(item.section_id, []).append(listing)
    for section_id, wanted in listings.items():
        positions.foresee(r, wanted, [section_id], viewer)


def _remembered(
    r: Reader, positions: Positions, item: ItemRow, row: CollectionRow, viewer: Viewer, now: datetime
) -> _Sum:
    """The figures of a large or smart collection, worked out once for as long as nothing of them changes."""
    eyes = watching(row, viewer)
    key = ("collection figures", item.id, item.title_folded, row, eyes, full_minutes(now))
    return positions.remembered(
        r, key, [item.section_id], eyes.person_id, lambda: _of_positions(r, positions, item, row, viewer, now)
    )


def _of_positions(
    r: Reader, positions: Positions, item: ItemRow, row: CollectionRow, viewer: Viewer, now: datetime
) -> _Sum:
    listings, eyes = plain_listings(r, item, row) if row.content is None else [], viewer
    if row.content is not None:
        try:
            listing, eyes = known_listing(r, positions, item, row, viewer, now=now)
        except (CollectionError, SelectionError, SourceError):
            return _Sum()  # a query that means nothing any more holds nothing
        listings = [listing]
    found = [positions.content(r, listing, [item.section_id], eyes) for listing in listings]
    count = sum(int(content.ids.size) for content in found)
    if count <= _FEW:
        members = [int(one) for content in found for one in content.ids.tolist()]
        return _sum(*r.tuples(_of_ids, {"ids": members})[0])
    return _Sum(
        count,
        min((content.first_year for content in found if content.first_year is not None), default=None),
        max((content.last_year for content in found if content.last_year is not None), default=None),
    )
