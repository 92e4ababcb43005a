"""Making a database, and bringing an old one to this version: before the store is opened, with the writer's lock held.

An SQLite file is copied beside itself first (``vitascope.db.before-<revision>``, through SQLite's own backup, so a log
that was not yet folded in is in the copy). The upgrade runs in one transaction on either engine, so one that fails
leaves the database as it was, and :class:`MigrationFailed` names the copy as well. Copies of the last two upgrades are
kept.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any, Protocol

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from vitascope.store.connection import make_engine, parse_url, sqlite_path
from vitascope.store.engine import take_lock
from vitascope.store.errors import MigrationFailed, StoreTooNew

KEPT_COPIES = 2
_SCRIPTS = Path(__file__).parent / "migrations"
_COPY_PAGES = 2_000


class Progress(Protocol):
    """Told what is being done and how far it is (0 to 1)."""

    def __call__(self, what: str, done: float) -> None: ...


def _silent(what: str, done: float) -> None:
    """The default: nobody wants to know."""


def ensure(
    url: str | Path, *, progress: Progress = _silent, scripts: Path = _SCRIPTS, revision: str | None = None
) -> None:
    """Make the database, or upgrade it, to the newest revision or the one that is asked for (a restore fills tables of
    the revision they were copied at); nothing happens where it is up to date.

    Raises :class:`StoreLocked`, :class:`StoreTooNew` or :class:`MigrationFailed`.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = None if path is None else take_lock(path)
    if path is not None:
        # Made by us, so that what people watched is for nobody else on the machine to read; SQLite's files follow it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = make_engine(parsed, size=1, read_only=False)
    try:
        _ensure(engine, path, progress, scripts, revision)
    finally:
        engine.dispose()
        if lock is not None:
            os.close(lock)


def current_revision(url: str | Path) -> str | None:
    """The revision of a database, ``None`` when it has no tables of ours yet."""
    engine = make_engine(parse_url(url), size=1, read_only=False)
    try:
        with engine.connect() as conn:
            return MigrationContext.configure(conn).get_current_revision()
    finally:
        engine.dispose()


def head_revision(scripts: Path = _SCRIPTS) -> str | None:
    """The revision this program works with."""
    return _directory(scripts).get_current_head()


def _directory(scripts: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _ensure(engine: Engine, path: Path | None, progress: Progress, scripts: Path, target: str | None) -> None:
    directory = _directory(scripts)
    head = target or directory.get_current_head()
    with engine.connect() as conn:
        revision = MigrationContext.configure(conn).get_current_revision()
    if revision == head:
        return
    known = {script.revision for script in directory.walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreTooNew(
            f"the database is of revision {revision}, which this version does not know (it knows {head}): "
            "use the version that made it, or the copy from before the upgrade"
        )
    copy = None
    if path is not None and revision is not None:
        copy = _copy(path, path.with_name(f"{path.name}.before-{head}"), progress)
    try:
        with engine.connect() as conn:
            _upgrade(conn, directory, progress, head)
            conn.commit()
    except Exception as error:
        where = f"; a copy is {copy}" if copy else ""
        raise MigrationFailed(f"the upgrade failed and the database is as it was{where}: {error}", copy) from error
    if path is not None:
        _drop_old_copies(path)


def _upgrade(conn: Connection, directory: ScriptDirectory, progress: Progress, head: str | None) -> None:
    done: list[object] = []

    def steps(revision: Any, _context: MigrationContext) -> list[RevisionStep]:
        found = directory._upgrade_revs(head or "head", revision)  # noqa: SLF001 - how Alembic's own commands ask for them
        total.append(len(found))
        progress("upgrading the database", 0.0)
        return found

    total: list[int] = []

    def told(**_: Any) -> None:
        done.append(None)
        progress("upgrading the database", len(done) / max(total[0], 1))

    with EnvironmentContext(Config(), directory, fn=steps) as environment:
        environment.configure(
            connection=conn, fn=steps, transactional_ddl=True, on_version_apply=lambda **kw: told(**kw)
        )
        environment.run_migrations()


def _copy(path: Path, target: Path, progress: Progress) -> Path:
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, path.stat().st_mode & 0o777))

    def report(_status: int, remaining: int, total: int) -> None:
        progress("copying the database", 1.0 - remaining / max(total, 1))

    source = sqlite3.connect(path)
    try:
        destination = sqlite3.connect(partial)
        try:
            source.backup(destination, pages=_COPY_PAGES, progress=report)
        finally:
            destination.close()
    finally:
        source.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    return target


def _drop_old_copies(path: Path) -> None:
    copies = sorted(path.parent.glob(f"{path.name}.before-*"), key=lambda copy: copy.stat().st_mtime, reverse=True)
    for old in copies[KEPT_COPIES:]:
        old.unlink(missing_ok=True)
