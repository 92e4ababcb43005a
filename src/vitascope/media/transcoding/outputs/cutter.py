"""From frames to segments: which frame belongs where, and when a segment is whole.

A segment is written beside its place and renamed, so that it is there as a whole or not at all. Frames before the
first boundary are dropped (an encoder that settles), frames after the last one too.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from vitascope.media.transcoding.outputs import fragments, transport
from vitascope.media.transcoding.outputs.frames import CutError, Frame

_DELAY_MS = 250
"""Between decoding and showing: more than any encoder here reorders."""
_MOST_BYTES = 1 << 30
"""Of one segment in memory."""
MOST_MISSING_S = 30
"""How much earlier than it says a stream may end: sound and pictures are seldom of one length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """What a run writes and where its segments go. Times are ticks of the run's timescale."""

    folder: str
    extension: str
    transport: bool
    video: bool
    first: int
    """The number of the segment that begins at ``boundaries[0]``."""
    boundaries: tuple[int, ...]
    timescale: int
    frame_ticks: int = 0
    from_begin: bool = False
    """It begins where the file does: what lies before belongs to the first segment."""
    header_only: bool = False
    any_header: bool = False
    """The header need not be the one that is there: another encoder goes on."""


class Cutter:
    """Takes what a run writes; :meth:`feed` and :meth:`end` give the numbers of the segments that became whole."""

    def __init__(self, cutting: Cutting) -> None:
        self._cutting = cutting
        near = cutting.boundaries[0] * 90_000 // cutting.timescale
        self._transport = transport.TransportReader(near) if cutting.transport else None
        self._fragments = None if cutting.transport else fragments.FragmentReader()
        self._folder = Path(cutting.folder)
        self._current = 0
        self._frames: list[Frame] = []
        self._bytes = 0
        self._on_grid = False
        self._header_done = cutting.transport
        self.header_ready = False
        self.made = cutting.boundaries[0]
        """How far it is, in ticks."""

    def feed(self, data: bytes) -> list[int]:
        ready: list[int] = []
        reader = self._transport or self._fragments
        if reader is None:
            return ready
        for frame in reader.feed(data):
            self._check_header()
            ready += self._take(frame)
        self._check_header()
        return ready

    def end(self) -> list[int]:
        """The run ended well: what it had begun is whole, and what it did not reach is empty.

        Nothing is made up of a file that ends long before its time.
        """
        ready: list[int] = []
        if self._cutting.header_only:
            return ready
        if self._transport is not None:
            for frame in self._transport.end():
                ready += self._take(frame)
        if self._frames:
            ready.append(self._write())
        while self._current < len(self._cutting.boundaries) - 1 and not self.is_short:
            ready.append(self._write())
        return ready

    @property
    def is_short(self) -> bool:
        """Much of what was asked for has not come."""
        return self.missing_ticks > MOST_MISSING_S * self._cutting.timescale

    @property
    def missing_ticks(self) -> int:
        """How much of what was asked for has not come."""
        return max(0, self._cutting.boundaries[-1] - self.made)

    def _take(self, frame: Frame) -> list[int]:
        bounds = self._cutting.boundaries
        if self._cutting.header_only:
            return []
        time = self._time(frame)
        if time is None:
            return []
        self.made = max(self.made, time + (frame.duration or self._cutting.frame_ticks))
        if time < bounds[0] and not (self._cutting.from_begin and self._cutting.video):
            return []
        ready = []
        while self._current < len(bounds) - 1 and time >= bounds[self._current + 1]:
            ready.append(self._write())
        if self._current == len(bounds) - 1:
            return ready
        if self._cutting.video and not self._frames and not frame.key:
            raise CutError(f"segment {self._cutting.first + self._current} does not begin with a key frame")
        self._frames.append(frame)
        self._bytes += len(frame.data)
        if self._bytes > _MOST_BYTES:
            raise CutError("a segment of more than a gigabyte")
        return ready

    def _time(self, frame: Frame) -> int | None:
        """``None`` for what encoders of MP3 give beside the grid when the sound has ended."""
        if self._cutting.video:
            return frame.pts
        ticks = self._cutting.frame_ticks
        # MPEG-TS tells the time of a frame of sound in ticks of its own.
        exact = frame.pts * self._cutting.timescale / 90_000 if self._cutting.transport else frame.pts
        number = round(exact / ticks)
        if not self._cutting.transport and number * ticks != frame.pts:
            if self._on_grid:
                return None
            raise CutError(f"a frame of sound at {frame.pts}, beside the grid of {ticks}")
        self._on_grid = True
        return number * ticks

    def _write(self) -> int:
        number = self._cutting.first + self._current
        if self._transport is not None:
            tables = [table for _, table in sorted(self._transport.tables.items())]
            data = transport.segment(number, tables, self._frames)
        else:
            timescale = self._cutting.timescale
            delay = timescale * _DELAY_MS // 1_000 if self._cutting.video else 0
            data = fragments.fragment(
                number, self._cutting.boundaries[self._current], self._frames, timescale, delay=delay
            )
        place(self._folder / f"{number:05d}.{self._cutting.extension}", data)
        self._frames, self._bytes = [], 0
        self._current += 1
        return number

    def _check_header(self) -> None:
        if self._header_done or self._fragments is None or self._fragments.header is None:
            return
        header, path = self._fragments.header, self._folder / "header.mp4"
        self._header_done = self.header_ready = True
        try:
            there = path.read_bytes()
        except FileNotFoundError:
            place(path, header)
            return
        if there != header and not self._cutting.any_header:
            raise CutError("this run has another header than the first one")


def place(path: Path, data: bytes) -> None:
    """Writes a file so that it is there as a whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
