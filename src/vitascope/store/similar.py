"""What is like an item: shared tags and people, the rarer the more they say.

Flat cost: the item's tags are asked from the rarest on, each for a bounded number of the newest items that carry it,
until there are enough candidates; only those are weighed. A genre that half the library has is asked last, if at all,
and yet counts for every candidate that shares it.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.titles import fold
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of, plainly
from vitascope.store.rows import ItemRow
from vitascope.store.schema import item_counts, items, tag_counts, taggings, tags

CANDIDATES = 300
"""Items that are weighed at most."""
_CARRIERS = 2_000
"""Items of any type that are looked at for one tag."""
_NAMED_SCORE = 40.0
_SAME_YEARS = 10

_WEIGHTS = {
    TagType.COLLECTION: 4.0,
    TagType.DIRECTOR: 3.0,
    TagType.WRITER: 1.5,
    TagType.ROLE: 1.5,
    TagType.STYLE: 2.0,
    TagType.GENRE: 1.5,
    TagType.MOOD: 1.0,
    TagType.NETWORK: 1.0,
    TagType.STUDIO: 0.5,
    TagType.COUNTRY: 0.25,
    TagType.AUTOTAG: 1.0,
    TagType.PLACE: 1.0,
}


class Tag(NamedTuple):
    """A tag of an item, with how many items of the item's type and section carry it."""

    id: int
    type: int
    name: str
    carriers: int


# Asked for each tag by itself: joined, an engine without statistics would begin with every tag of the section.
_carriers_of = (
    select(tag_counts.c.item_count)
    .where(
        tag_counts.c.section_id == bindparam("section_id"),
        tag_counts.c.item_type == bindparam("type"),
        tag_counts.c.tag_id == taggings.c.tag_id,
    )
    .correlate(taggings)
    .scalar_subquery()
)
_tags_of = (
    select(tags.c.id, tags.c.type, tags.c.tag, func.coalesce(_carriers_of, 0))
    .select_from(taggings)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(taggings.c.item_id == bindparam("id"))
    .order_by(taggings.c.tag_type, taggings.c.ordering, tags.c.id)
)
_names_of = (
    select(tags.c.tag)
    .select_from(taggings)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(taggings.c.item_id == bindparam("id"), taggings.c.tag_type == int(TagType.SIMILAR))
)
_total = select(item_counts.c.item_count).where(
    item_counts.c.section_id == bindparam("section_id"), item_counts.c.item_type == bindparam("type")
)
_newest_carriers = (
    select(taggings.c.item_id)
    .where(taggings.c.tag_id == bindparam("tag_id"))
    .order_by(taggings.c.item_id.desc())
    .limit(_CARRIERS)
    .subquery("carriers")
)
_carriers: Select[Any] = (
    select(items.c.id)
    .join(_newest_carriers, _newest_carriers.c.item_id == items.c.id)
    .where(plainly(items.c.section_id) == bindparam("section_id"), plainly(items.c.type) == bindparam("type"))
    .order_by(items.c.id.desc())
    .limit(CANDIDATES)
)
_named: Select[Any] = select(items.c.id).where(
    items.c.type == bindparam("type"),
    any_of(items.c.title_folded, "names", text=True),
    plainly(items.c.section_id) == bindparam("section_id"),
)
_shared = select(taggings.c.item_id, taggings.c.tag_id).where(
    any_of(taggings.c.item_id, "ids"), any_of(plainly(taggings.c.tag_id), "tags")
)
_weighed: Select[Any] = select(items.c.id, items.c.identity_id, items.c.year, items.c.rating, items.c.title).where(
    any_of(items.c.id, "ids"), items.c.extra_type.is_(None), items.c.deleted_at.is_(None)
)


def tags_of(r: Reader, item: ItemRow) -> list[Tag]:
    """An item's tags by type and order, each with how many such items of its section carry it."""
    params = {"id": item.id, "section_id": item.section_id, "type": item.type}
    return [Tag(*row) for row in r.tuples(_tags_of, params)]


def similar_items(r: Reader, item: ItemRow, viewer: Viewer, limit: int = 200) -> list[int]:
    """Ids of the items of the same section and type that are most like ``item``, the most alike first; never the item
    itself nor another edition of it."""
    scope = {"section_id": item.section_id, "type": item.type}
    total = int(r.scalar(_total, scope) or 1)
    weights = {
        tag.id: _WEIGHTS[TagType(tag.type)] * math.log1p(total / max(tag.carriers, 1))
        for tag in tags_of(r, item)
        if tag.type in _WEIGHTS
    }
    named = _named_as_similar(r, item, viewer)
    candidates = dict.fromkeys(named)
    for tag_id in sorted(weights, key=lambda tag_id: -weights[tag_id]):
        if len(candidates) >= CANDIDATES:
            break
        candidates |= dict.fromkeys(r.scalars(visible(_carriers, viewer), scope | {"tag_id": tag_id}))
    candidates.pop(item.id, None)
    if not candidates:
        return []
    ids = list(candidates)[:CANDIDATES]
    scores: dict[int, float] = defaultdict(float)
    for other, tag_id in r.tuples(_shared, {"ids": ids, "tags": list(weights)}):
        scores[other] += weights[tag_id]
    for other in named:
        scores[other] += _NAMED_SCORE
    ranked: list[tuple[float, float, int]] = []
    for other, identity_id, year, rating, title in r.tuples(_weighed, {"ids": ids}):
        if identity_id == item.identity_id or _same_film(item, title, year):
            continue
        ranked.append((-scores[other] - _nearness(item.year, year), -(rating or 0.0), other))
    return [other for _, _, other in sorted(ranked)[:limit]]


def _named_as_similar(r: Reader, item: ItemRow, viewer: Viewer) -> list[int]:
    """Artists that the item's own metadata calls similar, as far as they are in the section."""
    names: Sequence[str] = r.scalars(_names_of, {"id": item.id})
    if not names or item.type != ItemType.ARTIST:
        return []
    wanted = {"type": item.type, "section_id": item.section_id, "names": [fold(name) for name in names]}
    return [other for other in r.scalars(visible(_named, viewer), wanted) if other != item.id]


def _same_film(item: ItemRow, title: str, year: int | None) -> bool:
    """Another edition has an identity of its own, but the same title and year."""
    return title == item.title and year == item.year and item.type in {ItemType.MOVIE, ItemType.SHOW}


def _nearness(one: int | None, other: int | None) -> float:
    """A little for items of the same years: it decides between those that share as much."""
    if one is None or other is None:
        return 0.0
    return max(0.0, 1.0 - abs(one - other) / _SAME_YEARS)
