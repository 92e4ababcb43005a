"""The segments of one rendition: made when they are asked for, some ahead of the player, and given up behind it.

A *lane* has readers (whoever asks for segments, each at a place of their own) and runs (each makes segments in order).
A reader that comes to a segment which is not there is served by the run that is about to make it, or by a new one that
begins just there; so a seek costs one start, and two players of one session, far apart, have a run each and do not
disturb each other. A run is held up when it is far enough ahead of its reader, ends where the segments that follow are
there already, and is ended when nobody asks for what it makes.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import Rendition
from vitascope.media.transcoding.production import Production, ProductionError, RunStatus, Unplayable, segment_path
from vitascope.playback.transcode.errors import NoSuchSegment, SessionEnded

log = logging.getLogger(__name__)

_MOST_RUNS = 3
_READER_SECONDS = 120.0
"""Who asks for nothing so long reads no more."""
_REACH_US = 12_000_000
"""A run that will be at a segment within so much of the stream is waited for; else a new one is quicker."""

Start = Callable[[int, int], Awaitable[Production]]
"""Starts a run from a segment to another one."""


@dataclass(slots=True, kw_only=True)
class _Reader:
    at: int
    seen_at: float


@dataclass(slots=True, kw_only=True, eq=False)
class _Run:
    """A run on its way: ``next`` is what it makes at the moment, ``used_at`` when somebody wanted something of it."""

    first: int
    next: int
    last: int
    used_at: float
    production: Production | None = None
    held: bool = False
    task: "asyncio.Task[None] | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far ahead of a reader segments are made, and how far behind one they are kept."""

    ahead_us: int = 60_000_000
    behind_us: int = 300_000_000


