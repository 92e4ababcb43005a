"""Puts the state of a backup in the place of the one in use.

First everything is read, compared and opened in a folder beside the support directory; the server may still be kept
from starting all that time, but nothing of it is touched. Then the two are exchanged by renames (:mod:`.swap`).

The machine identifier and the claim come out of the backup with the preferences and the database: the restored server
is the one that was backed up, wherever it is restored, and clients and tokens know it again. Cache, logs and what else
a backup does not hold stay as they are. A database of an older version is upgraded when the server starts.
"""

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

from vitascope.ops.atomic import write_atomically
from vitascope.ops.backup import contents, swap
from vitascope.ops.backup.archive import extract
from vitascope.ops.backup.create import NO_MANAGER, refuse_live, stopped, undisturbed
from vitascope.ops.backup.errors import BackupError, CannotWrite, StillRunning
from vitascope.ops.backup.manifest import Manifest
from vitascope.ops.backup.progress import Progress, silent
from vitascope.ops.backup.verify import check_staged
from vitascope.ops.managers import Manager
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine
from vitascope.store.engine import take_lock
from vitascope.store.errors import StoreLocked

_PACKAGE_STATE = "Vitascope/store.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOrder:
    """What to restore, and where."""

    support: SupportDir
    archive: Path
    identities: Sequence[Any] = ()
    engine: Engine | None = None
    """What the backup must be of; ``None`` takes either."""
    database: str | None = None
    """The PostgreSQL database that a backup of one is restored into."""
    manager: Manager = NO_MANAGER
    package_state: Path | None = None
    """Where the package's state lies when that is outside the support directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, and where the old state is."""

    manifest: Manifest
    kept: Path


