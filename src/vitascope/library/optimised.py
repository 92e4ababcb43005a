"""Where versions that were made go, and how the library gets them: the shelf of what the optimiser makes.

Beside the original (``Plex Versions/<target>/``), as the original server has it, when the owner wants that and the
folder can be written; into the server's own data otherwise. Either way the library has the version as soon as it is
there: file, rows and the state of the conversion change in one transaction, and the finished file takes its name right
after. When the server ends in between, :meth:`Shelf.mend` gives it that name later. No file that the optimiser did not
make is ever written over or removed.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import FileClass, ItemType, MediaKind, ProbedFile, StreamType, Viewer
from vitascope.core.naming import made_versions
from vitascope.core.query.source_uri import BelowSource, ItemsSource, SourceUri
from vitascope.library import selection
from vitascope.library.erasing import Eraser, NotErased
from vitascope.library.scan.media_rows import ProbedPart, in_order, media_row, part_row
from vitascope.library.scan.probe import PROBE_VERSION
from vitascope.library.selection import SelectionError, Wanted
from vitascope.media.probe.tasks import InspectArgs, inspect
from vitascope.media.transcoding.production import OutOfSpace
from vitascope.media.workers import WorkerPool
from vitascope.sources.removal import RemovalRefused, Root
from vitascope.store import bulk, deletion, optimised, sections, states
from vitascope.store import items as store_items
from vitascope.store.changes import update_items
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.files import dir_hash, file_by_path, path_hash
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    ConversionRow,
    FileRow,
    GeneratorRow,
    ItemRow,
    LocationRow,
    MediaRow,
    PartRow,
    StreamRow,
)
from vitascope.store.schema import files, items, media, parts, streams
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

_TYPES = frozenset({ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP})
_RESERVE_BYTES = 512 * 1024 * 1024
_RESERVE_SHARE = 0.02
_COPIED_AT_ONCE = 8 * 1024 * 1024
_PAGE = 500

_item = select(items).where(items.c.id == bindparam("id"))
_media_of = select(media).where(any_of(media.c.item_id, "ids"))
_parts_of_files = select(parts).where(any_of(parts.c.file_id, "ids"))
_encode = msgspec.json.Encoder().encode


# --- what is wanted ------------------------------------------------------------------------------------------------


def root_of(r: Reader, source: SourceUri, viewer: Viewer) -> ItemRow | None:
    """The one item that a source is about; ``None`` when it is a list of another kind."""
    match source.source:
        case ItemsSource(ids=(item_id,)) | BelowSource(item_id=item_id):
            return store_items.get_item(r, item_id, viewer)
        case _:
            return None


def can_be_made(item: ItemRow) -> bool:
    """Whether versions are made of an item, or of what lies below it."""
    return item.extra_type is None and item.type in _TYPES | {ItemType.SHOW, ItemType.SEASON}


def wanted(r: Reader, positions: Positions, row: GeneratorRow, viewer: Viewer) -> list[int]:
    """The identities of what a generator is about at this moment: films, episodes and home videos."""
    uri = row.uri
    if row.identity_id:
        found = store_items.by_identity(r, [row.identity_id], viewer).get(row.identity_id)
        if not found:
            return []
        uri = f"/library/metadata/{found[0]}"
    asked = Wanted(now=datetime.now(UTC), kind=MediaKind.VIDEO, playable=True)
    try:
        ids = selection.ids(r, positions, selection.saved_source(uri), viewer, asked).tolist()
    except (SelectionError, NotFound):
        return []
    most = optimised.MOST_CONVERSIONS if row.most is None else row.most
    identities: dict[int, None] = {}
    for at in range(0, len(ids), _PAGE):
        page = [
            item
            for item in store_items.get_items(r, ids[at : at + _PAGE], viewer)
            if item.type in _TYPES and item.extra_type is None and item.deleted_at is None
        ]
        if row.unwatched:
            known = states.states_of(r, viewer.person_id, [item.identity_id for item in page])
            page = [one for one in page if one.identity_id not in known or not known[one.identity_id].view_count]
        identities.update(dict.fromkeys(item.identity_id for item in page))
        if len(identities) >= most:
            break
    return list(identities)[:most]


# --- the shelf -----------------------------------------------------------------------------------------------------


class NoPlace(Exception):
    """A version can be put nowhere; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a version may go."""

    location_id: int
    root: bytes
    path: bytes
    """Relative to the root."""

    @property
    def absolute(self) -> bytes:
        return self.root.rstrip(b"/") + b"/" + self.path

    @property
    def staged(self) -> bytes:
        """Where it lies until it is whole: a name that no scan looks at."""
        folder, _, name = self.absolute.rpartition(b"/")
        return folder + b"/." + name[-200:] + b".part"


class Shelf:
    """Puts versions in their places and takes them away."""

    def __init__(
        self, database: Database, workers: WorkerPool, eraser: Eraser, own: Path, *, beside: Callable[[], bool]
    ) -> None:
        self._database, self._workers, self._eraser = database, workers, eraser
        self._own = own
        self._beside = beside

    async def put(
        self, conversion: ConversionRow, generator: GeneratorRow, item: ItemRow, original: bytes, made: Path
    ) -> None:
        """Bring a finished file to its place, and the item gets it as a version. Raises :class:`NoPlace`,
        :class:`OutOfSpace`, :class:`NotFound` when the conversion is not wanted any more, and ``TaskError``."""
        target = made_versions.folder_name(generator.target)
        places = await self._places(conversion, generator, original, made)
        place = await asyncio.to_thread(_stage, made, places)
        # From here on it is done or not done, whoever gives it up meanwhile: a write that waits cannot be taken back.
        finishing = asyncio.create_task(self._finish(conversion, item, place, target), name="optimised-finish")
        try:
            await asyncio.shield(finishing)
        except asyncio.CancelledError:
            await asyncio.wait([finishing])
            raise

    async def _finish(self, conversion: ConversionRow, item: ItemRow, place: _Place, target: str) -> None:
        try:
            probe = (await self._workers.run(inspect, InspectArgs(path=place.staged, kind=FileClass.VIDEO))).probed
            status = await asyncio.to_thread(os.stat, place.staged)
            await self._database.awrite(
                _done, conversion.id, item.id, place, target, probe, status.st_size, status.st_mtime_ns
            )
        except BaseException:
            await asyncio.to_thread(_unlink, place.staged)
            raise
        await asyncio.to_thread(os.replace, place.staged, place.absolute)

    async def _places(
        self, conversion: ConversionRow, generator: GeneratorRow, original: bytes, made: Path
    ) -> list[_Place]:
        """Where a version may go, the best first."""
        roots = await self._database.read(sections.locations)
        mine = next(
            (
                row
                for row in sorted(roots, key=lambda row: -len(row.path))
                if original.startswith(row.path.rstrip(b"/") + b"/")
            ),
            None,
        )
        folder = os.fsencode(made_versions.folder_name(generator.target))
        name = original.rpartition(b"/")[2]
        stem = name.rpartition(b".")[0] or name
        file = stem + os.fsencode(made.suffix)
        places: list[_Place] = []
        if mine is not None and self._beside():
            wished = next((row for row in roots if row.id == generator.location_id), mine)
            above = original[len(mine.path.rstrip(b"/")) + 1 :].rpartition(b"/")[0]
            steps = (above, os.fsencode(made_versions.FOLDER), folder, file)
            path = b"/".join(step for step in steps if step)
            places.append(_Place(location_id=wished.id, root=wished.path, path=path))
        await asyncio.to_thread(self._own.mkdir, parents=True, exist_ok=True)
        own = os.fsencode(self._own.resolve())
        own_id = await self._database.awrite(sections.keep_own_location, own)
        path = b"/".join((str(conversion.id).encode(), folder, file))
        places.append(_Place(location_id=own_id, root=own, path=path))
        return places

    async def mend(self) -> None:
        """Give files their names that were whole when the server ended, and tell the library where its own lie now."""
        if await asyncio.to_thread(self._own.is_dir):
            own = os.fsencode(await asyncio.to_thread(self._own.resolve))
            await self._database.awrite(sections.keep_own_location, own)
        generators = await self._database.read(optimised.all_generators)
        rows = await self._database.read(optimised.conversions_of, [row.id for row in generators])
        await asyncio.to_thread(_finish_names, [row.path for row in rows if row.path is not None])

    async def give_back(
        self, conversion: ConversionRow, generator: GeneratorRow, item: Callable[[], Awaitable[ItemRow | None]]
    ) -> None:
        """A version whose rows went with its item, because the section was made anew, is given to the ``item`` that is
        there now. Scans do it for those that lie beside their originals; this is for the server's own data."""
        own = await self._database.read(sections.own_location)
        if own is None or conversion.path is None or not conversion.path.startswith(own.path + b"/"):
            return
        place = _Place(location_id=own.id, root=own.path, path=conversion.path[len(own.path) + 1 :])
        if await self._database.read(_version_at, own.id, place.path) is not None:
            return
        as_made = (conversion.size_bytes, conversion.mtime_ns)
        if await asyncio.to_thread(_size_and_time, conversion.path) != as_made or (found := await item()) is None:
            return
        probe = (await self._workers.run(inspect, InspectArgs(path=conversion.path, kind=FileClass.VIDEO))).probed
        target = made_versions.folder_name(generator.target)
        await self._database.awrite(_attach, found.id, place, target, probe, *as_made)

    async def take_away(self, rows: Sequence[ConversionRow]) -> None:
        """Remove versions that were made, file and all; the original stays. What is not there any more, or is another
        file by now, is left as it is."""
        for row in rows:
            if row.path is not None:
                try:
                    await self._take_away(row, row.path)
                except (NotErased, RemovalRefused) as error:
                    log.warning("%s stays: %s", os.fsdecode(row.path), error)

    async def _take_away(self, row: ConversionRow, path: bytes) -> None:
        root = await self._database.read(_root_of, path)
        if root is None:
            return
        relative = path[len(root.path.rstrip(b"/")) + 1 :]
        found = await self._database.read(_version_at, root.id, relative)
        if found is None:
            await asyncio.to_thread(_remove, root.path, relative, row)
        elif found[2] == (row.size_bytes, row.mtime_ns):
            await self._eraser.version(found[0], found[1])
        await asyncio.to_thread(_remove_empty, root.path, relative)


