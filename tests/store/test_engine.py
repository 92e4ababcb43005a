"""Readers, the one writer, and what happens when things go wrong under them."""

import _sqlite3
import asyncio
import ctypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select, text

from vitascope.app.resting import rest_when_idle
from vitascope.store import schema, writer
from vitascope.store.engine import Database
from vitascope.store.errors import StoreBroken, StoreClosed, StoreError, StoreFull, StoreLocked
from vitascope.store.reader import Reader
from vitascope.store.writer import Writer

meta = schema.meta


def put(tx: Writer, key: str, value: str = "x") -> None:
    tx.conn.execute(insert(meta).values(key=key, value=value))


def keys(r: Reader) -> set[str]:
    return {key for key in r.scalars(select(meta.c.key)) if not key.startswith("ids.")}


def test_a_write_is_seen_by_every_reader_after_its_future(database: Database) -> None:
    database.write(put, "a").result(10)
    assert database.read_sync(keys) == {"a"}

    async def both() -> set[str]:
        await database.awrite(put, "b")
        await database.awrite(put, "c", urgent=False)
        return await database.read(keys)

    assert asyncio.run(both()) == {"a", "b", "c"}


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reader() as r:
        assert keys(r) == set()
        database.write(put, "a").result(10)
        assert keys(r) == set()
    assert database.read_sync(keys) == {"a"}


def test_readers_cannot_write(database: Database) -> None:
    with database.reader() as r, pytest.raises(Exception, match="read"):
        r.conn.execute(insert(meta).values(key="a", value="b"))


@pytest.fixture
def held(database: Database) -> Iterator[threading.Event]:
    """The writer is busy until this is set, so that what is queued meanwhile waits together."""
    release, busy = threading.Event(), threading.Event()

    def hold(_tx: Writer) -> None:
        busy.set()
        release.wait(10)

    database.write(hold)
    assert busy.wait(10)
    yield release
    release.set()


def test_urgent_writes_overtake_bulk_ones(database: Database, held: threading.Event) -> None:
    order: list[str] = []
    futures = [database.write(lambda _tx, n=n: order.append(f"bulk {n}"), urgent=False) for n in range(2)]
    futures += [database.write(lambda _tx, n=n: order.append(f"urgent {n}")) for n in range(2)]
    assert database.waiting_writes == 4
    held.set()
    for future in futures:
        future.result(10)
    assert order == ["urgent 0", "urgent 1", "bulk 0", "bulk 1"]


def test_a_failing_write_takes_only_itself_back(database: Database, held: threading.Event) -> None:
    def fail(tx: Writer) -> None:
        put(tx, "half")
        tx.after_commit(lambda: called.append("failed"))
        tx.touch(1)
        raise ValueError("no")

    called: list[str] = []
    first, second, third = database.write(put, "a"), database.write(fail), database.write(put, "b")
    clash = database.write(put, "a")
    held.set()
    first.result(10)
    third.result(10)
    with pytest.raises(ValueError, match="no"):
        second.result(10)
    with pytest.raises(Exception, match=r"(?i)unique"):
        clash.result(10)
    assert database.read_sync(keys) == {"a", "b"}
    assert called == []
    assert database.versions.section(1) == (0, 0)


def test_a_write_that_was_cancelled_while_it_waited_never_runs(database: Database, held: threading.Event) -> None:
    future = database.write(put, "a")
    assert future.cancel()
    held.set()
    database.write(put, "b").result(10)
    assert database.read_sync(keys) == {"b"}


def test_versions_and_callbacks_come_after_the_commit(database: Database) -> None:
    seen: list[set[str]] = []

    def change(tx: Writer) -> None:
        put(tx, "a")
        tx.touch(7, edit=True)
        tx.touch(7)
        tx.touch(8)
        tx.touch_person(3)
        tx.after_commit(lambda: seen.append(database.read_sync(keys)))

    before = database.versions.snapshot()
    database.write(change).result(10)
    assert seen == [{"a"}]
    assert database.versions.section(7) == (1, 1)
    assert database.versions.section(8) == (0, 1)
    assert database.versions.person(3) == 1
    assert before.section(7) == (0, 0)
    with database.reader() as r:
        assert r.versions.section(7) == (1, 1)


def test_ids_are_never_given_twice(database: Database, database_url: str) -> None:
    def fail(tx: Writer) -> None:
        given.extend(tx.ids("items", 3))
        raise ValueError

    given: list[int] = []
    for _ in range(3):
        given += database.write(Writer.ids, "items", 400).result(10)
        with pytest.raises(ValueError):
            database.write(fail).result(10)
    database.close()
    with Database(database_url) as again:
        given += again.write(Writer.ids, "items", 10).result(10)
    assert len(given) == len(set(given)) == 1219
    assert min(given) == 1


