"""The caches of sources that are no more: up to 20 GB each, which nobody would ever read again.

What was written through a mount and has not been uploaded yet lies there and nowhere else, so a cache that holds any of
that stays, and is named. rclone says which files those are in a small file beside each (``vfsMeta``, ``Dirty``).
"""

import logging
import shutil
from collections.abc import Collection
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)


class _Said(msgspec.Struct, frozen=True, rename="pascal"):
    """What rclone says of a file in its cache."""

    dirty: bool = False


def clear_leftovers(caches: Path, known: Collection[str]) -> None:
    """Removes the folders of all sources but the known ones. Blocks; what cannot be removed is left for later."""
    try:
        folders = [each for each in caches.iterdir() if each.is_dir() and not each.is_symlink()]
    except OSError:
        return
    for folder in (each for each in folders if each.name not in known):
        if (waiting := _not_uploaded(folder)) is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            log.warning("The cache of the former source %s stays: %s was never uploaded", folder.name, waiting)


def _not_uploaded(folder: Path) -> Path | None:
    """A file that lies in this cache alone."""
    meta = folder / "vfsMeta"
    for file in (each for each in meta.rglob("*") if not each.is_dir()):
        try:
            said = msgspec.json.decode(file.read_bytes(), type=_Said)
        except (OSError, msgspec.MsgspecError):
            said = _Said(dirty=True)  # whatever it is, it is not for us to throw away
        if said.dirty:
            return folder / "vfs" / file.relative_to(meta)
    return None
