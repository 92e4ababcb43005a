"""Copied renditions: every packet of the file once, at its time, in segments that join whichever run made them."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from tests.support.clips import clip
from tests.support.streams import check_complete, check_header, check_segments

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, key_frame_grid
from vitascope.core.playback.renditions import (
    AudioRendition,
    Rendition,
    SegmentFormat,
    SubtitleRendition,
    VideoCodec,
    VideoRendition,
)
from vitascope.media.keyframes.reading import by_reading
from vitascope.media.probe.codecs import codec_name
from vitascope.media.transcoding.copy_tasks import CutArgs, cut
from vitascope.media.transcoding.copying import CopyingProducer, cutting_pool
from vitascope.media.transcoding.production import ProductionError, Source, Unplayable, segment_path
from vitascope.media.workers import WorkerPool, landlock

FMP4, TS = SegmentFormat.FMP4, SegmentFormat.MPEGTS
FILMS = [
    "film.mp4",
    "film.mkv",
    "film.ts",
    "no-edits.mp4",
    "late.mkv",
    "delayed.mp4",
    "open.mkv",
    "open.mp4",
    "closed.mkv",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segments")


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[WorkerPool]:
    with cutting_pool(folder, size=1) as pool:
        yield pool


def source_of(path: Path) -> Source:
    with av.open(str(path)) as container:
        streams = tuple(
            StreamInfo(
                type=StreamType.VIDEO if stream.type == "video" else StreamType.AUDIO,
                index=stream.index,
                codec=codec_name(stream.codec_context.codec.canonical_name),
            )
            for stream in container.streams
        )
        duration = (container.duration or 0) - max(0, container.start_time or 0) * (path.suffix == ".mkv")
    return Source(
        path=bytes(path), root=bytes(path.parent), container=path.suffix[1:], duration_us=duration, streams=streams
    )


def grid_of(source: Source) -> Grid:
    video = next(stream.index for stream in source.streams if stream.type is StreamType.VIDEO)
    assert video is not None
    times = by_reading(source.path, video).times_us
    return key_frame_grid(times, source.duration_us, target_us=3_000_000)


def rendition_of(stream: StreamInfo, form: SegmentFormat) -> Rendition:
    assert stream.index is not None
    if stream.type is StreamType.VIDEO:
        return VideoRendition(name=f"v{stream.index}", index=stream.index, format=form)
    return AudioRendition(name=f"a{stream.index}", index=stream.index, format=form)


async def run(
    producer: CopyingProducer, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int
) -> list[int]:
    production = await producer.produce(source, rendition, grid, folder, first, last)
    return [number async for number in production.finished()]


def made(
    workers: WorkerPool, source: Source, stream: StreamInfo, form: SegmentFormat, grid: Grid, folder: Path
) -> tuple[bytes | None, list[bytes]]:
    """Header and segments, in runs that go back and forth."""
    rendition = rendition_of(stream, form)
    end = len(grid) - 1

    async def all_runs() -> bytes | None:
        producer = CopyingProducer(workers)
        header = await producer.header(source, rendition, folder)
        for first, last in ((end, end), (1, 2), (0, 0), (3, end - 1)):
            assert await run(producer, source, rendition, grid, folder, first, last) == list(range(first, last + 1))
        return header.read_bytes() if header is not None else None

    folder.mkdir(parents=True)
    header = asyncio.run(all_runs())
    return header, [segment_path(folder, number, form).read_bytes() for number in range(len(grid))]


@pytest.mark.parametrize("form", [FMP4, TS])
@pytest.mark.parametrize("name", FILMS)
def test_every_packet_is_there_once(name: str, form: SegmentFormat, workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip(name))
    grid = grid_of(source)
    assert len(grid) >= 4
    for stream in source.streams:
        header, segments = made(workers, source, stream, form, grid, folder / f"{name}-{form}-{stream.index}")
        video = stream.type is StreamType.VIDEO
        samples = check_segments(segments, grid, header=header, video=video)
        assert stream.index is not None
        # A transport stream counts in 11 us; sound that a file counts in milliseconds is put right by up to one.
        check_complete(samples, clip(name), stream.index, tolerance_us=20 if video else 1_100)


@pytest.mark.parametrize(("name", "entries"), [("vp9.webm", {"vp09", "Opus"}), ("av1.mkv", {"av01", "fLaC"})])
def test_what_only_fragmented_mp4_holds(name: str, entries: set[str], workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip(name))
    grid = grid_of(source)
    found = set()
    for stream in source.streams:
        header, segments = made(workers, source, stream, FMP4, grid, folder / f"{name}-{stream.index}")
        assert header is not None
        found.add(check_header(header).entry)
        assert stream.index is not None
        check_complete(check_segments(segments, grid, header=header), clip(name), stream.index, tolerance_us=1_100)
    assert found == entries


@pytest.mark.parametrize(
    ("name", "form"), [("song.mp3", TS), ("song.mp3", FMP4), ("song.flac", FMP4), ("song.m4a", FMP4)]
)
def test_music_on_a_fixed_grid(name: str, form: SegmentFormat, workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip(name))
    grid = Grid(starts_us=tuple(range(0, 13_000_000, 2_000_000)), end_us=source.duration_us, on_key_frames=False)
    header, segments = made(workers, source, source.streams[0], form, grid, folder / f"{name}-{form}")
    samples = check_segments(segments, grid, header=header, video=False)
    check_complete(samples, clip(name), 0, tolerance_us=20)


@pytest.mark.parametrize("form", [FMP4, TS])
@pytest.mark.parametrize("name", ["song.mp3", "film.ts"])
def test_segments_of_few_frames_join_as_well(name: str, form: SegmentFormat, workers: WorkerPool, folder: Path) -> None:
    """Three frames of sound are fewer packets than a round of the continuity counter."""
    source = source_of(clip(name))
    stream = next(stream for stream in source.streams if stream.type is StreamType.AUDIO)
    grid = Grid(starts_us=tuple(range(0, 13_000_000, 75_000)), end_us=source.duration_us, on_key_frames=False)
    header, segments = made(workers, source, stream, form, grid, folder / f"few-{name}-{form}")
    samples = check_segments(segments, grid, header=header, video=False)
    assert stream.index is not None
    check_complete(samples, clip(name), stream.index, tolerance_us=20)


@pytest.mark.parametrize("form", [FMP4, TS])
def test_every_run_makes_the_same_bytes(form: SegmentFormat, workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip("film.mkv"))
    grid = grid_of(source)
    for stream in source.streams:
        places = [folder / f"same-{form}-{stream.index}-{number}" for number in (1, 2)]
        one = made(workers, source, stream, form, grid, places[0])
        places[1].mkdir()

        async def in_order(stream: StreamInfo = stream, place: Path = places[1]) -> None:
            producer = CopyingProducer(workers)
            rendition = rendition_of(stream, form)
            await producer.header(source, rendition, place)
            await run(producer, source, rendition, grid, place, 0, len(grid) - 1)

        asyncio.run(in_order())
        again = [segment_path(places[1], number, form).read_bytes() for number in range(len(grid))]
        assert one[1] == again
        if one[0] is not None:
            assert (places[1] / "header.mp4").read_bytes() == one[0]


def test_the_boxes_of_hevc_are_named_as_apple_wants_them(workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip("closed.mkv"))
    place = folder / "hvc1"
    place.mkdir()
    header = asyncio.run(CopyingProducer(workers).header(source, rendition_of(source.streams[0], FMP4), place))
    assert header is not None
    assert check_header(header.read_bytes()).entry == "hvc1"


def test_what_is_not_copied_is_refused(workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip("dts.mkv"))
    grid = grid_of(source)
    producer = CopyingProducer(workers)

    def refused(rendition: Rendition, kind: type[ProductionError], why: str) -> None:
        with pytest.raises(kind, match=why):
            asyncio.run(run(producer, source, rendition, grid, folder, 0, 0))

    refused(AudioRendition(name="a", index=1, format=FMP4), ProductionError, "dca is not copied into fmp4")
    refused(VideoRendition(name="v", index=7, format=FMP4), Unplayable, "no stream 7")
    refused(VideoRendition(name="v", index=0, format=FMP4, codec=VideoCodec.H264), ProductionError, "not copied")
    refused(SubtitleRendition(name="s", index=2), ProductionError, "not copied")


def test_a_grid_that_is_not_on_key_frames_is_refused(workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip("film.mkv"))
    grid = Grid(starts_us=(0, 3_100_000, 6_200_000), end_us=source.duration_us, on_key_frames=True)
    rendition = VideoRendition(name="v", index=0, format=FMP4)
    with pytest.raises(Unplayable, match="no key frame at"):
        asyncio.run(run(CopyingProducer(workers), source, rendition, grid, folder, 1, 1))


def test_a_file_that_goes_away_or_is_none(workers: WorkerPool, folder: Path, tmp_path: Path) -> None:
    source = source_of(clip("film.mkv"))
    grid = grid_of(source)
    for content in (None, b"", b"nothing that anybody plays"):
        path = tmp_path / "gone.mkv"
        if content is not None:
            path.write_bytes(content)
        gone = Source(
            path=bytes(path), root=b"/", container="mkv", duration_us=source.duration_us, streams=source.streams
        )
        rendition = VideoRendition(name="v", index=0, format=FMP4)
        with pytest.raises(Unplayable):
            asyncio.run(run(CopyingProducer(workers), gone, rendition, grid, folder, 0, 0))


def test_a_run_is_held_and_ended(workers: WorkerPool, folder: Path) -> None:
    source = source_of(clip("film.mp4"))
    grid = grid_of(source)
    place = folder / "held"
    place.mkdir()

    async def scene() -> tuple[int, int]:
        producer = CopyingProducer(workers)
        await producer.warm()
        rendition = VideoRendition(name="v", index=0, format=FMP4)
        production = await producer.produce(source, rendition, grid, place, 0, len(grid) - 1)
        production.hold()
        numbers = production.finished()
        seen = 0
        while seen < 1 or not production.status.held:
            production.go_on()
            await anext(numbers)
            production.hold()
            seen += 1
        await production.end()
        left = [number async for number in numbers]
        assert production.status.made_us >= grid.start_us(seen)
        assert production.status.speed > 0
        return seen + len(left), len(list(place.iterdir()))

    reported, lying = asyncio.run(scene())
    assert 1 <= reported <= lying < len(grid)
    assert not list(place.glob("*.part"))


def test_a_full_folder_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """The device that is always full stands for the folder."""
    target = tmp_path / "00000.m4s"
    unfinished = tmp_path / f"00000.m4s.{os.getpid()}.part"
    unfinished.symlink_to("/dev/full")
    path = bytes(clip("film.mp4"))
    args = CutArgs(path=path, stream_index=0, format=FMP4, target=str(target), number=0, end_us=3_003_000)
    assert cut(args).full
    assert not target.exists()
    assert not unfinished.is_symlink()


@pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")
def test_workers_write_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(clip("film.mp4"))
    temporary, elsewhere = tmp_path / "temporary", tmp_path / "elsewhere"
    temporary.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    rendition = VideoRendition(name="v", index=0, format=FMP4)
    with WorkerPool(1) as workers, pytest.raises(ProductionError):
        asyncio.run(run(CopyingProducer(workers), source, rendition, grid_of(source), elsewhere, 0, 0))
    assert not list(elsewhere.iterdir())