# --- on disk -------------------------------------------------------------------------------------------------------


def _stage(made: Path, places: Sequence[_Place]) -> _Place:
    """Copy the finished file beside the name that it gets, in the first place that takes it."""
    why: OSError | NoPlace | OutOfSpace = NoPlace("there is no place for it")
    for place in places:
        try:
            if os.path.lexists(place.absolute):
                raise NoPlace(f"{os.fsdecode(place.absolute)} is there already")
            folder = os.path.dirname(place.absolute)
            _make_folder(place.root, folder)
            size = made.stat().st_size
            disk = shutil.disk_usage(folder)
            if disk.free - size < min(_RESERVE_BYTES, int(disk.total * _RESERVE_SHARE)):
                raise OutOfSpace(f"there is no room for it in {os.fsdecode(folder)}")
            _copy(made, place.staged)
        except (OSError, NoPlace, OutOfSpace) as error:
            why = error
            _unlink(place.staged)
            _remove_empty(place.root, place.path)
        else:
            return place
    if isinstance(why, OSError):
        raise NoPlace(f"it cannot be written: {why.strerror}") from why
    raise why


def _make_folder(root: bytes, folder: bytes) -> None:
    """Make a folder below a root, over no link that leads elsewhere."""
    inside = os.path.realpath(root).rstrip(b"/") + b"/"
    if not (os.path.realpath(folder) + b"/").startswith(inside):
        raise NoPlace(f"{os.fsdecode(folder)} leads out of its root")
    os.makedirs(folder, exist_ok=True)


