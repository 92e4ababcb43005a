"""Is a SQLite file sound, and is somebody using it? Looked at without ever writing to it.

The database of the original server has an index with a collation and tables with a tokenizer that only the original
knows. A stand-in lets the quick check run; what it then says about that index proves nothing and is passed over.
"""

import fcntl
import os
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from vitascope.ops.health.model import Observation, bad, good, nothing

_FOREIGN_COLLATIONS = ("icu_root", "naturalsort")
_MOST_COMPLAINTS = 100
_DEAD_MAN_SWITCH = 128
"""The byte of the ``-shm`` file on which every connection of a database in WAL mode holds a lock (SQLite, "WAL-mode
File Format", 2.3)."""


def _compare(one: str, other: str) -> int:
    return (one > other) - (one < other)


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises ``sqlite3.Error``."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    for name in _FOREIGN_COLLATIONS:
        connection.create_collation(name, _compare)
    return connection


def look_at_file(path: Path) -> Observation:
    """Whether a database file is sound. Reads it whole, and blocks for as long as that takes."""
    if not path.exists():
        return nothing("There is no database yet")
    try:
        with closing(read_only(path)) as connection:
            said = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({_MOST_COMPLAINTS})")]
    except sqlite3.Error as error:
        return bad(f"{path}: {error}")
    complaints = [line for line in said if line != "ok" and not any(name in line for name in ("_icu", "naturalsort"))]
    return bad(f"{path}: {complaints[0]}") if complaints else good(str(path))


def is_in_use(path: Path) -> bool:
    """Whether another process has the database open, in this container or any other on the same kernel.

    Must not be asked by a process that itself has the database open: closing the file here would drop its locks.
    """
    try:
        descriptor = os.open(f"{path}-shm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        asked = struct.pack("@hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _DEAD_MAN_SWITCH, 1, 0)
        answer = fcntl.fcntl(descriptor, fcntl.F_GETLK, asked)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return bool(struct.unpack("@hhqqi4x", answer)[0] != fcntl.F_UNLCK)
