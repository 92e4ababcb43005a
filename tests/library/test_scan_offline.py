"""Roots that are away: nothing is trashed, the reason is told, and it heals by itself."""

import asyncio
import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind
from vitascope.library.presence import Presence
from vitascope.store.errors import NotFound
from vitascope.store.schema import files, items


@pytest.fixture
def films(library: Any) -> Any:
    """A scanned section with two films."""
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "One (2001)" / "One (2001).mp4")
    library.media.write(library.root / "Films" / "Two (2002).mp4")
    library.prefs["autoEmptyTrash"] = True
    library.scan(section)
    return section


def assert_untouched(library: Any, section: Any, reason: str) -> None:
    assert library.titles(section, ItemType.MOVIE) == ["One", "Two"]
    assert library.rows(select(items.c.id).where(items.c.deleted_at.is_not(None))) == []
    assert library.rows(select(files.c.id).where(files.c.missing_since.is_not(None))) == []
    location = library.location(section)
    assert (location.available, location.unavailable_reason) == (False, reason)
    assert location.file_count == 2


def test_a_vanished_root(library: Any, films: Any) -> None:
    root = library.root / "Films"
    root.rename(library.root / "away")
    assert not library.scan(films).complete
    assert_untouched(library, films, "the folder does not exist")
    (library.root / "away").rename(root)
    assert library.scan(films).complete
    assert library.location(films).available


def test_a_root_that_is_empty_where_it_was_not(library: Any, films: Any) -> None:
    root = library.root / "Films"
    root.rename(library.root / "away")
    root.mkdir()
    library.scan(films)
    assert_untouched(library, films, "the folder is empty where it was not")


def test_a_root_of_which_only_empty_folders_are_left(library: Any, films: Any) -> None:
    root = library.root / "Films"
    shutil.rmtree(root)
    (root / "One (2001)").mkdir(parents=True)
    library.scan(films)
    assert_untouched(library, films, "the folder is empty where it was not")


def test_a_root_that_is_a_file_now(library: Any, films: Any) -> None:
    root = library.root / "Films"
    shutil.rmtree(root)
    root.write_text("not a folder")
    library.scan(films)
    assert_untouched(library, films, "the path is not a folder")


def test_files_that_are_really_gone_go_to_the_trash(library: Any, films: Any) -> None:
    library.prefs["autoEmptyTrash"] = False
    (library.root / "Films" / "Two (2002).mp4").unlink()
    assert library.scan(films).complete
    assert library.item(films, "Two").deleted_at is not None
    assert library.item(films, "One").deleted_at is None
    again = library.scan(films)
    assert again.changed_files == 0
    library.prefs["autoEmptyTrash"] = True
    library.scan(films)
    assert library.titles(films, ItemType.MOVIE) == ["One"]
    assert library.rows(select(files.c.id).where(files.c.missing_since.is_not(None))) == []


def test_a_file_that_comes_back_leaves_the_trash(library: Any, films: Any) -> None:
    library.prefs["autoEmptyTrash"] = False
    path: Path = library.root / "Films" / "Two (2002).mp4"
    before = library.item(films, "Two")
    path.rename(library.root / "aside")
    library.scan(films)
    (library.root / "aside").rename(path)
    library.scan(films)
    after = library.item(films, "Two")
    assert (after.id, after.deleted_at) == (before.id, None)


def test_trash_is_not_emptied_while_its_root_is_away(library: Any, films: Any) -> None:
    library.prefs["autoEmptyTrash"] = False
    (library.root / "Films" / "Two (2002).mp4").unlink()
    library.scan(films)
    (library.root / "Films").rename(library.root / "away")
    library.prefs["autoEmptyTrash"] = True
    library.scan(films)
    assert library.titles(films, ItemType.MOVIE) == ["One", "Two"]


def test_one_of_two_roots_is_away(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "A", "B")
    library.media.write(library.root / "A" / "One (2001).mp4")
    library.media.write(library.root / "B" / "Two (2002).mp4")
    library.prefs["autoEmptyTrash"] = True
    library.scan(section)
    (library.root / "B").rename(library.root / "away")
    library.media.write(library.root / "A" / "Three (2003).mp4")
    library.scan(section)
    assert library.titles(section, ItemType.MOVIE) == ["One", "Three", "Two"]


