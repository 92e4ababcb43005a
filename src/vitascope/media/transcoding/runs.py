"""A run of segments that media workers make, one call each; on a server that only waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Generic, Protocol, TypeVar

from vitascope.media.transcoding.copy_tasks import CutDone
from vitascope.media.transcoding.production import OutOfSpace, ProductionError, RunStatus, Unplayable
from vitascope.media.workers import Reason, Task, TaskError, WorkerPool

_FILE_IS_TO_BLAME = frozenset(Reason) - {Reason.CLOSED, Reason.MEMORY, Reason.ERROR, Reason.UNREADABLE, Reason.LOST}


class Call(Protocol):
    """What a worker is told to make; ``number`` is ``None`` for a header."""

    @property
    def number(self) -> int | None: ...
    @property
    def start_us(self) -> int: ...
    @property
    def end_us(self) -> int: ...


A = TypeVar("A", bound=Call)


class WorkerRun(Generic[A]):
    """A :class:`Production`: one call of ``task`` for each segment, in order."""

    def __init__(self, workers: WorkerPool, task: Task[A, CutDone], calls: Sequence[A], name: str) -> None:
        self._workers = workers
        self._task_of_worker = task
        self._name = name
        self._allowed = asyncio.Event()
        self._allowed.set()
        self._made: asyncio.Queue[int | ProductionError | None] = asyncio.Queue()
        self._made_us = calls[0].start_us
        self._busy_s = 0.0
        self._cut_us = 0
        self._task = asyncio.create_task(self._run(calls), name=f"segments-{name}")

    async def finished(self) -> AsyncIterator[int]:
        """The number of each segment as soon as it is whole. Raises :class:`ProductionError`."""
        while (one := await self._made.get()) is not None:
            if isinstance(one, ProductionError):
                raise one
            yield one

    def hold(self) -> None:
        """Begins no other segment for now."""
        self._allowed.clear()

    def go_on(self) -> None:
        """Goes on."""
        self._allowed.set()

    @property
    def status(self) -> RunStatus:
        """How it is doing."""
        speed = self._cut_us / 1e6 / self._busy_s if self._busy_s else 0.0
        return RunStatus(speed=round(speed, 1), made_us=self._made_us, held=not self._allowed.is_set())

    async def end(self) -> None:
        """Ends it; a segment that is being cut becomes whole or is not there."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self, calls: Sequence[A]) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Task[None] | None = None
        try:
            for number, call in enumerate(calls, calls[0].number or 0):
                await self._allowed.wait()
                began = loop.time()
                under_way = asyncio.create_task(made_by(self._workers, self._task_of_worker, call, self._name))
                await asyncio.shield(under_way)
                self._busy_s += loop.time() - began
                self._cut_us += call.end_us - call.start_us
                self._made_us = call.end_us
                self._made.put_nowait(number)
            self._made.put_nowait(None)
        except ProductionError as error:
            self._made.put_nowait(error)
        except asyncio.CancelledError:
            # Whoever ends a run may remove its folder: not while a worker writes into it.
            if under_way is not None and not under_way.done():
                with contextlib.suppress(ProductionError):
                    await under_way
            self._made.put_nowait(None)
            raise


async def made_by(workers: WorkerPool, task: Task[A, CutDone], call: A, name: str) -> None:
    """Has a worker make one piece. Raises :class:`ProductionError`."""
    what = f"{name}: {'the header' if call.number is None else f'segment {call.number}'}"
    try:
        done = await workers.run(task, call)
    except TaskError as error:
        kind = Unplayable if error.reason in _FILE_IS_TO_BLAME else ProductionError
        raise kind(f"{what} cannot be cut: {error}") from error
    if done.full:
        raise OutOfSpace(f"{what}: the folder for segments is full")
