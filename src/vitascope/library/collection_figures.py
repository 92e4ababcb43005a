"""What a list says about each collection: how much is in it, of which years, what it is made of and how it is shown.

For a viewer who sees whole sections, sizes come from the counts the writer keeps; years and the highest content rating
of a small collection from its members. A large one, and one that is a query, is answered from cached positions (its
first and its last by year), so a list of collections costs the same whatever they hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Text, and_, cast, func, or_, select

from vitascope.core.model import ItemType, SectionKind, TagType, Viewer
from vitascope.core.query import Listing, parse_listing, types_of_section
from vitascope.core.query.source_uri import SourceError
from vitascope.library.collection_contents import full_minutes, plain_listings, smart_listing, watching
from vitascope.library.collections import CollectionError
from vitascope.library.section_query import SelectionError
from vitascope.store import collections as store
from vitascope.store import sections as store_sections
from vitascope.store.items import visible
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.schema import items, managed_hubs, tag_counts, taggings, tags

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


_of_name = and_(tags.c.type == int(TagType.COLLECTION), tags.c.folded == items.c.title_folded)
_counts = (
    select(items.c.id, tag_counts.c.item_type, func.sum(tag_counts.c.item_count))
    .join(tags, _of_name)
    .join(tag_counts, and_(tag_counts.c.section_id == items.c.section_id, tag_counts.c.tag_id == tags.c.id))
    .where(any_of(items.c.id, "ids"))
    .group_by(items.c.id, tag_counts.c.item_type)
)
_tag_ids = (
    select(items.c.id, tags.c.id)
    .join(tags, _of_name)
    .where(any_of(items.c.id, "ids"))
    .order_by((tags.c.tag == items.c.title).desc(), tags.c.id)
)
_member = items.alias("member")
# "1013|PG-13": ordered by age, with the text behind
_rated = cast(1000 + func.coalesce(_member.c.content_rating_age, 0), Text).concat("|").concat(_member.c.content_rating)
_figures = (func.min(_member.c.year), func.max(_member.c.year), func.max(_rated))
_of_members = (
    select(items.c.id, func.count(_member.c.id.distinct()), *_figures)
    .join(tags, _of_name)
    .join(taggings, taggings.c.tag_id == tags.c.id)
    .join(_member, and_(_member.c.id == taggings.c.item_id, _member.c.section_id == items.c.section_id))
    .where(any_of(items.c.id, "ids"), _member.c.extra_type.is_(None))
    .group_by(items.c.id)
)
_published = select(managed_hubs.c.identity_id).where(
    any_of(managed_hubs.c.identity_id, "ids"), or_(managed_hubs.c.own_home, managed_hubs.c.shared_home)
)
_of_ids = select(func.count(), *_figures).select_from(_member).where(any_of(_member.c.id, "ids"))
_years = select(_member.c.year).where(any_of(_member.c.id, "ids"))


def figures(
    r: Reader, positions: Positions, found: Sequence[ItemRow], viewer: Viewer, *, now: datetime
) -> dict[int, CollectionFigures]:
    """The figures of these collections, by the id of their item."""
    ids = {"ids": [item.id for item in found]}
    settings = store.settings(r, [item.identity_id for item in found])
    numbers: dict[int, dict[int, int]] = {}
    for item_id, item_type, number in r.tuples(_counts, ids):
        numbers.setdefault(item_id, {})[item_type] = int(number)
    tag_of: dict[int, int] = {}
    for item_id, tag_id in r.tuples(_tag_ids, ids):
        tag_of.setdefault(item_id, tag_id)
    defaults = {row.id: int(types_of_section(SectionKind(row.kind))[0].type) for row in store_sections.list_sections(r)}
    published = set(r.scalars(_published, {"ids": [item.identity_id for item in found]}))
    rows = {item.id: settings.get(item.identity_id) or CollectionRow(item.identity_id) for item in found}
    small = [
        item.id for item in found if rows[item.id].content is None and sum(numbers.get(item.id, {}).values()) <= _FEW
    ]
    sums = _summed(r, small, viewer)
    made = {}
    for item in found:
        mine, row = numbers.get(item.id, {}), rows[item.id]
        if item.id in sums or item.id in small:
            one = sums.get(item.id, _Sum())
        else:
            one = _remembered(r, positions, item, row, viewer, now)
        kind = row.subtype or max(mine, key=mine.__getitem__, default=defaults.get(item.section_id, 1))
        made[item.id] = CollectionFigures(
            settings=row,
            tag_id=tag_of.get(item.id),
            subtype=ItemType(kind).api_name,
            child_count=one.count,
            min_year=one.min_year,
            max_year=one.max_year,
            content_rating=item.content_rating or one.content_rating,
            is_published=item.identity_id in published,
        )
    return made


def _summed(r: Reader, ids: Sequence[int], viewer: Viewer) -> dict[int, _Sum]:
    """The figures of small plain collections, out of what the viewer may see."""
    if not ids:
        return {}
    statement = visible(_of_members, viewer, _member)
    return {item_id: _sum(*rest) for item_id, *rest in r.tuples(statement, {"ids": list(ids)})}


def _sum(count: int, min_year: int | None, max_year: int | None, rated: str | None) -> _Sum:
    return _Sum(count, min_year, max_year, rated.partition("|")[2] if rated else None)


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
            listing, eyes = smart_listing(r, item, row, viewer, now=now)
        except (CollectionError, SelectionError, SourceError):
            return _Sum()  # a query that means nothing any more holds nothing
        listings = [listing]
    arrays = [positions.ids(r, listing, [item.section_id], eyes) for listing in listings]
    count = sum(int(array.size) for array in arrays)
    if count <= _FEW:
        members = [int(one) for array in arrays for one in array.tolist()]
        return _sum(*r.tuples(_of_ids, {"ids": members})[0])
    ends: list[int] = []
    for listing in listings:
        for sort in ("year:nullsLast", "year:desc"):
            ends += positions.ids(r, _by(listing, sort, now), [item.section_id], eyes)[:1].tolist()
    years = [year for year in r.scalars(_years, {"ids": ends}) if year is not None]
    return _Sum(count, min(years, default=None), max(years, default=None))


def _by(listing: Listing, sort: str, now: datetime) -> Listing:
    """The same items in another order."""
    order = parse_listing([("sort", sort)], default_type=listing.type, now=now).sort
    return replace(listing, sort=order, limit=None, shuffle_seed=None)
