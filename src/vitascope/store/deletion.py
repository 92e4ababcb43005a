"""Deleting items with everything that hangs on them, and nothing else.

Identities, their keys, states, edits and memberships are never deleted here: they are what brings a person's doings
back when the file is found again.
"""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import select

from vitascope.core.model import LEAF_TYPES
from vitascope.store import bulk, rollups
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import (
    artworks,
    item_details,
    item_guids,
    item_ratings,
    item_reviews,
    items,
    markers,
    media,
    memberships,
    parts,
    playlists,
    progress,
    search_texts,
    stream_choices,
    stream_offsets,
    streams,
    taggings,
)
from vitascope.store.writer import GoneItem, Writer

_below = select(items.c.id).where(any_of(items.c.parent_id, "ids"))
_doomed = select(
    items.c.id,
    items.c.title,
    items.c.section_id,
    items.c.type,
    items.c.extra_type,
    items.c.parent_id,
    items.c.grandparent_id,
).where(any_of(items.c.id, "ids"))
_parts_of_items = select(parts.c.id).where(any_of(parts.c.item_id, "ids"))
# parts and streams have one index, by item: everything else goes through it
_parts_of_media = (
    select(parts.c.id)
    .join(media, media.c.item_id == parts.c.item_id)
    .where(any_of(media.c.id, "ids"), parts.c.media_id == media.c.id)
)


def with_descendants(r: Reader, item_ids: Collection[int]) -> set[int]:
    """The items and everything below them: children, their children, extras."""
    found, fresh = set(item_ids), set(item_ids)
    while fresh:
        fresh = set(r.scalars(_below, {"ids": list(fresh)})) - found
        found |= fresh
    return found


def delete_items(tx: Writer, item_ids: Collection[int]) -> set[int]:
    """Delete items and all below them; the containers left behind are counted anew. Returns what was deleted."""
    doomed = with_descendants(tx, item_ids)
    if not doomed:
        return doomed
    numbers: Counter[tuple[int, int]] = Counter()
    containers: set[int] = set()
    leaves: set[int] = set()
    gone: list[GoneItem] = []
    for item_id, title, section_id, item_type, extra_type, parent_id, grandparent_id in tx.tuples(
        _doomed, {"ids": list(doomed)}
    ):
        gone.append(
            GoneItem(
                id=item_id,
                section_id=section_id,
                type=item_type,
                title=title,
                parent_id=parent_id,
                grandparent_id=grandparent_id,
            )
        )
        if extra_type is None:
            numbers[section_id, item_type] -= 1
            containers.update(c for c in (parent_id, grandparent_id) if c is not None)
            if item_type in LEAF_TYPES:
                leaves.update(c for c in (parent_id, grandparent_id) if c is not None)
    tx.items_gone(gone)
    tags = rollups.tags_of(tx, doomed)
    tags.subtract({key: 2 * number for key, number in list(tags.items())})  # what they add, taken away
    clear_media(tx, doomed)
    for table in (
        taggings,
        item_guids,
        item_ratings,
        item_reviews,
        item_details,
        markers,
        artworks,
        search_texts,
        progress,
        playlists,
    ):
        bulk.delete_where(tx, table, "item_id", doomed)
    bulk.delete_where(tx, memberships, "list_id", doomed)
    bulk.delete_where(tx, items, "id", doomed)
    rollups.count_items(tx, numbers)
    rollups.count_tags(tx, tags)
    rollups.recount_containers(tx, containers - doomed)
    rollups.recount_progress(tx, leaves - doomed)
    return doomed


def clear_media(tx: Reader, item_ids: Collection[int]) -> None:
    """Delete media, parts and streams of these items."""
    delete_parts(tx, tx.scalars(_parts_of_items, {"ids": list(item_ids)}))
    bulk.delete_where(tx, streams, "item_id", item_ids)
    bulk.delete_where(tx, media, "item_id", item_ids)


def delete_media(tx: Reader, media_ids: Collection[int]) -> None:
    """Delete these media with their parts and streams."""
    delete_parts(tx, tx.scalars(_parts_of_media, {"ids": list(media_ids)}))
    bulk.delete_where(tx, media, "id", media_ids)


_streams_of_parts = (
    select(streams.c.id)
    .join(parts, parts.c.item_id == streams.c.item_id)
    .where(any_of(parts.c.id, "ids"), streams.c.part_id == parts.c.id)
)


def delete_parts(tx: Reader, part_ids: Collection[int]) -> None:
    """Delete these parts with their streams and what people chose for them."""
    if not part_ids:
        return
    gone = tx.scalars(_streams_of_parts, {"ids": list(part_ids)})
    bulk.delete_where(tx, stream_offsets, "stream_id", gone)
    bulk.delete_where(tx, streams, "id", gone)
    bulk.delete_where(tx, stream_choices, "part_id", part_ids)
    bulk.delete_where(tx, parts, "id", part_ids)
