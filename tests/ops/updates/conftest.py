"""A machine in memory with one container, whose files are real: a support directory with a real database, of ours in
SQLite or PostgreSQL, or of the original."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from tests.ops.backup.conftest import fill, watch, watched

from vitascope.ops.managers import Manager, ManagerCommandFailed
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import NotAsked
from vitascope.ops.updates.groups import Group, Member, Times
from vitascope.ops.updates.journal import Journal, Record
from vitascope.ops.updates.running import Machine, run_group
from vitascope.ops.updates.servers import Seen
from vitascope.ops.updates.update import Wanted

IMAGE = "registry.example/plex:latest"
OLD, GOOD, BROKEN, ENDING = "a" * 64, "b" * 64, "c" * 64, "d" * 64
NIGHT = 1_800_000_000.0


class Ledger(Protocol):
    """The database of a server, and a number in it that tells who wrote it last: the old version 1, the new one 2."""

    def write(self, number: int) -> None: ...

    def read(self) -> int:
        """The number; ``-1`` when the old version could not read it."""
        ...

    def spoil(self) -> None: ...


@dataclass(frozen=True)
class SqliteLedger:
    """A file."""

    file: Path

    def write(self, number: int) -> None:
        watch(self.file, number)

    def read(self) -> int:
        try:
            return watched(self.file)
        except sqlite3.DatabaseError:
            return -1

    def spoil(self) -> None:
        self.file.write_bytes(b"spoiled")


@dataclass(frozen=True)
class PostgresLedger:
    """Tables of a real PostgreSQL."""

    url: str

    def write(self, number: int) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DELETE FROM meta WHERE key = 'test'")
            connection.execute("INSERT INTO meta (key, value) VALUES ('test', %s)", [str(number)])

    def read(self) -> int:
        with psycopg.connect(self.url, autocommit=True) as connection:
            try:
                connection.execute("SELECT count(*) FROM items")
            except psycopg.errors.UndefinedTable:
                return -1
            found = connection.execute("SELECT value FROM meta WHERE key = 'test'").fetchone()
            return int(found[0]) if found is not None else -1

    def spoil(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS items")
            connection.execute("UPDATE meta SET value = '7'")
            connection.execute("UPDATE alembic_version SET version_num = 'x'")


class Killed(BaseException):
    """Where a run was killed; nothing of it may catch this."""


@dataclass(kw_only=True)
class Computer:
    """Images by name, and a container that one of them runs in. The new versions change the database when they start:
    the good one upgrades it, the others spoil it."""

    support: SupportDir
    ledger: Ledger
    names: dict[str, str] = field(default_factory=lambda: {IMAGE: OLD})
    registry: str = OLD
    runs: str | None = OLD
    known: set[str] = field(default_factory=lambda: {OLD, GOOD, BROKEN, ENDING})
    players: list[tuple[str, ...] | NotAsked] = field(default_factory=list)
    """What is played, look by look; nothing afterwards."""
    tells: bool = True
    """Whether the server says what its database is."""
    now: float = NIGHT
    slept: list[float] = field(default_factory=list)
    starts_for: int = 0
    """Looks at the good version until it is ready."""
    clock_gains: float = 0
    """By so many seconds its clock is put forward while a run rests."""
    points: int | None = None
    """After so many steps it is killed."""
    done: list[str] = field(default_factory=list)

    def point(self, what: str) -> None:
        """A place where a run can be killed."""
        if self.points is not None:
            if self.points == 0:
                raise Killed(what)
            self.points -= 1
        self.done.append(what)

    # --- images
    def running(self, container: str) -> str | None:
        assert container == "plex"
        return self.runs

    def named(self, name: str) -> str | None:
        found = self.names.get(name, name)
        return found if found in self.known else None

    def pull(self, name: str) -> None:
        self.point("pull")
        self.names[name] = self.registry

    def tag(self, identifier: str, name: str) -> None:
        if self.done[-1:] != ["pull"]:  # a name that a pull moved is put back at once: no point between
            self.point(f"tag {identifier[0]} {name}")
        self.names[name] = identifier
        if self.done[-1] == "pull":
            self.done.append("put back")

    def version(self, identifier: str) -> str:
        return f"version {identifier[0]}"

    # --- the manager
    def is_running(self) -> bool:
        return self.runs is not None

    def stop(self) -> None:
        self.point("stop")
        self.runs = None

    def start(self) -> None:
        """What its name stands for, as it also starts when the machine does."""
        if self.runs is not None:
            return
        self.runs = self.names[IMAGE]
        if self.runs == GOOD:
            self.ledger.write(2)
        elif self.runs != OLD:
            self.ledger.spoil()
        if self.runs == ENDING:
            self.runs = None
            raise ManagerCommandFailed(["systemctl", "start"], 1, "it ended")

    def renew(self) -> None:
        self.point("renew")
        self.start()

    # --- the server
    def look(self, member: Member) -> Seen:
        assert member.name == "plex"
        ready = self.runs == GOOD or (self.runs == OLD and self.readable)
        if self.runs == GOOD and self.starts_for:
            self.starts_for, ready = self.starts_for - 1, False
        return Seen(ready=ready, machine="5b10" if ready else "", words="all is well" if ready else "it says nothing")

    def players_of(self) -> tuple[str, ...]:
        if not self.players:
            return ()
        found = self.players.pop(0)
        if isinstance(found, NotAsked):
            raise found
        return found

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + self.clock_gains

    @property
    def kind(self) -> str:
        """Of the database, by the server's own word."""
        if not self.tells:
            return ""
        return "postgresql" if isinstance(self.ledger, PostgresLedger) else "sqlite"

    @property
    def readable(self) -> bool:
        """Whether the old version can read the database."""
        return self.ledger.read() == 1


