"""Why one file could not be worked on.

A failure belongs to one file and never to the scan: it travels back as a value, is kept with the file and shown by
``vitascope doctor``. Code that runs inside a worker raises :class:`MediaError`; everything else (a crash, a timeout,
an exception nobody expected) is turned into a :class:`Failure` by the worker or by the pool.
"""

import errno
from enum import StrEnum

from msgspec import Struct

LOST = frozenset(
    getattr(errno, name)
    for name in ("EIO", "ENOTCONN", "ESTALE", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENODEV", "ENXIO", "ECONNRESET")
)
"""Errors that say that the disk or the server behind it is gone, and nothing about the files."""


class Reason(StrEnum):
    """The kinds of failure, as shown to people and stored with a file."""

    MISSING = "missing"
    """Nothing is there: removed meanwhile, or a link to nowhere."""
    NOT_A_FILE = "not-a-file"
    """A directory, pipe, socket or device."""
    UNREADABLE = "unreadable"
    """The operating system refused to open or read it."""
    LOST = "lost"
    """The disk, or the source that it lies in, stopped answering: says nothing about the file."""
    EMPTY = "empty"
    """Zero bytes."""
    UNRECOGNISED = "unrecognised"
    """Not media in any format we know, or not what its name says."""
    REFUSED = "refused"
    """A format that refers to other files or addresses; never opened."""
    DAMAGED = "damaged"
    """The format is known, the content is not usable (truncated, or broken)."""
    TOO_LARGE = "too-large"
    """Something inside exceeds a limit (a picture of a billion pixels, …)."""
    MEMORY = "memory"
    """The worker's memory limit was reached."""
    TIMEOUT = "timeout"
    """It took too long twice; the worker was ended."""
    CRASHED = "crashed"
    """The worker died on it twice, the second time alone."""
    ERROR = "error"
    """An unexpected exception."""
    CLOSED = "closed"
    """The pool was closed before its turn came: says nothing about the file."""


class Failure(Struct, frozen=True, kw_only=True):
    """What went wrong with one file, for people."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


class MediaError(Exception):
    """Raised by tasks: this file cannot be worked on, for the reason given.

    The root of this room's exceptions::

        MediaError
        └── TaskError      what a caller of the pool sees
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail

    @property
    def failure(self) -> Failure:
        return Failure(reason=self.reason, detail=self.detail)


class TaskError(MediaError):
    """A task handed to the pool ended in a failure."""

    @classmethod
    def of(cls, failure: Failure) -> "TaskError":
        return cls(failure.reason, failure.detail)


def reason_of(error: OSError) -> Reason:
    """What an error of the system says about a file."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Reason.MISSING
    return Reason.LOST if error.errno in LOST else Reason.UNREADABLE


def failure_of(error: BaseException) -> Failure:
    """The failure that an exception amounts to."""
    if isinstance(error, MediaError):
        return error.failure
    if isinstance(error, MemoryError):
        return Failure(reason=Reason.MEMORY, detail="the memory limit of the worker was reached")
    if isinstance(error, OSError) and error.errno is not None:
        return Failure(reason=reason_of(error), detail=error.strerror or "")
    text = " ".join(str(error).split())[:300]
    return Failure(reason=Reason.ERROR, detail=f"{type(error).__name__}: {text}" if text else type(error).__name__)
