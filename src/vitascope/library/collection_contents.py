"""What a collection holds for one viewer, in its order.

A plain one holds what carries its tag: by release, by title, or as a person moved things. A smart one is a query: its
content is kept as it was sent, and asked of the section the collection is in, whatever number the content names. What
it holds by watch state is by the owner's, unless it is set to be by the viewer's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import select

from vitascope.core.model import OWNER_PERSON_ID, ItemType, SectionKind, Viewer
from vitascope.core.query import Condition, LibraryType, Listing, Op, parse_listing, types_of_section
from vitascope.core.query.source_uri import SectionSource, SourceError, parse_source_uri
from vitascope.library.collections import CollectionError, Order
from vitascope.library.section_query import SelectionError, listing_of
from vitascope.store import collections as store
from vitascope.store import items as store_items
from vitascope.store import sections as store_sections
from vitascope.store.positions import Ids, Positions
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.schema import items

_STEP_S = 600
"""Relative dates of a smart collection count from the full ten minutes, so that its pages are one listing."""
_EPOCH = datetime.fromtimestamp(0, UTC)
_NOTHING: Ids = np.empty(0, dtype=np.int64)
_identities = select(items.c.id, items.c.identity_id).where(any_of(items.c.id, "ids"))


def member_ids(r: Reader, positions: Positions, collection_id: int, viewer: Viewer, *, now: datetime) -> Ids:
    """What is in a collection, as far as the viewer may see it, in its order; nothing for what is no collection."""
    item = store_items.get_item(r, collection_id, viewer)
    if item is None or item.type != ItemType.COLLECTION:
        return _NOTHING
    return members_of(r, positions, item, viewer, now=now)


def members_of(r: Reader, positions: Positions, item: ItemRow, viewer: Viewer, *, now: datetime) -> Ids:
    """The same, of a collection that is at hand."""
    settings = store.settings(r, [item.identity_id]).get(item.identity_id) or CollectionRow(item.identity_id)
    if settings.content is not None:
        try:
            listing, eyes = known_listing(r, positions, item, settings, viewer, now=now)
        except (CollectionError, SelectionError, SourceError):
            return _NOTHING  # a query that means nothing any more finds nothing
        return positions.ids(r, listing, [item.section_id], eyes)

    def make() -> Ids:
        found = [positions.ids(r, listing, [item.section_id], viewer) for listing in plain_listings(r, item, settings)]
        members = np.concatenate([_NOTHING, *found])
        return _as_placed(r, item, members) if settings.sort == Order.CUSTOM else members

    members_key = ("collection members", item.id, item.title_folded, settings, viewer)
    return positions.remembered(r, members_key, [item.section_id], None, make)


def plain_listings(r: Reader, item: ItemRow, settings: CollectionRow) -> list[Listing]:
    """What a plain collection holds, as a listing for each type that a section has."""
    section = store_sections.get_section(r, item.section_id)
    sort = "titleSort" if settings.sort == Order.ALPHA else "originallyAvailableAt"
    tag_ids = store.tag_ids(r, item)
    listings = []
    for listed in types_of_section(SectionKind(section.kind)):
        if "collection" in listed.fields:
            listing = parse_listing([("sort", sort)], default_type=listed.type, now=_EPOCH)
            listings.append(replace(listing, tree=carrying(listed, tag_ids)))
    return listings


def carrying(listed: LibraryType, tag_ids: Sequence[int]) -> Condition:
    """The condition that an item carries one of these tags. Numbers and not texts, since a tag may be called ``12``."""
    return Condition(scope=listed.type, field=listed.fields["collection"], op=Op.EQ, values=tuple(sorted(tag_ids)))


def smart_listing(
    r: Reader, item: ItemRow, settings: CollectionRow, viewer: Viewer, *, now: datetime
) -> tuple[Listing, Viewer]:
    """The query of a smart collection, and with whose watch state it is answered."""
    source = parse_source_uri(settings.content or "", machine_identifier=None).source
    if not isinstance(source, SectionSource):
        raise CollectionError("the content of this collection is no query of a section")
    own = replace(source, section_id=item.section_id)
    full = full_minutes(now)
    listing, _ = listing_of(r, own, viewer, now=full, shuffle_seed=int(full.timestamp()) // _STEP_S)
    return listing, watching(settings, viewer)


def known_listing(
    r: Reader, positions: Positions, item: ItemRow, settings: CollectionRow, viewer: Viewer, *, now: datetime
) -> tuple[Listing, Viewer]:
    """The same, worked out once for all that asks for it."""
    key = ("smart listing", settings, viewer, full_minutes(now))
    return positions.remembered(
        r, key, [item.section_id], None, lambda: smart_listing(r, item, settings, viewer, now=now)
    )


def full_minutes(now: datetime) -> datetime:
    """The moment that relative dates of a smart collection count from."""
    return now - timedelta(seconds=now.timestamp() % _STEP_S)


def watching(settings: CollectionRow, viewer: Viewer) -> Viewer:
    """With whose watch state a collection is answered: what the viewer may see, as the owner watched it."""
    if settings.content is None or settings.filter_by_user or viewer.person_id == OWNER_PERSON_ID:
        return viewer
    return replace(viewer, person_id=OWNER_PERSON_ID)


def _as_placed(r: Reader, item: ItemRow, members: Ids) -> Ids:
    """As a person put them; those that were never put anywhere come last."""
    placed = store.places(r, item.identity_id)
    owners = dict(r.tuples(_identities, {"ids": members.tolist()}))
    last = max(placed.values(), default=0.0) + 1
    where = np.asarray([placed.get(owners.get(one, 0), last) for one in members.tolist()], dtype=np.float64)
    return members[np.argsort(where, kind="stable")]
