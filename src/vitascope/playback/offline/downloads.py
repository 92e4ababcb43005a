"""The download queues: what is converted for apps, one file after the other, and what becomes of the files.

What waits is in the database, what was made below one folder: ``{id}.{container}`` when it is whole, ``{id}/`` while it
is made. A server that was killed finds both again and goes on. A file that vanished (another folder, a restore) is made
again. What cannot be made now, for want of room, waits; what cannot be made at all says why.
"""

import asyncio
import contextlib
import logging
import shutil
import stat
from collections.abc import Callable, Collection
from pathlib import Path

from vitascope.media.transcoding.production import OutOfSpace, ProductionError
from vitascope.playback.offline import plans
from vitascope.playback.offline.converter import Conversion, Converter, size_below
from vitascope.playback.offline.plans import Plan, PlanError
from vitascope.playback.transcode.described import Progress
from vitascope.playback.transcode.room import Room
from vitascope.store import downloads as store
from vitascope.store.downloads import Status
from vitascope.store.engine import Database
from vitascope.store.rows import DownloadRow

log = logging.getLogger(__name__)

UNUSED_S = 14 * 86_400
"""A file that nobody fetched or asked for so long goes."""
FETCHED_S = 2 * 86_400
"""One that was fetched to its end goes after that; until then the app may come back for it."""
_LOOK_AGAIN_S = 60.0


