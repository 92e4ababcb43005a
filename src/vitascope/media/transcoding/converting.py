"""Segments that are converted, by ffmpeg through the launcher: the producer of what is not copied.

A run of segments may take several ffmpegs one after the other: where a device fails, the processor goes on at the
segment that is missing, with parameter sets in its key frames since the header is the device's.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import (
    CommandError,
    Hardware,
    Run,
    TextSubtitle,
    VideoTools,
    audio_run,
    video_run,
)
from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import (
    AudioCodec,
    AudioRendition,
    Burned,
    Rendition,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)
from vitascope.media.transcoding.launcher.client import Child, Ended, Launcher, LauncherError
from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.transcoding.outputs import Cutting
from vitascope.media.transcoding.production import (
    OutOfSpace,
    ProductionError,
    RunStatus,
    Source,
    Unplayable,
    header_path,
)
from vitascope.media.transcoding.reading import reading_of
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.texts import Texts, windows


class Machine(Protocol):
    """What this machine can do, and with which program."""

    def program(self, codec: VideoCodec | AudioCodec, hardware: Hardware = Hardware.NONE) -> str:
        """The ffmpeg that makes a codec. Raises :class:`ProductionError` when none does."""

    def copier(self) -> str:
        """The ffmpeg that wraps what is copied. Raises :class:`ProductionError` when there is none."""

    def tools(self, settings: ConversionSettings, codec: VideoCodec, *, ten_bit: bool) -> VideoTools:
        """With what a codec is made."""


class ConvertingProducer:
    """Makes converted segments of video and sound on this machine."""

    def __init__(
        self,
        launcher: Launcher,
        machine: Machine,
        settings: Callable[[], ConversionSettings],
        texts: Texts,
        *,
        niceness: int = 0,
    ) -> None:
        self._launcher = launcher
        self._niceness = niceness
        self._texts = texts
        self._machine = machine
        self._settings = settings
        self._productions: set[ConvertingProduction] = set()

    async def header(self, source: Source, rendition: Rendition, folder: Path) -> Path | None:
        """The initialisation segment: of a run that is being made, or made for itself."""
        if rendition.format is not SegmentFormat.FMP4:
            return None
        path = header_path(folder)
        for production in tuple(self._productions):  # others begin and end meanwhile
            if production.folder == folder and not path.exists():
                await production.header()
        if not path.exists():
            whole = Grid(starts_us=(0,), end_us=max(source.duration_us, 1), on_key_frames=False)
            made = self._production(source, rendition, whole, folder, 0, 0, header_only=True)
            made.start()
            try:
                await made.header()
                made.check()
            finally:
                await made.end()
        if not path.exists():
            raise Unplayable("no header could be made of it")
        return path

    async def produce(
        self, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int
    ) -> "ConvertingProduction":
        """Starts a run. Raises :class:`ProductionError`."""
        production = self._production(source, rendition, grid, folder, first, last)
        self._productions.add(production)
        production.start()
        return production

    def _production(
        self,
        source: Source,
        rendition: Rendition,
        grid: Grid,
        folder: Path,
        first: int,
        last: int,
        *,
        header_only: bool = False,
    ) -> "ConvertingProduction":
        if not isinstance(rendition, VideoRendition | AudioRendition) or rendition.codec is None:
            raise ProductionError(f"{rendition.name} is not converted")
        work = _Work(self._machine, self._settings(), source, rendition, grid, self._texts, self._niceness)
        return ConvertingProduction(
            self._launcher, work, folder, first, last, self._productions.discard, header_only=header_only
        )


class _Work:
    """What is converted and how: the command of each run."""

    def __init__(
        self,
        machine: Machine,
        settings: ConversionSettings,
        source: Source,
        rendition: VideoRendition | AudioRendition,
        grid: Grid,
        texts: Texts,
        niceness: int,
    ) -> None:
        self._machine = machine
        self._niceness = niceness
        self._texts = texts
        self._windows_read = 0
        self._ahead: asyncio.Future[TextSubtitle | None] | None = None
        self.source, self.rendition, self.grid = source, rendition, grid
        wanted = StreamType.VIDEO if isinstance(rendition, VideoRendition) else StreamType.AUDIO
        found = next((one for one in source.streams if one.index == rendition.index and one.type == wanted), None)
        if found is None:
            raise Unplayable(f"the file has no stream {rendition.index} of that kind")
        self._info: StreamInfo = found
        self.tools = VideoTools()
        if isinstance(rendition, VideoRendition) and rendition.codec is not None:
            self.tools = machine.tools(settings, rendition.codec, ten_bit=rendition.ten_bit)

    def fall_back(self) -> None:
        """No device from here on."""
        self.tools = replace(self.tools, hardware=Hardware.NONE, hardware_decoding=False, in_band_headers=True)

    async def close(self) -> None:
        """Reads no more ahead; returns when nothing is written any more."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.wait([self._ahead])

    @property
    def _burned_text(self) -> Burned | None:
        burned = self.rendition.burned if isinstance(self.rendition, VideoRendition) else None
        return burned if burned is not None and not burned.image else None

    def _last_of_window(self, first: int, last: int, number: int) -> int:
        """The last segment of a run that begins with ``first``: as far as its subtitles are read."""
        burned = self._burned_text
        if burned is None:
            return last
        end_us = windows(self.source, burned).end_us(self.grid.start_us(first), number, self.grid.end_us)
        return last if end_us >= self.grid.start_us(last + 1) else max(first, self.grid.at(end_us) - 1)

    async def _text(self, folder: Path, first: int, last: int) -> TextSubtitle | None:
        burned = self._burned_text
        if burned is None:
            return None
        from_us, to_us = self.grid.start_us(first), self.grid.start_us(last + 1)
        return await self._texts.window(self.source, burned, folder, from_us, to_us)

    async def order(self, folder: Path, first: int, last: int, *, header_only: bool) -> tuple[Order, Run]:
        """The order of the next run, which may end before ``last``. Raises :class:`ProductionError`."""
        until = self._last_of_window(first, last, self._windows_read)
        if self._ahead is not None:
            await asyncio.wait([self._ahead])
        text = None if header_only else await self._text(folder, first, until)
        self._windows_read += 1
        if until < last and not header_only:
            # Read while the pictures before are made; the next run finds it there.
            following = self._last_of_window(until + 1, last, self._windows_read)
            self._ahead = asyncio.ensure_future(self._text(folder, until + 1, following))
            self._ahead.add_done_callback(lambda done: done.cancelled() or done.exception())
        codec = self.rendition.codec
        if codec is None:
            raise ProductionError("what is copied is not converted")
        begin = await self._texts.beginnings.of(self.source)
        reading = reading_of(self.source, begin.start_us)
        try:
            if isinstance(self.rendition, VideoRendition):
                run = video_run(
                    reading.input, self._info, self.rendition, self.grid, first, until, self.tools, text=text
                )
            else:
                phase_us = begin.sound_us.get(self.rendition.index, 0)
                run = audio_run(reading.input, self._info, self.rendition, self.grid, first, last, phase_us=phase_us)
        except CommandError as error:
            raise ProductionError(str(error)) from error
        order = Order(
            program=self._machine.program(codec, self.tools.hardware),
            arguments=run.arguments,
            source=reading.source,
            readable=(*reading.readable, *((str(folder),) if text else ())),
            devices=bool(self.tools.hardware),
            niceness=self._niceness,
            cutting=Cutting(
                folder=str(folder),
                extension=run.format.extension,
                transport=run.format is SegmentFormat.MPEGTS,
                video=run.video,
                first=first,
                boundaries=run.boundaries,
                timescale=run.timescale,
                frame_ticks=run.frame_ticks,
                from_begin=first == 0,
                header_only=header_only,
                any_header=self.tools.in_band_headers,
            ),
        )
        return order, run


