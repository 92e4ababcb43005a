"""Copies of a PostgreSQL database, and the way back.

A copy is one file for each table, as ``COPY … TO STDOUT`` writes it, all from one snapshot; ``psql`` reads such a file
with ``\\copy``. The way back fills a schema of its own beside the tables in use, which are exchanged with it in one
transaction: the database is the old one or the new one at every moment. What was exchanged stays in its schema until
it is dropped, so it can be exchanged back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from vitascope.ops.backup.errors import BackupError, BadArchive, StillRunning
from vitascope.store import migrate
from vitascope.store.connection import parse_url
from vitascope.store.schema import metadata
from vitascope.store.writer import PG_LOCK

_PUBLIC = "public"
_REVISION = "alembic_version"


def _dsn(url: str) -> str:
    return parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _connected(url: str) -> Iterator["psycopg.Connection[Any]"]:
    try:
        with psycopg.connect(_dsn(url), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"the database server says: {str(error).strip()}") from error


def _tables(connection: "psycopg.Connection[Any]", schema: str) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
    return [str(row[0]) for row in found]


def dump(url: str, folder: Path, progress: Callable[[float], None] = lambda _: None) -> tuple[str, tuple[str, ...]]:
    """Writes every table into ``folder``; returns the schema's revision and the names of the tables."""
    with _connected(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = [name for name in _tables(connection, _PUBLIC) if name != _REVISION]
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        for number, name in enumerate(tables):
            with (folder / f"{name}.copy").open("xb") as file, connection.cursor() as cursor:
                table = sql.Identifier(_PUBLIC, name)
                with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table)) as rows:
                    for block in rows:
                        file.write(block)
            progress((number + 1) / len(tables))
        connection.execute("COMMIT")
    return str(found[0]) if found else "", tuple(tables)


def referenced_pictures(url: str) -> frozenset[str]:
    """As :func:`vitascope.ops.backup.sqlite_copy.referenced_pictures`."""
    with _connected(url) as connection:
        found = connection.execute(
            "SELECT DISTINCT cache_key FROM artworks"
            " WHERE cache_key IS NOT NULL AND source NOT IN ('frame', 'composite')"
        ).fetchall()
        there = connection.execute("SELECT to_regclass('uploads')").fetchone()
        if there is not None and there[0] is not None:  # an older version has no such table yet
            found += connection.execute("SELECT DISTINCT cache_key FROM uploads").fetchall()
        return frozenset(str(row[0]) for row in found)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Holds the lock that a running server holds. Raises :class:`StillRunning`."""
    with _connected(url) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [PG_LOCK]).fetchone()
        if row is None or not row[0]:
            raise StillRunning("a server writes to this database: stop it first")
        yield


def load(url: str, schema: str, revision: str, folder: Path, tables: tuple[str, ...]) -> None:
    """Fills a new schema with the tables in ``folder``, at the revision they are of."""
    with _connected(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    inside = parse_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
    migrate.ensure(inside.render_as_string(hide_password=False), revision=revision)
    with _connected(url) as connection:
        made = _tables(connection, schema)
        if set(made) - {_REVISION} != set(tables):
            raise BadArchive(f"the archive's tables are not those of revision {revision}")
        connection.execute("BEGIN")
        for name in tables:
            target = sql.Identifier(schema, name)
            connection.execute(sql.SQL("DELETE FROM {}").format(target))
            with (
                (folder / f"{name}.copy").open("rb") as file,
                connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} FROM STDIN").format(target)) as rows,
            ):
                while block := file.read(1 << 20):
                    rows.write(block)
        _set_sequences(connection, schema, tables)
        connection.execute("COMMIT")


def _set_sequences(connection: "psycopg.Connection[Any]", schema: str, tables: tuple[str, ...]) -> None:
    for name in tables:
        table = sql.Identifier(schema, name)
        if "id" not in {column.name for column in metadata.tables[name].columns} if name in metadata.tables else set():
            continue
        row = connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{schema}"."{name}"']).fetchone()
        if row is not None and row[0]:
            statement = sql.SQL("SELECT setval({}, coalesce((SELECT max(id) FROM {}), 0) + 1, false)")
            connection.execute(statement.format(sql.Literal(row[0]), table))


def exchange(url: str, source: str, keep: str) -> None:
    """Moves the tables in use into the schema ``keep`` and those of ``source`` into use, in one transaction. Done
    already when there is no ``source``."""
    with _connected(url) as connection, connection.transaction():
        there = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [source]).fetchone()
        if there is None:
            return
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(keep)))
        ours = {*metadata.tables, _REVISION, *_tables(connection, source)}
        for name in _tables(connection, _PUBLIC):
            if name in ours:
                _move(connection, name, _PUBLIC, keep)
        for name in _tables(connection, source):
            _move(connection, name, source, _PUBLIC)
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(source)))


def _move(connection: "psycopg.Connection[Any]", table: str, source: str, target: str) -> None:
    statement = sql.SQL("ALTER TABLE {} SET SCHEMA {}")
    connection.execute(statement.format(sql.Identifier(source, table), sql.Identifier(target)))


def drop(url: str, schema: str) -> None:
    """Forgets a schema with all that is in it."""
    with _connected(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
