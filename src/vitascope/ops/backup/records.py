"""The backups in a folder, and what is known of them: when each was verified, and how the last drill went.

That is written beside them (``vitascope-backups.json``), since it says something of those files and of no others. The
names tell when a backup was taken; a file that is missing is not missed.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from vitascope.ops.atomic import write_atomically
from vitascope.ops.backup.errors import NotHere
from vitascope.ops.backup.retention import Candidate, Keep, to_remove

FILE = "vitascope-backups.json"
_NAME = re.compile(r"plex-(\d{8}T\d{6}Z)-([^/]+?)\.tar\.zst(\.age)?")


class Look(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a look at a backup said."""

    at: int
    ok: bool
    message: str = ""


class Drill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the last drill went."""

    name: str
    at: int
    ok: bool
    message: str = ""


class Records(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the backups in a folder."""

    looks: dict[str, Look] = {}
    drill: Drill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup."""

    path: Path
    taken_at: float
    """Seconds since 1970."""
    version: str
    encrypted: bool
    size_bytes: int
    look: Look | None = None

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the health check asks about the newest backup."""

    taken_at: float
    verified_at: float | None
    drill_ok: bool | None
    message: str


def read_records(folder: Path) -> Records:
    """What is known; nothing when the file is not there or not readable: it can be found out again."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Records)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Records()


def find_backups(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first. Raises ``OSError`` when the folder cannot be read; one that is not there
    has none."""
    records = read_records(folder)
    found = []
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    for path in paths:
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        with suppress(FileNotFoundError, ValueError):
            found.append(
                Backup(
                    path=path,
                    taken_at=datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp(),
                    version=match[2],
                    encrypted=match[3] is not None,
                    size_bytes=path.stat().st_size,
                    look=records.looks.get(path.name),
                )
            )
    return sorted(found, key=lambda one: (one.taken_at, one.name), reverse=True)


def pick(folder: Path, name: str = "") -> Backup:
    """The backup of this name, or the newest. Raises :class:`NotHere`."""
    try:
        backups = find_backups(folder)
    except OSError as error:
        raise NotHere(f"{folder}: {error.strerror}") from error
    for backup in backups:
        if name in ("", backup.name):
            return backup
    raise NotHere(f"{folder} holds no backup {name}".rstrip())


def _change(folder: Path, change: Callable[[Records], Records]) -> None:
    names = {backup.name for backup in find_backups(folder)}
    records = change(read_records(folder))
    looks = {name: look for name, look in records.looks.items() if name in names}
    data = msgspec.json.encode(msgspec.structs.replace(records, looks=looks))
    write_atomically(folder / FILE, msgspec.json.format(data, indent=1))


def note_look(folder: Path, name: str, look: Look) -> None:
    """Remembers what a look said. Raises ``OSError``."""
    _change(folder, lambda records: msgspec.structs.replace(records, looks={**records.looks, name: look}))


def note_drill(folder: Path, drill: Drill) -> None:
    """Remembers how a drill went. Raises ``OSError``."""
    _change(folder, lambda records: msgspec.structs.replace(records, drill=drill))


def remove_old(folder: Path, keep: Keep) -> list[str]:
    """Removes what need not be kept; returns the names. Raises ``OSError``."""
    backups = find_backups(folder)
    candidates = [
        Candidate(name=one.name, taken_at=one.taken_at, verified=one.look is not None and one.look.ok)
        for one in backups
    ]
    removed = [one.name for one in to_remove(candidates, keep)]
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    return removed


def newest_facts(folder: Path) -> Facts | None:
    """What is known of the newest backup in a folder; ``None`` when there is none."""
    try:
        backups = find_backups(folder)
    except OSError:
        return None
    if not backups:
        return None
    newest, drill = backups[0], read_records(folder).drill
    look = newest.look
    messages = [one.message for one in (look, drill) if one is not None and not one.ok and one.message]
    return Facts(
        taken_at=newest.taken_at,
        verified_at=float(look.at) if look is not None and look.ok else None,
        drill_ok=None if drill is None else drill.ok,
        message="; ".join(messages) or newest.name,
    )
