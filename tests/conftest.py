"""Fixtures for every folder: a real PostgreSQL for the session, and an empty database on each engine."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from tests.support.postgres import Cluster
from tests.support.running import RunningServer, make_demo_library, start_server

from vitascope.store import migrate
from vitascope.store.engine import Database


def pytest_configure() -> None:
    """Where the evening comes or it is night, the tests begin at noon: servers do the night's work by the clock on the
    wall, and would do it beside whatever a test looks at. Tests of that work bring clocks of their own."""
    now = time.time()
    if not 6 <= time.localtime(now).tm_hour < 20:
        os.environ["TZ"] = f"NOON{time.gmtime(now).tm_hour - 12:+}"  # POSIX counts to the west
        time.tzset()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One running PostgreSQL for the whole session."""
    with tempfile.TemporaryDirectory(prefix="vitascope-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of a PostgreSQL database with the schema and no rows."""
    url = postgres_cluster.create()
    yield url
    postgres_cluster.give_back(url)


@pytest.fixture
def empty_postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    url = postgres_cluster.create(empty=True)
    yield url
    postgres_cluster.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "vitascope.db"
    migrate.ensure(path)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The path of a SQLite database with the schema and no rows."""
    path = tmp_path / "vitascope.db"
    shutil.copy(sqlite_template, path)
    return str(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the schema and no rows, on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database without rows, on each engine in turn."""
    with Database(database_url, readers=2) as opened:
        yield opened


# --- property tests ------------------------------------------------------------------------------------------------

# The same examples in every run, so that a change is judged and not luck; `make fuzz` looks for new ones.
# Nothing is judged by the clock: a busy machine draws its first examples slowly.
_untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("test", _untimed, derandomize=True)
settings.register_profile("fuzz", _untimed, max_examples=5000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.function):
            item.add_marker("property")


# --- a running server ------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the engine behind the servers that tests start",
    )


@pytest.fixture(scope="session")
def demo_library() -> Path:
    """The demo library: ``Movies``, ``TV Shows``, ``Music``, ``Audiobooks``, ``Photos``, ``Home Videos``. Read only."""
    return make_demo_library()


@pytest.fixture(scope="session")
def database_arguments(request: pytest.FixtureRequest) -> Callable[[], list[str]]:
    """Makes the arguments that give a server a database of its own on the chosen engine."""
    if request.config.getoption("--database") == "sqlite":
        return list
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    return lambda: ["--database", cluster.create(empty=True)]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]
) -> Iterator[RunningServer]:
    """A server with an empty configuration, one for each test module."""
    running = start_server(tmp_path_factory.mktemp("config"), *database_arguments())
    yield running
    running.end()


@pytest.fixture(scope="module")
def client(server: RunningServer) -> httpx.Client:
    """A client of ``server`` that counts as the owner, since it comes from the same machine."""
    return server.client()
