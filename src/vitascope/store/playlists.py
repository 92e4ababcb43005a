"""Playlists and their folders: items of no section that one person made and sees alone.

What a playlist is called, its summary, its pictures, its ratings and locks are those of any item, on an identity of its
own; what only playlists have lies in ``playlists``. What a plain one holds is :mod:`vitascope.store.entries`; a smart
one holds a source URI, verbatim.
"""

import uuid
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.core.naming import fold
from vitascope.store import bulk, changes, deletion, filing, kept_edits
from vitascope.store.batches import Changes, Rows
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    IdentityRow,
    ItemDetailRow,
    ItemRow,
    PlaylistRow,
    StateRow,
)
from vitascope.store.schema import edits, item_details, items, memberships, playlists, states
from vitascope.store.schema import identities as identity_table
from vitascope.store.visibility import NO_SECTION
from vitascope.store.writer import Writer

MOST_PLAYLISTS = 2_000
"""Of one person."""


class Playlist(Struct, frozen=True):
    """A playlist, or a folder of them, with everything that is known without looking at what it holds."""

    row: PlaylistRow
    item: ItemRow
    detail: ItemDetailRow
    uuid: str
    state: StateRow | None = None
    locks: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        """Its rating key."""
        return self.row.item_id

    @property
    def is_folder(self) -> bool:
        return self.row.kind is None


class TooManyPlaylists(Exception):
    """A person has as many playlists as the server keeps."""


_own = select(playlists.c.item_id).where(playlists.c.person_id == bindparam("person_id")).order_by(playlists.c.item_id)
_rows = select(playlists).where(any_of(playlists.c.item_id, "ids"), playlists.c.person_id == bindparam("person_id"))
_items = select(items).where(any_of(items.c.id, "ids"))
_details = select(item_details).where(any_of(item_details.c.item_id, "ids"))
_uuids = select(identity_table.c.id, identity_table.c.uuid).where(any_of(identity_table.c.id, "ids"))
_states = select(states).where(states.c.person_id == bindparam("person_id"), any_of(states.c.identity_id, "ids"))
_locks = (
    select(edits.c.identity_id, edits.c.field)
    .where(any_of(edits.c.identity_id, "ids"), edits.c.locked)
    .order_by(edits.c.field)
)
_of_source = select(playlists.c.item_id).where(
    playlists.c.person_id == bindparam("person_id"), playlists.c.source_path == bindparam("source_path")
)
_in_folder = select(playlists.c.item_id).where(playlists.c.folder_id == bindparam("folder_id"))
_leave_folder = update(playlists).where(playlists.c.folder_id == bindparam("old")).values(folder_id=bindparam("new"))
_with_section = (
    select(memberships.c.list_id)
    .join(items, items.c.identity_id == memberships.c.identity_id)
    .where(any_of(memberships.c.list_id, "ids"), items.c.section_id == bindparam("section_id"))
    .distinct()
)


# --- reading ---------------------------------------------------------------------------------------------------


def of_person(r: Reader, person_id: int) -> list[int]:
    """Ids of everything a person made, playlists and folders."""
    return r.scalars(_own, {"person_id": person_id})


def get_many(r: Reader, ids: Sequence[int], viewer: Viewer) -> list[Playlist]:
    """These playlists in this order; those that are not there or not the viewer's are left out."""
    person = {"person_id": viewer.person_id}
    rows = {row.item_id: row for row in r.rows(PlaylistRow, _rows, {"ids": list(ids)} | person)}
    found = {"ids": list(rows)}
    shown = {item.id: item for item in r.rows(ItemRow, _items, found)}
    details = {row.item_id: row for row in r.rows(ItemDetailRow, _details, found)}
    whose = {"ids": [item.identity_id for item in shown.values()]}
    uuids = dict(r.tuples(_uuids, whose))
    own_states = {row.identity_id: row for row in r.rows(StateRow, _states, whose | person)}
    locks: dict[int, list[str]] = {}
    for identity_id, name in r.tuples(_locks, whose):
        locks.setdefault(identity_id, []).append(name)
    return [
        Playlist(
            row=rows[id_],
            item=(item := shown[id_]),
            detail=details.get(id_) or ItemDetailRow(item_id=id_),
            uuid=uuids.get(item.identity_id, ""),
            state=own_states.get(item.identity_id),
            locks=tuple(locks.get(item.identity_id, ())),
        )
        for id_ in ids
        if id_ in shown
    ]


def get(r: Reader, playlist_id: int, viewer: Viewer) -> Playlist:
    """One playlist or folder of the viewer's; :class:`NotFound` when there is none."""
    found = get_many(r, [playlist_id], viewer)
    if not found:
        raise NotFound(f"no playlist {playlist_id}")
    return found[0]


def imported_from(r: Reader, person_id: int, source_path: str) -> int | None:
    """The playlist that a person imported from a file."""
    found: int | None = r.scalar(_of_source, {"person_id": person_id, "source_path": source_path})
    return found


def with_items_of(r: Reader, ids: Sequence[int], section_id: int) -> set[int]:
    """Which of these plain playlists hold something of a section."""
    return set(r.scalars(_with_section, {"ids": list(ids), "section_id": section_id}))


