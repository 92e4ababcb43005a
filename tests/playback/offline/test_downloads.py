"""What is made for download queues: when it goes, when it has to wait, and what becomes of files that vanish."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film
from tests.support.held import held_writer

from vitascope.core.playback.renditions import AudioRendition, SegmentFormat, VideoRendition
from vitascope.media.transcoding.whole_files import gathering_pool
from vitascope.playback.offline import plans
from vitascope.playback.offline.converter import Converter, size_below
from vitascope.playback.offline.downloads import FETCHED_S, UNUSED_S, Downloads
from vitascope.playback.offline.plans import Plan
from vitascope.playback.transcode.described import Conversion
from vitascope.playback.transcode.room import Room
from vitascope.store import downloads as store
from vitascope.store.downloads import Status
from vitascope.store.engine import Database
from vitascope.store.rows import DownloadRow

SOURCE = kit.source(film("plain.mp4"))
SIZE = film("plain.mp4").stat().st_size
PLAN = Plan(
    source=SOURCE,
    source_bytes=SIZE,
    conversion=Conversion(protocol="http", container="mkv", duration_ms=8_008),
    video=VideoRendition(name="v", index=0, format=SegmentFormat.FMP4),
    audio=AudioRendition(name="a", index=1, format=SegmentFormat.FMP4),
)
PERSON = 1


@dataclass(kw_only=True)
class World:
    """A queue with one download, and who makes it."""

    database: Database
    downloads: Downloads
    folder: Path
    id: int
    quota_bytes: int = 0
    now: float = 1_000_000.0

    async def row(self) -> DownloadRow:
        found = await self.database.read(store.find, self.id)
        assert found is not None
        return found

    async def until(self, status: Status) -> DownloadRow:
        """The download when it is in this state."""
        while (row := await self.row()).status != status:
            assert row.status != Status.ERROR, row.error
            await asyncio.sleep(0.02)
        return row

    async def until_file(self, *, there: bool) -> None:
        while self.file.exists() != there:
            await asyncio.sleep(0.02)

    @property
    def file(self) -> Path:
        return self.folder / f"{self.id}.mkv"


@asynccontextmanager
async def world(url: str, folder: Path, plan: Plan = PLAN, quota_bytes: int = 0) -> AsyncIterator[World]:
    folder.mkdir()
    made: list[World] = []
    with Database(url, readers=2, clock=lambda: made[0].now if made else 1_000_000.0) as database:
        queue = await database.awrite(store.own, PERSON, "phone")
        row = DownloadRow(0, 0, 1, 1, "{}", Status.WAITING.value, "{}", plans.written(plan), None)
        (download,) = await database.awrite(store.add, queue, PERSON, [row])
        with gathering_pool(folder, niceness=0) as pool:
            async with kit.workshop(folder.parent) as shop:
                room = Room(folder, quota_bytes=lambda: made[0].quota_bytes, free=lambda _: (10**12, 10**12))
                downloads = Downloads(database, folder, Converter(shop.producer, pool, room=room), room)
                here = World(
                    database=database, downloads=downloads, folder=folder, id=download, quota_bytes=quota_bytes
                )
                made.append(here)
                downloads.start()
                try:
                    yield here
                finally:
                    await downloads.close()


def test_what_nobody_fetches_goes_and_what_vanished_is_made_again(database_url: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with world(database_url, tmp_path / "files") as here:
            row = await here.until(Status.AVAILABLE)
            assert row.size_bytes == here.file.stat().st_size
            assert [path.name for path in here.folder.iterdir()] == [here.file.name]

            here.now += UNUSED_S - 1
            await here.downloads.sweep()
            assert here.file.exists()
            await here.database.awrite(store.note_use, here.id, whole=False)
            here.now += UNUSED_S - 1
            await here.downloads.sweep()
            assert here.file.exists(), "it was wanted meanwhile"
            await here.database.awrite(store.note_use, here.id, whole=True)
            here.now += FETCHED_S + 1
            await here.downloads.sweep()
            await here.until(Status.EXPIRED)
            await here.until_file(there=False)

            await here.database.awrite(store.change, here.id, Status.WAITING, after=[Status.EXPIRED])
            here.downloads.wake()
            await here.until(Status.AVAILABLE)
            here.file.unlink()
            await here.downloads.sweep()
            here.downloads.wake()
            await here.until_file(there=True)
            await here.until(Status.AVAILABLE)

    asyncio.run(work())


def test_what_is_wanted_while_a_sweep_begins_stays(database_url: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with world(database_url, tmp_path / "files") as here:
            await here.until(Status.AVAILABLE)
            with held_writer(here.database) as held:
                wanted = asyncio.ensure_future(here.database.awrite(store.note_use, here.id, whole=False))
                await held.until_waited_for()
                here.now += UNUSED_S + 1
                sweep = asyncio.ensure_future(here.downloads.sweep())
                await held.until_waited_for(2)
            await wanted
            await sweep
            assert (await here.row()).status == Status.AVAILABLE
            assert here.file.exists()

    asyncio.run(work())


def test_what_has_no_room_waits_for_it(database_url: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with world(database_url, tmp_path / "files", quota_bytes=SIZE) as here:
            await here.downloads.sweep()
            assert (await here.row()).status == Status.WAITING
            assert list(here.folder.iterdir()) == []
            here.quota_bytes = 10 * SIZE
            here.downloads.wake()
            await here.until(Status.AVAILABLE)

    asyncio.run(work())


def test_what_cannot_be_made_says_why(database_url: str, tmp_path: Path) -> None:
    other = Plan(source=SOURCE, source_bytes=SIZE + 1, conversion=PLAN.conversion, video=PLAN.video, audio=PLAN.audio)

    async def work() -> None:
        async with world(database_url, tmp_path / "files", other) as here:
            row = await here.until(Status.ERROR)
            assert row.error == "the file is another one by now; begin it again"
            await here.database.awrite(store.remove, row.queue_id, PERSON, [here.id])
            assert await here.database.read(store.find, here.id) is None

    asyncio.run(work())


def test_a_file_that_goes_while_sizes_are_looked_at_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("7.mkv", "8.mkv"):
        (tmp_path / name).write_bytes(b"made")
    is_stat = Path.stat

    def going(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = is_stat(path, follow_symlinks=follow_symlinks)
        if path.name == "7.mkv":
            path.unlink()
        return found

    monkeypatch.setattr(Path, "stat", going)
    assert size_below(tmp_path) in (4, 8)
    assert size_below(tmp_path) == 4
