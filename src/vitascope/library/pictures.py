"""Pictures after the commit: a frame for a video without one, a composite for what only holds others, colours, hashes.

An item is listed and playable before any of this. What is made lies below ``Metadata/``, named by its content, so the
same picture is kept once and a name never changes its meaning; everything that opens media runs in worker processes.
"""

import asyncio
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, select

from vitascope.core.model import ArtKind, ItemType
from vitascope.jobs.executor import Later
from vitascope.media import reach
from vitascope.media.images.results import PictureAnalysis
from vitascope.media.images.tasks import (
    CompositeArgs,
    FrameArgs,
    PictureSource,
    analyze_picture,
    make_composite,
    take_frame,
)
from vitascope.media.probe.tasks import FileArgs, picture
from vitascope.media.workers import Reason, TaskError, WorkerPool
from vitascope.store import artworks, jobs
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import ArtworkRow, ItemRow, JobRow
from vitascope.store.schema import artworks as artwork_table
from vitascope.store.schema import files, items, locations, parts
from vitascope.store.writer import Writer

JOB = "pictures"
FOLDER = "Vitascope"
_COMPOSED_OF = 4
_MOST_BYTES = 256 << 20
"""Of a picture; what is larger is none."""
_FILMED = frozenset({ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP})
_HOLDS_OTHERS = frozenset(
    {
        ItemType.SHOW,
        ItemType.SEASON,
        ItemType.ARTIST,
        ItemType.ALBUM,
        ItemType.PHOTO_ALBUM,
        ItemType.COLLECTION,
        ItemType.PLAYLIST,
    }
)