def test_versions_and_copies_in_a_root_that_is_away_stay_what_they_are(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "A", "B")
    library.media.write(library.root / "A" / "One (2001).mp4", "small")
    library.media.write(library.root / "B" / "One (2001) - 480p.mkv", "large")
    library.media.write(library.root / "B" / "Two (2002).mp4", "two")
    library.scan(section)
    two = library.item(section, "Two")
    assert library.item(section, "One").media_count == 2
    (library.root / "B").rename(library.root / "away")
    library.media.write(library.root / "A" / "One (2001).mp4", "small, touched")
    library.media.write(library.root / "A" / "Copy (2003).mp4", "two")
    library.scan(section)
    assert library.item(section, "One").media_count == 2
    assert library.item(section, "Copy").identity_id != two.identity_id
    assert library.item(section, "Two") == two
    (library.root / "away").rename(library.root / "B")
    library.scan(section)
    assert library.titles(section, ItemType.MOVIE) == ["Copy", "One", "Two"]
    assert library.item(section, "One").media_count == 2


def test_a_file_that_moves_to_another_root_stays_itself_in_a_scan_of_its_new_folder(library: Any) -> None:
    section = library.section(SectionKind.PHOTO, "A", "B")
    library.media.write(library.root / "A" / "Old" / "one.jpg", "one")
    library.media.write(library.root / "A" / "Old" / "two.jpg", "two")
    library.scan(section)
    before = library.item(section, "one")
    (library.root / "B" / "New").mkdir()
    (library.root / "A" / "Old" / "one.jpg").rename(library.root / "B" / "New" / "renamed.jpg")
    library.scan(section, library.root / "B" / "New")
    assert library.item(section, "renamed").id == before.id
    library.scan(section)
    assert library.titles(section, ItemType.PHOTO) == ["renamed", "two"]


def test_a_root_heals_by_itself_and_is_scanned(library: Any, films: Any) -> None:
    root = library.root / "Films"
    scanned: list[int] = []

    async def is_back(section_id: int) -> None:
        scanned.append(section_id)

    async def journey() -> None:
        presence = Presence(library.database, is_back=is_back, limit_s=5)
        root.rename(library.root / "away")
        (changed,) = await presence.look()
        assert (changed.available, changed.unavailable_reason) == (False, "the folder does not exist")
        assert await presence.look() == []
        assert scanned == []
        (library.root / "away").rename(root)
        (changed,) = await presence.look()
        assert (changed.available, changed.unavailable_reason) == (True, None)

    asyncio.run(journey())
    assert scanned == [films.id]


def test_a_section_that_goes_while_its_root_is_back_keeps_no_other_from_being_scanned(library: Any, films: Any) -> None:
    others = [library.section(SectionKind.MOVIE, name) for name in ("More", "Most")]
    scanned: list[int] = []

    async def is_back(section_id: int) -> None:
        if section_id == films.id:
            raise NotFound("it was deleted")
        scanned.append(section_id)

    async def journey() -> None:
        presence = Presence(library.database, is_back=is_back, limit_s=5)
        for name in ("Films", "More", "Most"):
            (library.root / name).rename(library.root / f"{name} away")
        await presence.look()
        for name in ("Films", "More", "Most"):
            (library.root / f"{name} away").rename(library.root / name)
        assert len(await presence.look()) == 3

    asyncio.run(journey())
    assert scanned == [section.id for section in others]


def test_a_partial_scan_sees_its_folder_and_nothing_else(library: Any, films: Any) -> None:
    library.prefs["autoEmptyTrash"] = False
    library.media.write(library.root / "Films" / "One (2001)" / "One (2001) - 480p.mkv")
    library.media.write(library.root / "Films" / "Three (2003)" / "Three (2003).mp4")
    (library.root / "Films" / "Two (2002).mp4").unlink()
    library.scan(films, library.root / "Films" / "One (2001)")
    assert library.titles(films, ItemType.MOVIE) == ["One", "Two"]
    assert library.item(films, "One").media_count == 2
    shutil.rmtree(library.root / "Films" / "One (2001)")
    library.scan(films, library.root / "Films" / "One (2001)")
    assert library.item(films, "One").deleted_at is not None
    assert library.item(films, "Two").deleted_at is None
    library.scan(films)
    assert library.titles(films, ItemType.MOVIE) == ["One", "Three", "Two"]


