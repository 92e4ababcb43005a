"""What was handed in for an item, and which of its pictures the owner chose: kept with the identity, put on items.

An upload (a picture, a theme, a subtitle) belongs to an identity, as watch state does. Items get a row of their own of
it (``artworks``, ``streams``) because that is what every answer reads; :func:`restore` writes those rows for items and
parts that a scan made anew, within the scan's own batch, so an item is never seen without what was handed in for it.

The choice of a picture is an edit (:mod:`vitascope.store.identities`) of the field ``thumb``, ``art`` and so on, whose
value names the picture: ``upload/<name>``, ``provider/<name>``, ``local/<file name>``, ``embedded/``, or nothing when
the owner wants none.
"""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import bindparam, delete, select

from vitascope.core.model import ArtKind, StreamInfo, StreamType
from vitascope.store import artworks, bulk, extras
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ArtworkRow, EditRow, ItemRow, PartRow, StreamRow, UploadRow
from vitascope.store.schema import edits, files, items, parts, stream_choices, stream_offsets, streams, uploads
from vitascope.store.writer import Writer

SUBTITLE = "subtitle"
_PROVIDED = "provider/"
_KIND_OF = {str(kind): kind for kind in ArtKind}

_item = select(items).where(items.c.id == bindparam("id"))
_twins = select(items.c.id).where(items.c.identity_id == bindparam("id")).order_by(items.c.id)
_of_identity = select(uploads).where(uploads.c.identity_id == bindparam("id")).order_by(uploads.c.id)
_of_items = (
    select(items.c.id, uploads)
    .join(uploads, uploads.c.identity_id == items.c.identity_id)
    .where(any_of(items.c.id, "ids"))
    .order_by(uploads.c.id)
)
_choices_of_items = (
    select(items.c.id, edits)
    .join(edits, edits.c.identity_id == items.c.identity_id)
    .where(any_of(items.c.id, "ids"), edits.c.field.in_(sorted(_KIND_OF)), edits.c.locked)
)
_parts = select(parts).where(any_of(parts.c.item_id, "ids"))
_sidecar_streams = select(streams).where(
    any_of(streams.c.item_id, "ids"), streams.c.type == int(StreamType.SUBTITLE), streams.c.index_number.is_(None)
)
_stream = select(streams).where(streams.c.id == bindparam("id"))
_file_names = select(files.c.id, files.c.path).where(any_of(files.c.id, "ids"))
_forget_upload = delete(uploads).where(
    uploads.c.identity_id == bindparam("identity"),
    uploads.c.kind == bindparam("of_kind"),
    uploads.c.cache_key == bindparam("key"),
)
_decode = msgspec.json.Decoder(StreamInfo).decode


def _get(tx: Reader, item_id: int) -> ItemRow:
    found = tx.row(ItemRow, _item, {"id": item_id})
    if found is None:
        raise NotFound(f"no item {item_id}")
    return found


def uploads_of(r: Reader, identity_id: int) -> list[UploadRow]:
    """What was handed in for an identity, the oldest first."""
    return r.rows(UploadRow, _of_identity, {"id": identity_id})


def how_many(r: Reader, item_id: int) -> int:
    """How much was handed in for an item."""
    return len(uploads_of(r, _get(r, item_id).identity_id))


# --- pictures and themes ---------------------------------------------------------------------------------------


def add_picture(tx: Writer, item_id: int, kind: ArtKind, cache_key: str) -> ArtworkRow:
    """A picture was handed in: it is shown from now on, and the field is locked."""
    item = _get(tx, item_id)
    _remember(tx, item.identity_id, str(kind), cache_key, "")
    for twin in tx.scalars(_twins, {"id": item.identity_id}):
        row = _picture_row(tx, twin, kind, cache_key)
        artworks.select_artwork(tx, row.id)
    _lock(tx, item.identity_id, kind, f"upload/{cache_key}")
    return next(row for row in artworks.list_artworks(tx, item_id, kind) if row.cache_key == cache_key)


def choose_picture(tx: Writer, artwork_id: int) -> ArtworkRow:
    """The owner chose one of the pictures of an item: it is shown, and the field is locked."""
    row = artworks.get_artwork(tx, artwork_id)
    item = _get(tx, row.item_id)
    name = picture_name(tx, row)
    _lock(tx, item.identity_id, ArtKind(row.kind), name)
    for twin in tx.scalars(_twins, {"id": item.identity_id}):
        _show(tx, twin, ArtKind(row.kind), name)
    return artworks.select_artwork(tx, artwork_id)


