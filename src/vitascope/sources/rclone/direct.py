"""One source that is read directly: rclone serves it by WebDAV over a socket, and nothing is mounted.

The socket lies in the folder of running sources, which is the server's user's alone (0700): who cannot enter it cannot
ask, so there is no password that could be overheard. Paths below the point are far (:mod:`vitascope.media.reach`); a
folder of this machine at that place would be hidden by it, so it must be empty or missing.
"""

import os
from pathlib import Path

from vitascope.media import reach
from vitascope.media.reach.dial import connect
from vitascope.sources.mounts import mounted_at, unmount
from vitascope.sources.rclone.command import Places
from vitascope.sources.rclone.control import Control
from vitascope.sources.rclone.kept import Kept, MountError
from vitascope.sources.rclone.look import Seen
from vitascope.sources.rclone.process import end_leftover, note_of
from vitascope.sources.rclone.program import reason_in
from vitascope.sources.rclone.registry import without
from vitascope.sources.rclone.source import Source

_EVERY_ERROR = "superfluous response.WriteHeader"
"""A line that comes with each listing that fails, and says nothing."""


def point_of(source: Source, places: Places) -> reach.Point:
    """The line of the table of far paths that a source is."""
    return reach.Point(
        path=source.point,
        socket=str(places.running.absolute() / places.media_socket_name(source.name)),
        timed=not source.flags.no_modtime,
    )


class Direct(Kept):
    """One source that rclone serves for this process."""

    @property
    def _point(self) -> reach.Point:
        return point_of(self._source, self._places)

    def _look(self) -> Seen:
        from vitascope.media.reach import webdav  # only where there is such a source

        found = webdav.listing(reach.Far(self._point, b""), self._source.point)
        return Seen(is_mount=True, names=frozenset(entry.name for entry in found))

    def _is_there(self) -> bool:
        try:
            connect(self._point.socket).close()
        except OSError:
            return False
        return True

    def _prepare(self) -> None:
        note = note_of(self._places.running, self._source.name)
        was_ours = note.exists()
        end_leftover(note)
        if was_ours and mounted_at(self._source.point) is not None:
            unmount(self._source.point)  # it was mounted until its owner changed that
        try:
            if os.path.lexists(self._source.point) and any(Path(self._source.mount).iterdir()):
                raise MountError(f"{self._source.mount} is not empty: its files would be hidden")
            self._make_folders()
        except OSError as error:
            raise MountError(f"{error.filename or self._source.mount}: {error.strerror}") from error

    async def _why(self) -> str:
        """The server answers an error without a word in its log; asked by the remote control, rclone tells."""
        control = Control(self._places.running, self._places.socket_name(self._source.name))
        said = await control.why_not(self._source.address)
        return reason_in([without(self._secrets, said)]) if said else ""

    def _hear(self, line: str) -> None:
        if _EVERY_ERROR not in line:
            super()._hear(line)

    def _clear_away(self) -> None:
        """Its socket is taken away with that of the remote control."""
