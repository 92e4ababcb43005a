"""Waiting work."""

from tests.support.store_world import World

from vitascope.store import jobs


def test_jobs_come_by_priority_and_then_by_age(world: World) -> None:
    world.write(jobs.add_jobs, "thumb", ["1", "2"])
    world.write(jobs.add_job, "intro", "3", priority=5)
    world.write(jobs.add_job, "later", "4", priority=9, run_after=2**40)
    now = world.write(lambda tx: tx.now)
    assert [job.subject for job in world.read(jobs.next_jobs, now)] == ["3", "1", "2"]
    assert [job.subject for job in world.read(jobs.next_jobs, now, 2)] == ["3", "1"]
    assert [job.subject for job in world.read(jobs.next_jobs, 2**41)] == ["4", "3", "1", "2"]
    assert world.read(jobs.waiting) == {"thumb": 2, "intro": 1, "later": 1}
    soonest = world.read(jobs.soonest)
    assert soonest is not None
    assert soonest <= now


def test_one_thing_waits_once(world: World) -> None:
    first = world.write(jobs.add_job, "thumb", "1", run_after=2**40)
    again = world.write(jobs.add_job, "thumb", "1", priority=3, payload='{"a":1}')
    assert (again.id, again.priority, again.payload) == (first.id, 3, '{"a":1}')
    assert again.run_after < 2**40
    world.write(jobs.add_jobs, "thumb", ["1", "2"])
    assert world.read(jobs.waiting) == {"thumb": 2}


def test_a_failed_job_comes_back_later_and_is_given_up_in_the_end(world: World) -> None:
    job = world.write(jobs.add_job, "thumb", "1")
    assert world.write(jobs.job_failed, job, "no picture", most_attempts=2)
    assert world.read(jobs.next_jobs, job.created_at + 30) == []
    again = world.read(jobs.next_jobs, job.created_at + 3600)[0]
    assert (again.attempts, again.error) == (1, "no picture")
    assert world.read(jobs.failed_jobs) == [again]
    assert not world.write(jobs.job_failed, again, "no picture", most_attempts=2)
    assert world.read(jobs.waiting) == {}
    assert world.read(jobs.soonest) is None


def test_done_and_cancelled_jobs_are_gone(world: World) -> None:
    job = world.write(jobs.add_job, "thumb", "1")
    world.write(jobs.job_done, job.id)
    world.write(jobs.add_jobs, "thumb", ["2", "3"])
    assert world.write(jobs.cancel_jobs, "thumb", ["2", "9"]) == 1
    assert world.read(jobs.waiting) == {"thumb": 1}
