"""Connections to the two engines, set up the same way everywhere.

SQLite: WAL, so readers never wait for the writer; ``synchronous=NORMAL``, so a commit costs no fsync and a power cut
loses the last moments but never the file; ``secure_delete`` off, since emptying a library's rows is no erasure that
anyone relies on and zeroing pages doubles what a delete writes; no ``mmap``, because a failing disk would then end the
process by a signal instead of raising an error here. Foreign keys are not used: the writer deletes dependants itself,
in batches.

PostgreSQL: psycopg 3; text loses NUL characters on its way in, because the server has no place for them.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from vitascope.store.errors import StoreBroken, StoreError, StoreFull

BUSY_TIMEOUT_S = 10.0
"""How long SQLite waits where another process (never our own threads) holds a lock."""

_SQLITE_FULL = 13
_SQLITE_BROKEN = {10, 11, 26}  # IOERR, CORRUPT, NOTADB


def parse_url(url: str | Path) -> URL:
    """The SQLAlchemy URL of a database given as a path, a ``sqlite:`` or a ``postgresql:`` URL."""
    text = str(url)
    if "://" not in text:
        return URL.create("sqlite+pysqlite", database=str(Path(text).absolute()))
    parsed = make_url(text)
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database:
        return parsed.set(drivername="sqlite+pysqlite")
    raise StoreError(f"not a database this server knows: {parsed.render_as_string(hide_password=True)}")


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite URL, ``None`` for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, *, size: int, read_only: bool, cache_kib: int = 16_384) -> Engine:
    """An engine whose connections are ready for use. ``cache_kib`` is SQLite's page cache for each connection."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, size=size, read_only=read_only, cache_kib=cache_kib)
    return _postgresql(url, size=size, read_only=read_only)


def _sqlite(url: URL, *, size: int, read_only: bool, cache_kib: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=60,
        pool_use_lifo=True,  # the one whose pages are still at hand
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": BUSY_TIMEOUT_S},
    )

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size=-{cache_kib:d}")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("PRAGMA temp_store=MEMORY")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA wal_autocheckpoint=0")  # the writer decides when: store.writer

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _begin_reading if read_only else _begin_writing)
    return engine


def _begin_reading(connection: Connection) -> None:
    """Touches no file yet, so it does not fail: straight on the driver's connection."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute("BEGIN")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: URL, *, size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool if read_only else NullPool,
        **(
            {"pool_size": size, "max_overflow": 0, "pool_timeout": 60, "pool_pre_ping": True, "pool_use_lifo": True}
            if read_only
            else {}
        ),
        # one snapshot for all statements of a read
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
    )

    # Loaded here, since most servers have no use for it: a tenth of what a process takes to start.
    from psycopg.types.string import StrDumperUnknown

    class StripNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "") if "\x00" in obj else obj)

    def on_connect(connection: Any, _record: object) -> None:
        connection.adapters.register_dumper(str, StripNul)
        if read_only:
            connection.read_only = True

    event.listen(engine, "connect", on_connect)
    return engine


def _is_operational(error: BaseException | None) -> bool:
    """Whether psycopg, which only a server with PostgreSQL loads, says that the connection failed."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(error, psycopg.OperationalError)


def translate(error: DBAPIError) -> StoreError | None:
    """The store's own error for a full or failing disk, ``None`` for a mistake in the statement."""
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        if code & 0xFF == _SQLITE_FULL:
            return StoreFull(f"no space left for the database: {original}")
        if code & 0xFF in _SQLITE_BROKEN:
            return StoreBroken(f"the database cannot be used: {original}")
        return None
    if getattr(original, "sqlstate", None) == "53100":
        return StoreFull(f"no space left for the database: {original}")
    unreachable = _is_operational(original) and getattr(original, "sqlstate", None) is None
    if error.connection_invalidated or unreachable:
        return StoreBroken(f"the database server went away: {original}")
    return None
