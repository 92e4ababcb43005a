"""A drill: the newest backup is restored into a folder of its own, opened as a server would, and thrown away.

A backup that nobody ever restored is a hope. Nothing in use is touched: files go below the cache, the tables of a
PostgreSQL database into a schema of their own, which is dropped at the end.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vitascope.ops.backup import contents, records
from vitascope.ops.backup.archive import extract
from vitascope.ops.backup.create import scratch
from vitascope.ops.backup.errors import BackupError, NotHere
from vitascope.ops.backup.manifest import Manifest
from vitascope.ops.backup.progress import Progress, silent
from vitascope.ops.backup.verify import check_staged
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine
from vitascope.store.check import raise_if_damaged
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError


def drill(
    folder: Path,
    identities: Sequence[Any],
    support: SupportDir,
    database: str | None = None,
    progress: Progress = silent,
    *,
    now: Callable[[], float] = time.time,
) -> records.Drill:
    """Restores the newest backup of a folder for practice, and remembers how it went.

    Raises:
        NotHere: there is no backup at all.
    """
    backups = records.find_backups(folder)
    if not backups:
        raise NotHere(f"{folder} holds no backup")
    newest = backups[0]
    ok, message = True, ""
    try:
        message = _practise(newest.path, identities, support, database, progress)
    except (BackupError, StoreError, PreferenceError, OSError) as error:
        ok, message = False, f"{newest.name} cannot be restored: {error}"
    found = records.Drill(name=newest.name, at=int(now()), ok=ok, message=message)
    records.note_drill(folder, found)
    records.note_look(folder, newest.name, records.Look(at=int(now()), ok=ok, message="" if ok else message))
    return found


def _practise(
    path: Path, identities: Sequence[Any], support: SupportDir, database: str | None, progress: Progress
) -> str:
    with scratch(support) as folder:
        plan = extract(path, identities, folder, progress, what="practising a restore")
        progress("opening the database", 1.0)
        check_staged(folder, plan)
        restored = SupportDir(folder)
        if restored.preferences.exists():
            Preferences(restored.preferences).peek()
        if plan.database == "postgresql":
            _practise_tables(plan, folder, database)
        elif Engine(plan.engine) is Engine.VITASCOPE and restored.database.exists():
            from vitascope.store import migrate  # Alembic is not loaded at every start

            migrate.ensure(restored.database)
            with Database(restored.database, readers=1) as opened, opened.reader() as reader:
                raise_if_damaged(reader)
        return f"{len(plan.members)} files, {plan.total_bytes} bytes"


def _practise_tables(plan: Manifest, folder: Path, database: str | None) -> None:
    if database is None:
        raise BackupError("the backup is of a PostgreSQL database, and none was named to practise in")
    from vitascope.ops.backup import postgres_copy

    schema = f"vitascope_drill_{folder.name.lower()}"
    try:
        postgres_copy.load(database, schema, plan.revision, folder / contents.TABLES, plan.tables)
    finally:
        with suppress(BackupError):
            postgres_copy.drop(database, schema)
