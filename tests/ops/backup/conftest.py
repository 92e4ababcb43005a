"""A support directory with something in every place, and keys of age."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.keys import Recipients, load_identities, parse_recipients
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import Preferences

UPLOADED = "a1b2c3d4e5f60718.jpg"
MADE_BY_US = "ffeeddccbbaa9988.jpg"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of age in a file, made by the real program."""

    file: Path
    recipients: Recipients

    @property
    def identities(self) -> list[Any]:
        return load_identities(self.file)


def make_key(folder: Path, name: str) -> Key:
    file = folder / name
    subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", str(file)], check=True, capture_output=True, text=True).stdout
    return Key(file=file, recipients=parse_recipients([public]))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    if shutil.which("age-keygen") is None:
        pytest.skip("age is not on this machine")
    return make_key(tmp_path_factory.mktemp("key"), "key.txt")


@pytest.fixture(scope="session")
def other_key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return make_key(tmp_path_factory.mktemp("key"), "other.txt")


def watch(database: Path, number: int) -> None:
    """Something that a person did, told apart by a number."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('test', ?)", [str(number)])


def watched(database: Path) -> int:
    """What :func:`watch` wrote."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT value FROM meta WHERE key = 'test'").fetchone()[0])


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def fill(support: SupportDir, template: Path, number: int) -> None:
    """Makes a state that is told apart from others by its number, in every place."""
    support.make()
    preferences = Preferences(support.preferences)
    preferences.load()
    preferences.set({"FriendlyName": f"state {number}"})
    shutil.copy(template, support.database)
    support.database.chmod(0o600)
    watch(support.database, number)
    with closing(sqlite3.connect(support.database, isolation_level=None)) as connection:
        statement = (
            "INSERT INTO artworks (id, item_id, kind, source, cache_key, ordering, selected)"
            " VALUES (?, 1, 't', ?, ?, 0, 1)"
        )
        connection.execute(statement, [1, "upload", UPLOADED])
        connection.execute(statement, [2, "frame", MADE_BY_US])
    root = support.root
    write(root / "Metadata/Vitascope/a1" / UPLOADED, f"picture {number}".encode() * 1000)
    write(root / "Metadata/Vitascope/ff" / MADE_BY_US, b"made")
    write(root / "Metadata/Movies/0/x.bundle/Contents/poster", b"the original's")
    write(root / "Sources/rclone.conf", b"[b2]\ntype = b2\n")
    write(root / "Profiles/Chrome.xml", f"<Client number='{number}'/>".encode())
    write(root / "Plug-ins/Audnexus.bundle/Contents" / ("long " * 30) / "Info.plist", f"{number}".encode())
    write(root / "Vitascope/store.json", f'{{"mediaSources": ["{number}"]}}'.encode())
    write(support.cache / "PhotoTranscoder/x.jpg", f"cache {number}".encode())
    write(support.logs / "Plex Media Server.log", b"log")
    write(support.codecs / "codec", b"codec")
    write(support.updates / "update", b"update")
    write(support.crash_reports / "crash", b"crash")


@dataclass(frozen=True, kw_only=True)
class State:
    """What tells one state from another."""

    name: str
    database: int
    picture: bytes
    profile: bytes
    plugin: bytes
    package: bytes

    @property
    def number(self) -> int:
        """The number of the state, which must be the same everywhere."""
        found = {
            int(self.name.rpartition(" ")[2]),
            self.database,
            int(self.picture[: len("picture 99")].decode().split()[1].rstrip("p")),
            int(self.profile.split(b"'")[1]),
            int(self.plugin),
            int(self.package.split(b'["')[1].split(b'"')[0]),
        }
        assert len(found) == 1, f"a mix of states: {self}"
        return found.pop()


def state_of(support: SupportDir) -> State:
    """Reads a state; ``number`` says which it is, or fails for a mix."""
    preferences = Preferences(support.preferences)
    preferences.peek()
    root = support.root
    (plugin,) = root.glob("Plug-ins/Audnexus.bundle/Contents/*/Info.plist")
    return State(
        name=preferences.text("FriendlyName"),
        database=watched(support.database),
        picture=(root / "Metadata/Vitascope/a1" / UPLOADED).read_bytes(),
        profile=(root / "Profiles/Chrome.xml").read_bytes(),
        plugin=plugin.read_bytes(),
        package=(root / "Vitascope/store.json").read_bytes(),
    )


@pytest.fixture
def support(tmp_path: Path, sqlite_template: Path) -> SupportDir:
    """State 1."""
    support = SupportDir.for_config(tmp_path / "config")
    fill(support, sqlite_template, 1)
    return support


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def made(support: SupportDir, backups: Path, key: Key) -> Made:
    """A backup of state 1."""
    return create(Order(support=support, folder=backups, recipients=key.recipients))
