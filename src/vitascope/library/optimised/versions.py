"""Versions that were made, in the library: the rows of their files, and whose they are."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import FileClass, ProbedFile, StreamType
from vitascope.library.optimised.places import Place
from vitascope.library.scan.media_rows import ProbedPart, in_order, media_row, part_row
from vitascope.library.scan.probe import PROBE_VERSION
from vitascope.store import bulk, deletion, optimised, sections
from vitascope.store.changes import update_items
from vitascope.store.errors import NotFound
from vitascope.store.files import dir_hash, file_by_path, path_hash
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ConversionRow, FileRow, ItemRow, MediaRow, PartRow, StreamRow
from vitascope.store.schema import files, items, media, parts, streams
from vitascope.store.writer import Writer

_item = select(items).where(items.c.id == bindparam("id"))
_media_of = select(media).where(any_of(media.c.item_id, "ids"))
_parts_of_files = select(parts).where(any_of(parts.c.file_id, "ids"))
_encode = msgspec.json.Encoder().encode


def place_of(r: Reader, path: bytes) -> Place | None:
    """The place below one of the library's roots at which a path lies: where the library knows a file, if it does."""
    own = sections.own_location(r)
    roots = [row for row in (*sections.locations(r), *([own] if own else ())) if path.startswith(_inside(row.path))]
    places = [
        Place(location_id=row.id, root=row.path, path=path[len(_inside(row.path)) :])
        for row in sorted(roots, key=lambda row: -len(row.path))
    ]
    known = (one for one in places if file_by_path(r, one.location_id, one.path) is not None)
    return next(known, next(iter(places), None))


def keep_own(tx: Writer, path: bytes) -> int:
    """The server's own data lies here now, with all that was made before; the id of the location."""
    before = sections.own_location(tx)
    if before is not None and before.path != path:
        optimised.rebase(tx, _inside(before.path), _inside(path))
    return sections.keep_own_location(tx, path)


def lost(r: Reader, rows: Sequence[ConversionRow]) -> list[tuple[ConversionRow, Place]]:
    """Of versions that were made those in the server's own data that the library does not know any more."""
    own = sections.own_location(r)
    if own is None:
        return []
    inside = _inside(own.path)
    places = [
        (row, Place(location_id=own.id, root=own.path, path=row.path[len(inside) :]))
        for row in rows
        if row.path is not None and row.path.startswith(inside)
    ]
    return [(row, place) for row, place in places if version_at(r, own.id, place.path) is None]


def _inside(root: bytes) -> bytes:
    return root.rstrip(b"/") + b"/"


def version_at(r: Reader, location_id: int, path: bytes) -> tuple[int, int, tuple[int, int]] | None:
    """(item, version, size and time) of the file at a place, when it is a version that a server made."""
    file = file_by_path(r, location_id, path)
    if file is None:
        return None
    for part in r.rows(PartRow, _parts_of_files, {"ids": [file.id]}):
        versions = r.rows(MediaRow, _media_of, {"ids": [part.item_id]})
        if any(one.id == part.media_id and one.target is not None for one in versions):
            return part.item_id, part.media_id, (file.size_bytes, file.mtime_ns)
    return None


def done(
    tx: Writer,
    conversion_id: int,
    item_id: int,
    place: Place,
    target: str,
    probe: ProbedFile,
    size_bytes: int,
    mtime_ns: int,
) -> None:
    """The conversion is done, and the item has the version from now on."""
    optimised.note_done(tx, conversion_id, path=place.absolute, size_bytes=size_bytes, mtime_ns=mtime_ns)
    attach(tx, item_id, place, target, probe, size_bytes, mtime_ns)


def given_back(tx: Writer, conversion_id: int, item_id: int, place: Place, target: str, probe: ProbedFile) -> None:
    """The item that is there now has the version, unless nobody wants it any more."""
    row = optimised.conversion(tx, conversion_id)
    if row is not None and row.status == optimised.Status.DONE and row.path == place.absolute:
        attach(tx, item_id, place, target, probe, row.size_bytes, row.mtime_ns)


def undone(tx: Writer, conversion_id: int, item_id: int, place: Place) -> None:
    """It is not done: the file did not get its name."""
    optimised.note_undone(tx, conversion_id)
    file = file_by_path(tx, place.location_id, place.path)
    if file is None:
        return
    held = tx.rows(PartRow, _parts_of_files, {"ids": [file.id]})
    deletion.delete_media(tx, [part.media_id for part in held])
    bulk.delete_where(tx, files, "id", [file.id])
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is not None:
        left = tx.rows(MediaRow, _media_of, {"ids": [item_id]})
        update_items(tx, [replace(item, media_count=len(left))])
        tx.touch(item.section_id, edit=True, items=[item_id])


def attach(
    tx: Writer, item_id: int, place: Place, target: str, probe: ProbedFile, size_bytes: int, mtime_ns: int
) -> None:
    """The item has the version from now on."""
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is None:
        raise NotFound("the item is gone")
    before = file_by_path(tx, place.location_id, place.path)
    if before is not None:  # what lay there is gone from the disk
        held = tx.rows(PartRow, _parts_of_files, {"ids": [before.id]})
        deletion.delete_media(tx, [part.media_id for part in held])
        bulk.delete_where(tx, files, "id", [before.id])
    file = FileRow(
        id=tx.id("files"),
        location_id=place.location_id,
        path=place.path,
        path_hash=path_hash(place.path),
        dir_hash=dir_hash(place.path.rpartition(b"/")[0]),
        file_class=FileClass.VIDEO.value,
        size_bytes=size_bytes,
        mtime_ns=mtime_ns,
        fingerprint=probe.fingerprint or None,
        probe_version=PROBE_VERSION,
        added_at=tx.now,
    )
    bulk.insert_rows(tx, files, [file])
    version = media_row(tx.id("media"), item_id, [probe], target)
    part = part_row(tx.id("parts"), version.id, item_id, 0, ProbedPart(file=file, probe=probe))
    known = tx.rows(MediaRow, _media_of, {"ids": [item_id]})
    bulk.insert_rows(tx, media, [version])
    bulk.insert_rows(tx, parts, [part])
    bulk.insert_rows(tx, streams, _streams(tx, part, probe))
    bulk.update_rows(tx, media, in_order([*known, version]))
    update_items(tx, [replace(item, media_count=len(known) + 1)])
    tx.touch(item.section_id, edit=True, items=[item_id])


def _streams(tx: Writer, part: PartRow, probe: ProbedFile) -> list[StreamRow]:
    infos = [info for info in probe.streams if info.type is not StreamType.LYRICS]
    return [
        StreamRow(
            id=number,
            part_id=part.id,
            item_id=part.item_id,
            type=int(info.type),
            index_number=info.index,
            file_id=None,
            codec=info.codec,
            language_code=info.language_code,
            channels=info.channels,
            info=_encode(info).decode(),
        )
        for number, info in zip(tx.ids("streams", len(infos)), infos, strict=True)
    ]