class Downloads:
    """Makes what waits. Used from the event loop only."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        converter: Converter,
        room: Room,
        *,
        paused: Callable[[], bool] = lambda: False,
    ) -> None:
        self.folder = folder
        self._database = database
        self._converter = converter
        self._room = room
        self._paused = paused
        self._wake = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._tending: asyncio.Task[None] | None = None
        self._making: tuple[int, asyncio.Task[Path]] | None = None
        self._conversion: Conversion | None = None

    # --- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """From now on makes what waits; must be called on the loop."""
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="downloads")

    async def close(self) -> None:
        """Stops; what is under way goes on with the next start."""
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending

    def wake(self) -> None:
        """Something may wait."""
        self._wake.set()

    # --- what is asked -------------------------------------------------------------------------------------------

    def progress_of(self, download_id: int) -> Progress | None:
        """How it goes, while it is being made."""
        if self._making is None or self._making[0] != download_id or self._conversion is None:
            return None
        return self._conversion.progress

    @property
    def current(self) -> Conversion | None:
        """What is being made now."""
        return self._conversion

    def path_of(self, row: DownloadRow) -> Path:
        """Where the file that was made for a download lies. Raises :class:`PlanError`."""
        return self.folder / f"{row.id}.{_plan(row).conversion.container}"

    async def give_up(self, download_ids: Collection[int]) -> None:
        """Ends their making and removes what was made, once they are out of the queue or wait again."""
        async with self._beginning:
            making = self._making
            if making is not None and making[0] in download_ids:
                making[1].cancel()
                await asyncio.wait([making[1]])
            await asyncio.to_thread(_remove, self.folder, set(download_ids))
        self.wake()

    # --- the work ------------------------------------------------------------------------------------------------

    async def _tend(self) -> None:
        await self._database.awrite(store.reset)
        while True:
            self._wake.clear()
            try:
                await self.sweep()
                if await self._make_all():
                    continue
            except Exception:
                log.exception("Looking after downloads failed; it is tried again")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_AGAIN_S)

    async def _make_all(self) -> bool:
        """Makes one after the other; whether anything was made."""
        after, any_made = 0, False
        while not self._paused() and (row := await self._database.read(store.next_waiting, after)) is not None:
            after = row.id
            any_made |= await self._make(row)
        return any_made

    async def _make(self, row: DownloadRow) -> bool:
        """Makes one; False when it has to wait."""
        try:
            plan = _plan(row)
        except PlanError as error:
            await self._fail(row, str(error))
            return True
        work = self.folder / str(row.id)
        if await self._converter.lack_bytes(plan, work):
            await self._make_room()
            if await self._converter.lack_bytes(plan, work):
                log.warning("there is no room for download %d: it waits", row.id)
                return False
        async with self._beginning:
            if not await self._database.awrite(store.change, row.id, Status.PROCESSING, after=[Status.WAITING]):
                return True
            task = asyncio.create_task(
                self._converter.convert(f"download-{row.id}", plan, work, self._begun), name=f"download-{row.id}"
            )
            self._making = (row.id, task)
        try:
            await asyncio.wait([task])
            await self._ended(row, task, work)
        finally:
            # When the server ends, what was made so far stays for the next one.
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ProductionError):
                await task
            self._making = self._conversion = None
        return True

    def _begun(self, conversion: Conversion) -> None:
        self._conversion = conversion

    async def _ended(self, row: DownloadRow, task: "asyncio.Task[Path]", work: Path) -> None:
        if task.cancelled():
            # Taken out, or begun again: then it waits.
            await self._database.awrite(store.change, row.id, Status.WAITING, after=[Status.PROCESSING])
            return
        error = task.exception()
        if error is None:
            size = await asyncio.to_thread(_put, task.result(), self.path_of(row), work)
            made = await self._database.awrite(
                store.change, row.id, Status.AVAILABLE, after=[Status.PROCESSING], size_bytes=size
            )
            if not made:
                await asyncio.to_thread(_remove, self.folder, {row.id})
            return
        if not isinstance(error, ProductionError):
            log.error("download %d failed", row.id, exc_info=error)
        if isinstance(error, OutOfSpace):
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        await self._fail(row, str(error) or type(error).__name__)

    async def _fail(self, row: DownloadRow, reason: str) -> None:
        log.info("download %d cannot be made: %s", row.id, reason)
        after = [Status.WAITING, Status.PROCESSING]
        await self._database.awrite(store.change, row.id, Status.ERROR, after=after, error=reason)

    # --- what goes -----------------------------------------------------------------------------------------------

    async def sweep(self) -> None:
        """Gives up what nobody fetches any more, has made again what vanished, and removes what belongs to nothing."""
        now = int(self._database.clock())
        await self._expire(unused_since=now - UNUSED_S, fetched_before=now - FETCHED_S)
        rows = await self._database.read(store.made)
        there = await asyncio.to_thread(self._sizes)
        for row in rows:
            if there.get(row.id) != row.size_bytes:
                await self._database.awrite(store.change, row.id, Status.WAITING, after=[Status.AVAILABLE])
        known = await self._database.read(store.ids)
        await asyncio.to_thread(_remove, self.folder, await asyncio.to_thread(_numbers, self.folder) - known)
        await self._measure()

    async def _make_room(self) -> None:
        """What was fetched already goes, before something new has to wait."""
        now = int(self._database.clock())
        await self._expire(unused_since=0, fetched_before=now + 1)
        await self._measure()

    async def _measure(self) -> None:
        self._room.used_bytes = await asyncio.to_thread(size_below, self.folder)

    async def _expire(self, *, unused_since: int, fetched_before: int) -> None:
        gone = await self._database.awrite(store.expire, unused_since=unused_since, fetched_before=fetched_before)
        await asyncio.to_thread(_remove, self.folder, gone)

    def _sizes(self) -> dict[int, int]:
        """The files that were made, by their downloads."""
        sizes = {int(path.stem): _size(path) for path in self.folder.iterdir() if path.stem.isdecimal()}
        return {number: size for number, size in sizes.items() if size is not None}


def _plan(row: DownloadRow) -> Plan:
    if row.plan is None:
        raise PlanError("nothing is made for it")
    return plans.read(row.plan)


def _put(made: Path, target: Path, work: Path) -> int:
    """Brings a finished file to its place; its size. What it was made of goes."""
    made.replace(target)
    shutil.rmtree(work, ignore_errors=True)
    return target.stat().st_size


def _numbers(folder: Path) -> set[int]:
    """The downloads that something lies there for."""
    return {int(path.stem) for path in folder.iterdir() if path.stem.isdecimal()}


def _size(path: Path) -> int | None:
    """The size of a file; ``None`` for what is none, or went a moment ago."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _remove(folder: Path, download_ids: set[int]) -> None:
    """Removes everything that was made for downloads."""
    for path in folder.iterdir() if download_ids else ():
        if path.stem.isdecimal() and int(path.stem) in download_ids:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
