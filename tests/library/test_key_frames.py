"""Key frames are found once, by the index or by a job, and kept by the content of the file."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.support.clips import clip

from vitascope.core.model import SectionKind
from vitascope.jobs.executor import Executor
from vitascope.library.key_frames import JOB, Found, KeyFrames
from vitascope.media.keyframes.reading import by_reading
from vitascope.media.workers import WorkerPool
from vitascope.store import jobs, key_frames
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import FileRow, KeyFramesRow
from vitascope.store.schema import files
from vitascope.store.schema import key_frames as table


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def finder(library: Any, workers: WorkerPool) -> KeyFrames:
    return KeyFrames(library.database, workers, workers)


def file_rows(r: Reader) -> dict[str, FileRow]:
    return {Path(os.fsdecode(row.path)).suffix: row for row in r.rows(FileRow, select(files).order_by(files.c.id))}


def kept(r: Reader) -> list[KeyFramesRow]:
    return r.rows(KeyFramesRow, select(table))


def films(library: Any, *names: str) -> Any:
    section = library.section(SectionKind.MOVIE, "films")
    for name in names:
        shutil.copyfile(clip(name), library.root / "films" / f"A Film (2001){Path(name).suffix}")
    assert library.scan(section).complete
    return section


async def work(database: Database, finder: KeyFrames) -> None:
    """Does the jobs that wait, other than pictures."""

    async def other(_: object) -> None:
        return

    executor = Executor(database, {JOB: finder.handle, "pictures": other})
    executor.start()
    await executor.idle()
    await executor.close()


def test_a_scan_has_the_index_of_new_films_looked_at(library: Any, finder: KeyFrames) -> None:
    films(library, "film.mkv")
    database = library.database

    async def scene() -> tuple[list[KeyFramesRow], Found | None]:
        await work(database, finder)
        rows = await database.read(kept)
        file = (await database.read(file_rows))[".mkv"]
        return rows, await finder.of(file, bytes(library.root / "films" / "A Film (2001).mkv"), 0)

    rows, found = asyncio.run(scene())
    times = by_reading(str(clip("film.mkv")), 0).times_us
    assert [(row.complete, row.why_not, key_frames.unpacked(row.times)) for row in rows] == [(True, "", times)]
    assert found == Found(times_us=times, independent=True)


def test_a_film_without_an_index_is_read_by_a_job(library: Any, finder: KeyFrames) -> None:
    films(library, "film.ts")
    database, path = library.database, bytes(library.root / "films" / "A Film (2001).ts")

    async def scene() -> tuple[Found | None, Found | None]:
        await work(database, finder)  # what the scan asked for: the index alone
        (row,) = await database.read(kept)
        assert (row.complete, row.times) == (False, b"")
        assert "no index" in row.why_not
        file = (await database.read(file_rows))[".ts"]
        before = await finder.of(file, path, 0)
        (job,) = [job for job in await database.read(jobs.next_jobs, 2**40) if job.kind == JOB]
        assert job.priority > 0
        await work(database, finder)
        return before, await finder.of(file, path, 0)

    before, after = asyncio.run(scene())
    assert before is None
    assert after == Found(times_us=by_reading(str(clip("film.ts")), 0).times_us, independent=True)


def test_a_read_goes_on_where_it_was(library: Any, finder: KeyFrames) -> None:
    """A row as a server leaves it that was killed while it read."""
    films(library, "film.ts")
    database, path = library.database, library.root / "films" / "A Film (2001).ts"
    whole = by_reading(str(path), 0)
    half = by_reading(str(path), 0, slice_s=0)
    assert not half.complete

    async def scene() -> Found | None:
        file = (await database.read(file_rows))[".ts"]
        assert file.fingerprint is not None
        await database.awrite(
            key_frames.keep,
            KeyFramesRow(
                fingerprint=file.fingerprint,
                stream_index=0,
                complete=False,
                reached_us=half.reached_us,
                times=key_frames.packed(half.times_us),
            ),
        )
        assert await finder.of(file, bytes(path), 0) is None
        await work(database, finder)
        return await finder.of(file, bytes(path), 0)

    assert asyncio.run(scene()) == Found(times_us=whole.times_us, independent=True)


def test_who_asks_at_once_waits_for_one_answer(library: Any, finder: KeyFrames) -> None:
    films(library, "film.mp4")
    database, path = library.database, bytes(library.root / "films" / "A Film (2001).mp4")

    async def scene() -> list[Found | None]:
        file = (await database.read(file_rows))[".mp4"]
        return list(await asyncio.gather(*(finder.of(file, path, 0) for _ in range(8))))

    found = asyncio.run(scene())
    assert {one.times_us for one in found if one is not None} == {by_reading(str(clip("film.mp4")), 0).times_us}
    assert None not in found


def test_another_file_under_the_name_is_not_taken_for_the_old_one(library: Any, finder: KeyFrames) -> None:
    films(library, "film.mp4")
    database, path = library.database, library.root / "films" / "A Film (2001).mp4"

    async def scene() -> Found | None:
        await work(database, finder)
        shutil.copyfile(clip("no-edits.mp4"), path)  # no scan sees it yet
        file = (await database.read(file_rows))[".mp4"]
        return await finder.of(file, bytes(path), 0)

    found = asyncio.run(scene())
    assert found is not None
    assert found.times_us == by_reading(str(clip("no-edits.mp4")), 0).times_us
    assert found.times_us != by_reading(str(clip("film.mp4")), 0).times_us


def test_a_renamed_file_keeps_them_and_one_that_is_gone_is_forgotten(library: Any, finder: KeyFrames) -> None:
    section = films(library, "film.mp4")
    database, path = library.database, library.root / "films" / "A Film (2001).mp4"
    asyncio.run(work(database, finder))
    path.rename(path.with_name("Another (2002).mp4"))
    assert library.scan(section).complete

    async def forgotten() -> list[bytes]:
        return list(await database.read(key_frames.orphans))

    assert asyncio.run(forgotten()) == []
    database.write(lambda tx: tx.conn.execute(files.delete())).result()
    orphans = asyncio.run(forgotten())
    assert len(orphans) == 1
    database.write(key_frames.forget, orphans).result()
    assert asyncio.run(forgotten()) == []
