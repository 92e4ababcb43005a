"""Copied segments against the bare ffmpeg: the same segment of the same file, in turn.

ffmpeg is both that comes with the package and the one on the path; the faster of the two is what counts. Ours is what a
player waits for when it asks for the first segment of a session, header included: a warm worker that has not seen the
file, which opens it, cuts and writes. Files are in the page cache.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

import imageio_ffmpeg

from benchmarks.report import Figure, median, ms
from benchmarks.scan import encode
from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, key_frame_grid
from vitascope.core.playback.renditions import SegmentFormat, VideoRendition
from vitascope.media.keyframes.tasks import KeyFramesArgs, key_frames
from vitascope.media.transcoding.copying import CopyingProducer, cutting_pool
from vitascope.media.transcoding.production import Source
from vitascope.media.workers import WorkerPool

ROUNDS = 7
SECONDS = 60
_MUXERS = {
    SegmentFormat.FMP4: ("-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof"),
    SegmentFormat.MPEGTS: (
        "-f",
        "mpegts",
    ),
}


def make_films(folder: Path) -> list[Path]:
    """A minute of 1080p at some 8 Mbit/s in both containers."""
    film = folder / "film.mp4"
    sources = ("-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=24:duration={SECONDS}")
    noise = ("-vf", "noise=alls=12:allf=t", "-pix_fmt", "yuv420p")
    quality = (
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-b:v",
        "8M",
        "-maxrate",
        "8M",
        "-bufsize",
        "8M",
        "-g",
        "48",
        "-bf",
        "2",
    )
    encode(film, *sources, *noise, *quality)
    other = folder / "film.mkv"
    encode(other, "-i", str(film), "-c", "copy")
    return [film, other]


def bare(binary: str, film: Path, grid: Grid, number: int, form: SegmentFormat, target: Path) -> float:
    """Seconds of ffmpeg for one segment."""
    start, length = grid.start_us(number) / 1e6, grid.duration_us(number) / 1e6
    command = [binary, "-v", "error", "-nostdin", "-y", "-ss", f"{start:.6f}", "-i", str(film), "-t", f"{length:.6f}"]
    started = time.perf_counter()
    subprocess.run([*command, "-map", "0:v:0", "-c", "copy", *_MUXERS[form], str(target)], check=True)
    return time.perf_counter() - started


async def timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def cut(
    producer: CopyingProducer, source: Source, grid: Grid, number: int, form: SegmentFormat, target: Path
) -> None:
    rendition = VideoRendition(name="v", index=0, format=form)
    target.mkdir()
    await producer.header(source, rendition, target)
    run = await producer.produce(source, rendition, grid, target, number, number)
    async for _ in run.finished():
        pass


async def compared(film: Path, form: SegmentFormat, folder: Path) -> Figure:
    binaries = [one for one in (imageio_ffmpeg.get_ffmpeg_exe(), shutil.which("ffmpeg")) if one]
    ours: list[float] = []
    again: list[float] = []
    theirs: dict[str, list[float]] = {binary: [] for binary in binaries}
    with cutting_pool(folder, size=1) as pool, WorkerPool(1) as readers:
        found = await readers.run(key_frames, KeyFramesArgs.of(str(film), 0))
        grid = key_frame_grid(found.times_us, SECONDS * 1_000_000, target_us=6_000_000)
        info = StreamInfo(type=StreamType.VIDEO, index=0, codec="h264")
        producer = CopyingProducer(pool)
        await producer.warm()
        for number in range(ROUNDS):
            # A file that the worker has not seen: the same bytes under another name.
            fresh = folder / f"{number}-{form}-{film.name}"
            fresh.hardlink_to(film)
            source = Source(
                path=bytes(fresh), root=bytes(folder), container="", duration_us=grid.end_us, streams=(info,)
            )
            at = number % (len(grid) - 2)
            for binary in binaries:
                theirs[binary].append(bare(binary, film, grid, at, form, folder / "bare"))
            places = [folder / f"{number}-{form}-{film.suffix}-{turn}" for turn in (1, 2)]
            ours.append(await timed(cut(producer, source, grid, at, form, places[0])))
            again.append(await timed(cut(producer, source, grid, at + 1, form, places[1])))
            fresh.unlink()
    fastest = min(median(values) for values in theirs.values())
    ratio = median(ours) / fastest
    measured = f"{ratio:.2f} x ({ms(median(ours))} against {ms(fastest)}; of a file that is open {ms(median(again))})"
    kind = "fragmented MP4 with its header" if form is SegmentFormat.FMP4 else "MPEG-TS"
    return Figure(
        what=f"First segment of six seconds, copied from `{film.suffix[1:]}` into {kind}",
        budget="≤ 1.0 x the faster ffmpeg",
        measured=measured,
        within=ratio <= 1.0,
    )


async def indexed(films: Sequence[Path]) -> list[Figure]:
    figures = []
    with WorkerPool(1) as pool:
        for film in films:
            await pool.run(key_frames, KeyFramesArgs.of(str(film), 0))
            took = [await timed(pool.run(key_frames, KeyFramesArgs.of(str(film), 0))) for _ in range(ROUNDS)]
            figures.append(
                Figure(
                    what=f"Key frames by the index of `{film.suffix[1:]}`, checked at five places",
                    budget="-",
                    measured=ms(median(took)),
                )
            )
    return figures


async def measure_all(scratch: Path) -> Sequence[Figure]:
    films = make_films(scratch)
    place = scratch / "segments"
    place.mkdir()
    figures = [
        await compared(film, form, place) for film in films for form in (SegmentFormat.FMP4, SegmentFormat.MPEGTS)
    ]
    return [*figures, *await indexed(films)]


def measure(scratch: Path) -> Sequence[Figure]:
    return asyncio.run(measure_all(scratch))
