"""Making and upgrading databases; the schema that the migrations make is the one the code speaks of."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, insert, inspect, select, text

from vitascope.store import migrate, rows, schema
from vitascope.store.connection import parse_url
from vitascope.store.engine import Database, take_lock
from vitascope.store.errors import MigrationFailed, StoreLocked, StoreTooNew

NEXT = '''
"""A migration that a test injects."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("injected", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE meta SET value = 'changed'")
    {then}
'''


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The migrations, with room for one more."""
    target = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", target)
    return target


def inject(scripts: Path, then: str) -> None:
    source = NEXT.format(head=migrate.head_revision(), then=then)
    (scripts / "versions" / "9999_injected.py").write_text(source)


def mark(url: str, value: str = "mine") -> None:
    with Database(url) as db:
        db.write(lambda tx: tx.conn.execute(insert(schema.meta).values(key="mark", value=value))).result(10)


def marked(url: str | Path) -> str | None:
    with Database(url) as db:
        value: str | None = db.read_sync(
            lambda r: r.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "mark"))
        )
        return value


def tables(url: str) -> set[str]:
    engine = create_engine(parse_url(url))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_migrations_make_the_schema_that_the_code_speaks_of(database_url: str) -> None:
    engine = create_engine(parse_url(database_url))

    def by_name(name: str | None, kind: str, _parents: Any) -> bool:
        # made by hand, for one engine each
        return not (kind == "table" and str(name).startswith("search_fts")) and name != "search_vector"

    try:
        with engine.connect() as conn:
            options = {"include_name": by_name, "compare_type": True}
            context = MigrationContext.configure(conn, opts=options)
            assert compare_metadata(context, schema.metadata) == []
    finally:
        engine.dispose()


@pytest.mark.parametrize("table", sorted(schema.metadata.tables))
def test_rows_have_the_columns_of_their_tables_in_order(table: str) -> None:
    without_row = {"meta", "tag_counts", "item_counts"}
    if table in without_row:
        return
    by_columns = {tuple(t.__struct_fields__): t for t in vars(rows).values() if hasattr(t, "__struct_fields__")}
    columns = tuple(column.name for column in schema.metadata.tables[table].columns)
    assert columns in by_columns


def test_a_new_database_is_made_and_made_only_once(tmp_path: Path, empty_postgres_url: str) -> None:
    for url in (str(tmp_path / "deep" / "vitascope.db"), empty_postgres_url):
        told: list[str] = []
        migrate.ensure(url, progress=lambda what, _done, told=told: told.append(what))
        assert told
        assert migrate.current_revision(url) == migrate.head_revision()
        mark(url)
        told.clear()
        migrate.ensure(url, progress=lambda what, _done, told=told: told.append(what))
        assert told == []
        assert marked(url) == "mine"
    assert list((tmp_path / "deep").glob("*.before-*")) == []


def test_an_upgrade_copies_first_and_says_how_far_it_is(sqlite_url: str, scripts: Path) -> None:
    mark(sqlite_url)
    inject(scripts, "pass")
    told: list[tuple[str, float]] = []
    migrate.ensure(sqlite_url, progress=lambda what, done: told.append((what, done)), scripts=scripts)
    assert "injected" in tables(sqlite_url)
    assert {what for what, _ in told} == {"copying the database", "upgrading the database"}
    assert told[-1][1] == 1.0
    copy = Path(sqlite_url + ".before-9999")
    assert marked(copy) == "mine"
    assert "injected" not in tables(str(copy))


def test_a_failed_upgrade_leaves_everything_as_it_was(
    database_url: str, scripts: Path, request: pytest.FixtureRequest
) -> None:
    mark(database_url)
    inject(scripts, "raise RuntimeError('no such luck')")
    with pytest.raises(MigrationFailed, match="no such luck") as failure:
        migrate.ensure(database_url, scripts=scripts)
    assert "injected" not in tables(database_url)
    assert marked(database_url) == "mine"
    assert migrate.current_revision(database_url) == migrate.head_revision()
    if "sqlite" in request.node.name:
        assert failure.value.copy is not None
        assert str(failure.value.copy) in str(failure.value)
        assert marked(failure.value.copy) == "mine"
    else:
        assert failure.value.copy is None
    # and the same database upgrades once the fault is gone
    inject(scripts, "pass")
    migrate.ensure(database_url, scripts=scripts)
    assert "injected" in tables(database_url)


def test_a_newer_database_is_refused(database_url: str, scripts: Path) -> None:
    inject(scripts, "pass")
    migrate.ensure(database_url, scripts=scripts)
    with pytest.raises(StoreTooNew, match="9999"):
        migrate.ensure(database_url)


def test_a_database_in_use_is_not_upgraded(sqlite_url: str, scripts: Path) -> None:
    inject(scripts, "pass")
    with Database(sqlite_url), pytest.raises(StoreLocked):
        migrate.ensure(sqlite_url, scripts=scripts)
    assert "injected" not in tables(sqlite_url)


def test_only_the_latest_copies_are_kept(sqlite_url: str, scripts: Path) -> None:
    for number in range(3):
        Path(f"{sqlite_url}.before-000{number}").touch()
    inject(scripts, "pass")
    migrate.ensure(sqlite_url, scripts=scripts)
    assert len(list(Path(sqlite_url).parent.glob("*.before-*"))) == migrate.KEPT_COPIES


def test_the_copy_holds_what_was_still_in_the_log(sqlite_url: str, scripts: Path) -> None:
    """A server that was killed leaves its last writes in the log."""
    connection = sqlite3.connect(sqlite_url)
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("INSERT INTO meta VALUES ('mark', 'in the log')")
    connection.commit()
    inject(scripts, "raise RuntimeError('no')")
    with pytest.raises(MigrationFailed) as failure:
        migrate.ensure(sqlite_url, scripts=scripts)
    connection.close()
    assert failure.value.copy is not None
    assert marked(failure.value.copy) == "in the log"


def test_the_lock_is_free_after_an_upgrade(sqlite_url: str) -> None:
    migrate.ensure(sqlite_url)
    os.close(take_lock(Path(sqlite_url)))


def test_full_text_is_searched_by_tokens_as_they_are(sqlite_url: str) -> None:
    with Database(sqlite_url) as db:
        found = db.read_sync(lambda r: r.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    assert set(found) == {"search_texts_added", "search_texts_gone", "search_texts_changed"}


def test_a_database_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    migrate.ensure(path)
    with Database(str(path)) as database:
        database.write(lambda _tx: None).result()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes.pop("new.db") == 0o600
    assert set(modes.values()) == {0o600}, modes
