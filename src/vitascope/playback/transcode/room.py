"""How much room conversions take on their disk, and when it is enough.

Two limits hold at once: the quota the owner set, and a reserve that the disk keeps for everybody else. Where one is
reached, what nobody needs any more goes first; then new segments wait until there is room again.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from vitascope.media.transcoding.production import reserve_bytes

_LOOK_SECONDS = 2.0


def free_bytes(folder: Path) -> tuple[int, int]:
    """What is free on the disk of a folder, and how large it is."""
    found = shutil.disk_usage(folder)
    return found.free, found.total


class Room:
    """The room below the folder of conversions. ``quota_bytes`` answers 0 for no quota."""

    def __init__(
        self,
        folder: Path,
        *,
        quota_bytes: Callable[[], int] = lambda: 0,
        free: Callable[[Path], tuple[int, int]] = free_bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._quota_bytes = quota_bytes
        self._free = free
        self._clock = clock
        self._looked_at = float("-inf")
        self._spare_bytes: int | None = None
        self._lacked = False
        self.used_bytes = 0

    def grew(self, size_bytes: int) -> None:
        """So much came, or went."""
        self.used_bytes += size_bytes

    def lack_bytes(self, coming_bytes: int = 0) -> int:
        """How much has to go before there is room again, also for what is still to come; 0 when there is."""
        quota = self._quota_bytes()
        over = max(self.used_bytes + coming_bytes - quota, 0) if quota > 0 else 0
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS or self._lacked:
            self._looked_at = now
            self._spare_bytes = self._look()
        lack = 0 if self._spare_bytes is None else max(coming_bytes - self._spare_bytes, 0)
        self._lacked = lack > 0
        return max(over, lack)

    def _look(self) -> int | None:
        """What is free on the disk, less the reserve; ``None`` when the disk does not say."""
        try:
            free, total = self._free(self._folder)
        except OSError:
            return None
        return free - reserve_bytes(total)
