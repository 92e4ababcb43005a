"""How collections stand among the items of a section's whole list: shown beside them, in their place, or not at all.

A collection says so itself (``collectionMode``: 0 hidden, 1 in place of its items, 2 beside its items), or leaves it to
its section's preference of the same name (0 hidden, 1 in place of its items, 2 beside them, 3 nothing but
collections).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.query import And, Condition, Direction, Listing, Op, library_type, parse_listing
from vitascope.core.query.source_uri import SourceError
from vitascope.library.collection_contents import carrying, smart_listing
from vitascope.library.collections import CollectionError
from vitascope.library.section_query import SelectionError
from vitascope.store import collections as store
from vitascope.store.items import visible
from vitascope.store.positions import Hidden, title_order
from vitascope.store.reader import Reader
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.schema import collections as settings_rows
from vitascope.store.schema import items, taggings, tags


class Mode(IntEnum):
    """``collectionMode``; the last one is a section's alone."""

    DEFAULT = -1
    HIDE = 0
    HIDE_ITEMS = 1
    SHOW = 2
    ONLY_COLLECTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What joins a section's items in its list, and what of them is left out."""

    collections: tuple[Listing, ...] = ()
    hidden: tuple[Hidden, ...] = ()


_all = select(items).where(items.c.section_id == bindparam("section_id"), items.c.type == int(ItemType.COLLECTION))
_set = _all.join(settings_rows, settings_rows.c.identity_id == items.c.identity_id).where(settings_rows.c.mode >= 0)


def beside(r: Reader, section_id: int, section_mode: int, listing: Listing, viewer: Viewer) -> Beside:
    """How the collections of a section join a listing of its items."""
    default = Mode(section_mode)
    # where everything is shown beside everything, only what says otherwise is of interest
    rows = r.rows(ItemRow, _set if default is Mode.SHOW else _all, {"section_id": section_id})
    settings = store.settings(r, [row.identity_id for row in rows])
    modes = {row.id: _mode(settings.get(row.identity_id), default) for row in rows}
    hidden_ids = [row.id for row in rows if modes[row.id] is Mode.HIDE]
    instead = [row for row in rows if modes[row.id] is Mode.HIDE_ITEMS]
    shown = seen_by(r, section_id, _listing(listing, hidden_ids), viewer)
    if default is Mode.ONLY_COLLECTIONS:
        return Beside(collections=(shown,), hidden=((replace(listing, limit=None), viewer),))
    return Beside(collections=(shown,), hidden=_members(r, listing, instead, settings, viewer))


def _mode(row: CollectionRow | None, default: Mode) -> Mode:
    return default if row is None or row.mode < 0 else Mode(row.mode)


def _listing(listing: Listing, without: Sequence[int]) -> Listing:
    """The collections: by title, in the direction of the items."""
    order = "titleSort:desc" if title_order([listing]) is Direction.DESC else "titleSort"
    found = parse_listing([("sort", order)], default_type=ItemType.COLLECTION, now=datetime.now(UTC))
    if without:
        found = replace(found, tree=_by_id(Op.NE, without))
    return replace(found, limit=listing.limit)


def _by_id(op: Op, ids: Sequence[int]) -> Condition:
    kind = library_type(ItemType.COLLECTION)
    if kind is None:
        raise LookupError("collections cannot be listed")
    return Condition(scope=ItemType.COLLECTION, field=kind.fields["id"], op=op, values=tuple(sorted(ids)))


def _members(
    r: Reader,
    listing: Listing,
    found: Sequence[ItemRow],
    settings: dict[int, CollectionRow],
    viewer: Viewer,
) -> tuple[Hidden, ...]:
    """What is in these collections, as far as it is of the listed type."""
    kind = library_type(listing.type)
    if kind is None or not found:
        return ()
    hidden: list[Hidden] = []
    plain: list[int] = []
    for item in found:
        row = settings.get(item.identity_id)
        if row is None or row.content is None:
            plain += store.tag_ids(r, item)
            continue
        try:
            smart, eyes = smart_listing(r, item, row, viewer, now=datetime.now(UTC))
        except (CollectionError, SelectionError, SourceError):
            continue
        if smart.type is listing.type:
            hidden.append((smart, eyes))
    if plain and "collection" in kind.fields:
        hidden.append((replace(listing, tree=carrying(kind, plain), limit=None), viewer))
    return tuple(hidden)


# --- collections of which a viewer sees nothing ------------------------------------------------------------------

_smart = (
    select(items.c.id)
    .join(settings_rows, settings_rows.c.identity_id == items.c.identity_id)
    .where(
        items.c.section_id == bindparam("section_id"),
        items.c.type == int(ItemType.COLLECTION),
        settings_rows.c.content.is_not(None),
    )
)
_member = items.alias("member")
_seen_tags = (
    select(tags.c.folded)
    .select_from(tags.join(taggings, taggings.c.tag_id == tags.c.id).join(_member, _member.c.id == taggings.c.item_id))
    .where(tags.c.type == int(TagType.COLLECTION), _member.c.section_id == bindparam("section_id"))
)


def seen_by(r: Reader, section_id: int, listing: Listing, viewer: Viewer) -> Listing:
    """A listing of collections, without those that hold nothing this viewer may see. Who sees whole sections sees all
    of them, empty ones too."""
    if viewer.sees_whole_sections:
        return listing
    seen = visible(_seen_tags, viewer, _member)
    named = _all.where(items.c.title_folded.in_(seen)).with_only_columns(items.c.id)
    bound = {"section_id": section_id}
    ids = {*r.scalars(named, bound), *r.scalars(_smart, bound)}
    return replace(listing, tree=And((listing.tree, _by_id(Op.EQ, sorted(ids)))))
