"""A PostgreSQL database: copied from one snapshot, restored beside the tables in use, exchanged in one transaction."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.ops.backup.conftest import Key, fill, write
from tests.support.postgres import Cluster
from tests.support.store_world import World

from vitascope.accounts import household
from vitascope.core.model import ItemType, SectionKind
from vitascope.ops.backup import postgres_copy, swap
from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.drill import drill
from vitascope.ops.backup.errors import BackupError, StillRunning
from vitascope.ops.backup.restore import RestoreOrder, restore, resume, undo
from vitascope.ops.backup.verify import verify
from vitascope.ops.managers import NoManager
from vitascope.ops.paths import SupportDir
from vitascope.store import migrate
from vitascope.store.check import check
from vitascope.store.engine import Database
from vitascope.store.schema import metadata


@pytest.fixture
def url(postgres_cluster: Cluster) -> Iterator[str]:
    """A database of its own: schemas are made in it."""
    url = postgres_cluster.create(empty=True)
    migrate.ensure(url)
    yield url
    postgres_cluster.drop(url)


def _sql(url: str, statement: str, *values: Any) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def _number(url: str) -> int:
    return int(_sql(url, "SELECT value FROM meta WHERE key = 'test'")[0][0])


def _mark(url: str, number: int) -> None:
    _sql(url, "DELETE FROM meta WHERE key = 'test'")
    _sql(url, "INSERT INTO meta (key, value) VALUES ('test', %s)", str(number))


@pytest.fixture
def support(tmp_path: Path) -> SupportDir:
    support = SupportDir.for_config(tmp_path / "config")
    support.make()
    write(support.preferences, b'<?xml version="1.0"?><Preferences FriendlyName="state 1"/>')
    return support


@pytest.fixture
def made(support: SupportDir, url: str, backups: Path, key: Key) -> Made:
    with Database(url) as database:
        world = World(db=database)
        section = world.section(SectionKind.MOVIE, "Films")
        for number in range(20):
            world.add(section, ItemType.MOVIE, f"Film {number} \\ \t é")
    _mark(url, 1)
    return create(Order(support=support, folder=backups, recipients=key.recipients, database=url))


def _problems(url: str) -> list[str]:
    with Database(url) as database, database.reader() as reader:
        return [str(problem) for problem in check(reader)]


def test_restored_into_the_database_in_use(made: Made, support: SupportDir, url: str, key: Key) -> None:
    tables = {name: _sql(url, f"SELECT * FROM {name} ORDER BY 1, 2") for name in metadata.tables}  # noqa: S608
    assert len(tables["items"]) == 20
    _mark(url, 2)
    _sql(url, "DELETE FROM items")
    support.preferences.write_bytes(b'<?xml version="1.0"?><Preferences FriendlyName="state 2"/>')
    restore(RestoreOrder(support=support, archive=made.path, identities=key.identities, database=url))
    assert {name: _sql(url, f"SELECT * FROM {name} ORDER BY 1, 2") for name in metadata.tables} == tables  # noqa: S608
    assert b"state 1" in support.preferences.read_bytes()
    assert not (support.root / "Vitascope.tables").exists()
    assert _problems(url) == []
    with Database(url) as database:
        person = database.write(household.add, "anna", "").result()  # new rows get ids of their own
    assert _sql(url, "SELECT name FROM people WHERE id = %s", person.id) == [("anna",)]
    undo(support, url, NoManager())
    assert _number(url) == 2
    assert _sql(url, "SELECT count(*) FROM items") == [(0,)]
    assert b"state 2" in support.preferences.read_bytes()


def test_restored_into_an_empty_database_of_another_server(
    made: Made, tmp_path: Path, key: Key, empty_postgres_url: str
) -> None:
    other = SupportDir.for_config(tmp_path / "other")
    restore(RestoreOrder(support=other, archive=made.path, identities=key.identities, database=empty_postgres_url))
    assert _number(empty_postgres_url) == 1
    assert _problems(empty_postgres_url) == []


def test_the_old_tables_are_forgotten_with_the_old_files(made: Made, support: SupportDir, url: str, key: Key) -> None:
    for _ in range(2):
        restore(RestoreOrder(support=support, archive=made.path, identities=key.identities, database=url))
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vitascope%'"
    assert len(_sql(url, schemas)) == 2
    swap.confirm_start(support, 0)
    assert swap.forget_old(support, url, swap.KEPT_SECONDS)
    assert _sql(url, schemas) == []
    assert _number(url) == 1


def test_a_copy_is_of_one_moment(support: SupportDir, url: str, backups: Path, key: Key, tmp_path: Path) -> None:
    _sql(url, "INSERT INTO meta (key, value) VALUES ('a', '0')")
    _sql(url, "INSERT INTO jobs (kind, subject, run_after, created_at) VALUES ('b', '0', 0, 0)")
    ended = threading.Event()

    def server() -> None:
        with psycopg.connect(url) as connection:
            number = 0
            while not ended.is_set():
                number += 1
                connection.execute("UPDATE meta SET value = %s WHERE key = 'a'", [str(number)])
                connection.execute("UPDATE jobs SET subject = %s WHERE kind = 'b'", [str(number)])
                connection.commit()

    thread = threading.Thread(target=server)
    thread.start()
    try:
        made = [
            create(Order(support=support, folder=backups, recipients=key.recipients, database=url)) for _ in range(3)
        ]
    finally:
        ended.set()
        thread.join()
    for number, one in enumerate(made):
        other = SupportDir.for_config(tmp_path / f"other{number}")
        restore(RestoreOrder(support=other, archive=one.path, identities=key.identities, database=url))
        assert _sql(url, "SELECT value FROM meta WHERE key = 'a'") == _sql(
            url, "SELECT subject FROM jobs WHERE kind = 'b'"
        )


def test_a_running_server_is_refused(made: Made, support: SupportDir, url: str, key: Key) -> None:
    with Database(url), pytest.raises(StillRunning, match="stop it first"):
        restore(RestoreOrder(support=support, archive=made.path, identities=key.identities, database=url))
    assert _number(url) == 1


def test_the_other_kind_of_database_is_refused(
    made: Made, support: SupportDir, key: Key, tmp_path: Path, sqlite_template: Path, backups: Path, url: str
) -> None:
    with pytest.raises(BackupError, match="--database"):
        restore(RestoreOrder(support=support, archive=made.path, identities=key.identities))
    other = SupportDir.for_config(tmp_path / "sqlite")
    fill(other, sqlite_template, 1)
    sqlite = create(Order(support=other, folder=backups, recipients=key.recipients))
    with pytest.raises(BackupError, match="without --database"):
        restore(RestoreOrder(support=other, archive=sqlite.path, identities=key.identities, database=url))


def test_a_kill_between_the_tables_and_the_files_is_finished(
    made: Made, support: SupportDir, url: str, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    _mark(url, 2)
    support.preferences.write_bytes(b'<?xml version="1.0"?><Preferences FriendlyName="state 2"/>')
    order = RestoreOrder(support=support, archive=made.path, identities=key.identities, database=url)
    for point in ("exchange", "_exchange"):
        with monkeypatch.context() as patch:
            patch.setattr(postgres_copy if point == "exchange" else swap, point, kill)
            with pytest.raises(Killed):
                restore(order)
        with pytest.raises(BackupError, match="--database"):
            resume(support, None)
        assert resume(support, url) is not None
        assert (_number(url), b"state 1" in support.preferences.read_bytes()) == (1, True)
        undo(support, url, NoManager())
        assert (_number(url), b"state 2" in support.preferences.read_bytes()) == (2, True)


def test_tables_that_cannot_be_read_leave_no_schema(
    made: Made, support: SupportDir, url: str, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BackupError("no")

    monkeypatch.setattr(postgres_copy, "_set_sequences", broken)
    with pytest.raises(BackupError, match="no"):
        restore(RestoreOrder(support=support, archive=made.path, identities=key.identities, database=url))
    assert _sql(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vitascope%'") == []


def test_verified_and_practised(made: Made, support: SupportDir, url: str, key: Key, backups: Path) -> None:
    found = verify(made.path, key.identities, support).manifest
    assert found is not None
    assert set(found.tables) == set(metadata.tables)
    done = drill(backups, key.identities, support, url)
    assert done.ok, done.message
    assert not drill(backups, key.identities, support).ok
    assert _sql(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vitascope%'") == []
    assert _number(url) == 1
