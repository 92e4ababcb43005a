"""From a source to items: what a collection, a playlist, a play queue or a hub is made of, for one viewer.

Queries of sections are answered by :mod:`vitascope.store.positions`, so a page of a million items costs what a page of
ten costs; :func:`ids` hands out the whole as one array of numbers, which is small even then (four bytes an item) and
what a shuffle needs. Everything else is bounded by what one item holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, select

from vitascope.core.model import CONTAINER_TYPES, LEAF_TYPES, ItemType, MediaKind, Viewer
from vitascope.core.query import Listing
from vitascope.core.query.source_uri import (
    BelowSource,
    CollectionSource,
    FolderSource,
    HubSource,
    ItemsSource,
    Level,
    PlaylistSource,
    SectionSource,
    Source,
    SourceUri,
    View,
    parse_source_uri,
)
from vitascope.library import collection_contents
from vitascope.library.scan.known import hash16
from vitascope.library.section_query import SelectionError, listing_of
from vitascope.store import deck, entries, playlists, relations
from vitascope.store import items as store_items
from vitascope.store import sections as store_sections
from vitascope.store.errors import NotFound
from vitascope.store.positions import Ids, Page, Positions, fetch_columns
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.schema import items

_PIECE = 2_000
_NOTHING: Ids = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a source."""

    now: datetime
    """What relative dates count from; with a time zone."""
    kind: MediaKind | None = None
    """Only items of this kind; ``None``: of any."""
    playable: bool = False
    """Instead of shows, seasons, artists and albums what is played of them, in order."""
    shuffle_seed: int = 0
    """For queries that ask for a random order."""


def page(
    r: Reader, positions: Positions, source: SourceUri, viewer: Viewer, wanted: Wanted, *, start: int, size: int
) -> Page:
    """``size`` of the source's visible items from ``start`` on, and how many there are."""
    listed = _query_of(r, source.source, viewer, wanted)
    if listed is not None and _is_whole(listed[0], wanted):
        listing, section_ids = listed
        return positions.page(r, listing, section_ids, viewer, start=start, size=size)
    found = ids(r, positions, source, viewer, wanted)
    chosen = found[max(start, 0) : max(start, 0) + max(size, 0)]
    return Page(ids=tuple(chosen.tolist()), start=start, total=int(found.size))


def ids(r: Reader, positions: Positions, source: SourceUri, viewer: Viewer, wanted: Wanted) -> Ids:
    """All visible items of a source, in order. The array may be shared: do not change it.

    Raises :class:`SelectionError` for a source that cannot be asked for, :class:`store.NotFound` for a section that is
    not there.
    """
    _check_section(r, source)
    listed = _query_of(r, source.source, viewer, wanted)
    if listed is not None:
        listing, section_ids = listed
        if wanted.kind is not None and listing.type not in wanted.kind.types:
            return _NOTHING
        found = positions.ids(r, listing, section_ids, viewer)
        return _leaves(r, found, viewer) if wanted.playable and listing.type in CONTAINER_TYPES else found
    named = _named(r, positions, source.source, viewer, wanted)
    if wanted.playable and isinstance(source.source, ItemsSource):
        named = _unlisted(r, positions, named, viewer, wanted)
    return _fitting(r, named, viewer, wanted)


def _check_section(r: Reader, source: SourceUri) -> None:
    """A ``library://`` names a section by its uuid; one that is not here is another server's."""
    uuid = source.section_uuid
    if uuid is not None and all(row.uuid != uuid for row in store_sections.list_sections(r)):
        raise SelectionError(f"uri: this server has no section {uuid[:80]}")


# --- sections --------------------------------------------------------------------------------------------------


def _query_of(r: Reader, source: Source, viewer: Viewer, wanted: Wanted) -> tuple[Listing, Sequence[int]] | None:
    """The query that a section is asked, and the sections; ``None`` for what is no query."""
    if not isinstance(source, SectionSource) or source.view is View.ON_DECK:
        return None
    return listing_of(r, source, viewer, now=wanted.now, shuffle_seed=wanted.shuffle_seed)


def _is_whole(listing: Listing, wanted: Wanted) -> bool:
    """Whether the listing's items are what is wanted as they are."""
    fits = wanted.kind is None or listing.type in wanted.kind.types
    return fits and not (wanted.playable and listing.type in CONTAINER_TYPES)


# --- all else --------------------------------------------------------------------------------------------------


def _named(r: Reader, positions: Positions, source: Source, viewer: Viewer, wanted: Wanted) -> list[int]:
    """The items of a source that is no query; invisible ones may be among them."""
    match source:
        case ItemsSource():
            return list(source.ids)
        case BelowSource():
            return _below(r, source, viewer)
        case FolderSource():
            return _in_folder(r, source, viewer)
        case CollectionSource():
            members = collection_contents.member_ids(r, positions, source.collection_id, viewer, now=wanted.now)
            return [int(item_id) for item_id in members]
        case PlaylistSource():
            return _in_playlist(r, positions, source.playlist_id, viewer, wanted)
        case SectionSource():
            entries = deck.on_deck(r, viewer, source.section_id, now=int(wanted.now.timestamp()))
            return [entry.item_id for entry in entries]
        case HubSource():
            raise SelectionError(f"uri: {source.path[:200]!r} cannot be made into a list")


