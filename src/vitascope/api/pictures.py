"""Where an item's pictures lie, and scaled ones.

A picture is a file beside the media, bytes inside the media file, or one of ours below ``Metadata/``, where what a
provider names comes to lie when it is first looked at. Scaled pictures
are made by worker processes and kept on disk; two requests for the same one at the same time wait for one worker.
"""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.files import is_below
from vitascope.core.model import ArtKind, ItemType, Viewer
from vitascope.library.online.offers import Choice
from vitascope.library.online.posters import Posters
from vitascope.library.pictures import locate_artwork, made_path
from vitascope.media.images import PhotoRequest, PictureCache, SourceIdentity, UltraBlurRequest
from vitascope.media.images.results import PictureAnalysis
from vitascope.media.images.tasks import (
    CompositeArgs,
    FrameArgs,
    PictureSource,
    TranscodeArgs,
    analyze_picture,
    make_composite,
    paint_ultrablur,
    take_frame,
    transcode_picture,
)
from vitascope.media.previews.tasks import SheetArgs, lay_out
from vitascope.media.probe.tasks import FileArgs, PictureFound, picture
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.store import artworks
from vitascope.store import items as store_items
from vitascope.store.engine import Database
from vitascope.store.hydration import hydrate
from vitascope.store.reader import Reader
from vitascope.store.rows import ArtworkRow

_REMEMBERED = 4_096
_FRAME_WIDTH = 480
_NO_PICTURE = "There is no such picture."

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


LISTS: dict[str, ArtKind] = {
    "posters": ArtKind.THUMB,
    "thumbs": ArtKind.THUMB,
    "arts": ArtKind.ART,
    "banners": ArtKind.BANNER,
    "clearLogos": ArtKind.CLEAR_LOGO,
    "squareArts": ArtKind.SQUARE_ART,
    "themes": ArtKind.THEME,
}
"""The lists of pictures an item could show, by their names in addresses."""
_FOLDERS = {kind: name for name, kind in LISTS.items() if name != "thumbs"}
_SCHEMES = {"upload": "upload", "composite": "default", "provider": "metadata"}


def rating_key(row: ArtworkRow) -> str:
    """What a picture is called in a list: an upload by its content, any other by its number."""
    name = (row.cache_key or "").partition(".")[0] if row.source == "upload" else str(row.id)
    return f"{_SCHEMES.get(row.source, 'media')}://{_FOLDERS[ArtKind(row.kind)]}/{name}"


def choice_key(choice: Choice) -> str:
    """What one of the pictures that an item could show is called: one that a provider names by that, fetched or not."""
    if choice.offer is not None:
        return f"metadata://{_FOLDERS[ArtKind(choice.offer.picture.kind)]}/{choice.offer.name}"
    return "" if choice.row is None else rating_key(choice.row)


def offered_name(name: str) -> str | None:
    """What a provider's picture is called by the providers, when this is the name of one."""
    return name.rpartition("/")[2] if name.startswith("metadata://") else None


