"""Is a file the library knows still where it was? Only a root that is there can tell.

A scan of one root meets items that have files in others. A file that cannot be found there is gone only when that root
is present; while it is away, its files are taken to be where they were. The same holds for a folder inside a root that
another disk was mounted on: empty now, it says nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from vitascope.media import reach
from vitascope.sources.folders import MISSING, Away, Present, check
from vitascope.store.rows import FileRow, LocationRow


class Roots:
    """The roots of a section, each looked at once in a scan and only when asked about."""

    def __init__(
        self,
        locations: Iterable[LocationRow],
        *,
        mounts: Callable[[int], Sequence[bytes]] = lambda _location_id: (),
        limit_s: float = 30.0,
    ) -> None:
        self._locations = {location.id: location for location in locations}
        self._limit_s = limit_s
        self._mounts = mounts
        self._present: dict[int, bool] = {}
        self._mounts_away: dict[int, list[bytes]] = {}

    def mounts_away(self, location_id: int) -> list[bytes]:
        """The folders of a root that another disk with files was mounted on, and that are empty or silent now.

        One that is gone was taken away by somebody.
        """
        known = self._mounts_away.get(location_id)
        if known is None:
            known = [folder for folder in self._mounts(location_id) if self._is_away(location_id, folder)]
            self._mounts_away[location_id] = known
        return known

    def _is_away(self, location_id: int, folder: bytes) -> bool:
        path = self._locations[location_id].path.rstrip(b"/") + b"/" + folder
        answer = check(path, had_files=True, limit_s=self._limit_s)
        return isinstance(answer, Away) and answer.reason != MISSING

    def path(self, row: FileRow) -> bytes | None:
        """The absolute path of a file, ``None`` for one in another section."""
        location = self._locations.get(row.location_id)
        return None if location is None else location.path.rstrip(b"/") + b"/" + row.path

    def is_gone(self, row: FileRow) -> bool:
        """Whether a file is surely no longer where it was."""
        path = self.path(row)
        return (
            path is not None
            and not reach.lexists(path)
            and self._is_present(row.location_id)
            and not any(row.path.startswith(folder + b"/") for folder in self.mounts_away(row.location_id))
        )

    def has_left(self, row: FileRow) -> bool:
        """Whether a file is surely gone from where it was, or is not what it was."""
        path = self.path(row)
        if path is None:
            return False
        try:
            status = reach.stat(path)
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
