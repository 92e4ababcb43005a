"""The one writer: a thread that runs every write, one after the other, in short transactions.

Because nobody else writes, "database is locked" cannot happen. Urgent writes (a person pressed something) overtake
bulk ones (a scan's batches). Writes that wait together share a commit for a few milliseconds' worth of work; each runs
in a savepoint of its own, so one that raises takes only itself back. When the disk is full or fails, the whole
transaction is lost by the engine: then each write of the group is tried once more alone, so that only those that
cannot be written fail, with :class:`StoreFull` or :class:`StoreBroken`; the thread goes on and works again when there
is space.

The writer also moves the write-ahead log into the database. SQLite's own rule (every 1,000 pages, only as far as the
oldest reader allows) lets the log grow without bound under steady readers; here a log beyond ``WAL_LIMIT_BYTES`` makes
the writer wait a moment for old readers and start it afresh.
"""

import contextlib
import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from vitascope.store.connection import translate
from vitascope.store.errors import StoreBroken, StoreClosed, StoreError, StoreLocked
from vitascope.store.ids import IdSource
from vitascope.store.reader import Reader
from vitascope.store.versions import Versions

_log = logging.getLogger(__name__)

GROUP_S = 0.010
"""A transaction takes in further waiting writes until it has lasted this long."""
WAL_CHECKPOINT_BYTES = 16 << 20
WAL_LIMIT_BYTES = 64 << 20
_RESTART_WAIT_MS = 500
PG_LOCK = 0x76697461  # "vita": the advisory lock of the writing process

URGENT, BULK = 0, 1


