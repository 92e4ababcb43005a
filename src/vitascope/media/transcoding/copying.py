"""The producer of copied renditions: packets as they are in the file, in other wrapping, cut by warm workers.

A worker writes each segment to its place itself, whole or not at all: bytes through a pipe would pass the server's
interpreter twice (see ``docs/benchmarks.md``). So the pool is one of its own, whose workers may write into the folder
for segments beside that for temporary files: :func:`cutting_pool`.
"""

import contextlib
import os
from pathlib import Path

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import COPIED, Rendition, SegmentFormat, SubtitleRendition
from vitascope.media.transcoding.copy_tasks import CutArgs, WarmArgs, cut, warm
from vitascope.media.transcoding.production import (
    Production,
    ProductionError,
    Source,
    Unplayable,
    header_path,
    segment_path,
)
from vitascope.media.transcoding.runs import WorkerRun, made_by
from vitascope.media.workers import Limits, TaskError, WorkerPool

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
            await made_by(self._workers, cut, args, rendition.name)
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
        return WorkerRun(self._workers, cut, calls, rendition.name)


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
