"""Which paths are far: the points of sources that are read directly, each with the socket behind which it lies.

The table belongs to the process. The server's is put down by its sources; a child is given it with its work, and asks
the same paths. It is replaced as a whole: whoever asks meanwhile sees the old one or the new.

A far path is taken apart here and nowhere else. It is never resolved: a step that is empty, ``.`` or ``..`` leads
nowhere, so no path leads out of its source.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct


class Point(Struct, frozen=True, kw_only=True):
    """A source that is read directly."""

    path: bytes
    """Where its files seem to lie; absolute, without a slash at its end."""
    socket: str
    """The socket of the server that has them."""
    timed: bool = False
    """The times of files are known; a source without them has one for all."""


@dataclass(frozen=True, slots=True)
class Far:
    """A place in such a source. ``path`` is relative to its point, and empty for the point itself."""

    point: Point
    path: bytes


_points: tuple[Point, ...] = ()


def put(wanted: Iterable[Point]) -> None:
    """These are the points from now on."""
    global _points  # replaced as a whole
    _points = tuple(wanted)


def points() -> tuple[Point, ...]:
    """The points, to be handed to a child."""
    return _points


def find(path: str | bytes | os.PathLike[str]) -> Far | None:
    """Where a path lies if it is far; ``None`` for one of this machine.

    Raises ``OSError`` for a path that begins with a point and then tries to leave it.
    """
    known = _points
    if not known:
        return None
    raw = os.fsencode(path)
    for point in known:
        if raw.startswith(point.path) and raw[len(point.path) : len(point.path) + 1] in (b"", b"/"):
            below = raw[len(point.path) :].strip(b"/")
            if below and (b"\0" in below or not {b"", b".", b".."}.isdisjoint(below.split(b"/"))):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            return Far(point, below)
    return None
