"""How much was fetched in which month: rclone counts from its start on, and a restart must not forget the month.

Kept in a small file; what came since it was last written is lost when the server is killed.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from vitascope.sources.rclone.registry import Write


class _Month(msgspec.Struct, kw_only=True):
    month: str
    bytes: int = 0


class Traffic:
    """The bytes of this month by source."""

    def __init__(self, path: Path, write: Write, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._write = write
        self._clock = clock
        self._months = self._read()
        self._seen: dict[str, int] = {}
        self._changed = False

    def _read(self) -> dict[str, _Month]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Month])
        except (OSError, msgspec.MsgspecError):
            return {}

    def _this_month(self, name: str) -> _Month:
        month = time.strftime("%Y-%m", time.gmtime(self._clock()))
        found = self._months.get(name)
        if found is None or found.month != month:
            found = self._months[name] = _Month(month=month)
        return found

    def begins(self, name: str) -> None:
        """rclone begins to count anew."""
        self._seen[name] = 0

    def saw(self, name: str, transferred_bytes: int) -> None:
        """rclone's own count is that far."""
        more = transferred_bytes - self._seen.get(name, 0)
        self._seen[name] = transferred_bytes
        if more > 0:
            self._this_month(name).bytes += more
            self._changed = True

    def fetched(self, name: str) -> int:
        """The bytes of this month."""
        return self._this_month(name).bytes

    def forget(self, name: str) -> None:
        """The source is gone."""
        self._changed = self._months.pop(name, None) is not None or self._changed
        self._seen.pop(name, None)

    def rename(self, name: str, new: str) -> None:
        """The source is called otherwise."""
        found = self._months.pop(name, None)
        self._seen.pop(name, None)
        if found is not None:
            self._months[new] = found
            self._changed = True

    def save(self) -> None:
        """Writes what is new; a disk that is full costs the figure and nothing else. Blocks."""
        if self._changed:
            self._changed = False
            with suppress(OSError):
                self._write(self._path, msgspec.json.encode(self._months))
