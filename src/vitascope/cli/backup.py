"""``vitascope backup``: makes, lists, verifies and restores backups.

A running server is asked for the backup that it makes each night. One that goes elsewhere (``--to``, ``--recipient``),
or of the original's files, is made here: that only reads, and SQLite gives the state of one moment to any process.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.ops.backup import records
from vitascope.ops.backup.create import Order, create
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.keys import load_identities, parse_recipients
from vitascope.ops.backup.progress import Progress as Told
from vitascope.ops.backup.restore import RestoreOrder, restore, resume, undo
from vitascope.ops.backup.retention import Keep
from vitascope.ops.backup.swap import Place, confirm_start, forget_old, refuse_interrupted
from vitascope.ops.backup.verify import verify_and_note
from vitascope.ops.managers import ManagerError, manager_of
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine
from vitascope.store.errors import StoreError

_ASK_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWish:
    """What was asked for."""

    config: Path
    folder: Path | None
    recipients: tuple[str, ...]
    recipients_files: tuple[Path, ...]
    unencrypted: bool
    engine: Engine
    manager: str
    database: str | None
    keep: str
    here: bool
    """Not by the running server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreWish:
    """What was asked for."""

    config: Path
    folder: Path | None
    backup: str
    identity: Path | None
    engine: Engine | None
    manager: str
    database: str | None
    undo: bool
    resume: bool


@contextmanager
def _told() -> Iterator[None]:
    """Failures as one line; SIGTERM as one too, so that what was stopped is started again."""

    def end(*_: object) -> None:
        raise CommandError("it was ended by a signal", exit_code=143)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except (BackupError, ManagerError, StoreError, PreferenceError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar(console: Console) -> Iterator[Told]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=1.0)
        yield lambda what, done: progress.update(bar, description=what, completed=done)


def _support(config: Path) -> SupportDir:
    return SupportDir.for_config(config.absolute(), os.environ)


def _package_state() -> Path | None:
    text = os.environ.get("VITASCOPE_STATE", "")
    return Path(text) if text else None


def default_folder(support: SupportDir, config: Path) -> Path:
    """Where backups lie unless the command line or the environment says otherwise."""
    preferences = Preferences(support.preferences)
    try:
        preferences.peek()
    except PreferenceError:
        return config.absolute() / "backups"
    chosen = preferences.text("ButlerDatabaseBackupPath").strip()
    return Path(chosen) if chosen else config.absolute() / "backups"


def _folder(config: Path, given: Path | None) -> Path:
    return given.expanduser().absolute() if given is not None else default_folder(_support(config), config)


def create_backup(wish: CreateWish) -> None:
    """Makes a backup, here or by the running server."""
    if not wish.here:
        try:
            _ask("/vitascope/backups", ServerClient(wish.config))
            return
        except NoServerError:
            pass
    with _told():
        _create_here(wish)


def _create_here(wish: CreateWish) -> None:
    support, folder = _support(wish.config), _folder(wish.config, wish.folder)
    try:
        keep = Keep.parse(wish.keep) if wish.keep else None
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from error
    manager = manager_of(wish.manager)
    order = Order(
        support=support,
        folder=folder,
        recipients=parse_recipients(wish.recipients, wish.recipients_files),
        unencrypted=wish.unencrypted,
        engine=wish.engine,
        database=wish.database,
        package_state=_package_state(),
        manager=manager,
    )
    refuse_interrupted(Place(support))
    if wish.engine is Engine.PLEX and manager.running():
        confirm_start(support, time.time())
        forget_old(support, wish.database, time.time())
    console = Console(emoji=False)
    with _bar(console) as told:
        made = create(order, told)
    console.print(f"{made.path} ({decimal(made.size_bytes)})", markup=False, soft_wrap=True)
    if not made.encrypted:
        print("vitascope: this backup is not encrypted: whoever gets the file reads everything in it", file=sys.stderr)
    if keep is not None:
        for name in records.remove_old(folder, keep):
            console.print(f"removed {name}", markup=False, soft_wrap=True)


def _ask(path: str, client: ServerClient) -> None:
    """Has the server do it, and shows how far it is."""
    run: dict[str, Any] = client.call("POST", path)["Run"][0]
    console = Console(emoji=False)
    with _bar(console) as told:
        while run["running"]:
            time.sleep(_ASK_SECONDS)
            found = client.get("/vitascope/backups").get("Run", [])
            if not found or found[0]["uuid"] != run["uuid"]:
                raise CommandError("the server does something else now; see: vitascope backup list")
            run = found[0]
            told(str(run["what"]) or "waiting", int(run["progress"]) / 100)
    if not run["ok"]:
        raise CommandError(str(run["message"]))
    console.print(f"{run['name']} ({run['message']})", markup=False, soft_wrap=True)


