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
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from vitascope.core.model import FileClass
from vitascope.core.naming import made_versions
from vitascope.library.erasing import Eraser, NotErased
from vitascope.library.optimised import places, versions
from vitascope.library.optimised.places import NoPlace, Place
from vitascope.media.probe.tasks import InspectArgs, inspect
from vitascope.media.workers import WorkerPool
from vitascope.sources.folders import Present, check
from vitascope.sources.removal import RemovalRefused
from vitascope.store import optimised, sections
from vitascope.store.engine import Database
from vitascope.store.rows import ConversionRow, GeneratorRow, ItemRow, LocationRow

log = logging.getLogger(__name__)

_ROOT_LIMIT_S = 10.0
_LONGEST_STEM_BYTES = 200


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
        possible = await self._places(conversion, generator, item, original, made)
        given_up = threading.Event()
        # It is done or not done, whoever gives it up meanwhile: a write that waits cannot be taken back.
        putting = asyncio.create_task(
            self._put(conversion, item, made_versions.folder_name(generator.target), made, possible, given_up),
            name="optimised-put",
        )
        try:
            await asyncio.shield(putting)
        except asyncio.CancelledError:
            given_up.set()
            with suppress(Exception):
                await putting
            raise

    async def _put(
        self,
        conversion: ConversionRow,
        item: ItemRow,
        target: str,
        made: Path,
        possible: Sequence[Place],
        given_up: threading.Event,
    ) -> None:
        place = await asyncio.to_thread(places.stage, made, possible, given_up)
        try:
            probe = (await self._workers.run(inspect, InspectArgs(path=place.staged, kind=FileClass.VIDEO))).probed
            status = await asyncio.to_thread(os.stat, place.staged)
            await self._database.awrite(
                versions.done, conversion.id, item.id, place, target, probe, status.st_size, status.st_mtime_ns
            )
        except BaseException:
            await asyncio.to_thread(place.unstage)
            raise
        try:
            await asyncio.to_thread(place.settle)
        except (OSError, NoPlace) as error:
            await self._database.awrite(versions.undone, conversion.id, item.id, place)
            await asyncio.to_thread(place.unstage)
            raise NoPlace(str(error)) from error

    async def _places(
        self, conversion: ConversionRow, generator: GeneratorRow, item: ItemRow, original: bytes, made: Path
    ) -> list[Place]:
        """Where a version may go, the best first."""
        folder = os.fsencode(made_versions.folder_name(generator.target))
        name = original.rpartition(b"/")[2]
        stem = name.rpartition(b".")[0] or name
        end = os.fsencode(made.suffix)
        found: list[Place] = []
        if self._beside():
            roots = await self._database.read(sections.locations, item.section_id)
            inside = [row for row in roots if original.startswith(row.path.rstrip(b"/") + b"/")]
            mine = max(inside, key=lambda row: len(row.path), default=None)
            wished = next((row for row in roots if row.id == generator.location_id), mine)
            if mine is not None and wished is not None and await asyncio.to_thread(_is_present, wished):
                above = original[len(mine.path.rstrip(b"/")) + 1 :].rpartition(b"/")[0]
                steps = (above, os.fsencode(made_versions.FOLDER), folder, stem + end)
                path = b"/".join(step for step in steps if step)
                found.append(Place(location_id=wished.id, root=wished.path, path=path))
        own = await self._keep_own()
        path = b"/".join((str(conversion.id).encode(), folder, stem[:_LONGEST_STEM_BYTES] + end))
        found.append(Place(location_id=own[0], root=own[1], path=path))
        return found

    async def _keep_own(self) -> tuple[int, bytes]:
        """Where the server's own data lies now, as the library knows it."""
        await asyncio.to_thread(self._own.mkdir, parents=True, exist_ok=True)
        own = os.fsencode(await asyncio.to_thread(self._own.resolve))
        return await self._database.awrite(versions.keep_own, own), own

    async def mend(self) -> None:
        """After a start: files get their names that were whole when the server ended, the library hears where its own
        lie now, what belongs to nothing any more goes from there, and what is missing there is made again."""
        known = await self._database.read(sections.own_location)
        own = None if known is None else (await self._keep_own())[1]
        rows = await self._database.read(optimised.made)
        paths = [row.path for row in rows if row.path is not None]
        if own is not None:
            await asyncio.to_thread(_sweep, own, paths)
            for row in await asyncio.to_thread(_missing, own, rows):
                await self.take_away([row])
                await self._database.awrite(optimised.want_again, row.id)
        for path in await asyncio.to_thread(_waiting, paths):
            place = await self._database.read(versions.place_of, path)
            if place is not None:
                try:
                    await asyncio.to_thread(place.settle)
                except (OSError, NoPlace) as error:
                    log.warning("an optimized version cannot get its name: %s", error)

    async def give_back(
        self,
        generator: GeneratorRow,
        rows: Sequence[ConversionRow],
        item: Callable[[ConversionRow], Awaitable[ItemRow | None]],
    ) -> None:
        """Versions of a generator whose rows went with their items, because the section was made anew, are given to the
        items that are there now. Scans do it for those that lie beside their originals; this is for the server's own
        data."""
        target = made_versions.folder_name(generator.target)
        for row, place in await self._database.read(versions.lost, rows):
            as_made = (row.size_bytes, row.mtime_ns)
            if await asyncio.to_thread(places.size_and_time, place.absolute) != as_made or not (
                found := await item(row)
            ):
                continue
            args = InspectArgs(path=place.absolute, kind=FileClass.VIDEO)
            probe = (await self._workers.run(inspect, args)).probed
            await self._database.awrite(versions.given_back, row.id, found.id, place, target, probe)

    async def take_away(self, rows: Sequence[ConversionRow]) -> None:
        """Remove versions that were made, file and all; the original stays. What is not there any more, or is another
        file by now, is left as it is."""
        for row in rows:
            place = None if row.path is None else await self._database.read(versions.place_of, row.path)
            if place is not None:
                try:
                    await self._take_away(row, place)
                except (NotErased, RemovalRefused) as error:
                    log.warning("%s stays: %s", os.fsdecode(place.absolute), error)

    async def _take_away(self, row: ConversionRow, place: Place) -> None:
        found = await self._database.read(versions.version_at, place.location_id, place.path)
        if found is None:
            await asyncio.to_thread(place.remove, row)
        elif found[2] == (row.size_bytes, row.mtime_ns):
            await self._eraser.version(found[0], found[1])
        await asyncio.to_thread(place.tidy)


def _is_present(root: LocationRow) -> bool:
    return isinstance(check(root.path, root, limit_s=_ROOT_LIMIT_S), Present)


def _missing(own: bytes, rows: Sequence[ConversionRow]) -> list[ConversionRow]:
    """Of versions that were made those that lay below a folder and are not there, under no name."""
    inside = own.rstrip(b"/") + b"/"
    mine = [(row, row.path) for row in rows if row.path is not None and row.path.startswith(inside)]
    return [row for row, path in mine if not os.path.lexists(path) and not os.path.lexists(places.staged(path))]


def _waiting(paths: Sequence[bytes]) -> list[bytes]:
    """Of these files those that did not get their names."""
    return [path for path in paths if os.path.lexists(places.staged(path))]


def _sweep(own: bytes, kept: Collection[bytes]) -> None:
    """Remove the folders of conversions that are no more."""
    inside = own.rstrip(b"/") + b"/"
    numbers = {path[len(inside) :].partition(b"/")[0] for path in kept if path.startswith(inside)}
    for entry in os.scandir(own):
        if entry.name.isdigit() and entry.name not in numbers and entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
