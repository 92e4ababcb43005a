"""Exchanges the state in use for another one, so that a kill at any point leaves one of the two.

The new state lies whole and checked in a folder beside the support directory, and a journal names what will be renamed.
From the moment the journal is on the disk the exchange only goes forward: whoever comes next (the server at its start,
``backup restore --resume``) finishes it. Before that moment nothing has been touched. Every step can be repeated: what
a rename has moved is not there any more.

What was in use lies in ``<support dir>.before-restore-<time>``. It can be exchanged back until it is forgotten, which
happens a day after the restored state was started.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

import msgspec

from vitascope.ops.atomic import write_atomically
from vitascope.ops.backup.errors import BackupError, CannotWrite, NotHere, StillRunning
from vitascope.ops.paths import SupportDir

KEPT_SECONDS = 86_400


class State(StrEnum):
    """Where an exchange is."""

    SWAPPING = "swapping"
    WAITING = "waiting"
    """Done; the restored state has not been started yet."""
    STARTED = "started"
    FORGETTING = "forgetting"


class Unit(msgspec.Struct, frozen=True):
    """A file or folder that is renamed as a whole."""

    name: str
    had_old: bool
    has_new: bool


class Schemas(msgspec.Struct, frozen=True):
    """The same for the tables of a PostgreSQL database."""

    source: str
    keep: str


def schema_name(kind: str, stamp: str) -> str:
    """A schema's name. Several servers may keep schemas in one database, so the time alone is not enough."""
    return f"vitascope_{kind}_{stamp.lower()}_{secrets.token_hex(4)}"


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """What is being exchanged."""

    state: State
    stamp: str
    source: str
    """The folder, beside the support directory, that holds the new state."""
    kept: str
    """The folder beside it for the old one."""
    units: tuple[Unit, ...]
    schemas: Schemas | None = None
    origin: str = ""
    """The name of the backup, for a person."""
    older: tuple[str, ...] = ()
    """Folders of exchanges before this one whose outcome was never started."""
    older_schemas: tuple[str, ...] = ()
    started_at: int | None = None


