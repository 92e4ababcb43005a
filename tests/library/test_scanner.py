"""The scan service: queue, progress, cancelling, pausing, and what a broken child means."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.held import held_writer

from vitascope.core.model import ItemType, SectionKind
from vitascope.library import sections
from vitascope.library.activities import Activity, ActivityBoard, ActivityEvent
from vitascope.library.refresh import refresh_items
from vitascope.library.scanner import ScanError, ScanService, folder_of_section
from vitascope.store.errors import NotFound
from vitascope.store.rows import LocationRow


def service(library: Any, board: ActivityBoard | None = None) -> ScanService:
    return ScanService(library.database, board or ActivityBoard(), pref=library.prefs.__getitem__, workers=1)


def test_progress_is_shown_and_the_board_is_empty_afterwards(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    for number in range(30):
        library.media.write(library.root / "Films" / f"Film {number} (2000)" / f"Film {number} (2000).mp4")
    library.scan(section)
    told: list[tuple[ActivityEvent, Activity]] = []
    board = ActivityBoard(lambda event, activity: told.append((event, activity)))

    async def run() -> None:
        scans = service(library, board)
        activity = await scans.start(section.id, force=True)
        assert [(scan.section_id, scan.force) for scan in scans.running()] == [(section.id, True)]
        assert scans.is_scanning(section.id)
        result = await scans.result(activity)
        assert result is not None
        assert result.changed_files == 30
        assert scans.running() == []
        assert await scans.result(activity) is None
        await scans.close()

    asyncio.run(run())
    assert told[0][0] is ActivityEvent.STARTED
    assert told[0][1].type == "library.update.section"
    assert told[0][1].cancellable
    assert told[-1][0] is ActivityEvent.ENDED
    assert any(activity.progress > 0 for _, activity in told)
    assert board.activities() == []


def test_no_scan_of_a_section_that_is_being_deleted_runs_or_begins(library: Any) -> None:
    going, other = library.section(SectionKind.MOVIE, "Going"), library.section(SectionKind.MOVIE, "Other")
    for number in range(30):
        library.media.write(library.root / "Going" / f"Film {number} (2000).mp4")

    async def run() -> None:
        scans = service(library)
        running = await scans.start(going.id)
        waiting = await scans.start(going.id, library.root / "Going" / "Film 1 (2000).mp4", force=True)
        ended = asyncio.gather(scans.result(running), scans.result(waiting))
        async with scans.held_off(going.id):
            with pytest.raises(NotFound):
                await scans.start(going.id)
            result = await scans.result(await scans.start(other.id))
            assert result is not None
            assert not result.cancelled
            await sections.delete(library.database, going.id)
        assert [one is not None and one.cancelled for one in await ended] == [True, True]
        await scans.close()

    asyncio.run(run())
    assert library.items(going) == []


def test_a_cancelled_scan_is_completed_by_the_next(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    for number in range(60):
        library.media.write(library.root / "Films" / f"Film {number} (2000)" / f"Film {number} (2000).mp4")
    library.scan(section)
    before = library.titles(section, ItemType.MOVIE)
    library.media.write(library.root / "Films" / "New (2001)" / "New (2001).mp4")

    async def run() -> bool:
        scans = service(library)
        with held_writer(library.database) as held:  # which it asks for the ids of the new film
            activity = await scans.start(section.id, force=True)
            await held.until_waited_for()
            assert scans.cancel(section.id)
        result = await scans.result(activity)
        await scans.close()
        assert result is not None
        return result.cancelled

    assert asyncio.run(run())
    assert library.titles(section, ItemType.MOVIE) == before
    assert library.scan(section).complete
    assert library.titles(section, ItemType.MOVIE) == [*before, "New"]


def test_a_paused_scan_waits(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "Film (2000).mp4")
    library.prefs["ScannerLowPriority"] = True

    async def run() -> None:
        scans = service(library)
        scans.set_paused(True)
        activity = await scans.start(section.id)
        waiting = asyncio.ensure_future(scans.result(activity))
        done, _ = await asyncio.wait({waiting}, timeout=3)
        assert not done
        assert library.items(section) == []
        scans.set_paused(False)
        result = await waiting
        assert result is not None
        assert result.complete
        await scans.close()

    asyncio.run(run())
    assert library.titles(section, ItemType.MOVIE) == ["Film"]


def test_equal_requests_that_wait_are_one(library: Any) -> None:
    films = library.section(SectionKind.MOVIE, "Films")
    music = library.section(SectionKind.ARTIST, "Music")
    (library.root / "Music" / "Somebody").mkdir()

    async def run() -> None:
        scans = service(library)
        await scans.start(films.id)
        whole = await scans.start(music.id)
        assert await scans.start(music.id) == whole
        assert await scans.start(music.id, os.fsencode(library.root / "Music" / "Somebody")) == whole
        assert await scans.start(music.id, force=True) != whole
        with pytest.raises(NotFound):
            await scans.start(999)
        with pytest.raises(ScanError, match="none of the folders"):
            await scans.start(music.id, b"/elsewhere")
        await scans.close()
        assert scans.running() == []

    asyncio.run(run())


def test_a_child_that_breaks_fails_its_scan_and_not_the_next(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    library.media.write(library.root / "Films" / "Film (2000).mp4")

    async def run(executable: str) -> str | None:
        monkeypatch.setattr(sys, "executable", executable)
        scans = service(library)
        result = await scans.result(await scans.start(section.id))
        await scans.close()
        assert result is not None
        return result.failure

    real = sys.executable
    failure = asyncio.run(run("/bin/false"))
    assert failure is not None
    assert "ended unexpectedly" in failure
    assert asyncio.run(run(real)) is None
    assert library.titles(section, ItemType.MOVIE) == ["Film"]


def test_one_item_is_read_again(library: Any) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    season: Path = library.root / "Shows" / "A Show" / "Season 1"
    library.media.write(season / "A Show - s01e01.mp4")
    library.scan(section)
    (show,) = library.items(section, ItemType.SHOW)

    async def run() -> list[int]:
        scans = service(library)
        changed: list[int] = []
        for activity in await refresh_items(library.database, scans, [show.id]):
            result = await scans.result(activity)
            assert result is not None
            changed.append(result.changed_files)
        await scans.close()
        return changed

    assert asyncio.run(run()) == [1]


def test_which_folder_a_path_means(tmp_path: Path) -> None:
    roots = [
        LocationRow(id=1, section_id=1, path=os.fsencode(tmp_path)),
        LocationRow(id=2, section_id=1, path=os.fsencode(tmp_path / "deep" / "er")),
    ]
    (tmp_path / "Film").mkdir()
    (tmp_path / "Film" / "film.mkv").write_text("x")

    def meant(path: Path) -> tuple[int, bytes]:
        return folder_of_section(roots, SectionKind.MOVIE, os.fsencode(path))

    assert meant(tmp_path) == (1, b"")
    assert meant(tmp_path / "Film" / "film.mkv") == (1, b"Film")
    assert meant(tmp_path / "Film" / "Trailers") == (1, b"Film")
    assert meant(tmp_path / "Film" / "Subs" / "x") == (1, b"Film/Subs/x")
    assert meant(tmp_path / "gone") == (1, b"gone")
    assert meant(tmp_path / "deep" / "er" / "a") == (2, b"a")
    for outside in (Path("/"), tmp_path / ".." / "x", Path("relative")):
        with pytest.raises(ScanError):
            meant(outside)
