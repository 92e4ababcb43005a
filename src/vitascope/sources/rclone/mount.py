"""One mount: made, looked at, taken away.

It is never made over something: a mount point that is a link, holds files (unless ``allow-non-empty`` is set) or has
been mounted by somebody else is left as it is. What a server of ours that was killed left there is cleared first.
"""

import errno
import os
from pathlib import Path

from vitascope.sources.mounts import missing_fuse, mounted_at, unmount
from vitascope.sources.rclone.kept import Kept, MountError
from vitascope.sources.rclone.look import Seen, look_at
from vitascope.sources.rclone.process import end_leftover, note_of


class Mount(Kept):
    """One source that is being mounted by this process."""

    def _look(self) -> Seen:
        return look_at(self._source.point)

    def _is_there(self) -> bool:
        return mounted_at(self._source.point) is not None

    def _clear(self) -> None:
        """Takes away what an earlier server left there. Blocks."""
        note = note_of(self._places.running, self._source.name)
        was_ours = note.exists()
        end_leftover(note)
        there = mounted_at(self._source.point)
        if there is None:
            return
        if not was_ours and not self._is_dead():
            raise MountError(f"something else is mounted there: {there.source} ({there.kind})")
        if not unmount(self._source.point):
            raise MountError(f"what was mounted there cannot be unmounted (umount -l {self._source.mount})")

    def _is_dead(self) -> bool:
        """Whether what is mounted there has no program behind it any more. That is answered at once."""
        try:
            os.stat(self._source.point)
        except OSError as error:
            return error.errno == errno.ENOTCONN
        return False

    def _prepare(self) -> None:
        """Clears the place, and makes the folders it needs. Blocks."""
        self._clear()
        reason = missing_fuse()
        if reason is not None:
            raise MountError(reason)
        point = Path(self._source.mount)
        try:
            point.mkdir(parents=True, exist_ok=True)
            if point.is_symlink():
                raise MountError(f"{point} is a link")
            if not self._source.flags.allow_non_empty and any(point.iterdir()):
                raise MountError(f"{point} is not empty: mounted over it, its files would be hidden (allow-non-empty)")
            self._make_folders()
        except OSError as error:
            raise MountError(f"{error.filename or point}: {error.strerror}") from error

    def _clear_away(self) -> None:
        unmount(self._source.point)