class Writer(Reader):
    """The transaction a write runs in."""

    __slots__ = (
        "_callbacks",
        "_changed",
        "_created",
        "_edited",
        "_gone",
        "_ids",
        "_people",
        "_scanned",
        "now",
        "shared",
    )

    def __init__(self, conn: Connection, versions: Versions, ids: IdSource, now: int, shared: "WriterMemory") -> None:
        super().__init__(conn, versions.snapshot())
        self.now = now
        """Epoch seconds: the one time of this write."""
        self.shared = shared
        """What the writer remembers between writes."""
        self._ids = ids
        self._callbacks: list[Callable[[], object]] = []
        self._edited: dict[int, set[int] | None] = {}
        self._scanned: set[int] = set()
        self._people: set[int] = set()
        self._created: dict[int, None] = {}
        self._changed: dict[int, None] = {}
        self._gone: list[GoneItem] = []

    def ids(self, table: str, n: int = 1) -> range:
        """``n`` new ids for rows of ``table``."""
        return self._ids.take(self, table, n)

    def id(self, table: str) -> int:
        """One new id for a row of ``table``."""
        return self._ids.take(self, table, 1)[0]

    def touch(self, section_id: int, edit: bool = False, items: Iterable[int] | None = None) -> None:
        """Raise the section's version once this is committed: *edit* for what a person did, else *scan*.

        Who edits may say which ``items`` the edit concerned; then rows and tags of no other item of the section may be
        different afterwards (what is kept of containers by :mod:`vitascope.store.rollups` aside)."""
        if not edit:
            self._scanned.add(section_id)
            return
        known = self._edited.setdefault(section_id, set())
        if known is None or items is None:
            self._edited[section_id] = None
        else:
            known.update(items)

    def touch_person(self, person_id: int) -> None:
        """Raise the person's version once this is committed."""
        self._people.add(person_id)

    def items_created(self, item_ids: Iterable[int]) -> None:
        """These items are new: whoever listens is told once this is committed."""
        self._created.update(dict.fromkeys(item_ids))

    def items_changed(self, item_ids: Iterable[int]) -> None:
        """What is shown of these items is another: as :meth:`items_created`. Whoever changes an item by other ways
        than :func:`vitascope.store.changes.update_items` says so here."""
        self._changed.update(dict.fromkeys(item_ids))

    def items_gone(self, items: Iterable["GoneItem"]) -> None:
        """These items were deleted."""
        self._gone.extend(items)

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Run ``callback`` on the writer thread once this is committed; it must be quick and must not raise."""
        self._callbacks.append(callback)

    def publish(self, versions: Versions) -> None:
        """Committed: raise versions and call back (by the writer thread)."""
        reported = frozenset((*self._created, *self._changed, *(item.id for item in self._gone)))
        edited = {
            section_id: None if items is None else reported.union(items) for section_id, items in self._edited.items()
        }
        versions.raise_(edited=edited, scanned=self._scanned, people=self._people)
        if self.shared.tell is not None and (self._created or self._changed or self._gone):
            gone = {item.id for item in self._gone}
            changed = [i for i in self._changed if i not in self._created and i not in gone]
            told = ItemChanges(
                created=[i for i in self._created if i not in gone], changed=changed, gone=tuple(self._gone)
            )
            self._callbacks.append(partial(self.shared.tell, told))
        for callback in self._callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001 - it is not the write that failed
                _log.exception("a callback after a commit failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneItem:
    """What there was to say of an item that was deleted."""

    id: int
    section_id: int
    type: int
    title: str
    parent_id: int | None = None
    grandparent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanges:
    """What one committed write did to items, by their ids in the order in which it happened."""

    created: Sequence[int] = ()
    changed: Sequence[int] = ()
    gone: Sequence[GoneItem] = ()


@dataclass(slots=True, kw_only=True)
class WriterMemory:
    """What the writer remembers between writes."""

    aliases: dict[str, dict[int, int]] = field(default_factory=dict)
    """Ids that a scan made for a tag or an identity that existed already, by table: theirs -> ours."""
    words: set[str] = field(default_factory=set)
    """Words known to be in ``search_words``; forgotten when a write is taken back."""
    tell: Callable[[ItemChanges], None] | None = None
    """Who is told of changed items, on the writer thread; it must be quick and must not raise."""


@dataclass(slots=True, kw_only=True)
class _Write:
    run: Callable[[Writer], Any]
    future: "Future[Any]"


class WriterThread:
    """The queue and the thread. Made and closed by :class:`vitascope.store.engine.Database`."""

    def __init__(self, engine: Engine, versions: Versions, *, wal: Path | None, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._versions = versions
        self._wal = wal
        self._clock = clock
        self._ids = IdSource()
        self._memory = WriterMemory()
        self._heap: list[tuple[int, int, _Write]] = []
        self._numbers = count()
        self._wake = threading.Condition()
        self._closing = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)

    def start(self) -> None:
        """Open the connection and start; raises what keeps the database from being opened."""
        self._connect().rollback()
        self._thread.start()

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        if self._connection is not None:
            if self._wal is not None:
                self._pragma_checkpoint("TRUNCATE")
            self._unlock(self._connection)
            self._connection.close()
        self._engine.dispose()

    def tell_items(self, listener: Callable[[ItemChanges], None] | None) -> None:
        """Who is told of changed items from now on."""
        self._memory.tell = listener

    def submit(self, run: Callable[[Writer], Any], *, urgent: bool) -> "Future[Any]":
        """Queue a write."""
        write = _Write(run=run, future=Future())
        with self._wake:
            if self._closing:
                raise StoreClosed("the database is closed")
            heapq.heappush(self._heap, (URGENT if urgent else BULK, next(self._numbers), write))
            self._wake.notify()
        return write.future

    @property
    def waiting(self) -> int:
        """How many writes wait."""
        return len(self._heap)

    # --- the thread --------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (first := self._next(wait=True)) is not None:
            try:
                self._group(first)
                self._checkpoint()
            except Exception as error:  # noqa: BLE001 - the thread must outlive anything a write does
                self._drop_connection(error)

    def _next(self, *, wait: bool) -> _Write | None:
        with self._wake:
            while True:
                while self._heap:
                    write = heapq.heappop(self._heap)[2]
                    if write.future.set_running_or_notify_cancel():
                        return write
                if not wait or self._closing:
                    return None
                self._wake.wait()

    def _group(self, first: _Write) -> None:
        started = time.monotonic()
        group: list[tuple[_Write, Writer, Any]] = []
        taken: list[_Write] = []
        write: _Write | None = first
        try:
            conn = self._connect()
            while write is not None:
                taken.append(write)
                tx = Writer(conn, self._versions, self._ids, int(self._clock()), self._memory)
                conn.exec_driver_sql("SAVEPOINT one_write")
                try:
                    value = write.run(tx)
                except Exception as error:
                    if isinstance(error, DBAPIError) and translate(error) is not None:
                        raise
                    self._forget()
                    conn.exec_driver_sql("ROLLBACK TO SAVEPOINT one_write")
                    conn.exec_driver_sql("RELEASE SAVEPOINT one_write")
                    write.future.set_exception(error)
                else:
                    conn.exec_driver_sql("RELEASE SAVEPOINT one_write")
                    group.append((write, tx, value))
                write = self._next(wait=False) if time.monotonic() - started < GROUP_S else None
            conn.commit()
        except Exception as error:  # noqa: BLE001 - it goes to the futures
            self._lost(error, [write for write in taken if not write.future.done()])
            return
        for _, tx, _ in group:
            tx.publish(self._versions)
        for write, _, value in group:
            write.future.set_result(value)

    def _lost(self, error: Exception, writes: list[_Write]) -> None:
        """The engine took the whole transaction back: try each write alone, or fail the only one."""
        self._forget()
        self._drop_connection(error)
        if len(writes) > 1:
            for write in writes:
                self._group_of_one(write)
            return
        known = translate(error) if isinstance(error, DBAPIError) else None
        for write in writes:
            write.future.set_exception(known or error)

    def _group_of_one(self, write: _Write) -> None:
        try:
            conn = self._connect()
            tx = Writer(conn, self._versions, self._ids, int(self._clock()), self._memory)
            value = write.run(tx)
            conn.commit()
        except Exception as error:  # noqa: BLE001 - it goes to the future
            self._lost(error, [write])
        else:
            tx.publish(self._versions)
            write.future.set_result(value)

    def _forget(self) -> None:
        self._ids.forget_promises()
        self._memory.words.clear()

    # --- the connection ----------------------------------------------------------------------------------------

    def _connect(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._engine.connect()
            if self._connection.dialect.name == "postgresql":
                locked = self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": PG_LOCK}).scalar()
                self._connection.rollback()
                if not locked:
                    self._connection.close()
                    self._connection = None
                    raise StoreLocked("another server writes to this database")
        return self._connection

    def _unlock(self, connection: Connection) -> None:
        """Give the writer's lock back: PostgreSQL notices only later that a connection was closed."""
        if connection.dialect.name == "postgresql" and not connection.closed:
            with contextlib.suppress(DBAPIError):
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": PG_LOCK})
                connection.rollback()

    def _drop_connection(self, error: Exception) -> None:
        """Take the transaction back; where even that fails, start over with a new connection."""
        connection, broken = self._connection, isinstance(error, DBAPIError) and error.connection_invalidated
        if connection is None:
            return
        try:
            connection.rollback()
        except DBAPIError:
            broken = True
        if broken:
            connection.invalidate()
            connection.close()
            self._connection = None

    # --- the write-ahead log -----------------------------------------------------------------------------------

    def _checkpoint(self) -> None:
        if self._wal is None:
            return
        try:
            size = self._wal.stat().st_size
        except FileNotFoundError:
            return
        if size > WAL_LIMIT_BYTES:
            self._pragma_checkpoint("TRUNCATE")
        elif size > WAL_CHECKPOINT_BYTES and not self._heap:
            self._pragma_checkpoint("PASSIVE")

    def _pragma_checkpoint(self, mode: str) -> None:
        """Outside any transaction, so straight on the driver's connection; a disk that is full is no error here."""
        raw = self._connect().connection.driver_connection
        if raw is None:
            raise StoreBroken("the database connection is gone")
        try:
            raw.execute(f"PRAGMA busy_timeout={_RESTART_WAIT_MS}")
            raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
            raw.execute("PRAGMA busy_timeout=10000")
        except raw.Error:
            return


__all__ = ["BULK", "URGENT", "GoneItem", "ItemChanges", "StoreError", "Writer", "WriterMemory", "WriterThread"]