def _copy(made: Path, target: bytes) -> None:
    _unlink(target)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with made.open("rb") as source, os.fdopen(os.open(target, flags, 0o644), "wb") as file:
        shutil.copyfileobj(source, file, _COPIED_AT_ONCE)
        file.flush()
        os.fsync(file.fileno())


def _size_and_time(path: bytes) -> tuple[int, int] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _unlink(path: bytes) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _finish_names(paths: Sequence[bytes]) -> None:
    for path in paths:
        folder, _, name = path.rpartition(b"/")
        staged = folder + b"/." + name[-200:] + b".part"
        if os.path.lexists(staged) and not os.path.lexists(path):
            os.replace(staged, path)


def _remove(root: bytes, relative: bytes, row: ConversionRow) -> None:
    if not os.path.lexists(root.rstrip(b"/") + b"/" + relative):
        return
    with Root(root) as held:
        held.remove_file(relative, size_bytes=row.size_bytes, mtime_ns=row.mtime_ns)


def _remove_empty(root: bytes, relative: bytes) -> None:
    """The folders that were made for a version go when nothing is left in them."""
    target = relative.rpartition(b"/")[0]
    above = target.rpartition(b"/")[0]
    name = above.rpartition(b"/")[2]
    base = root.rstrip(b"/") + b"/"
    if not (made_versions.is_folder(os.fsdecode(name)) or name.isdigit()):
        return
    for folder in (target, above):
        try:
            os.rmdir(base + folder)
        except OSError:
            return


