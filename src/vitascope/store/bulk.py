"""Many rows at once: the fast way from typed rows into a table.

A row struct becomes the parameter tuple of its table's INSERT (columns are in the same order), the statement's text is
made once from the table by SQLAlchemy, and the driver runs it over the whole batch. This is what keeps a tagged track
at some tens of microseconds.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import astuple
from sqlalchemy import Table, UniqueConstraint, bindparam, delete
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement, update

from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Conflict = Literal["error", "ignore", "add", "replace", "renumber"]
"""What a row does whose key is there: fail, give way, be added to it (last column, a number), or take its place; or,
where what a unique constraint names is there, give it its id and nothing else."""

GROUP = 32
"""Rows in one SQLite statement. The driver gives up the interpreter at every step, so rows one by one crawl while
another thread is busy."""


@cache
def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return SQLiteDialect_pysqlite(paramstyle="qmark")
    # loaded where it is used: see store.connection
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    return PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def _insert_into(table: Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _text(statement: ClauseElement, dialect: str) -> str:
    return str(statement.compile(dialect=_dialect(dialect)))


@lru_cache(maxsize=256)
def _insert(table: str, dialect: str, conflict: Conflict, group: int = 1) -> str:
    target = metadata.tables[table]
    statement = _insert_into(target, dialect).values({column.name: bindparam(column.name) for column in target.columns})
    if conflict == "ignore":
        statement = statement.on_conflict_do_nothing()
    elif conflict == "add":
        last = list(target.columns)[-1]
        statement = statement.on_conflict_do_update(
            index_elements=list(target.primary_key.columns), set_={last.name: last + statement.excluded[last.name]}
        )
    elif conflict == "replace":
        statement = statement.on_conflict_do_update(
            index_elements=list(target.primary_key.columns),
            set_={c.name: statement.excluded[c.name] for c in target.columns if not c.primary_key},
        )
    elif conflict == "renumber":
        (unique,) = (one for one in target.constraints if isinstance(one, UniqueConstraint))
        statement = statement.on_conflict_do_update(
            index_elements=list(unique.columns), set_={"id": statement.excluded.id}
        )
    one = _text(statement, dialect)
    if group == 1:
        return one
    values = f"({', '.join('?' * len(target.columns))})"
    return one.replace(values, ", ".join([values] * group), 1)


@lru_cache(maxsize=256)
def _update(table: str, dialect: str, keep: frozenset[str]) -> str:
    target = metadata.tables[table]
    keys = list(target.primary_key.columns)
    changed = [c for c in target.columns if c.name not in keep and not c.primary_key]
    statement = update(target).values({c.name: bindparam(f"v_{c.name}") for c in changed})
    for key in keys:
        statement = statement.where(key == bindparam(f"k_{key.name}"))
    return _text(statement, dialect)


@lru_cache(maxsize=256)
def _order(table: str, keep: frozenset[str]) -> tuple[int, ...]:
    columns = list(metadata.tables[table].columns)
    changed = [at for at, c in enumerate(columns) if c.name not in keep and not c.primary_key]
    return (*changed, *(at for at, c in enumerate(columns) if c.primary_key))


def without_nul(rows: Sequence[Struct]) -> list[tuple[Any, ...]]:
    """Parameter tuples of ``rows``; text loses NUL characters (PostgreSQL has no place for them)."""
    tuples = [astuple(row) for row in rows]
    if rows and b"\\u0000" in encode(rows):
        return [tuple(v.replace("\x00", "") if isinstance(v, str) else v for v in row) for row in tuples]
    return tuples


def insert_rows(tx: Reader, table: Table, rows: Sequence[Struct], conflict: Conflict = "error") -> int:
    """Insert all rows; how many there now are more (fewer than given only with ``ignore``)."""
    return insert_tuples(tx, table, without_nul(rows), conflict)


def insert_tuples(tx: Reader, table: Table, rows: Sequence[tuple[Any, ...]], conflict: Conflict = "error") -> int:
    """As :func:`insert_rows` for rows that are tuples in the table's order."""
    if not rows:
        return 0
    done = 0
    if tx.dialect == "sqlite" and len(rows) >= GROUP:
        whole = len(rows) - len(rows) % GROUP
        groups = [tuple(chain.from_iterable(rows[at : at + GROUP])) for at in range(0, whole, GROUP)]
        done = tx.conn.exec_driver_sql(_insert(table.name, "sqlite", conflict, GROUP), groups).rowcount
        rows = rows[whole:]
        if not rows:
            return done
    return done + tx.conn.exec_driver_sql(_insert(table.name, tx.dialect, conflict), list(rows)).rowcount


def update_rows(tx: Reader, table: Table, rows: Sequence[Struct], keep: frozenset[str] = frozenset()) -> int:
    """Set every column (but those in ``keep``) of the rows with these primary keys."""
    if not rows:
        return 0
    order = _order(table.name, keep)
    params = [tuple([row[at] for at in order]) for row in without_nul(rows)]
    return tx.conn.exec_driver_sql(_update(table.name, tx.dialect, keep), params).rowcount


@lru_cache(maxsize=256)
def _delete(table: str, column: str) -> Any:
    target = metadata.tables[table]
    return delete(target).where(any_of(target.c[column], "ids"))


def delete_where(tx: Reader, table: Table, column: str, ids: Collection[int]) -> int:
    """Delete the rows whose ``column`` is one of ``ids``."""
    if not ids:
        return 0
    return tx.conn.execute(_delete(table.name, column), {"ids": list(ids)}).rowcount


def executemany(tx: Reader, statement: ClauseElement, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run a statement over tuples that are in the order of its parameters."""
    ready = list(rows)
    if ready:
        tx.conn.exec_driver_sql(_cached_text(statement, tx.dialect), ready)


_texts: dict[tuple[int, str], tuple[ClauseElement, str]] = {}


def _cached_text(statement: ClauseElement, dialect: str) -> str:
    """Statements are built once at module level, so their identity is a safe key (the value keeps them alive)."""
    found = _texts.get((id(statement), dialect))
    if found is None:
        found = _texts[id(statement), dialect] = (statement, _text(statement, dialect))
    return found[1]
