"""What is in a backup, that plain programs open it, and that a failed one leaves nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.ops.backup.conftest import MADE_BY_US, UPLOADED, Key, watch, write
from tests.support.running import environment

from vitascope import __version__
from vitascope.ops.backup.create import Made, Order, create
from vitascope.ops.backup.errors import BackupError, NotHere
from vitascope.ops.backup.keys import parse_recipients
from vitascope.ops.backup.verify import verify
from vitascope.ops.paths import SupportDir
from vitascope.store.check import check
from vitascope.store.engine import Database

# What the system counts for a child also counts its parent, as it was when it started the child: so it tells itself.
_TELLING = """
import atexit, sys
from pathlib import Path
def tell():
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
atexit.register(tell)
from vitascope.cli import main
main(sys.argv[1:])
"""


def unpack(archive: Path, key: Path, folder: Path) -> list[str]:
    """With the real programs; returns the names in their order."""
    folder.mkdir()
    program = 'set -o pipefail; age -d -i "$1" "$2" | zstd -dq | tar -xv -C "$3"'
    done = subprocess.run(
        ["bash", "-c", program, "bash", str(key), str(archive), str(folder)], check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_plain_age_zstd_and_tar_open_it(made: Made, key: Key, tmp_path: Path, support: SupportDir) -> None:
    names = unpack(made.path, key.file, tmp_path / "out")
    assert names[0] == "manifest.json"
    assert sorted(names[1:]) == sorted(
        f"Plex Media Server/{name}"
        for name in (
            "Plug-in Support/Databases/vitascope.db",
            "Preferences.xml",
            f"Metadata/Vitascope/a1/{UPLOADED}",
            "Profiles/Chrome.xml",
            "Sources/rclone.conf",
            f"Plug-ins/Audnexus.bundle/Contents/{'long ' * 30}/Info.plist",
            "Vitascope/store.json",
        )
    )
    restored = SupportDir(tmp_path / "out" / "Plex Media Server")
    assert restored.preferences.read_bytes() == support.preferences.read_bytes()
    with Database(restored.database) as database, database.reader() as reader:
        assert [str(problem) for problem in check(reader) if "artworks" not in problem.what] == []


def test_the_manifest_says_what_is_in_it(made: Made, key: Key, tmp_path: Path) -> None:
    unpack(made.path, key.file, tmp_path / "out")
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["version"] == __version__
    assert told["engine"] == "vitascope"
    assert told["database"] == "sqlite"
    assert len(told["machine_id"]) == 40
    for name, size, digest, _mode, _mtime in told["members"]:
        file = tmp_path / "out" / "Plex Media Server" / name
        found = subprocess.run(["sha256sum", str(file)], check=True, capture_output=True, text=True).stdout
        assert (file.stat().st_size, found.split()[0].lstrip("\\")) == (size, digest)


def test_its_name_tells_time_and_version_and_nobody_else_reads_it(made: Made) -> None:
    stamp, version = made.path.name.removeprefix("plex-").removesuffix(".tar.zst.age").split("Z-")
    assert len(stamp) == len("20260101T030000")
    assert version == __version__
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_two_of_one_second_do_not_meet(support: SupportDir, backups: Path, key: Key) -> None:
    order = Order(support=support, folder=backups, recipients=key.recipients)
    both = {create(order, now=lambda: 1_800_000_000.0).path for _ in range(2)}
    assert both == set(backups.iterdir())
    assert len(both) == 2


def test_every_recipient_opens_it(support: SupportDir, backups: Path, key: Key, other_key: Key, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "ssh")], check=True)
    listed = tmp_path / "recipients.txt"
    listed.write_text(f"# of the house\n{other_key.recipients.texts[0]}\n\n{(tmp_path / 'ssh.pub').read_text()}")
    recipients = parse_recipients(key.recipients.texts, [listed])
    assert len(recipients.texts) == 3
    made = create(Order(support=support, folder=backups, recipients=recipients))
    for number, file in enumerate((key.file, other_key.file, tmp_path / "ssh")):
        assert unpack(made.path, file, tmp_path / f"out{number}")[0] == "manifest.json"


def test_without_a_recipient_it_must_be_asked_for(support: SupportDir, backups: Path) -> None:
    with pytest.raises(BackupError, match="no recipient"):
        create(Order(support=support, folder=backups))
    assert not backups.exists()
    made = create(Order(support=support, folder=backups, unencrypted=True))
    assert made.path.name.endswith(".tar.zst")
    assert not made.encrypted
    listed = subprocess.run(
        ["bash", "-c", f"set -o pipefail; zstd -dqc {made.path} | tar -t"], check=True, capture_output=True, text=True
    )
    assert listed.stdout.splitlines()[0] == "manifest.json"


def test_a_picture_that_we_made_and_the_cache_are_not_in_it(made: Made) -> None:
    names = " ".join(member.name for member in made.manifest.members)
    for left_out in (MADE_BY_US, "Cache", "Crash Reports", "Updates", "Codecs", "Logs", "bundle/Contents/poster"):
        assert left_out not in names


def test_the_copy_is_of_one_moment_while_the_server_writes(support: SupportDir, backups: Path, key: Key) -> None:
    with closing(sqlite3.connect(support.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE pairs (a INTEGER, b INTEGER, c BLOB)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO pairs VALUES (0, 0, ?)", [[b"x" * 4000]] * 3000)
        connection.execute("COMMIT")
    ended = threading.Event()
    written = 0

    def server() -> None:
        nonlocal written
        with closing(sqlite3.connect(support.database, isolation_level=None, timeout=60)) as connection:
            while not ended.is_set():
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE pairs SET a = a + 1 WHERE rowid % 100 = 1")
                connection.execute("UPDATE pairs SET b = b + 1 WHERE rowid % 100 = 1")
                connection.execute("COMMIT")
                written += 1

    thread = threading.Thread(target=server)
    thread.start()
    try:
        made = [create(Order(support=support, folder=backups, recipients=key.recipients)) for _ in range(3)]
    finally:
        ended.set()
        thread.join()
    assert written > 0
    for number, one in enumerate(made):
        out = backups / f"out{number}"
        unpack(one.path, key.file, out)
        with closing(sqlite3.connect(out / "Plex Media Server/Plug-in Support/Databases/vitascope.db")) as connection:
            assert connection.execute("SELECT count(*) FROM pairs WHERE a <> b").fetchone() == (0,)
            assert connection.execute("SELECT count(DISTINCT a) FROM pairs WHERE rowid % 100 = 1").fetchone() == (1,)
        shutil.rmtree(out)


def test_what_changes_meanwhile_is_read_again(support: SupportDir, backups: Path, key: Key) -> None:
    profile = support.root / "Profiles/Chrome.xml"
    changes = iter(range(2))

    def progress(what: str, _done: float) -> None:
        if what == "writing" and (number := next(changes, None)) is not None:
            profile.write_bytes(b"changed" * (number + 1))

    made = create(Order(support=support, folder=backups, recipients=key.recipients), progress)
    found = verify(made.path, key.identities, support)
    assert found.manifest is not None
    sizes = {member.name: member.size_bytes for member in found.manifest.members}
    assert sizes["Profiles/Chrome.xml"] == profile.stat().st_size
    assert list(backups.iterdir()) == [made.path]


def test_what_never_rests_fails_and_leaves_nothing(support: SupportDir, backups: Path, key: Key) -> None:
    profile = support.root / "Profiles/Chrome.xml"

    def progress(what: str, _done: float) -> None:
        if what == "writing":
            profile.write_bytes(profile.read_bytes() + b"more")

    with pytest.raises(BackupError, match=r"Chrome\.xml changes all the time"):
        create(Order(support=support, folder=backups, recipients=key.recipients), progress)
    assert list(backups.iterdir()) == []
    assert list((support.cache / "Backup").iterdir()) == []


def test_links_and_pipes_are_not_followed(support: SupportDir, backups: Path, key: Key) -> None:
    (support.root / "Profiles/passwd.xml").symlink_to("/etc/passwd")
    (support.root / "Plug-ins/loop").symlink_to("..")
    os.mkfifo(support.root / "Profiles/pipe.xml")
    made = create(Order(support=support, folder=backups, recipients=key.recipients))
    assert {"Profiles/passwd.xml", "Profiles/pipe.xml"}.isdisjoint(member.name for member in made.manifest.members)


def test_names_that_are_no_text_survive(support: SupportDir, backups: Path, key: Key, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 100%41.xml")
    (support.root / "Profiles" / name).write_bytes(b"latin")
    made = create(Order(support=support, folder=backups, recipients=key.recipients))
    found = verify(made.path, key.identities, support).manifest
    assert found is not None
    assert f"Profiles/{name}" in {member.name for member in found.members}
    unpack(made.path, key.file, tmp_path / "out")
    assert (tmp_path / "out/Plex Media Server/Profiles" / name).read_bytes() == b"latin"


def test_nothing_there_is_no_backup(tmp_path: Path, backups: Path, key: Key) -> None:
    support = SupportDir.for_config(tmp_path / "nowhere")
    with pytest.raises(NotHere):
        create(Order(support=support, folder=backups, recipients=key.recipients))
    support.make()
    with pytest.raises(NotHere, match="neither preferences nor a database"):
        create(Order(support=support, folder=backups, recipients=key.recipients))
    assert list(backups.iterdir()) == []


def test_the_package_state_comes_from_where_it_lies(
    support: SupportDir, backups: Path, key: Key, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "store.json"
    elsewhere.write_text('{"mediaSources": ["elsewhere"]}')
    order = Order(support=support, folder=backups, recipients=key.recipients, package_state=elsewhere)
    unpack(create(order).path, key.file, tmp_path / "out")
    stored = tmp_path / "out/Plex Media Server/Vitascope/store.json"
    assert stored.read_text() == elsewhere.read_text()


def test_memory_does_not_grow_with_what_is_backed_up(support: SupportDir, tmp_path: Path, key: Key) -> None:
    large = support.root / "Profiles/large.xml"

    def peak_mib() -> float:
        arguments = ["--config", str(tmp_path / "config"), "--to", str(tmp_path / "b")]
        done = subprocess.run(
            [sys.executable, "-c", _TELLING, "backup", "create", *arguments, "--recipient", key.recipients.texts[0]],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        return int(done.stderr.splitlines()[-1]) / 1024

    small = peak_mib()
    write(large, b"")
    os.truncate(large, 512 << 20)
    assert peak_mib() < small + 32


def test_a_damaged_database_is_found_by_verify(support: SupportDir, backups: Path, key: Key) -> None:
    watch(support.database, 2)
    data = bytearray(support.database.read_bytes())
    for offset in range(4096 * 3, len(data), 4096):
        data[offset : offset + 64] = bytes(64)
    support.database.write_bytes(data)
    try:
        made = create(Order(support=support, folder=backups, recipients=key.recipients))
    except BackupError:
        assert list(backups.iterdir()) == []
        return
    with pytest.raises(BackupError, match=r"vitascope\.db"):
        verify(made.path, key.identities, support)
