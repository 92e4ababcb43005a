"""Folders on this machine: is a root really there?

A disk that is not plugged in, a share whose server sleeps and a mount that died all look like an empty or missing
folder, and a library that believes them deletes itself. So nothing may be taken for deleted before :func:`check` said
:class:`Present`: the folder exists, can be listed within the time limit, and is not empty where it was not.

The question itself may never come back (a dead network mount hangs the system call), so it is asked in a thread that
is left behind when it does not answer; at most one such thread per root waits.
"""

import errno
import os
import threading
from dataclasses import dataclass

from vitascope.store.rows import LocationRow

LISTING_LIMIT_S = 30.0
"""A root that takes longer to list counts as away."""

_SYSTEM_NAMES = frozenset({b"lost+found"})
_waiting: set[bytes] = set()
_waiting_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The root is there. ``device`` and ``inode`` tell whether it is still the same folder later."""

    device: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The root cannot be believed; ``reason`` is for the owner."""

    reason: str


def check(root: bytes, last: LocationRow | None = None, *, limit_s: float = LISTING_LIMIT_S) -> Present | Away:
    """Whether ``root`` is there, seen against what the last complete walk found. Blocks for at most ``limit_s``."""
    with _waiting_lock:
        if root in _waiting:
            return Away(reason="the disk does not answer")
        _waiting.add(root)
    answers: list[Present | Away] = []

    def ask() -> None:
        try:
            answers.append(_look(root, had_files=last is not None and last.file_count > 0))
        finally:
            with _waiting_lock:
                _waiting.discard(root)

    thread = threading.Thread(target=ask, name="root-check", daemon=True)
    thread.start()
    thread.join(limit_s)
    return answers[0] if answers else Away(reason="the disk does not answer")


def _look(root: bytes, *, had_files: bool) -> Present | Away:
    try:
        status = os.stat(root)
        with os.scandir(root) as listing:
            empty = not any(not item.name.startswith(b".") and item.name not in _SYSTEM_NAMES for item in listing)
    except OSError as error:
        return Away(reason=reason_for(error))
    if empty and had_files:
        return Away(reason="the folder is empty where it was not")
    return Present(device=status.st_dev, inode=status.st_ino)


def reason_for(error: OSError) -> str:
    """Why a root is away, in words for the owner."""
    if error.errno == errno.ENOENT:
        return "the folder does not exist"
    if error.errno == errno.ENOTDIR:
        return "the path is not a folder"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "the folder cannot be read: permission denied"
    if error.errno in (errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ECONNRESET):
        return "the connection to the disk is lost"
    if error.errno == errno.EIO:
        return "the disk answers with an input/output error"
    return f"the folder cannot be read: {(error.strerror or 'unknown error').lower()}"
