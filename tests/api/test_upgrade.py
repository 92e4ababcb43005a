"""A real server over a database of an older revision: it answers 503 as long as the upgrade takes, and 200 after it.

What makes the upgrade take time is a lock that the test holds on the database and gives back once it has seen the 503.
"""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.support.ports import reserved_port
from tests.support.running import RunningServer, start_server

from vitascope.ops.paths import SupportDir
from vitascope.store import migrate

OLD = "0001"
STEPS = len(list((Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))) - 1
_LIMIT_S = 60.0


@pytest.fixture
def port() -> Iterator[int]:
    with reserved_port() as reserved:
        yield reserved


@contextmanager
def starting(config: Path, port: int, *arguments: str) -> Iterator["Future[RunningServer]"]:
    """A server that is about to start; the future holds it once it says that it is ready."""
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(start_server, config, "--port", str(port), *arguments)
        yield started
        started.result().end()


def refused(port: int, saying: str) -> httpx.Response:
    """The first answer of ``/identity`` that says this; there is none but 503 before it."""
    deadline = time.monotonic() + _LIMIT_S
    said = "nothing"
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/identity", timeout=_LIMIT_S)
        except httpx.ConnectError:
            time.sleep(0.02)  # the port is not bound yet
            continue
        assert answer.status_code == 503, answer.text
        said = answer.text
        if saying in said:
            return answer
    pytest.fail(f"the server never said {saying!r}; the last was {said}")


def test_a_step_of_the_upgrade_that_takes_long(tmp_path: Path, port: int, empty_postgres_url: str) -> None:
    migrate.ensure(empty_postgres_url, revision=OLD)
    with closing(psycopg.connect(empty_postgres_url)) as other:
        other.execute("INSERT INTO meta VALUES ('mark', 'mine')")
        other.commit()
        other.execute("LOCK TABLE items IN ROW EXCLUSIVE MODE")  # an index cannot be made meanwhile
        with starting(tmp_path, port, "--database", empty_postgres_url) as started:
            try:
                answer = refused(port, f"The database is being made ready: upgrading the database, {1 / STEPS:.0%}.")
                assert answer.headers["retry-after"] == "2"
                assert httpx.get(f"http://127.0.0.1:{port}/", timeout=_LIMIT_S).status_code == 503
                assert not started.done()
            finally:
                other.rollback()
            assert started.result().client().get("/identity").status_code == 200
        assert other.execute("SELECT value FROM meta WHERE key = 'mark'").fetchone() == ("mine",)
    assert migrate.current_revision(empty_postgres_url) == migrate.head_revision()


def test_an_upgrade_that_waits_for_another_program(tmp_path: Path, port: int) -> None:
    database = SupportDir.for_config(tmp_path).database
    migrate.ensure(database, revision=OLD)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("INSERT INTO meta VALUES ('mark', 'mine')")
        other.execute("BEGIN IMMEDIATE")
        with starting(tmp_path, port) as started:
            try:
                refused(port, "The database is being made ready.")
                assert not started.done()
            finally:
                other.execute("COMMIT")
            assert started.result().client().get("/identity").status_code == 200
        assert other.execute("SELECT value FROM meta WHERE key = 'mark'").fetchone() == ("mine",)
    assert migrate.current_revision(database) == migrate.head_revision()
    copy = database.with_name(f"{database.name}.before-{migrate.head_revision()}")
    assert migrate.current_revision(copy) == OLD
