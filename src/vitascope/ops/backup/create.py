"""Makes one backup: copies, sums, and writes the archive under a name of its own until it is whole.

Everything is read twice: for the sums in the manifest, which comes first, and into the archive, where each sum is
compared. What changed in between (a server may run) is not guessed at: the archive is begun again. It is written below
a temporary name, flushed to the disk and renamed; one that fails leaves nothing behind.
"""

import hashlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from vitascope import __version__
from vitascope.ops.backup import contents, manifest, sqlite_copy, tarball
from vitascope.ops.backup.contents import Found
from vitascope.ops.backup.errors import BackupError, CannotWrite, NotHere
from vitascope.ops.backup.keys import NOBODY, Recipients
from vitascope.ops.backup.manifest import Manifest, Member
from vitascope.ops.backup.progress import Progress, silent
from vitascope.ops.backup.seal import Sealer
from vitascope.ops.managers import Manager, NoManager
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine

SUFFIX = ".tar.zst"
SEALED_SUFFIX = ".tar.zst.age"
PARTIAL_SUFFIX = ".partial"
_READ_BYTES = 1 << 20
_ATTEMPTS = 4
NO_MANAGER = NoManager()


class _Changed(Exception):
    """A file is not what it was when its sum was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to back up, and where to."""

    support: SupportDir
    folder: Path
    recipients: Recipients = NOBODY
    unencrypted: bool = False
    """Must be asked for where there are no recipients."""
    engine: Engine = Engine.VITASCOPE
    database: str | None = None
    """A PostgreSQL URL; ``None`` is the SQLite file."""
    package_state: Path | None = None
    """Where the package's state lies when that is outside the support directory."""
    manager: Manager = NO_MANAGER
    """Stops and starts the original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made."""

    path: Path
    manifest: Manifest
    size_bytes: int
    encrypted: bool


def create(order: Order, progress: Progress = silent, *, now: Callable[[], float] = time.time) -> Made:
    """Makes a backup.

    Raises:
        BackupError: and then there is no new file in the folder.
        ManagerError: the original could not be stopped or started.
    """
    if not order.recipients.texts and not order.unencrypted:
        raise BackupError(
            "no recipient: name at least one age key that can open the backup (or ask for an unencrypted one)"
        )
    if not order.support.root.is_dir():
        raise NotHere(f"{order.support.root} is not there: nothing to back up")
    with _writing_errors(order.folder):
        order.folder.mkdir(parents=True, exist_ok=True)
        sweep(order.folder)
    manager = order.manager if order.engine is Engine.PLEX else NO_MANAGER  # ours is copied while it runs
    with stopped(manager, progress):
        if order.engine is Engine.PLEX:
            refuse_live(order.support.root)
        for attempt in range(_ATTEMPTS):
            try:
                return _create(order, progress, now)
            except _Changed as change:
                if attempt == _ATTEMPTS - 1:
                    raise BackupError(f"{change} changes all the time and cannot be backed up") from change
    raise AssertionError("not reached")