@dataclass(frozen=True)
class _Manager:
    computer: Computer

    def running(self) -> bool:
        return self.computer.is_running()

    def stop(self) -> None:
        self.computer.stop()

    def start(self) -> None:
        self.computer.start()

    def renew(self) -> None:
        self.computer.renew()

    def describe(self) -> str:
        return "the unit plex.service"


@dataclass(frozen=True)
class _Servers:
    computer: Computer

    def look(self, member: Member) -> Seen:
        return self.computer.look(member)

    def players(self, member: Member) -> tuple[str, ...]:
        assert member.name == "plex"
        return self.computer.players_of()

    def database(self, member: Member) -> str:
        return self.computer.kind if member.engine is Engine.VITASCOPE else ""


class Interrupted(Journal):
    """A journal that is a place to be killed at, before and after each write."""

    def __init__(self, folder: Path, computer: Computer) -> None:
        super().__init__(folder)
        self._computer = computer

    def write(self, member: str, record: Record) -> None:
        self._computer.point(f"before {record.step}")
        super().write(member, record)
        self._computer.point(f"after {record.step}")


def machine_of(computer: Computer) -> Machine:
    manager: Manager = _Manager(computer)
    return Machine(
        images=lambda _: computer,
        manager=lambda _: manager,
        servers=_Servers(computer),
        clock=lambda: computer.now,
        elapsed=lambda: sum(computer.slept),
        sleep=computer.sleep,
    )


@dataclass(kw_only=True)
class House:
    """One member on its machine."""

    folder: Path
    computer: Computer
    pull: bool = True
    times: Times = field(default_factory=Times)
    backup_dir: str = ""
    recipients_file: str = ""
    engine: Engine = Engine.VITASCOPE
    database: str = ""

    @property
    def member(self) -> Member:
        return Member(
            name="plex",
            image=IMAGE,
            manager="systemd-user:plex.service",
            url="http://127.0.0.1:1",
            pull=self.pull,
            engine=self.engine,
            database=self.database,
            config=str(self.folder / "config"),
            healthy_within=30,
            backup_dir=self.backup_dir,
            recipients_file=self.recipients_file,
        )

    @property
    def group(self) -> Group:
        return Group(name="interactive", times=self.times, members=(self.member,), broken={})

    @property
    def journal(self) -> Interrupted:
        return Interrupted(self.folder / "state" / "interactive", self.computer)

    @property
    def record(self) -> Record:
        return self.journal.read("plex")

    def run(self, **wanted: object) -> Record:
        """One run, as another process would make it."""
        order = Wanted(**{"deadline": self.group.deadline(self.computer.now), **wanted})  # type: ignore[arg-type]
        (result,) = run_group(self.group, self.journal, machine_of(self.computer), order)
        return result.record


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A configuration folder with a real, small server in it."""
    config = tmp_path_factory.mktemp("updates") / "config"
    fill(SupportDir.for_config(config), sqlite_template, 1)
    return config


@pytest.fixture
def make_house(filled: Path, tmp_path: Path) -> Callable[[], House]:
    """Makes houses, each with files of its own."""
    count = 0

    def make() -> House:
        nonlocal count
        count += 1
        folder = tmp_path / f"house{count}"
        shutil.copytree(filled, folder / "config")
        support = SupportDir.for_config(folder / "config")
        return House(folder=folder, computer=Computer(support=support, ledger=SqliteLedger(support.database)))

    return make


@pytest.fixture
def house(make_house: Callable[[], House]) -> House:
    return make_house()
