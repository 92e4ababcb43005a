"""Changes below the roots become scans of the folders they happened in."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from watchfiles import Change

from vitascope.core.model import SectionKind
from vitascope.library.watch import Watcher, changed_folders, concerns_media, is_object_storage, is_remote, read_mounts
from vitascope.sources import folders
from vitascope.sources.folders import expect_mounts
from vitascope.store.rows import LocationRow

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/media /mnt/nas nfs4 rw 0 0
remote: /mnt/my\040cloud fuse.rclone rw 0 0
/dev/sdb1 /mnt/nas/local ext4 rw 0 0
"""


def test_network_mounts_are_told_from_disks() -> None:
    mounts = read_mounts(MOUNTS)
    assert is_remote(b"/mnt/nas/films", mounts)
    assert is_remote(b"/mnt/my cloud", mounts)
    assert not is_remote(b"/mnt/nas/local/films", mounts)
    assert not is_remote(b"/home/films", mounts)
    assert not is_remote(b"/mnt/nas2", mounts)


def test_what_rclone_mounts_or_will_mount_is_object_storage() -> None:
    mounts = read_mounts(MOUNTS)
    assert is_object_storage(b"/mnt/my cloud/films", mounts)
    assert not is_object_storage(b"/mnt/nas/films", mounts)
    assert not is_object_storage(b"/srv/cloud/films", mounts)
    expect_mounts({b"/srv/cloud": "it is not mounted yet"})
    try:
        assert is_object_storage(b"/srv/cloud/films", mounts)
        assert not is_object_storage(b"/srv/cloud2", mounts)
    finally:
        expect_mounts({})