# --- writing ---------------------------------------------------------------------------------------------------


def create(
    tx: Writer,
    *,
    person_id: int,
    title: str,
    kind: MediaKind | None,
    content: str | None = None,
    summary: str = "",
    folder_id: int | None = None,
    source_path: str | None = None,
) -> int:
    """Make an empty playlist (with ``content`` a smart one), or without a ``kind`` a folder. Returns its id.

    Raises :class:`TooManyPlaylists`.
    """
    if len(of_person(tx, person_id)) >= MOST_PLAYLISTS:
        raise TooManyPlaylists(f"a person has at most {MOST_PLAYLISTS} playlists")
    identity = IdentityRow(tx.id("identities"), str(uuid.uuid4()), tx.now)
    item = ItemRow(
        id=tx.id("items"),
        section_id=NO_SECTION,
        type=int(ItemType.PLAYLIST if kind is not None else ItemType.PLAYLIST_FOLDER),
        identity_id=identity.id,
        title=title,
        sort_key=filing.key(tx, title),
        title_folded=fold(title),
        added_at=tx.now,
        updated_at=tx.now,
    )
    rows = Rows(identities=[identity], items=[item], item_details=[ItemDetailRow(item.id, summary=summary)])
    changes.apply(tx, Changes(insert=rows))
    row = PlaylistRow(
        item_id=item.id,
        person_id=person_id,
        kind=None if kind is None else kind.value,
        smart=content is not None,
        content=content,
        folder_id=folder_id,
        source_path=source_path,
    )
    bulk.insert_rows(tx, playlists, [row])
    tx.touch_person(person_id)
    return item.id


def edit(
    tx: Writer,
    playlist_id: int,
    viewer: Viewer,
    *,
    title: str | None = None,
    title_sort: str | None = None,
    summary: str | None = None,
    locks: dict[str, bool] | None = None,
) -> None:
    """Change what is given; an empty ``title_sort`` takes it back. ``locks`` says of fields whether they are locked."""
    known = get(tx, playlist_id, viewer)
    item = replace(known.item, updated_at=tx.now)
    if title is not None:
        item = replace(item, title=title, title_folded=fold(title))
    if title_sort is not None:
        item = replace(item, title_sort=title_sort or None)
    item = replace(item, sort_key=filing.key(tx, item.title, item.title_sort))
    changes.update_items(tx, [item])
    if summary is not None:
        changes.apply(tx, Changes(update=Rows(item_details=[replace(known.detail, summary=summary)])))
    for name, locked in (locks or {}).items():
        kept_edits.edit(tx, item.identity_id, name, None, locked=locked)
    tx.touch_person(viewer.person_id)


def changed(tx: Writer, row: PlaylistRow) -> None:
    """Write a changed row: its revision goes up, and its item was updated now."""
    bulk.update_rows(tx, playlists, [replace(row, revision=row.revision + 1)])
    tx.conn.execute(_touched, {"touched_id": row.item_id, "now": tx.now})
    tx.touch_person(row.person_id)


_touched = update(items).where(items.c.id == bindparam("touched_id")).values(updated_at=bindparam("now"))


def set_content(tx: Writer, playlist_id: int, viewer: Viewer, content: str) -> None:
    """Replace the rules of a smart playlist."""
    changed(tx, replace(get(tx, playlist_id, viewer).row, content=content))


def move_into(tx: Writer, playlist_ids: Sequence[int], viewer: Viewer, folder_id: int | None) -> None:
    """Put playlists into a folder; ``None`` for none. A folder is never put into itself (:class:`ValueError`)."""
    above: list[int] = []
    at = folder_id
    while at is not None and at not in above:
        folder = get(tx, at, viewer)
        if not folder.is_folder:
            raise ValueError(f"{at} is no folder")
        above.append(at)
        at = folder.row.folder_id
    for playlist_id in playlist_ids:
        if playlist_id in above:
            raise ValueError("a folder cannot lie in itself")
        changed(tx, replace(get(tx, playlist_id, viewer).row, folder_id=folder_id))


def delete(tx: Writer, playlist_id: int, viewer: Viewer) -> None:
    """Delete a playlist; what lies in a folder moves to the folder above."""
    known = get(tx, playlist_id, viewer)
    tx.conn.execute(_leave_folder, {"old": playlist_id, "new": known.row.folder_id})
    _delete(tx, [playlist_id])
    tx.touch_person(viewer.person_id)


def delete_of_person(tx: Writer, person_id: int) -> None:
    """Delete everything a person made."""
    _delete(tx, of_person(tx, person_id))


def _delete(tx: Writer, ids: Sequence[int]) -> None:
    """Unlike what is found on a disk, a playlist does not come back: its identity goes too."""
    whose = [item.identity_id for item in tx.rows(ItemRow, _items, {"ids": list(ids)})]
    deletion.delete_items(tx, ids)
    for table in (states, edits):
        bulk.delete_where(tx, table, "identity_id", whose)
    bulk.delete_where(tx, identity_table, "id", whose)
