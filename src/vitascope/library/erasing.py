"""Deleting media: the files of items on disk, and then what the library says.

A file is deleted only below the root that its item lies in, only if it is the one that was scanned
(:mod:`vitascope.sources.removal`), and never while something else plays it: an episode whose file holds two episodes
stays until both are deleted. With a media file go the files of its stem (subtitles, NFO, pictures, lyrics); when a
folder was all the item's own, also the other known files in it that nothing else uses, and the folder once it is empty.
What is not known to the library is never touched.

Afterwards the library says what is true, whatever failed. Watch state stays with the identity, so a file that comes
back has it again.
"""

import asyncio
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from vitascope.core.model import ItemType
from vitascope.sources.folders import Away, check
from vitascope.sources.removal import RemovalRefused, Root, RootUnusable
from vitascope.store import doomed
from vitascope.store.doomed import Folder, Target
from vitascope.store.engine import Database
from vitascope.store.files import files_by_id
from vitascope.store.reader import Reader
from vitascope.store.rows import FileRow, ItemRow, LocationRow
from vitascope.store.sections import locations

_ROOT_LIMIT_S = 10.0


class NotErased(Exception):
    """Nothing was deleted; the text says why, for the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of it. Paths are absolute, as they lie on disk."""

    files: tuple[bytes, ...]
    folders: tuple[bytes, ...]
    failed: tuple[tuple[bytes, str], ...]
    """Files that are still there, and why."""
    items: tuple[ItemRow, ...]
    """Items that are no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    target: Target
    media_files: list[FileRow]
    folders: list[Folder]
    """The deepest first."""
    kept: list[tuple[FileRow, str]]


@dataclass(slots=True)
class _Work:
    """What was done so far."""

    gone: dict[int, bytes] = field(default_factory=dict)
    folders: list[bytes] = field(default_factory=list)
    failed: list[tuple[bytes, str]] = field(default_factory=list)


class Eraser:
    """Deletes media of one server, one order at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._one_at_a_time = asyncio.Lock()

    async def items(self, item_ids: Collection[int]) -> Erased:
        """Delete items with everything below them. Raises :class:`NotErased`."""
        async with self._one_at_a_time:
            return await self._erase(await self._database.read(doomed.whole_items, item_ids))

    async def version(self, item_id: int, media_id: int) -> Erased | None:
        """Delete one version of an item; ``None`` when it has no such version. Raises :class:`NotErased`."""
        async with self._one_at_a_time:
            target = await self._database.read(doomed.one_version, item_id, media_id)
            return None if target is None else await self._erase(target)

    async def sidecar(self, file_id: int) -> None:
        """Delete a subtitle beside the media, with the streams that it is. Raises :class:`NotErased`."""
        async with self._one_at_a_time:
            file = (await self._database.read(files_by_id, [file_id])).get(file_id)
            places = {row.id: row for row in await self._database.read(locations)}
            if file is None or file.location_id not in places:
                raise NotErased("the file is not known any more")
            await asyncio.to_thread(_remove_one, places[file.location_id], file)
            await self._database.awrite(doomed.forget_files, [file_id])

    async def _erase(self, target: Target) -> Erased:
        await asyncio.to_thread(_check_roots, target)
        same = await asyncio.to_thread(_same_files, target)
        plan = await self._database.read(_plan, target, same)
        if not plan.media_files and plan.kept:
            row, title = plan.kept[0]
            name = row.path.rpartition(b"/")[2].decode("utf-8", "replace")
            raise NotErased(f"{name} is also what {title!r} plays: delete both, or neither")
        work = await asyncio.to_thread(_carry_out, plan)
        ended = await self._database.awrite(doomed.settle, target, list(work.gone))
        return Erased(
            files=tuple(work.gone.values()),
            folders=tuple(work.folders),
            failed=tuple(work.failed),
            items=tuple(ended),
        )


def _remove_one(place: LocationRow, file: FileRow) -> None:
    answer = check(place.path, place, limit_s=_ROOT_LIMIT_S)
    if isinstance(answer, Away):
        raise NotErased(f"the folder is away: {answer.reason}")
    try:
        with Root(place.path) as root:
            root.remove_file(file.path, size_bytes=file.size_bytes, mtime_ns=file.mtime_ns)
    except RemovalRefused as error:
        raise NotErased(str(error)) from error


def _roots(target: Target) -> set[int]:
    return {row.location_id for row in target.files.values()}


def _check_roots(target: Target) -> None:
    for location_id in _roots(target):
        location = target.locations[location_id]
        answer = check(location.path, location, limit_s=_ROOT_LIMIT_S)
        if isinstance(answer, Away):
            raise NotErased(f"the folder {location.path.decode('utf-8', 'replace')} is away: {answer.reason}")
        if not location.available:
            raise NotErased(f"the folder {location.path.decode('utf-8', 'replace')} is away")
        try:
            with Root(location.path):
                pass
        except RootUnusable as error:
            raise NotErased(str(error)) from error


