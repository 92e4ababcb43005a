"""The original's files: stopped through its manager, taken, and started again whatever happens."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key, write
from tests.support.containers import make_sleeper, podman, podman_configured
from tests.support.running import command, environment

from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.errors import BackupError, CannotWrite
from vitascope.ops.backup.restore import RestoreOrder, restore, resume, undo
from vitascope.ops.backup.verify import verify
from vitascope.ops.managers import ManagerError, manager_of
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine

_LIBRARY = "Plug-in Support/Databases/com.plexapp.plugins.library.db"


@dataclass
class Noting:
    """A manager that notes what it is asked."""

    runs: bool = True
    asked: list[str] = field(default_factory=list)
    cannot: str = ""

    def running(self) -> bool:
        return self.runs

    def stop(self) -> None:
        self.asked.append("stop")
        if self.cannot == "stop":
            raise ManagerError("it does not stop")
        self.runs = False

    def start(self) -> None:
        self.asked.append("start")
        self.runs = True

    def renew(self) -> None:
        self.start()

    def describe(self) -> str:
        return "a manager that notes"


def _plex(support: SupportDir, number: int) -> None:
    """The original's files as far as they matter here: a database in its own order of text, with its log beside it."""
    root = support.root
    if root.exists():
        shutil.rmtree(root)
    write(root / "Preferences.xml", f'<?xml version="1.0"?><Preferences FriendlyName="{number}"/>'.encode())
    library = root / _LIBRARY
    library.parent.mkdir(parents=True)
    with closing(sqlite3.connect(library, isolation_level=None)) as connection:
        connection.create_collation("icu_root", lambda one, other: (one < other) - (one > other))
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE metadata_items (id INTEGER PRIMARY KEY, title TEXT COLLATE icu_root)")
        connection.execute("CREATE INDEX titles ON metadata_items (title COLLATE icu_root)")
        connection.executemany("INSERT INTO metadata_items (title) VALUES (?)", [[f"{number} {n}"] for n in range(500)])
        for suffix in ("-wal", "-shm"):
            shutil.copy(f"{library}{suffix}", f"{library}{suffix}.copy")
    for suffix in ("-wal", "-shm"):  # as after a power cut
        shutil.move(f"{library}{suffix}.copy", f"{library}{suffix}")
    with closing(sqlite3.connect(library.with_name("com.plexapp.plugins.library.blobs.db"))) as connection:
        connection.execute("CREATE TABLE blobs (blob BLOB)")
    write(library.with_name("com.plexapp.plugins.library.db-2026-11-20"), b"a dated copy")
    write(root / "Metadata/Movies/0/x.bundle/Contents/_combined/posters/p", f"{number}".encode())
    write(root / "Media/localhost/0/x.bundle/Contents/Indexes/index-sd.bif", f"{number}".encode())
    write(root / "plexmediaserver.pid", b"1")
    for left_out in ("Cache", "Crash Reports", "Updates", "Codecs", "Logs"):
        write(root / left_out / "x", f"{number}".encode())


def _number(support: SupportDir) -> int:
    with closing(sqlite3.connect(support.root / _LIBRARY)) as connection:
        connection.create_collation("icu_root", lambda one, other: (one < other) - (one > other))
        (title,) = connection.execute("SELECT title FROM metadata_items WHERE id = 500").fetchone()
    found = {
        str(title).split()[0],
        (support.root / "Metadata/Movies/0/x.bundle/Contents/_combined/posters/p").read_text(),
        (support.root / "Preferences.xml").read_text().split('"')[3],
    }
    assert len(found) == 1, found
    return int(found.pop())


@pytest.fixture
def support(tmp_path: Path) -> SupportDir:
    support = SupportDir.for_config(tmp_path / "config")
    _plex(support, 1)
    return support


def _order(support: SupportDir, backups: Path, key: Key, manager: Noting) -> Order:
    return Order(support=support, folder=backups, recipients=key.recipients, engine=Engine.PLEX, manager=manager)


@pytest.fixture
def made(support: SupportDir, backups: Path, key: Key) -> Made:
    return create(_order(support, backups, key, Noting()))


def test_the_database_with_its_log_is_taken_and_what_can_be_made_again_is_not(
    made: Made, support: SupportDir, key: Key
) -> None:
    names = {member.name for member in made.manifest.members}
    assert {_LIBRARY, f"{_LIBRARY}-wal", f"{_LIBRARY}-shm", _LIBRARY.replace(".db", ".blobs.db")} < names
    assert "Media/localhost/0/x.bundle/Contents/Indexes/index-sd.bif" in names
    assert not names & {f"{_LIBRARY}-2026-11-20", "plexmediaserver.pid"}
    assert not {name.partition("/")[0] for name in names} & {"Cache", "Crash Reports", "Updates", "Codecs", "Logs"}
    assert verify(made.path, key.identities, support).manifest == made.manifest


def test_it_is_stopped_and_started_again(support: SupportDir, backups: Path, key: Key) -> None:
    manager = Noting()
    create(_order(support, backups, key, manager))
    assert manager.asked == ["stop", "start"]


def test_one_that_did_not_run_is_not_started(support: SupportDir, backups: Path, key: Key) -> None:
    manager = Noting(runs=False)
    create(_order(support, backups, key, manager))
    assert manager.asked == []


def test_it_is_started_again_when_the_backup_fails(support: SupportDir, backups: Path, key: Key) -> None:
    manager = Noting()
    (support.root / "Plug-ins").mkdir()
    backups.mkdir()
    (support.root / "Preferences.xml").unlink()
    with pytest.raises(BackupError, match="neither preferences nor a database"):
        create(_order(support, backups, key, manager))
    assert manager.asked == ["stop", "start"]
    assert list(backups.iterdir()) == []


