"""What one does to a play queue: select, add, move, shuffle. Pure: each function takes a queue and hands back another.

"Up Next" is what was added by hand and comes right after the selected entry; ``last_added_id`` is where it ends. What
is added joins its end, or its beginning when it is to be played next. It is empty once the selection has passed it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vitascope.core.playback import shuffle as order
from vitascope.core.playback.places import places


class QueueError(ValueError):
    """What was asked of a queue cannot be done; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place in a queue."""

    id: int
    """The ``playQueueItemID``."""
    item_id: int
    identity_id: int
    number: int
    """What it is called in the source: the item's id, or that of an entry of a playlist."""
    position: float | None = None
    """Where it is; ``None`` until :func:`settled`."""
    natural: float = 0.0
    """Where it is when nothing is shuffled."""
    added: bool = False
    """By hand, after the queue was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The entries in their order, and which of them is selected."""

    entries: tuple[Entry, ...] = ()
    selected_id: int | None = None
    last_added_id: int | None = None
    shuffled: bool = False

    def index(self, entry_id: int | None) -> int | None:
        """Where an entry stands."""
        return next((at for at, entry in enumerate(self.entries) if entry.id == entry_id), None)

    @property
    def offset(self) -> int | None:
        """Where the selected entry stands."""
        return self.index(self.selected_id)

    @property
    def up_next(self) -> tuple[Entry, ...]:
        """What was added by hand and comes after the selected entry."""
        at, end = self.offset, self.index(self.last_added_id)
        return () if at is None or end is None else self.entries[at + 1 : end + 1]


def _known(queue: Queue, entry_id: int) -> int:
    at = queue.index(entry_id)
    if at is None:
        raise LookupError(f"no entry {entry_id} in the queue")
    return at


def select(queue: Queue, entry_id: int) -> Queue:
    """The queue with another entry selected. Raises ``LookupError`` for one that is not there."""
    _known(queue, entry_id)
    return replace(queue, selected_id=entry_id)


def add(queue: Queue, fresh: Sequence[Entry], *, following: bool = False) -> Queue:
    """Adds entries by hand: at the end of Up Next, or with ``following`` right after the selected one."""
    if not fresh:
        return queue
    at, up_next = queue.offset, queue.up_next
    place = len(queue.entries) if at is None else at + 1 + (0 if following else len(up_next))
    before = queue.entries[place - 1].natural if place else -1.0
    new = tuple(replace(entry, position=None, natural=before, added=True) for entry in fresh)
    return replace(
        queue,
        entries=queue.entries[:place] + new + queue.entries[place:],
        selected_id=new[0].id if at is None else queue.selected_id,
        last_added_id=queue.last_added_id if up_next and following else new[-1].id,
    )


def append(queue: Queue, fresh: Sequence[Entry]) -> Queue:
    """More of the source, at the end."""
    highest = max((entry.natural for entry in queue.entries), default=0.0)
    new = tuple(
        replace(entry, position=None, natural=highest + 1 + number, added=False) for number, entry in enumerate(fresh)
    )
    selected = queue.selected_id if queue.offset is not None or not new else new[0].id
    return replace(queue, entries=queue.entries + new, selected_id=selected)


def remove(queue: Queue, entry_id: int) -> Queue:
    """Takes one out; if it was selected, the next one is, or else the one before. ``LookupError`` for unknown ones."""
    at = _known(queue, entry_id)
    last_added = _border_without(queue, entry_id)
    rest = queue.entries[:at] + queue.entries[at + 1 :]
    selected = queue.selected_id
    if entry_id == selected:
        selected = rest[min(at, len(rest) - 1)].id if rest else None
    return replace(queue, entries=rest, selected_id=selected, last_added_id=last_added)


def _border_without(queue: Queue, entry_id: int) -> int | None:
    """Where Up Next ends once an entry is gone from it."""
    if entry_id != queue.last_added_id:
        return queue.last_added_id
    others = [entry for entry in queue.up_next if entry.id != entry_id]
    return others[-1].id if others else None


def clear(queue: Queue) -> Queue:
    """Takes everything out."""
    return replace(queue, entries=(), selected_id=None, last_added_id=None)


