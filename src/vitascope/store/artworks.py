"""The pictures (and themes) of items: which there are, and which one is shown.

What a person chose is also written down with the item's identity (``edits``, field ``thumb`` and so on, locked): as the
*name* of the picture, which means the same after the section was made anew. See :mod:`vitascope.store.uploads`.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update

from vitascope.core.model import ArtKind
from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ArtworkRow
from vitascope.store.schema import artworks, edits, item_details, items, portraits, uploads
from vitascope.store.writer import Writer

COLUMN = {
    ArtKind.THUMB: items.c.thumb_at,
    ArtKind.ART: items.c.art_at,
    ArtKind.BANNER: items.c.banner_at,
    ArtKind.CLEAR_LOGO: items.c.clear_logo_at,
    ArtKind.SQUARE_ART: items.c.square_art_at,
    ArtKind.THEME: items.c.theme_at,
}
"""The column of ``items`` that says when a picture was chosen; it is part of the picture's URL."""

_BEST_FIRST = ("local", "embedded", "provider", "frame", "composite")
"""Which picture is shown when nobody chose one; an upload only when there is nothing else."""

LASTING = frozenset({"upload", "provider", "frame", "composite"})
"""What was handed in, found or made outside of a scan: no scan adds or removes one."""

_of_kind = (
    select(artworks)
    .where(artworks.c.item_id == bindparam("item_id"), artworks.c.kind == bindparam("kind"))
    .order_by(artworks.c.ordering, artworks.c.id)
)
_of_items = (
    select(artworks)
    .where(any_of(artworks.c.item_id, "ids"))
    .order_by(artworks.c.item_id, artworks.c.kind, artworks.c.ordering, artworks.c.id)
)
_one = select(artworks).where(artworks.c.id == bindparam("id"))
_chosen_times = select(items.c.id, *COLUMN.values()).where(any_of(items.c.id, "ids"))
_unselect = (
    update(artworks)
    .where(artworks.c.item_id == bindparam("of_item"), artworks.c.kind == bindparam("of_kind"))
    .values(selected=False)
)
_select = update(artworks).where(artworks.c.id == bindparam("art_id")).values(selected=True)
_section = select(items.c.section_id).where(items.c.id == bindparam("id"))
_chosen_at = {
    kind: update(items).where(items.c.id == bindparam("of_item")).values({column: bindparam("at")})
    for kind, column in COLUMN.items()
}
_cache_keys = select(artworks.c.cache_key).where(any_of(artworks.c.cache_key, "keys", text=True)).distinct()
_upload_keys = select(uploads.c.cache_key).where(any_of(uploads.c.cache_key, "keys", text=True)).distinct()
_portrait_keys = select(portraits.c.cache_key).where(any_of(portraits.c.cache_key, "keys", text=True))
_chosen_values = select(edits.c.value).where(
    edits.c.field.in_([str(kind) for kind in ArtKind]), any_of(edits.c.value, "values", text=True)
)
_colours = (
    update(item_details)
    .where(item_details.c.item_id == bindparam("of_item"))
    .values(ultra_blur=bindparam("blur"), thumb_blur_hash=bindparam("thumb_hash"), art_blur_hash=bindparam("art_hash"))
)
_details = select(item_details.c.ultra_blur, item_details.c.thumb_blur_hash, item_details.c.art_blur_hash).where(
    item_details.c.item_id == bindparam("item_id")
)


def list_artworks(r: Reader, item_id: int, kind: ArtKind) -> list[ArtworkRow]:
    """All pictures of one kind that an item could show."""
    return r.rows(ArtworkRow, _of_kind, {"item_id": item_id, "kind": str(kind)})


def artworks_of(r: Reader, item_ids: Sequence[int]) -> dict[int, list[ArtworkRow]]:
    """All pictures of these items."""
    found: dict[int, list[ArtworkRow]] = {}
    for row in r.rows(ArtworkRow, _of_items, {"ids": list(item_ids)}):
        found.setdefault(row.item_id, []).append(row)
    return found


def get_artwork(r: Reader, artwork_id: int) -> ArtworkRow:
    """One picture; :class:`NotFound` when there is none."""
    found = r.row(ArtworkRow, _one, {"id": artwork_id})
    if found is None:
        raise NotFound(f"no artwork {artwork_id}")
    return found


def selected(r: Reader, item_id: int, kind: ArtKind) -> ArtworkRow | None:
    """The picture that is shown; ``None`` when there is none, or the owner wants none."""
    return next((row for row in list_artworks(r, item_id, kind) if row.selected), None)


def add_artwork(
    tx: Writer,
    item_id: int,
    kind: ArtKind,
    source: str,
    *,
    file_id: int | None = None,
    cache_key: str | None = None,
    select_it: bool = False,
) -> ArtworkRow:
    """A new picture, behind those that are there; the first of its kind, or one that is to be, is shown."""
    known = list_artworks(tx, item_id, kind)
    row = ArtworkRow(
        id=tx.id("artworks"),
        item_id=item_id,
        kind=str(kind),
        source=source,
        file_id=file_id,
        cache_key=cache_key,
        ordering=max((other.ordering for other in known), default=-1) + 1,
    )
    bulk.insert_rows(tx, artworks, [row])
    if select_it or not any(other.selected for other in known):
        return select_artwork(tx, row.id)
    return row


def select_artwork(tx: Writer, artwork_id: int) -> ArtworkRow:
    """Show this picture from now on."""
    row = get_artwork(tx, artwork_id)
    tx.conn.execute(_unselect, {"of_item": row.item_id, "of_kind": row.kind})
    tx.conn.execute(_select, {"art_id": artwork_id})
    _note(tx, row.item_id, ArtKind(row.kind), tx.now)
    return get_artwork(tx, artwork_id)


