"""Runs scans, one child process (:mod:`vitascope.library.scan_process`) at a time.

A request for a section that is being scanned waits its turn; equal requests that wait are one.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial

import msgspec

from vitascope.core.model import SectionKind
from vitascope.core.naming.made_versions import is_folder as is_made_versions
from vitascope.library import trash
from vitascope.library.activities import ActivityBoard
from vitascope.library.scan.identify import attaches
from vitascope.library.scan.protocol import Control, Order, Progress
from vitascope.library.scan_process import ScanProcess
from vitascope.media import reach
from vitascope.sources.folders import expected_mounts
from vitascope.store import parentage, providers, sections
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.rows import LocationRow, SectionRow

log = logging.getLogger(__name__)

ACTIVITY = "library.update.section"
GENTLE_NICENESS = 10
_MANY_FILES = 500
_STOP_WAIT_S = 10.0

Pref = Callable[[str], "int | str | bool | float"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """How a scan ended. ``failure`` is ``None`` unless the process broke."""

    section_id: int
    activity_id: str
    cancelled: bool = False
    complete: bool = False
    failure: str | None = None
    seen_files: int = 0
    changed_files: int = 0
    unreadable_files: int = 0
    duration_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class ScanRequest:
    """A scan that runs or waits."""

    section_id: int
    activity_id: str
    only: tuple[tuple[int, bytes], ...] = ()
    force: bool = False
    cancelled: bool = False
    progress: Progress | None = None
    started_at: float = 0.0
    done: "asyncio.Future[ScanResult]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningScan:
    """For people: what is being scanned and how far it is."""

    section_id: int
    activity_id: str
    waiting: bool
    force: bool
    progress: Progress | None
    duration_s: float


class ScanError(Exception):
    """A scan cannot be started as asked; the text is for the owner."""


class ScanService:
    """Starts, queues, watches and stops scans. ``finished`` is called on the loop after each, and each runs inside what
    ``around`` gives."""

    def __init__(
        self,
        database: Database,
        board: ActivityBoard,
        *,
        pref: Pref,
        workers: int | None = None,
        finished: Callable[[ScanResult], None] = lambda _result: None,
        around: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext,
        listing_limit_s: float = 30.0,
        file_limit_s: float = 60.0,
    ) -> None:
        self._database = database
        self._board = board
        self._pref = pref
        self._workers = workers or max(1, min(8, os.cpu_count() or 1))
        self._finished = finished
        self._around = around
        self._listing_limit_s = listing_limit_s
        self._file_limit_s = file_limit_s
        self._waiting: list[ScanRequest] = []
        self._current: ScanRequest | None = None
        self._child: ScanProcess | None = None
        self._runner: asyncio.Task[None] | None = None
        self._paused = False
        self._held_off: set[int] = set()

    # --- what callers use --------------------------------------------------------------------------------------

    async def start(self, section_id: int, path: str | bytes | None = None, force: bool = False) -> str:
        """Queue a scan of a section, or of one folder of it, and return the id of its activity.

        Raises :class:`~vitascope.store.errors.NotFound` for an unknown section and :class:`ScanError` for a path
        that lies in none of its roots.
        """
        section = await self._database.read(sections.get_section, section_id)
        only: tuple[tuple[int, bytes], ...] = ()
        if path is not None:
            roots = await self._database.read(sections.locations, section_id)
            found = folder_of_section(roots, SectionKind(section.kind), os.fsencode(path))
            only = () if found[1] == b"" and len(roots) == 1 else (found,)
        return self._queue(section, only, force)

    async def start_folders(self, section_id: int, folders: Sequence[bytes], *, force: bool = True) -> str:
        """Queue one scan of several folders of a section (absolute paths); the id of its activity.

        Folders that lie in none of its roots any more are passed over; :class:`ScanError` when none is left.
        """
        section = await self._database.read(sections.get_section, section_id)
        roots = await self._database.read(sections.locations, section_id)
        found: dict[tuple[int, bytes], None] = {}
        for folder in folders:
            with contextlib.suppress(ScanError):
                found[folder_of_section(roots, SectionKind(section.kind), folder)] = None
        outermost = [one for one in found if not any(_lies_in(one, other) for other in found)]
        if not outermost:
            raise ScanError("none of the folders lies in the library")
        return self._queue(section, tuple(outermost), force)

    def _queue(self, section: SectionRow, only: tuple[tuple[int, bytes], ...], force: bool) -> str:
        section_id = section.id
        if section_id in self._held_off:
            raise NotFound(f"section {section_id} is being deleted")
        for request in self._waiting:
            if (
                request.section_id == section_id
                and request.force == force
                and (not request.only or set(only) <= set(request.only))
                and not request.cancelled
                and (bool(only) or not request.only)
            ):
                return request.activity_id
        request = ScanRequest(section_id=section_id, activity_id="", only=only, force=force)
        request.activity_id = self._board.start(
            ACTIVITY,
            f'Scanning the "{section.title}" library',
            subtitle=os.fsdecode(only[0][1]) if only else "",
            section_id=section_id,
            cancel=lambda: self._cancel(request),
        )
        self._waiting.append(request)
        self._wake()
        return request.activity_id

    def cancel(self, section_id: int) -> bool:
        """Stop the scan of a section and forget those that wait; False when there was none."""
        mine = [request for request in (self._current, *self._waiting) if request and request.section_id == section_id]
        for request in mine:
            self._cancel(request)
        return bool(mine)

    @contextlib.asynccontextmanager
    async def held_off(self, section_id: int) -> AsyncIterator[None]:
        """While a section is deleted: its scans are stopped, waited for, and none begins, which would write into it."""
        self._held_off.add(section_id)
        try:
            self.cancel(section_id)
            while (current := self._current) is not None and current.section_id == section_id:
                await asyncio.shield(current.done)
            yield
        finally:
            self._held_off.discard(section_id)

    def running(self) -> list[RunningScan]:
        """The running scan first, then those that wait."""
        requests = [*([self._current] if self._current else []), *self._waiting]
        return [
            RunningScan(
                section_id=request.section_id,
                activity_id=request.activity_id,
                waiting=request is not self._current,
                force=request.force,
                progress=request.progress,
                duration_s=time.monotonic() - request.started_at if request.started_at else 0.0,
            )
            for request in requests
        ]

    def is_scanning(self, section_id: int) -> bool:
        return any(scan.section_id == section_id for scan in self.running())

    async def result(self, activity_id: str) -> ScanResult | None:
        """Wait for a scan that runs or waits; ``None`` when there is none with this activity."""
        for request in (self._current, *self._waiting):
            if request is not None and request.activity_id == activity_id:
                return await asyncio.shield(request.done)
        return None

    def is_at_full_speed(self, seconds: float) -> bool:
        """Whether a scan runs that has met many new files and began less than ``seconds`` ago."""
        current = self._current
        if current is None or current.progress is None or current.progress.changed_files < _MANY_FILES:
            return False
        return time.monotonic() - current.started_at < seconds

    def set_paused(self, paused: bool) -> None:
        """Gentle mode: hold a scan while somebody watches, when the owner prefers that (``ScannerLowPriority``)."""
        self._paused = paused
        if self._child is not None and bool(self._pref("ScannerLowPriority")):
            self._child.say(Control("pause" if paused else "resume"))

    async def close(self) -> None:
        """Stop everything; what was committed stays, and the next scan goes on from there."""
        for request in (*self._waiting, self._current):
            if request is not None:
                self._cancel(request)
        if self._runner is not None:
            await asyncio.wait({self._runner}, timeout=_STOP_WAIT_S)
            if not self._runner.done():
                if self._child is not None:
                    self._child.kill()
                await self._runner

    # --- the queue ---------------------------------------------------------------------------------------------

    def _wake(self) -> None:
        if self._runner is None or self._runner.done():
            self._runner = asyncio.get_running_loop().create_task(self._run(), name="scan-service")

    def _cancel(self, request: ScanRequest) -> None:
        request.cancelled = True
        if request is self._current and self._child is not None:
            self._child.say(Control("cancel"))

    async def _run(self) -> None:
        while self._waiting:
            request = self._current = self._waiting.pop(0)
            request.started_at = time.monotonic()
            result = ScanResult(section_id=request.section_id, activity_id=request.activity_id, cancelled=True)
            try:
                if not request.cancelled:
                    result = await self._scan(request)
            except Exception as error:
                log.exception("The scan of section %d failed", request.section_id)
                result = ScanResult(
                    section_id=request.section_id, activity_id=request.activity_id, failure=str(error) or repr(error)
                )
            finally:
                self._current = None
                self._board.end(request.activity_id)
                if not request.done.done():
                    request.done.set_result(result)
            self._finished(result)

    async def _scan(self, request: ScanRequest) -> ScanResult:
        section = await self._database.read(sections.get_section, request.section_id)
        roots = await self._database.read(sections.locations, request.section_id)
        believed = await self._database.read(providers.learned_from, request.section_id)
        order = self._order(request, section, roots, tuple(believed))
        child = self._child = ScanProcess(self._database, section.id, told=partial(self._show, request))
        try:
            async with self._around():
                done, tail = await child.run(order, partial(self._first_word, request, order))
        finally:
            self._child = None
            await self._database.awrite(parentage.sweep, section.id)
        if done is None:
            raise ScanError(f"the scan process ended unexpectedly: {tail or 'no message'}")
        changed = done.changed_files > 0
        if done.complete:
            await self._database.awrite(sections.scan_finished, section.id, changed=changed)
        if not done.cancelled and bool(self._pref("autoEmptyTrash")):
            await trash.empty(self._database, section.id)
        duration_s = time.monotonic() - request.started_at
        log.info(
            "Scanned section %d in %.1f s: %d files, %d new or changed, %d not readable%s",
            section.id,
            duration_s,
            done.seen_files,
            done.changed_files,
            done.unreadable_files,
            " (stopped)" if done.cancelled else "",
        )
        return ScanResult(
            section_id=section.id,
            activity_id=request.activity_id,
            cancelled=done.cancelled,
            complete=done.complete,
            seen_files=done.seen_files,
            changed_files=done.changed_files,
            unreadable_files=done.unreadable_files,
            duration_s=duration_s,
        )

    def _first_word(self, request: ScanRequest, order: Order) -> Control:
        """What a child is told right after its order."""
        if request.cancelled:
            return Control("cancel")
        return Control("pause" if self._paused and order.niceness else "resume")

    def _show(self, request: ScanRequest, progress: Progress) -> None:
        request.progress = progress
        percent = min(99, progress.seen_files * 100 // progress.expected_files) if progress.expected_files else -1
        self._board.update(request.activity_id, progress=percent, subtitle=progress.place)

    def _order(
        self, request: ScanRequest, section: SectionRow, roots: list[LocationRow], asked: tuple[str, ...]
    ) -> Order:
        gentle = bool(self._pref("ScannerLowPriority"))
        try:
            prefs = msgspec.json.decode(section.prefs, type=dict[str, object])
        except msgspec.DecodeError:
            prefs = {}
        return Order(
            database=self._database.url.render_as_string(hide_password=False),
            section=section,
            locations=tuple(roots),
            only=request.only,
            force=request.force,
            providers=asked,
            workers=1 if gentle else self._workers,
            niceness=GENTLE_NICENESS if gentle else 0,
            cores=1 if gentle else None,
            follow_outside=prefs.get("followOutsideLinks") in (True, 1, "1"),
            mounts=tuple(expected_mounts().items()),
            points=reach.points(),
            listing_limit_s=self._listing_limit_s,
            file_limit_s=self._file_limit_s,
        )


def _lies_in(one: tuple[int, bytes], other: tuple[int, bytes]) -> bool:
    return one != other and one[0] == other[0] and (not other[1] or one[1].startswith(other[1] + b"/"))


def folder_of_section(roots: list[LocationRow], kind: SectionKind, path: bytes) -> tuple[int, bytes]:
    """(location id, folder below it) for a path a person or the watcher names.

    A file stands for its folder, and a folder of extras or subtitles for the one it belongs to. Raises
    :class:`ScanError` when the path lies in none of the roots.
    """
    if not os.path.isabs(path):
        raise ScanError("the path is not absolute")
    path = os.path.normpath(path)
    for root in sorted(roots, key=lambda each: -len(each.path)):
        base = root.path.rstrip(b"/")
        if path != (base or b"/") and not path.startswith(base + b"/"):
            continue
        below = path[len(base) + 1 :]
        if below and reach.is_file(path):
            below = below.rpartition(b"/")[0]
        attach = attaches(kind)
        below = _above_made_versions(below, attach)
        while below:
            above, _, name = below.rpartition(b"/")
            if not attach(name, above.count(b"/") + 1 if above else 0):
                break
            below = above
        return root.id, below
    raise ScanError("the path lies in none of the folders of the library")


def _above_made_versions(path: bytes, attach: Callable[[bytes, int], bool]) -> bytes:
    """The folder of the originals, for one that lies in their ``Plex Versions``."""
    steps = path.split(b"/")
    found = next(
        (at for at, name in enumerate(steps) if is_made_versions(os.fsdecode(name)) and attach(name, at)), None
    )
    return path if found is None else b"/".join(steps[:found])


__all__ = ["RunningScan", "ScanError", "ScanResult", "ScanService", "folder_of_section"]
