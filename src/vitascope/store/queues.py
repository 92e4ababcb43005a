"""Play queues on disk: they outlive a restart, and two edits at once are two edits one after the other.

Every edit loads the queue, changes it by the pure rules of :mod:`vitascope.core.playback.queue` and writes down the
rows that differ, all in one transaction of the one writer; the version goes up by one.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, delete, select, update

from vitascope.core.model import Viewer
from vitascope.core.playback.queue import Edit, Entry, Queue, settled
from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.items import by_identity, visible
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import PlayQueueRow, QueueItemRow
from vitascope.store.schema import items, play_queues, queue_items
from vitascope.store.writer import Writer

CONVERSIONS = 1
"""The id that clients ask for the queue of background conversions by; no person's queue has it."""
MOST_QUEUES = 50
"""Of one person; those that were used longest ago go first."""
UNUSED_S = 90 * 86_400
"""A queue that nobody used for so long goes with the next one that is made."""
_PIECE = 2_000

_queue = select(play_queues).where(
    play_queues.c.id == bindparam("id"), play_queues.c.person_id == bindparam("person_id")
)
_entries = (
    select(queue_items)
    .where(queue_items.c.queue_id == bindparam("queue_id"))
    .order_by(queue_items.c.position, queue_items.c.id)
)
_queue_of_entry = (
    select(play_queues.c.id)
    .join(queue_items, queue_items.c.queue_id == play_queues.c.id)
    .where(queue_items.c.id == bindparam("entry_id"), play_queues.c.person_id == bindparam("person_id"))
)
_by_use = (
    select(play_queues.c.id, play_queues.c.used_at)
    .where(play_queues.c.person_id == bindparam("person_id"))
    .order_by(play_queues.c.used_at.desc(), play_queues.c.id.desc())
)
_empty = delete(queue_items).where(any_of(queue_items.c.queue_id, "ids"))
_identities = select(items.c.id, items.c.identity_id).where(any_of(items.c.id, "ids"))
_there = select(items.c.id).where(any_of(items.c.id, "ids"))
_own = (
    update(play_queues).where(play_queues.c.id == bindparam("queue_id")).values(client_identifier=bindparam("client"))
)


def get(r: Reader, queue_id: int, viewer: Viewer) -> PlayQueueRow:
    """A queue of this person; :class:`NotFound` when there is none."""
    found = r.row(PlayQueueRow, _queue, {"id": queue_id, "person_id": viewer.person_id})
    if found is None:
        raise NotFound(f"no play queue {queue_id}")
    return found


def load(r: Reader, queue_id: int, viewer: Viewer) -> tuple[PlayQueueRow, Queue]:
    """A queue with its entries in order; :class:`NotFound` when there is none, or it is somebody else's."""
    row = get(r, queue_id, viewer)
    entries = tuple(
        Entry(
            id=found.id,
            item_id=found.item_id,
            identity_id=found.identity_id,
            number=found.number,
            position=found.position,
            natural=found.natural,
            added=found.added,
        )
        for found in r.rows(QueueItemRow, _entries, {"queue_id": queue_id})
    )
    queue = Queue(entries=entries, selected_id=row.selected_id, last_added_id=row.last_added_id, shuffled=row.shuffled)
    return row, queue


def queue_of_entry(r: Reader, entry_id: int, viewer: Viewer) -> int | None:
    """The queue of this person that an entry is in."""
    found: int | None = r.scalar(_queue_of_entry, {"entry_id": entry_id, "person_id": viewer.person_id})
    return found


def shown(r: Reader, entries: Sequence[Entry], viewer: Viewer) -> list[tuple[int, int]]:
    """(entry, item) of those the viewer may see. Where an item was scanned anew, what took its place stands in."""
    ids = {entry.item_id for entry in entries}
    there: set[int] = set()
    for some in chunks(ids, _PIECE):
        there.update(r.scalars(visible(_there, viewer), {"ids": list(some)}))
    gone = [entry.identity_id for entry in entries if entry.item_id not in there]
    others = by_identity(r, gone, viewer) if gone else {}
    found: list[tuple[int, int]] = []
    for entry in entries:
        if entry.item_id in there:
            found.append((entry.id, entry.item_id))
        elif others.get(entry.identity_id):
            found.append((entry.id, others[entry.identity_id][0]))
    return found


# --- writing ---------------------------------------------------------------------------------------------------


