"""The sequence of an update for a server whose database is a real PostgreSQL, and for the original's engine: a good
version, a broken one, and a kill at every point from which on the service is touched."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.ops.updates.conftest import (
    BROKEN,
    GOOD,
    OLD,
    Computer,
    House,
    Killed,
    Ledger,
    PostgresLedger,
    SqliteLedger,
    machine_of,
)
from tests.support.postgres import Cluster

from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import Preferences
from vitascope.ops.service import Engine
from vitascope.ops.updates.journal import Outcome, Step
from vitascope.ops.updates.running import go_back
from vitascope.store import migrate

PLEX_DATABASE = "com.plexapp.plugins.library.db"


def plex_config(folder: Path) -> SupportDir:
    """What the original leaves when it was stopped: its preferences and its database, in WAL mode."""
    support = SupportDir.for_config(folder / "config")
    support.make()
    preferences = Preferences(support.preferences)
    preferences.load()
    preferences.set({"FriendlyName": "the original's"})
    with closing(sqlite3.connect(support.databases / PLEX_DATABASE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    return support


@pytest.fixture(scope="module")
def url(postgres_cluster: Cluster) -> Iterator[str]:
    """A database of its own: schemas are made in it."""
    url = postgres_cluster.create(empty=True)
    migrate.ensure(url)
    yield url
    postgres_cluster.drop(url)


@pytest.fixture(params=["postgresql", "plex"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], House]:
    """Makes houses whose database says 1; those with PostgreSQL have it in common."""
    count = 0

    def make() -> House:
        nonlocal count
        count += 1
        folder = tmp_path / f"house{count}"
        ledger: Ledger
        if request.param == "plex":
            support = plex_config(folder)
            ledger, engine = SqliteLedger(support.databases / PLEX_DATABASE), Engine.PLEX
        else:
            support = SupportDir.for_config(folder / "config")
            support.make()
            Preferences(support.preferences).load()
            ledger, engine = PostgresLedger(request.getfixturevalue("url")), Engine.VITASCOPE
        ledger.write(1)
        database = ledger.url if isinstance(ledger, PostgresLedger) else ""
        return House(folder=folder, computer=Computer(support=support, ledger=ledger), engine=engine, database=database)

    return make


def test_a_good_version_a_broken_one_and_the_way_back_by_hand(make: Callable[[], House]) -> None:
    house = make()
    house.computer.registry = BROKEN
    record = house.run()
    assert (record.outcome, house.computer.runs, house.computer.ledger.read()) == (Outcome.ROLLED_BACK, OLD, 1)
    house.computer.registry = GOOD
    assert house.run().outcome is Outcome.UPDATED
    assert (house.computer.runs, house.computer.ledger.read()) == (GOOD, 2)
    house.computer.ledger.write(3)  # what people did since
    record = go_back(house.group, house.journal, machine_of(house.computer), "plex")
    assert (record.outcome, house.computer.runs, house.computer.ledger.read()) == (Outcome.ROLLED_BACK, OLD, 1)


@pytest.mark.parametrize("image", [GOOD, BROKEN], ids=["good", "broken"])
def test_a_kill_at_any_point_loses_nothing(make: Callable[[], House], image: str) -> None:
    whole = make()
    whole.computer.registry = image
    whole.run()
    points = len(whole.computer.done) + 2
    # until the new version starts, a broken one is like a good one
    begins = Step.STOPPING if image == GOOD else Step.STARTING
    first = whole.computer.done.index(f"before {begins}")
    # where the sequence may be killed is known from SQLite: a way back of PostgreSQL costs a second, so half will do
    step = 2 if isinstance(whole.computer.ledger, PostgresLedger) else 1
    killed = 0
    for number, point in enumerate(range(first, points, step)):
        house = make()
        computer, ledger = house.computer, house.computer.ledger
        computer.registry = image
        computer.points = point
        try:
            house.run()
        except Killed:
            killed += 1
        else:
            break
        computer.points = None
        if number % 2:  # the machine restarted, and with it whatever the name stands for
            computer.runs = None
            computer.start()
        house.run(unfinished_only=True)
        where = (point, computer.done)
        assert house.record.step is Step.IDLE, where
        assert (computer.runs, ledger.read()) in ((OLD, 1), (image, 2)), where
        house.run()
        assert (computer.runs, ledger.read()) == ((GOOD, 2) if image == GOOD else (OLD, 1)), where
        shutil.rmtree(house.folder)
    assert killed >= 4


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("make", ["postgresql"], indirect=True)
def test_a_database_that_nobody_named_keeps_the_update_from_being_made(make: Callable[[], House], tells: bool) -> None:
    """Without it the way back would be one to an old version with a new database."""
    house = make()
    house.computer.registry, house.computer.tells, house.database = GOOD, tells, ""
    record = house.run()
    assert (record.outcome, house.computer.runs, house.computer.ledger.read()) == (Outcome.FAILED, OLD, 1)
    assert "plex.toml" in record.message
    assert not any(each.startswith(("stop", "renew")) for each in house.computer.done)


def test_another_database_than_the_servers_is_refused(house: House) -> None:
    house.computer.registry, house.database = GOOD, "postgresql://elsewhere/vitascope"
    record = house.run()
    assert (record.outcome, house.computer.runs) == (Outcome.FAILED, OLD)
    assert "in a file" in record.message
