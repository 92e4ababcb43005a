"""The butler: work that is done at night, one piece after the other, and gives way to whoever watches something.

When work is due is decided by :mod:`vitascope.core.butler`; what it is, is handed in by ``app``. Each run is an
activity that can be stopped. What was done is kept in the database, so a restart neither does it twice nor forgets it,
and what was missed because the machine was off is made up for after the next start. Work that the owner begins by hand
starts at once and waits for nobody. A task that is seen for the first time has its first turn after its interval.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import Protocol

from vitascope.core import butler as schedule
from vitascope.core.butler import Window
from vitascope.store import butler as store
from vitascope.store.engine import Database

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 30.0
_GIVE_WAY_S = 5.0


class ButlerError(Exception):
    """Work cannot be begun; the message is for the owner."""


class UnknownTaskError(ButlerError):
    """There is no such task."""


class Board(Protocol):
    """Where activities are shown (:class:`vitascope.library.activities.ActivityBoard`)."""

    def start(
        self,
        type: str,  # noqa: A002 (the word of the API)
        title: str,
        *,
        cancel: Callable[[], None] | None = None,
    ) -> str: ...

    def update(self, activity_id: str, *, progress: int | None = None, subtitle: str | None = None) -> None: ...

    def end(self, activity_id: str) -> None: ...


class _NightIsOverError(Exception):
    """Somebody watched until the night was over."""


class Run:
    """A run of a task, as the work sees it."""

    def __init__(self, board: Board, activity_id: str, give_way: Callable[[], Awaitable[None]]) -> None:
        self._board = board
        self.activity_id = activity_id
        self._give_way = give_way

    def show(self, done: float, what: str = "") -> None:
        """How far it is, from 0 to 1, and what is being done."""
        self._board.update(self.activity_id, progress=int(done * 100), subtitle=what)

    async def step(self) -> None:
        """Called between two steps: waits while somebody needs the machine more."""
        await self._give_way()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that is done at night."""

    name: str
    """As clients know it."""
    title: str
    description: str
    interval_days: int
    work: Callable[[Run], Awaitable[None]]
    enabled: Callable[[], bool] = lambda: True
    obstacle: Callable[[], str | None] = lambda: None
    """Why it cannot be done at all, for the owner; ``None`` when it can."""
    randomized: bool = False
    window: Callable[[], Window] | None = None
    """A night of its own; ``None`` for everybody's."""
    last_run: Callable[[], float | None] | None = None
    """Where the work itself knows best when it was done; asked in a thread."""
    beside: bool = False
    """It waits for no other task and gives way to nobody: it is a child's work and must be done."""
    shows_itself: bool = False
    """The work puts an activity of its own on the board."""
    lengthy: bool = False
    """It may take days: it holds up none but its like, and stops with the night (what it did is not done again)."""
    gives_way_to: Callable[[], bool] = lambda: False
    """What else it waits for, besides whoever watches something."""


@dataclass(slots=True)
class _Running:
    activity_id: str
    by_hand: bool
    by_day: bool = False
    """It does not stop with the night."""
    at_work: bool = False
    """It no longer waits for its turn: what there is to do from now on, it may have passed already."""
    again: bool = False
    """There was something to do meanwhile."""
    work: "asyncio.Task[None]" = field(init=False)


