"""The seam between a playback session and whoever makes its segments, on this machine or on another.

A session asks for a run of segments of one rendition; each lies at its place in ``folder`` as soon as it is whole,
under its final name and never before (:func:`segment_path`, :func:`header_path`), and is then reported. A run makes
segments in order, and may be held up while the player is far behind, or ended, at any time.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vitascope.core.model import StreamInfo
from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import Rendition, SegmentFormat


class ProductionError(Exception):
    """The segments cannot be made. The text says of what, and why, in words for the log and the player.

    - :class:`Unplayable`: the file is to blame (code 2003 of the decision table); the session ends.
    - :class:`OutOfSpace`: the folder is full.
    """


class Unplayable(ProductionError):
    pass


class OutOfSpace(ProductionError):
    pass


def reserve_bytes(disk_bytes: int) -> int:
    """What a disk of this size keeps free for everybody else: 2 %, at most 512 MiB."""
    return min(512 * 1024 * 1024, disk_bytes // 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to make renditions of, as it was probed."""

    path: bytes
    root: bytes
    """The location it lies below: nothing above it is readable to whoever opens the file."""
    container: str
    duration_us: int
    streams: tuple[StreamInfo, ...]
    has_fonts: bool = False
    """Fonts are attached to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """How a run is doing."""

    speed: float = 0.0
    """Seconds of the stream that are made in a second; 0 when not known yet."""
    made_us: int = 0
    """How far it is, in the time of the file."""
    held: bool = False
    hardware: str = ""
    """What encodes when it is not the processor: ``nvenc``, ``vaapi``, ``qsv``."""


class Production(Protocol):
    """A run that makes segments ``first`` to ``last`` of a rendition."""

    def finished(self) -> AsyncIterator[int]:
        """The number of each segment as soon as it is whole. Ends with the run; raises :class:`ProductionError`."""

    def hold(self) -> None:
        """Makes no more for now; what is there stays. Harmless when it is held already."""

    def go_on(self) -> None:
        """Goes on after :meth:`hold`."""

    @property
    def status(self) -> RunStatus: ...

    async def end(self) -> None:
        """Ends the run and whatever works for it; returns when nothing of it is left."""


class Producer(Protocol):
    """Makes segments."""

    async def header(self, source: Source, rendition: Rendition, folder: Path, /) -> Path | None:
        """The initialisation segment of a rendition, made once; ``None`` where the format has none."""

    async def produce(
        self, source: Source, rendition: Rendition, grid: Grid, folder: Path, first: int, last: int, /
    ) -> Production:
        """Starts a run. Raises :class:`ProductionError`."""


def segment_path(folder: Path, number: int, form: SegmentFormat) -> Path:
    """Where a segment lies."""
    return folder / f"{number:05d}.{form.extension}"


def header_path(folder: Path) -> Path:
    """Where the initialisation segment of a rendition lies."""
    return folder / "header.mp4"
