"""Is a mount really there? One look at it, and what is made of the look.

The mount point must be a mount (its device differs from that of the folder above), its listing must come, and hold
something of what the last scan saw there. An empty answer, an input/output error, a lost connection and silence are all
the same: away.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass

from vitascope.sources.folders import EMPTY, NOT_MOUNTED, reason_for

OTHER = "nothing of what the last scan saw is in it"
SILENT = "the disk does not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look found: whether something is mounted, and the names at the top."""

    is_mount: bool
    names: frozenset[bytes]


def look_at(point: bytes) -> Seen:
    """Looks. Raises ``OSError``, and blocks for as long as the mount wants."""
    above = os.lstat(os.path.dirname(point))
    here = os.lstat(point)
    return Seen(is_mount=here.st_dev != above.st_dev, names=frozenset(os.listdir(point)))


def reason_away(seen: Seen | OSError | None, expected: Collection[bytes]) -> str | None:
    """Why a mount cannot be believed; ``None`` when it is there.

    Args:
        seen: what the look found; ``None`` when it was not answered in time.
        expected: names at its top that the last scan saw files below; empty when it saw none.
    """
    if seen is None:
        return SILENT
    if isinstance(seen, OSError):
        return reason_for(seen)
    if not seen.is_mount:
        return NOT_MOUNTED
    if expected and not seen.names:
        return EMPTY
    if expected and seen.names.isdisjoint(expected):
        return OTHER
    return None