def test_a_section_in_object_storage_is_scanned_again_and_again_without_being_polled(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    scans: asyncio.Queue[tuple[int, bytes | None]]

    async def run() -> list[tuple[int, bytes | None]]:
        nonlocal scans
        scans = asyncio.Queue()

        async def scan(section_id: int, path: bytes | None) -> None:
            await scans.put((section_id, path))

        watcher = Watcher(library.database, scan=scan, rescan_every_s=0.01)
        await watcher.restart()
        try:
            async with asyncio.timeout(60):
                return [await scans.get(), await scans.get()]
        finally:
            await watcher.close()

    expect_mounts({os.fsencode(library.root / "Films"): "it is not mounted yet"})
    try:
        assert asyncio.run(run()) == [(section.id, None)] * 2
    finally:
        expect_mounts({})


def test_the_folders_of_changes_without_those_inside_others(tmp_path: Path) -> None:
    roots = [
        LocationRow(id=1, section_id=1, path=os.fsencode(tmp_path / "a")),
        LocationRow(id=2, section_id=2, path=os.fsencode(tmp_path / "b")),
    ]
    (tmp_path / "a" / "show" / "s1").mkdir(parents=True)
    paths = [
        tmp_path / "a" / "show" / "x.mkv",
        tmp_path / "a" / "show" / "s1",
        tmp_path / "b" / "y.mkv",
        tmp_path / "c",
    ]
    assert changed_folders(roots, [os.fsencode(path) for path in paths]) == {
        1: [os.fsencode(tmp_path / "a" / "show")],
        2: [os.fsencode(tmp_path / "b")],
    }


def test_only_what_a_scan_looks_at_counts(tmp_path: Path) -> None:
    for name, expected in (
        ("x.mkv", True),
        ("x.part", False),
        (".x.swp", False),
        ("folder", True),
        (".plexmatch", True),
    ):
        assert concerns_media(Change.added, f"{tmp_path}/{name}") is expected


def test_two_who_have_it_watch_anew_at_once_leave_one_watch(library: Any) -> None:
    library.section(SectionKind.MOVIE, "Films")

    async def run() -> None:
        async def scan(_section_id: int, _path: bytes | None) -> None:
            raise AssertionError("nothing changed")

        watcher = Watcher(library.database, scan=scan)
        await asyncio.gather(watcher.restart(), watcher.restart())
        assert len(watches()) == 1
        await watcher.close()
        assert watches() == {}

    asyncio.run(run())


def test_a_section_is_watched_on_when_another_one_is_made(library: Any) -> None:
    first = library.section(SectionKind.MOVIE, "Films")

    async def run() -> None:
        async def scan(_section_id: int, _path: bytes | None) -> None:
            raise AssertionError("nothing changed")

        watcher = Watcher(library.database, scan=scan)
        await watcher.restart()
        before = watches()
        second = await asyncio.to_thread(library.section, SectionKind.MOVIE, "More")
        await watcher.restart()
        both = watches()
        assert set(both) == {f"watcher-{one.id}" for one in (first, second)}
        assert before.items() <= both.items()
        (library.root / "Films").rename(library.root / "away")
        await watcher.restart()
        assert set(watches()) == {f"watcher-{second.id}"}
        await watcher.close()

    asyncio.run(run())


def watches() -> "dict[str, asyncio.Task[Any]]":
    """What is watched now, by its task."""
    return {task.get_name(): task for task in asyncio.all_tasks() if task.get_name().startswith("watcher")}


def test_a_new_file_leads_to_a_scan_of_its_folder(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Film (2000)"
    folder.mkdir()
    scans: asyncio.Queue[tuple[int, bytes | None]]

    async def run() -> tuple[int, bytes | None]:
        nonlocal scans
        scans = asyncio.Queue()

        async def scan(section_id: int, path: bytes | None) -> None:
            scans.put_nowait((section_id, path))

        watcher = Watcher(library.database, scan=scan, settle_s=0.1)
        await watcher.restart()
        written = 0
        while scans.empty():
            # The kernel's watch is set up in the background: write until it tells.
            library.media.write(folder / f"Film (2000) - {written}.mp4")
            written += 1
            await asyncio.sleep(0.3)
        await watcher.close()
        return scans.get_nowait()

    assert asyncio.run(run()) == (section.id, os.fsencode(folder))


def test_a_disk_that_hangs_holds_up_nobody(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose share does not answer while it is looked at, and one that stops answering while it is first listed."""
    for title in ("Silent", "Slow", "Films"):
        library.section(SectionKind.MOVIE, title)
    silent, slow, films = (library.root / title for title in ("Silent", "Slow", "Films"))
    answers = threading.Event()
    real_scandir = os.scandir
    listed: list[Path] = []

    def scandir(path: Any) -> Any:
        if path == os.fsencode(silent):
            answers.wait()
        return real_scandir(path)

    def check(root: bytes, *, limit_s: float) -> Any:
        return folders.check(root, limit_s=0 if root == os.fsencode(silent) else limit_s)

    def watch(*paths: Path, **options: Any) -> Iterator[Any]:
        listed.extend(paths)
        if paths == (slow,):
            answers.wait()
        yield from watchfiles.watch(*paths, **options)

    async def run() -> None:
        scans: asyncio.Queue[int] = asyncio.Queue()

        async def scan(section_id: int, _path: bytes | None) -> None:
            scans.put_nowait(section_id)

        watcher = Watcher(library.database, scan=scan, settle_s=0.1, look_limit_s=600)
        await watcher.restart()
        assert len(watches()) == 2, "what does not answer is not watched"
        written = 0
        while scans.empty():
            library.media.write(films / f"Film {written} (2000).mp4")
            written += 1
            await asyncio.sleep(0.3)
        assert set(listed) == {slow, films}
        await watcher.close()
        assert watches() == {}

    monkeypatch.setattr("os.scandir", scandir)
    monkeypatch.setattr("vitascope.library.watch.check", check)
    monkeypatch.setattr("vitascope.library.watch.watch", watch)
    try:
        asyncio.run(run())
    finally:
        answers.set()
