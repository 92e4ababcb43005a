"""What deleting media concerns: which files belong to it, what else uses them, and what is left afterwards.

Reading comes first, the files are deleted next (:mod:`vitascope.library.erasing`), and :func:`settle` writes what
really happened. What people did with an item stays with its identity, as everywhere.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, func, select

from vitascope.core.model import FileClass, ItemType
from vitascope.store import artworks, bulk, deletion, uploads
from vitascope.store.changes import update_items
from vitascope.store.files import file_by_path, files_by_id, files_in_dir
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import FileRow, ItemRow, LocationRow, MediaRow, PartRow
from vitascope.store.schema import artworks as artwork_table
from vitascope.store.schema import files, items, locations, media, parts, streams
from vitascope.store.writer import Writer

SIDECARS = frozenset(
    {
        FileClass.SUBTITLE,
        FileClass.LYRICS,
        FileClass.NFO,
        FileClass.XMP,
        FileClass.IMAGE,
        FileClass.PLEXMATCH,
        FileClass.CUT_LIST,
    }
)
_EMPTY_WITHOUT_CHILDREN = (
    ItemType.SEASON,
    ItemType.SHOW,
    ItemType.ALBUM,
    ItemType.ARTIST,
    ItemType.PHOTO_ALBUM,
)

_items = select(items).where(any_of(items.c.id, "ids"))
_media = select(media).where(any_of(media.c.item_id, "ids"))
_parts = select(parts).where(any_of(parts.c.item_id, "ids"))
_parts_of_files = select(parts).where(any_of(parts.c.file_id, "ids"))
_titles = select(items.c.id, items.c.title).where(any_of(items.c.id, "ids"))
_art_of_files = select(artwork_table.c.file_id, artwork_table.c.item_id).where(any_of(artwork_table.c.file_id, "ids"))
_art_ids = select(artwork_table.c.id).where(any_of(artwork_table.c.file_id, "ids"))
_streams_of_files = select(streams.c.file_id, streams.c.item_id).where(any_of(streams.c.file_id, "ids"))
_stream_ids = select(streams.c.id).where(any_of(streams.c.file_id, "ids"))
_part_ids = select(parts.c.id, parts.c.media_id).where(any_of(parts.c.file_id, "ids"))
_media_left = select(parts.c.media_id).where(any_of(parts.c.media_id, "ids"), any_of(parts.c.item_id, "items"))
_locations = select(locations)
_children = select(func.count()).select_from(items).where(items.c.parent_id == bindparam("id"))


class Target(Struct, frozen=True, kw_only=True):
    """What is to be deleted, with everything below it."""

    items: frozenset[int]
    """Items that go when all their media is gone."""
    media: dict[int, int]
    """Versions, and the item of each."""
    parts: list[PartRow]
    files: dict[int, FileRow]
    locations: dict[int, LocationRow]
    rows: dict[int, ItemRow]


def whole_items(r: Reader, item_ids: Collection[int]) -> Target:
    """Items with everything below them."""
    doomed = deletion.with_descendants(r, item_ids)
    return _target(r, doomed, r.rows(MediaRow, _media, {"ids": list(doomed)}))


def one_version(r: Reader, item_id: int, media_id: int) -> Target | None:
    """One version of an item, the item too when it has no other; ``None`` when it has no such version."""
    found = r.rows(MediaRow, _media, {"ids": [item_id]})
    mine = [row for row in found if row.id == media_id]
    if not mine:
        return None
    doomed = deletion.with_descendants(r, [item_id]) if len(found) == 1 else set()
    return _target(r, doomed, r.rows(MediaRow, _media, {"ids": list(doomed)}) if doomed else mine)


def _target(r: Reader, doomed: set[int], versions: Sequence[MediaRow]) -> Target:
    wanted = {row.id: row.item_id for row in versions}
    holders = sorted(doomed | set(wanted.values()))
    part_rows = [row for row in r.rows(PartRow, _parts, {"ids": holders}) if row.media_id in wanted]
    return Target(
        items=frozenset(doomed),
        media=wanted,
        parts=part_rows,
        files=files_by_id(r, [row.file_id for row in part_rows]),
        locations={row.id: row for row in r.rows(LocationRow, _locations)},
        rows={row.id: row for row in r.rows(ItemRow, _items, {"ids": holders})},
    )


def also_used_by(r: Reader, target: Target, same_files: Mapping[int, Collection[tuple[int, bytes]]]) -> dict[int, str]:
    """Files of the target that something else plays, with its title. ``same_files`` are, of each file, the other
    places (location, path) at which the same file is found: sections may overlap."""
    used: dict[int, str] = {}
    for file_id in target.files:
        twins = [row.id for where, path in same_files.get(file_id, ()) if (row := file_by_path(r, where, path))]
        others = [
            row
            for row in r.rows(PartRow, _parts_of_files, {"ids": [file_id, *twins]})
            if row.media_id not in target.media
        ]
        if others:
            used[file_id] = dict(r.tuples(_titles, {"ids": [others[0].item_id]})).get(others[0].item_id, "another item")
    return used


class Folder(Struct, frozen=True, kw_only=True):
    """A folder that holds something that is to be deleted."""

    location_id: int
    path: bytes
    sidecars: list[FileRow]
    """Files beside the media that nothing else uses."""
    other_media: list[bytes]
    """Names of media files in it that stay."""
    doomed_media: list[bytes]
    """Names of media files in it that go."""


def folder(r: Reader, target: Target, location_id: int, path: bytes) -> Folder:
    """What lies in a folder, as far as it is known."""
    there = [row for row in files_in_dir(r, location_id, path) if row.missing_since is None]
    ids = {"ids": [row.id for row in there]}
    playing: dict[int, set[int]] = {}
    for row in r.rows(PartRow, _parts_of_files, ids):
        playing.setdefault(row.file_id, set()).add(row.media_id)
    users: dict[int, set[int]] = {}
    for file_id, item_id in [*r.tuples(_art_of_files, ids), *r.tuples(_streams_of_files, ids)]:
        users.setdefault(file_id, set()).add(item_id)
    holders = target.items | set(target.media.values())
    going = {file_id for file_id, found in playing.items() if found <= target.media.keys()}
    return Folder(
        location_id=location_id,
        path=path,
        sidecars=[
            row
            for row in there
            if row.file_class in SIDECARS and row.id not in playing and users.get(row.id, set()) <= holders
        ],
        other_media=[
            _name(row)
            for row in there
            if row.id not in going and (row.id in playing or row.file_class in (FileClass.VIDEO, FileClass.AUDIO))
        ],
        doomed_media=[_name(row) for row in there if row.id in going],
    )


def _name(row: FileRow) -> bytes:
    return row.path.rpartition(b"/")[2]


# --- afterwards ------------------------------------------------------------------------------------------------


def settle(tx: Writer, target: Target, gone: Collection[int]) -> list[ItemRow]:
    """These files were deleted: what hung on them goes, and so does what is left with nothing. Returns the items that
    are no more."""
    ids = {"ids": list(gone)}
    part_rows = tx.tuples(_part_ids, ids)
    touched_media = {media_id for _, media_id in part_rows}
    forget_files(tx, gone)
    deletion.delete_parts(tx, [part_id for part_id, _ in part_rows])
    holders = sorted({target.media[media_id] for media_id in touched_media if media_id in target.media})
    left = set(tx.scalars(_media_left, {"ids": list(touched_media), "items": holders})) if touched_media else set()
    deletion.delete_media(tx, sorted(touched_media - left))
    with_media = {row.item_id for row in tx.rows(MediaRow, _media, {"ids": sorted(set(holders) | target.items)})}
    bare = {item_id for item_id in holders if item_id not in with_media}
    ended = tx.rows(ItemRow, _items, {"ids": sorted(bare)})
    deletion.delete_items(tx, bare)
    above = {place for row in ended for place in (row.parent_id, row.grandparent_id) if place is not None}
    ended += _delete_empty(tx, above | {i for i in target.items if i not in with_media})
    _count_versions(tx, [item_id for item_id in holders if item_id in with_media])
    for section_id in {row.section_id for row in target.rows.values()}:
        tx.touch(section_id, edit=True)
    return ended


def forget_files(tx: Writer, gone: Collection[int]) -> None:
    """These files are no more: neither are the subtitles and pictures that they are."""
    ids = {"ids": list(gone)}
    uploads.remove_streams(tx, tx.scalars(_stream_ids, ids))
    for artwork_id in tx.scalars(_art_ids, ids):
        artworks.remove_artwork(tx, artwork_id)
    bulk.delete_where(tx, files, "id", gone)


def _delete_empty(tx: Writer, candidates: set[int]) -> list[ItemRow]:
    """Seasons, shows, albums and artists that have nothing below them any more; the innermost first."""
    ended: list[ItemRow] = []
    while True:
        rows = tx.rows(ItemRow, _items, {"ids": sorted(candidates)})
        empty = [
            row for row in rows if row.type in _EMPTY_WITHOUT_CHILDREN and not int(tx.scalar(_children, {"id": row.id}))
        ]
        if not empty:
            return ended
        deletion.delete_items(tx, {row.id for row in empty})
        ended += empty


def _count_versions(tx: Writer, item_ids: Sequence[int]) -> None:
    """The numbers that an item repeats of its versions: of those it has left."""
    versions: dict[int, list[MediaRow]] = {}
    for row in tx.rows(MediaRow, _media, {"ids": list(item_ids)}):
        versions.setdefault(row.item_id, []).append(row)
    sizes: dict[int, int] = {}
    for part in tx.rows(PartRow, _parts, {"ids": list(item_ids)}):
        sizes[part.media_id] = sizes.get(part.media_id, 0) + part.size_bytes
    changed = []
    for item in tx.rows(ItemRow, _items, {"ids": list(item_ids)}):
        mine = sorted(versions.get(item.id, ()), key=lambda row: (row.ordering, row.id))
        best = mine[0]
        changed.append(
            replace(
                item,
                media_count=len(mine),
                duration_ms=max((row.duration_ms or 0 for row in mine), default=0) or item.duration_ms,
                bitrate_kbps=best.bitrate_kbps,
                size_bytes=sizes.get(best.id),
            )
        )
    update_items(tx, changed)