@contextmanager
def stopped(
    manager: Manager, progress: Progress = silent, *, may_start: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """The service is stopped for as long as the block runs, and started again whatever happens in it, if it ran;
    unless ``may_start`` says at the end that its files are not those of one state."""
    ran = manager.running()
    try:
        if ran:
            progress(f"stopping {manager.describe()}", 0.0)
            manager.stop()
        yield
    finally:
        if ran and may_start():
            progress(f"starting {manager.describe()}", 1.0)
            with undisturbed():
                manager.start()


@contextmanager
def undisturbed() -> Iterator[None]:
    """No signal interrupts the block. They get a handler that does nothing: one that is ignored or blocked would stay
    so in the programs that are started meanwhile, and a server that cannot be asked to end would be the result."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def refuse_live(root: Path) -> None:
    """The original says in a file of its own who runs."""
    with suppress(OSError, ValueError):
        pid = int((root / "plexmediaserver.pid").read_text())
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        if name.startswith("Plex Media"):
            raise BackupError(f"the original server runs (process {pid}): stop it, or name its manager")


@contextmanager
def _writing_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(f"{error.filename or folder}: {error.strerror}") from error


def sweep(folder: Path) -> None:
    """Removes what killed attempts left. A file that is being written is locked by its writer, and stays."""
    import fcntl

    for left in folder.glob(f"plex-*{PARTIAL_SUFFIX}"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink(missing_ok=True)


@contextmanager
def scratch(support: SupportDir) -> Iterator[Path]:
    """A folder for copies that must not be seen by others; what killed attempts left is removed."""
    import fcntl

    parent = support.cache / "Backup"
    with _writing_errors(parent), ExitStack() as stack:
        parent.mkdir(parents=True, exist_ok=True)
        whole = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, whole)
        fcntl.flock(whole, fcntl.LOCK_EX)  # nobody clears away what is not locked yet
        for left in parent.iterdir():
            with suppress(OSError):
                descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(descriptor)
        folder = Path(tempfile.mkdtemp(dir=parent))
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _create(order: Order, progress: Progress, now: Callable[[], float]) -> Made:
    with scratch(order.support) as folder:
        database, revision, tables, copied, pictures = _copy_database(order, folder, progress)
        files = [*copied, *contents.find_files(order.support.root, order.engine, pictures=pictures)]
        if order.package_state is not None and order.package_state.is_file():
            name = "Vitascope/store.json"
            files = [file for file in files if file.name != name]
            files.append(Found(name=name, path=order.package_state))
        if not any(file.name in (contents.PREFERENCES, contents.OUR_DATABASE) for file in files) and not tables:
            raise NotHere(f"{order.support.root} holds neither preferences nor a database: nothing to back up")
        plan = Manifest(
            version=__version__,
            engine=order.engine.value,
            machine_id=_machine_id(order.support),
            made_at=int(now()),
            database=database,
            revision=revision,
            tables=tables,
            members=tuple(_summed(files, progress)),
        )
        return _write(order, plan, [file.path for file in files], progress)


def _copy_database(
    order: Order, folder: Path, progress: Progress
) -> tuple[str, str, tuple[str, ...], list[Found], frozenset[str] | None]:
    """The kind of database, its revision and tables, the copies, and the pictures that it needs."""
    if order.engine is Engine.PLEX:
        return "sqlite", "", (), [], None

    def told(done: float) -> None:
        progress("copying the database", done)

    if order.database is not None:
        from vitascope.ops.backup import postgres_copy  # SQLAlchemy and Alembic are not loaded for SQLite

        with _writing_errors(folder):
            revision, tables = postgres_copy.dump(order.database, folder, told)
        copied = [Found(name=f"{contents.TABLES}/{name}.copy", path=folder / f"{name}.copy") for name in tables]
        return "postgresql", revision, tables, copied, postgres_copy.referenced_pictures(order.database)
    if not order.support.database.exists():
        return "sqlite", "", (), [], frozenset()
    copy = folder / "vitascope.db"
    sqlite_copy.copy_database(order.support.database, copy, told)
    revision = sqlite_copy.revision_of(copy)
    pictures = sqlite_copy.referenced_pictures(copy) if revision else frozenset()
    return "sqlite", revision, (), [Found(name=contents.OUR_DATABASE, path=copy)], pictures


def _machine_id(support: SupportDir) -> str:
    preferences = Preferences(support.preferences)
    try:
        preferences.peek()
        return preferences.machine_identifier
    except (PreferenceError, KeyError):
        return ""


def _summed(files: Sequence[Found], progress: Progress) -> Iterator[Member]:
    for number, file in enumerate(files):
        progress("reading", number / len(files))
        with _opened(file) as opened:
            state = os.fstat(opened.fileno())
            digest, size = hashlib.sha256(), 0
            while block := opened.read(_READ_BYTES):
                digest.update(block)
                size += len(block)
        yield Member(
            name=file.name,
            size_bytes=size,
            sha256=digest.hexdigest(),
            mode=state.st_mode & 0o777,
            mtime_s=min(max(int(state.st_mtime), 0), manifest.LATEST_S),
        )


@contextmanager
def _opened(file: Found) -> Iterator[BinaryIO]:
    try:
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise _Changed(file.name) from error
    except OSError as error:
        raise BackupError(f"{file.path} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb", buffering=0) as opened:
        try:
            yield opened
        except OSError as error:
            raise BackupError(f"{file.path} cannot be read: {error.strerror}") from error


def _write(order: Order, plan: Manifest, paths: Sequence[Path], progress: Progress) -> Made:
    import fcntl

    encrypted = bool(order.recipients.texts)
    target = _free_name(order.folder, plan, encrypted)
    partial = target.with_name(target.name + PARTIAL_SUFFIX)
    with _writing_errors(partial):
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:  # closing must not write
            fcntl.flock(file, fcntl.LOCK_EX)
            sealer = Sealer(file, order.recipients.loaded())
            try:
                _write_members(sealer, plan, paths, progress)
                sealer.finish()
            except BaseException:
                sealer.abort()
                raise
            with _writing_errors(partial):
                os.fsync(file.fileno())
                size = file.tell()
                partial.rename(target)
                _sync_folder(order.folder)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    return Made(path=target, manifest=plan, size_bytes=size, encrypted=encrypted)


def _free_name(folder: Path, plan: Manifest, encrypted: bool) -> Path:
    at = plan.made_at
    while True:
        stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
        path = folder / f"plex-{stamp}-{plan.version}{SEALED_SUFFIX if encrypted else SUFFIX}"
        if not path.exists() and not path.with_name(path.name + PARTIAL_SUFFIX).exists():
            return path
        at += 1


def _write_members(sealer: Sealer, plan: Manifest, paths: Sequence[Path], progress: Progress) -> None:
    text = manifest.encode(plan)
    written = 0

    def put(data: bytes) -> None:
        nonlocal written
        sealer.write(data)
        written += len(data)

    put(tarball.header(manifest.NAME, len(text), mode=0o600, mtime_s=plan.made_at))
    put(text)
    put(tarball.padding(len(text)))
    total, done = max(plan.total_bytes, 1), 0
    for member, path in zip(plan.members, paths, strict=True):
        put(tarball.header(manifest.ROOT + member.name, member.size_bytes, mode=member.mode, mtime_s=member.mtime_s))
        digest, left = hashlib.sha256(), member.size_bytes
        with _opened(Found(name=member.name, path=path)) as file:
            while left:
                block = file.read(min(left, _READ_BYTES))
                if not block:
                    raise _Changed(member.name)
                digest.update(block)
                put(block)
                left -= len(block)
                done += len(block)
                progress("writing", done / total)
            if file.read(1) or digest.hexdigest() != member.sha256:
                raise _Changed(member.name)
        put(tarball.padding(member.size_bytes))
    put(tarball.end(written))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