def _unlisted(r: Reader, positions: Positions, found: Sequence[int], viewer: Viewer, wanted: Wanted) -> list[int]:
    """These items, with what collections and playlists among them hold in their place."""
    opened: list[int] = []
    types = {row.id: row.type for some in chunks(found, _PIECE) for row in store_items.get_items(r, some, viewer)}
    for item_id in found:
        if types.get(item_id) == ItemType.COLLECTION:
            opened += collection_contents.member_ids(r, positions, item_id, viewer, now=wanted.now).tolist()
        elif types.get(item_id) == ItemType.PLAYLIST:
            opened += _in_playlist(r, positions, item_id, viewer, wanted)
        else:
            opened.append(item_id)
    return opened


def _below(r: Reader, source: BelowSource, viewer: Viewer) -> list[int]:
    if store_items.get_item(r, source.item_id, viewer) is None:
        return []
    if source.level is Level.CHILDREN:
        return relations.children(r, source.item_id, viewer)[0]
    if source.level is Level.EXTRAS:
        return relations.extras(r, source.item_id, viewer)
    return relations.all_leaves(r, source.item_id, viewer)[0]


def _in_folder(r: Reader, source: FolderSource, viewer: Viewer) -> list[int]:
    roots = store_sections.locations(r, source.section_id)
    chosen = [root.id for root in roots if source.location_id in (None, root.id)]
    found: list[int] = []
    for root_id in chosen:
        found += store_items.items_in_folder(r, source.section_id, root_id, hash16(source.path), viewer)
    return found


def _in_playlist(r: Reader, positions: Positions, playlist_id: int, viewer: Viewer, wanted: Wanted) -> list[int]:
    try:
        playlist = playlists.get(r, playlist_id, viewer)
    except NotFound:
        return []
    if playlist.row.content is None:
        found = entries.entries(r, playlist_id, viewer).item_ids
    else:
        found = ids(r, positions, saved_source(playlist.row.content), viewer, wanted)
    inside: list[int] = found.tolist()
    return inside


def saved_source(text: str) -> SourceUri:
    """What the content of a smart list means. It was looked at when it was saved, and stays this server's own if the
    server's name has changed since."""
    machine = text.partition("://")[2].partition("/")[0]
    return parse_source_uri(text, machine_identifier=machine)


_types = select(items.c.id, items.c.type).where(any_of(items.c.id, "ids"))


def _fitting(r: Reader, found: Sequence[int], viewer: Viewer, wanted: Wanted) -> Ids:
    """The visible ones of these, of the wanted kind, containers opened when that is wanted; in their order."""
    types: dict[int, ItemType] = {}
    for some in chunks(dict.fromkeys(found), _PIECE):
        rows = r.tuples(store_items.visible(_types, viewer), {"ids": list(some)})
        types.update((item_id, ItemType(number)) for item_id, number in rows)
    kept = [item_id for item_id in found if item_id in types]
    if wanted.kind is not None:
        kept = [item_id for item_id in kept if types[item_id] in wanted.kind.types]
    if not wanted.playable or all(types[item_id] in LEAF_TYPES for item_id in kept):
        return np.asarray(kept, dtype=np.int64)
    opened: list[Ids] = []
    for item_id in kept:
        one = np.asarray([item_id], dtype=np.int64)
        if types[item_id] in CONTAINER_TYPES:
            opened.append(_leaves(r, one, viewer))
        elif types[item_id] in LEAF_TYPES:
            opened.append(one)
    return np.concatenate([_NOTHING, *opened])


# --- what is played of a container -----------------------------------------------------------------------------

_LEAVES = sorted(int(kind) for kind in LEAF_TYPES)
_TOPS = (ItemType.SHOW, ItemType.ARTIST)
_above = items.alias("above")
# seasons by number, albums by release; inside them by disc and number
_in_order = (
    *(_above.c.index_number, _above.c.available_at, _above.c.year, _above.c.sort_key, _above.c.id),
    *(items.c.parent_index, items.c.index_number, items.c.sort_key, items.c.id),
)


def _leaves(r: Reader, containers: Ids, viewer: Viewer) -> Ids:
    """What is played of these containers of one type, one after the other."""
    found = [_NOTHING]
    link: ColumnElement[int] | None = None
    for some in chunks(containers.tolist(), _PIECE):
        if link is None:
            item = store_items.get_item(r, some[0], viewer)
            if item is None:
                continue
            link = items.c.grandparent_id if item.type in _TOPS else items.c.parent_id
        statement = (
            select(items.c.id, link)
            .select_from(items.join(_above, _above.c.id == items.c.parent_id))
            .where(link.in_(some), items.c.extra_type.is_(None), items.c.type.in_(_LEAVES))
            .order_by(*_in_order)
        )
        leaves, owners = fetch_columns(r.conn, store_items.visible(statement, viewer))
        rank = {owner: at for at, owner in enumerate(some)}
        ranks = np.fromiter((rank[owner] for owner in owners.tolist()), dtype=np.int64, count=owners.size)
        found.append(leaves[np.argsort(ranks, kind="stable")])
    return np.concatenate(found)


__all__ = ["SelectionError", "Wanted", "ids", "page"]