def _same_files(target: Target) -> dict[int, list[tuple[int, bytes]]]:
    """Of each file the places in other sections' folders at which it lies too."""
    real = {place.id: os.path.realpath(place.path).rstrip(b"/") + b"/" for place in target.locations.values()}
    found: dict[int, list[tuple[int, bytes]]] = {}
    for row in target.files.values():
        path = real[row.location_id] + row.path
        found[row.id] = [
            (place, path.removeprefix(root))
            for place, root in real.items()
            if path.startswith(root) and (place, path.removeprefix(root)) != (row.location_id, row.path)
        ]
    return found


def _folder_of(path: bytes) -> bytes:
    return path.rpartition(b"/")[0]


def _plan(r: Reader, target: Target, same: dict[int, list[tuple[int, bytes]]]) -> _Plan:
    used = doomed.also_used_by(r, target, same)
    blocked = {part.media_id for part in target.parts if part.file_id in used}
    spared = {part.file_id for part in target.parts if part.media_id in blocked}
    media_files = [row for row in target.files.values() if row.id not in spared]
    places = {(row.location_id, _folder_of(row.path)) for row in media_files}
    if any(row.type in (ItemType.SHOW, ItemType.ARTIST) and row.id in target.items for row in target.rows.values()):
        places |= {(location_id, _folder_of(path)) for location_id, path in places if path}
    deepest_first = sorted(places, key=lambda place: (-place[1].count(b"/"), place))
    return _Plan(
        target=target,
        media_files=media_files,
        folders=[doomed.folder(r, target, location_id, path) for location_id, path in deepest_first],
        kept=[(row, used.get(row.id, "another item")) for row in target.files.values() if row.id in spared],
    )


# --- on disk ---------------------------------------------------------------------------------------------------


def _carry_out(plan: _Plan) -> _Work:
    work = _Work()
    target = plan.target
    for row, title in plan.kept:
        work.failed.append((_absolute(target, row), f"{title!r} plays it too"))
    for location_id in sorted(_roots(target)):
        try:
            with Root(target.locations[location_id].path) as root:
                _delete_below(root, plan, location_id, work)
        except RootUnusable as error:
            work.failed += [
                (_absolute(target, row), str(error))
                for row in plan.media_files
                if row.location_id == location_id and row.id not in work.gone
            ]
    return work


def _delete_below(root: Root, plan: _Plan, location_id: int, work: _Work) -> None:
    for row in plan.media_files:
        if row.location_id == location_id:
            _delete(root, plan.target, row, work)
    still_there = {path for path, _ in work.failed}
    for folder in plan.folders:
        if folder.location_id != location_id:
            continue
        lost = [name for name in folder.doomed_media if _join(plan, folder, name) not in still_there]
        for row in _going(root, folder, lost, whole=bool(plan.target.items)):
            _delete(root, plan.target, row, work)
        path = _join(plan, folder, b"")
        if (
            folder.path
            and not folder.other_media
            and not _is_root(plan.target, path)
            and root.remove_folder(folder.path)
        ):
            work.folders.append(path)


def _is_root(target: Target, path: bytes) -> bool:
    """Whether a folder is that of a section: without it the section would be away."""
    real = os.path.realpath(path)
    return any(os.path.realpath(place.path) == real for place in target.locations.values())


def _delete(root: Root, target: Target, row: FileRow, work: _Work) -> None:
    path = _absolute(target, row)
    try:
        root.remove_file(row.path, size_bytes=row.size_bytes, mtime_ns=row.mtime_ns)
    except RemovalRefused as error:
        work.failed.append((path, str(error)))
    else:
        work.gone[row.id] = path


def _going(root: Root, folder: Folder, lost: Sequence[bytes], *, whole: bool) -> list[FileRow]:
    """Which of the files beside the media go: those of a stem that goes, and all where the folder held nothing else."""
    try:
        is_own = (
            whole
            and bool(folder.path)
            and not folder.other_media
            and len(lost) == len(folder.doomed_media)
            and not root.folders_in(folder.path)
        )
    except RemovalRefused:
        is_own = False
    if is_own:
        return folder.sidecars
    every = [*folder.other_media, *folder.doomed_media]
    return [row for row in folder.sidecars if _medium_of(row, every) in lost]


def _medium_of(sidecar: FileRow, names: Iterable[bytes]) -> bytes | None:
    """The media file whose stem a file beside it has: the longest, since one stem may begin another."""
    own = sidecar.path.rpartition(b"/")[2]
    found: tuple[int, bytes] | None = None
    for name in names:
        stem = name.rpartition(b".")[0] or name
        fits = own.startswith((stem + b".", stem + b"-"))
        if fits and (found is None or len(stem) > found[0]):
            found = len(stem), name
    return None if found is None else found[1]


def _join(plan: _Plan, folder: Folder, name: bytes) -> bytes:
    root = plan.target.locations[folder.location_id].path.rstrip(b"/")
    return b"/".join(part for part in (root, folder.path, name) if part)


def _absolute(target: Target, row: FileRow) -> bytes:
    return target.locations[row.location_id].path.rstrip(b"/") + b"/" + row.path
