"""Servers that have scanned a library and ended, to be copied: a copy starts in a moment, and has nothing left to do.

What a scan leaves for later (pictures, key frames) is done before the snapshot is taken. Every copy would do it again,
beside whatever its tests look at.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.postgres import Cluster, name_of
from tests.support.running import RunningServer, start_server

from vitascope.store import jobs
from vitascope.store.engine import Database

_PATIENCE_S = 240.0


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A server that has ended."""

    config: Path
    database: str | None
    """Of PostgreSQL: the database that is copied for each server."""

    def restored(self, request: pytest.FixtureRequest, config: Path, host: str = "127.0.0.1") -> RunningServer:
        """A running server on a copy of it."""
        shutil.copytree(self.config, config, dirs_exist_ok=True)
        arguments: list[str] = []
        if self.database is not None:
            cluster: Cluster = request.getfixturevalue("postgres_cluster")
            arguments = ["--database", cluster.copy(name_of(self.database))]
        return start_server(config, *arguments, host=host)


def taken(server: RunningServer, arguments: list[str]) -> Snapshot:
    """A snapshot of a server that was started with these arguments of its database; it has ended then."""
    server.wait_idle()
    database = arguments[-1] if arguments else None
    deadline = time.monotonic() + _PATIENCE_S
    path = server.support / "Plug-in Support" / "Databases" / "vitascope.db"
    with Database(database or path, readers=1, writable=False) as opened:
        while left := opened.read_sync(jobs.waiting):
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
    assert server.end() == 0
    return Snapshot(config=server.config, database=database)