class Place:
    """The support directory and what lies beside it for an exchange."""

    def __init__(self, support: SupportDir) -> None:
        self.root = support.root
        self.parent = support.root.parent
        self._journal = self.parent / f"{self.root.name}.restore.json"
        self._lock = self.parent / f"{self.root.name}.restore.lock"

    def beside(self, name: str) -> Path:
        """A folder beside the support directory."""
        return self.parent / name

    def name(self, kind: str, stamp: str) -> str:
        """What a folder beside it is called."""
        return f"{self.root.name}.{kind}-{stamp}"

    def journal(self) -> Journal | None:
        """The journal, ``None`` when there is none."""
        try:
            journal = msgspec.json.decode(self._journal.read_bytes(), type=Journal)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise BackupError(f"{self._journal} cannot be read: {error}") from error
        self._check(journal)
        return journal

    def _check(self, journal: Journal) -> None:
        """The folder may be another's who runs the server, and root may be who reads the journal: what it names is
        moved and removed, so it must lie here."""
        for name in (journal.source, journal.kept, *journal.older):
            if not name.startswith(f"{self.root.name}.") or "/" in name or "\0" in name:
                raise BackupError(f"{self._journal} names a folder that is none of a restore: {name!r}")
        for unit in journal.units:
            if any(part in ("", ".", "..") for part in unit.name.split("/")) or "\0" in unit.name:
                raise BackupError(f"{self._journal} names what lies outside the support directory: {unit.name!r}")

    def write(self, journal: Journal) -> None:
        """Puts the journal on the disk."""
        try:
            write_atomically(self._journal, msgspec.json.format(msgspec.json.encode(journal), indent=1))
        except OSError as error:
            raise CannotWrite(f"{self._journal}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is exchanged any more, and nothing can be exchanged back."""
        self._journal.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Raises :class:`StillRunning` when another restore is at work."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CannotWrite(f"{self._lock}: {error.strerror}") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StillRunning(f"a restore of {self.root} is under way") from error
            yield
        finally:
            os.close(descriptor)

    def leftovers(self) -> list[Path]:
        """Folders of restores that were killed before they touched anything, or after all was exchanged."""
        journal = self.journal()
        used = journal.source if journal is not None and journal.state is State.SWAPPING else ""
        return [path for path in self.parent.glob(f"{self.root.name}.restoring-*") if path.name != used]


def plan(place: Place, source: Path, names: list[str]) -> tuple[Unit, ...]:
    """What an exchange with ``source`` will do; raises :class:`CannotWrite` when a rename could not work."""
    units = []
    device = place.root.lstat().st_dev
    for name in names:
        old, new = place.root / name, source / name
        unit = Unit(name=name, had_old=os.path.lexists(old), has_new=os.path.lexists(new))
        if unit.had_old and old.lstat().st_dev != device:
            raise CannotWrite(f"{old} lies on a disk of its own and cannot be exchanged: unmount it for the restore")
        if unit.had_old or unit.has_new:
            units.append(unit)
    return tuple(units)


def begin(place: Place, journal: Journal, url: str | None) -> None:
    """Exchanges; from here on it only goes forward."""
    place.write(journal)
    go_on(place, url)


def go_on(place: Place, url: str | None) -> None:
    """Finishes an exchange that was begun."""
    journal = place.journal()
    if journal is None or journal.state is not State.SWAPPING:
        return
    if journal.schemas is not None:
        if url is None:
            raise BackupError("a restore was interrupted: name the database (--database) so that it can be finished")
        from vitascope.ops.backup import postgres_copy  # what it needs is not loaded at every start

        postgres_copy.exchange(url, journal.schemas.source, journal.schemas.keep)
    source, kept = place.beside(journal.source), place.beside(journal.kept)
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        for unit in journal.units:
            _exchange(place.root, source, kept, unit)
        _sync(place.parent)
    except OSError as error:
        raise CannotWrite(
            f"{error.filename}: {error.strerror}; finish with: vitascope backup restore --resume"
        ) from error
    place.write(msgspec.structs.replace(journal, state=State.WAITING))
    shutil.rmtree(source, ignore_errors=True)


def _exchange(root: Path, source: Path, kept: Path, unit: Unit) -> None:
    old, new, aside = root / unit.name, source / unit.name, kept / unit.name
    if unit.has_new and not os.path.lexists(new):
        return  # done before
    if unit.had_old and not os.path.lexists(aside):
        aside.parent.mkdir(parents=True, exist_ok=True)
        old.rename(aside)
        _sync(aside.parent)
    if unit.has_new:
        old.parent.mkdir(parents=True, exist_ok=True)
        _clear(old)
        new.rename(old)
    _sync(old.parent)


def _clear(path: Path) -> None:
    """What a program put there between two steps is neither the old state nor the new one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(support: SupportDir, url: str | None) -> str | None:
    """What must be done before the files are used: finishes what a killed restore began, and clears away what one left
    that had touched nothing. Returns what was finished, for a person.

    Raises:
        StillRunning: a restore is at work this moment.
    """
    place = Place(support)
    if not place.parent.is_dir():
        return None
    journal = place.journal()
    if journal is None and not place.leftovers():
        return None
    with place.locked():
        for left in place.leftovers():
            shutil.rmtree(left, ignore_errors=True)
        journal = place.journal()
        if journal is None:
            return None
        if journal.state is State.FORGETTING:
            _forget(place, journal, url)
        if journal.state is not State.SWAPPING:
            return None
        go_on(place, url)
        return f"A restore of {journal.origin or 'the old state'} had been interrupted, and was finished."


def is_interrupted(place: Place) -> bool:
    """Whether the files are not those of one state."""
    journal = place.journal()
    return journal is not None and journal.state is State.SWAPPING


def refuse_interrupted(place: Place) -> None:
    """Raises :class:`StillRunning` when a restore must be finished before anything else is done with the files."""
    if is_interrupted(place):
        raise StillRunning(
            f"a restore of {place.root} was interrupted: finish it first (vitascope backup restore --resume)"
        )


def is_first_start(support: SupportDir) -> bool:
    """Whether what is in use was restored and has not been started before."""
    journal = Place(support).journal()
    return journal is not None and journal.state is State.WAITING


def confirm_start(support: SupportDir, now: float) -> None:
    """The restored state was started and works."""
    place = Place(support)
    journal = place.journal()
    if journal is not None and journal.state is State.WAITING:
        place.write(msgspec.structs.replace(journal, state=State.STARTED, started_at=int(now)))


def forget_old(support: SupportDir, url: str | None, now: float) -> bool:
    """Removes the state from before a restore when a day has passed since the restored one was started."""
    place = Place(support)
    journal = place.journal()
    if journal is None or journal.state is not State.STARTED or journal.started_at is None:
        return False
    if now - journal.started_at < KEPT_SECONDS:
        return False
    with place.locked():
        place.write(msgspec.structs.replace(journal, state=State.FORGETTING))
        _forget(place, journal, url)
    return True


def _forget(place: Place, journal: Journal, url: str | None) -> None:
    for name in (journal.kept, *journal.older):
        shutil.rmtree(place.beside(name), ignore_errors=True)
    if journal.schemas is not None and url is not None:
        from vitascope.ops.backup import postgres_copy

        for schema in (journal.schemas.keep, *journal.older_schemas):
            postgres_copy.drop(url, schema)
    place.close()


def undo(place: Place, stamp: str, url: str | None) -> Path:
    """Exchanges back; returns where the state lies that was in use. The caller holds the lock, and no server runs."""
    journal = place.journal()
    if journal is None or journal.state is State.FORGETTING:
        raise NotHere(f"there is no state from before a restore beside {place.root}")
    kept = place.beside(journal.kept)
    if not kept.is_dir():
        raise NotHere(f"{kept} is not there any more")
    schemas = None
    if journal.schemas is not None:
        schemas = Schemas(source=journal.schemas.keep, keep=schema_name("undone", stamp))
    again = Journal(
        state=State.SWAPPING,
        stamp=stamp,
        source=journal.kept,
        kept=place.name("undone-restore", stamp),
        units=plan(place, kept, [unit.name for unit in journal.units]),
        schemas=schemas,
        older=journal.older,
        older_schemas=journal.older_schemas,
    )
    begin(place, again, url)
    return place.beside(again.kept)


def older_of(journal: Journal | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders and schemas that a new exchange must remember to forget."""
    if journal is None:
        return (), ()
    schemas = () if journal.schemas is None else (journal.schemas.keep,)
    return (journal.kept, *journal.older), (*schemas, *journal.older_schemas)


def remove_quietly(folder: Path) -> None:
    """Removes a folder that nobody needs."""
    with suppress(OSError):
        shutil.rmtree(folder)
