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
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from vitascope.core.model import FileClass
from vitascope.core.naming import made_versions
from vitascope.library.erasing import Eraser, NotErased
from vitascope.library.optimised import places, versions
from vitascope.library.optimised.places import Place
from vitascope.media.probe.tasks import InspectArgs, inspect
from vitascope.media.workers import WorkerPool
from vitascope.sources.removal import RemovalRefused
from vitascope.store import optimised, sections
from vitascope.store.engine import Database
from vitascope.store.rows import ConversionRow, GeneratorRow, ItemRow

log = logging.getLogger(__name__)


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
        possible = await self._places(conversion, generator, original, made)
        place = await asyncio.to_thread(places.stage, made, possible)
        # From here on it is done or not done, whoever gives it up meanwhile: a write that waits cannot be taken back.
        finishing = asyncio.create_task(self._finish(conversion, item, place, target), name="optimised-finish")
        try:
            await asyncio.shield(finishing)
        except asyncio.CancelledError:
            await asyncio.wait([finishing])
            raise

    async def _finish(self, conversion: ConversionRow, item: ItemRow, place: Place, target: str) -> None:
        try:
            probe = (await self._workers.run(inspect, InspectArgs(path=place.staged, kind=FileClass.VIDEO))).probed
            status = await asyncio.to_thread(os.stat, place.staged)
            await self._database.awrite(
                versions.done, conversion.id, item.id, place, target, probe, status.st_size, status.st_mtime_ns
            )
        except BaseException:
            await asyncio.to_thread(places.unlink, place.staged)
            raise
        await asyncio.to_thread(os.replace, place.staged, place.absolute)

    async def _places(
        self, conversion: ConversionRow, generator: GeneratorRow, original: bytes, made: Path
    ) -> list[Place]:
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
        found: list[Place] = []
        if mine is not None and self._beside():
            wished = next((row for row in roots if row.id == generator.location_id), mine)
            above = original[len(mine.path.rstrip(b"/")) + 1 :].rpartition(b"/")[0]
            steps = (above, os.fsencode(made_versions.FOLDER), folder, file)
            path = b"/".join(step for step in steps if step)
            found.append(Place(location_id=wished.id, root=wished.path, path=path))
        await asyncio.to_thread(self._own.mkdir, parents=True, exist_ok=True)
        own = os.fsencode(self._own.resolve())
        own_id = await self._database.awrite(sections.keep_own_location, own)
        path = b"/".join((str(conversion.id).encode(), folder, file))
        found.append(Place(location_id=own_id, root=own, path=path))
        return found

    async def mend(self) -> None:
        """Give files their names that were whole when the server ended, and tell the library where its own lie now."""
        if await asyncio.to_thread(self._own.is_dir):
            own = os.fsencode(await asyncio.to_thread(self._own.resolve))
            await self._database.awrite(sections.keep_own_location, own)
        generators = await self._database.read(optimised.all_generators)
        rows = await self._database.read(optimised.conversions_of, [row.id for row in generators])
        await asyncio.to_thread(places.finish_names, [row.path for row in rows if row.path is not None])

    async def give_back(
        self, conversion: ConversionRow, generator: GeneratorRow, item: Callable[[], Awaitable[ItemRow | None]]
    ) -> None:
        """A version whose rows went with its item, because the section was made anew, is given to the ``item`` that is
        there now. Scans do it for those that lie beside their originals; this is for the server's own data."""
        own = await self._database.read(sections.own_location)
        if own is None or conversion.path is None or not conversion.path.startswith(own.path + b"/"):
            return
        place = Place(location_id=own.id, root=own.path, path=conversion.path[len(own.path) + 1 :])
        if await self._database.read(versions.version_at, own.id, place.path) is not None:
            return
        as_made = (conversion.size_bytes, conversion.mtime_ns)
        if await asyncio.to_thread(places.size_and_time, conversion.path) != as_made or (found := await item()) is None:
            return
        probe = (await self._workers.run(inspect, InspectArgs(path=conversion.path, kind=FileClass.VIDEO))).probed
        target = made_versions.folder_name(generator.target)
        await self._database.awrite(versions.attach, found.id, place, target, probe, *as_made)

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
        root = await self._database.read(versions.root_of, path)
        if root is None:
            return
        relative = path[len(root.path.rstrip(b"/")) + 1 :]
        found = await self._database.read(versions.version_at, root.id, relative)
        if found is None:
            await asyncio.to_thread(places.remove, root.path, relative, row)
        elif found[2] == (row.size_bytes, row.mtime_ns):
            await self._eraser.version(found[0], found[1])
        await asyncio.to_thread(places.remove_empty, root.path, relative)
