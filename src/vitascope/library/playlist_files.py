"""Playlists out of M3U files, and back into them.

A file names paths; they are looked up among the files that the library knows and the viewer may see. Nothing that a
line names is opened, so a line leads to an item or to nothing.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.core.playback import m3u
from vitascope.core.playback.m3u import Line, M3u, M3uError
from vitascope.library.playlists import Contents, PlaylistError
from vitascope.store import entries, playlists
from vitascope.store import files as store_files
from vitascope.store import items as store_items
from vitascope.store import sections as store_sections
from vitascope.store.playlists import Playlist
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import LocationRow
from vitascope.store.schema import files, items, parts
from vitascope.store.writer import Writer

_PIECE = 500
_KINDS = {"artist": MediaKind.AUDIO, "photo": MediaKind.PHOTO}
_by_hash = (
    select(files.c.path_hash, items.c.id, items.c.type)
    .join(parts, parts.c.file_id == files.c.id)
    .join(items, items.c.id == parts.c.item_id)
    .where(files.c.location_id == bindparam("location_id"), files.c.path_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(items.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the lines of a file are in the library."""

    item_ids: tuple[int, ...]
    kind: MediaKind
    title: str
    lines: int
    """How many lines named something to play."""


def roots_of(r: Reader, viewer: Viewer, section_id: int | None) -> list[LocationRow]:
    """The folders of the sections that the viewer may see, those of one section first."""
    rows = [row for row in store_sections.locations(r) if viewer.may_see_section(row.section_id)]
    return sorted(rows, key=lambda row: (row.section_id != section_id, row.id))


def look_up(
    r: Reader, data: bytes, path: bytes, roots: Sequence[LocationRow], viewer: Viewer, kind: MediaKind | None
) -> Found:
    """What a playlist file at ``path`` holds. Raises :class:`PlaylistError`, also when nothing of it is there."""
    try:
        parsed = m3u.parse(data)
    except M3uError as error:
        raise PlaylistError(f"path: {error}") from error
    types = _types_of_lines(r, parsed, posixpath.dirname(path), roots, viewer)
    if kind is None:
        first = next((item_type for _, item_type in types if item_type is not None), ItemType.TRACK)
        kind = next(one for one in (MediaKind.AUDIO, MediaKind.PHOTO, MediaKind.VIDEO) if first in one.types)
    ids = tuple(item_id for item_id, item_type in types if item_type in kind.types)
    lines = len(parsed.paths) + parsed.streams
    if not ids:
        raise PlaylistError(f"path: none of the {lines} entries of the file is in the library")
    name = posixpath.basename(path).rpartition(b".")[0].decode("utf-8", "replace")
    return Found(item_ids=ids, kind=kind, title=parsed.title or name, lines=lines)


def _types_of_lines(
    r: Reader, parsed: M3u, folder: bytes, roots: Sequence[LocationRow], viewer: Viewer
) -> list[tuple[int, ItemType | None]]:
    """For each line the item it names and that item's type; (0, None) where there is none."""
    paths = [root.path for root in roots]
    found: list[tuple[int, ItemType | None]] = []
    for some in chunks(parsed.paths, _PIECE):
        asked = [list(m3u.candidates(line, folder, paths)) for line in some]
        known: dict[tuple[int, bytes], tuple[int, ItemType]] = {}
        for at, root in enumerate(roots):
            hashes = {store_files.path_hash(path) for each in asked for place, path in each if place == at}
            for few in chunks(hashes, _PIECE):
                rows = r.tuples(store_items.visible(_by_hash, viewer), {"location_id": root.id, "hashes": list(few)})
                for digest, item_id, item_type in rows:
                    known.setdefault((at, bytes(digest)), (item_id, ItemType(item_type)))
        for each in asked:
            hits = (known.get((at, store_files.path_hash(path))) for at, path in each)
            found.append(next((hit for hit in hits if hit is not None), (0, None)))
    return found


def kind_of_section(r: Reader, section_id: int) -> MediaKind:
    """What a playlist of this section plays."""
    return _KINDS.get(store_sections.get_section(r, section_id).kind, MediaKind.VIDEO)


def save(tx: Writer, viewer: Viewer, found: Found, source_path: str, *, overwrite: bool) -> int:
    """Make a playlist of what a file holds, or fill the one that was imported from the same file anew."""
    known = playlists.imported_from(tx, viewer.person_id, source_path) if overwrite else None
    if known is None:
        known = playlists.create(
            tx, person_id=viewer.person_id, title=found.title[:200], kind=found.kind, source_path=source_path
        )
    else:
        entries.clear(tx, known, viewer)
    entries.add(tx, known, viewer, found.item_ids)
    return known


# --- written ---------------------------------------------------------------------------------------------------

_first_file = (
    select(parts.c.item_id, files.c.location_id, files.c.path)
    .join(files, files.c.id == parts.c.file_id)
    .where(any_of(parts.c.item_id, "ids"))
    .order_by(parts.c.item_id, parts.c.ordering, parts.c.id)
)


def lines_of(r: Reader, playlist: Playlist, contents: Contents, viewer: Viewer) -> bytes:
    """A playlist as an M3U file with the absolute paths of this machine; what has no file is left out."""
    roots = {row.id: row.path for row in store_sections.locations(r)}
    lines: list[Line] = []
    for some in chunks(contents.item_ids.tolist(), _PIECE):
        rows = store_items.get_items(r, some, viewer)
        above_ids = list({row.grandparent_id for row in rows if row.grandparent_id is not None})
        above = {row.id: row.title for row in store_items.get_items(r, above_ids, viewer)}
        paths: dict[int, bytes] = {}
        for item_id, location_id, path in r.tuples(_first_file, {"ids": [row.id for row in rows]}):
            paths.setdefault(item_id, roots[location_id].rstrip(b"/") + b"/" + bytes(path))
        for row in rows:
            if row.id in paths:
                owner = above.get(row.grandparent_id or 0)
                title = row.title if owner is None else f"{owner} - {row.title}"
                lines.append(Line(path=paths[row.id], title=title, duration_ms=row.duration_ms))
    return m3u.written(playlist.item.title, lines)
