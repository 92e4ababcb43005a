"""The producer of copied renditions: packets as they are in the file, in other wrapping, cut by warm workers.

A worker writes each segment to its place itself, whole or not at all: bytes through a pipe would pass the server's
interpreter twice (see ``docs/benchmarks.md``). So the pool is one of its own, whose workers may write into the folder
for segments beside that for temporary files: :func:`cutting_pool`.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import COPIED, Rendition, SegmentFormat, SubtitleRendition
from vitascope.media.transcoding.copy_tasks import CutArgs, WarmArgs, cut, warm
from vitascope.media.transcoding.production import (
    OutOfSpace,
    Production,
    ProductionError,
    RunStatus,
    Source,
    Unplayable,
    header_path,
    segment_path,
)
from vitascope.media.workers import Limits, Reason, TaskError, WorkerPool

_FILE_IS_TO_BLAME = frozenset(Reason) - {Reason.CLOSED, Reason.MEMORY, Reason.ERROR, Reason.UNREADABLE}
_LARGEST_SEGMENT_BYTES = 4 * 1024**3


def cutting_pool(folder: Path, *, size: int = 2) -> WorkerPool:
    """The workers for a :class:`CopyingProducer`, which may write below ``folder``. It exists."""
    limits = Limits(writable=(os.fspath(folder.resolve()),), file_size_bytes=_LARGEST_SEGMENT_BYTES)
    return WorkerPool(size, limits=limits, timeout_s=30.0)


class CopyingProducer:
    """Makes copied renditions of video and sound, which need a grid on key frames."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def warm(self) -> None:
        """Has a worker ready for what is asked next: its start takes longer than a segment."""
        with contextlib.suppress(TaskError):
            await self._workers.run(warm, WarmArgs())

    async def header(self, source: Source, rendition: Rendition, folder: Path) -> Path | None:
        """The initialisation segment. Raises :class:`ProductionError`."""
        index = _stream(source, rendition)
        if rendition.format is not SegmentFormat.FMP4:
            return None
        target = header_path(folder)
        if not target.exists():
            args = CutArgs.header(source.path, index, rendition.format, os.fspath(target))
            await _cut(self._workers, args, rendition.name)
        return target

    async def produce(
        self, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int
    ) -> Production:
        """A run of segments, one after the other. Raises :class:`ProductionError`."""
        index = _stream(source, rendition)
        if not 0 <= first <= last < len(grid):
            raise ProductionError(f"{rendition.name}: no segments {first} to {last} in a grid of {len(grid)}")
        calls = [
            CutArgs(
                path=source.path,
                stream_index=index,
                format=rendition.format,
                target=os.fspath(segment_path(folder, number, rendition.format)),
                number=number,
                start_us=grid.start_us(number),
                end_us=grid.start_us(number + 1),
                last=number == len(grid) - 1,
            )
            for number in range(first, last + 1)
        ]
        return CopyingRun(self._workers, calls, rendition.name)


class CopyingRun:
    """A :class:`Production`."""

    def __init__(self, workers: WorkerPool, calls: list[CutArgs], name: str) -> None:
        self._workers = workers
        self._name = name
        self._allowed = asyncio.Event()
        self._allowed.set()
        self._made: asyncio.Queue[int | ProductionError | None] = asyncio.Queue()
        self._made_us = calls[0].start_us
        self._busy_s = 0.0
        self._cut_us = 0
        self._task = asyncio.create_task(self._run(calls), name=f"copy-{name}")

    async def finished(self) -> AsyncIterator[int]:
        """The number of each segment as soon as it is whole. Raises :class:`ProductionError`."""
        while (one := await self._made.get()) is not None:
            if isinstance(one, ProductionError):
                raise one
            yield one

    def hold(self) -> None:
        """Begins no other segment for now."""
        self._allowed.clear()

    def go_on(self) -> None:
        """Goes on."""
        self._allowed.set()

    @property
    def status(self) -> RunStatus:
        """How it is doing."""
        speed = self._cut_us / 1e6 / self._busy_s if self._busy_s else 0.0
        return RunStatus(speed=round(speed, 1), made_us=self._made_us, held=not self._allowed.is_set())

    async def end(self) -> None:
        """Ends it; a segment that is being cut becomes whole or is not there."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self, calls: list[CutArgs]) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Task[None] | None = None
        try:
            for number, call in enumerate(calls, calls[0].number or 0):
                await self._allowed.wait()
                began = loop.time()
                under_way = asyncio.create_task(_cut(self._workers, call, self._name))
                await asyncio.shield(under_way)
                self._busy_s += loop.time() - began
                self._cut_us += call.end_us - call.start_us
                self._made_us = call.end_us
                self._made.put_nowait(number)
            self._made.put_nowait(None)
        except ProductionError as error:
            self._made.put_nowait(error)
        except asyncio.CancelledError:
            # Whoever ends a run may remove its folder: not while a worker writes into it.
            if under_way is not None and not under_way.done():
                with contextlib.suppress(ProductionError):
                    await under_way
            self._made.put_nowait(None)
            raise


def _stream(source: Source, rendition: Rendition) -> int:
    """Which stream is copied. Raises :class:`ProductionError` for what is not."""
    if isinstance(rendition, SubtitleRendition) or rendition.codec is not None:
        raise ProductionError(f"{rendition.name}: this is converted, not copied")
    info = next((stream for stream in source.streams if stream.index == rendition.index), None)
    if info is None:
        raise Unplayable(f"{rendition.name}: the file has no stream {rendition.index}")
    if info.codec not in COPIED[rendition.format]:
        raise ProductionError(f"{rendition.name}: {info.codec} is not copied into {rendition.format}")
    return rendition.index


async def _cut(workers: WorkerPool, args: CutArgs, name: str) -> None:
    what = f"{name}: {'the header' if args.number is None else f'segment {args.number}'}"
    try:
        done = await workers.run(cut, args)
    except TaskError as error:
        kind = Unplayable if error.reason in _FILE_IS_TO_BLAME else ProductionError
        raise kind(f"{what} cannot be cut: {error}") from error
    if done.full:
        raise OutOfSpace(f"{what}: the folder for segments is full")