# --- in the library ------------------------------------------------------------------------------------------------


def _root_of(r: Reader, path: bytes) -> LocationRow | None:
    own = sections.own_location(r)
    roots = [*sections.locations(r), *([own] if own else ())]
    return next((row for row in roots if path.startswith(row.path.rstrip(b"/") + b"/")), None)


def _version_at(r: Reader, location_id: int, path: bytes) -> tuple[int, int, tuple[int, int]] | None:
    """(item, version, size and time) of the file at a place, when it is a version that a server made."""
    file = file_by_path(r, location_id, path)
    if file is None:
        return None
    for part in r.rows(PartRow, _parts_of_files, {"ids": [file.id]}):
        versions = r.rows(MediaRow, _media_of, {"ids": [part.item_id]})
        if any(one.id == part.media_id and one.target is not None for one in versions):
            return part.item_id, part.media_id, (file.size_bytes, file.mtime_ns)
    return None


def _done(
    tx: Writer,
    conversion_id: int,
    item_id: int,
    place: _Place,
    target: str,
    probe: ProbedFile,
    size_bytes: int,
    mtime_ns: int,
) -> None:
    """The conversion is done, and the item has the version from now on."""
    optimised.note_done(tx, conversion_id, path=place.absolute, size_bytes=size_bytes, mtime_ns=mtime_ns)
    _attach(tx, item_id, place, target, probe, size_bytes, mtime_ns)


def _attach(
    tx: Writer, item_id: int, place: _Place, target: str, probe: ProbedFile, size_bytes: int, mtime_ns: int
) -> None:
    """The item has the version from now on."""
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is None:
        raise NotFound("the item is gone")
    before = file_by_path(tx, place.location_id, place.path)
    if before is not None:  # what lay there is gone from the disk
        held = tx.rows(PartRow, _parts_of_files, {"ids": [before.id]})
        deletion.delete_media(tx, [part.media_id for part in held])
        bulk.delete_where(tx, files, "id", [before.id])
    file = FileRow(
        id=tx.id("files"),
        location_id=place.location_id,
        path=place.path,
        path_hash=path_hash(place.path),
        dir_hash=dir_hash(place.path.rpartition(b"/")[0]),
        file_class=FileClass.VIDEO.value,
        size_bytes=size_bytes,
        mtime_ns=mtime_ns,
        fingerprint=probe.fingerprint or None,
        probe_version=PROBE_VERSION,
        added_at=tx.now,
    )
    bulk.insert_rows(tx, files, [file])
    version = media_row(tx.id("media"), item_id, [probe], target)
    part = part_row(tx.id("parts"), version.id, item_id, 0, ProbedPart(file=file, probe=probe))
    known = tx.rows(MediaRow, _media_of, {"ids": [item_id]})
    bulk.insert_rows(tx, media, [version])
    bulk.insert_rows(tx, parts, [part])
    bulk.insert_rows(tx, streams, _streams(tx, part, probe))
    bulk.update_rows(tx, media, in_order([*known, version]))
    update_items(tx, [replace(item, media_count=len(known) + 1)])
    tx.touch(item.section_id, edit=True, items=[item_id])


def _streams(tx: Writer, part: PartRow, probe: ProbedFile) -> list[StreamRow]:
    infos = [info for info in probe.streams if info.type is not StreamType.LYRICS]
    return [
        StreamRow(
            id=number,
            part_id=part.id,
            item_id=part.item_id,
            type=int(info.type),
            index_number=info.index,
            file_id=None,
            codec=info.codec,
            language_code=info.language_code,
            channels=info.channels,
            info=_encode(info).decode(),
        )
        for number, info in zip(tx.ids("streams", len(infos)), infos, strict=True)
    ]