def move(queue: Queue, entry_id: int, after: int | None) -> Queue:
    """Puts an entry after another one, or at the beginning. ``LookupError`` for unknown ones."""
    at = _known(queue, entry_id)
    if after is not None:
        _known(queue, after)
    if after == entry_id:
        return queue
    rest = queue.entries[:at] + queue.entries[at + 1 :]
    place = 0 if after is None else next(n for n, entry in enumerate(rest) if entry.id == after) + 1
    moved = replace(queue.entries[at], position=None)
    return replace(
        queue,
        entries=(*rest[:place], moved, *rest[place:]),
        last_added_id=_border_without(queue, entry_id),
    )


def shuffle(queue: Queue, seed: int) -> Queue:
    """The selected entry first, all others in a random order. :class:`QueueError` while there is an Up Next."""
    check_shuffling(queue)
    entries = queue.entries
    if not queue.shuffled:  # what it is now is what a later unshuffling brings back
        entries = tuple(replace(entry, natural=float(at)) for at, entry in enumerate(entries))
    ids = np.array([entry.id for entry in entries], dtype=np.int64)
    mixed = [entries[at] for at in order.first(ids, seed, len(entries)).tolist()]
    mixed.sort(key=lambda entry: entry.id != queue.selected_id)
    return replace(queue, entries=_anew(mixed), shuffled=True, last_added_id=None)


def unshuffle(queue: Queue) -> Queue:
    """The natural order; the selected entry stays selected. :class:`QueueError` while there is an Up Next."""
    check_shuffling(queue)
    if not queue.shuffled:
        return queue
    natural = sorted(queue.entries, key=lambda entry: (entry.natural, entry.id))
    return replace(queue, entries=_anew(natural), shuffled=False, last_added_id=None)


def check_shuffling(queue: Queue) -> None:
    """Raises :class:`QueueError` while there is an Up Next: it would be torn apart."""
    if queue.up_next:
        raise QueueError("a queue is not shuffled while something is up next")


def reset(queue: Queue) -> Queue:
    """The first entry is selected again."""
    return replace(queue, selected_id=queue.entries[0].id if queue.entries else None, last_added_id=None)


# --- places ----------------------------------------------------------------------------------------------------


def _anew(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(entry, position=float(number + 1)) for number, entry in enumerate(entries))


def settled(queue: Queue) -> Queue:
    """The same with a position for every entry. Those that have one keep it, unless there is no room between them."""
    found: list[Entry] = []
    waiting: list[Entry] = []
    for entry in [*queue.entries, None]:
        if entry is not None and entry.position is None:
            waiting.append(entry)
            continue
        if waiting:
            between = places(found[-1].position if found else None, entry.position if entry else None, len(waiting))
            if between is None:
                return replace(queue, entries=_anew(queue.entries))
            found += [replace(one, position=place) for one, place in zip(waiting, between, strict=True)]
            waiting = []
        if entry is not None:
            found.append(entry)
    return replace(queue, entries=tuple(found))


# --- windows ---------------------------------------------------------------------------------------------------


def window(
    entries: Sequence[Entry],
    center: int,
    each_side: int,
    *,
    before: bool = True,
    after: bool = True,
    repeat: bool = False,
) -> list[Entry]:
    """The entries around the one at index ``center``; without ``before`` or ``after`` the center is left out too.

    With ``repeat``, room that is left at an end is filled from the other one, as long as nothing is shown twice.
    """
    total = len(entries)
    if not total:
        return []
    side = max(each_side, 0)
    first, last = max(center - side, 0), min(center + side, total - 1)
    ahead, behind = list(range(first, center)), list(range(center + 1, last + 1))
    if repeat:
        behind += list(range(min(side - len(behind), first)))
        taken = set(behind)
        room = side - len(ahead)
        ahead = [at for at in range(total - room, total) if at > last and at not in taken] + ahead
    chosen = [*(ahead if before else []), *([center] if before and after else []), *(behind if after else [])]
    return [entries[at] for at in chosen]


Edit = Callable[[Queue], Queue]
"""A change of a queue, as the store carries it out."""
