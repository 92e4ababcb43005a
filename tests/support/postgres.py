"""A PostgreSQL of our own, for tests and benchmarks."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import psycopg

from vitascope.store import migrate
from vitascope.store.schema import metadata


class Cluster:
    """A PostgreSQL on a unix socket, without fsync; run as ``postgres`` when we run as root. ``options`` are
    settings of its own."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.binaries = binaries()
        self._options = options or {}
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
            **self._options,
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
        for _ in range(1200):
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
        return self.copy("template0" if empty else "template_vitascope")

    def copy(self, template: str) -> str:
        """The URL of a new database that holds what the ``template`` holds, which nobody may be using."""
        name = f"test_{secrets.token_hex(6)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
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
        self._sql(f"DROP DATABASE {name_of(url)} WITH (FORCE)")


def name_of(url: str) -> str:
    """The name of the database behind a URL of a cluster."""
    return url.partition("@/")[2].partition("?")[0]


def binaries() -> Path:
    """Where the newest installed PostgreSQL has its programs. Raises ``RuntimeError``."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: postgresql)")
    return Path(found).parent
