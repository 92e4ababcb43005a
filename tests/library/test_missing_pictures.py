"""Pictures of ours that are gone are made again; what a person chose, and what is there, stays."""

import asyncio
from pathlib import Path

from tests.support.store_world import World

from vitascope.core.model import ArtKind, ItemType
from vitascope.library.missing_pictures import make_missing_again
from vitascope.library.pictures import JOB, made_path
from vitascope.store import artworks, jobs
from vitascope.store.engine import Database


async def _run(database: Database, metadata: Path) -> None:
    world = World(db=database)
    section = world.section()
    films = [world.add(section, ItemType.MOVIE, f"Film {number}") for number in range(3)]
    names = ["aaaaaaaaaaaaaaaa.jpg", "bbbbbbbbbbbbbbbb.jpg", "cccccccccccccccc.jpg"]
    for film, name, source in zip(films, names, ("frame", "frame", "upload"), strict=True):
        await database.awrite(artworks.add_artwork, film.id, ArtKind.THUMB, source, cache_key=name)
    there = made_path(metadata, names[0])
    there.parent.mkdir(parents=True)
    there.write_bytes(b"a picture")

    assert await make_missing_again(database, metadata) == 1

    left = await database.read(artworks.artworks_of, [film.id for film in films])
    assert {row.cache_key for rows in left.values() for row in rows} == {names[0], names[2]}
    waiting = await database.read(jobs.next_jobs, 1 << 40)
    assert [(job.kind, job.subject) for job in waiting if job.kind == JOB] == [(JOB, str(films[1].id))]
    assert await make_missing_again(database, metadata) == 0


def test_only_those_are_forgotten_that_are_gone_and_of_our_making(database: Database, tmp_path: Path) -> None:
    asyncio.run(_run(database, tmp_path))