def choose_provided(tx: Writer, item_id: int, kind: ArtKind, cache_key: str) -> ArtworkRow:
    """The owner chose one of the pictures that a provider names, whose bytes are here by now: it is shown, and the
    field is locked."""
    item = _get(tx, item_id)
    name = f"{_PROVIDED}{cache_key}"
    _lock(tx, item.identity_id, kind, name)
    for twin in tx.scalars(_twins, {"id": item.identity_id}):
        _show(tx, twin, kind, name)
    return next(row for row in artworks.list_artworks(tx, item_id, kind) if row.selected)


def want_no_picture(tx: Writer, item_id: int, kind: ArtKind) -> None:
    """The owner wants no picture of this kind; the field is locked, and what there is stays to be chosen again."""
    item = _get(tx, item_id)
    _lock(tx, item.identity_id, kind, "")
    for twin in tx.scalars(_twins, {"id": item.identity_id}):
        artworks.unselect(tx, twin, kind)


def unlocked(tx: Writer, item_id: int, fields: Collection[str]) -> None:
    """These fields of an item are no longer locked; where one holds a picture, the scanned one is shown again."""
    for field in fields:
        if field in _KIND_OF:
            artworks.show_default(tx, item_id, _KIND_OF[field])


def picture_name(r: Reader, row: ArtworkRow) -> str:
    """What a picture is called in the edit that chooses it."""
    if row.cache_key is not None:
        return f"{row.source}/{row.cache_key}"
    if row.source == "local" and row.file_id is not None:
        names = r.tuples(_file_names, {"ids": [row.file_id]})
        return f"local/{bytes(names[0][1]).rpartition(b'/')[2].decode('utf-8', 'replace')}" if names else "local/"
    return f"{row.source}/"


def _lock(tx: Writer, identity_id: int, kind: ArtKind, name: str) -> None:
    value = msgspec.json.encode(name).decode()
    bulk.insert_rows(tx, edits, [EditRow(identity_id, str(kind), value, True, tx.now)], "replace")


def _remember(tx: Writer, identity_id: int, kind: str, cache_key: str, info: str) -> None:
    known = [row for row in uploads_of(tx, identity_id) if (row.kind, row.cache_key) == (kind, cache_key)]
    if not known:
        row = UploadRow(tx.id("uploads"), identity_id, kind, cache_key, info, tx.now)
        bulk.insert_rows(tx, uploads, [row])


def _picture_row(tx: Writer, item_id: int, kind: ArtKind, cache_key: str) -> ArtworkRow:
    known = [row for row in artworks.list_artworks(tx, item_id, kind) if row.cache_key == cache_key]
    return known[0] if known else artworks.add_artwork(tx, item_id, kind, "upload", cache_key=cache_key)


def _show(tx: Writer, item_id: int, kind: ArtKind, name: str) -> None:
    """Show the picture of this name, where the item has it or may be given it."""
    if not name:
        artworks.unselect(tx, item_id, kind)
        return
    for row in artworks.list_artworks(tx, item_id, kind):
        if picture_name(tx, row) == name:
            shown_at = tx.scalar(select(artworks.COLUMN[kind]).where(items.c.id == item_id))
            if not row.selected or shown_at is None:
                artworks.select_artwork(tx, row.id)
            return
    if name.startswith(_PROVIDED):  # no scan makes it
        key = name.removeprefix(_PROVIDED)
        artworks.add_artwork(tx, item_id, kind, "provider", cache_key=key, select_it=True)


# --- subtitles -------------------------------------------------------------------------------------------------


def add_subtitle(tx: Writer, item_id: int, info: StreamInfo) -> list[int]:
    """A subtitle was handed in (``info.upload`` names its bytes): every part of the item gets it. The streams' ids."""
    item = _get(tx, item_id)
    text = msgspec.json.encode(info).decode()
    _remember(tx, item.identity_id, SUBTITLE, info.upload or "", text)
    twins = tx.scalars(_twins, {"id": item.identity_id})
    made = _give_subtitles(tx, {twin: [text] for twin in twins})
    tx.touch(item.section_id, edit=True)
    return [row.id for row in made if row.item_id == item_id]