def test_ids_start_behind_rows_that_are_there(database: Database) -> None:
    row = {"id": 41, "type": 1, "tag": "x", "folded": "x"}
    database.write(lambda tx: tx.conn.execute(insert(schema.tags).values(row))).result(10)
    assert database.write(Writer.id, "tags").result(10) == 42


def test_only_one_process_writes_but_others_may_read(database: Database, database_url: str) -> None:
    with pytest.raises(StoreLocked):
        Database(database_url).open()
    with Database(database_url, writable=False) as other:
        database.write(put, "a").result(10)
        assert other.read_sync(keys) == {"a"}
        with pytest.raises(StoreClosed):
            other.write(put, "b")


def test_closing_finishes_what_waits(database: Database, database_url: str) -> None:
    futures = [database.write(put, str(number), urgent=number % 2 == 0) for number in range(50)]
    database.close()
    database.close()
    assert all(future.done() for future in futures)
    with pytest.raises(StoreClosed):
        database.write(put, "late")
    with pytest.raises(StoreClosed):
        database.read_sync(keys)
    with Database(database_url) as again:
        assert len(again.read_sync(keys)) == 50


def test_a_database_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "vitascope.db"
    path.write_bytes(b"this is no database at all" * 400)
    with pytest.raises(StoreBroken):
        Database(path).open()
    with pytest.raises(StoreError, match="mysql"):
        Database("mysql://somewhere/x")