def list_backups(config: Path, given: Path | None) -> None:
    """Prints the backups of a folder."""
    folder = _folder(config, given)
    with _told():
        backups = records.find_backups(folder)
        practised = records.read_records(folder).drill
    console = Console(emoji=False)
    if not backups:
        console.print(f"no backup in {folder}", markup=False, soft_wrap=True)
        return
    table = Table("backup", "taken", "size", "encrypted", "verified", title=str(folder), title_justify="left")
    table.columns[0].overflow = "fold"
    for one in backups:
        look = one.look
        state = "not yet" if look is None else f"{_time(look.at)}: {'good' if look.ok else look.message}"
        table.add_row(one.name, _time(one.taken_at), decimal(one.size_bytes), "yes" if one.encrypted else "NO", state)
    console.print(table, markup=False)
    if practised is not None:
        went = "restored" if practised.ok else practised.message
        console.print(f"last drill: {_time(practised.at)}, {practised.name}: {went}", markup=False, soft_wrap=True)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _file(folder: Path, backup: str) -> Path:
    """A path that is there, or a name in the folder."""
    if "/" in backup or Path(backup).is_file():
        return Path(backup).expanduser().absolute()
    return records.pick(folder, backup).path


def _identities(file: Path | None) -> list[Any]:
    return load_identities(file.expanduser()) if file is not None else []


def verify_backup(config: Path, given: Path | None, backup: str, identity: Path | None) -> None:
    """Verifies a backup."""
    console = Console(emoji=False)
    with _told():
        path = _file(_folder(config, given), backup)
        identities = _identities(identity)
        with _bar(console) as told:
            found = verify_and_note(path, identities, _support(config), told)
    if found.manifest is None:
        console.print(f"{path.name}: {decimal(found.size_bytes)}, encrypted", markup=False, soft_wrap=True)
        raise CommandError("only its envelope was looked at: name the key (--identity FILE) to have it read whole")
    plan = found.manifest
    console.print(
        f"{path.name}: whole; engine {plan.engine}, version {plan.version}, {len(plan.members)} files, "
        f"{decimal(plan.total_bytes)}" + ("" if found.encrypted else "; NOT encrypted"),
        markup=False,
        soft_wrap=True,
    )


def practise(config: Path, given: Path | None, identity: Path | None, database: str | None) -> None:
    """Restores the newest backup for practice."""
    from vitascope.ops.backup.drill import drill  # it opens databases as the server does, with all that this loads

    console = Console(emoji=False)
    with _told(), _bar(console) as told:
        done = drill(_folder(config, given), _identities(identity), _support(config), database, told)
    if not done.ok:
        raise CommandError(done.message)
    console.print(f"{done.name} can be restored: {done.message}", markup=False, soft_wrap=True)


def restore_backup(wish: RestoreWish) -> None:
    """Restores, takes a restore back, or finishes one."""
    support = _support(wish.config)
    console = Console(emoji=False)
    with _told():
        manager = manager_of(wish.manager)
        if wish.resume:
            said = resume(support, wish.database, manager)
            console.print(said or "no restore was interrupted", markup=False, soft_wrap=True)
            return
        if wish.undo:
            where = undo(support, wish.database, manager)
            console.print(f"put back; the restored state is {where}", markup=False, soft_wrap=True)
            return
        if not wish.backup:
            raise CommandError("name the backup to restore (vitascope backup list shows them)", exit_code=2)
        order = RestoreOrder(
            support=support,
            archive=_file(_folder(wish.config, wish.folder), wish.backup),
            identities=_identities(wish.identity),
            engine=wish.engine,
            database=wish.database,
            manager=manager,
            package_state=_package_state(),
        )
        with _bar(console) as told:
            restored = restore(order, told)
    plan = restored.manifest
    console.print(
        f"restored {len(plan.members)} files of {datetime.fromtimestamp(plan.made_at).astimezone():%Y-%m-%d %H:%M}; "
        f"the state from before is {restored.kept} (take it back with: vitascope backup restore --undo)",
        markup=False,
        soft_wrap=True,
    )
    if not plan.machine_id:
        console.print("the backup names no machine: clients will take this server for a new one", markup=False)
