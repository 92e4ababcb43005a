"""The optimiser: makes the versions that the owner wants, one after the other, when there is time.

What is wanted lies in the database (:mod:`vitascope.store.optimised`); who knows the library says what that comes to,
decides how each is made, and puts it in its place (:class:`Hands`). Conversions share the converter of downloads, so
one file at a time is made altogether, of the lowest priority, and none while a stream is made for somebody. What was
made of a file before the server ended, however it ended, is not made again.
"""

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vitascope.media.transcoding.production import OutOfSpace, ProductionError
from vitascope.playback.offline import plans
from vitascope.playback.offline.converter import Conversion, Converter, Unreachable
from vitascope.playback.offline.plans import Plan, PlanError
from vitascope.store import optimised as store
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.optimised import Status
from vitascope.store.rows import ConversionRow, GeneratorRow

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 60.0
_SHOW_EVERY_S = 1.0
_MOST_ROUNDS = 60
_PREFIX = "optimised-"


class Impossible(Exception):
    """A version cannot be made; ``context`` is why, in the words of the API."""

    def __init__(self, text: str, context: str) -> None:
        super().__init__(text)
        self.context = context


class Hands(Protocol):
    """What the optimiser leaves to those who know the library."""

    async def mend(self) -> None:
        """Finish what was almost done when the server ended."""

    async def look(self, generator_id: int | None = None) -> None:
        """Write down what a generator, or each, is about now."""

    async def title(self, row: ConversionRow) -> str:
        """What people call it."""

    async def plan(self, row: ConversionRow, generator: GeneratorRow) -> Plan | None:
        """How it is made; ``None`` when the original is as wanted. Raises :class:`Impossible`."""

    async def put(self, row: ConversionRow, generator: GeneratorRow, plan: Plan, made: Path) -> None:
        """Bring the finished file to its place and note that it is done. Raises :class:`Impossible`,
        :class:`OutOfSpace`, and :class:`NotFound` when nobody wants it any more."""


