"""Waiting work."""

from tests.support.store_world import World

from vitascope.store import changes, jobs
from vitascope.store.batches import Changes, Rows
from vitascope.store.rows import JobRow
from vitascope.store.writer import Writer


def test_jobs_come_by_priority_and_then_by_age(world: World) -> None:
    world.write(jobs.add_jobs, "thumb", ["1", "2"])
    world.write(jobs.add_job, "intro", "3", priority=5)
    world.write(jobs.add_job, "later", "4", priority=9, run_after=2**40)
    now = world.write(lambda tx: tx.now)
    assert [job.subject for job in world.read(jobs.next_jobs, now)] == ["3", "1", "2"]
    assert [job.subject for job in world.read(jobs.next_jobs, now, 2)] == ["3", "1"]
    assert [job.subject for job in world.read(jobs.next_jobs, 2**41)] == ["4", "3", "1", "2"]
    assert world.read(jobs.waiting) == {"thumb": 2, "intro": 1, "later": 1}
    assert world.read(jobs.soonest, now) == 2**40
    assert world.read(jobs.soonest, 2**40) is None


def test_one_thing_waits_once(world: World) -> None:
    first = world.write(jobs.add_job, "thumb", "1", run_after=2**40)
    again = world.write(jobs.add_job, "thumb", "1", priority=3, payload='{"a":1}')
    assert (again.priority, again.payload, again.created_at) == (3, '{"a":1}', first.created_at)
    assert again.run_after < 2**40
    world.write(jobs.add_jobs, "thumb", ["1", "2"])
    assert world.read(jobs.waiting) == {"thumb": 2}


def test_what_is_asked_for_while_it_is_done_waits_again(world: World) -> None:
    def one_by_one(tx: Writer) -> None:
        jobs.add_job(tx, "thumb", "1")

    def with_others(tx: Writer) -> None:
        jobs.add_jobs(tx, "thumb", [str(number) for number in range(1, 30)])

    def by_a_scan(tx: Writer) -> None:
        row = JobRow(id=tx.id("jobs"), kind="thumb", subject="1", run_after=tx.now, created_at=tx.now)
        changes.apply(tx, Changes(insert=Rows(jobs=[row])))

    for ask in (one_by_one, with_others, by_a_scan):
        at_work = world.write(jobs.add_job, "thumb", "1")
        world.write(ask)
        world.write(jobs.job_done, at_work.id)
        (waits,) = [job for job in world.read(jobs.next_jobs, 2**40, 100) if job.subject == "1"]
        world.write(ask)
        world.write(jobs.job_failed, waits, "no picture")
        (waits,) = [job for job in world.read(jobs.next_jobs, 2**40, 100) if job.subject == "1"]
        assert (waits.attempts, waits.error) == (0, None), ask.__name__


def test_a_failed_job_comes_back_later_and_is_given_up_in_the_end(world: World) -> None:
    job = world.write(jobs.add_job, "thumb", "1")
    assert world.write(jobs.job_failed, job, "no picture", most_attempts=2)
    assert world.read(jobs.next_jobs, job.created_at + 30) == []
    again = world.read(jobs.next_jobs, job.created_at + 3600)[0]
    assert (again.attempts, again.error) == (1, "no picture")
    assert world.read(jobs.failed_jobs) == [again]
    assert not world.write(jobs.job_failed, again, "no picture", most_attempts=2)
    assert world.read(jobs.waiting) == {}
    assert world.read(jobs.soonest, 0) is None


def test_done_and_cancelled_jobs_are_gone(world: World) -> None:
    job = world.write(jobs.add_job, "thumb", "1")
    world.write(jobs.job_done, job.id)
    world.write(jobs.add_jobs, "thumb", ["2", "3"])
    assert world.write(jobs.cancel_jobs, "thumb", ["2", "9"]) == 1
    assert world.read(jobs.waiting) == {"thumb": 1}
