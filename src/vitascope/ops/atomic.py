"""Writes a small file whole or not at all: beside it, flushed to the disk, then renamed over it.

The owner and the mode of the file that is replaced stay: a verb that runs as root must not leave a file behind that the
server, which runs as somebody else, cannot read. A new file gets the owner of its folder.
"""

import os
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replaces ``path`` by ``data``; ``mode`` is for a file that is not there yet. Raises ``OSError``."""
    try:
        before = path.stat()
        mode = before.st_mode & 0o777
    except FileNotFoundError:
        before = path.parent.stat()
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)  # what an interrupted write left may have another owner, or be a link
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            if os.geteuid() == 0:
                with suppress(PermissionError):  # an owner that this namespace has no number for
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
