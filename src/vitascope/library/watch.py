"""Notices changes below the roots and has the folders scanned that changed, once they have settled.

The kernel tells where it can (inotify); network file systems never tell, so their folders are polled. A burst of
changes, such as a season being copied, becomes one scan of the folder it happened in.

A disk may hang, so nothing here asks one on the event loop: a root is looked for with a time limit, and listed (which
is how watching begins) by a thread of its own that is left behind when it does not come back.

In object storage each listing is paid for, and a poll would list everything again and again: sections that have folders
there are scanned once in an hour instead, whether these are there at the moment or not.
"""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from watchfiles import Change, watch

from vitascope.core.model import FileClass
from vitascope.core.naming.files import classify
from vitascope.sources.folders import Present, check, expected_mounts
from vitascope.store import sections
from vitascope.store.engine import Database
from vitascope.store.rows import LocationRow, SectionRow

log = logging.getLogger(__name__)

SETTLE_S = 3.0
POLL_EVERY_S = 60.0
RESCAN_EVERY_S = 3600.0
LOOK_LIMIT_S = 10.0
"""A root that does not answer for so long is not watched until the sections are looked at again."""
MOST_FOLDERS = 20
"""More changed folders than this are one scan of the whole section."""

_RCLONE = "fuse.rclone"
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", _RCLONE, "fuse.sshfs", "fuse.mergerfs", "9p", "davfs", "fuse.s3fs",
     "ceph", "glusterfs", "afs", "virtiofs", "fuse.unionfs"}
)  # fmt: skip


class _Way(Enum):
    """How changes below a root are noticed."""

    TOLD = "told"
    POLLED = "polled"
    SCANNED = "scanned"


