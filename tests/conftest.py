"""Fixtures for every folder: a real PostgreSQL for the session, and an empty database on each engine."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
from hypothesis import is_hypothesis_test, settings
from tests.support.running import RunningServer, make_demo_library, start_server

from vitascope.store import migrate
from vitascope.store.engine import Database
from vitascope.store.schema import metadata


class Cluster:
    """A PostgreSQL of our own on a unix socket, without fsync; run as ``postgres`` when the tests run as root."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder = folder
        self.binaries = binaries
        self._run_as = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._clean: list[str] = []

    def _drop_rights(self) -> None:
        if self._run_as is not None:
            os.setgid(self._run_as.pw_gid)
            os.setuid(self._run_as.pw_uid)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        if self._run_as is not None:
            os.chown(self.folder, self._run_as.pw_uid, self._run_as.pw_gid)
        data = self.folder / "data"
        run = partial(subprocess.run, check=True, capture_output=True, preexec_fn=self._drop_rights, cwd="/")
        run([self.binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])
        options = {
            "unix_socket_directories": str(self.folder),
            "listen_addresses": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "64MB",
            "max_connections": "60",
        }
        arguments = [item for key, value in options.items() for item in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [self.binaries / "postgres", "-D", data, *arguments],
                stdout=log,
                stderr=log,
                preexec_fn=self._drop_rights,
                cwd="/",
            )
        for _ in range(300):
            try:
                psycopg.connect(self._url("postgres")).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.05)
        else:
            raise RuntimeError((self.folder / "log").read_text())
        self._sql("CREATE DATABASE template_vitascope")
        migrate.ensure(self._url("template_vitascope"))

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=30)

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, *, empty: bool = False) -> str:
        """The URL of a new database, with the schema unless ``empty``."""
        if not empty and self._clean:
            return self._clean.pop()
        name = f"test_{secrets.token_hex(6)}"
        self._sql(f"CREATE DATABASE {name}" + ("" if empty else " TEMPLATE template_vitascope STRATEGY FILE_COPY"))
        return self._url(name)

    def give_back(self, url: str) -> None:
        """Empty a database for the next test (a new one costs a quarter of a second), or drop it if it was altered."""
        with psycopg.connect(url, autocommit=True) as connection:
            tables = {
                row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            }
            if tables - {"alembic_version"} == set(metadata.tables):
                connection.execute("; ".join(str(table.delete()) for table in metadata.tables.values()))
                self._clean.append(url)
                return
        self.drop(url)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")


def _postgres_binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: postgresql)")
    return Path(found).parent


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One running PostgreSQL for the whole session."""
    with tempfile.TemporaryDirectory(prefix="vitascope-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), _postgres_binaries())
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
settings.register_profile("test", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=5000, print_blob=True)
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
