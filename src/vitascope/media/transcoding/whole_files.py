"""Whole files for later: what is converted is made in segments that stay, then everything is wrapped into one file.

The segments come through the same seam as those of streams (:mod:`.production`), so a machine that makes these makes
whole files too; and since each lies there whole or not at all, a server that was ended goes on where it was. Streams
that are copied are read from the file itself, at the end. Players that keep the file seek in it, so MP4 gets a proper
index, which no stream in one piece can have.
"""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from vitascope.core.model import StreamType
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import AudioRendition, SegmentFormat, VideoRendition
from vitascope.media.transcoding.gather_tasks import GatherArgs, Track, gather
from vitascope.media.transcoding.production import (
    OutOfSpace,
    Producer,
    Production,
    ProductionError,
    RunStatus,
    Source,
    Unplayable,
    header_path,
    segment_path,
)
from vitascope.media.workers import Limits, Reason, TaskError, WorkerPool

_SEGMENT_US = 6_000_000
_SHARE_OF_VIDEO = 0.95
"""Of the time that it takes to convert a film."""
_LONGEST_S = 6 * 3600.0
_LARGEST_BYTES = 1 << 42
_NOT_THE_FILE = frozenset({Reason.CLOSED, Reason.MEMORY, Reason.ERROR, Reason.UNREADABLE, Reason.LOST, Reason.MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFile:
    """A file that is to be made. A rendition without a codec is copied."""

    container: str
    """One of :data:`vitascope.media.transcoding.gather_tasks.FORMATS`."""
    video: VideoRendition | None = None
    audio: AudioRendition | None = None


def gathering_pool(folder: Path, *, niceness: int) -> WorkerPool:
    """The worker that writes whole files, which may write below ``folder``. It exists."""
    limits = Limits(niceness=niceness, writable=(str(folder.resolve()),), file_size_bytes=_LARGEST_BYTES)
    return WorkerPool(1, limits=limits, timeout_s=_LONGEST_S)


class Making:
    """A file on its way."""

    def __init__(self, producer: Producer, workers: WorkerPool, source: Source, wanted: WholeFile, work: Path) -> None:
        self._producer, self._workers = producer, workers
        self._source, self._wanted, self._work = source, wanted, work
        self._production: Production | None = None
        self._held = False
        self._free = asyncio.Event()
        self._free.set()
        self._done = 0.0
        self.share = 0.0
        """How much of it is there, from 0 to 1."""
        self.size_bytes = 0
        """How much was written so far."""

    @property
    def status(self) -> RunStatus:
        """How the run of this moment is doing."""
        return replace(self._production.status, held=self._held) if self._production else RunStatus(held=self._held)

    def hold(self, *, held: bool) -> None:
        """Makes no more for now, or goes on."""
        if held == self._held:
            return
        self._held = held
        (self._free.clear if held else self._free.set)()
        if self._production is not None:
            (self._production.hold if held else self._production.go_on)()

    async def make(self, told: Callable[[], None] = lambda: None) -> Path:
        """The finished file, below the working folder, in which an earlier attempt may have left segments; ``told``
        is called after each new one. Raises :class:`ProductionError`."""
        converted = [one for one in (self._wanted.video, self._wanted.audio) if one is not None and one.codec]
        if converted and self._source.duration_us <= 0:
            raise Unplayable("nobody knows how long the file is")
        grid = fixed_grid(max(self._source.duration_us, 1), target_us=_SEGMENT_US)
        shares = [1.0] if len(converted) < 2 else [_SHARE_OF_VIDEO, 1 - _SHARE_OF_VIDEO]
        for rendition, share in zip(converted, shares, strict=False):
            await self._convert(replace(rendition, format=SegmentFormat.FMP4), grid, share, told)
            self._done += share
        return await self._gather(grid)

    async def _convert(
        self, rendition: VideoRendition | AudioRendition, grid: Grid, share: float, told: Callable[[], None]
    ) -> None:
        folder = self._work / rendition.name
        there = await asyncio.to_thread(_made_before, folder, len(grid))
        self.size_bytes += sum(there)
        try:
            await self._segments(rendition, grid, folder, len(there), share, told)
        except Unplayable:
            if not there:
                raise
            # What an earlier server made may not fit to what this one makes: another encoder, other settings.
            self.size_bytes -= sum(there)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            await self._segments(rendition, grid, folder, 0, share, told)

    async def _segments(
        self,
        rendition: VideoRendition | AudioRendition,
        grid: Grid,
        folder: Path,
        first: int,
        share: float,
        told: Callable[[], None],
    ) -> None:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        if first < len(grid):
            await self._free.wait()
            production = await self._producer.produce(self._source, rendition, grid, folder, first, len(grid) - 1)
            self._production = production
            try:
                if self._held:
                    production.hold()
                async for number in production.finished():
                    self.share = self._done + share * grid.start_us(number + 1) / grid.end_us
                    self.size_bytes += segment_path(folder, number, rendition.format).stat().st_size
                    told()
            finally:
                self._production = None
                await production.end()
        await self._producer.header(self._source, rendition, folder)

    async def _gather(self, grid: Grid) -> Path:
        self.share = 1.0 if self._done else 0.0
        tracks = [
            self._track(one, grid, video=one is self._wanted.video)
            for one in (self._wanted.video, self._wanted.audio)
            if one is not None
        ]
        target = self._work / f"whole.{self._wanted.container}"
        await asyncio.to_thread(self._work.mkdir, parents=True, exist_ok=True)
        args = GatherArgs(tracks=tuple(tracks), container=self._wanted.container, target=str(target))
        try:
            done = await self._workers.run(gather, args)
        except TaskError as error:
            kind = ProductionError if error.reason in _NOT_THE_FILE else Unplayable
            raise kind(str(error)) from error
        if done.full:
            raise OutOfSpace("the disk is full")
        return target

    def _track(self, rendition: VideoRendition | AudioRendition, grid: Grid, *, video: bool) -> Track:
        kind = StreamType.VIDEO if video else StreamType.AUDIO
        info = next((one for one in self._source.streams if one.index == rendition.index and one.type is kind), None)
        if info is None:
            raise Unplayable(f"the file has no stream {rendition.index} of that kind")
        language = info.language_code
        if rendition.codec is None:
            return Track(path=self._source.path, stream_index=rendition.index, language=language, video=video)
        folder = self._work / rendition.name
        names = [header_path(folder), *(segment_path(folder, n, SegmentFormat.FMP4) for n in range(len(grid)))]
        return Track(pieces=tuple(map(str, names)), language=language, video=video)


def _made_before(folder: Path, most: int) -> list[int]:
    """The sizes of the segments that an earlier attempt made, up to the first gap."""
    sizes: list[int] = []
    if not header_path(folder).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        return sizes
    for number in range(most):
        try:
            sizes.append(segment_path(folder, number, SegmentFormat.FMP4).stat().st_size)
        except OSError:
            break
    return sizes