def remove_subtitle(tx: Writer, stream_id: int) -> None:
    """Take a subtitle that was handed in away, from all parts. :class:`NotFound` when it is none."""
    row = tx.row(StreamRow, _stream, {"id": stream_id})
    name = None if row is None else _upload_of(row)
    if row is None or name is None:
        raise NotFound(f"no uploaded subtitle {stream_id}")
    item = _get(tx, row.item_id)
    tx.conn.execute(_forget_upload, {"identity": item.identity_id, "of_kind": SUBTITLE, "key": name})
    twins = tx.scalars(_twins, {"id": item.identity_id})
    doomed = [s.id for s in tx.rows(StreamRow, _sidecar_streams, {"ids": twins}) if _upload_of(s) == name]
    remove_streams(tx, doomed)
    tx.touch(item.section_id, edit=True)


def remove_streams(tx: Writer, stream_ids: Collection[int]) -> None:
    """Delete streams with their offsets; whoever chose one of these subtitles has chosen none."""
    if not stream_ids:
        return
    ids = {"ids": list(stream_ids)}
    tx.conn.execute(
        stream_choices.update()
        .where(any_of(stream_choices.c.subtitle_stream_id, "ids"))
        .values(subtitle_stream_id=None),
        ids,
    )
    bulk.delete_where(tx, stream_offsets, "stream_id", stream_ids)
    bulk.delete_where(tx, streams, "id", stream_ids)


def _upload_of(row: StreamRow) -> str | None:
    try:
        return _decode(row.info).upload
    except msgspec.MsgspecError:
        return None


def _give_subtitles(tx: Writer, wanted: dict[int, list[str]]) -> list[StreamRow]:
    """Streams of uploaded subtitles for every part of these items that has none of them yet."""
    ids = {"ids": list(wanted)}
    have = {(row.part_id, _upload_of(row)) for row in tx.rows(StreamRow, _sidecar_streams, ids)}
    made: list[StreamRow] = []
    for part in tx.rows(PartRow, _parts, ids):
        for text in wanted[part.item_id]:
            info = _decode(text)
            if (part.id, info.upload) in have:
                continue
            made.append(
                StreamRow(
                    id=tx.id("streams"),
                    part_id=part.id,
                    item_id=part.item_id,
                    type=int(StreamType.SUBTITLE),
                    codec=info.codec,
                    language_code=info.language_code,
                    info=text,
                )
            )
    bulk.insert_rows(tx, streams, made)
    return made


# --- after a scan ----------------------------------------------------------------------------------------------


def restore(tx: Writer, item_ids: Sequence[int]) -> None:
    """Give items that were made anew, or got new parts, what was handed in for them and the pictures chosen."""
    if not item_ids:
        return
    item_ids = [*item_ids, *(row.id for row in extras.give(tx, item_ids))]
    ids = {"ids": item_ids}
    subtitles: dict[int, list[str]] = {}
    for item_id, *columns in tx.tuples(_of_items, ids):
        row = UploadRow(*columns)
        if row.kind == SUBTITLE:
            subtitles.setdefault(item_id, []).append(row.info)
        else:
            _picture_row(tx, item_id, ArtKind(row.kind), row.cache_key)
    if subtitles:
        _give_subtitles(tx, subtitles)
    for item_id, *columns in tx.tuples(_choices_of_items, ids):
        edit = EditRow(*columns)
        name = chosen_name(edit)
        if name is not None:
            _show(tx, item_id, _KIND_OF[edit.field], name)


def chosen_name(edit: EditRow) -> str | None:
    """The name of the picture that an edit chooses; empty when none is wanted, ``None`` when it only locks."""
    if edit.value is None:
        return None
    try:
        return msgspec.json.decode(edit.value, type=str)
    except msgspec.MsgspecError:
        return None


def locked_kinds(rows: Sequence[EditRow]) -> dict[ArtKind, str | None]:
    """Of an identity's edits: the kinds of picture that are locked, with the name of the chosen one."""
    return {_KIND_OF[row.field]: chosen_name(row) for row in rows if row.locked and row.field in _KIND_OF}
