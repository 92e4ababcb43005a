"""What belongs into a backup, and what a restore replaces.

Our own server: the database, the preferences, pictures that a person uploaded, profiles, plug-ins, sources with their
keys, and the package's state. Pictures that the server made itself (frames, composites) are left out, because it makes
them again. The original's files beside ours are the business of the engine ``plex``, which takes the whole support
directory.

Left out on both: Cache, Crash Reports, Updates and Codecs, which their server fetches or makes again; Logs, which are
no state; the transcoder's folder; what belongs to a running process (sockets, locks, pid files).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from vitascope.ops.service import Engine

LEFT_OUT = frozenset({"Cache", "Crash Reports", "Updates", "Codecs", "Logs", "Transcode", "transcode"})
DATABASES = "Plug-in Support/Databases"
OUR_DATABASE = f"{DATABASES}/vitascope.db"
PLEX_DATABASE = f"{DATABASES}/com.plexapp.plugins.library.db"
PREFERENCES = "Preferences.xml"
TABLES = "Vitascope.tables"
"""The folder of a PostgreSQL database's tables inside an archive."""
PICTURES = "Metadata/Vitascope"

_OURS = (PREFERENCES, PICTURES, "Profiles", "Plug-ins", "Sources", "Vitascope")
# The copy from which broken preferences are put right: it must not outlive what it is a copy of.
_REPLACED_TOO = ("Preferences.kept.xml",)
_OUR_DATABASE_FILES = (OUR_DATABASE, f"{OUR_DATABASE}-wal", f"{OUR_DATABASE}-shm")
# Written by a process for itself, or copies that the original makes of its own database every three days.
_OF_A_PROCESS = re.compile(r".*\.(?:pid|lock|sock|new|part)|.*\.db-\d{4}-\d\d-\d\d|.*\.db\.before-.*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that belongs into the backup."""

    name: str
    """Relative to the support directory, with ``/``."""
    path: Path


def find_files(root: Path, engine: Engine, *, pictures: frozenset[str] | None = None) -> Iterator[Found]:
    """The files below a support directory, in order of their names; databases of our own are not among them, since
    they are copied and not read. Links are not followed, and nothing but plain files is taken.

    Args:
        pictures: names of the pictures to take; ``None`` takes all.
    """
    if engine is Engine.PLEX:
        tops: list[str] = sorted(path.name for path in root.iterdir() if path.name not in LEFT_OUT)
    else:
        tops = [name for name in _OURS if (root / name).exists()]
    for top in tops:
        for found in _below(root / top, top):
            name = found.name.rpartition("/")[2]
            if _OF_A_PROCESS.fullmatch(name):
                continue
            if pictures is not None and found.name.startswith(f"{PICTURES}/") and name not in pictures:
                continue
            yield found


def _below(path: Path, name: str) -> Iterator[Found]:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if S_ISREG(mode):
        yield Found(name=name, path=path)
    elif S_ISDIR(mode):
        for child in sorted(path.iterdir()):
            yield from _below(child, f"{name}/{child.name}")


def units(root: Path, engine: Engine, members: frozenset[str], *, own_database: bool) -> list[str]:
    """The files and folders that a restore replaces as wholes; what is not among them stays.

    Args:
        members: names of the archive's files.
        own_database: the SQLite file is among what is restored.
    """
    if engine is Engine.VITASCOPE:
        return [*_OURS, *_REPLACED_TOO, *(_OUR_DATABASE_FILES if own_database else ())]
    there = {path.name for path in root.iterdir()} - LEFT_OUT if root.is_dir() else set[str]()
    return sorted(there | {name.partition("/")[0] for name in members})


def belongs(name: str, engine: Engine) -> bool:
    """Whether an archive of this engine may hold a file of this name."""
    top = name.partition("/")[0]
    if engine is Engine.PLEX:
        return top not in LEFT_OUT
    return name == OUR_DATABASE or top == TABLES or any(name == one or name.startswith(f"{one}/") for one in _OURS)
