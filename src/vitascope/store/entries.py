"""What plain playlists hold: entries in an order that people change.

An entry hangs on the identity of what it stands for, and remembers which of the identity's items was meant (one film
may lie in two sections). Where that item is gone, another one of the identity stands in; where there is none (its
section was deleted, its trash emptied), the entry keeps its place unseen and is back when the identity is found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, bindparam, delete, func, select, update

from vitascope.core.model import Viewer
from vitascope.core.playback.places import places
from vitascope.store import bulk, playlists, visibility
from vitascope.store.errors import NotFound
from vitascope.store.positions.arrays import ABSENT, Ids, fetch_columns
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import MembershipRow
from vitascope.store.schema import items, memberships
from vitascope.store.writer import Writer

MOST_ENTRIES = 100_000
"""In one playlist."""
_PIECE = 2_000

_c = memberships.c
_meant = items.alias("meant")


class TooManyEntries(Exception):
    """A playlist would hold more than the server keeps in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What a playlist shows: each array has one number for each entry, in order. They may be shared: do not change
    them."""

    numbers: Ids
    """The ``playlistItemID`` of each."""
    item_ids: Ids
    duration_ms: int
    """Of all of them."""

    @property
    def nbytes(self) -> int:
        return int(self.numbers.nbytes) + int(self.item_ids.nbytes) + 1_000


def entries(r: Reader, playlist_id: int, viewer: Viewer) -> Entries:
    """All entries for which there is an item that the viewer may see. Costs about a microsecond for each."""
    is_meant = and_(_meant.c.id == _c.item_id, _meant.c.identity_id == _c.identity_id)
    statement = (
        select(_c.id, _meant.c.id.label("item_id"), _meant.c.duration_ms)
        .select_from(memberships)
        .outerjoin(_meant, and_(is_meant, visibility.with_own(viewer, _meant)))
        .where(_c.list_id == playlist_id)
        .order_by(_c.position, _c.id)
    )
    numbers, item_ids, durations = fetch_columns(r.conn, statement)
    missing = np.flatnonzero(item_ids == ABSENT)
    if missing.size:
        item_ids, durations = item_ids.copy(), durations.copy()
        others = _others(r, playlist_id, viewer)
        for at in missing.tolist():
            item_ids[at], durations[at] = others.get(int(numbers[at]), (ABSENT, 0))
        there = item_ids != ABSENT
        numbers, item_ids, durations = numbers[there], item_ids[there], durations[there]
    return Entries(numbers=numbers, item_ids=item_ids, duration_ms=int(durations[durations > 0].sum()))


def _others(r: Reader, playlist_id: int, viewer: Viewer) -> dict[int, tuple[int, int]]:
    """By entry, the first visible item of its identity and how long that is."""
    statement = (
        select(_c.id, items.c.id, func.coalesce(items.c.duration_ms, 0))
        .select_from(memberships)
        .join(items, items.c.identity_id == _c.identity_id)
        .where(_c.list_id == playlist_id, visibility.with_own(viewer))
        .order_by(_c.id, items.c.id)
    )
    found: dict[int, tuple[int, int]] = {}
    for number, item_id, duration_ms in r.tuples(statement):
        found.setdefault(number, (item_id, duration_ms))
    return found


# --- writing ---------------------------------------------------------------------------------------------------

_identities = select(items.c.id, items.c.identity_id).where(any_of(items.c.id, "ids"))
_last = select(func.max(_c.position), func.count()).where(_c.list_id == bindparam("list_id"))
_first = select(func.min(_c.position)).where(_c.list_id == bindparam("list_id"))
_one = select(memberships).where(_c.id == bindparam("id"), _c.list_id == bindparam("list_id"))
_next = select(func.min(_c.position)).where(
    _c.list_id == bindparam("list_id"), _c.position > bindparam("position"), _c.id != bindparam("id")
)
_move = update(memberships).where(_c.id == bindparam("moved_id")).values(position=bindparam("to"))
_clear = delete(memberships).where(_c.list_id == bindparam("list_id"))
_order = select(_c.id).where(_c.list_id == bindparam("list_id")).order_by(_c.position, _c.id)


def add(tx: Writer, playlist_id: int, viewer: Viewer, item_ids: Sequence[int]) -> int:
    """Append items, each as often as it is named; ids that are gone by now are passed over. Returns how many came.

    Raises :class:`TooManyEntries`, and then nothing is added.
    """
    row = playlists.get(tx, playlist_id, viewer).row
    known: dict[int, int] = {}
    for some in chunks(dict.fromkeys(item_ids), _PIECE):
        known.update(tx.tuples(_identities, {"ids": list(some)}))
    fresh = [item_id for item_id in item_ids if item_id in known]
    highest, count = tx.tuples(_last, {"list_id": playlist_id})[0]
    if count + len(fresh) > MOST_ENTRIES:
        raise TooManyEntries(f"a playlist holds at most {MOST_ENTRIES} items")
    at = places(highest, None, len(fresh)) or []
    made = [
        MembershipRow(number, playlist_id, known[item_id], position, tx.now, item_id)
        for number, item_id, position in zip(tx.ids("memberships", len(fresh)), fresh, at, strict=True)
    ]
    bulk.insert_rows(tx, memberships, made)
    playlists.changed(tx, row)
    return len(fresh)


def remove(tx: Writer, playlist_id: int, viewer: Viewer, number: int) -> None:
    """Take one entry out. :class:`NotFound` when there is none of that number."""
    row = playlists.get(tx, playlist_id, viewer).row
    _entry(tx, playlist_id, number)
    bulk.delete_where(tx, memberships, "id", [number])
    playlists.changed(tx, row)


def clear(tx: Writer, playlist_id: int, viewer: Viewer) -> None:
    """Take everything out."""
    row = playlists.get(tx, playlist_id, viewer).row
    tx.conn.execute(_clear, {"list_id": playlist_id})
    playlists.changed(tx, row)


def move(tx: Writer, playlist_id: int, viewer: Viewer, number: int, after: int | None) -> None:
    """Put an entry right after another one, or without one at the beginning. :class:`NotFound` for unknown numbers."""
    row = playlists.get(tx, playlist_id, viewer).row
    _entry(tx, playlist_id, number)
    if after == number:
        return
    at = _place(tx, playlist_id, number, after)
    if at is None:
        _number_anew(tx, playlist_id)
        at = _place(tx, playlist_id, number, after)
    tx.conn.execute(_move, {"moved_id": number, "to": at})
    playlists.changed(tx, row)


def _entry(tx: Reader, playlist_id: int, number: int) -> MembershipRow:
    found = tx.row(MembershipRow, _one, {"id": number, "list_id": playlist_id})
    if found is None:
        raise NotFound(f"no entry {number} in playlist {playlist_id}")
    return found


def _place(tx: Reader, playlist_id: int, number: int, after: int | None) -> float | None:
    """Where an entry belongs; ``None`` when there is no room for a number any more."""
    of_list = {"list_id": playlist_id}
    if after is None:
        found = places(None, tx.scalar(_first, of_list), 1)
    else:
        low = _entry(tx, playlist_id, after).position
        found = places(low, tx.scalar(_next, of_list | {"position": low, "id": number}), 1)
    return found[0] if found else None


def _number_anew(tx: Writer, playlist_id: int) -> None:
    """Gives every entry a whole number as its place: once in some fifty moves into the same gap."""
    order = tx.scalars(_order, {"list_id": playlist_id})
    at = places(None, None, len(order)) or []
    bulk.executemany(tx, _renumber, zip(at, order, strict=True))


_renumber = update(memberships).values(position=bindparam("to")).where(_c.id == bindparam("moved_id"))
