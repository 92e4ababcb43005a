"""Where an item's pictures lie, and scaled ones.

A picture is a file beside the media, bytes inside the media file, or one of ours below ``Metadata/``. Scaled pictures
are made by worker processes and kept on disk; two requests for the same one at the same time wait for one worker.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.files import is_below
from vitascope.core.model import ArtKind, ItemType, Viewer
from vitascope.library.pictures import locate_artwork
from vitascope.media.images import CachedPicture, PhotoRequest, PictureCache, SourceIdentity
from vitascope.media.images.tasks import (
    CompositeArgs,
    PictureSource,
    TranscodeArgs,
    make_composite,
    transcode_picture,
)
from vitascope.media.probe.tasks import FileArgs, PictureFound, picture
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.store import artworks, files
from vitascope.store import items as store_items
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import ArtworkRow
from vitascope.store.sections import locations

_LARGEST_ORIGINAL = 64 * 1024 * 1024

ELEMENTS: dict[str, ArtKind] = {
    "thumb": ArtKind.THUMB,
    "poster": ArtKind.THUMB,
    "art": ArtKind.ART,
    "banner": ArtKind.BANNER,
    "clearLogo": ArtKind.CLEAR_LOGO,
    "squareArt": ArtKind.SQUARE_ART,
    "theme": ArtKind.THEME,
}
"""The picture elements of an item by their names in addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Where the bytes of a picture lie."""

    path: bytes
    root: bytes
    """What the path must lie below."""
    inside: bool = False
    """The picture is inside the file, which is a media file."""


def _of_row(r: Reader, row: ArtworkRow, metadata: Path) -> Picture | None:
    try:
        found = locate_artwork(r, metadata, row)
    except ValueError:
        return None
    if found is None:
        return None
    if row.cache_key is not None:
        return Picture(path=found.path, root=bytes(metadata))
    file = files.files_by_id(r, [row.file_id or 0]).get(row.file_id or 0)
    root = next((one.path for one in locations(r) if file is not None and one.id == file.location_id), None)
    return None if root is None else Picture(path=found.path, root=root, inside=found.embedded)


def find_picture(r: Reader, item_id: int, kind: ArtKind, viewer: Viewer, metadata: Path) -> Picture | None:
    """The picture that an item shows; of a photo that has none of its own, the photo."""
    item = store_items.get_item(r, item_id, viewer)
    if item is None:
        return None
    row = artworks.selected(r, item_id, kind)
    found = None if row is None else _of_row(r, row, metadata)
    if found is None and kind is ArtKind.THUMB and item.type == ItemType.PHOTO:
        (view,) = store_items.hydrate(r, [item_id], viewer)
        for media in view.media:
            for part in media.parts:
                path = part.location_path.rstrip(b"/") + b"/" + part.file.path
                return Picture(path=path, root=part.location_path)
    return found


def find_artwork(r: Reader, item_id: int, artwork_id: int, viewer: Viewer, metadata: Path) -> Picture | None:
    """One of the pictures that an item could show."""
    if store_items.get_item(r, item_id, viewer) is None:
        return None
    row = artworks.get_artwork(r, artwork_id)
    return _of_row(r, row, metadata) if row.item_id == item_id else None


@dataclass(slots=True, kw_only=True)
class Photographer:
    """Makes scaled pictures and keeps them."""

    database: Database
    workers: WorkerPool
    cache: PictureCache
    metadata: Path
    _under_way: "dict[tuple[SourceIdentity, str], asyncio.Future[tuple[bytes, str]]]" = field(default_factory=dict)

    async def find(self, item_id: int, kind: ArtKind, viewer: Viewer) -> Picture:
        """The picture that an item shows. Raises :class:`NotFoundError`."""
        found = await self.database.read(find_picture, item_id, kind, viewer, self.metadata)
        return await self._checked(found)

    async def artwork(self, item_id: int, artwork_id: int, viewer: Viewer) -> Picture:
        """One of the pictures that an item could show. Raises :class:`NotFoundError`."""
        return await self._checked(await self.database.read(find_artwork, item_id, artwork_id, viewer, self.metadata))

    async def _checked(self, found: Picture | None) -> Picture:
        if found is None or not await asyncio.to_thread(is_below, found.path, [found.root]):
            raise NotFoundError("There is no such picture.")
        return found

    async def inside(self, found: Picture) -> PictureFound:
        """The picture inside a media file."""
        try:
            data = await self.workers.run(picture, FileArgs.of(found.path))
        except TaskError as error:
            raise NotFoundError(str(error)) from error
        if data is None:
            raise NotFoundError("There is no picture in the file.")
        return data

    async def scaled(self, found: Picture, request: PhotoRequest) -> tuple[str, bytes, str]:
        """Content type, bytes and entity tag of a picture as asked for."""
        try:
            identity = await asyncio.to_thread(SourceIdentity.of, found.path)
        except OSError:
            raise NotFoundError("The picture's file is not there.") from None

        async def make() -> bytes:
            source = PictureSource(path=found.path)
            if found.inside:
                source = PictureSource(data=(await self.inside(found)).data)
            made = await self.workers.run(transcode_picture, TranscodeArgs(source=source, request=request))
            return made.data

        return await self._kept(identity, request, make)

    async def composite(
        self, name: str, version: int, found: Sequence[Picture], request: PhotoRequest
    ) -> tuple[str, bytes, str]:
        """A picture made of several; ``name`` and ``version`` say when it is another one."""
        if not found:
            raise NotFoundError("There is nothing to make a picture of.")
        # Of what it is made belongs to the name: who may see less than yesterday must not be shown yesterday's.
        shown = b"\0".join([name.encode(), *(one.path for one in found)])
        identity = SourceIdentity(path=shown, size_bytes=len(found), mtime_ns=version)

        async def make() -> bytes:
            sources = [
                PictureSource(data=(await self.inside(one)).data) if one.inside else PictureSource(path=one.path)
                for one in found
            ]
            width, height = request.width or 600, request.height or 600
            whole = await self.workers.run(make_composite, CompositeArgs(sources=sources, width=width, height=height))
            args = TranscodeArgs(source=PictureSource(data=whole), request=request)
            return (await self.workers.run(transcode_picture, args)).data

        return await self._kept(identity, request, make)

    async def _kept(
        self, identity: SourceIdentity, request: PhotoRequest, make: Callable[[], Awaitable[bytes]]
    ) -> tuple[str, bytes, str]:
        kept = await asyncio.to_thread(self._read, identity, request)
        if kept is not None:
            return request.content_type, kept[1], kept[0].etag
        key = (identity, request.key())
        waiting = self._under_way.get(key)
        if waiting is None:
            waiting = self._under_way[key] = asyncio.ensure_future(self._make(identity, request, make))
            waiting.add_done_callback(lambda _: self._under_way.pop(key, None))
        data, etag = await asyncio.shield(waiting)
        return request.content_type, data, etag

    def _read(self, identity: SourceIdentity, request: PhotoRequest) -> tuple[CachedPicture, bytes] | None:
        kept = self.cache.find(identity, request)
        if kept is None:
            return None
        try:
            return kept, kept.read()
        except OSError:
            return None

    async def _make(
        self, identity: SourceIdentity, request: PhotoRequest, make: Callable[[], Awaitable[bytes]]
    ) -> tuple[bytes, str]:
        try:
            data = await make()
        except TaskError as error:
            raise BadRequestError(f"The picture cannot be read: {error}") from error
        return data, await asyncio.to_thread(self._store, identity, request, data)

    def _store(self, identity: SourceIdentity, request: PhotoRequest, data: bytes) -> str:
        """Keeps a picture and returns its entity tag."""
        try:
            kept = self.cache.store(identity, request, data)
        except OSError:
            return ""  # a full disk must not keep a picture from being shown
        if self.cache.needs_sweep:
            self.cache.sweep()
        return kept.etag