class ConvertingProduction:
    """A run of segments."""

    def __init__(
        self,
        launcher: Launcher,
        work: _Work,
        folder: Path,
        first: int,
        last: int,
        forget: Callable[["ConvertingProduction"], None],
        *,
        header_only: bool,
    ) -> None:
        self.folder = folder
        self._launcher, self._work = launcher, work
        self._next, self._last = first, last
        self._forget = forget
        self._header_only = header_only
        self._header = asyncio.Event()
        self._numbers: asyncio.Queue[int | None] = asyncio.Queue()
        self._child: Child | None = None
        self._driver: asyncio.Task[None] | None = None
        self._signals: set[asyncio.Task[None]] = set()
        self._failure: ProductionError | None = None
        self._held = self._ending = False
        self._status = RunStatus(made_us=work.grid.start_us(first))

    def start(self) -> None:
        self._driver = asyncio.create_task(self._drive())

    async def finished(self) -> AsyncIterator[int]:
        while (number := await self._numbers.get()) is not None:
            yield number
        self.check()

    def check(self) -> None:
        """Raises what the run ended with, if it was a failure."""
        if self._failure is not None and not self._ending:
            raise self._failure

    async def header(self) -> None:
        """Waits until the header is there, or the run is over."""
        await self._header.wait()

    def hold(self) -> None:
        self._held = True
        self._signal()

    def go_on(self) -> None:
        self._held = False
        self._signal()

    def _signal(self) -> None:
        child = self._child
        if child is not None:
            task = asyncio.create_task(child.hold() if self._held else child.go_on())
            self._signals.add(task)
            task.add_done_callback(self._signals.discard)

    @property
    def status(self) -> RunStatus:
        return replace(self._status, held=self._held)

    async def end(self) -> None:
        self._ending = True
        if self._child is not None:
            await self._child.end()
        if self._driver is not None:
            await self._driver

    # --- the run -------------------------------------------------------------------------------------------------

    async def _drive(self) -> None:
        try:
            while self._next <= self._last and not self._ending:
                await self._run_once()
                if self._header_only:
                    break
        except ProductionError as error:
            self._failure = error
        except LauncherError as error:
            self._failure = ProductionError(str(error))
        except OSError as error:
            self._failure = ProductionError(error.strerror or str(error))
        finally:
            self._child = None
            self._header.set()
            self._numbers.put_nowait(None)
            self._forget(self)
            await self._work.close()

    async def _run_once(self) -> None:
        first = self._next
        order, run = await self._work.order(self.folder, first, self._last, header_only=self._header_only)
        self.folder.mkdir(parents=True, exist_ok=True)
        child = self._child = await self._launcher.run(order)
        if self._held:
            await child.hold()
        if self._ending:
            await child.end()
        waiting = asyncio.create_task(self._hear_header(child))
        async for made in child.made():
            self._next = made.number + 1
            speed = (made.at_ticks - run.boundaries[0]) / run.timescale / made.time_s if made.time_s else 0.0
            self._status = RunStatus(
                speed=round(speed, 2),
                made_us=made.at_ticks * 1_000_000 // run.timescale,
                hardware=self._work.tools.hardware.value,
            )
            self._numbers.put_nowait(made.number)
        ended = await child.wait()
        await waiting
        if not self._ending:
            self._judge(ended, run)

    async def _hear_header(self, child: Child) -> None:
        await child.header.wait()
        if header_path(self.folder).exists():
            self._header.set()

    def _judge(self, ended: Ended, run: Run) -> None:
        """Goes on where a device failed; raises :class:`ProductionError` for other failures."""
        if ended.full:
            raise OutOfSpace(f"{self.folder}: {ended.failure}")
        if ended.code == 0 and not ended.failure:
            missing_us = ended.missing_ticks * 1_000_000 // run.timescale
            if self._next < run.first + len(run.boundaries) - 1 and not self._header_only:
                raise Unplayable(f"it ends {missing_us // 1_000_000} seconds before the time it names")
            return
        if self._work.tools.hardware:
            self._work.fall_back()
            return
        raise failure_of(ended)


def failure_of(ended: Ended) -> ProductionError:
    if ended.lost:
        return ProductionError(ended.failure)
    if ended.code == -signal.SIGKILL and not ended.failure:
        return ProductionError("ffmpeg was ended from outside: too little memory?")
    if ended.code < 0 and not ended.failure:
        try:
            name = signal.Signals(-ended.code).name
        except ValueError:
            name = f"signal {-ended.code}"
        return Unplayable(f"the decoder ended with {name}")
    lines = [line.strip() for line in ended.words.splitlines() if line.strip()]
    return Unplayable(ended.failure or (lines[-1][:300] if lines else f"ffmpeg ended with {ended.code}"))
