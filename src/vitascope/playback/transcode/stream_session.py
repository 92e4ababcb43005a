"""A stream that is made for one player: whose it is, what it makes, and how that goes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import Rendition, SubtitleRendition, VideoRendition
from vitascope.media.transcoding.production import RunStatus, Source
from vitascope.playback.transcode.described import Conversion, Progress
from vitascope.playback.transcode.lanes import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """Whose session it is, on which player, and what the player calls it."""

    person_id: int
    client: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, cut by one grid, as these renditions."""

    source: Source
    grid: Grid
    renditions: Mapping[str, Rendition]
    """By name; no two pieces of a plan have one of the same name."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """Of one that goes on after another one: the name of a rendition of the first piece, and what goes on with it."""

    def grid_of(self, rendition: Rendition) -> Grid:
        """The grid of a rendition: of all the same, but for subtitles in one piece."""
        if isinstance(rendition, SubtitleRendition) and rendition.whole:
            return Grid(starts_us=(0,), end_us=self.grid.end_us, on_key_frames=False)
        return self.grid


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """What a session makes. Two that are equal make the same bytes."""

    item_id: int
    part_id: int
    pieces: tuple[Piece, ...]
    """The files of a version in their order, at least one: each has times of its own, from 0 on."""
    independent: bool = True
    """No segment of what is copied needs the one before it."""
    start_us: int = 0
    """Where the player wants to begin; nothing that is made depends on it."""

    @property
    def first(self) -> Piece:
        """The one that playlists describe."""
        return self.pieces[0]

    @property
    def end_us(self) -> int:
        """How long all of it is."""
        return sum(piece.grid.end_us for piece in self.pieces)

    def piece_of(self, name: str) -> Piece | None:
        """The piece that has a rendition."""
        return next((piece for piece in self.pieces if name in piece.renditions), None)

    def starts_us(self, name: str) -> int:
        """Where in all of it the piece of a rendition begins."""
        before = takewhile(lambda piece: name not in piece.renditions, self.pieces)
        return sum(piece.grid.end_us for piece in before)

    def rendition(self, name: str) -> Rendition | None:
        """A rendition of any piece."""
        piece = self.piece_of(name)
        return None if piece is None else piece.renditions[name]

    def line(self, name: str) -> list[tuple[Grid, Rendition]]:
        """A rendition, and what goes on with it."""
        piece = self.piece_of(name)
        own = [] if piece is None else [(piece.grid, piece.renditions[name])]
        after = [(one.grid, one.renditions[one.follows[name]]) for one in self.pieces[1:] if name in one.follows]
        return own + after


class Whole(Protocol):
    """A stream in one piece that is being made."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Its bytes. Raises :class:`ProductionError` after the last ones when that is not all."""

    @property
    def status(self) -> RunStatus:
        """How it is doing."""

    @property
    def size_bytes(self) -> int:
        """How much of it was taken."""

    @property
    def ended(self) -> bool:
        """Nothing of it runs any more."""

    @property
    def complete(self) -> bool:
        """All of it was made."""

    async def close(self) -> None:
        """Ends it; harmless when it has ended."""


@dataclass(slots=True, kw_only=True, eq=False)
class StreamSession:
    """A stream that is made for one player."""

    key: str
    handle: Handle
    plan: StreamPlan
    folder: Path
    started_at: float
    """On the wall clock."""
    used_at: float
    """On the monotonic one."""
    conversion: Conversion
    permitted: Callable[[], Awaitable[bool]]
    """Whether who began it may still have it."""
    left: bool = False
    """The player said that it stopped; if it does not come back at once, nothing of it is kept."""
    lanes: dict[str, Lane] = field(default_factory=dict)
    folders: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a folder of a lane is made."""
    headers: "dict[str, asyncio.Lock]" = field(default_factory=dict)
    """By rendition: held while its header is made."""
    problem: str | None = None
    whole: Whole | None = None
    """Of a stream in one piece: what makes it."""

    @property
    def size_bytes(self) -> int:
        """How much room it takes on the disk."""
        return sum(lane.size_bytes for lane in self.lanes.values())

    @property
    def is_made(self) -> bool:
        """Something is being made for it."""
        return self.is_poured or any(lane.is_made for lane in self.lanes.values())

    @property
    def is_awaited(self) -> bool:
        """The player waits for a segment, or holds the connection of a stream: however long that takes, it is there."""
        return self.is_poured or any(lane.is_awaited for lane in self.lanes.values())

    @property
    def is_poured(self) -> bool:
        """A stream in one piece is under way."""
        return self.whole is not None and not self.whole.ended

    @property
    def progress(self) -> Progress:
        """How it goes: what is told of its runs is told of the one of the video, where it has one."""
        if self.whole is not None:
            status, complete = self.whole.status, self.whole.complete
            made_us = self.plan.first.source.duration_us if complete else status.made_us
            return self._progress(replace(status, made_us=made_us), complete, self.whole.size_bytes)
        lanes = sorted(
            self.lanes.values(), key=lambda lane: (not isinstance(lane.rendition, VideoRendition), -lane.read_at)
        )
        main = lanes[0] if lanes else None
        status = next((lane.status for lane in lanes if lane.status is not None), RunStatus())
        made_us = self.plan.starts_us(main.rendition.name) + main.made_until_us if main is not None else 0
        return self._progress(replace(status, made_us=made_us), made_us >= self.plan.end_us, self.size_bytes)

    def _progress(self, status: RunStatus, complete: bool, size_bytes: int) -> Progress:
        return Progress(
            key=self.key,
            conversion=self.conversion,
            started_at=self.started_at,
            held=status.held,
            complete=complete,
            made_ms=status.made_us // 1000,
            size_bytes=size_bytes,
            speed=status.speed,
            hardware=status.hardware,
            problem=self.problem,
        )