def unselect(tx: Writer, item_id: int, kind: ArtKind) -> None:
    """Show no picture of this kind."""
    tx.conn.execute(_unselect, {"of_item": item_id, "of_kind": str(kind)})
    _note(tx, item_id, kind, None)


def show_default(tx: Writer, item_id: int, kind: ArtKind) -> None:
    """Show what is shown when nobody chose: what lies with the media, else what was found or made."""
    rows = list_artworks(tx, item_id, kind)
    if not rows:
        return

    def rank(row: ArtworkRow) -> int:
        return _BEST_FIRST.index(row.source) if row.source in _BEST_FIRST else len(_BEST_FIRST)

    best = min(rows, key=rank)
    if not best.selected:
        select_artwork(tx, best.id)


def remove_artwork(tx: Writer, artwork_id: int) -> None:
    """Take a picture away; if it was shown, the next one is."""
    row = get_artwork(tx, artwork_id)
    bulk.delete_where(tx, artworks, "id", [artwork_id])
    if row.selected:
        left = list_artworks(tx, row.item_id, ArtKind(row.kind))
        if left:
            select_artwork(tx, left[0].id)
        else:
            _note(tx, row.item_id, ArtKind(row.kind), None)


def outlast(tx: Writer, before: Sequence[ArtworkRow], item_ids: Sequence[int]) -> None:
    """A scan wrote the pictures of items, as they were when it read them: what came, went or was chosen since stands.

    ``before`` is what the items had just before the scan's batch was written. The row of each item says again when
    what it shows was chosen.
    """
    now = artworks_of(tx, item_ids)
    theirs = {row.id: row for row in before if row.source in LASTING}
    unknown = [row for rows in now.values() for row in rows if row.source in LASTING and row.id not in theirs]
    bulk.delete_where(tx, artworks, "id", [row.id for row in unknown])
    there = {row.id for rows in now.values() for row in rows}
    missing = [row for row in theirs.values() if row.id not in there]
    last = max((row.ordering for rows in now.values() for row in rows), default=-1)
    behind = [replace(row, selected=False, ordering=last + n) for n, row in enumerate(missing, 1)]
    bulk.insert_rows(tx, artworks, behind)
    for item_id, kind in sorted({(row.item_id, row.kind) for row in (*unknown, *missing)}):
        rows = list_artworks(tx, item_id, ArtKind(kind))
        shown = next((row for row in rows if row.selected), None)
        newer = next((row for row in missing if (row.item_id, row.kind, row.selected) == (item_id, kind, True)), None)
        if newer is not None and (shown is None or newer.source == "provider"):
            tx.conn.execute(_unselect, {"of_item": item_id, "of_kind": kind})
            tx.conn.execute(_select, {"art_id": newer.id})
        elif shown is None and any((row.item_id, row.kind, row.selected) == (item_id, kind, True) for row in unknown):
            show_default(tx, item_id, ArtKind(kind))
    _note_again(tx, item_ids)


def _note_again(tx: Writer, item_ids: Sequence[int]) -> None:
    shown = {(row.item_id, row.kind) for rows in artworks_of(tx, item_ids).values() for row in rows if row.selected}
    for item_id, *times in tx.tuples(_chosen_times, {"ids": list(item_ids)}):
        for kind, at in zip(COLUMN, times, strict=True):
            if ((item_id, str(kind)) in shown) != (at is not None):
                _note(tx, item_id, kind, None if at is not None else tx.now)


def set_colours(
    tx: Writer,
    item_id: int,
    *,
    ultra_blur: str | None = None,
    thumb_blur_hash: str | None = None,
    art_blur_hash: str | None = None,
) -> None:
    """What was worked out from the pictures of an item; ``None`` leaves what is there."""
    known = tx.tuples(_details, {"item_id": item_id})
    if not known:
        raise NotFound(f"no details of item {item_id}")
    values = (ultra_blur, thumb_blur_hash, art_blur_hash)
    blur, thumb, art = (new if new is not None else old for new, old in zip(values, known[0], strict=True))
    tx.conn.execute(_colours, {"of_item": item_id, "blur": blur, "thumb_hash": thumb, "art_hash": art})
    tx.touch(_section_of(tx, item_id))


def replace_colours(
    tx: Writer, item_id: int, *, ultra_blur: str | None, thumb_blur_hash: str | None, art_blur_hash: str | None
) -> None:
    """What was worked out from the pictures that an item shows now; ``None``: it shows none of that kind."""
    values = {"blur": ultra_blur, "thumb_hash": thumb_blur_hash, "art_hash": art_blur_hash}
    tx.conn.execute(_colours, {"of_item": item_id} | values)
    tx.touch(_section_of(tx, item_id))


def used_cache_keys(r: Reader, keys: Sequence[str]) -> set[str]:
    """Those of the cache keys that some picture or upload uses, or somebody chose: the others can be cleaned away."""
    wanted = {"keys": list(keys)}
    chosen = {msgspec.json.encode(f"provider/{key}").decode(): key for key in keys}
    return {
        *r.scalars(_cache_keys, wanted),
        *r.scalars(_upload_keys, wanted),
        *r.scalars(_portrait_keys, wanted),
        *(chosen[value] for value in r.scalars(_chosen_values, {"values": list(chosen)})),
    }


def _note(tx: Writer, item_id: int, kind: ArtKind, at: int | None) -> None:
    tx.conn.execute(_chosen_at[kind], {"of_item": item_id, "at": at})
    tx.items_changed([item_id])
    tx.touch(_section_of(tx, item_id))


def _section_of(r: Reader, item_id: int) -> int:
    found = r.scalar(_section, {"id": item_id})
    if found is None:
        raise NotFound(f"no item {item_id}")
    return int(found)