def named(rows: Sequence[ArtworkRow], name: str) -> ArtworkRow | None:
    """The picture of that name."""
    return next((row for row in rows if rating_key(row) == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Where the bytes of a picture should lie; whoever opens it makes sure that no link led elsewhere."""

    path: bytes
    root: bytes
    """What the path must lie below."""
    inside: bool = False
    """The picture is inside the file, which is a media file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledPicture:
    """A picture as it was asked for."""

    content_type: str
    data: bytes
    entity_tag: str


def _of_row(r: Reader, row: ArtworkRow, metadata: Path) -> Picture | None:
    try:
        found = locate_artwork(r, metadata, row)
    except ValueError:
        return None
    return None if found is None else Picture(path=found.path, root=found.root, inside=found.embedded)


def find_picture(r: Reader, item_id: int, kind: ArtKind, viewer: Viewer, metadata: Path) -> Picture | None:
    """The picture that an item shows; of a photo that has none of its own, the photo."""
    item = store_items.get_item(r, item_id, viewer)
    if item is None:
        return None
    row = artworks.selected(r, item_id, kind)
    found = None if row is None else _of_row(r, row, metadata)
    if found is None and kind is ArtKind.THUMB and item.type == ItemType.PHOTO:
        (view,) = hydrate(r, [item_id], viewer)
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


def find_named(r: Reader, item_id: int, name: str, viewer: Viewer, metadata: Path) -> Picture | None:
    """One of the pictures that an item could show, by its name in a list."""
    if store_items.get_item(r, item_id, viewer) is None:
        return None
    row = named(artworks.artworks_of(r, [item_id]).get(item_id, []), name)
    return None if row is None else _of_row(r, row, metadata)


@dataclass(slots=True, kw_only=True)
class Photographer:
    """Makes scaled pictures and keeps them."""

    database: Database
    workers: WorkerPool
    cache: PictureCache
    metadata: Path
    posters: Posters
    """Pictures that metadata providers name."""
    _found: "dict[tuple[int, ArtKind, Viewer], tuple[int, Picture | None]]" = field(default_factory=dict)
    """Where pictures lie, with the version of the database that said so."""
    _under_way: "dict[tuple[SourceIdentity, str], asyncio.Future[bytes]]" = field(default_factory=dict)
    _keeping: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def find(self, item_id: int, kind: ArtKind, viewer: Viewer) -> Picture:
        """The picture that an item shows. Raises :class:`NotFoundError`."""
        at = self.database.versions.snapshot().everything
        key = (item_id, kind, viewer)
        known = self._found.get(key)
        if known is None or known[0] != at:
            known = at, await self.database.read(find_picture, item_id, kind, viewer, self.metadata)
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = known
        return _there(known[1])

    async def artwork(self, item_id: int, artwork_id: int, viewer: Viewer) -> Picture:
        """One of the pictures that an item could show. Raises :class:`NotFoundError`."""
        return _there(await self.database.read(find_artwork, item_id, artwork_id, viewer, self.metadata))

    async def named(self, item_id: int, name: str, viewer: Viewer) -> Picture:
        """One of the pictures that an item could show, by its name in a list; what a provider names is fetched when it
        is not here. Raises :class:`NotFoundError`."""
        found = await self.database.read(find_named, item_id, name, viewer, self.metadata)
        offered = offered_name(name)
        if found is None and offered is not None:
            item = await self.database.read(store_items.get_item, item_id, viewer)
            fetched = None if item is None else await self.posters.provided(item, offered)
            found = None if fetched is None else self._kept_as(fetched[1])
        return _there(found)

    async def portrait(self, tag_id: int) -> Picture:
        """The picture of a person, by the word of a provider. Raises :class:`NotFoundError`."""
        key = await self.posters.portrait(tag_id)
        return _there(None if key is None else self._kept_as(key))

    def _kept_as(self, cache_key: str) -> Picture:
        path = made_path(self.metadata, cache_key)
        return Picture(path=os.fsencode(path), root=os.fsencode(self.metadata))

    async def colours(self, found: Picture) -> PictureAnalysis:
        """The colours of a picture. Raises :class:`NotFoundError`, :class:`BadRequestError`."""
        if not await asyncio.to_thread(is_below, found.path, [found.root]):
            raise NotFoundError(_NO_PICTURE)
        source = PictureSource(path=found.path)
        if found.inside:
            source = PictureSource(data=(await self._taken_out(found)).data)
        try:
            return await self.workers.run(analyze_picture, source)
        except TaskError as error:
            raise BadRequestError(f"The picture cannot be read: {error}") from error

    async def inside(self, found: Picture) -> PictureFound:
        """The picture inside a media file. Raises :class:`NotFoundError`."""
        if not await asyncio.to_thread(is_below, found.path, [found.root]):
            raise NotFoundError(_NO_PICTURE)
        return await self._taken_out(found)

    async def _taken_out(self, found: Picture) -> PictureFound:
        try:
            data = await self.workers.run(picture, FileArgs.of(found.path))
        except TaskError as error:
            raise NotFoundError(str(error)) from error
        if data is None:
            raise NotFoundError("There is no picture in the file.")
        return data

    async def scaled(self, found: Picture, request: PhotoRequest) -> ScaledPicture:
        """A picture as asked for. Raises :class:`NotFoundError`."""
        identity, kept = await asyncio.to_thread(self._look, found, request)

        async def make() -> bytes:
            source = PictureSource(path=found.path)
            if found.inside:
                source = PictureSource(data=(await self._taken_out(found)).data)
            made = await self.workers.run(transcode_picture, TranscodeArgs(source=source, request=request))
            return made.data

        data = await self._made(identity, request, make) if kept is None else kept
        return self._scaled(identity, request, data)

    def _look(self, found: Picture, request: PhotoRequest) -> tuple[SourceIdentity, bytes | None]:
        """What the picture is, and the answer where it is kept: all that a poster seen before takes, in one go."""
        if not is_below(found.path, [found.root]):
            raise NotFoundError(_NO_PICTURE)
        try:
            identity = SourceIdentity.of(found.path)
        except OSError:
            raise NotFoundError("The picture's file is not there.") from None
        return identity, self._read(identity, request)

    def _scaled(self, identity: SourceIdentity, request: PhotoRequest, data: bytes) -> ScaledPicture:
        tag = self.cache.entity_tag(identity, request)
        return ScaledPicture(content_type=request.content_type, data=data, entity_tag=tag)

    async def frame(self, path: bytes, root: bytes, at_ms: int, *, taken: Path | None = None) -> bytes:
        """A small picture of one moment of a film; ``taken`` is where it lies if it was taken before.

        Raises :class:`NotFoundError`, :class:`BadRequestError`.
        """
        if taken is not None and (before := await asyncio.to_thread(_read_if_there, taken)) is not None:
            return before
        if not await asyncio.to_thread(is_below, path, [root]):
            raise NotFoundError(_NO_PICTURE)
        try:
            film = await asyncio.to_thread(SourceIdentity.of, path)
        except OSError:
            raise NotFoundError("The film's file is not there.") from None
        identity = SourceIdentity(path=b"frame:%d:" % at_ms + path, size_bytes=film.size_bytes, mtime_ns=film.mtime_ns)
        request = PhotoRequest.parse({"width": str(_FRAME_WIDTH), "height": str(_FRAME_WIDTH)})

        async def make() -> bytes:
            return (await self.workers.run(take_frame, FrameArgs(path=path, at_ms=at_ms, max_width=_FRAME_WIDTH))).jpeg

        kept = await asyncio.to_thread(self._read, identity, request)
        return await self._made(identity, request, make) if kept is None else kept

    async def scaled_frame(
        self, path: bytes, root: bytes, at_ms: int, request: PhotoRequest, *, taken: Path | None = None
    ) -> ScaledPicture:
        """A picture of one moment of a film, scaled as asked for. Raises as :meth:`frame` does."""
        frame = await self.frame(path, root, at_ms, taken=taken)
        digest = hashlib.blake2b(frame, digest_size=16).digest()
        identity = SourceIdentity(path=b"frame:" + digest, size_bytes=len(frame), mtime_ns=0)

        async def make() -> bytes:
            args = TranscodeArgs(source=PictureSource(data=frame), request=request)
            return (await self.workers.run(transcode_picture, args)).data

        kept = await asyncio.to_thread(self._read, identity, request)
        data = await self._made(identity, request, make) if kept is None else kept
        return self._scaled(identity, request, data)

    async def sheet(self, index: Path, first: int, count: int, columns: int) -> bytes:
        """Pictures of a BIF file on one sheet. Raises :class:`NotFoundError`, :class:`BadRequestError`."""
        path = os.fsencode(index)
        try:
            of_index = await asyncio.to_thread(SourceIdentity.of, path)
        except OSError:
            raise NotFoundError(_NO_PICTURE) from None
        name = b"sheet:%d:%d:%d:" % (first, count, columns) + path
        identity = SourceIdentity(path=name, size_bytes=of_index.size_bytes, mtime_ns=of_index.mtime_ns)
        request = PhotoRequest()

        async def make() -> bytes:
            args = SheetArgs(path=path, first=first, count=count, columns=columns)
            return (await self.workers.run(lay_out, args)).jpeg

        kept = await asyncio.to_thread(self._read, identity, request)
        return await self._made(identity, request, make) if kept is None else kept

    async def painted(self, background: UltraBlurRequest, request: PhotoRequest) -> ScaledPicture:
        """A background of four colours, scaled as asked for."""
        identity = SourceIdentity(path=b"ultrablur:" + msgspec.json.encode(background), size_bytes=0, mtime_ns=0)

        async def make() -> bytes:
            painted = await self.workers.run(paint_ultrablur, background)
            args = TranscodeArgs(source=PictureSource(data=painted.data), request=request)
            return (await self.workers.run(transcode_picture, args)).data

        kept = await asyncio.to_thread(self._read, identity, request)
        data = await self._made(identity, request, make) if kept is None else kept
        return self._scaled(identity, request, data)

    async def composite(
        self, name: str, version: int, found: Sequence[Picture], request: PhotoRequest
    ) -> ScaledPicture:
        """A picture made of several; ``name`` and ``version`` say when it is another one."""
        found = await asyncio.to_thread(lambda: [one for one in found if is_below(one.path, [one.root])])
        if not found:
            raise NotFoundError("There is nothing to make a picture of.")
        # Of what it is made belongs to the name: who may see less than yesterday must not be shown yesterday's.
        shown = b"\0".join([name.encode(), *(one.path for one in found)])
        identity = SourceIdentity(path=shown, size_bytes=len(found), mtime_ns=version)

        async def make() -> bytes:
            sources = [
                PictureSource(data=(await self._taken_out(one)).data) if one.inside else PictureSource(path=one.path)
                for one in found
            ]
            width, height = request.width or 600, request.height or 600
            whole = await self.workers.run(make_composite, CompositeArgs(sources=sources, width=width, height=height))
            args = TranscodeArgs(source=PictureSource(data=whole), request=request)
            return (await self.workers.run(transcode_picture, args)).data

        kept = await asyncio.to_thread(self._read, identity, request)
        data = await self._made(identity, request, make) if kept is None else kept
        return self._scaled(identity, request, data)

    def _read(self, identity: SourceIdentity, request: PhotoRequest) -> bytes | None:
        kept = self.cache.find(identity, request)
        if kept is None:
            return None
        try:
            return kept.read()
        except OSError:
            return None

    async def _made(
        self, identity: SourceIdentity, request: PhotoRequest, make: Callable[[], Awaitable[bytes]]
    ) -> bytes:
        """Made by one of those who ask for it at once; on its way to the disk when the answer is sent."""
        key = (identity, request.key())
        waiting = self._under_way.get(key)
        if waiting is None:
            waiting = self._under_way[key] = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(self._make(identity, request, make, waiting))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(waiting)

    async def _make(
        self,
        identity: SourceIdentity,
        request: PhotoRequest,
        make: Callable[[], Awaitable[bytes]],
        made: "asyncio.Future[bytes]",
    ) -> None:
        try:
            data = await make()
        except TaskError as error:
            made.set_exception(BadRequestError(f"The picture cannot be read: {error}"))
        except asyncio.CancelledError:
            made.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits for the picture gets it
            made.set_exception(error)
        else:
            made.set_result(data)
            await asyncio.to_thread(self._store, identity, request, data)

    async def kept(self) -> None:
        """Wait until every picture that was sent is on the disk."""
        await asyncio.gather(*self._keeping)

    def _store(self, identity: SourceIdentity, request: PhotoRequest, data: bytes) -> None:
        try:
            self.cache.store(identity, request, data)
        except OSError:
            return  # a full disk must not keep a picture from being shown
        if self.cache.needs_sweep:
            self.cache.sweep()


def _there(found: Picture | None) -> Picture:
    if found is None:
        raise NotFoundError(_NO_PICTURE)
    return found


def _read_if_there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
