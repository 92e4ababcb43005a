"""A producer of conversions with everything behind it, and what it makes joined and taken apart."""

import asyncio
import itertools
import subprocess
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import av
import imageio_ffmpeg
from tests.support.films import film

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import Rendition, SegmentFormat
from vitascope.media.transcoding.abilities import Abilities
from vitascope.media.transcoding.converting import ConvertingProducer
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.production import Source, header_path, segment_path
from vitascope.media.transcoding.progressive import ProgressiveProducer
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.texts import Texts
from vitascope.media.workers import WorkerPool

FFMPEG: str = imageio_ffmpeg.get_ffmpeg_exe()
DURATION_US = 8_008_000
GRID = fixed_grid(DURATION_US, target_us=2_000_000)


def source_of(path: Path) -> Source:
    """Something that says it is a film."""
    return replace(source(film("plain.mp4")), path=bytes(path), root=bytes(path.parent))


def source(path: Path, *, video: StreamInfo | None = None, audio: StreamInfo | None = None) -> Source:
    """A film of the tests, as its probe would describe it."""
    return Source(
        path=bytes(path),
        root=bytes(path.parent),
        container={"ts": "mpegts"}.get(path.suffix[1:], path.suffix[1:]),
        duration_us=DURATION_US,
        streams=(
            video or StreamInfo(type=StreamType.VIDEO, index=0, codec="h264", frame_rate=23.976, width=320, height=180),
            audio or StreamInfo(type=StreamType.AUDIO, index=1, codec="aac", channels=2, sampling_rate=44_100),
        ),
    )


def start_us(path: Path) -> int:
    """What the clock of a file shows where it begins."""
    with av.open(str(path)) as container:
        return int(container.start_time or 0)


@dataclass
class Workshop:
    producer: ConvertingProducer
    streams: ProgressiveProducer
    launcher: Launcher

    async def make(
        self,
        made_of: Source,
        rendition: Rendition,
        folder: Path,
        runs: Sequence[tuple[int, int]] = ((0, 3),),
        grid: Grid = GRID,
    ) -> list[int]:
        """Makes the runs one after the other; the numbers in the order in which they became whole."""
        numbers = []
        for first, last in runs:
            production = await self.producer.produce(made_of, rendition, grid, folder, first, last)
            numbers += [number async for number in production.finished()]
        return numbers


def abilities(launcher: Launcher, kept: Path) -> Abilities:
    """What the tests' ffmpeg can."""
    return Abilities(launcher, kept / "abilities.json", found=[FFMPEG])


@asynccontextmanager
async def workshop(kept: Path, settings: ConversionSettings | None = None) -> AsyncIterator[Workshop]:
    launcher = Launcher()
    machine = abilities(launcher, kept)
    chosen = settings or ConversionSettings()
    try:
        with WorkerPool(1) as pool:
            texts = Texts(pool)
            converting = ConvertingProducer(launcher, machine, lambda: chosen, texts)
            streams = ProgressiveProducer(launcher, machine, lambda: chosen, texts)
            yield Workshop(converting, streams, launcher)
    finally:
        await launcher.close()


def make(
    folder: Path,
    made_of: Source,
    rendition: Rendition,
    runs: Sequence[tuple[int, int]] = ((0, 3),),
    grid: Grid = GRID,
    settings: ConversionSettings | None = None,
) -> Path:
    """Makes segments and joins them; the joined file."""

    async def work() -> None:
        async with workshop(folder, settings) as shop:
            await shop.make(made_of, rendition, folder, runs, grid)

    asyncio.run(work())
    return join(folder, rendition.format, sorted(set(itertools.chain(*(range(a, b + 1) for a, b in runs)))))


def join(folder: Path, form: SegmentFormat, numbers: Sequence[int]) -> Path:
    """Segments as one file."""
    parts = [header_path(folder)] if form is SegmentFormat.FMP4 else []
    parts += [segment_path(folder, number, form) for number in numbers]
    joined = folder / f"joined.{'mp4' if form is SegmentFormat.FMP4 else 'ts'}"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    return joined


def probed(path: Path, *, of: str = "packet", show: str, select: str = "0") -> list[list[str]]:
    """What ffprobe says of each packet or frame."""
    command = [
        *("ffprobe", "-v", "error", "-select_streams", select, "-show_entries", f"{of}={show}"),
        *("-of", "csv=p=0:s=|", str(path)),
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.strip("|").split("|") for line in said.splitlines() if line.strip("|")]


def times(path: Path) -> list[float]:
    """When each picture is shown."""
    return [float(row[0]) for row in probed(path, of="frame", show="pts_time")]


def complaints(path: Path) -> list[str]:
    """What a decoder says of a file, down to the counters of its packets."""
    command = [FFMPEG, "-v", "debug", "-i", str(path), "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    words = ("continuity", "error", "invalid", "non-monoton", "corrupt", "missing")
    lines = [line for line in said.splitlines() if "0 decode errors" not in line]
    return [line for line in lines if any(word in line.lower() for word in words)]


def samples(path: Path, *, seconds: float | None = None, rate: int = 48_000) -> Sequence[float]:
    """The first channel of the sound, as floating-point samples."""
    command = [FFMPEG, "-v", "error", "-i", str(path), "-map", "0:a:0", "-af", "pan=mono|c0=c0", "-ar", str(rate)]
    command += [*(["-t", str(seconds)] if seconds else []), "-f", "f32le", "-"]
    return array("f", subprocess.run(command, check=True, capture_output=True).stdout)
