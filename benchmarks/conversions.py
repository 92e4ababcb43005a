"""Converted segments against the bare ffmpeg: the same binary, the same arguments, the same file, in turn.

Ours is what a player waits for: the run is ordered, the launcher starts and confines ffmpeg, cuts what it writes, and
the segment lies there with its header. The bare one gets the command line of a run of that one segment and writes to a
file. The launcher runs already, as it does in a server that has tried what the machine can.
"""

import asyncio
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
from tests.support.films import pgs

from benchmarks.report import Figure, median, ms
from benchmarks.scan import encode
from benchmarks.segments import make_films
from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import Input, VideoTools, video_run
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import Burned, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding.abilities import Abilities
from vitascope.media.transcoding.converting import ConvertingProducer
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.production import Source
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.texts import Texts
from vitascope.media.workers import WorkerPool

ROUNDS = 5
_PLAIN = VideoRendition(
    name="720p", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=1280, height=720, bitrate_kbps=4_000
)
_INFO = StreamInfo(type=StreamType.VIDEO, index=0, codec="h264", frame_rate=24.0, width=1920, height=1080)
_HDR = StreamInfo(type=StreamType.VIDEO, index=0, codec="hevc", frame_rate=24.0, bit_depth=10, color_trc="smpte2084")


def make_wide_film(folder: Path) -> Path:
    """A second of 4K HDR10 with a subtitle of pictures."""
    subtitle, film = folder / "wide.sup", folder / "wide.mkv"
    subtitle.write_bytes(pgs(0.1, 0.9, 120, 40))
    hdr = (
        "-pix_fmt",
        "yuv420p10le",
        "-color_primaries",
        "bt2020",
        "-color_trc",
        "smpte2084",
        "-colorspace",
        "bt2020nc",
    )
    encode(
        film,
        *("-copyts", "-f", "lavfi", "-i", "testsrc2=size=3840x2160:rate=24:duration=1", "-i", str(subtitle)),
        *(*hdr, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-c:s", "copy"),
    )
    return film


def _source(film: Path, grid: Grid, info: StreamInfo) -> Source:
    return Source(
        path=bytes(film), root=bytes(film.parent), container=film.suffix[1:], duration_us=grid.end_us, streams=(info,)
    )


def bare(source: Source, rendition: VideoRendition, grid: Grid, number: int, target: Path) -> float:
    """Seconds of ffmpeg alone for one segment."""
    made_of = Input(path=source.path, container=source.container)
    run = video_run(made_of, source.streams[0], rendition, grid, number, number, VideoTools())
    started = time.perf_counter()
    with target.open("wb") as out:
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *run.arguments], check=True, stdout=out)
    return time.perf_counter() - started


async def ours(
    producer: ConvertingProducer, source: Source, rendition: VideoRendition, grid: Grid, number: int, folder: Path
) -> float:
    """Seconds until a segment and the header are there; the run would go on to the end."""
    folder.mkdir()
    started = time.perf_counter()
    run = await producer.produce(source, rendition, grid, folder, number, len(grid) - 1)
    await producer.header(source, rendition, folder)
    async for _ in run.finished():
        break
    took = time.perf_counter() - started
    await run.end()
    return took


async def measure_all(scratch: Path) -> Sequence[Figure]:
    film, *_ = make_films(scratch)
    wide = make_wide_film(scratch)
    grid = fixed_grid(60_000_000, target_us=6_000_000)
    short = fixed_grid(1_000_000, target_us=1_000_000)
    burned = replace(
        _PLAIN, width=1920, height=1080, bitrate_kbps=8_000, tone_map=True, burned=Burned(index=1, image=True)
    )
    cases = [
        (
            "First segment of six seconds, 1080p to 720p H.264",
            "≤ 1.3 x",
            _source(film, grid, _INFO),
            _PLAIN,
            grid,
            (0,),
        ),
        ("The same after a seek", "≤ 1.3 x", _source(film, grid, _INFO), _PLAIN, grid, (2, 3, 4)),
        (
            "A second of 4K HDR10 to 1080p SDR with burned image subtitles",
            "≤ 1.11 x",
            _source(wide, short, _HDR),
            burned,
            short,
            (0,),
        ),
    ]
    launcher = Launcher()
    figures = []
    try:
        with WorkerPool(1) as pool:
            abilities = Abilities(launcher, scratch / "abilities.json", found=[imageio_ffmpeg.get_ffmpeg_exe()])
            producer = ConvertingProducer(launcher, abilities, ConversionSettings, Texts(pool))
            await launcher.start()
            for at, (what, budget, source, rendition, its_grid, numbers) in enumerate(cases):
                mine: list[float] = []
                theirs: list[float] = []
                for turn in range(ROUNDS):
                    number = numbers[turn % len(numbers)]
                    theirs.append(await asyncio.to_thread(bare, source, rendition, its_grid, number, scratch / "bare"))
                    place = scratch / f"converted-{at}-{turn}"
                    mine.append(await ours(producer, source, rendition, its_grid, number, place))
                ratio = median(mine) / median(theirs)
                figures.append(
                    Figure(
                        what=what,
                        budget=f"{budget} the bare ffmpeg",
                        measured=f"{ratio:.2f} x ({ms(median(mine))} against {ms(median(theirs))})",
                        within=ratio <= float(budget.split()[1]),
                    )
                )
    finally:
        await launcher.close()
    return figures


def measure(scratch: Path) -> Sequence[Figure]:
    return asyncio.run(measure_all(scratch))
