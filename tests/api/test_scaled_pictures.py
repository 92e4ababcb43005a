"""Scaled pictures: sent before they are kept, made once for all who ask, and never from outside the root."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from tests.support.pictures import save, scene

from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.pictures import Photographer, Picture
from vitascope.egress import Fetcher
from vitascope.library.online.posters import Posters
from vitascope.media.images import PhotoRequest, PictureCache, SourceIdentity
from vitascope.media.workers import WorkerPool
from vitascope.metadata.online import ProviderClient
from vitascope.store.engine import Database

REQUEST = PhotoRequest(width=30, height=45)


@pytest.fixture
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def photographer(sqlite_url: str, workers: WorkerPool, tmp_path: Path) -> Iterator[Photographer]:
    with Database(sqlite_url, readers=1) as database:
        cache = PictureCache(tmp_path / "cache")
        metadata = tmp_path / "metadata"
        posters = Posters(database, ProviderClient(Fetcher(user_agent="tests")), metadata)
        yield Photographer(database=database, workers=workers, cache=cache, metadata=metadata, posters=posters)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "poster.jpg").write_bytes(save(scene(200, 300)))
    return folder


def poster(media: Path, name: str = "poster.jpg") -> Picture:
    return Picture(path=bytes(media / name), root=bytes(media))


def run(photographer: Photographer, do: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await do()
        await photographer.kept()

    asyncio.run(main())


def test_what_was_sent_is_kept_and_sent_again(photographer: Photographer, media: Path) -> None:
    async def do() -> None:
        first = await photographer.scaled(poster(media), REQUEST)
        await photographer.kept()
        found = photographer.cache.find(SourceIdentity.of(media / "poster.jpg"), REQUEST)
        assert found is not None
        assert (found.read(), found.etag) == (first.data, first.entity_tag)
        assert await photographer.scaled(poster(media), REQUEST) == first

    run(photographer, do)


def test_a_changed_file_is_another_picture(photographer: Photographer, media: Path) -> None:
    async def do() -> None:
        first = await photographer.scaled(poster(media), REQUEST)
        (media / "poster.jpg").write_bytes(save(scene(300, 200)))
        second = await photographer.scaled(poster(media), REQUEST)
        assert second.entity_tag != first.entity_tag
        assert second.data != first.data

    run(photographer, do)


def test_a_full_disk_keeps_no_picture_from_being_shown(photographer: Photographer, media: Path) -> None:
    (media.parent / "cache").write_bytes(b"a file where the folder should be")

    async def do() -> None:
        assert (await photographer.scaled(poster(media), REQUEST)).data.startswith(b"\xff\xd8")

    run(photographer, do)


def test_a_link_that_leads_out_is_not_followed(photographer: Photographer, media: Path) -> None:
    (media.parent / "secret.jpg").write_bytes(save(scene(200, 300)))
    (media / "link.jpg").symlink_to(media.parent / "secret.jpg")

    async def do() -> None:
        with pytest.raises(NotFoundError):
            await photographer.scaled(poster(media, "link.jpg"), REQUEST)
        with pytest.raises(NotFoundError):
            await photographer.inside(poster(media, "link.jpg"))
        with pytest.raises(NotFoundError):
            await photographer.composite("name", 1, [poster(media, "link.jpg")], REQUEST)

    run(photographer, do)


def test_all_who_wait_hear_that_it_is_no_picture(photographer: Photographer, media: Path) -> None:
    (media / "broken.jpg").write_bytes(b"no picture at all")

    async def do() -> None:
        asked = [photographer.scaled(poster(media, "broken.jpg"), REQUEST) for _ in range(3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(answer) for answer in answers] == [BadRequestError] * 3

    run(photographer, do)