def make_entries(tx: Writer, pairs: Sequence[tuple[int, int]]) -> list[Entry]:
    """New entries for (number, item) pairs; items that are gone by now are left out."""
    known: dict[int, int] = {}
    for some in chunks({item_id for _, item_id in pairs}, _PIECE):
        known.update(tx.tuples(_identities, {"ids": list(some)}))
    kept = [(number, item_id) for number, item_id in pairs if item_id in known]
    return [
        Entry(id=entry_id, item_id=item_id, identity_id=known[item_id], number=number)
        for entry_id, (number, item_id) in zip(tx.ids("queue_items", len(kept)), kept, strict=True)
    ]


def create(tx: Writer, row: PlayQueueRow, build: Callable[[Writer], Queue]) -> int:
    """Make a queue: ``row`` without its id and times, and what it holds. The person's old queues go. Returns its id."""
    _sweep(tx, row.person_id)
    queue_id = tx.id("play_queues")
    if queue_id == CONVERSIONS:
        queue_id = tx.id("play_queues")
    row = replace(row, id=queue_id, created_at=tx.now, used_at=tx.now)
    queue = settled(build(tx))
    bulk.insert_rows(tx, play_queues, [_with(row, queue)])
    bulk.insert_rows(tx, queue_items, [_row(row.id, entry) for entry in queue.entries])
    return row.id


def edit(tx: Writer, queue_id: int, viewer: Viewer, change: Edit, **columns: Any) -> None:
    """Change a queue; its version goes up. What ``change`` raises is raised, and then nothing is changed."""
    row, before = load(tx, queue_id, viewer)
    after = settled(change(before))
    _write(tx, row.id, before, after)
    columns = {"version": row.version + 1, "used_at": tx.now, **columns}
    bulk.update_rows(tx, play_queues, [_with(replace(row, **columns), after)])


def add(
    tx: Writer,
    queue_id: int,
    viewer: Viewer,
    pairs: Sequence[tuple[int, int]],
    place: Callable[[Queue, Sequence[Entry]], Queue],
    **columns: Any,
) -> None:
    """As :func:`edit` with new entries for (number, item) pairs, which ``place`` puts into the queue."""
    fresh = make_entries(tx, pairs)
    edit(tx, queue_id, viewer, lambda queue: place(queue, fresh), **columns)


def select_entry(tx: Writer, queue_id: int, viewer: Viewer, entry_id: int) -> None:
    """A player is at an entry. This is no change of the queue: its version stays. Unknown entries are passed over."""
    row, queue = load(tx, queue_id, viewer)
    if queue.index(entry_id) is not None:
        bulk.update_rows(tx, play_queues, [replace(row, selected_id=entry_id, used_at=tx.now)])


def take_over(tx: Writer, queue_id: int, viewer: Viewer, client_identifier: str) -> None:
    """The queue belongs to another device of the person from now on."""
    get(tx, queue_id, viewer)
    tx.conn.execute(_own, {"queue_id": queue_id, "client": client_identifier})


def _with(row: PlayQueueRow, queue: Queue) -> PlayQueueRow:
    return replace(row, selected_id=queue.selected_id, last_added_id=queue.last_added_id, shuffled=queue.shuffled)


def _row(queue_id: int, entry: Entry) -> QueueItemRow:
    return QueueItemRow(
        id=entry.id,
        queue_id=queue_id,
        item_id=entry.item_id,
        identity_id=entry.identity_id,
        position=entry.position or 0.0,
        natural=entry.natural,
        number=entry.number,
        added=entry.added,
    )


def _write(tx: Writer, queue_id: int, before: Queue, after: Queue) -> None:
    """Only the rows that differ."""
    old = {entry.id: entry for entry in before.entries}
    new = {entry.id: entry for entry in after.entries}
    bulk.delete_where(tx, queue_items, "id", old.keys() - new.keys())
    bulk.insert_rows(tx, queue_items, [_row(queue_id, entry) for entry in after.entries if entry.id not in old])
    changed = [entry for entry in after.entries if entry.id in old and old[entry.id] != entry]
    bulk.update_rows(tx, queue_items, [_row(queue_id, entry) for entry in changed])


def _sweep(tx: Writer, person_id: int) -> None:
    """Makes room for one more queue."""
    known = tx.tuples(_by_use, {"person_id": person_id})
    old = [id_ for at, (id_, used_at) in enumerate(known) if at >= MOST_QUEUES - 1 or used_at < tx.now - UNUSED_S]
    _delete(tx, old)


def delete_of_person(tx: Writer, person_id: int) -> None:
    """Delete everything a person had queued."""
    _delete(tx, [id_ for id_, _ in tx.tuples(_by_use, {"person_id": person_id})])


def _delete(tx: Writer, ids: Sequence[int]) -> None:
    if ids:
        tx.conn.execute(_empty, {"ids": list(ids)})
        bulk.delete_where(tx, play_queues, "id", ids)
