"""The database as the rest of the server sees it: readers, the one writer, and the versions of what they hold.

Readers run in a small pool of threads, each read in one transaction; a read sees everything whose write has been
acknowledged. Exactly one process may write: it holds ``<database>.lock`` (an advisory lock on PostgreSQL). Others,
such as the scan process, open with ``writable=False`` and hand their changes to the writer.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from vitascope.store.connection import make_engine, parse_url, sqlite_path, translate
from vitascope.store.errors import StoreClosed, StoreLocked
from vitascope.store.reader import Reader
from vitascope.store.versions import Versions
from vitascope.store.writer import ItemChanges, WriterThread

P = ParamSpec("P")
T = TypeVar("T")


READERS = 4
CONNECTIONS = READERS + 2
"""How many there are at most, unless other numbers are asked for: readers, one beside their pool, the writer."""


class Database:
    """One library database. ``url`` is a path or a ``sqlite:``/``postgresql:`` URL; the schema must be there
    (:func:`vitascope.store.migrate.ensure`). ``cache_kib`` is SQLite's page cache, for each connection."""

    def __init__(
        self,
        url: str | Path,
        *,
        readers: int = READERS,
        writable: bool = True,
        cache_kib: int = 16_384,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = parse_url(url)
        self.path = sqlite_path(self.url)
        self.versions = Versions()
        self.dialect = self.url.get_backend_name()
        """``sqlite`` or ``postgresql``."""
        self.clock = clock
        self.reads = 0
        """How many reads there were."""
        self._readers = readers
        self._writable = writable
        self._cache_kib = cache_kib
        self._engine: Engine | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._writer: WriterThread | None = None
        self._lock: int | None = None

    def open(self) -> None:
        """Open for use; raises :class:`StoreLocked` when another process already writes."""
        if self._writable:
            if self.path is not None:
                self._lock = take_lock(self.path)
            try:
                self._writer = WriterThread(
                    make_engine(self.url, size=1, read_only=False, cache_kib=self._cache_kib),
                    self.versions,
                    wal=None if self.path is None else self.path.with_name(self.path.name + "-wal"),
                    clock=self.clock,
                )
                with typed_errors():
                    self._writer.start()
            except BaseException:
                self._writer = None
                self._unlock()
                raise
        # one connection more than threads: `reader()` may be used beside the pool
        self._engine = make_engine(self.url, size=self._readers + 1, read_only=True, cache_kib=self._cache_kib)
        self._pool = ThreadPoolExecutor(self._readers, thread_name_prefix="store-reader")

    def close(self) -> None:
        """Finish all writes that wait, then close everything. May be called twice."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._unlock()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading -----------------------------------------------------------------------------------------------

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A read transaction on the calling thread."""
        if self._engine is None:
            raise StoreClosed("the database is not open")
        versions = self.versions.snapshot()
        self.reads += 1
        with typed_errors(), self._engine.connect() as conn:
            yield Reader(conn, versions)

    def read_sync(self, fn: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``fn(reader, …)`` on the calling thread."""
        with self.reader() as r:
            return fn(r, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``fn(reader, …)`` on a reader thread."""
        if self._pool is None:
            raise StoreClosed("the database is not open")
        call = partial(self.read_sync, fn, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def rest(self) -> None:
        """Empties the page caches of SQLite's connections that nobody reads with. What is read next comes from the
        cache of the operating system."""
        if self._engine is None or self.dialect != "sqlite":
            return
        with ExitStack() as stack:
            while self._idle_connections():
                connection = stack.enter_context(self._engine.connect())
                connection.exec_driver_sql("PRAGMA shrink_memory")

    def _idle_connections(self) -> int:
        pool = None if self._engine is None else self._engine.pool
        return pool.checkedin() if isinstance(pool, QueuePool) else 0

    # --- writing -----------------------------------------------------------------------------------------------

    def write(self, fn: Callable[..., T], *args: object, urgent: bool = True, **kwargs: object) -> "Future[T]":
        """Queue ``fn(tx, …)``; the future resolves after its commit. What is not ``urgent`` (a scan's batches) waits
        behind everything that is, and one such write should take at most 50 ms."""
        if self._writer is None:
            raise StoreClosed("the database is not open for writing")
        return self._writer.submit(lambda tx: fn(tx, *args, **kwargs), urgent=urgent)

    async def awrite(self, fn: Callable[..., T], *args: object, urgent: bool = True, **kwargs: object) -> T:
        """As :meth:`write`, awaited."""
        return await asyncio.wrap_future(self.write(fn, *args, urgent=urgent, **kwargs))

    def tell_items(self, listener: Callable[[ItemChanges], None] | None) -> None:
        """Tell ``listener`` of every committed change of items, on the writer thread: it must be quick and must not
        raise."""
        if self._writer is None:
            raise StoreClosed("the database is not open for writing")
        self._writer.tell_items(listener)

    @property
    def waiting_writes(self) -> int:
        """How many writes wait."""
        return 0 if self._writer is None else self._writer.waiting

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextmanager
def typed_errors() -> Iterator[None]:
    """A full or failing disk, or a server that went away, as the store's own error."""
    try:
        yield
    except DBAPIError as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error


def take_lock(path: Path) -> int:
    """Hold the writer's lock file of a SQLite database; the returned descriptor keeps it until closed."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StoreLocked(f"another process has {path} open for writing") from error
    return lock
