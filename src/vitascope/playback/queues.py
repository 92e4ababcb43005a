"""Play queues: made of anything that can be played, edited, and kept going.

A queue holds at most some thousand entries at once, whatever its source holds: a directory of a million tracks would
else be a million rows for every "shuffle all". It begins around what is played first, and before a player gets near its
end more of the source is appended; nothing of a shuffled order is written down but its seed
(:mod:`vitascope.core.playback.shuffle`). The same makes a show go on with episodes that came after the queue was made,
and a station with new tracks.

Where items come from is handed in, since the library is this room's neighbour.
"""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as changed

import numpy as np
from msgspec import structs

from vitascope.core.model import MediaKind, Viewer
from vitascope.core.playback import queue as rules
from vitascope.core.playback import shuffle as order
from vitascope.core.playback.queue import Edit, Entry, Queue
from vitascope.store import queues as store
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.positions.arrays import Ids
from vitascope.store.reader import Reader
from vitascope.store.rows import PlayQueueRow
from vitascope.store.writer import Writer

WHOLE = 2_000
"""A source of at most so many items is taken whole."""
AT_ONCE = 500
"""Of a longer one so many are taken at a time."""
BEFORE = 100
"""And so many of those that come before the first one to play."""
NEAR = 50
"""With fewer entries left after the selected one, more are appended."""
MOST = 5_000
"""What was played long ago is dropped from a queue that grew longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a queue is made of: each array has one number for each item, in order."""

    item_ids: Ids
    numbers: Ids
    """What each is called: the item's id, or that of an entry of a playlist, which may hold an item twice."""
    endless: bool = False
    """There may be more later, or another time: an unfinished show, a station."""

    @classmethod
    def of(cls, item_ids: Ids, numbers: Ids | None = None, *, endless: bool = False) -> "Source":
        return cls(item_ids=item_ids, numbers=item_ids if numbers is None else numbers, endless=endless)

    def pairs(self, chosen: "Sequence[int] | np.ndarray[tuple[int], np.dtype[np.intp]]") -> list[tuple[int, int]]:
        """(number, item) of the items at some places."""
        at = np.asarray(chosen, dtype=np.intp)
        return list(zip(self.numbers[at].tolist(), self.item_ids[at].tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to play."""

    kind: MediaKind
    uri: str
    first_item_id: int | None = None
    """What to begin with; ``None``: the first."""
    shuffle: bool = False
    repeat: bool = False
    continuous: bool = False
    """After an episode, the rest of its show."""
    before: tuple[int, ...] = ()
    """Items that come before everything: trailers."""


Find = Callable[[Reader, PlayQueueRow, Viewer, int], Source]
"""What the source of a queue holds now; the number is how much of it is in the queue already. A source that is gone by
then holds nothing; one that cannot be played in the first place raises."""


class _Changed(Exception):
    """A queue is not what it was when it was looked at."""


class PlayQueues:
    """The play queues of everybody."""

    def __init__(self, database: Database, find: Find) -> None:
        self._database = database
        self._find = find

    async def create(self, wish: Wish, viewer: Viewer, client_identifier: str) -> int | None:
        """Make a queue; ``None`` when there is nothing to play. Raises what ``find`` raises."""
        row = PlayQueueRow(
            id=0,
            person_id=viewer.person_id,
            client_identifier=client_identifier,
            kind=wish.kind.value,
            source_uri=wish.uri,
            seed=secrets.randbits(62),
            shuffled=wish.shuffle,
            repeat=wish.repeat,
            continuous=wish.continuous,
        )
        pairs, first, goes_on = await self._database.read(self._begin, row, wish, viewer)
        if not pairs and not wish.before:
            return None
        row = structs.replace(row, goes_on=goes_on)

        def build(tx: Writer) -> Queue:
            ahead = store.make_entries(tx, [(item_id, item_id) for item_id in wish.before])
            entries = store.make_entries(tx, pairs)
            queue = rules.append(Queue(shuffled=wish.shuffle), entries)
            chosen = next((entry.id for entry in entries if (entry.number, entry.item_id) == first), None)
            queue = changed(queue, selected_id=chosen or queue.selected_id)
            if ahead:
                led = tuple(changed(entry, natural=-1.0, added=True) for entry in ahead)
                queue = changed(queue, entries=led + queue.entries, selected_id=led[0].id)
            return queue

        return await self._database.awrite(store.create, row, build)

    def _begin(
        self, r: Reader, row: PlayQueueRow, wish: Wish, viewer: Viewer
    ) -> tuple[list[tuple[int, int]], tuple[int, int] | None, bool]:
        """What a new queue holds at first, which of it is selected, and whether the source holds more."""
        source = self._find(r, row, viewer, 0)
        total = int(source.item_ids.size)
        start = _place_of(source, wish.first_item_id)
        if wish.shuffle:
            count = total if total <= WHOLE else AT_ONCE
            chosen = order.first(source.numbers, row.seed, count)
            if wish.first_item_id is not None and total:
                chosen = np.concatenate([[start], chosen[chosen != start]])[:count]
            pairs = source.pairs(chosen)
            first = pairs[0] if pairs else None
        else:
            low, high = (0, total) if total <= WHOLE else (max(start - BEFORE, 0), start + AT_ONCE)
            pairs = source.pairs(range(low, min(high, total)))
            first = source.pairs([start])[0] if total else None
        return pairs, first, source.endless or len(pairs) < total

    # --- going on --------------------------------------------------------------------------------------------------

    async def refresh(self, queue_id: int, viewer: Viewer, center: int | None = None) -> tuple[PlayQueueRow, Queue]:
        """A queue with its entries; more of its source was appended where the selected entry, or that of ``center``,
        is near the end. :class:`~vitascope.store.errors.NotFound` when there is none of this person."""
        row, queue = await self._database.read(store.load, queue_id, viewer)
        if not row.goes_on or not queue.entries or _left(queue, center) >= NEAR:
            return row, queue
        pairs, more = await self._database.read(self._next, row, queue, viewer)
        if not pairs and more == row.goes_on:
            return row, queue

        def append(now: Queue, fresh: Sequence[Entry]) -> Queue:
            if now.entries != queue.entries:
                raise _Changed
            known = {entry.number for entry in now.entries}
            return _trimmed(rules.append(now, [entry for entry in fresh if entry.number not in known]))

        with suppress(_Changed):  # it was cleared, or shuffled, or somebody else appended: it is as it is now
            await self._database.awrite(store.add, queue_id, viewer, pairs, append, goes_on=more)
        return await self._database.read(store.load, queue_id, viewer)

    def _next(self, r: Reader, row: PlayQueueRow, queue: Queue, viewer: Viewer) -> tuple[list[tuple[int, int]], bool]:
        """The next part of a queue's source, and whether the queue goes on being a part of it only."""
        source = self._find(r, row, viewer, len(queue.entries))
        own = [entry for entry in queue.entries if not entry.added]
        mine = np.array([entry.number for entry in own], dtype=np.int64)
        # What was appended last; not the last in place or in the shuffled order: an entry may have been moved, and the
        # one that was to be first stands out of its order.
        last = max(own, key=lambda entry: entry.natural, default=None)
        if queue.shuffled:
            rest = order.first(source.numbers, row.seed, AT_ONCE, beyond=None if last is None else last.number)
        else:
            places = np.flatnonzero(source.numbers == (0 if last is None else last.number))
            start = int(places[-1]) + 1 if places.size else 0
            rest = np.arange(start, min(start + AT_ONCE, source.numbers.size))
        fresh = rest[~np.isin(source.numbers[rest], mine)]
        return source.pairs(fresh), source.endless or source.numbers.size > WHOLE

    # --- edits -----------------------------------------------------------------------------------------------------

    async def add(self, queue_id: int, viewer: Viewer, item_ids: Sequence[int], *, following: bool) -> None:
        """Queue items by hand: at the end of Up Next, or with ``following`` at its beginning."""
        await self._database.awrite(
            store.add,
            queue_id,
            viewer,
            [(item_id, item_id) for item_id in item_ids],
            lambda queue, fresh: rules.add(queue, fresh, following=following),
        )

    async def edit(self, queue_id: int, viewer: Viewer, change: Edit) -> None:
        """Change a queue by the rules of :mod:`vitascope.core.playback.queue`, whose errors are raised."""
        await self._database.awrite(store.edit, queue_id, viewer, change)

    async def clear(self, queue_id: int, viewer: Viewer) -> None:
        """Take everything out, for good: the queue does not go on."""
        await self._database.awrite(store.edit, queue_id, viewer, rules.clear, goes_on=False)

    async def shuffle(self, queue_id: int, viewer: Viewer) -> None:
        """The selected entry stays, everything else of the source comes in a new random order."""
        row, queue = await self._database.read(store.load, queue_id, viewer)
        seed = secrets.randbits(62)
        if not row.goes_on:
            await self._database.awrite(store.edit, queue_id, viewer, lambda now: rules.shuffle(now, seed), seed=seed)
            return
        await self._again(structs.replace(row, seed=seed), queue, viewer, shuffled=True)

    async def unshuffle(self, queue_id: int, viewer: Viewer) -> None:
        """The natural order again; the selected entry stays selected."""
        row, queue = await self._database.read(store.load, queue_id, viewer)
        if not row.goes_on or not queue.shuffled:
            await self._database.awrite(store.edit, queue_id, viewer, rules.unshuffle)
            return
        await self._again(row, queue, viewer, shuffled=False)

    async def _again(self, row: PlayQueueRow, queue: Queue, viewer: Viewer, *, shuffled: bool) -> None:
        """Take another part of a source that the queue holds a part of: around the selected entry."""
        rules.check_shuffling(queue)
        at = queue.offset
        if at is None:
            raise rules.QueueError("an empty queue has no order")
        kept = queue.entries[at]
        wish = Wish(kind=MediaKind(row.kind), uri=row.source_uri, first_item_id=kept.item_id, shuffle=shuffled)
        pairs, first, goes_on = await self._database.read(self._begin, row, wish, viewer)

        def rebuild(now: Queue, fresh: Sequence[Entry]) -> Queue:
            rules.check_shuffling(now)  # somebody may have added something meanwhile
            held = next((entry for entry in now.entries if entry.id == kept.id), None)
            if held is None:
                raise LookupError(f"no entry {kept.id} in the queue")
            made = [held if (one.number, one.item_id) == first else one for one in fresh]
            made = made if held in made else [held, *made]
            entries = tuple(
                changed(entry, position=float(number + 1), natural=float(number)) for number, entry in enumerate(made)
            )
            return Queue(entries=entries, selected_id=held.id, shuffled=shuffled)

        await self._database.awrite(store.add, row.id, viewer, pairs, rebuild, seed=row.seed, goes_on=goes_on)

    async def repeat(self, queue_id: int, viewer: Viewer, *, repeat: bool) -> None:
        """Whether it begins again at its end."""
        await self._database.awrite(store.edit, queue_id, viewer, lambda queue: queue, repeat=repeat)

    async def take_over(self, queue_id: int, viewer: Viewer, client_identifier: str) -> None:
        """The queue belongs to another device of the person from now on."""
        await self._database.awrite(store.take_over, queue_id, viewer, client_identifier)

    async def played(self, viewer: Viewer, entry_id: int) -> None:
        """A player says which entry it is at. Entries that are nobody's, or somebody else's, are passed over."""
        queue_id = await self._database.read(store.queue_of_entry, entry_id, viewer)
        if queue_id is None:
            return
        with suppress(NotFound):  # its queue went meanwhile
            row = await self._database.read(store.get, queue_id, viewer)
            if row.selected_id != entry_id:
                await self._database.awrite(store.select_entry, queue_id, viewer, entry_id)


def _place_of(source: Source, item_id: int | None) -> int:
    """Where an item stands in a source; its beginning where it is not in it."""
    if item_id is None:
        return 0
    places = np.flatnonzero(source.item_ids == item_id)
    return int(places[0]) if places.size else 0


def _left(queue: Queue, center: int | None) -> int:
    """How many entries come after the one that is looked at."""
    at = queue.index(center) if center is not None else None
    at = queue.offset if at is None else at
    return len(queue.entries) - 1 - (at or 0)


def _trimmed(queue: Queue) -> Queue:
    """Without what was played long ago, where a queue grew long."""
    at = queue.offset or 0
    surplus = min(len(queue.entries) - MOST, at - BEFORE)
    return queue if surplus <= 0 else changed(queue, entries=queue.entries[surplus:])
