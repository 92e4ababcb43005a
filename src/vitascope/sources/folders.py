"""Folders on this machine: is a root really there?

A disk that is not plugged in, a share whose server sleeps and a mount that died all look like an empty or missing
folder, and a library that believes them deletes itself. So nothing may be taken for deleted before :func:`check` said
:class:`Present`: the folder exists, can be listed within the time limit, and is not empty where it was not.

The question itself may never come back (a dead network mount hangs the system call), so it is asked in a thread that
is left behind when it does not answer; at most one such thread per root waits.

Where something has to be mounted (:func:`expect_mounts`), an unmounted folder looks like any other, and may even hold
files: a root there is away unless the mount is. Where a source is read directly nothing is mounted: it is asked itself.
"""

import errno
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.media import reach
from vitascope.store.rows import LocationRow

LISTING_LIMIT_S = 30.0
"""A root that takes longer to list counts as away."""

EMPTY = "the folder is empty where it was not"
MISSING = "the folder does not exist"
NOT_MOUNTED = "nothing is mounted there"
_SYSTEM_NAMES = frozenset({b"lost+found"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The root is there. ``device`` and ``inode`` tell whether it is still the same folder later."""

    device: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The root cannot be believed; ``reason`` is for the owner."""

    reason: str


class _Question:
    """One question to a disk, in a thread of its own; several may wait for the answer."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._asked_at = time.monotonic()
        self._thread = threading.Thread(target=self._ask, name="root-check", daemon=True)
        self.status: os.stat_result | None = None
        self.is_empty = False
        self.unmounted: str | None = None
        self.error: OSError | None = None

    def start(self) -> None:
        self._thread.start()

    def wait(self, limit_s: float) -> bool:
        """Whether there is an answer ``limit_s`` after the question was asked; one that is older is not waited for."""
        self._thread.join(max(self._asked_at + limit_s - time.monotonic(), 0))
        return not self._thread.is_alive()

    def _ask(self) -> None:
        try:
            self.unmounted = _unmounted(self._root)
            if self.unmounted is not None:
                return
            self.status = reach.stat(self._root)
            with reach.scandir(self._root) as listing:
                self.is_empty = not any(
                    not item.name.startswith(b".") and item.name not in _SYSTEM_NAMES for item in listing
                )
        except OSError as error:
            self.error = error
        finally:
            with _lock:
                _open.pop(self._root, None)


_open: dict[bytes, _Question] = {}
_lock = threading.Lock()
_expected: dict[bytes, str] = {}


def expect_mounts(mounts: Mapping[bytes, str]) -> None:
    """From now on, in this process, a root at or below one of these mount points is there only when the mount is: its
    text is empty and it is a mount. Any other text is the reason why it is away."""
    global _expected  # replaced as a whole: whoever asks meanwhile sees the old or the new
    _expected = dict(mounts)


def expected_mounts() -> dict[bytes, str]:
    """What was said last, for a child that asks the same disks."""
    return dict(_expected)


def _unmounted(root: bytes) -> str | None:
    """Why the mount that a root should lie on is away; ``None`` when there should be none, or it is there."""
    expected = _expected
    for path in (root, os.path.realpath(root)) if expected else ():
        for point, reason in expected.items():
            if path != point and not path.startswith(point.rstrip(b"/") + b"/"):
                continue
            if reason:
                return reason
            if reach.find(point) is not None:
                return None
            if os.lstat(point).st_dev == os.lstat(os.path.dirname(point)).st_dev:
                return NOT_MOUNTED
    return None


def check(
    root: bytes, last: LocationRow | None = None, *, had_files: bool = False, limit_s: float = LISTING_LIMIT_S
) -> Present | Away:
    """Whether ``root`` is there, seen against what the last complete walk found. Blocks for at most ``limit_s``."""
    had_files = had_files or (last is not None and last.file_count > 0)
    with _lock:
        question = _open.get(root)
        if question is None:
            question = _open[root] = _Question(root)
            question.start()
    if not question.wait(limit_s):
        return Away(reason="the disk does not answer")
    if question.unmounted is not None:
        return Away(reason=question.unmounted)
    if question.error is not None or question.status is None:
        return Away(reason=reason_for(question.error or OSError(errno.EIO, "no answer")))
    if question.is_empty and had_files:
        return Away(reason=EMPTY)
    return Present(device=question.status.st_dev, inode=question.status.st_ino)


def reason_for(error: OSError) -> str:
    """Why a root is away, in words for the owner."""
    if error.errno == errno.ENOENT:
        return MISSING
    if error.errno == errno.ENOTDIR:
        return "the path is not a folder"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "the folder cannot be read: permission denied"
    if error.errno in (errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ECONNRESET):
        return "the connection to the disk is lost"
    if error.errno == errno.EIO:
        return "the disk answers with an input/output error"
    return f"the folder cannot be read: {(error.strerror or 'unknown error').lower()}"
