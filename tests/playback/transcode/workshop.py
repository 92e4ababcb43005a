"""Runs that make segments when a test says so, behind the seam of production."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import AudioCodec, AudioRendition, Rendition, SegmentFormat
from vitascope.media.transcoding.production import Production, RunStatus, Source, header_path, segment_path

SOUND = AudioRendition(name="sound", index=0, format=SegmentFormat.FMP4, codec=AudioCodec.AAC)
SOURCE = Source(path=b"/media/a.mkv", root=b"/media", container="mkv", duration_us=600_000_000, streams=())
SIX_SECONDS = fixed_grid(600_000_000, target_us=6_000_000)


@dataclass(eq=False)
class Scripted:
    """A run; :meth:`make` is what a test lets it do next."""

    folder: Path
    form: SegmentFormat
    first: int
    last: int
    held: bool = False
    ended: bool = False
    size: int = 100
    made: int = 0
    may_end: asyncio.Event | None = None
    """It takes until then to end."""
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    _told: "asyncio.Queue[int | Exception | None]" = field(default_factory=asyncio.Queue)

    async def make(self, count: int = 1) -> None:
        """Makes the next segments and lets those who wait for them go on."""
        for _ in range(count):
            number = self.first + self.made
            if number > self.last:
                self._told.put_nowait(None)
                break
            segment_path(self.folder, number, self.form).write_bytes(b"s" * self.size)
            self.made += 1
            self._told.put_nowait(number)
        await settle()

    async def fail(self, error: Exception) -> None:
        self._told.put_nowait(error)
        await settle()

    async def finish(self) -> None:
        self._told.put_nowait(None)
        await settle()

    async def finished(self) -> AsyncIterator[int]:
        while (said := await self._told.get()) is not None:
            if isinstance(said, Exception):
                raise said
            yield said

    def hold(self) -> None:
        self.held = True

    def go_on(self) -> None:
        self.held = False

    @property
    def status(self) -> RunStatus:
        return RunStatus(held=self.held)

    async def end(self) -> None:
        self.ending.set()
        if self.may_end is not None:
            await self.may_end.wait()
        self.ended = True


@dataclass
class Workshop:
    """A producer that remembers its runs."""

    runs: list[Scripted] = field(default_factory=list)
    headers_wait: asyncio.Event | None = None
    """Headers are written when it is set."""
    headers_asked: int = 0

    async def header(self, _source: Source, _rendition: Rendition, folder: Path, /) -> Path | None:
        self.headers_asked += 1
        if self.headers_wait is not None:
            await self.headers_wait.wait()
        path = header_path(folder)
        await asyncio.to_thread(path.write_bytes, b"header")
        return path

    async def produce(
        self, _source: Source, rendition: Rendition, _grid: Grid, folder: Path, first: int, last: int, /
    ) -> Production:
        run = Scripted(folder=folder, form=rendition.format, first=first, last=last)
        self.runs.append(run)
        return run

    @property
    def alive(self) -> list[tuple[int, int]]:
        """From where to where the runs go that have not ended."""
        return [(run.first, run.last) for run in self.runs if not run.ended]


async def settle() -> None:
    """Lets everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now