def test_a_callback_that_raises_harms_nobody(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    def change(tx: Writer) -> str:
        tx.after_commit(lambda: 1 / 0)
        tx.after_commit(lambda: called.append(True))
        return "done"

    called: list[bool] = []
    assert database.write(change).result(10) == "done"
    assert called == [True]
    assert "ZeroDivisionError" in caplog.text


# --- PostgreSQL alone ------------------------------------------------------------------------------------------


def test_a_server_that_drops_the_connection_is_named_and_found_again(postgres_url: str) -> None:
    with Database(postgres_url) as db, psycopg.connect(postgres_url, autocommit=True) as other:
        db.write(put, "before").result(10)
        assert db.read_sync(keys) == {"before"}
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
        with pytest.raises(StoreBroken):
            db.write(put, "lost").result(10)
        db.write(put, "after").result(10)
        assert db.read_sync(keys) == {"before", "after"}


_prepared = select(meta.c.key).where(meta.c.value == "x")


def test_a_connection_that_is_dropped_between_prepared_statements(postgres_url: str) -> None:
    def ask(r: Reader, times: int) -> list[list[str]]:
        return [r.scalars(_prepared) for _ in range(times)]

    with Database(postgres_url) as db, psycopg.connect(postgres_url, autocommit=True) as other:
        db.write(put, "before").result(10)
        db.read_sync(ask, 3)
        with pytest.raises(StoreBroken), db.reader() as r:
            ask(r, 1)
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
            ask(r, 1)
        assert db.read_sync(ask, 2) == [["before"]] * 2


# --- SQLite alone ----------------------------------------------------------------------------------------------


def test_a_full_disk_fails_what_does_not_fit_and_heals(sqlite_url: str) -> None:
    """``max_page_count`` makes SQLite answer as it does when the disk is full."""
    with Database(sqlite_url) as db:
        pages = db.write(lambda tx: tx.scalar(text("PRAGMA page_count"))).result(10)
        db.write(lambda tx: tx.scalar(text(f"PRAGMA max_page_count={pages + 5}"))).result(10)
        release = threading.Event()
        db.write(lambda _tx: release.wait(10))
        futures: list[Future[None]] = [db.write(put, "small")]
        futures.append(db.write(put, "large", "x" * 400_000))
        futures.append(db.write(put, "small too"))
        release.set()
        futures[0].result(10)
        with pytest.raises(StoreFull):
            futures[1].result(10)
        futures[2].result(10)
        assert db.read_sync(keys) == {"small", "small too"}
        db.write(lambda tx: tx.scalar(text("PRAGMA max_page_count=1000000"))).result(10)
        db.write(put, "large", "x" * 400_000).result(10)
        assert db.read_sync(keys) == {"small", "large", "small too"}


_LIMITED = """
import resource, sys
from sqlalchemy import insert, select, text
from vitascope.store import schema
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError

def put(tx, key, size):
    tx.conn.execute(insert(schema.meta).values(key=key, value="x" * size))

with Database(sys.argv[1]) as db:
    db.write(put, "before", 10).result()
    now = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, now[1]))
    try:
        db.write(put, "large", 2_000_000).result()
        print("written")
    except StoreError as error:
        print(type(error).__name__)
    print(sorted(k for k in db.read_sync(lambda r: r.scalars(select(schema.meta.c.key)))))
    resource.setrlimit(resource.RLIMIT_FSIZE, now)
    db.write(put, "large", 2_000_000).result()
    print(sorted(k for k in db.read_sync(lambda r: r.scalars(select(schema.meta.c.key)))))
    print(db.read_sync(lambda r: r.scalar(text("PRAGMA integrity_check"))))
"""


def test_a_disk_that_takes_no_more_bytes(sqlite_url: str) -> None:
    """A real write that the system refuses, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, sqlite_url], capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.splitlines() == ["StoreBroken", "['before']", "['before', 'large']", "ok"], ran.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 8 MB."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder = tmp_path / "disk"
    folder.mkdir()
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=8m") != 0:
        pytest.skip("mounting needs the rights of root")
    yield folder
    libc.umount2(os.fsencode(folder), 2)


def test_a_real_disk_that_is_full(sqlite_url: str, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    path = shutil.copy(sqlite_url, small_disk / "vitascope.db")
    with Database(str(path)) as db:
        db.write(put, "before").result(10)
        room = os.statvfs(small_disk)
        ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - 100_000))
        with pytest.raises(StoreError, match="full"):
            db.write(put, "large", "x" * 2_000_000).result(10)
        assert db.read_sync(keys) == {"before"}
        ballast.unlink()
        db.write(put, "large", "x" * 2_000_000).result(10)
        assert db.read_sync(keys) == {"before", "large"}
        assert db.read_sync(lambda r: r.scalar(text("PRAGMA integrity_check"))) == "ok"


def test_the_log_stays_bounded_under_readers_that_overlap(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 1 << 20
    monkeypatch.setattr(writer, "WAL_LIMIT_BYTES", limit)
    monkeypatch.setattr(writer, "WAL_CHECKPOINT_BYTES", limit // 4)
    log = Path(sqlite_url + "-wal")
    stop = threading.Event()
    with Database(sqlite_url, readers=3) as db:

        def read() -> None:
            while not stop.is_set():
                with db.reader() as r:
                    r.scalars(select(meta.c.key))
                    stop.wait(0.003)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        largest = 0
        try:
            for number in range(150):
                db.write(put, f"{number}", "x" * 100_000).result(10)
                largest = max(largest, log.stat().st_size)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert largest < 4 * limit
    assert not log.exists() or log.stat().st_size == 0


@pytest.fixture
def held_bytes() -> Callable[[], int]:
    """Tells how much memory SQLite holds in this process."""
    try:
        ask: Callable[[], int] = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    except AttributeError:
        pytest.skip("this Python was built so that its SQLite cannot be asked")
    ask.restype = ctypes.c_int64  # type: ignore[attr-defined]  # of a function of ctypes
    return ask


def fill(tx: Writer) -> None:
    tx.conn.execute(insert(meta), [{"key": f"k{n}", "value": "x" * 1000} for n in range(4000)])


def filled(r: Reader) -> int:
    return sum(value.startswith("xx") for value in r.scalars(select(meta.c.value)))


def test_a_database_at_rest_holds_no_pages(sqlite_url: str, held_bytes: Callable[[], int]) -> None:
    with Database(sqlite_url, readers=2) as database:
        database.write(fill).result(10)
        assert database.read_sync(filled) == 4000
        before = held_bytes()
        database.rest()
        assert held_bytes() < before - 3_000_000
        assert database.read_sync(filled) == 4000


def test_rest_takes_nothing_from_who_reads(database: Database) -> None:
    database.write(put, "a").result(10)
    with database.reader() as reader:
        assert keys(reader) == {"a"}
        database.rest()
        database.write(put, "b").result(10)
        assert keys(reader) == {"a"}
    database.rest()
    assert database.read_sync(keys) == {"a", "b"}


def test_an_idle_server_lets_its_database_rest(sqlite_url: str, held_bytes: Callable[[], int]) -> None:
    async def until_rested(database: Database) -> None:
        full = held_bytes()
        resting = asyncio.create_task(rest_when_idle(database, idle_s=0.02))
        while held_bytes() > full - 6_000_000:  # the reader's pages and the writer's
            await asyncio.sleep(0.01)
        resting.cancel()

    with Database(sqlite_url, readers=2) as database:
        database.write(fill).result(10)
        assert database.read_sync(filled) == 4000
        for _ in range(100):
            database.read_sync(Reader.scalar, text("SELECT 1"))
        asyncio.run(until_rested(database))
        assert database.read_sync(filled) == 4000
