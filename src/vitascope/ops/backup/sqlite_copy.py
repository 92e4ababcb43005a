"""Copies and checks of SQLite databases.

The copy is made through SQLite's own backup while a server writes: a read transaction is opened first, so what is
copied is the state of one moment and the copy does not begin again with every write.
"""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from vitascope.ops.backup.errors import BackupError, BadArchive, CannotWrite

_PAGES = 1000
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_COLLATION = re.compile(r"\bCOLLATE\s+[\"'\[`]?(\w+)", re.IGNORECASE)
_KNOWN_COLLATIONS = {"binary", "nocase", "rtrim"}


def copy_database(source: Path, target: Path, progress: Callable[[float], None] = lambda _: None) -> None:
    """Copies a database into a new file that only its owner can read."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def told(_status: int, remaining: int, total: int) -> None:
        progress(1.0 - remaining / max(total, 1))

    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes the snapshot
            new.execute("PRAGMA synchronous=OFF")
            old.backup(new, pages=_PAGES, progress=told, sleep=0)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in _FULL:
            raise CannotWrite(f"the copy of the database cannot be written: {error}") from error
        raise BackupError(f"{source} cannot be copied: {error}") from error


def referenced_pictures(database: Path) -> frozenset[str]:
    """The names of the files below ``Metadata/Vitascope`` that cannot be made again: what was handed in, whether or not
    the item it was handed in for is there now."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT DISTINCT cache_key FROM artworks"
            " WHERE cache_key IS NOT NULL AND source NOT IN ('frame', 'composite')"
        ).fetchall()
        # A database of an older version, which is backed up before it is upgraded, has no such table yet.
        if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'uploads'").fetchone():
            found += connection.execute("SELECT DISTINCT cache_key FROM uploads").fetchall()
        return frozenset(str(row[0]) for row in found)


def check_database(path: Path, *, foreign: bool = False) -> None:
    """Opens a database and has SQLite check it whole. Raises :class:`BadArchive`.

    Args:
        foreign: it is the original's, whose orders of text only it knows: they get stand-ins, and indexes that are in
            such an order are not compared.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if foreign:
                _stand_in(connection)
            found = connection.execute(f"PRAGMA {'quick_check' if foreign else 'integrity_check'}(5)").fetchall()
    except sqlite3.Error as error:
        raise BadArchive(f"{path.name} cannot be opened: {error}") from error
    if found != [("ok",)]:
        raise BadArchive(f"{path.name} is damaged: {'; '.join(str(row[0]) for row in found)}")


def _stand_in(connection: sqlite3.Connection) -> None:
    for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall():
        for name in _COLLATION.findall(sql):
            if name.lower() not in _KNOWN_COLLATIONS:
                connection.create_collation(name, lambda one, other: (one > other) - (one < other))


def revision_of(path: Path) -> str:
    """The schema's revision, empty when there is none. (Opened for writing, so that SQLite clears its files away.)"""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return ""
    return str(found[0]) if found else ""
