"""Pictures after the commit, through the real queue and the real workers."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from vitascope.core.model import ArtKind, ItemType, SectionKind
from vitascope.jobs.executor import Executor
from vitascope.library.key_frames import JOB as KEY_FRAMES
from vitascope.library.key_frames import KeyFrames
from vitascope.library.pictures import JOB, Pictures, keep, locate, made_path
from vitascope.media.workers import WorkerPool
from vitascope.store.schema import artworks, item_details, jobs


def work(library: Any, metadata: Path) -> None:
    """Do every job there is, those that were put off too."""

    async def run() -> None:
        with WorkerPool(2) as pool:
            pictures = Pictures(library.database, pool, metadata)
            executor = Executor(
                library.database, {JOB: pictures.handle, KEY_FRAMES: KeyFrames(library.database, pool, pool).handle}
            )
            executor.start()
            for _ in range(4):
                await executor.idle()
                await library.database.awrite(hurry)
                executor.wake()
            await executor.close()

    asyncio.run(run())


def hurry(tx: Any) -> None:
    tx.conn.execute(jobs.update().values(run_after=0))


def shown(library: Any, metadata: Path, item_id: int) -> tuple[str, bool] | None:
    with library.database.reader() as r:
        found = locate(r, metadata, item_id, ArtKind.THUMB)
    if found is None:
        return None
    return found.artwork.source, os.path.exists(found.path)


def test_frames_composites_colours_and_hashes(library: Any, tmp_path: Path) -> None:
    section = library.section(SectionKind.SHOW, "Shows")
    show: Path = library.root / "Shows" / "A Show" / "Season 1"
    for number in (1, 2):
        library.media.write(show / f"A Show - s01e0{number}.mp4")
    (show / "A Show - s01e02.jpg").write_bytes(library.media.content("jpg"))
    library.scan(section)
    first, second = sorted(library.items(section, ItemType.EPISODE), key=lambda item: item.index_number or 0)
    assert first.thumb_at is None  # listed and playable before it has a picture
    metadata = tmp_path / "Metadata"
    work(library, metadata)
    assert library.rows(select(jobs.c.subject, jobs.c.error)) == []
    assert shown(library, metadata, first.id) == ("frame", True)
    assert shown(library, metadata, second.id) == ("local", True)
    for item_type in (ItemType.SEASON, ItemType.SHOW):
        (item,) = library.items(section, item_type)
        assert shown(library, metadata, item.id) == ("composite", True)
        assert item.thumb_at is not None
    blurs = library.rows(select(item_details.c.ultra_blur, item_details.c.thumb_blur_hash))
    assert len(blurs) == 4
    assert all(blur.count(",") == 3 and len(blur) == 27 and hashed for blur, hashed in blurs)
    # A scan leaves what was made alone, and a poster takes its place.
    library.scan(section, force=True)
    assert shown(library, metadata, first.id) == ("frame", True)
    (show / "A Show - s01e01.jpg").write_bytes(library.media.content("jpg"))
    library.scan(section)
    assert shown(library, metadata, first.id) == ("local", True)


def test_an_embedded_cover_is_the_albums(library: Any, tmp_path: Path, photograph: bytes) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    path = library.media.write(
        library.root / "Music" / "Some Artist" / "Some Album" / "01.mp3", title="Song", artist="Some Artist",
        album="Some Album",
    )  # fmt: skip
    library.media.cover(path, photograph)
    library.scan(section)
    work(library, tmp_path)
    album = library.item(section, "Some Album")
    with library.database.reader() as r:
        found = locate(r, tmp_path, album.id, ArtKind.THUMB)
    assert found is not None
    assert (found.embedded, found.path) == (True, os.fsencode(path))
    assert shown(library, tmp_path, library.item(section, "Some Artist").id) == ("composite", True)


def test_a_picture_that_is_none_leaves_the_item_as_it_is(library: Any, tmp_path: Path) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Film (2000)"
    library.media.write(folder / "Film (2000).mp4")
    (folder / "poster.jpg").write_bytes(b"no picture")
    library.scan(section)
    work(library, tmp_path)
    assert library.rows(select(jobs.c.subject)) == []
    assert library.rows(select(artworks.c.source)) == [("local",)]
    assert library.rows(select(item_details.c.ultra_blur)) == [(None,)]


def test_a_disk_that_is_away_has_no_pictures(library: Any, tmp_path: Path) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Film (2000)"
    library.media.write(folder / "Film (2000).mp4")
    (folder / "poster.jpg").write_bytes(library.media.content("jpg"))
    library.scan(section)
    (film,) = library.items(section, ItemType.MOVIE)
    assert shown(library, tmp_path, film.id) == ("local", True)
    (library.root / "Films").rename(library.root / "away")
    library.scan(section)
    assert shown(library, tmp_path, film.id) is None


def test_made_pictures_are_named_by_their_content(tmp_path: Path) -> None:
    key = keep(tmp_path, b"a picture", "jpg")
    assert keep(tmp_path, b"a picture", "jpg") == key
    assert made_path(tmp_path, key).read_bytes() == b"a picture"
    assert len(list(tmp_path.rglob("*.*"))) == 1
    for name in ("../../etc/passwd", "short.jpg", "noextension", "a/b.jpg", ""):
        with pytest.raises(ValueError, match="not the name"):
            made_path(tmp_path, name)