def test_a_signal_while_it_is_started_does_not_keep_it_from_starting(
    support: SupportDir, backups: Path, key: Key
) -> None:
    class Signalled(Noting):
        def start(self) -> None:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            inherited = subprocess.run(
                ["grep", "SigIgn\\|SigBlk", "/proc/self/status"], capture_output=True, check=True
            )
            assert not any(int(line.split()[1], 16) & (1 << 14 | 1 << 1) for line in inherited.stdout.splitlines())
            super().start()

    manager = Signalled()
    create(_order(support, backups, key, manager))
    assert manager.asked == ["stop", "start"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_it_is_started_again_when_it_could_not_be_stopped(support: SupportDir, backups: Path, key: Key) -> None:
    manager = Noting(cannot="stop")
    with pytest.raises(ManagerError, match="does not stop"):
        create(_order(support, backups, key, manager))
    assert manager.asked == ["stop", "start"]


def test_restored_while_it_is_stopped(made: Made, support: SupportDir, key: Key) -> None:
    _plex(support, 2)
    manager = Noting()
    restore(
        RestoreOrder(support=support, archive=made.path, identities=key.identities, engine=Engine.PLEX, manager=manager)
    )
    assert manager.asked == ["stop", "start"]
    assert _number(support) == 1
    for kept in ("Cache", "Crash Reports", "Updates", "Codecs", "Logs"):
        assert (support.root / kept / "x").read_text() == "2", "what a backup does not hold stays"
    undo(support, None, manager)
    assert manager.asked == ["stop", "start", "stop", "start"]
    assert _number(support) == 2


def test_it_is_not_started_on_a_mix_of_states(
    made: Made, support: SupportDir, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plex(support, 2)
    manager = Noting()
    real = Path.rename
    left = 3

    def rename(path: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if not left:
            raise OSError(5, "Input/output error", str(path))
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(CannotWrite, match="--resume"):
            restore(RestoreOrder(support=support, archive=made.path, identities=key.identities, manager=manager))
    assert manager.asked == ["stop"]
    assert resume(support, None, manager) is not None
    assert _number(support) == 1


def test_a_restore_that_is_refused_does_not_even_stop_it(made: Made, support: SupportDir, other_key: Key) -> None:
    _plex(support, 2)
    manager = Noting()
    with pytest.raises(BackupError):
        restore(RestoreOrder(support=support, archive=made.path, identities=other_key.identities, manager=manager))
    assert manager.asked == []
    assert _number(support) == 2


def test_a_damaged_library_is_found(support: SupportDir, backups: Path, key: Key) -> None:
    library = support.root / _LIBRARY
    for suffix in ("-wal", "-shm"):
        library.with_name(library.name + suffix).unlink()
    library.write_bytes(b"SQLite format 3\0" + os.urandom(20_000))
    made = create(_order(support, backups, key, Noting()))
    with pytest.raises(BackupError, match=r"library\.db"):
        verify(made.path, key.identities, support)


# --- with the command line, podman, and a signal -----------------------------------------------------------------


@pytest.fixture
def container(tmp_path: Path) -> Iterator[str]:
    with podman_configured(tmp_path):
        name = f"vitascope-test-{uuid.uuid4().hex[:8]}"
        image = make_sleeper()
        podman(
            "run", "-d", "--name", name, "--network=none", "--stop-signal=SIGKILL", image, "/bin/sleep", "1000"
        )  # fmt: skip
        yield name
        subprocess.run(["podman", "rm", "--force", "--time=0", "--ignore", name], capture_output=True, check=True)


def _started_at(name: str) -> str:
    return podman("container", "inspect", "--format={{.State.StartedAt}}", name)


def test_a_container_is_stopped_taken_and_started_by_the_command_line(
    support: SupportDir, tmp_path: Path, key: Key, container: str
) -> None:
    before = _started_at(container)
    base = ["--engine", "plex", "--manager", f"podman:{container}", "--config", str(tmp_path / "config")]
    made = subprocess.run(
        command("backup", "create", *base, "--to", str(tmp_path / "b"), "--recipient", key.recipients.texts[0]),
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert made.returncode == 0, made.stderr
    assert manager_of(f"podman:{container}").running()
    assert _started_at(container) != before
    (file,) = (tmp_path / "b").iterdir()
    _plex(support, 2)
    restored = subprocess.run(
        command("backup", "restore", str(file), *base, "--identity", str(key.file)),
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert restored.returncode == 0, restored.stderr
    assert _number(support) == 1
    assert manager_of(f"podman:{container}").running()


def test_ended_by_a_signal_it_is_started_again_and_nothing_is_left(
    support: SupportDir, tmp_path: Path, key: Key, container: str
) -> None:
    write(support.root / "Metadata/large", b"")
    os.truncate(support.root / "Metadata/large", 4 << 30)  # takes long to read, and no space
    before = _started_at(container)
    backups = tmp_path / "b"
    with subprocess.Popen(
        command(
            "backup", "create", "--engine", "plex", "--manager", f"podman:{container}",
            "--config", str(tmp_path / "config"), "--to", str(backups), "--recipient", key.recipients.texts[0],
        ),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as child:  # fmt: skip
        deadline = time.monotonic() + 120
        while manager_of(f"podman:{container}").running():
            assert time.monotonic() < deadline
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=120)
    assert child.returncode == 143, said
    assert "ended by a signal" in said
    assert manager_of(f"podman:{container}").running()
    assert _started_at(container) != before
    with suppress(FileNotFoundError):
        assert list(backups.iterdir()) == []
