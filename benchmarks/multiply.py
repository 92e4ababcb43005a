"""Makes a seeded library many times larger inside the database, by copying its rows under new ids.

Writing a million items one by one takes a quarter of an hour; copying 50,000 of them twenty times takes two minutes.
Every copy has titles, sort keys, dates and identities of its own, the same people, tags and words.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import psycopg

from vitascope.store import schema

# Columns that are ids of copied rows, by table; everything else is copied as it is, or as ``_OWN`` says.
_MOVED: Mapping[str, tuple[str, ...]] = {
    "identities": ("id",),
    "files": ("id",),
    "items": ("id", "identity_id", "parent_id", "grandparent_id"),
    "item_details": ("item_id",),
    "item_guids": ("item_id",),
    "media": ("id", "item_id"),
    "parts": ("id", "media_id", "item_id", "file_id"),
    "streams": ("id", "part_id", "item_id", "file_id"),
    "taggings": ("item_id",),
    "search_texts": ("item_id",),
    "states": ("identity_id",),
    "progress": ("item_id", "last_leaf_id"),
}
_OWN = {
    ("item_guids", "guid"): "guid || {copy}",
    ("items", "title"): "title || ' ' || {copy}",
    ("items", "title_folded"): "title_folded || ' ' || {copy}",
    ("items", "sort_key"): "sort_key || ' ' || {copy}",
    ("items", "added_at"): "added_at + {copy}",
}
_OWN_SQLITE = _OWN | {
    ("identities", "uuid"): "lower(hex(randomblob(12)))",
    ("files", "path_hash"): "randomblob(16)",
}
_OWN_POSTGRESQL = _OWN | {
    ("identities", "uuid"): "left(md5(random()::text || clock_timestamp()), 24)",
    ("files", "path_hash"): "decode(md5(random()::text || clock_timestamp()), 'hex')",
}


def multiply_sqlite(path: Path, times: int) -> None:
    """The database then holds ``times`` as many items, with counts and full-text search to match."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA cache_size=-262144")
        offset = 1 + max(database.execute(statement).fetchone()[0] for statement in _largest_ids())
        triggers = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_texts'"
        ).fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("BEGIN")
        for statement in _statements(times, offset, _OWN_SQLITE):
            database.execute(statement)
        database.execute("INSERT INTO search_fts (search_fts) VALUES ('rebuild')")
        for _, sql in triggers:
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


def multiply_postgresql(url: str, times: int) -> None:
    """The same; then the database is vacuumed and analysed, as it would be after some time in use."""
    with psycopg.connect(url, autocommit=True) as database:
        found = [database.execute(statement.encode()).fetchone() for statement in _largest_ids()]
        offset = 1 + max(row[0] for row in found if row is not None)
        with database.transaction():
            for statement in _statements(times, offset, _OWN_POSTGRESQL):
                database.execute(statement.encode())
        database.execute("VACUUM ANALYZE")


def _largest_ids() -> list[str]:
    return [f"SELECT coalesce(max({columns[0]}), 0) FROM {table}" for table, columns in _MOVED.items()]


def _statements(times: int, offset: int, own: Mapping[tuple[str, str], str]) -> list[str]:
    made = [f"CREATE TEMP TABLE original_{table} AS SELECT * FROM {table}" for table in _MOVED]
    for copy in range(1, times):
        made += [_copy_of(table, copy, offset * copy, own) for table in _MOVED]
    made += [f"UPDATE {table} SET item_count = item_count * {times}" for table in ("item_counts", "tag_counts")]
    return made


def _copy_of(table: str, copy: int, offset: int, own: Mapping[tuple[str, str], str]) -> str:
    columns = [column.name for column in schema.metadata.tables[table].columns]
    values = [
        f"{name} + {offset}" if name in _MOVED[table] else own.get((table, name), name).format(copy=copy)
        for name in columns
    ]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM original_{table}"