@dataclass(slots=True, kw_only=True)
class Lane:
    """The segments of a rendition below ``folder``. Used from the event loop only."""

    rendition: Rendition
    grid: Grid
    folder: Path
    start: Start
    pace: Pace
    clock: Callable[[], float]
    grew: Callable[[int], None]
    """Told how many bytes came, or went (negative)."""
    _sizes: dict[int, int] = field(default_factory=dict)
    _readers: dict[str, _Reader] = field(default_factory=dict)
    _runs: list[_Run] = field(default_factory=list)
    _at_work: "set[asyncio.Task[None]]" = field(default_factory=set)
    """Of the runs, and of those that were ended and may still write into the folder."""
    _waiting: "dict[int, list[asyncio.Future[None]]]" = field(default_factory=dict)
    _failure: ProductionError | None = None
    _closed: bool = False

    # --- what is asked -----------------------------------------------------------------------------------------

    async def segment(self, number: int, reader: str) -> Path:
        """The file of a segment, as soon as it is whole.

        Raises:
            NoSuchSegment: the stream has none of this number.
            SessionEnded: the stream ended meanwhile.
            ProductionError: it cannot be made.
        """
        if not 0 <= number < len(self.grid):
            raise NoSuchSegment(f"the stream has {len(self.grid)} segments; there is no number {number}")
        if self._closed:
            raise SessionEnded
        self._readers[reader] = _Reader(at=number, seen_at=self.clock())
        self._look_ahead(number)
        if number not in self._sizes:
            arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(number, []).append(arrived)
            await arrived
        self._prune()
        return segment_path(self.folder, number, self.rendition.format)

    def stop_making(self) -> None:
        """Ends all runs; what is there stays."""
        for run in list(self._runs):
            self._end(run)

    async def close(self) -> None:
        """Ends everything, also what was on its way to its end; who waits is told that it ended."""
        self._closed = True
        self.stop_making()
        self._fail(range(len(self.grid)), SessionEnded("the stream was ended"))
        if self._at_work:
            await asyncio.wait(self._at_work)
        self.grew(-sum(self._sizes.values()))
        self._sizes.clear()

    @property
    def size_bytes(self) -> int:
        """How much room its segments take."""
        return sum(self._sizes.values())

    @property
    def is_made(self) -> bool:
        """Something is being made, or held up."""
        return bool(self._runs)

    @property
    def is_awaited(self) -> bool:
        """Somebody waits for a segment."""
        return bool(self._waiting)

    @property
    def status(self) -> RunStatus | None:
        """How the run is doing that somebody wanted something of last."""
        newest = max(self._runs, key=lambda run: run.used_at, default=None)
        return newest.production.status if newest is not None and newest.production is not None else None

    @property
    def read_at(self) -> float:
        """When somebody asked for a segment last."""
        return max((one.seen_at for one in self._readers.values()), default=float("-inf"))

    @property
    def made_until_us(self) -> int:
        """The end of what is there without a gap from where the last reader is."""
        at = max(self._readers.values(), key=lambda one: one.seen_at, default=None)
        number = at.at if at is not None else 0
        while number in self._sizes:
            number += 1
        return self.grid.start_us(number)

    def give_up_behind(self) -> int:
        """Removes what lies behind every reader, however little. Returns how many bytes that were."""
        before = self.size_bytes
        self._prune(behind_us=0)
        return before - self.size_bytes

    # --- which run makes what ----------------------------------------------------------------------------------

    def _look_ahead(self, number: int) -> None:
        """See to it that the segments from ``number`` on are there or come."""
        if self._failure is not None and number not in self._sizes:
            raise self._failure
        until = self.grid.start_us(number) + self.pace.ahead_us
        missing = number
        while missing in self._sizes:
            missing += 1
        if missing == len(self.grid) or (missing > number and self.grid.start_us(missing) >= until):
            return
        run = self._run_for(missing)
        if run is None:
            self._begin(missing)
            return
        run.used_at = self.clock()
        if run.held and self._is_wanted(run):
            self._set_held(run, held=False)

    def _run_for(self, number: int) -> _Run | None:
        """The run that is about to make a segment."""
        for run in self._runs:
            if run.next <= number <= run.last:
                away = self.grid.start_us(number) - self.grid.start_us(run.next)
                if away <= _REACH_US or number == run.next:
                    return run
        return None

    def _begin(self, first: int) -> None:
        last = first
        while last + 1 < len(self.grid) and last + 1 not in self._sizes:
            last += 1
        now = self.clock()
        while len(self._runs) >= _MOST_RUNS or self._idle_run(now) is not None:
            self._end(self._idle_run(now) or min(self._runs, key=lambda run: run.used_at))
        run = _Run(first=first, next=first, last=last, used_at=now)
        self._runs.append(run)
        run.task = asyncio.get_running_loop().create_task(self._make(run), name=f"make {self.rendition.name}")
        self._at_work.add(run.task)
        run.task.add_done_callback(self._at_work.discard)

    def _idle_run(self, now: float) -> _Run | None:
        """A run that no reader is on the way to: whoever it was made for went elsewhere."""
        self._forget_readers(now)
        for run in self._runs:
            if not any(self._follows(reader, run) for reader in self._readers.values()):
                return run
        return None

    def _follows(self, reader: _Reader, run: _Run) -> bool:
        """Whether a reader comes from before a run, without a gap, to what it makes."""
        at = reader.at
        while at < run.next and at in self._sizes:
            at += 1
        return run.next <= at <= run.last and (
            at == run.next or self.grid.start_us(at) - self.grid.start_us(run.next) <= _REACH_US
        )

    async def _make(self, run: _Run) -> None:
        error: Exception | None = None
        try:
            run.production = await self.start(run.first, run.last)
            if run.held:
                run.production.hold()
            async for number in run.production.finished():
                self._arrived(run, number)
            if run.next <= run.last:
                error = NoSuchSegment("the file ends before this segment")
        except ProductionError as problem:
            error = problem
            if isinstance(problem, Unplayable):
                self._failure = problem
        except Exception as problem:
            log.exception("A run of %s failed", self.rendition.name)
            error = problem
        finally:
            if run in self._runs:
                self._runs.remove(run)
            if run.production is not None:
                await run.production.end()
        if error is not None:
            self._fail(range(run.next, run.last + 1), error)

    def _arrived(self, run: _Run, number: int) -> None:
        try:
            size = segment_path(self.folder, number, self.rendition.format).stat().st_size
        except OSError as error:
            raise ProductionError(f"segment {number} was made and is not there: {error.strerror}") from error
        self.grew(size - self._sizes.get(number, 0))
        self._sizes[number] = size
        run.next = number + 1
        for arrived in self._waiting.pop(number, ()):
            if not arrived.done():
                arrived.set_result(None)
        if not run.held and not self._is_wanted(run):
            self._set_held(run, held=True)

    def _is_wanted(self, run: _Run) -> bool:
        """Whether what a run makes next is near enough to a reader."""
        at = self.grid.start_us(run.next)
        places = [self.grid.start_us(reader.at) for reader in self._readers.values() if reader.at <= run.last]
        return bool(places) and at - max(places) < self.pace.ahead_us

    def _set_held(self, run: _Run, *, held: bool) -> None:
        run.held = held
        if run.production is not None:
            (run.production.hold if held else run.production.go_on)()

    def _end(self, run: _Run) -> None:
        """Ends a run. Who waits for something of it waits for the next one that makes it."""
        if run in self._runs:
            self._runs.remove(run)
        if run.task is not None:
            run.task.cancel()
        for number in sorted(self._waiting):
            if run.next <= number <= run.last and self._run_for(number) is None and not self._closed:
                self._fail([number], SessionEnded("the stream went on elsewhere"))

    def _fail(self, numbers: "range | list[int]", error: Exception) -> None:
        for number in [number for number in self._waiting if number in numbers]:
            for arrived in self._waiting.pop(number):
                if not arrived.done():
                    arrived.set_exception(error)

    # --- what is given up --------------------------------------------------------------------------------------

    def _forget_readers(self, now: float) -> None:
        silent = [name for name, reader in self._readers.items() if now - reader.seen_at > _READER_SECONDS]
        for name in silent if len(silent) < len(self._readers) else silent[:-1]:
            del self._readers[name]

    def _prune(self, *, behind_us: int | None = None) -> None:
        if not self._readers:
            return
        self._forget_readers(self.clock())
        hindmost = min(reader.at for reader in self._readers.values())
        kept_from = self.grid.start_us(hindmost) - (self.pace.behind_us if behind_us is None else behind_us)
        for number in [number for number in self._sizes if self.grid.start_us(number + 1) <= kept_from]:
            with contextlib.suppress(OSError):
                segment_path(self.folder, number, self.rendition.format).unlink()
            self.grew(-self._sizes.pop(number))
