"""Is a file the library knows still where it was? Only a root that is there can tell.

A scan of one root meets items that have files in others. A file that cannot be found there is gone only when that root
is present; while it is away, its files are taken to be where they were.
"""

import os
from collections.abc import Iterable

from vitascope.sources.folders import Present, check
from vitascope.store.rows import FileRow, LocationRow


class Roots:
    """The roots of a section, each looked at once in a scan and only when asked about."""

    def __init__(self, locations: Iterable[LocationRow], *, limit_s: float = 30.0) -> None:
        self._locations = {location.id: location for location in locations}
        self._limit_s = limit_s
        self._present: dict[int, bool] = {}

    def path(self, row: FileRow) -> bytes | None:
        """The absolute path of a file, ``None`` for one in another section."""
        location = self._locations.get(row.location_id)
        return None if location is None else location.path.rstrip(b"/") + b"/" + row.path

    def is_gone(self, row: FileRow) -> bool:
        """Whether a file is surely no longer where it was."""
        path = self.path(row)
        return path is not None and not os.path.lexists(path) and self._is_present(row.location_id)

    def has_left(self, row: FileRow) -> bool:
        """Whether a file is surely gone from where it was, or is not what it was."""
        path = self.path(row)
        if path is None:
            return False
        try:
            status = os.stat(path)
        except OSError:
            return self.is_gone(row)
        return status.st_size != row.size_bytes or status.st_mtime_ns != row.mtime_ns

    def _is_present(self, location_id: int) -> bool:
        known = self._present.get(location_id)
        if known is None:
            location = self._locations[location_id]
            known = isinstance(check(location.path, location, limit_s=self._limit_s), Present)
            self._present[location_id] = known
        return known
