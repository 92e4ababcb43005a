"""A pool of worker processes for hostile files (design rule 4).

One thread per worker, in the process that owns the pool, hands batches of calls over and waits; there is nothing else
running in it, so that a worker that hangs or dies is noticed at once and costs one file:

- a call that is silent for ``timeout_s`` gets its worker killed; so does a worker that dies of itself;
- everything that worker had not answered is then done again, each call alone in its batch;
- a call that ends a second worker is reported as a :class:`Failure`.

Workers start when there is work and end after ``idle_s`` without any. Calls of :meth:`WorkerPool.map_unordered` travel
in batches (a probe takes a fraction of a millisecond), those of :meth:`submit` and :meth:`run` one by one.
"""

import asyncio
import contextlib
import math
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError
from types import TracebackType
from typing import Self, TypeVar

from vitascope.media.workers import wire
from vitascope.media.workers.confine import Limits
from vitascope.media.workers.failure import Failure, Reason, TaskError
from vitascope.media.workers.process import WorkerProcess
from vitascope.media.workers.registry import Task

A = TypeVar("A")
R = TypeVar("R")

MAX_BATCH = 32
START_TIMEOUT_S = 60.0
"""For a worker to start and import what it needs; on a busy machine that takes seconds."""

Deliver = Callable[[bytes | Failure], None]


class _Job:
    """A call on its way: where its outcome goes, and whether it already ended a worker."""

    __slots__ = ("batchable", "call", "deliver", "retried", "start")

    def __init__(self, call: wire.Call, deliver: Deliver, start: Callable[[], bool], *, batchable: bool) -> None:
        self.call = call
        self.deliver = deliver
        self.start = start
        """Asked before each attempt; False when nobody wants the outcome any more."""
        self.batchable = batchable
        self.retried = False


