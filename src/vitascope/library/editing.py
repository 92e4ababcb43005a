"""Edits of items as requests ask for them: whose, all or nothing, in batches when they are many.

Up to :data:`BATCH` items are one transaction. More go in several, each whole, as an activity that can be stopped, so
that a hundred thousand items hold up no other write; everything that can be wrong is found before the first.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct
from sqlalchemy import select

from vitascope.core.edits import Edit, EditError
from vitascope.core.model import ItemType
from vitascope.library import collections
from vitascope.library.activities import ActivityBoard
from vitascope.store import edits, parentage
from vitascope.store.edits import Edited
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.schema import items
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

BATCH = 250
"""Items in one transaction: some 50 ms of work."""
ACTIVITY = "library.update.item.metadata"
PATIENCE_S = 15.0
"""How long a request waits for a long edit before it is answered; the edit goes on."""

_EDITIONS = (ItemType.MOVIE, ItemType.SHOW)
_places = select(items.c.id, items.c.section_id, items.c.type).where(any_of(items.c.id, "ids"))

Tell = Callable[[Sequence[Edited]], None]


class Place(Struct, frozen=True, array_like=True):
    """Where an item is, and what."""

    id: int
    section_id: int
    type: int


def places(r: Reader, item_ids: Sequence[int]) -> list[Place]:
    """Where these items are; :class:`NotFound` names the first that is not there."""
    found: dict[int, Place] = {}
    for some in chunks(item_ids, 5_000):
        found.update((row.id, row) for row in r.rows(Place, _places, {"ids": some}))
    missing = next((item_id for item_id in item_ids if item_id not in found), None)
    if missing is not None:
        raise NotFound(f"no item {missing}")
    return [found[item_id] for item_id in item_ids]


def check(edit: Edit, found: Sequence[Place], *, section_id: int | None = None, item_type: int | None = None) -> None:
    """Whether these items can be edited so. Raises :class:`EditError`, or :class:`NotFound` for other sections'."""
    for place in found:
        if section_id is not None and place.section_id != section_id:
            raise NotFound(f"no item {place.id} in this library")
        if item_type is not None and place.type != item_type:
            raise EditError(f"id: item {place.id} is of type {place.type} and not {item_type}")
    kinds = {ItemType(place.type) for place in found}
    edition = edit.fields.get("editionTitle")
    if edition is not None and edition.sets and not kinds <= set(_EDITIONS):
        raise EditError("editionTitle.value: only movies and shows have editions")


_kinds = select(items.c.id, items.c.type).where(any_of(items.c.id, "ids"))
_MERGED_BY_TITLE = (ItemType.ARTIST, ItemType.ALBUM)


def _apply(tx: Writer, item_ids: Sequence[int], edit: Edit, *, person_id: int) -> list[Edited]:
    """One edit. Another title of a collection is also that of the tag of its members, and artists or albums of one
    title are one."""
    left = list(item_ids)
    if edit.artist is not None or edit.album is not None:
        left = parentage.move(tx, left, edit.artist, edit.album)
    title = edit.fields.get("title")
    if title is not None and title.sets and title.value is not None:
        kinds = dict(tx.tuples(_kinds, {"ids": left}))
        for collection_id in left:
            if kinds.get(collection_id) == ItemType.COLLECTION:
                collections.rename(tx, collection_id, str(title.value))
        meeting = [item_id for item_id in left if kinds.get(item_id) in _MERGED_BY_TITLE]
        if meeting:
            left = [item_id for item_id in left if item_id not in meeting]
            left += parentage.rename(tx, meeting, str(title.value))
    return edits.apply(tx, left, edit, person_id=person_id)


class Editing:
    """Makes edits; ``tell`` is called on the loop with what changed."""

    def __init__(self, database: Database, board: ActivityBoard, tell: Tell = lambda _edited: None) -> None:
        self._database = database
        self._board = board
        self._tell = tell
        self._running: set[asyncio.Task[None]] = set()

    async def edit(self, item_ids: Sequence[int], edit: Edit, *, person_id: int) -> str | None:
        """Make one edit of these items, which :func:`check` found good; returns the activity of a long one."""
        if len(item_ids) <= BATCH:
            self._tell(await self._database.awrite(_apply, item_ids, edit, person_id=person_id))
            return None
        stopped = threading.Event()
        activity = self._board.start(
            ACTIVITY,
            f"Editing {len(item_ids)} items",
            person_id=person_id,
            cancel=stopped.set,
        )
        task = asyncio.create_task(self._many(activity, list(item_ids), edit, person_id, stopped), name="editing")
        self._running.add(task)

        def ended(done: "asyncio.Task[None]") -> None:  # also when it is cancelled before it begins
            self._running.discard(done)
            self._board.end(activity)

        task.add_done_callback(ended)
        await asyncio.wait({task}, timeout=PATIENCE_S)
        if task.done():
            task.result()
        return activity

    async def _many(
        self, activity: str, item_ids: list[int], edit: Edit, person_id: int, stopped: threading.Event
    ) -> None:
        done = 0
        try:
            for some in chunks(item_ids, BATCH):
                if stopped.is_set():
                    log.info("An edit of %d items was stopped after %d", len(item_ids), done)
                    return
                # not urgent: what people do elsewhere goes first
                self._tell(await self._database.awrite(_apply, some, edit, person_id=person_id, urgent=False))
                done += len(some)
                self._board.update(activity, progress=done * 100 // len(item_ids))
        except Exception:
            log.exception("An edit of %d items ended after %d", len(item_ids), done)
            raise

    async def told(self, item_ids: Sequence[int]) -> None:
        """Tell that these items changed."""
        self._tell(await self._database.read(edits.edited, item_ids))

    async def close(self) -> None:
        """Stop long edits; batches that were written stay."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
