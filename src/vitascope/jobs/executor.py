"""Takes waiting jobs and does them, a few at a time, the most urgent first.

A handler for each kind of job is handed in by ``app``; it does its heavy work in worker processes, so this room only
waits. A job that raises is tried again later, each time after twice as long, and given up after a while; one that
raises :class:`Later` was only too early. The queue lies in the database: after a crash it is simply gone on with.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from vitascope.store import jobs
from vitascope.store.engine import Database
from vitascope.store.errors import StoreError
from vitascope.store.rows import JobRow
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

Handler = Callable[[JobRow], Awaitable[None]]
_LONGEST_SLEEP_S = 30.0
_ASK_AGAIN_S = 1.0
_MOST_ATTEMPTS = 5


class Later(Exception):
    """What the job needs is not there yet."""


class Executor:
    """Runs the jobs of one server. Call :meth:`wake` when there may be new ones.

    ``gives_way`` is asked before anything is begun: while it says yes, something else needs the machine more.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        at_once: int = 2,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._at_once = at_once
        self._gives_way = gives_way
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        """By kind and subject: a job that is asked for again while it runs has another id."""
        self._changed = asyncio.Event()
        self._paused = False
        self._closed = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; must be called on the loop."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop().create_task(self._run(), name="jobs")

    def wake(self) -> None:
        """There may be something to do."""
        self._changed.set()

    def set_paused(self, paused: bool) -> None:
        """Start nothing new while somebody's film needs the machine."""
        self._paused = paused
        self._changed.set()

    async def close(self) -> None:
        """Stop; what was running stays in the queue."""
        self._closed = True
        tasks = [task for task in (self._loop, *self._running.values()) if task is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._loop = None

    async def idle(self) -> None:
        """Wait until nothing that may run now is left."""
        while True:
            waiting = await self._database.read(jobs.next_jobs, int(self._database.clock()), 1)
            if not waiting and not self._running:
                return
            self._changed.set()
            await asyncio.sleep(0.02)

    async def _run(self) -> None:
        while not self._closed:
            self._changed.clear()
            try:
                now = int(self._database.clock())
                await self._begin(now)
                sleep_s = await self._sleep_s(now)
            except StoreError as error:
                log.warning("Jobs wait for the database: %s", error)
                sleep_s = _LONGEST_SLEEP_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), sleep_s)

    async def _begin(self, now: int) -> None:
        found = [] if self._paused or self._gives_way() else await self._take(now)
        for job in [] if self._paused else found:
            task = asyncio.get_running_loop().create_task(self._do(job), name=f"job-{job.kind}-{job.subject}")
            thing = job.kind, job.subject
            self._running[thing] = task
            task.add_done_callback(partial(self._ended, thing))

    async def _take(self, now: int) -> list[JobRow]:
        free = self._at_once - len(self._running)
        if free <= 0:
            return []
        # One that ends while the queue is read may still stand in the answer: it is judged by who ran before.
        running = set(self._running)
        waiting = await self._database.read(jobs.next_jobs, now, len(running) + free)
        return [job for job in waiting if (job.kind, job.subject) not in running][:free]

    async def _sleep_s(self, now: int) -> float:
        if self._paused or len(self._running) >= self._at_once:
            return _LONGEST_SLEEP_S
        if self._gives_way():
            return _ASK_AGAIN_S
        soonest = await self._database.read(jobs.soonest, now)
        if soonest is None:
            return _LONGEST_SLEEP_S
        return min(_LONGEST_SLEEP_S, max(0.05, soonest - self._database.clock()))

    async def _do(self, job: JobRow) -> None:
        handler = self._handlers.get(job.kind)
        try:
            if handler is None:
                raise LookupError(f"nobody does jobs of the kind {job.kind!r}")
            await handler(job)
        except Later as reason:
            await self._database.awrite(_fail, job, str(reason), urgent=False)
        except Exception as error:
            log.warning("The job %s for %s failed: %s", job.kind, job.subject, error, exc_info=handler is not None)
            await self._database.awrite(_fail, job, f"{type(error).__name__}: {error}", urgent=False)
        else:
            await self._database.awrite(jobs.job_done, job.id, urgent=False)

    def _ended(self, thing: tuple[str, str], _task: "asyncio.Task[None]") -> None:
        self._running.pop(thing, None)
        self._changed.set()


def _fail(tx: Writer, job: JobRow, why: str) -> bool:
    return jobs.job_failed(tx, job, why, most_attempts=_MOST_ATTEMPTS)
