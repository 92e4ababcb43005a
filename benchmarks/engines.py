"""The two engines with libraries of any size in them, each made once in a run and copied after that."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from tests.support.postgres import Cluster, name_of

from benchmarks import seed_library
from benchmarks.multiply import multiply_postgresql, multiply_sqlite
from vitascope.ops.paths import SupportDir
from vitascope.store import migrate, people
from vitascope.store.engine import Database

SEEDED = 50_000
"""More items than these are copies of them."""

POSTGRESQL_OPTIONS = {"shared_buffers": "512MB", "maintenance_work_mem": "256MB", "max_wal_size": "8GB"}


class Engine(Protocol):
    """Where the databases of servers come from. Methods return the flags of ``vitascope serve`` for one."""

    name: str

    def empty(self) -> tuple[str, ...]:
        """A new database."""

    def library(self, kind: str, items: int, config: Path, /) -> tuple[str, ...]:
        """A database of its own that holds a library without files: ``films`` alone, or ``mixed``. ``config`` is that
        of the server it is for."""


def _films(url: str | Path, items: int) -> None:
    migrate.ensure(url)
    with Database(url, cache_kib=262_144) as database:
        database.write(people.ensure_owner).result()
        seeder = seed_library.Seeder(database, 1)
        seeder.movies(items)
        seeder.finish()
        seeder.states(0.05)


def _mixed(url: str | Path, items: int) -> None:
    seed_library.seed(url, items)


_KINDS: Mapping[str, Callable[[str | Path, int], None]] = {"films": _films, "mixed": _mixed}


class Sqlite:
    """Files below a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> tuple[str, ...]:
        return ()

    def library(self, kind: str, items: int, config: Path, /) -> tuple[str, ...]:
        seeded = min(items, SEEDED)
        model = self._folder / f"{kind}-{seeded}.db"
        if not model.exists():
            _KINDS[kind](model, seeded)
        database = SupportDir.for_config(config, {}).database
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model, database)
        if items > seeded:
            multiply_sqlite(database, items // seeded)
        return ()


class Postgresql:
    """Databases of a server that was started for the run."""

    name = "postgresql"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        with psycopg.connect(cluster.create(empty=True)) as connection:
            self.version = f"PostgreSQL {connection.info.server_version // 10000}"
        self._models: dict[tuple[str, int], str] = {}

    def empty(self) -> tuple[str, ...]:
        return ("--database", self._cluster.create(empty=True))

    def library(self, kind: str, items: int, _config: Path, /) -> tuple[str, ...]:
        seeded = min(items, SEEDED)
        model = self._models.get((kind, seeded))
        if model is None:
            model = self._models[kind, seeded] = self._cluster.create()
            _KINDS[kind](model, seeded)
        url = self._cluster.copy(name_of(model))
        multiply_postgresql(url, items // seeded)
        return ("--database", url)


@contextlib.contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A running PostgreSQL. Raises ``RuntimeError`` where none is installed."""
    with tempfile.TemporaryDirectory(prefix="vitascope-bench-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), POSTGRESQL_OPTIONS)
        try:
            cluster.start()
            yield Postgresql(cluster)
        finally:
            cluster.stop()
