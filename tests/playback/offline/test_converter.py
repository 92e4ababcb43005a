"""The converter of what is made for later: it gives way to streams, and looks whether there is room."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import Rendition, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding.production import Producer, Production, Source
from vitascope.media.transcoding.whole_files import gathering_pool
from vitascope.playback.offline import converter
from vitascope.playback.offline.converter import Conversion, Converter
from vitascope.playback.offline.plans import Plan
from vitascope.playback.transcode import described
from vitascope.playback.transcode.room import Room

SIZE = film("plain.mp4").stat().st_size
PLAN = Plan(
    source=kit.source(film("plain.mp4")),
    source_bytes=SIZE,
    conversion=described.Conversion(protocol="http", container="mp4", duration_ms=8_008),
    video=VideoRendition(
        name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=160, height=90, bitrate_kbps=200
    ),
)
MB = 1_000_000


class Watched:
    """A producer whose beginnings are noted."""

    def __init__(self, producer: Producer, noted: Callable[[], None]) -> None:
        self._producer, self._noted = producer, noted

    async def header(self, source: Source, rendition: Rendition, folder: Path, /) -> Path | None:
        return await self._producer.header(source, rendition, folder)

    async def produce(
        self, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int, /
    ) -> Production:
        self._noted()
        return await self._producer.produce(source, rendition, grid, folder, first, last)


def test_nothing_is_begun_while_somebody_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "_LOOK_SECONDS", 0.01)
    looks, begun_after, held = 0, [], []

    def busy() -> bool:
        nonlocal looks
        looks += 1
        return looks <= 5

    def begun(conversion: Conversion) -> None:
        held.append(conversion.progress.held)

    async def work() -> Path:
        with gathering_pool(tmp_path, niceness=0) as pool:
            async with kit.workshop(tmp_path) as shop:
                producer = Watched(shop.producer, lambda: begun_after.append(looks))
                one = Converter(producer, pool, room=Room(tmp_path), busy=busy)
                return await one.convert("one", PLAN, tmp_path / "work", begun)

    assert asyncio.run(work()).is_file()
    assert held == [True]
    assert begun_after
    assert min(begun_after) > 5


@pytest.mark.parametrize(
    ("quota", "free", "there", "lacks"),
    [
        (0, 1_000 * MB, 0, 0),
        (0, 219 * MB, 0, 1 * MB),
        (0, 219 * MB, 1 * MB, 0),
        (199 * MB, 1_000 * MB, 0, 1 * MB),
        (199 * MB, 210 * MB, 0, 10 * MB),
        (0, 10 * MB, 500 * MB, 10 * MB),
    ],
)
def test_room_is_looked_for_on_the_disk_and_below_the_quota(
    tmp_path: Path, quota: int, free: int, there: int, lacks: int
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    if there:
        with (work / "00000.m4s").open("wb") as file:
            file.truncate(there)
    room = Room(tmp_path, quota_bytes=lambda: quota, free=lambda _: (free, 1_000 * MB))  # 20 MB stay in reserve
    plan = replace(PLAN, source_bytes=100 * MB, kbps=0)

    async def look() -> int:
        with gathering_pool(tmp_path, niceness=0) as pool:
            async with kit.workshop(tmp_path) as shop:
                return await Converter(shop.producer, pool, room=room).lack_bytes(plan, work)

    assert asyncio.run(look()) == lacks


def test_a_disk_that_does_not_say_has_room(tmp_path: Path) -> None:
    def refuse(_: Path) -> tuple[int, int]:
        raise OSError

    assert Room(tmp_path, free=refuse).lack_bytes(1 << 60) == 0
