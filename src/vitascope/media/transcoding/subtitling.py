"""The producer of subtitle segments: text in a file or beside it, as WebVTT on the grid of the stream.

Made by the workers that cut copied segments (:func:`.copying.cutting_pool`), for they write to the same folders.
"""

import os
from pathlib import Path

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import Rendition, SegmentFormat, SubtitleRendition
from vitascope.media.transcoding.production import Production, ProductionError, Source, Unplayable, segment_path
from vitascope.media.transcoding.runs import WorkerRun
from vitascope.media.transcoding.subtitle_tasks import FORMATS, WordsArgs, words
from vitascope.media.workers import WorkerPool

_TEXT = frozenset({"srt", "ass", "ssa", "vtt", "mov_text", "text"})
"""Codecs in the API's spelling."""


class SubtitlingProducer:
    """Makes WebVTT segments."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def header(self, _source: Source, _rendition: Rendition, _folder: Path, /) -> Path | None:
        """WebVTT has none."""
        return None

    async def produce(
        self, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int
    ) -> Production:
        """A run of segments, one after the other. Raises :class:`ProductionError`."""
        if not isinstance(rendition, SubtitleRendition) or rendition.format is not SegmentFormat.WEBVTT:
            raise ProductionError(f"{rendition.name}: these are no subtitles for WebVTT")
        if not 0 <= first <= last < len(grid):
            raise ProductionError(f"{rendition.name}: no segments {first} to {last} in a grid of {len(grid)}")
        _check(source, rendition)
        calls = [
            WordsArgs(
                path=rendition.path if rendition.path is not None else source.path,
                stream_index=rendition.index if rendition.path is None else None,
                language=_language(source, rendition),
                offset_ms=rendition.offset_ms,
                target=os.fspath(segment_path(folder, number, rendition.format)),
                number=number,
                start_us=grid.start_us(number),
                end_us=grid.start_us(number + 1),
                last=number == len(grid) - 1,
                mapped=not rendition.whole,
            )
            for number in range(first, last + 1)
        ]
        return WorkerRun(self._workers, words, calls, rendition.name)


def _check(source: Source, rendition: SubtitleRendition) -> None:
    if rendition.path is not None:
        if Path(os.fsdecode(rendition.path)).suffix.lower() not in FORMATS:
            raise ProductionError(f"{rendition.name}: files of this kind hold no text that is known")
        return
    info = next((one for one in source.streams if one.index == rendition.index), None)
    if info is None or rendition.index is None:
        raise Unplayable(f"{rendition.name}: the file has no stream {rendition.index}")
    if info.codec not in _TEXT:
        raise ProductionError(f"{rendition.name}: {info.codec} is no text")


def _language(source: Source, rendition: SubtitleRendition) -> str | None:
    """Of a file beside the film, whose encoding it helps to tell, where only one language can be meant."""
    if rendition.path is None:
        return None
    tags = {one.language_tag for one in source.streams if one.index is None and one.language_tag}
    return tags.pop() if len(tags) == 1 else None
