"""Merging items by hand, and splitting them again.

What is merged into another item brings its versions and what lies below it; seasons and episodes of one number, and so
on, meet and are merged as well. Their identities become one (:func:`vitascope.store.uniting.merge`), so a rescan
finds the kept item by everything either was found by, and what people did counts for it. The item that is gone is
written down whole; :func:`split` gives it back with its id, its identity, its files and what people did with it.

The kept item keeps its look: what it shows is laid over what scans find in the other's files from now on, like an
edit that is not locked, until it is split or the field is unlocked.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select, update

from vitascope.core.edits import FIELDS
from vitascope.core.model import ItemType
from vitascope.store import batches, bulk, changes, deletion, identities, kept_edits, rollups, uniting
from vitascope.store.errors import NotFound
from vitascope.store.known_keys import Key
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    ArtworkRow,
    EditRow,
    ItemDetailRow,
    ItemGuidRow,
    ItemMergeRow,
    ItemRatingRow,
    ItemReviewRow,
    ItemRow,
    MarkerRow,
    StateRow,
    TaggingRow,
)
from vitascope.store.schema import (
    artworks,
    edits,
    files,
    item_details,
    item_guids,
    item_merges,
    item_ratings,
    item_reviews,
    items,
    locations,
    markers,
    media,
    meta,
    parts,
    states,
    streams,
    taggings,
)
from vitascope.store.search_rows import search_row
from vitascope.store.writer import Writer

MERGEABLE = frozenset(
    {
        ItemType.MOVIE,
        ItemType.SHOW,
        ItemType.SEASON,
        ItemType.EPISODE,
        ItemType.ARTIST,
        ItemType.ALBUM,
        ItemType.TRACK,
        ItemType.CLIP,
    }
)
_NUMBERED = (ItemType.SEASON, ItemType.EPISODE)
"""What meets by its number when what it lies in is merged."""


class MergeError(Exception):
    """Items that cannot be merged; the text says why."""


class Merged(Struct, frozen=True):
    """An item that was merged into another: all it was."""

    item: ItemRow
    detail: ItemDetailRow | None
    guids: list[str]
    ratings: list[ItemRatingRow]
    taggings: list[TaggingRow]
    markers: list[MarkerRow]
    artworks: list[ArtworkRow]
    media: list[int]
    below: list[int]
    """What lay directly below it and moved; extras too."""
    kept_item_id: int
    frozen: list[str]
    """Fields of the kept item whose look was written down for this merge."""
    reviews: list[ItemReviewRow] = []


_items = select(items).where(any_of(items.c.id, "ids"))
_below = select(items).where(items.c.parent_id == bindparam("id")).order_by(items.c.id)
_leaves = select(items).where(items.c.grandparent_id == bindparam("id"))
_detail = select(item_details).where(item_details.c.item_id == bindparam("id"))
_guids = select(item_guids.c.guid).where(item_guids.c.item_id == bindparam("id"))
_ratings = select(item_ratings).where(item_ratings.c.item_id == bindparam("id"))
_reviews = select(item_reviews).where(item_reviews.c.item_id == bindparam("id"))
_taggings = select(taggings).where(taggings.c.item_id == bindparam("id"))
_markers = select(markers).where(markers.c.item_id == bindparam("id"))
_artworks = select(artworks).where(artworks.c.item_id == bindparam("id"))
_media_of = select(media.c.id).where(media.c.item_id == bindparam("id")).order_by(media.c.ordering, media.c.id)
_parts_of = select(parts.c.id).where(any_of(parts.c.media_id, "ids"))
_give = {
    media.name: update(media).where(any_of(media.c.id, "ids")).values(item_id=bindparam("owner")),
    parts.name: update(parts).where(any_of(parts.c.media_id, "ids")).values(item_id=bindparam("owner")),
    streams.name: update(streams).where(any_of(streams.c.part_id, "ids")).values(item_id=bindparam("owner")),
}
_order = update(media).where(media.c.id == bindparam("medium")).values(ordering=bindparam("place"))
_merges = select(item_merges).where(item_merges.c.kept_identity_id == bindparam("id")).order_by(item_merges.c.id.desc())
_thawed = edits.delete().where(
    edits.c.identity_id == bindparam("kept"), edits.c.locked.is_(False), any_of(edits.c.field, "names", text=True)
)


def get(tx: Writer, item_id: int) -> ItemRow:
    """One item; :class:`NotFound` when there is none."""
    found = tx.row(ItemRow, _items, {"ids": [item_id]})
    if found is None:
        raise NotFound(f"no item {item_id}")
    return found


def merge(tx: Writer, kept_id: int, gone_ids: Sequence[int]) -> None:
    """Merge items into one of them. Raises :class:`MergeError` before anything is changed."""
    kept = get(tx, kept_id)
    gone = [get(tx, item_id) for item_id in dict.fromkeys(gone_ids) if item_id != kept_id]
    if not gone:
        raise MergeError("there is nothing to merge")
    if ItemType(kept.type) not in MERGEABLE:
        raise MergeError(f"items of type {kept.type} cannot be merged")
    for each in gone:
        if each.type != kept.type:
            raise MergeError(f"item {each.id} is of type {each.type} and not {kept.type}")
        if each.section_id != kept.section_id:
            raise MergeError(f"item {each.id} is in another library")
        if each.extra_type is not None or kept.extra_type is not None:
            raise MergeError("extras cannot be merged")
    for each in gone:
        _merge_one(tx, get(tx, kept_id), each)
    tx.touch(kept.section_id, edit=True)


def _merge_one(tx: Writer, kept: ItemRow, gone: ItemRow) -> None:
    mine = {row.index_number: row for row in tx.rows(ItemRow, _below, {"id": kept.id}) if row.type in _NUMBERED}
    for row in tx.rows(ItemRow, _below, {"id": gone.id}):
        other = mine.get(row.index_number)
        if row.type in _NUMBERED and row.index_number is not None and other is not None and row.extra_type is None:
            _merge_one(tx, other, row)
    record = replace(_record_of(tx, gone), kept_item_id=kept.id, frozen=_freeze(tx, kept))
    merge_row = ItemMergeRow(
        id=tx.id("item_merges"),
        kept_identity_id=kept.identity_id,
        gone_identity_id=gone.identity_id,
        gone_item_id=gone.id,
        at=tx.now,
        record=json.encode(record).decode(),
    )
    bulk.insert_rows(tx, item_merges, [merge_row])
    _move_media(tx, record.media, kept.id)
    _move_below(tx, gone.id, kept)
    if kept.identity_id != gone.identity_id:
        uniting.merge(tx, kept.identity_id, gone.identity_id, unite_edits=False)
    deletion.delete_items(tx, [gone.id])
    _count_media(tx, kept.id)


def _record_of(tx: Writer, item: ItemRow) -> Merged:
    return Merged(
        item=item,
        detail=tx.row(ItemDetailRow, _detail, {"id": item.id}),
        guids=tx.scalars(_guids, {"id": item.id}),
        ratings=tx.rows(ItemRatingRow, _ratings, {"id": item.id}),
        taggings=tx.rows(TaggingRow, _taggings, {"id": item.id}),
        markers=tx.rows(MarkerRow, _markers, {"id": item.id}),
        artworks=tx.rows(ArtworkRow, _artworks, {"id": item.id}),
        media=tx.scalars(_media_of, {"id": item.id}),
        below=[row.id for row in tx.rows(ItemRow, _below, {"id": item.id})],
        kept_item_id=item.id,
        frozen=[],
        reviews=tx.rows(ItemReviewRow, _reviews, {"id": item.id}),
    )


def _freeze(tx: Writer, kept: ItemRow) -> list[str]:
    """Write down what the kept item shows, for fields that nobody edited."""
    known = {row.field for row in kept_edits.edits_of(tx, [kept.identity_id]).get(kept.identity_id, [])}
    detail = tx.row(ItemDetailRow, _detail, {"id": kept.id}) or ItemDetailRow(kept.id)
    rows = []
    for field in dict.fromkeys(FIELDS.values()):
        if field.column in ("", "added_at") or field.name in known:
            continue
        owner = detail if field.column in ("summary", "tagline") else kept
        value = json.encode(getattr(owner, field.column)).decode()
        rows.append(EditRow(kept.identity_id, field.name, value, False, tx.now))
    bulk.insert_rows(tx, edits, rows, "replace")
    return [row.field for row in rows]


def _move_media(tx: Writer, media_ids: Sequence[int], owner: int) -> None:
    if not media_ids:
        return
    part_ids = tx.scalars(_parts_of, {"ids": list(media_ids)})
    tx.conn.execute(_give["media"], {"ids": list(media_ids), "owner": owner})
    tx.conn.execute(_give["parts"], {"ids": list(media_ids), "owner": owner})
    tx.conn.execute(_give["streams"], {"ids": part_ids, "owner": owner})
    for place, medium in enumerate(tx.scalars(_media_of, {"id": owner})):
        tx.conn.execute(_order, {"medium": medium, "place": place})


def _move_below(tx: Writer, old_parent: int, new: ItemRow) -> None:
    """What lies below one item lies below another from now on."""
    children = tx.rows(ItemRow, _below, {"id": old_parent})
    leaves = tx.rows(ItemRow, _leaves, {"id": old_parent})
    moved = {row.id: replace(row, parent_id=new.id) for row in children}
    for row in children:
        if row.grandparent_id is not None:
            moved[row.id] = replace(moved[row.id], grandparent_id=new.parent_id)
    for row in leaves:
        moved[row.id] = replace(moved.get(row.id, row), grandparent_id=new.id)
    if moved:
        changes.update_items(tx, list(moved.values()))


def _count_media(tx: Writer, item_id: int) -> None:
    row = get(tx, item_id)
    number = len(tx.scalars(_media_of, {"id": item_id}))
    changes.update_items(tx, [replace(row, media_count=number, updated_at=tx.now)])


# --- splitting -------------------------------------------------------------------------------------------------


class Split(Struct, frozen=True):
    """What became of a split."""

    items: list[int]
    """The items that are there again."""
    scan: bool = False
    """Some were of a section that was made again since: their files have to be read to have them back."""


def split(tx: Writer, item_id: int) -> Split:
    """Give all items that were merged into this one back; nothing when nothing was merged."""
    kept = get(tx, item_id)
    restored = [_restore(tx, row, kept.section_id) for row in _all_merges(tx, kept)]
    found = Split([each for each in restored if each is not None], None in restored)
    tx.touch(kept.section_id, edit=True)
    return found


def _all_merges(tx: Writer, kept: ItemRow) -> list[ItemMergeRow]:
    """The merges into an item and into what lies below it, the latest first."""
    rows = tx.rows(ItemMergeRow, _merges, {"id": kept.identity_id})
    for child in tx.rows(ItemRow, _below, {"id": kept.id}):
        if child.type in _NUMBERED:
            rows += _all_merges(tx, child)
    return sorted(rows, key=lambda row: -row.id)


def _restore(tx: Writer, row: ItemMergeRow, section_id: int) -> int | None:
    record = json.decode(row.record, type=Merged)
    gone = record.item
    bulk.delete_where(tx, item_merges, "id", [row.id])
    if row.kept_identity_id != row.gone_identity_id:
        uniting.undo_merge(tx, row.gone_identity_id)
    tx.conn.execute(_thawed, {"kept": row.kept_identity_id, "names": record.frozen})
    if gone.section_id != section_id:
        return None
    if tx.row(ItemRow, _items, {"ids": [gone.id]}) is None:
        _insert(tx, record)
    kept = tx.row(ItemRow, _items, {"ids": [record.kept_item_id]})
    mine = [medium for medium in record.media if kept and medium in set(tx.scalars(_media_of, {"id": kept.id}))]
    _move_media(tx, mine, gone.id)
    restored = get(tx, gone.id)
    children = tx.rows(ItemRow, _items, {"ids": record.below})
    back = [child for child in children if child.parent_id == record.kept_item_id]
    moved = {child.id: replace(child, parent_id=gone.id) for child in back}
    for child in back:
        if child.grandparent_id is not None:
            moved[child.id] = replace(moved[child.id], grandparent_id=restored.parent_id)
        for leaf in tx.rows(ItemRow, _below, {"id": child.id}):
            if leaf.grandparent_id == record.kept_item_id:
                moved[leaf.id] = replace(leaf, grandparent_id=gone.id)
    if moved:
        changes.update_items(tx, list(moved.values()))
    if kept is not None:
        _count_media(tx, kept.id)
    _count_media(tx, gone.id)
    return gone.id


class VersionFile(Struct, frozen=True, array_like=True):
    """The first file of one version of an item."""

    media_id: int
    root: bytes
    path: bytes
    fingerprint: bytes | None


_version_files = (
    select(parts.c.media_id, locations.c.path, files.c.path, files.c.fingerprint)
    .join(files, files.c.id == parts.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(parts.c.item_id == bindparam("id"), parts.c.ordering == 0)
)
_states = select(states).where(states.c.identity_id == bindparam("id"))
_edits = select(edits).where(edits.c.identity_id == bindparam("id"))
PINS = "splits"
"""In ``meta``: some file was split off, so a scan has to ask."""
_pinned = select(meta.c.value).where(meta.c.key == PINS)


def has_pins(r: Reader) -> bool:
    """Whether any file was ever split off by hand."""
    return r.scalar(_pinned) is not None


def split_versions(tx: Writer, item_id: int, keys_of: Callable[[VersionFile, ItemType], Sequence[Key]]) -> list[int]:
    """Make an item of its own of every version of an item but the first. What people did counts for each of them; a
    scan finds them again by ``keys_of`` their files. Returns the ids of the new ones."""
    kept = get(tx, item_id)
    versions = {row.media_id: row for row in tx.rows(VersionFile, _version_files, {"id": item_id})}
    found: list[int] = []
    for medium in tx.scalars(_media_of, {"id": item_id})[1:]:
        identity_id = identities.resolve(tx, keys_of(versions[medium], ItemType(kept.type)))
        if identity_id == kept.identity_id:
            continue
        identities.split_off(tx, identity_id, kept.identity_id)
        gone = replace(kept, id=tx.id("items"), identity_id=identity_id, media_count=1, updated_at=tx.now)
        gone = replace(gone, thumb_at=None, art_at=None, banner_at=None, clear_logo_at=None, square_art_at=None)
        record = _record_of(tx, kept)
        _insert(
            tx,
            replace(
                record,
                item=gone,
                detail=replace(record.detail, item_id=gone.id) if record.detail else None,
                ratings=[replace(row, item_id=gone.id) for row in record.ratings],
                reviews=[replace(row, item_id=gone.id) for row in record.reviews],
                taggings=[replace(row, item_id=gone.id) for row in record.taggings],
                markers=[],
                artworks=[],
            ),
        )
        known = {row.person_id for row in tx.rows(StateRow, _states, {"id": identity_id})}
        mine = [row for row in tx.rows(StateRow, _states, {"id": kept.identity_id}) if row.person_id not in known]
        bulk.insert_rows(tx, states, [replace(row, identity_id=identity_id) for row in mine])
        theirs = [replace(row, identity_id=identity_id) for row in tx.rows(EditRow, _edits, {"id": kept.identity_id})]
        bulk.insert_rows(tx, edits, theirs, "replace")
        _move_media(tx, [medium], gone.id)
        rollups.recount_progress(tx, rollups.containers_above(tx, [identity_id]))
        for row in mine:
            tx.touch_person(row.person_id)
        found.append(gone.id)
    if found:
        if not has_pins(tx):
            tx.conn.execute(insert(meta).values(key=PINS, value="1"))
        _count_media(tx, kept.id)
    tx.touch(kept.section_id, edit=True)
    return found


def _insert(tx: Writer, record: Merged) -> None:
    gone = record.item
    rows = batches.Rows(items=[gone])
    rows.item_details = [record.detail] if record.detail else []
    rows.item_guids = [ItemGuidRow(gone.id, guid) for guid in record.guids]
    rows.item_ratings = record.ratings
    rows.item_reviews = record.reviews
    rows.taggings = record.taggings
    rows.markers = record.markers
    rows.artworks = record.artworks
    text = search_row(gone.id, ItemType(gone.type), gone.title, gone.original_title)
    rows.search_texts = [text] if text else []
    changes.apply(tx, batches.Changes(insert=rows))
