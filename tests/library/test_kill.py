"""Kill -9 of the whole process tree at random points of a scan: nothing breaks, and the next scan completes it.

``VITASCOPE_KILL_ROUNDS`` is the number of kills (20, and 200 for the soak), ``VITASCOPE_KILL_SEED`` repeats a run.
"""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from vitascope.core.model import SectionKind
from vitascope.library.activities import ActivityBoard
from vitascope.library.scanner import ScanService
from vitascope.store.engine import Database

ROUNDS = int(os.environ.get("VITASCOPE_KILL_ROUNDS", "20"))
SEED = int(os.environ.get("VITASCOPE_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)

STARTER = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("kill", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.serve(sys.argv[2], int(sys.argv[3]))
"""
# What a library holds, without ids and times: equal for two ways to the same end.
CONTENT = {
    "items": """
        SELECT i.type, i.title, i.year, i.index_number, i.parent_index, i.extra_type, i.media_count, i.child_count,
               i.leaf_count, i.deleted_at IS NULL, p.title, g.title, i.thumb_at IS NULL
        FROM items i LEFT JOIN items p ON p.id = i.parent_id LEFT JOIN items g ON g.id = i.grandparent_id""",
    "files": "SELECT path, size_bytes, fingerprint, probe_version, error, missing_since IS NULL FROM files",
    "parts": """
        SELECT i.type, i.title, f.path, p.ordering FROM parts p JOIN items i ON i.id = p.item_id
        JOIN files f ON f.id = p.file_id JOIN media m ON m.id = p.media_id""",
    "streams": """
        SELECT f.path, s.type, s.index_number, s.codec FROM streams s JOIN parts p ON p.id = s.part_id
        JOIN files f ON f.id = p.file_id""",
    "taggings": """
        SELECT i.type, i.title, t.type, t.tag FROM taggings x JOIN tags t ON t.id = x.tag_id
        JOIN items i ON i.id = x.item_id""",
    "keys": "SELECT k.kind, k.key, i.type, i.title FROM identity_keys k JOIN items i ON i.identity_id = k.identity_id",
    "search": "SELECT i.type, s.title_tokens FROM search_texts s JOIN items i ON i.id = s.item_id",
    "counts": "SELECT item_type, item_count FROM item_counts",
    "tag counts": """
        SELECT c.item_type, t.tag, c.item_count FROM tag_counts c JOIN tags t ON t.id = c.tag_id""",
    "artworks": """
        SELECT i.type, i.title, a.kind, a.source, f.path, a.selected FROM artworks a JOIN items i ON i.id = a.item_id
        LEFT JOIN files f ON f.id = a.file_id""",
}


def content_of(path: str) -> dict[str, list[Any]]:
    with sqlite3.connect(path) as connection:
        found = {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in CONTENT.items()}
    connection.close()
    return found


def serve(path: str, section_id: int) -> None:
    """What the server does, in a process that can be killed."""

    async def scan() -> None:
        with Database(path, readers=2) as database:
            prefs = {"autoEmptyTrash": False, "ScannerLowPriority": False}
            service = ScanService(database, ActivityBoard(), pref=prefs.__getitem__, workers=2)
            result = await service.result(await service.start(section_id))
            await service.close()
            if result is None or result.failure is not None or not result.complete:
                raise SystemExit(1)

    asyncio.run(scan())


def children_of(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [grandchild for child in map(int, listed) for grandchild in (child, *children_of(child))]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def library_on_disk(library: Any) -> None:
    for album in range(12):
        for track in range(12):
            library.media.write(
                library.root / "Music" / f"Artist {album % 4}" / f"Album {album}" / f"{track}.mp3",
                title=f"Song {track}", artist=f"Artist {album % 4}", albumartist=f"Artist {album % 4}",
                album=f"Album {album}",
                tracknumber=str(track), genre=f"Genre {album % 3}",
            )  # fmt: skip
        cover = library.root / "Music" / f"Artist {album % 4}" / f"Album {album}" / "cover.jpg"
        cover.write_bytes(library.media.content("jpg"))


def test_a_scan_that_is_killed_is_completed_by_the_next(library: Any, tmp_path: Path) -> None:
    print(f"VITASCOPE_KILL_SEED={SEED}")
    dice = random.Random(SEED)
    section = library.section(SectionKind.ARTIST, "Music")
    library_on_disk(library)
    path = str(library.database.path)
    library.database.close()
    blank, undisturbed = tmp_path / "blank.db", tmp_path / "undisturbed.db"
    for copy in (blank, undisturbed):
        shutil.copy(path, copy)  # closed, so the log is folded in

    program = [sys.executable, "-c", STARTER, __file__]

    def start(database: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*program, database, str(section.id)], start_new_session=True)

    started = time.monotonic()
    assert start(str(undisturbed)).wait() == 0
    length_s = time.monotonic() - started
    expected = content_of(str(undisturbed))
    assert len(expected["files"]) == 12 * 13

    for number in range(ROUNDS):
        if number % 5 == 0:
            for suffix in ("-wal", "-shm"):
                Path(path + suffix).unlink(missing_ok=True)
            shutil.copy(blank, path)
        server = start(path)
        time.sleep(dice.uniform(0.1, 1.1) * length_s)
        tree = children_of(server.pid)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        for _ in range(1000):
            if not any(is_running(pid) for pid in tree):
                break
            time.sleep(0.01)
        assert not any(is_running(pid) for pid in tree), f"round {number}: processes outlived the server"
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        if number % 5 == 4:
            assert start(path).wait() == 0
            found = content_of(path)
            for name, rows in expected.items():
                assert found[name] == rows, f"round {number}, seed {SEED}: {name} differ"
