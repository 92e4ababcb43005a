"""Database files: sound, damaged, foreign, and in use by others."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from vitascope.ops.health import Health
from vitascope.ops.health.databases import is_in_use, look_at_file, read_only

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode=wal")
connection.execute("CREATE TABLE IF NOT EXISTS one(two)")
connection.execute("INSERT INTO one VALUES (1)")
connection.commit()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_sound_file_and_none(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert look_at_file(path).health is Health.DISABLED
    assert not path.exists()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE one(two)")
    assert look_at_file(path).health is Health.SUCCESS


@pytest.mark.parametrize("place", [100, 4_100, 8_200])
def test_a_damaged_file(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE one(two)")
        connection.executemany("INSERT INTO one VALUES (?)", [("x" * 100,)] * 500)
        connection.commit()
    data = bytearray(path.read_bytes())
    data[place : place + 64] = b"\xa5" * 64
    path.write_bytes(data)
    found = look_at_file(path)
    assert found.health is Health.FAILURE
    assert str(path) in found.detail
    assert path.read_bytes() == bytes(data)


def test_the_originals_own_collation_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "com.plexapp.plugins.library.db"
    with closing(sqlite3.connect(path)) as connection:
        # As the original orders them: not as the stand-in would.
        connection.create_collation("icu_root", lambda one, other: (one < other) - (one > other))
        connection.execute("CREATE TABLE metadata_items(title_sort)")
        connection.execute("CREATE INDEX index_title_sort_icu ON metadata_items(title_sort COLLATE icu_root)")
        connection.executemany("INSERT INTO metadata_items VALUES (?)", [(f"title {n}",) for n in range(2_000)])
        connection.commit()
    before = path.read_bytes()
    assert look_at_file(path).health is Health.SUCCESS
    assert path.read_bytes() == before


def test_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE one(two)")
    with closing(read_only(path)) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO one VALUES (1)")


def test_a_database_that_somebody_has_open_is_in_use_until_they_end(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert not is_in_use(path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert is_in_use(path)
    assert look_at_file(path).health is Health.SUCCESS
    assert is_in_use(path)
    holder.kill()
    holder.communicate()
    assert Path(f"{path}-shm").exists()  # what a crash leaves is no sign of life
    assert not is_in_use(path)