def stamp_of(now: float) -> str:
    """A time as it stands in the names of folders."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")


def restore(order: RestoreOrder, progress: Progress = silent, *, now: Callable[[], float] = time.time) -> Restored:
    """Restores.

    Raises:
        BackupError: nothing was touched; or, for a :class:`CannotWrite` that says so, ``--resume`` finishes it.
        ManagerError: the original could not be stopped (nothing was touched) or started again.
    """
    place = swap.Place(order.support)
    with ExitStack() as stack:
        made = _make(place)
        stack.enter_context(place.locked())
        for left in place.leftovers():
            swap.remove_quietly(left)
        swap.refuse_interrupted(place)
        managed = order.manager.running()
        if not managed:
            stack.enter_context(no_server(order.support, order.database))
        stamp = _free_stamp(place, now())
        staging = place.beside(place.name("restoring", stamp))
        schema = None
        try:
            plan, schema = _stage(order, staging, stamp, progress)
            with (
                stopped(order.manager, progress, may_start=lambda: not swap.is_interrupted(place)),
                no_server(order.support, order.database) if managed else nullcontext(),
            ):
                refuse_live(order.support.root)
                _exchange(order, place, plan, staging, stamp, schema, progress)
        except BaseException:
            journal = place.journal()
            if journal is None or journal.source != staging.name:
                swap.remove_quietly(staging)
                _drop_schema(order.database, schema)
                _unmake(order.support, made)
            raise
        return Restored(manifest=plan, kept=place.beside(place.name("before-restore", stamp)))


def resume(support: SupportDir, database: str | None, manager: Manager = NO_MANAGER) -> str | None:
    """Finishes a restore that was interrupted; returns what was done."""
    place = swap.Place(support)
    if not swap.is_interrupted(place):
        return swap.settle(support, database)
    with stopped(manager, may_start=lambda: not swap.is_interrupted(place)), no_server(support, database):
        refuse_live(support.root)
        with undisturbed():
            return swap.settle(support, database)


def undo(support: SupportDir, database: str | None, manager: Manager, *, now: Callable[[], float] = time.time) -> Path:
    """Puts back what was in use before the last restore; returns where the restored state lies now."""
    place = swap.Place(support)
    with place.locked():
        swap.refuse_interrupted(place)
        with stopped(manager, may_start=lambda: not swap.is_interrupted(place)), no_server(support, database):
            refuse_live(support.root)
            with undisturbed():
                return swap.undo(place, _free_stamp(place, now()), database)


def _drop_schema(database: str | None, schema: str | None) -> None:
    if database is None or schema is None:
        return
    from vitascope.ops.backup import postgres_copy

    with suppress(BackupError):
        postgres_copy.drop(database, schema)


def _make(place: swap.Place) -> list[Path]:
    """Makes the support directory; returns the folders that were not there, innermost first."""
    missing = [folder for folder in (place.root, *place.root.parents) if not folder.exists()]
    try:
        place.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{error.filename}: {error.strerror}") from error
    if place.root.stat().st_dev != place.parent.stat().st_dev:
        raise CannotWrite(
            f"{place.root} is a disk of its own: a restore needs a folder beside it on the same disk; "
            "mount the disk one folder higher"
        )
    return missing


def _unmake(support: SupportDir, made: list[Path]) -> None:
    """Removes the folders that were made for a restore that came to nothing, as far as nobody uses them."""
    if not made:
        return
    with suppress(OSError):
        support.database.with_name(f"{support.database.name}.lock").unlink(missing_ok=True)
    for folder in (support.databases, support.databases.parent, *made):
        with suppress(OSError):
            folder.rmdir()


def _free_stamp(place: swap.Place, at: float) -> str:
    while any(place.parent.glob(f"{place.root.name}.*-{stamp_of(at)}")):
        at += 1
    return stamp_of(at)


@contextmanager
def no_server(support: SupportDir, database: str | None) -> Iterator[None]:
    """No server of ours works on these files, and none begins to. Raises :class:`StillRunning`."""
    if _answers(support.socket):
        raise StillRunning(f"a server runs for {support.root}: stop it first")
    with ExitStack() as stack:
        if database is not None:
            from vitascope.ops.backup import postgres_copy

            stack.enter_context(postgres_copy.locked(database))
        support.databases.mkdir(parents=True, exist_ok=True)
        try:
            stack.callback(os.close, take_lock(support.database))
        except StoreLocked as error:
            raise StillRunning(f"a server writes to {support.database}: stop it first") from error
        yield


def _answers(path: Path) -> bool:
    if not path.exists():
        return False
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(10)
            connection.connect(f"/proc/self/fd/{folder}/{path.name}")
            return True
    except OSError:
        return False
    finally:
        os.close(folder)


def _stage(order: RestoreOrder, staging: Path, stamp: str, progress: Progress) -> tuple[Manifest, str | None]:
    try:
        staging.mkdir(mode=0o700)
    except OSError as error:
        raise CannotWrite(f"{staging}: {error.strerror}") from error
    plan = extract(order.archive, order.identities, staging, progress, what="checking the backup")
    _check_fits(order, plan)
    progress("opening the database", 1.0)
    check_staged(staging, plan)
    schema = None
    if plan.database == "postgresql" and order.database is not None:
        from vitascope.ops.backup import postgres_copy

        schema = swap.schema_name("restoring", stamp)
        try:
            postgres_copy.load(order.database, schema, plan.revision, staging / contents.TABLES, plan.tables)
        except BaseException:
            _drop_schema(order.database, schema)
            raise
        shutil.rmtree(staging / contents.TABLES)
    _keep_made_pictures(order.support.root, staging / contents.PICTURES)
    _give_to_owner(order.support.root, staging)
    return plan, schema


def _check_fits(order: RestoreOrder, plan: Manifest) -> None:
    if order.engine is not None and plan.engine != order.engine:
        raise BackupError(f"this is a backup of the engine {plan.engine}, not of {order.engine}")
    if plan.database == "postgresql" and order.database is None:
        raise BackupError("this is a backup of a PostgreSQL database: name one to restore into (--database)")
    if plan.database == "sqlite" and order.database is not None:
        raise BackupError("this is a backup of a SQLite database: restore it without --database")


def _keep_made_pictures(root: Path, new: Path) -> None:
    """Pictures that the server made are in no backup. Those that are there are taken along: their names are made of
    their content, so they mean the same to every state.

    What root takes along it then gives to the owner of the support directory; so no link is followed on the way, and
    only files are taken that are the owner's already.
    """
    owner = root.stat().st_uid
    with suppress(FileNotFoundError, NotADirectoryError), _folder_below(root, contents.PICTURES) as pictures:
        for folder, _, names, descriptor in os.fwalk(".", dir_fd=pictures, follow_symlinks=False):
            target = new / folder
            target.mkdir(parents=True, exist_ok=True)
            for name in names:
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if S_ISREG(found.st_mode) and found.st_uid == owner:
                    with suppress(FileExistsError):
                        os.link(name, target / name, src_dir_fd=descriptor, follow_symlinks=False)


@contextmanager
def _folder_below(root: Path, name: str) -> Iterator[int]:
    """A descriptor of a folder; a link anywhere on the way is no folder (``NotADirectoryError``)."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    with ExitStack() as stack:
        descriptor = os.open(root, flags & ~os.O_NOFOLLOW)
        stack.callback(os.close, descriptor)
        for part in name.split("/"):
            descriptor = os.open(part, flags, dir_fd=descriptor)
            stack.callback(os.close, descriptor)
        yield descriptor


def _give_to_owner(root: Path, staging: Path) -> None:
    """What root restores belongs to whom the support directory belongs."""
    owner = root.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for _, folders, names, descriptor in os.fwalk(staging, follow_symlinks=False):
        for name in (*folders, *names):
            os.chown(name, owner.st_uid, owner.st_gid, dir_fd=descriptor, follow_symlinks=False)


def _exchange(
    order: RestoreOrder,
    place: swap.Place,
    plan: Manifest,
    staging: Path,
    stamp: str,
    schema: str | None,
    progress: Progress,
) -> None:
    progress("exchanging", 0.0)
    os.sync()  # the new state is on the disk before the journal says so
    members = frozenset(member.name for member in plan.members)
    names = contents.units(
        order.support.root, Engine(plan.engine), members, own_database=contents.OUR_DATABASE in members
    )
    older, older_schemas = swap.older_of(place.journal())
    journal = swap.Journal(
        state=swap.State.SWAPPING,
        stamp=stamp,
        source=staging.name,
        kept=place.name("before-restore", stamp),
        units=swap.plan(place, staging, names),
        schemas=None if schema is None else swap.Schemas(source=schema, keep=swap.schema_name("before", stamp)),
        origin=order.archive.name,
        older=older,
        older_schemas=older_schemas,
    )
    with undisturbed():
        swap.begin(place, journal, order.database)
    if order.package_state is not None and _PACKAGE_STATE in members:
        write_atomically(order.package_state, (order.support.root / _PACKAGE_STATE).read_bytes())
    progress("exchanging", 1.0)
