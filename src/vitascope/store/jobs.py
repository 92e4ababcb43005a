"""Work that waits: one row for one thing to do, taken in order of priority by ``vitascope.jobs``.

A job is not marked as running: the server is the only one that takes jobs, so after a crash whatever was running is
simply taken again. One that fails comes back later, each time after twice as long.

What is asked for while it waits is one job; but somebody may be at it, and have looked already at what changed since.
So it gets another id, and whoever is at it takes away, or puts off, only what was asked for before.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, func, select, update

from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import JobRow
from vitascope.store.schema import jobs
from vitascope.store.writer import Writer

FIRST_RETRY_S = 60
LAST_RETRY_S = 86_400

# priority by priority, so that each step is the beginning of an index, however many jobs wait
_highest = select(func.max(jobs.c.priority)).where(jobs.c.priority < bindparam("below"))
_next = (
    select(jobs)
    .where(jobs.c.priority == bindparam("priority"), jobs.c.run_after <= bindparam("now"))
    .order_by(jobs.c.run_after, jobs.c.id)
    .limit(bindparam("size"))
)
_soonest = select(func.min(jobs.c.run_after)).where(
    jobs.c.priority == bindparam("priority"), jobs.c.run_after > bindparam("now")
)
_waiting = select(jobs.c.kind, func.count()).group_by(jobs.c.kind)
_one = select(jobs).where(jobs.c.kind == bindparam("kind"), jobs.c.subject == bindparam("subject"))
_failed = select(jobs).where(jobs.c.error.is_not(None)).order_by(jobs.c.id).limit(bindparam("size"))
_later = (
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"))
    .values(attempts=bindparam("tried"), run_after=bindparam("after"), error=bindparam("why"))
)
_subjects = select(jobs.c.id).where(jobs.c.kind == bindparam("kind"), any_of(jobs.c.subject, "subjects", text=True))


def add_job(
    tx: Writer, kind: str, subject: str, *, payload: str = "{}", priority: int = 0, run_after: int | None = None
) -> JobRow:
    """Something to do; the same thing waiting already takes the higher priority, the earlier time, the new payload."""
    known = tx.row(JobRow, _one, {"kind": kind, "subject": subject})
    row = JobRow(
        id=tx.id("jobs"),
        kind=kind,
        subject=subject,
        payload=payload,
        priority=max(priority, known.priority) if known else priority,
        run_after=min(known.run_after, tx.now if run_after is None else run_after) if known else run_after or tx.now,
        created_at=known.created_at if known else tx.now,
    )
    if known is not None:
        job_done(tx, known.id)
    bulk.insert_rows(tx, jobs, [row])
    return row


def add_jobs(tx: Writer, kind: str, subjects: Sequence[str], *, priority: int = 0) -> None:
    """Many things of one kind to do; those that wait already stay as they are, but for their ids."""
    ids = tx.ids("jobs", len(subjects))
    ask(
        tx,
        [
            JobRow(id=i, kind=kind, subject=subject, priority=priority, run_after=tx.now, created_at=tx.now)
            for i, subject in zip(ids, subjects, strict=True)
        ],
    )


def ask(tx: Writer, rows: Sequence[JobRow]) -> None:
    """As :func:`add_jobs`, for rows with new ids."""
    bulk.insert_rows(tx, jobs, rows, "renumber")


def next_jobs(r: Reader, now: int, size: int = 10) -> list[JobRow]:
    """What to do next, the highest priority first, then what has waited longest."""
    found: list[JobRow] = []
    for priority in _priorities(r):
        found += r.rows(JobRow, _next, {"priority": priority, "now": now, "size": size - len(found)})
        if len(found) >= size:
            break
    return found


def soonest(r: Reader, now: int) -> int | None:
    """When the next job may run that may not run yet (epoch seconds), ``None`` when none has to wait."""
    times = [r.scalar(_soonest, {"priority": priority, "now": now}) for priority in _priorities(r)]
    return min((int(time) for time in times if time is not None), default=None)


def _priorities(r: Reader) -> Iterator[int]:
    below = 2**15 - 1
    while (found := r.scalar(_highest, {"below": below})) is not None:
        yield found
        below = found


def waiting(r: Reader) -> dict[str, int]:
    """How many jobs of each kind wait."""
    return dict(r.tuples(_waiting))


def failed_jobs(r: Reader, size: int = 100) -> list[JobRow]:
    """Jobs that failed and will be tried again, with the reason."""
    return r.rows(JobRow, _failed, {"size": size})


def job_done(tx: Writer, job_id: int) -> None:
    """A job is done."""
    bulk.delete_where(tx, jobs, "id", [job_id])


def job_failed(tx: Writer, job: JobRow, why: str, *, most_attempts: int = 5) -> bool:
    """A job failed: try again later, or give it up after ``most_attempts``. Whether it will be tried again."""
    attempts = job.attempts + 1
    if attempts >= most_attempts:
        job_done(tx, job.id)
        return False
    wait = min(FIRST_RETRY_S * 2 ** (attempts - 1), LAST_RETRY_S)
    tx.conn.execute(_later, {"job_id": job.id, "tried": attempts, "after": tx.now + wait, "why": why})
    return True


def cancel_jobs(tx: Writer, kind: str, subjects: Sequence[str]) -> int:
    """Forget waiting jobs; how many there were."""
    found = tx.scalars(_subjects, {"kind": kind, "subjects": list(subjects)})
    return bulk.delete_where(tx, jobs, "id", found)