@pytest.fixture
def disk(library: Any) -> Iterator[Path]:
    """A disk mounted on a folder inside the root of a section. Whatever is mounted there goes at the end."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder: Path = library.root / "Films" / "Disk"
    folder.mkdir(parents=True)
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=4m") != 0:
        pytest.skip("mounting needs the rights of root")
    yield folder
    libc.umount2(os.fsencode(folder), 2)


def unmount(folder: Path) -> None:
    assert ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(folder), 0) == 0


@pytest.fixture
def mounted(library: Any, disk: Path) -> Any:
    """A scanned section with a film on its own disk and two on one that is mounted in it."""
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "One (2001).mp4", "one")
    library.media.write(disk / "Two (2002).mp4", "two")
    library.media.write(disk / "Three (2003)" / "Three (2003).mp4", "three")
    library.prefs["autoEmptyTrash"] = True
    library.scan(section)
    return section


def nothing_is_missing(library: Any, section: Any) -> bool:
    return library.titles(section, ItemType.MOVIE) == ["One", "Three", "Two"] and not library.rows(
        select(files.c.id).where(files.c.missing_since.is_not(None))
    )


@pytest.mark.parametrize("times", [1, 3])
def test_a_mount_inside_a_root_that_is_away(library: Any, mounted: Any, disk: Path, times: int) -> None:
    unmount(disk)
    for _ in range(times):
        assert not library.scan(mounted).complete
        assert nothing_is_missing(library, mounted)
    assert library.location(mounted).available
    library.scan(mounted, disk)
    assert nothing_is_missing(library, mounted)


def test_a_disk_inside_a_root_that_is_mounted_and_empty(library: Any, mounted: Any, disk: Path) -> None:
    for entry in disk.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    (disk / "lost+found").mkdir()
    assert not library.scan(mounted).complete
    assert nothing_is_missing(library, mounted)


def test_what_else_is_gone_is_noticed_while_a_mount_is_away(library: Any, mounted: Any, disk: Path) -> None:
    unmount(disk)
    (library.root / "Films" / "One (2001).mp4").unlink()
    library.media.write(library.root / "Films" / "Four (2004).mp4", "four")
    library.scan(mounted)
    assert library.titles(mounted, ItemType.MOVIE) == ["Four", "Three", "Two"]


def test_a_mount_that_is_back_is_scanned_as_ever(library: Any, mounted: Any, disk: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    aside = library.root / "aside"
    aside.mkdir()
    assert libc.mount(os.fsencode(disk), os.fsencode(aside), None, 4096, None) == 0  # a second way to the disk
    try:
        unmount(disk)
        assert not library.scan(mounted).complete
        assert libc.mount(os.fsencode(aside), os.fsencode(disk), None, 4096, None) == 0
        (disk / "Two (2002).mp4").unlink()
        assert library.scan(mounted).complete
        assert library.titles(mounted, ItemType.MOVIE) == ["One", "Three"]
    finally:
        libc.umount2(os.fsencode(aside), 2)


def test_a_copy_of_what_lies_on_a_mount_that_is_away_is_a_film_of_its_own(
    library: Any, mounted: Any, disk: Path
) -> None:
    before = library.item(mounted, "Two")
    unmount(disk)
    library.media.write(library.root / "Films" / "Copy (2002).mp4", "two")
    library.scan(mounted)
    assert library.item(mounted, "Copy").id != before.id
    assert library.item(mounted, "Two").id == before.id


def test_a_mount_whose_folder_was_removed_is_gone(library: Any, mounted: Any, disk: Path) -> None:
    unmount(disk)
    disk.rmdir()
    assert library.scan(mounted).complete
    assert library.titles(mounted, ItemType.MOVIE) == ["One"]


def test_an_ordinary_folder_that_was_emptied_is_no_mount(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "One (2001).mp4", "one")
    library.media.write(library.root / "Films" / "Two (2002)" / "Two (2002).mp4", "two")
    library.prefs["autoEmptyTrash"] = True
    library.scan(section)
    (library.root / "Films" / "Two (2002)" / "Two (2002).mp4").unlink()
    assert library.scan(section).complete
    assert library.titles(section, ItemType.MOVIE) == ["One"]