class Board(Protocol):
    """Where people see what the server does."""

    def start(
        self,
        type: str,  # noqa: A002 (the word of the API)
        title: str,
        *,
        subtitle: str = "",
        cancel: Callable[[], None] | None = None,
    ) -> str: ...

    def update(self, activity_id: str, *, progress: int | None = None) -> None: ...

    def end(self, activity_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is under way."""

    row: ConversionRow
    generator: GeneratorRow
    title: str
    task: "asyncio.Task[None]"


@dataclass(frozen=True, slots=True)
class _Later:
    """When something is tried again that had to wait: the longer it waits the more rarely."""

    round: int
    step: int

    @classmethod
    def after(cls, this_round: int, last: "_Later | None") -> "_Later":
        step = 1 if last is None else min(2 * last.step, _MOST_ROUNDS)
        return cls(this_round + step, step)


class Optimiser:
    """Makes what is wanted. Used from the event loop only."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        converter: Converter,
        board: Board,
        *,
        paused: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._folder = folder
        self._converter = converter
        self._board = board
        self._paused = paused
        self._hands: Hands | None = None
        self._wake = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._tending: asyncio.Task[None] | None = None
        self._job: Job | None = None
        self._conversion: Conversion | None = None
        self._cancelling: set[asyncio.Task[None]] = set()
        self._round = 0
        self._later: dict[int, _Later] = {}

    # --- life ----------------------------------------------------------------------------------------------------

    def start(self, hands: Hands) -> None:
        """From now on makes what is wanted; must be called on the loop."""
        self._hands = hands
        self._tending = asyncio.get_running_loop().create_task(self._tend(hands), name="optimiser")

    async def close(self) -> None:
        """Stops; what is under way goes on with the next start."""
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending
        await asyncio.gather(*self._cancelling, return_exceptions=True)

    def wake(self) -> None:
        """Something may be wanted, or be possible by now."""
        self._later.clear()
        self._wake.set()

    @property
    def current(self) -> Job | None:
        """What is being made now."""
        return self._job

    @property
    def conversion(self) -> Conversion | None:
        """How it goes, once it has begun."""
        return self._conversion

    async def look(self, generator_id: int) -> None:
        """Bring the queue up to what a generator wants, and go on."""
        if self._hands is not None:
            await self._hands.look(generator_id)
        self.wake()

    async def give_up(self, conversion_ids: Collection[int]) -> None:
        """End their making, once they are out of the queue, and remove what was made so far."""
        async with self._beginning:
            job = self._job
            if job is not None and job.row.id in conversion_ids:
                job.task.cancel()
                await asyncio.wait([job.task])
            for one in conversion_ids:
                await asyncio.to_thread(shutil.rmtree, self._work(one), ignore_errors=True)
        self.wake()

    def _work(self, conversion_id: int) -> Path:
        return self._folder / f"{_PREFIX}{conversion_id}"

    # --- the work ------------------------------------------------------------------------------------------------

    async def _tend(self, hands: Hands) -> None:
        await self._database.awrite(store.reset)
        try:
            await hands.mend()
        except Exception:
            log.exception("Optimized versions could not be looked after; it is tried again with the next start")
        while True:
            self._wake.clear()
            try:
                await hands.look()
                await self._sweep()
                if await self._make_all(hands):
                    continue
            except Exception:
                log.exception("Making optimized versions failed; it is tried again")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_AGAIN_S)

    async def _sweep(self) -> None:
        """Remove what belongs to nothing that is still to be made."""
        known = await self._database.read(store.open_ids)
        for path in await asyncio.to_thread(lambda: list(self._folder.glob(f"{_PREFIX}*"))):
            number = path.name.removeprefix(_PREFIX)
            if not number.isdecimal() or int(number) not in known:
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    async def _make_all(self, hands: Hands) -> bool:
        """Make one after the other; whether anything came to its end."""
        self._round += 1
        passed = {number for number, later in self._later.items() if later.round > self._round}
        any_made = False
        while not self._paused() and (row := await self._database.read(store.next_waiting, passed)) is not None:
            passed.add(row.id)
            if await self._make(hands, row):
                any_made = True
                self._later.pop(row.id, None)
            else:
                self._later[row.id] = _Later.after(self._round, self._later.get(row.id))
        return any_made

    async def _make(self, hands: Hands, row: ConversionRow) -> bool:
        """Make one; False when it has to wait."""
        generator = await self._database.read(store.generator, row.generator_id)
        title = await hands.title(row)
        async with self._beginning:
            if not await self._database.awrite(store.change, row.id, Status.PROCESSING, after=[Status.WAITING]):
                return True
            task = asyncio.create_task(self._carry_out(hands, row, generator), name=f"{_PREFIX}{row.id}")
            self._job = Job(row=row, generator=generator, title=title, task=task)
        activity = self._board.start(
            "media.optimize", "Optimizing", subtitle=title, cancel=lambda: self._cancel(row.id)
        )
        try:
            while not (await asyncio.wait([task], timeout=_SHOW_EVERY_S))[0]:
                if self._conversion is not None:
                    self._board.update(activity, progress=int(self._conversion.progress.percent))
            return await self._ended(row, task)
        finally:
            # When the server ends, what was made so far stays for the next one.
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
            self._job = self._conversion = None
            self._board.end(activity)

    def _cancel(self, conversion_id: int) -> None:
        """Somebody stopped the activity: then it is out of the queue, until the owner wants it again."""
        task = asyncio.get_running_loop().create_task(self._take_out(conversion_id), name="optimiser-cancel")
        self._cancelling.add(task)
        task.add_done_callback(self._cancelling.discard)

    async def _take_out(self, conversion_id: int) -> None:
        after = [Status.WAITING, Status.PROCESSING]
        await self._database.awrite(store.change, conversion_id, Status.DISABLED, after=after)
        await self.give_up([conversion_id])

    async def _carry_out(self, hands: Hands, row: ConversionRow, generator: GeneratorRow) -> None:
        work = self._work(row.id)
        plan = _known_plan(row)
        if plan is None:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
            plan = await hands.plan(row, generator)
            if plan is None:
                await self._database.awrite(store.note_done, row.id)
                return
            await self._database.awrite(store.note_plan, row.id, plans.written(plan))
        if await self._converter.lack_bytes(plan, work):
            raise OutOfSpace("there is no room for it on the disk")
        made = await self._converter.convert(f"{_PREFIX}{row.id}", plan, work, self._begun)
        await hands.put(row, generator, plan, made)
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)

    def _begun(self, conversion: Conversion) -> None:
        self._conversion = conversion

    async def _ended(self, row: ConversionRow, task: "asyncio.Task[None]") -> bool:
        after = [Status.PROCESSING]
        if task.cancelled():
            # Taken out; or wanted again, and begun, before who took it out came to give it up: then it waits.
            await self._database.awrite(store.change, row.id, Status.WAITING, after=after)
            return True
        error = task.exception()
        if error is None or isinstance(error, NotFound):
            return True
        if isinstance(error, OutOfSpace | Unreachable):
            log.warning("optimized version %d waits: %s", row.id, error)
            waits = "diskFull" if isinstance(error, OutOfSpace) else "sourceFileUnavailable"
            await self._database.awrite(
                store.change, row.id, Status.WAITING, after=after, context=waits, error=str(error)
            )
            return False
        if row.plan is not None and isinstance(error, ProductionError):
            # What was decided before the server ended may not fit to the file any more: it is decided again.
            await self._database.awrite(store.note_plan, row.id, None)
            await self._database.awrite(store.change, row.id, Status.WAITING, after=after)
            return True
        if not isinstance(error, Impossible | ProductionError):
            log.error("optimized version %d failed", row.id, exc_info=error)
        context = error.context if isinstance(error, Impossible) else "transcoderError"
        text = str(error) or type(error).__name__
        log.info("optimized version %d cannot be made: %s", row.id, text)
        await self._database.awrite(store.note_plan, row.id, None)
        await self._database.awrite(store.change, row.id, Status.FAILED, after=after, context=context, error=text)
        return True


def _known_plan(row: ConversionRow) -> Plan | None:
    if row.plan is None:
        return None
    try:
        return plans.read(row.plan)
    except PlanError:
        return None