class WorkerPool:
    """At most ``size`` worker processes. Close it, or use it as a context manager.

    ``timeout_s`` bounds one call; ``max_queued`` bounds the calls that wait (a producer that is faster is held up).
    """

    def __init__(
        self,
        size: int,
        *,
        niceness: int = 0,
        idle_s: float = 30.0,
        timeout_s: float = 60.0,
        max_queued: int = 1024,
        limits: Limits | None = None,
    ) -> None:
        if size < 1:
            raise ValueError("a pool needs at least one worker")
        self.size = size
        self._limits = limits or Limits(niceness=niceness)
        self._idle_s = idle_s
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._places = threading.BoundedSemaphore(max_queued)
        self._async_places = asyncio.Semaphore(max_queued)
        self._threads: set[threading.Thread] = set()
        self._idle_threads = 0
        self._processes: set[WorkerProcess] = set()
        self._closed = False

    # What callers use

    def submit(self, task: Task[A, R], argument: A) -> Future[R]:
        """Queue one call. The future raises :class:`TaskError`. Blocks while ``max_queued`` calls wait."""
        self._places.acquire()
        future = self._future(task, argument)
        future.add_done_callback(lambda _: self._places.release())
        return future

    async def run(self, task: Task[A, R], argument: A) -> R:
        """One call, from a coroutine. Raises :class:`TaskError`."""
        async with self._async_places:
            return await asyncio.wrap_future(self._future(task, argument))

    def map_unordered(self, task: Task[A, R], arguments: Iterable[A]) -> Iterator[tuple[A, R | Failure]]:
        """Outcomes as they come; a failure is an outcome. The input is read only as far ahead as keeps workers busy.

        Closing the iterator withdraws what has not started.
        """
        outcomes: queue.SimpleQueue[tuple[A, R | Failure]] = queue.SimpleQueue()
        wanted = True
        under_way = 0

        def job(argument: A) -> _Job:
            def deliver(outcome: bytes | Failure) -> None:
                outcomes.put((argument, task.outcome_of(outcome)))

            call = wire.Call(task.wire_name, task.encode_argument(argument))
            return _Job(call, deliver, lambda: wanted, batchable=True)

        try:
            for argument in arguments:
                self._queue(job(argument))
                under_way += 1
                while under_way and (under_way >= 2 * MAX_BATCH * self.size or not outcomes.empty()):
                    yield outcomes.get()
                    under_way -= 1
            while under_way:
                yield outcomes.get()
                under_way -= 1
        finally:
            wanted = False

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """The worker processes alive now."""
        with self._changed:
            return tuple(sorted(process.pid for process in self._processes))

    def close(self) -> None:
        """End all workers at once; what waits or runs fails with :attr:`Reason.CLOSED`. May be called twice."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            for process in self._processes:
                process.kill()
            threads = list(self._threads)
            self._changed.notify_all()
        for job in waiting:
            job.deliver(_closed())
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # Queueing

    def _future(self, task: Task[A, R], argument: A) -> Future[R]:
        future: Future[R] = Future()

        def deliver(outcome: bytes | Failure) -> None:
            # Whoever cancelled the future, or made it fail already, does not want the outcome.
            with contextlib.suppress(InvalidStateError):
                result = task.outcome_of(outcome)
                if isinstance(result, Failure):
                    future.set_exception(TaskError.of(result))
                else:
                    future.set_result(result)

        call = wire.Call(task.wire_name, task.encode_argument(argument))
        self._queue(_Job(call, deliver, lambda: not future.cancelled(), batchable=False))
        return future

    def _queue(self, job: _Job) -> None:
        with self._changed:
            if not self._closed:
                self._waiting.append(job)
                if len(self._waiting) > self._idle_threads and len(self._threads) < self.size:
                    thread = threading.Thread(target=self._work, name="media-worker", daemon=True)
                    self._threads.add(thread)
                    thread.start()
                self._changed.notify()
                return
        job.deliver(_closed())

    def _take(self) -> list[_Job]:
        """The next batch; empty when the calling thread shall end. Waits ``idle_s`` at most."""
        with self._changed:
            self._idle_threads += 1
            try:
                self._changed.wait_for(lambda: self._waiting or self._closed, self._idle_s)
            finally:
                self._idle_threads -= 1
            if not self._waiting:
                self._threads.discard(threading.current_thread())
                return []
            share = max(1, min(MAX_BATCH, math.ceil(len(self._waiting) / self.size)))
            jobs = [self._waiting.popleft()]
            if jobs[0].batchable and not jobs[0].retried:
                while len(jobs) < share and self._waiting:
                    following = self._waiting[0]
                    if following.retried or not following.batchable:
                        break
                    jobs.append(self._waiting.popleft())
            return jobs

    # The threads

    def _work(self) -> None:
        process: WorkerProcess | None = None
        while jobs := self._take():
            if unfinished := [job for job in jobs if job.start()]:
                process = self._attempt(process, unfinished)
        if process is not None:
            self._end(process)

    def _attempt(self, process: WorkerProcess | None, jobs: list[_Job]) -> WorkerProcess | None:
        """Run a batch; the worker to go on with, or None when it is gone."""
        unanswered = dict(enumerate(jobs))
        try:
            if process is None:
                process = self._start({job.call.task.partition(":")[0] for job in jobs})
                process.receive(timeout_s=START_TIMEOUT_S)
            limit = len(jobs) * math.ceil(self._timeout_s) * 2
            process.send([job.call for job in jobs], limit, timeout_s=self._timeout_s)
            while unanswered:
                for answer in process.receive(timeout_s=self._timeout_s).answers:
                    if (job := unanswered.pop(answer.index, None)) is not None:
                        job.deliver(answer.failure or answer.result or b"")
        except TimeoutError:
            failure = Failure(reason=Reason.TIMEOUT, detail=f"no result within {self._timeout_s:g} s")
        except wire.DisconnectedError:
            failure = Failure(reason=Reason.CRASHED)
        except OSError as error:
            failure = Failure(reason=Reason.CRASHED, detail=f"no worker could be started: {error.strerror}")
        else:
            return process
        if process is not None:
            if failure.reason is Reason.TIMEOUT:
                process.kill()
            ended = self._end(process)
            failure = failure if failure.detail else Failure(reason=failure.reason, detail=f"worker ended by {ended}")
        self._again(list(unanswered.values()), failure)
        return None

    def _again(self, jobs: list[_Job], failure: Failure) -> None:
        """Queue the calls a dead worker left behind, each to run alone; report those that had that chance."""
        with self._changed:
            closed = self._closed
            again = [] if closed else [job for job in jobs if not job.retried]
            reported = [job for job in jobs if job.retried or closed]
            for job in again:
                job.retried = True
            self._waiting.extendleft(reversed(again))
            self._changed.notify_all()
        for job in reported:
            job.deliver(_closed() if closed else failure)

    def _start(self, modules: set[str]) -> WorkerProcess:
        process = WorkerProcess(self._limits, sorted(modules))
        with self._changed:
            self._processes.add(process)
            if self._closed:
                process.kill()
        return process

    def _end(self, process: WorkerProcess) -> str:
        ended = process.end()
        with self._changed:
            self._processes.discard(process)
        return ended


def _closed() -> Failure:
    return Failure(reason=Reason.CLOSED, detail="the pool was closed")
