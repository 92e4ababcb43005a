"""Whose album, whose song: tracks and albums that a person gives to another artist, and titles that make two one.

Where a person put a track or an album is written on its identity (field ``parent`` of ``edits``), and :func:`reapply`
puts it there again after a scan has put it where its tags say. It names the other by identity, so a rename of that one
changes nothing, and by titles, by which it is made again with a section that was made again.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select

from vitascope.core.edits import Above, EditError
from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold
from vitascope.store import batches, bulk, changes, deletion, filing, identities, merging
from vitascope.store.errors import NotFound
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.reader import any_of
from vitascope.store.rows import EditRow, ItemDetailRow, ItemRow
from vitascope.store.schema import edits, items, meta
from vitascope.store.schema import identities as identity_table
from vitascope.store.search_rows import search_row
from vitascope.store.writer import Writer

FIELD = "parent"
FLAG = "reparented"
"""In ``meta``: something was put elsewhere by hand, so what a scan brings has to be looked at."""


class Parent(Struct, frozen=True, omit_defaults=True):
    """Where a person put an item."""

    identity: int
    artist: str
    album: str | None = None


_rows = select(items).where(any_of(items.c.id, "ids")).order_by(items.c.id)
_below = select(items).where(items.c.parent_id == bindparam("id"), items.c.extra_type.is_(None))
_titled = select(items).where(
    items.c.section_id == bindparam("section_id"),
    items.c.type == bindparam("type"),
    items.c.title == bindparam("title"),
)
_of_identity = select(items).where(
    items.c.identity_id == bindparam("identity_id"),
    items.c.section_id == bindparam("section_id"),
    items.c.type == bindparam("type"),
)
_merged_into = select(identity_table.c.merged_into).where(identity_table.c.id == bindparam("id"))
_flag = select(meta.c.value).where(meta.c.key == FLAG)
_put = (
    select(items.c.id, edits.c.value)
    .join(edits, edits.c.identity_id == items.c.identity_id)
    .where(any_of(items.c.id, "ids"), edits.c.field == FIELD, edits.c.value.is_not(None))
)
_album = items.alias("album")
_astray = (
    select(items.c.id, _album.c.parent_id)
    .join(_album, _album.c.id == items.c.parent_id)
    .where(
        any_of(items.c.id, "ids"),
        items.c.type == int(ItemType.TRACK),
        items.c.extra_type.is_(None),
        items.c.grandparent_id != _album.c.parent_id,
    )
)
_child = items.alias("child")
_empty = select(items.c.id).where(
    items.c.section_id == bindparam("section_id"),
    items.c.type == bindparam("type"),
    items.c.child_count == 0,
    ~select(_child.c.id).where(_child.c.parent_id == items.c.id).exists(),
)


# --- what two become one by -------------------------------------------------------------------------------------


def rename(tx: Writer, item_ids: Collection[int], title: str) -> list[int]:
    """Artists or albums get a title: those that meet another of it become one with it, of several all do. Returns the
    items that are left, which still have to be renamed."""
    found = tx.rows(ItemRow, _rows, {"ids": sorted(item_ids)})
    left: list[int] = []
    by_place: dict[tuple[int, int | None], list[ItemRow]] = {}
    for row in found:
        by_place.setdefault((row.section_id, row.parent_id), []).append(row)
    for (section_id, parent_id), rows in by_place.items():
        asked = {"section_id": section_id, "type": rows[0].type, "title": title}
        mine = {row.id for row in rows}
        there = [row for row in tx.rows(ItemRow, _titled, asked) if row.parent_id == parent_id]
        other = next((row for row in there if row.id not in mine), None)
        kept = other or next((row for row in there), rows[0])
        gone = [row.id for row in rows if row.id != kept.id]
        if gone:
            merging.merge(tx, kept.id, gone)
        left.append(kept.id)
    return left


# --- going elsewhere --------------------------------------------------------------------------------------------


def move(tx: Writer, item_ids: Collection[int], artist: Above | None, album: Above | None) -> list[int]:
    """Give tracks to an album of an artist, or albums to an artist. Returns the items that are left of them."""
    rows = tx.rows(ItemRow, _rows, {"ids": sorted(item_ids)})
    kinds = {ItemType(row.type) for row in rows}
    if kinds == {ItemType.ALBUM}:
        if album is not None or artist is None:
            raise EditError("album.title.value: albums go to an artist")
        return _move_albums(tx, rows, artist)
    if kinds != {ItemType.TRACK}:
        raise EditError("artist.title.value: only tracks and albums go to another artist")
    if artist is None or album is None:
        raise EditError("album.title.value: tracks need artist and album")
    section_id = rows[0].section_id
    target_artist = _artist(tx, section_id, artist)
    target = _album_of(tx, target_artist, album)
    moved = [row for row in rows if row.parent_id != target.id]
    _note(tx, moved, Parent(identity=target.identity_id, artist=target_artist.title, album=target.title))
    _put_tracks(tx, moved, target)
    sweep(tx, section_id)
    return [row.id for row in rows]


def _move_albums(tx: Writer, rows: Sequence[ItemRow], artist: Above) -> list[int]:
    section_id = rows[0].section_id
    target = _artist(tx, section_id, artist)
    left: list[int] = []
    for row in rows:
        if row.parent_id == target.id:
            left.append(row.id)
            continue
        alike = [other for other in tx.rows(ItemRow, _below, {"id": target.id}) if other.title == row.title]
        if alike:
            merging.merge(tx, alike[0].id, [row.id])
            left.append(alike[0].id)
            continue
        _note(tx, [row], Parent(identity=target.identity_id, artist=target.title))
        _put_album(tx, row, target)
        left.append(row.id)
    sweep(tx, section_id)
    return left


def _note(tx: Writer, rows: Sequence[ItemRow], parent: Parent) -> None:
    value = json.encode(parent).decode()
    bulk.insert_rows(tx, edits, [EditRow(row.identity_id, FIELD, value, False, tx.now) for row in rows], "replace")
    if rows and tx.scalar(_flag) is None:
        tx.conn.execute(insert(meta).values(key=FLAG, value="1"))


def _put_tracks(tx: Writer, rows: Sequence[ItemRow], album: ItemRow) -> None:
    moved = [replace(row, parent_id=album.id, grandparent_id=album.parent_id, updated_at=tx.now) for row in rows]
    if moved:
        changes.update_items(tx, moved)
        tx.touch(album.section_id, edit=True)


def _put_album(tx: Writer, album: ItemRow, artist: ItemRow) -> None:
    tracks = tx.rows(ItemRow, _below, {"id": album.id})
    changes.update_items(
        tx,
        [
            replace(album, parent_id=artist.id, updated_at=tx.now),
            *(replace(t, grandparent_id=artist.id) for t in tracks),
        ],
    )
    tx.touch(album.section_id, edit=True)


def _artist(tx: Writer, section_id: int, said: Above) -> ItemRow:
    if said.id is not None:
        return _by_id(tx, said.id, section_id, ItemType.ARTIST)
    title = said.title or ""
    found = tx.rows(ItemRow, _titled, {"section_id": section_id, "type": int(ItemType.ARTIST), "title": title})
    return found[0] if found else _make(tx, section_id, ItemType.ARTIST, title, f"artist|{fold(title)}", None)


def _album_of(tx: Writer, artist: ItemRow, said: Above) -> ItemRow:
    if said.id is not None:
        found = _by_id(tx, said.id, artist.section_id, ItemType.ALBUM)
        if found.parent_id != artist.id:
            raise EditError("album.id.value: the album is another artist's")
        return found
    title = said.title or ""
    there = [row for row in tx.rows(ItemRow, _below, {"id": artist.id}) if row.title == title]
    if there:
        return there[0]
    key = f"artist|{fold(artist.title)}|album|{fold(title)}"
    return _make(tx, artist.section_id, ItemType.ALBUM, title, key, artist.id)


def _by_id(tx: Writer, item_id: int, section_id: int, kind: ItemType) -> ItemRow:
    found = tx.row(ItemRow, _rows, {"ids": [item_id]})
    if found is None or found.section_id != section_id or found.type != kind:
        raise NotFound(f"no {kind.api_name} {item_id} in this library")
    return found


def _make(tx: Writer, section_id: int, kind: ItemType, title: str, name: str, parent_id: int | None) -> ItemRow:
    """An artist or album, known by the name a scan would know it by."""
    identity_id = identities.resolve(tx, [Key(KeyKind.NAME, name)])
    asked = {"identity_id": identity_id, "section_id": section_id, "type": int(kind)}
    there = tx.rows(ItemRow, _of_identity, asked)
    if there:
        return there[0]
    row = ItemRow(
        id=tx.id("items"),
        section_id=section_id,
        type=int(kind),
        identity_id=identity_id,
        parent_id=parent_id,
        index_number=1 if kind is ItemType.ALBUM else None,
        title=title,
        sort_key=filing.key(tx, title),
        title_folded=fold(title),
        added_at=tx.now,
        updated_at=tx.now,
    )
    text = search_row(row.id, kind, title, None)
    rows = batches.Rows(items=[row], item_details=[ItemDetailRow(row.id)], search_texts=[text] if text else [])
    changes.apply(tx, batches.Changes(insert=rows))
    tx.touch(section_id, edit=True)
    return row


# --- after a scan -----------------------------------------------------------------------------------------------


def reapply(tx: Writer, item_ids: Sequence[int]) -> None:
    """Put what a scan has just brought where a person wanted it: albums first, then tracks."""
    if not item_ids or tx.scalar(_flag) is None:
        return
    put = {item_id: json.decode(value, type=Parent) for item_id, value in tx.tuples(_put, {"ids": list(item_ids)})}
    rows = tx.rows(ItemRow, _rows, {"ids": sorted(put)})
    for row in sorted(rows, key=lambda each: each.type):
        said = put[row.id]
        kind = ItemType.ARTIST if row.type == ItemType.ALBUM else ItemType.ALBUM
        target = _known(tx, row.section_id, said, kind)
        if row.type == ItemType.ALBUM and row.parent_id != target.id:
            _put_album(tx, row, target)
        elif row.type == ItemType.TRACK and row.parent_id != target.id:
            _put_tracks(tx, [row], target)
    astray = dict(tx.tuples(_astray, {"ids": list(item_ids)}))
    if astray:
        lost = tx.rows(ItemRow, _rows, {"ids": sorted(astray)})
        changes.update_items(tx, [replace(row, grandparent_id=astray[row.id]) for row in lost])


def _known(tx: Writer, section_id: int, said: Parent, kind: ItemType) -> ItemRow:
    identity_id = said.identity
    while (other := tx.scalar(_merged_into, {"id": identity_id})) is not None:
        identity_id = other
    asked = {"identity_id": identity_id, "section_id": section_id, "type": int(kind)}
    there = tx.rows(ItemRow, _of_identity, asked)
    if there:
        return there[0]
    artist = _artist(tx, section_id, Above(title=said.artist))
    return artist if kind is ItemType.ARTIST else _album_of(tx, artist, Above(title=said.album or "?"))


def sweep(tx: Writer, section_id: int) -> None:
    """Delete the albums and artists of a section that nothing is left of, once anything was put elsewhere by hand."""
    if tx.scalar(_flag) is None:
        return
    for kind in (ItemType.ALBUM, ItemType.ARTIST):
        empty = tx.scalars(_empty, {"section_id": section_id, "type": int(kind)})
        if empty:
            deletion.delete_items(tx, empty)
            tx.touch(section_id, edit=True)
