"""Makes the demo library: plans the jobs, runs one on each core, says how far it is, stops cleanly."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing.synchronize import Event
from pathlib import Path

from vitascope.media.demo import make_films, make_music, make_photos, make_shows
from vitascope.media.demo.contents_films import FILMS
from vitascope.media.demo.contents_music import ALBUMS, AUDIOBOOKS
from vitascope.media.demo.contents_photos import HOME_VIDEOS, PHOTO_ALBUMS
from vitascope.media.demo.contents_shows import SHOWS
from vitascope.media.demo.entries import PARTS, Catalogue
from vitascope.media.demo.workshop import NEEDED_BYTES, Bench, DemoError, Job, require_space
from vitascope.media.workers.parent import end_with_parent

catalogue = Catalogue(
    films=FILMS, shows=SHOWS, albums=ALBUMS, audiobooks=AUDIOBOOKS, photo_albums=PHOTO_ALBUMS, home_videos=HOME_VIDEOS
)

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how much of the work is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What a run did. Paths are relative to the directory."""

    directory: Path
    made: tuple[str, ...]
    present: int
    """Files that were there already."""
    kept: tuple[str, ...]
    """Files that stand where ours should be but are not ours: left alone."""
    total_bytes: int
    """Size of all files of the library that are ours."""
    seconds: float


@cache
def plan() -> tuple[Job, ...]:
    """Every job of the library, the long ones first."""
    jobs = [
        *make_films.jobs(catalogue.films),
        *make_shows.jobs(catalogue.shows),
        *make_music.jobs(catalogue.albums),
        *make_music.book_jobs(catalogue.audiobooks),
        *make_photos.jobs(catalogue.photo_albums),
        *make_photos.clip_jobs(catalogue.home_videos),
    ]
    return tuple(sorted(jobs, key=lambda job: -job.weight))


def make(directory: Path, *, progress: Progress | None = None, parts: Collection[str] | None = None) -> DemoReport:
    """Make the demo library in ``directory``, or what of it is missing.

    ``parts`` limits it to some of ``PARTS``. Files of others are never touched; those in the way are listed as
    ``kept`` in the report. Raises ``DemoError`` with a sentence for a person when the directory cannot be
    written, the disk is full, or another run is at it. An interrupted run leaves only whole files.
    """
    chosen = set(PARTS if parts is None else parts)
    if unknown := chosen - set(PARTS):
        raise ValueError(f"no such part of the demo library: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    directory = directory.absolute()
    bench = Bench(directory)
    jobs = [job for job in plan() if job.part in chosen]
    outputs = [path for job in jobs for path in job.outputs]
    with bench.open():
        todo = [job for job in jobs if any(bench.wants(path) for path in job.outputs)]
        present = sum(bench.is_present(path) for path in outputs)
        kept = tuple(path for path in outputs if bench.is_foreign(path))
        if todo:
            require_space(
                directory, NEEDED_BYTES * sum(job.weight for job in todo) // sum(job.weight for job in plan())
            )
            for part in sorted({job.part for job in todo}):
                (directory / part).mkdir(exist_ok=True)
            _run(bench, todo, progress or _unseen)
        total = sum((directory / path).stat().st_size for path in outputs if bench.is_present(path))
    return DemoReport(
        directory=directory, made=tuple(bench.made), present=present, kept=kept, total_bytes=total,
        seconds=time.monotonic() - began,
    )  # fmt: skip


def _unseen(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def _run(bench: Bench, jobs: list[Job], progress: Progress) -> None:
    """Run the jobs in as many processes as there are cores, at most four; this one only waits.

    Frames are many short steps of Python, so threads would wait for each other. Children are started fresh
    (``spawn``): what a server or a test has open is not theirs.
    """
    total = sum(job.weight for job in jobs)
    done = 0
    progress(jobs[0].label, 0, total)
    places = {job.outputs: index for index, job in enumerate(plan())}
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    workers = min(len(jobs), max(1, min(4, len(os.sched_getaffinity(0)))))
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(stop,)) as pool:
        waiting = {pool.submit(_work, bench.directory, places[job.outputs]): job for job in jobs}
        try:
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    job = waiting.pop(future)
                    bench.made += future.result()
                    done += job.weight
                    progress(job.label, done, total)
        except BaseException as error:
            stop.set()
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise DemoError("a process that was making the library was killed; run it again to go on") from error
            raise
    bench.reload()


_stop: Event | None = None


def _begin(stop: Event) -> None:
    """In a child: leave Ctrl-C to the parent, end with it, and know its flag."""
    global _stop  # the only way in that an initializer has
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["SVT_LOG"] = "1"  # errors only: the AV1 encoder likes to introduce itself on every call
    _stop = stop


def _work(directory: Path, place: int) -> list[str]:
    """In a child: run one job, and say which files it made."""
    parent = os.getppid()

    def ended() -> bool:
        return os.getppid() != parent or (_stop is not None and _stop.is_set())

    bench = Bench(directory, ended=ended)
    bench.reload()
    plan()[place].run(bench)
    return bench.made