_item = select(items).where(items.c.id == bindparam("id"))
_file = (
    select(locations.c.path, files.c.path, locations.c.available)
    .join(locations, locations.c.id == files.c.location_id)
    .where(files.c.id == bindparam("id"))
)
_part_files = select(parts.c.file_id).where(parts.c.item_id == bindparam("id")).order_by(parts.c.id)
_children = (
    select(items.c.id)
    .where(
        (items.c.parent_id == bindparam("id")) | (items.c.grandparent_id == bindparam("id")),
        items.c.extra_type.is_(None),
        items.c.thumb_at.is_not(None),
    )
    .order_by(items.c.parent_index, items.c.index_number, items.c.id)
    .limit(bindparam("size"))
)
_waiting_children = (
    select(items.c.id)
    .where(items.c.parent_id == bindparam("id"), items.c.extra_type.is_(None), items.c.thumb_at.is_(None))
    .limit(1)
)
_owner_of = select(items.c.parent_id, items.c.grandparent_id).where(items.c.id == bindparam("id"))
_made_by_us = select(artwork_table.c.id).where(
    artwork_table.c.item_id == bindparam("id"), artwork_table.c.source == "composite"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the bytes of a picture (or theme) are."""

    artwork: ArtworkRow
    path: bytes
    """Absolute: of the picture itself, or of the media file it lies in."""
    root: bytes
    """What the path must lie below: the location of the media, or the folder of what was made here."""
    embedded: bool = False
    """The picture has to be taken out of the media file (task ``picture``)."""


def made_path(metadata: Path, cache_key: str) -> Path:
    """Where a picture of ours lies below the ``Metadata`` folder. Raises ``ValueError`` for what is no such name."""
    name, dot, extension = cache_key.partition(".")
    if not dot or not name.isalnum() or not extension.isalnum() or len(name) < 8:
        raise ValueError(f"not the name of a picture: {cache_key!r}")
    return metadata / FOLDER / name[:2] / cache_key


def locate(r: Reader, metadata: Path, item_id: int, kind: ArtKind) -> Located | None:
    """The picture an item shows, or ``None`` when it has none or its disk is away."""
    row = artworks.selected(r, item_id, kind)
    return None if row is None else locate_artwork(r, metadata, row)


def locate_artwork(r: Reader, metadata: Path, row: ArtworkRow) -> Located | None:
    """Where one of the pictures of an item lies."""
    if row.cache_key is not None:
        return _made(metadata, row, row.cache_key)
    found = r.tuples(_file, {"id": row.file_id}) if row.file_id is not None else []
    if not found or not found[0][2]:
        return None
    root = bytes(found[0][0])
    path = root.rstrip(b"/") + b"/" + bytes(found[0][1])
    return Located(artwork=row, path=path, root=root, embedded=row.source == "embedded")


def _made(metadata: Path, row: ArtworkRow, cache_key: str) -> Located:
    return Located(artwork=row, path=os.fsencode(made_path(metadata, cache_key)), root=os.fsencode(metadata))


class Pictures:
    """Makes pictures, for the job executor."""

    def __init__(self, database: Database, workers: WorkerPool, metadata: Path) -> None:
        self._database = database
        self._workers = workers
        self._metadata = metadata

    async def handle(self, job: JobRow) -> None:
        """One job: give the item a picture if it has none, and work out its colours and hashes."""
        item_id = int(job.subject)
        item = await self._database.read(_get, item_id)
        if item is None:
            return
        located = await self._database.read(locate, self._metadata, item_id, ArtKind.THUMB)
        if located is None or located.artwork.source == "composite":
            made = await self._make(item, job, located)
            located = made or located
        await self.recolour(item_id)

    async def read(self, located: Located) -> bytes | None:
        """The bytes of a picture; ``None`` when they are not there (any more)."""
        if located.embedded:
            try:
                found = await self._workers.run(picture, FileArgs(path=located.path))
            except TaskError:
                return None
            return found.data if found else None
        try:
            return await asyncio.to_thread(reach.read_whole, located.path, _MOST_BYTES)
        except OSError:
            return None

    async def _source(self, located: Located | None) -> PictureSource | None:
        """A picture as a worker takes it: by its path, or by its bytes when it has to be taken out of a media file."""
        if located is None:
            return None
        if not located.embedded:
            return PictureSource(path=located.path)
        data = await self.read(located)
        return None if data is None else PictureSource(data=data)

    # --- making ------------------------------------------------------------------------------------------------

    async def _make(self, item: ItemRow, job: JobRow, now: Located | None) -> Located | None:
        if item.type in _FILMED:
            return await self._frame(item) if now is None else None
        if item.type in _HOLDS_OTHERS:
            return await self._composite(item, job)
        return None

    async def _frame(self, item: ItemRow) -> Located | None:
        for path in await self._database.read(_media_paths, item.id):
            try:
                found = await self._workers.run(take_frame, FrameArgs(path=path))
            except TaskError as error:
                if error.reason in (Reason.CLOSED, Reason.MISSING, Reason.LOST):
                    raise Later(str(error)) from error
                continue  # a film without a picture that can be decoded stays without one
            made = await self._keep(item.id, ArtKind.THUMB, "frame", found.jpeg, "jpg")
            await self._tell_above(item.id)
            return made
        return None

    async def _composite(self, item: ItemRow, job: JobRow) -> Located | None:
        if job.attempts == 0 and await self._database.read(_waits_for_children, item.id):
            raise Later("the pictures of what it holds are not made yet")
        sources: list[PictureSource] = []
        for child in await self._database.read(_children_with_pictures, item.id):
            located = await self._database.read(locate, self._metadata, child, ArtKind.THUMB)
            source = await self._source(located)
            if source is not None:
                sources.append(source)
        if not sources:
            return None
        try:
            data = await self._workers.run(make_composite, CompositeArgs(sources=sources))
        except TaskError as error:
            if error.reason is Reason.CLOSED:
                raise Later(str(error)) from error
            return None
        await self._database.awrite(_forget_composites, item.id, urgent=False)
        return await self._keep(item.id, ArtKind.THUMB, "composite", data, "jpg")

    async def _keep(self, item_id: int, kind: ArtKind, source: str, data: bytes, extension: str) -> Located | None:
        key = await asyncio.to_thread(keep, self._metadata, data, extension)
        row = await self._database.awrite(_add, item_id, kind, source, key, urgent=False)
        return None if row is None else _made(self._metadata, row, key)

    async def _tell_above(self, item_id: int) -> None:
        """What holds this item may now be composed."""
        await self._database.awrite(compose_above, item_id, urgent=False)

    # --- colours and hashes ------------------------------------------------------------------------------------

    async def recolour(self, item_id: int) -> None:
        """Work out the colours and hashes of the pictures that an item shows now."""
        thumb, art = await self._database.read(_shown, self._metadata, item_id)
        of_thumb, of_art = await self._look(thumb), await self._look(art)
        main = of_art or of_thumb
        await self._database.awrite(
            _colour,
            item_id,
            main.colors.joined if main else None,
            of_thumb.blur_hash if of_thumb else None,
            of_art.blur_hash if of_art else None,
            urgent=False,
        )

    async def _look(self, located: Located | None) -> PictureAnalysis | None:
        source = await self._source(located)
        if source is None:
            return None
        try:
            return await self._workers.run(analyze_picture, source)
        except TaskError as error:
            if error.reason is Reason.CLOSED:
                raise Later(str(error)) from error
            return None  # no picture after all: nothing can be said about its colours


def beside(path: Path) -> Path:
    """Where a file is written before it takes its place: nobody else writes there, though it writes the same file."""
    return path.with_name(f"{path.name}.{secrets.randbits(64)}.part")


def keep(metadata: Path, data: bytes, extension: str) -> str:
    """Store a picture under the name of its content and return that name."""
    key = f"{hashlib.blake2b(data, digest_size=20).hexdigest()}.{extension}"
    path = made_path(metadata, key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = beside(path)
        partial.write_bytes(data)
        partial.replace(path)
    return key


def _get(r: Reader, item_id: int) -> ItemRow | None:
    return r.row(ItemRow, _item, {"id": item_id})


def _media_paths(r: Reader, item_id: int) -> list[bytes]:
    found: list[bytes] = []
    for file_id in r.scalars(_part_files, {"id": item_id}):
        for root, path, available in r.tuples(_file, {"id": file_id}):
            if available:
                found.append(bytes(root).rstrip(b"/") + b"/" + bytes(path))
    return found


def _waits_for_children(r: Reader, item_id: int) -> bool:
    return bool(r.tuples(_waiting_children, {"id": item_id}))


def _children_with_pictures(r: Reader, item_id: int) -> list[int]:
    return r.scalars(_children, {"id": item_id, "size": _COMPOSED_OF})


def _add(tx: Writer, item_id: int, kind: ArtKind, source: str, key: str) -> ArtworkRow | None:
    if _get(tx, item_id) is None:
        return None  # deleted while its picture was made
    return artworks.add_artwork(tx, item_id, kind, source, cache_key=key)


def _shown(r: Reader, metadata: Path, item_id: int) -> tuple[Located | None, Located | None]:
    return locate(r, metadata, item_id, ArtKind.THUMB), locate(r, metadata, item_id, ArtKind.ART)


def _colour(tx: Writer, item_id: int, blur: str | None, thumb: str | None, art: str | None) -> None:
    if _get(tx, item_id) is not None:  # else deleted meanwhile
        artworks.replace_colours(tx, item_id, ultra_blur=blur, thumb_blur_hash=thumb, art_blur_hash=art)


def _forget_composites(tx: Writer, item_id: int) -> None:
    for artwork_id in tx.scalars(_made_by_us, {"id": item_id}):
        artworks.remove_artwork(tx, artwork_id)


def compose_above(tx: Writer, item_id: int) -> None:
    """The picture of an item changed: so do the composites of what holds it."""
    for above in tx.tuples(_owner_of, {"id": item_id}):
        for container in above:
            if container is not None:
                compose_again(tx, container)


def compose_again(tx: Writer, container_id: int) -> None:
    """What lies below a container, or its pictures, changed: a composite of them is made anew."""
    shown = artworks.selected(tx, container_id, ArtKind.THUMB)
    if shown is None or shown.source == "composite":
        jobs.add_job(tx, JOB, str(container_id), run_after=tx.now + 2)
