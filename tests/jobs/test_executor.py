"""The queue's worker: order, retries, putting off, pausing, and what a stop leaves behind."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from vitascope.jobs import executor as executor_module
from vitascope.jobs.executor import Executor, Later
from vitascope.store import jobs
from vitascope.store.engine import Database
from vitascope.store.errors import StoreBroken
from vitascope.store.rows import JobRow

T = TypeVar("T")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(sqlite_url: str, clock: Clock) -> Iterator[Database]:
    with Database(Path(sqlite_url), readers=2, clock=clock) as opened:
        yield opened


def run(queue: Database, handler: Callable[[JobRow], Awaitable[None]], *, at_once: int = 1) -> None:
    async def main() -> None:
        executor = Executor(queue, {"test": handler}, at_once=at_once)
        executor.start()
        await executor.idle()
        await executor.close()

    asyncio.run(main())


def waiting(queue: Database) -> dict[str, int]:
    with queue.reader() as r:
        return jobs.waiting(r)


def test_the_urgent_ones_come_first_and_each_is_done_once(queue: Database) -> None:
    for subject, priority in (("b", 0), ("a", 5), ("c", 0)):
        queue.write(jobs.add_job, "test", subject, priority=priority).result()
    done: list[str] = []

    async def handler(job: JobRow) -> None:
        done.append(job.subject)

    run(queue, handler)
    assert done == ["a", "b", "c"]
    assert waiting(queue) == {}


def test_no_more_run_at_once_than_allowed(queue: Database) -> None:
    for number in range(8):
        queue.write(jobs.add_job, "test", str(number)).result()
    now = most = 0

    async def handler(_job: JobRow) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1

    run(queue, handler, at_once=3)
    assert 1 <= most <= 3


def test_a_job_that_becomes_due_waits_for_no_other(
    queue: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor_module, "_LONGEST_SLEEP_S", 86_400.0)
    queue.write(jobs.add_job, "test", "long").result()
    queue.write(jobs.add_job, "test", "soon", run_after=int(clock.now) + 1).result()
    done: list[str] = []

    async def main() -> None:
        soon = asyncio.Event()

        async def handler(job: JobRow) -> None:
            if job.subject == "long":
                clock.now += 1
                await soon.wait()
            soon.set()
            done.append(job.subject)

        executor = Executor(queue, {"test": handler}, at_once=2)
        executor.start()
        await soon.wait()
        await executor.idle()
        await executor.close()

    asyncio.run(main())
    assert done == ["soon", "long"]


def test_a_failed_job_comes_back_later_and_is_given_up_in_the_end(queue: Database, clock: Clock) -> None:
    queue.write(jobs.add_job, "test", "x").result()
    attempts: list[int] = []

    async def handler(job: JobRow) -> None:
        attempts.append(job.attempts)
        raise ValueError("broken")

    for _ in range(8):
        run(queue, handler)
        clock.now += 100_000
    assert attempts == [0, 1, 2, 3, 4]
    assert waiting(queue) == {}


def test_a_job_that_was_too_early_waits(queue: Database, clock: Clock) -> None:
    queue.write(jobs.add_job, "test", "x").result()

    async def too_early(_job: JobRow) -> None:
        raise Later("not yet")

    async def in_time(_job: JobRow) -> None:
        return

    run(queue, too_early)
    assert waiting(queue) == {"test": 1}
    run(queue, in_time)
    assert waiting(queue) == {"test": 1}
    clock.now += 61
    run(queue, in_time)
    assert waiting(queue) == {}


def test_a_kind_nobody_does_stays_with_its_reason(queue: Database) -> None:
    queue.write(jobs.add_job, "unknown", "x").result()

    async def handler(_job: JobRow) -> None:
        raise AssertionError

    run(queue, handler)
    with queue.reader() as r:
        (failed,) = jobs.failed_jobs(r)
    assert failed.error is not None
    assert "unknown" in failed.error


def test_what_runs_when_it_is_closed_is_done_next_time(queue: Database) -> None:
    queue.write(jobs.add_job, "test", "x").result()
    begun: list[str] = []

    async def never(job: JobRow) -> None:
        begun.append(job.subject)
        await asyncio.Event().wait()

    async def main() -> None:
        executor = Executor(queue, {"test": never})
        executor.start()
        while not begun:
            await asyncio.sleep(0)
        await executor.close()

    asyncio.run(main())
    assert waiting(queue) == {"test": 1}


class LateAnswers(Database):
    """One whose answers are handed over when they are allowed to be: by then more has happened than they tell."""

    gate: asyncio.Event | None = None
    answered = False

    async def read(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        answer = await super().read(fn, *args, **kwargs)
        if self.gate is not None:
            self.answered = True
            await self.gate.wait()
        return answer


def test_a_job_that_ends_while_the_queue_is_read_is_not_done_again(sqlite_url: str, clock: Clock) -> None:
    done: list[str] = []

    async def main(queue: LateAnswers) -> None:
        begun, may_end = asyncio.Event(), asyncio.Event()

        async def handler(job: JobRow) -> None:
            done.append(job.subject)
            begun.set()
            await may_end.wait()

        executor = Executor(queue, {"test": handler})
        executor.start()
        await begun.wait()
        queue.gate = asyncio.Event()
        executor.wake()
        while not queue.answered:
            await asyncio.sleep(0.001)
        (running,) = [task for task in asyncio.all_tasks() if task.get_name() == "job-test-x"]
        may_end.set()
        await running
        queue.gate.set()
        await executor.idle()
        await executor.close()

    queue = LateAnswers(Path(sqlite_url), readers=2, clock=clock)
    with queue:
        queue.write(jobs.add_job, "test", "x").result()
        asyncio.run(main(queue))
    assert done == ["x"]


def test_a_job_that_is_asked_for_again_while_it_is_done_is_done_again_after_that(queue: Database) -> None:
    queue.write(jobs.add_job, "test", "x").result()
    at_work = 0
    done: list[int] = []

    async def handler(_job: JobRow) -> None:
        nonlocal at_work
        at_work += 1
        if not done:
            await queue.awrite(jobs.add_job, "test", "x")
            for _ in range(3):  # what waits is looked at meanwhile
                executors[0].wake()
                await queue.read(jobs.soonest, 0)
        done.append(at_work)
        at_work -= 1

    executors: list[Executor] = []

    async def main() -> None:
        executors.append(Executor(queue, {"test": handler}, at_once=2))
        executors[0].start()
        await executors[0].idle()
        await executors[0].close()

    asyncio.run(main())
    assert done == [1, 1]
    assert waiting(queue) == {}


def test_a_database_that_fails_for_a_while_is_waited_for(sqlite_url: str, clock: Clock) -> None:
    done: list[str] = []

    class Failing(Database):
        failures = 1

        async def read(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
            if self.failures:
                self.failures -= 1
                raise StoreBroken("the disk is away")
            return await super().read(fn, *args, **kwargs)

    async def handler(job: JobRow) -> None:
        done.append(job.subject)

    async def main(queue: Failing) -> None:
        executor = Executor(queue, {"test": handler})
        executor.start()
        while queue.failures:
            await asyncio.sleep(0)
        await executor.idle()
        await executor.close()

    with Failing(Path(sqlite_url), readers=2, clock=clock) as queue:
        queue.write(jobs.add_job, "test", "x").result()
        asyncio.run(main(queue))
    assert done == ["x"]


def test_nothing_starts_that_was_looked_for_before_it_was_paused(sqlite_url: str, clock: Clock) -> None:
    done: list[str] = []

    async def handler(job: JobRow) -> None:
        done.append(job.subject)

    async def main(queue: LateAnswers) -> None:
        queue.gate = asyncio.Event()
        executor = Executor(queue, {"test": handler})
        executor.start()
        while not queue.answered:
            await asyncio.sleep(0.001)
        executor.set_paused(True)
        queue.gate.set()
        for _ in range(20):
            await asyncio.sleep(0)
        assert [task for task in asyncio.all_tasks() if task.get_name() == "job-test-x"] == []
        executor.set_paused(False)
        await executor.idle()
        await executor.close()

    with LateAnswers(Path(sqlite_url), readers=2, clock=clock) as queue:
        queue.write(jobs.add_job, "test", "x").result()
        asyncio.run(main(queue))
    assert done == ["x"]


def test_nothing_starts_while_it_is_paused(queue: Database) -> None:
    queue.write(jobs.add_job, "test", "x").result()
    done: list[str] = []

    async def handler(job: JobRow) -> None:
        done.append(job.subject)

    async def main() -> None:
        executor = Executor(queue, {"test": handler})
        executor.set_paused(True)
        executor.start()
        for _ in range(50):
            await asyncio.sleep(0)
        assert done == []
        executor.set_paused(False)
        await executor.idle()
        await executor.close()

    asyncio.run(main())
    assert done == ["x"]


def test_jobs_give_way_for_as_long_as_they_are_asked_to(queue: Database) -> None:
    queue.write(jobs.add_job, "test", "x").result()
    done: list[str] = []
    busy = True

    async def handler(job: JobRow) -> None:
        done.append(job.subject)

    async def main() -> None:
        nonlocal busy
        executor = Executor(queue, {"test": handler}, gives_way=lambda: busy)
        executor.start()
        for _ in range(50):
            executor.wake()
            await asyncio.sleep(0)
        assert done == []
        busy = False
        await executor.idle()
        await executor.close()

    asyncio.run(main())
    assert done == ["x"]
