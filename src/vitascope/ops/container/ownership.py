"""Hands folders of the container to the user that the server runs as.

``/config`` is a volume whose files another program may have written, so no symbolic link is followed: a link to
``/etc`` in there must not give that away.
"""

import os
from pathlib import Path


def hand_over(folder: Path, uid: int, gid: int) -> int:
    """Gives everything in ``folder``, and itself, to a user; returns how many entries had another owner.

    Raises ``OSError`` when an entry cannot be given.
    """
    changed = _give(folder, uid, gid, None)
    for _, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            changed += _give(Path(name), uid, gid, descriptor)
    return changed


def _give(path: Path, uid: int, gid: int, descriptor: int | None) -> int:
    try:
        found = os.stat(path, dir_fd=descriptor, follow_symlinks=False)
        if (found.st_uid, found.st_gid) == (uid, gid):
            return 0
        os.chown(path, uid, gid, dir_fd=descriptor, follow_symlinks=False)
    except FileNotFoundError:
        return 0  # removed meanwhile
    return 1