class Butler:
    """Does the tasks of one server.

    Args:
        database: where it is kept what was done.
        board: shows what runs.
        tasks: what there is to do, in the order in which it is done.
        window: the night that the owner wants.
        busy: whether somebody needs the machine more.
        seed: spreads what is done at a random time.
    """

    def __init__(
        self,
        database: Database,
        board: Board,
        tasks: Sequence[Task],
        *,
        window: Callable[[], Window],
        busy: Callable[[], bool] = lambda: False,
        seed: str = "",
        clock: Callable[[], float] = time.time,
        zone: tzinfo | None = None,
    ) -> None:
        self._database = database
        self._board = board
        self._window = window
        self._busy = busy
        self._seed = seed
        self._clock = clock
        self._zone = zone
        self._running: dict[str, _Running] = {}
        self._noted: dict[str, float] = {}
        """When what this server did was done, whatever a look at the database said a moment before."""
        self._closed = False
        self._one_at_a_time = asyncio.Lock()
        self._one_lengthy = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None
        self.tasks = {task.name: task for task in tasks}

    # --- what callers use --------------------------------------------------------------------------------------

    def start(self) -> None:
        """From now on does what is due; must be called on the loop."""
        self._loop = asyncio.get_running_loop().create_task(self._tend(), name="butler")

    async def close(self) -> None:
        """Stops everything, and begins nothing more; what was stopped is done again."""
        self._closed = True
        works = [self._loop, *(one.work for one in self._running.values())]
        for work in works:
            if work is not None:
                work.cancel()
        await asyncio.gather(*(work for work in works if work is not None), return_exceptions=True)

    def is_running(self, name: str) -> bool:
        """Whether a task runs, or waits for another one."""
        return name in self._running

    def begin(self, name: str) -> str | None:
        """Begins a task at once; the id of its activity, ``None`` when it runs already.

        Raises:
            UnknownTaskError: there is no such task.
            ButlerError: it cannot be done.
        """
        task = self._find(name)
        if name in self._running:
            return None
        obstacle = "the server ends" if self._closed else task.obstacle()
        if obstacle is not None:
            raise ButlerError(obstacle)
        return self._begin(task, by_hand=True)

    def prompt(self, name: str) -> None:
        """There is something to do for a task: it is begun now, by day too, and gives way as by night; one that is at
        work is begun once more after that. Must be called on the loop."""
        task = self._find(name)
        running = self._running.get(name)
        if running is not None:
            running.again = running.at_work
        elif self._may_begin(task):
            self._begin(task, by_hand=False, in_turn=True, by_day=True)

    async def begin_all(self) -> list[str]:
        """Begins what has its turn today, one after the other; what is done at a random time waits for it while it
        is night. Returns the names."""
        now, known, begun = self._clock(), await self._known(), []
        for task in self.tasks.values():
            window = self._window_of(task)
            waits = task.randomized and schedule.is_night(window, now, self._zone)
            has_turn = schedule.is_day_for(window, task.interval_days, known[task.name], now, self._zone)
            if self._may_begin(task) and has_turn and not waits:
                self._begin(task, by_hand=True, in_turn=True)
                begun.append(task.name)
        return begun

    def next_night(self, name: str) -> float:
        """When the night begins in which a task has its turn next (epoch seconds), or began that it is now. Raises
        :class:`UnknownTaskError`."""
        return schedule.coming_night(self._window_of(self._find(name)), self._clock(), self._zone).begin

    def stop(self, name: str) -> bool:
        """Stops a task; whether it ran. Raises :class:`UnknownTaskError`."""
        self._find(name)
        running = self._running.get(name)
        if running is not None:
            running.work.cancel()
        return running is not None

    def _stop_soon(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        loop.call_soon_threadsafe(self.stop, name)

    def stop_all(self) -> None:
        """Stops whatever runs."""
        for running in self._running.values():
            running.work.cancel()

    async def look(self, *, missed: bool = False) -> None:
        """Begins what is due now; with ``missed`` also what should have been done while the machine was off."""
        now, known = self._clock(), await self._known()
        for task in self.tasks.values():
            if self._may_begin(task) and self._is_due(task, known[task.name], now, missed=missed):
                by_day = not schedule.is_night(self._window_of(task), now, self._zone)
                self._begin(task, by_hand=False, in_turn=True, by_day=by_day)

    async def idle(self) -> None:
        """Waits until nothing runs."""
        while self._running:
            await asyncio.wait([one.work for one in self._running.values()])

    # --- when --------------------------------------------------------------------------------------------------

    async def _tend(self) -> None:
        missed = True
        while True:
            try:
                await self.look(missed=missed)
                missed = False
            except Exception:
                log.exception("the butler could not look what is due")
            await asyncio.sleep(_LOOK_AGAIN_S)

    def _window_of(self, task: Task) -> Window:
        return self._window() if task.window is None else task.window()

    def _may_begin(self, task: Task) -> bool:
        return not self._closed and task.name not in self._running and task.enabled() and task.obstacle() is None

    def _is_due(self, task: Task, last_run: float, now: float, *, missed: bool) -> bool:
        window = self._window_of(task)
        if missed and schedule.was_missed(window, task.interval_days, last_run, now, self._zone):
            return True
        day = schedule.last_night(window, now, self._zone).day
        part = schedule.random_part(task.name, self._seed, day) if task.randomized else 0.0
        return schedule.is_due(window, task.interval_days, last_run, now, random_part=part, zone=self._zone)

    async def _known(self) -> dict[str, float]:
        """By task when it was done last. What is seen for the first time counts as done now, unless the work itself
        knows better."""
        known = await self._database.read(store.runs)
        told = {
            task.name: await asyncio.to_thread(task.last_run)
            for task in self.tasks.values()
            if task.last_run is not None
        }
        new = {name: told.get(name) or self._clock() for name in self.tasks if name not in known}
        if new:
            await self._database.awrite(store.note_runs, new)
        return {
            name: max((known | new)[name], told.get(name) or 0.0, self._noted.get(name, 0.0)) for name in self.tasks
        }

    # --- doing it ----------------------------------------------------------------------------------------------

    def _find(self, name: str) -> Task:
        try:
            return self.tasks[name]
        except KeyError:
            raise UnknownTaskError(f"there is no task {name!r}") from None

    def _begin(self, task: Task, *, by_hand: bool, in_turn: bool = False, by_day: bool = False) -> str:
        activity_id = ""
        if not task.shows_itself:
            activity_id = self._board.start(
                f"butler.{task.name}",
                task.title,
                cancel=partial(self._stop_soon, asyncio.get_running_loop(), task.name),
            )
        running = self._running[task.name] = _Running(activity_id, by_hand, by_day)
        running.work = asyncio.get_running_loop().create_task(
            self._run(task, running, in_turn=in_turn and not task.beside), name=f"butler-{task.name}"
        )
        running.work.add_done_callback(partial(self._ended, task.name))
        return activity_id

    async def _run(self, task: Task, running: _Running, *, in_turn: bool) -> None:
        def is_over() -> bool:
            return not running.by_day and not schedule.is_night(self._window_of(task), self._clock(), self._zone)

        async def give_way() -> None:
            await asyncio.sleep(0)
            if running.by_hand or task.beside:
                return
            if task.lengthy and is_over():
                raise _NightIsOverError
            while self._busy() or task.gives_way_to():
                if is_over():
                    raise _NightIsOverError
                await asyncio.sleep(_GIVE_WAY_S)

        try:
            turn = self._one_lengthy if task.lengthy else self._one_at_a_time
            async with turn if in_turn else contextlib.nullcontext():
                await give_way()
                running.at_work = True
                await task.work(Run(self._board, running.activity_id, give_way))
            log.info("butler: %s is done", task.name)
            await self._note(task)
        except _NightIsOverError:
            log.info("butler: %s is put off, the night is over", task.name)
        except asyncio.CancelledError:
            if self._loop is None or not self._loop.cancelling():
                await self._note(task)  # stopped by a person: not again before its next turn
            raise
        except Exception as error:
            known = isinstance(error, OSError | ButlerError)
            log.error("butler: %s failed: %s", task.name, error, exc_info=not known)
            await self._note(task)

    def _ended(self, name: str, work: "asyncio.Task[None]") -> None:
        """A run is over, or was stopped before it began."""
        running = self._running.pop(name)
        if running.activity_id:
            self._board.end(running.activity_id)
        if running.again and not work.cancelled():
            self.prompt(name)

    async def _note(self, task: Task) -> None:
        now = self._clock()
        await self._database.awrite(store.note_runs, {task.name: now})
        self._noted[task.name] = now