_Root = tuple[LocationRow, _Way]
"""A root that is there, and how it is watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    """Of one section."""

    roots: list[_Root]
    stop: threading.Event
    task: "asyncio.Task[None]"

    def is_other_than(self, roots: list[_Root]) -> bool:
        """Whether it does not watch these, or does not watch any more."""
        return self.task.done() or _places(self.roots) != _places(roots)


class Watcher:
    """Watches the roots of the sections that are wanted; ``scan(section_id, path or None)`` is awaited for a change."""

    def __init__(
        self,
        database: Database,
        *,
        scan: Callable[[int, bytes | None], Awaitable[object]],
        wants: Callable[[SectionRow], bool] = lambda _section: True,
        settle_s: float = SETTLE_S,
        poll_every_s: float = POLL_EVERY_S,
        rescan_every_s: float = RESCAN_EVERY_S,
        look_limit_s: float = LOOK_LIMIT_S,
    ) -> None:
        self._database = database
        self._wants = wants
        self._scan = scan
        self._settle_s = settle_s
        self._poll_every_s = poll_every_s
        self._rescan_every_s = rescan_every_s
        self._look_limit_s = look_limit_s
        self._watches: dict[int, _Watch] = {}
        self._one_at_a_time = asyncio.Lock()

    async def restart(self) -> None:
        """Watch the roots there are now; call it when sections changed. Also starts the first time.

        A section whose roots are what they were is watched on: what was noticed in it a moment ago, and has not settled
        yet, is not lost because another one was made.
        """
        async with self._one_at_a_time:
            wanted = {row.id for row in await self._database.read(sections.list_sections) if self._wants(row)}
            roots = [root for root in await self._database.read(sections.locations) if root.section_id in wanted]
            found = await self._present(roots)
            await self._end([one for one, watch in self._watches.items() if watch.is_other_than(found.get(one, []))])
            for section_id, present in found.items():
                if section_id not in self._watches:
                    self._watches[section_id] = self._begin(section_id, present)

    async def close(self) -> None:
        """Watch nothing."""
        async with self._one_at_a_time:
            await self._end(list(self._watches))

    async def _present(self, roots: list[LocationRow]) -> dict[int, list[_Root]]:
        """By section the roots that are there."""
        mounts = await asyncio.to_thread(read_mounts)
        ways = await asyncio.gather(*(asyncio.to_thread(_way_of, root, mounts, self._look_limit_s) for root in roots))
        found: dict[int, list[_Root]] = {}
        for root, way in zip(roots, ways, strict=True):
            if way is not None:
                found.setdefault(root.section_id, []).append((root, way))
        return found

    def _begin(self, section_id: int, present: list[_Root]) -> _Watch:
        stop = threading.Event()
        task = asyncio.get_running_loop().create_task(self._watch(present, stop), name=f"watcher-{section_id}")
        return _Watch(roots=present, stop=stop, task=task)

    async def _end(self, section_ids: Iterable[int]) -> None:
        for section_id in section_ids:
            watch = self._watches.pop(section_id)
            watch.stop.set()
            watch.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch.task

    async def _watch(self, roots: list[_Root], stop: threading.Event) -> None:
        told = [row for row, way in roots if way is _Way.TOLD]
        scanned = [row for row, way in roots if way is _Way.SCANNED]
        async with asyncio.TaskGroup() as group:
            if told:
                group.create_task(self._follow(told, stop, poll=False))
            for row, way in roots:
                if way is _Way.POLLED:
                    group.create_task(self._follow([row], stop, poll=True))
            if scanned:
                group.create_task(self._rescan(scanned[0].section_id))

    async def _follow(self, roots: list[LocationRow], stop: threading.Event, *, poll: bool) -> None:
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[Mapping[int, list[bytes]] | None] = asyncio.Queue()

        def tell(folders: Mapping[int, list[bytes]] | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(heard.put_nowait, folders)

        def listen() -> None:
            try:
                for changes in watch(
                    *(Path(os.fsdecode(root.path)) for root in roots),
                    watch_filter=concerns_media,
                    debounce=int(self._settle_s * 1000),
                    step=max(50, int(self._settle_s * 1000) // 4),
                    stop_event=stop,
                    force_polling=poll,
                    poll_delay_ms=int(self._poll_every_s * 1000),
                    ignore_permission_denied=True,
                    recursive=True,
                ):
                    tell(changed_folders(roots, [os.fsencode(path) for _, path in changes]))
            except (OSError, RuntimeError) as error:
                # Too many folders for the kernel's limit, or a root that went away: scheduled scans see everything.
                log.warning("Changes below %d folders are not watched: %s", len(roots), error)
            finally:
                tell(None)

        threading.Thread(target=listen, name="watcher", daemon=True).start()
        while (folders := await heard.get()) is not None:
            await self._changed(folders)

    async def _rescan(self, section_id: int) -> None:
        while True:
            await asyncio.sleep(self._rescan_every_s)
            await self._scan_safely(section_id, None)

    async def _changed(self, changed: Mapping[int, list[bytes]]) -> None:
        for section_id, folders in changed.items():
            wanted: list[bytes | None] = [*folders] if len(folders) <= MOST_FOLDERS else [None]
            for folder in wanted:
                await self._scan_safely(section_id, folder)

    async def _scan_safely(self, section_id: int, folder: bytes | None) -> None:
        try:
            await self._scan(section_id, folder)
        except Exception:
            log.exception("The scan of a changed folder could not be started")


def _way_of(root: LocationRow, mounts: list[tuple[bytes, str]], limit_s: float) -> _Way | None:
    """How changes below a root are noticed; ``None`` when it is not there. Asks the disk: not for the event loop."""
    if is_object_storage(root.path, mounts):
        return _Way.SCANNED
    if not isinstance(check(root.path, limit_s=limit_s), Present):
        return None
    return _Way.POLLED if is_remote(root.path, mounts) else _Way.TOLD


def _places(roots: Iterable[_Root]) -> set[tuple[bytes, _Way]]:
    return {(row.path, way) for row, way in roots}


def concerns_media(_change: Change, path: str) -> bool:
    """Whether a changed path can matter to a library: folders, and files of the kinds a scan looks at."""
    name = path.rpartition("/")[2]
    if name.startswith(".") and name.lower() not in (".plexmatch", ".plexignore"):
        return False
    return "." not in name or classify(name) is not FileClass.OTHER or os.path.isdir(path)


def changed_folders(roots: Iterable[LocationRow], paths: Iterable[bytes]) -> dict[int, list[bytes]]:
    """The folders to scan by section: those the paths lie in, without those that lie inside another of them."""
    found: dict[int, set[bytes]] = {}
    for path in paths:
        for root in roots:
            base = root.path.rstrip(b"/")
            if path.startswith(base + b"/"):
                folder = path if os.path.isdir(path) else path.rpartition(b"/")[0]
                found.setdefault(root.section_id, set()).add(folder)
    return {
        section_id: sorted(
            folder for folder in folders if not any(folder.startswith(other + b"/") for other in folders)
        )
        for section_id, folders in found.items()
    }


def read_mounts(text: str | None = None) -> list[tuple[bytes, str]]:
    """(mount point, type of file system) of everything mounted, the deepest first."""
    if text is None:
        try:
            text = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
        except OSError:
            return []
    found: list[tuple[bytes, str]] = []
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            point = os.fsencode(fields[1]).replace(rb"\040", b" ").replace(rb"\011", b"\t").replace(rb"\134", b"\\")
            found.append((point, fields[2]))
    return sorted(found, key=lambda mount: -len(mount[0]))


def is_remote(path: bytes, mounts: list[tuple[bytes, str]]) -> bool:
    """Whether a path lies on a file system that tells nobody of its changes."""
    return _kind_at(path, mounts) in _REMOTE


def is_object_storage(path: bytes, mounts: list[tuple[bytes, str]]) -> bool:
    """Whether a path lies in a remote that rclone mounts, or will."""
    return _kind_at(path, mounts) == _RCLONE or any(_lies_on(path, point) for point in expected_mounts())


def _kind_at(path: bytes, mounts: list[tuple[bytes, str]]) -> str:
    return next((kind for point, kind in mounts if _lies_on(path, point)), "")


def _lies_on(path: bytes, point: bytes) -> bool:
    return path == point or path.startswith(point.rstrip(b"/") + b"/")
