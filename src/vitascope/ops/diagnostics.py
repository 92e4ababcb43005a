"""What an owner gives away to be helped: the logs and the database, each without the secrets in it.

Such files end up in forums and mails. So logs are scrubbed once more while they are read (other programs write into the
folder too), and the copy of the database has no passwords, no tokens, not even their hashes, and nothing that proves
this server to another one. Everything else is there as it is: the names of people, titles, paths, what was watched.
"""

import os
import platform
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from vitascope import __version__
from vitascope.ops.backup.create import scratch
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.sqlite_copy import copy_database
from vitascope.ops.logs import scrub
from vitascope.ops.paths import SupportDir

ABOUT = "about.txt"
EMPTIED = ("linked_servers", "passwords", "tokens", "webhook_deliveries", "webhooks")
"""Tables that hold nothing but secrets; the address of a webhook is one, since who knows it may call it."""
BLANKED = (("generators", "uri"), ("metadata_providers", "uri"), ("ownership", "home_token"))
"""Columns that hold one, or may: what a client sends as the source of something."""
_LONGEST_LINE = 1 << 20
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is to be sent, and what takes it away afterwards."""

    members: list[tuple[str, Iterator[bytes]]]
    done: Callable[[], None] = lambda: None


def _about(*lines: str) -> Iterator[bytes]:
    head = (f"Vitascope {__version__}", f"{platform.system()} {platform.release()} ({platform.machine()})", "")
    yield "\n".join([*head, *lines, ""]).encode()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


# --- logs ------------------------------------------------------------------------------------------------------


def gather_logs(folder: Path) -> Gathered:
    """The logs below a folder; links are not followed."""
    found = sorted(path for path in folder.rglob("*.log") if stat.S_ISREG(path.lstat().st_mode))
    names = [f"{path.relative_to(folder)}" for path in found]
    about = _about("The logs of this server. Values of tokens and passwords were replaced by xxxx.", *names)
    return Gathered(members=[(ABOUT, about), *((name, _lines(path)) for name, path in zip(names, found, strict=True))])


def _lines(path: Path) -> Iterator[bytes]:
    """A log, scrubbed, up to where it ends now: it grows meanwhile."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
    except OSError:
        return  # rotated away
    with file:
        left = os.fstat(file.fileno()).st_size
        while left > 0 and (line := file.readline(min(left, _LONGEST_LINE))):
            left -= len(line)
            yield scrub(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


# --- the database ----------------------------------------------------------------------------------------------


def gather_database(support: SupportDir, url: str | None) -> Gathered:
    """A copy of the database as it is at this moment. It lies in the cache until ``done`` is called.

    Args:
        support: where the file of SQLite is, and the cache.
        url: of PostgreSQL, when that is used.

    Raises:
        BackupError: there is no space for a copy, or the database cannot be read.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(support))
        try:
            found = _copy_sqlite(folder, support.database) if url is None else _copy_postgres(folder, url)
        except OSError as error:
            raise BackupError(f"{folder}: {error.strerror}") from error
        kept = stack.pop_all()
    left_out = ", ".join(sorted({*EMPTIED, *(f"{table}.{column}" for table, column in BLANKED)}))
    kind = "SQLite, one file" if url is None else "PostgreSQL, for each table what COPY … TO STDOUT writes"
    about = _about(f"The database of this server ({kind}).", f"Left out, because it is secret: {left_out}.")
    return Gathered(members=[(ABOUT, about), *((path.name, _pieces(path)) for path in found)], done=kept.close)


def _copy_sqlite(folder: Path, database: Path) -> list[Path]:
    copy = folder / database.name
    copy_database(database, copy)
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
            for table in EMPTIED:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours
            for table, column in BLANKED:
                connection.execute(f"UPDATE {table} SET {column} = ''")  # noqa: S608
    except sqlite3.Error as error:
        raise BackupError(f"the copy of the database cannot be cleaned: {error}") from error
    return [copy]


def _copy_postgres(folder: Path, url: str) -> list[Path]:
    from vitascope.ops.backup import postgres_copy  # psycopg and Alembic are not loaded at every start

    postgres_copy.dump(url, folder)
    secret = {*EMPTIED, *(table for table, _ in BLANKED)}
    found = []
    for path in sorted(folder.iterdir()):
        if path.stem in secret:
            path.unlink()
        else:
            found.append(path)
    return found
