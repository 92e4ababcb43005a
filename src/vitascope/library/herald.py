"""Tells of items that were made, changed or deleted, whoever did it: a scan, an edit, the trash.

The store says what each committed write did (:meth:`vitascope.store.engine.Database.tell_items`), so nobody who
changes items has to think of those who listen. A scan commits hundreds of items at once; they are told in pieces, with
pauses in which listeners read, so that who keeps up loses none and is not closed for being overrun. While nobody
listens, nothing is looked up. When more waits than anybody would read, the oldest is dropped: that the section changed
is told anyway.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from sqlalchemy import select

from vitascope.core.model import ItemType
from vitascope.events import Bus, LibraryChanged, TimelineEntry, TimelineState
from vitascope.store.engine import Database
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import items
from vitascope.store.writer import GoneItem, ItemChanges

_log = logging.getLogger(__name__)

_PIECE = 50
_PAUSE_S = 0.1
_MOST_WAITING = 10_000
_NOBODYS = frozenset({ItemType.PLAYLIST, ItemType.PLAYLIST_FOLDER})
"""What belongs to a person and no section is nobody else's business."""
_known = select(
    items.c.id, items.c.section_id, items.c.type, items.c.title, items.c.parent_id, items.c.grandparent_id
).where(any_of(items.c.id, "ids"), items.c.extra_type.is_(None))

Waiting = tuple[TimelineState, int | GoneItem]


class Herald:
    """Tells on the bus what becomes of items. ``heard`` says whether anybody listens."""

    def __init__(self, database: Database, bus: Bus, *, heard: Callable[[], bool] | None = None) -> None:
        self._database = database
        self._bus = bus
        self._heard = heard or (lambda: bus.is_heard)
        self._lock = Lock()
        self._waiting: deque[Waiting] = deque(maxlen=_MOST_WAITING)
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._telling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; must be called on the loop."""
        self._loop = asyncio.get_running_loop()
        self._telling = self._loop.create_task(self._tell(), name="herald")
        self._database.tell_items(self._hear)

    async def close(self) -> None:
        """Stops; what was not told yet is not."""
        self._database.tell_items(None)
        if self._telling is not None:
            self._telling.cancel()
            with suppress(asyncio.CancelledError):
                await self._telling

    def _hear(self, changes: ItemChanges) -> None:
        """Called by the writer: quick, and never in anybody's way."""
        if not self._heard():
            return
        with self._lock:
            self._waiting.extend((TimelineState.CREATED, number) for number in changes.created)
            self._waiting.extend((TimelineState.PROCESSED, number) for number in changes.changed)
            self._waiting.extend((TimelineState.DELETED, item) for item in changes.gone)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake.set)

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            sections: set[int] = set()
            while piece := self._take():
                try:
                    sections |= await self._tell_piece(piece)
                except Exception:  # noqa: BLE001 - what is not told must not keep the rest from being told
                    _log.exception("what became of %d items is not told", len(piece))
                await asyncio.sleep(_PAUSE_S)
            for section_id in sorted(sections):
                self._bus.publish(LibraryChanged(section_id=section_id))

    def _take(self) -> list[Waiting]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(_PIECE, len(self._waiting)))]

    async def _tell_piece(self, piece: list[Waiting]) -> set[int]:
        ids = [what for _, what in piece if isinstance(what, int)]
        found = await self._database.read(_read, ids) if ids else {}
        sections: set[int] = set()
        now = int(time.time())
        for state, what in piece:
            item = found.get(what) if isinstance(what, int) else what
            if item is None or ItemType(item.type) in _NOBODYS:
                continue
            sections.add(item.section_id)
            states = (state, TimelineState.PROCESSED) if state is TimelineState.CREATED else (state,)
            for told in states:
                self._bus.publish(
                    TimelineEntry(
                        section_id=item.section_id,
                        item_id=item.id,
                        type=ItemType(item.type),
                        title=item.title,
                        state=told,
                        updated_at=now,
                        parent_id=item.parent_id,
                        root_id=item.grandparent_id or item.parent_id,
                    )
                )
        return sections


def _read(r: Reader, ids: list[int]) -> dict[int, GoneItem]:
    names = ("id", "section_id", "type", "title", "parent_id", "grandparent_id")
    return {row[0]: GoneItem(**dict(zip(names, row, strict=True))) for row in r.tuples(_known, {"ids": ids})}
