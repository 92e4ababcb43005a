"""The scan from root to rows: walk, compare, identify, probe, merge, commit, sweep, with bounded queues between them.

The walk runs ahead in a thread, files are opened in worker processes, and this thread does the rest: it takes folders
in groups, so that the database is asked once for many of them, feeds the workers with what differs, and merges a group
as soon as the last of its answers is in, while the workers are busy with the next.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator

from msgspec import Struct

from vitascope.core.model import SectionKind
from vitascope.library.scan.collections import drop_empty
from vitascope.library.scan.commit import Cancelled, Link
from vitascope.library.scan.compare import is_unchanged, same_state, state
from vitascope.library.scan.identify import attaches
from vitascope.library.scan.known import Known, hash16
from vitascope.library.scan.merge import Merger
from vitascope.library.scan.probe import PROBE_VERSION, Look, Question, look_all
from vitascope.library.scan.protocol import Done, LocationSeen, Order, Progress
from vitascope.library.scan.select import MEDIA_CLASSES, Selector
from vitascope.library.scan.sweep import Sweep, vanished_folders
from vitascope.library.scan.walk import Folder, RootLost, Walker
from vitascope.library.scan.walk_ahead import WalkAhead
from vitascope.library.scan.work import Slice
from vitascope.media.workers import Failure, WorkerPool
from vitascope.sources.folders import EMPTY, Away, Present, check, reason_for
from vitascope.store.engine import Database
from vitascope.store.rows import FileRow, LocationRow

_GROUP_FOLDERS = 100
_GROUP_FILES = 3000
_BATCH_FINDS = 200
_PROGRESS_EVERY_S = 0.25


class _Batch(Struct, kw_only=True):
    """Slices that are merged together, and how many answers they still wait for."""

    slices: list[Slice] = []
    finds: int = 0
    waiting: int = 0
    complete: bool = False
    """Nothing is added any more."""


class Scan:
    """One scan of one section."""

    def __init__(
        self,
        order: Order,
        database: Database,
        link: Link,
        pool: WorkerPool,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._order = order
        self._kind = SectionKind(order.section.kind)
        self._link = link
        self._pool = pool
        self._clock = clock
        self._known = Known(database, order.section.id)
        self._merger = Merger(
            section=order.section,
            locations=order.locations,
            known=self._known,
            link=link,
            clock=clock,
            providers=order.providers,
            limit_s=order.listing_limit_s,
        )
        self._media_classes = tuple(MEDIA_CLASSES[self._kind])
        self._seen_files = 0
        self._seen_here = 0
        self._changed_files = 0
        self._known_unreadable = 0
        self._place = ""
        self._told_at = 0.0
        self._complete = not order.only
        self._questions: dict[int, tuple[_Batch, Slice]] = {}
        self._number = 0
        self._filling = _Batch(slices=[])

    def run(self) -> Done:
        """Scan every root; a cancel ends it early and leaves what was committed."""
        cancelled = False
        try:
            for location in self._order.locations:
                for start in self._starts(location):
                    self._root(location, start)
        except Cancelled:
            cancelled = True
        if not cancelled:
            self._sweep_containers()
        self._link.drain()
        if not cancelled and self._changed_files:
            drop_empty(self._order.section.id, self._known, self._link)
            self._link.drain()
        self._tell(force=True)
        return Done(
            cancelled=cancelled,
            complete=self._complete and not cancelled,
            seen_files=self._seen_files,
            changed_files=self._changed_files,
            unreadable_files=self._known_unreadable + self._merger.unreadable_files,
        )

    def _starts(self, location: LocationRow) -> list[bytes]:
        if not self._order.only:
            return [b""]
        return [folder for location_id, folder in self._order.only if location_id == location.id]

    # --- one root ----------------------------------------------------------------------------------------------

    def _root(self, location: LocationRow, start: bytes) -> None:
        before = check(location.path, location, limit_s=self._order.listing_limit_s)
        if isinstance(before, Away):
            self._away(location, before.reason)
            return
        self._seen_here = 0
        self._mounts: list[bytes] = []
        seen: set[bytes] = set()
        unjudged: list[bytes] = []
        selector = Selector(
            kind=self._kind,
            location=location,
            known=self._known,
            new_file_id=lambda: self._link.ids("files"),
            force=self._order.force,
            deferred=self._merger.containers.deferred,
            clock=self._clock,
        )
        try:
            self._look_at(self._slices(location, start, selector, seen, unjudged))
        except RootLost as error:
            self._away(location, reason_for(error) if error.errno is not None else str(error.strerror))
            return
        except OSError as error:
            self._away(location, reason_for(error))
            return
        after = check(location.path, location, limit_s=self._order.listing_limit_s)
        if isinstance(after, Away) or after != before:
            self._away(location, after.reason if isinstance(after, Away) else "the disk was changed during the scan")
            return
        if not start and not self._seen_here and location.file_count:
            self._away(location, EMPTY)
            return
        self._known_unreadable += selector.unreadable
        self._link.check()
        self._sweep(location, start, selector, seen, unjudged)
        whole = not start and not unjudged
        away = self._merger.roots.mounts_away(location.id)
        self._link.send(
            LocationSeen(
                location_id=location.id,
                available=True,
                file_count=self._seen_here if whole else None,
                mounts=None if start else [*self._mounts, *self._unjudged_mounts(location.id, unjudged)],
                mounts_away=[folder for folder in away if folder in unjudged],
            )
        )

    def _judge_mount(self, location: LocationRow, folder: Folder) -> None:
        """A mount that is empty where it was not keeps everything below it, as a root does."""
        if not folder.entries and folder.path in self._merger.roots.mounts_away(location.id):
            folder.problem = EMPTY
        elif folder.is_mount:
            self._mounts.append(folder.path)

    def _unjudged_mounts(self, location_id: int, unjudged: list[bytes]) -> list[bytes]:
        return [
            mount
            for mount in self._known.mounts_with_files(location_id)
            if any(mount == folder or mount.startswith(folder + b"/") for folder in unjudged)
        ]

    def _away(self, location: LocationRow, reason: str) -> None:
        self._complete = False
        self._link.send(LocationSeen(location_id=location.id, available=False, reason=reason))

    def _sweep(
        self, location: LocationRow, start: bytes, selector: Selector, seen: set[bytes], unjudged: list[bytes]
    ) -> None:
        gone = selector.gone + vanished_folders(self._known, location.id, start=start, seen=seen, unjudged=unjudged)
        rows = self._known.files(gone)
        ids = [row.id for row in rows if row.missing_since is None]
        if ids:
            self._link.drain()
            sweep = Sweep(self._known, self._link, self._order.section.id, int(self._clock()))
            self._merger.left |= sweep.files(ids)
            self._changed_files += len(ids)

    def _sweep_containers(self) -> None:
        if self._merger.left:
            sweep = Sweep(self._known, self._link, self._order.section.id, int(self._clock()))
            sweep.containers(self._merger.left)

    # --- folders to slices -------------------------------------------------------------------------------------

    def _slices(
        self, location: LocationRow, start: bytes, selector: Selector, seen: set[bytes], unjudged: list[bytes]
    ) -> Iterator[Slice]:
        ahead = WalkAhead(self._order.listing_limit_s)
        walker = Walker(
            location.path,
            self._kind,
            follow_outside=self._order.follow_outside,
            attach=attaches(self._kind),
            beat=ahead.beat,
        )
        for group in _groups(ahead.folders(walker, start)):
            self._link.check()
            hashes = {id(one): hash16(one.path) for folder in group for one in folder.all_folders()}
            settled = set() if self._order.force else self._settled(location.id, group, hashes)
            rows = self._rows(location.id, [hashes[one] for one in hashes if one not in settled])
            for folder in group:
                yield from selector.leave_for(folder.path)
                self._count(folder)
                for one in folder.all_folders():
                    self._judge_mount(location, one)
                broken = [one.path for one in folder.all_folders() if one.problem is not None]
                unjudged += broken
                seen.update(hashes[id(one)] for one in folder.all_folders())
                if broken:
                    self._complete = False
                    continue
                parts = [id(one) for one in folder.all_folders()]
                as_it_was = settled.issuperset(parts) or self._is_as_it_was(folder, rows, hashes, settled)
                if as_it_was and not selector.is_tainted(folder.path):
                    continue
                rows |= self._rows(location.id, [hashes[one] for one in parts if one in settled])
                known = {path: row for one in parts for path, row in rows.get(hashes[one], {}).items()}
                yield from selector.slices(folder, known)
            self._tell()
        yield from selector.leave_for(None)

    def _settled(self, location_id: int, group: list[Folder], hashes: dict[int, bytes]) -> set[int]:
        """Which folders hold what is known of them, and nothing that was ever in doubt."""
        known = self._known.states_in(location_id, hashes.values(), PROBE_VERSION)
        return {
            id(one)
            for folder in group
            for one in folder.all_folders()
            if same_state(known.get(hashes[id(one)], ""), state(one.entries))
        }

    def _rows(self, location_id: int, dir_hashes: list[bytes]) -> dict[bytes, dict[bytes, FileRow]]:
        rows: dict[bytes, dict[bytes, FileRow]] = {}
        for row in self._known.files_in(location_id, dir_hashes) if dir_hashes else ():
            rows.setdefault(row.dir_hash, {})[row.path] = row
        return rows

    def _is_as_it_was(
        self,
        folder: Folder,
        rows: dict[bytes, dict[bytes, FileRow]],
        hashes: dict[int, bytes],
        settled: set[int],
    ) -> bool:
        if self._order.force:
            return False
        doubtful = [one for one in folder.all_folders() if id(one) not in settled]
        for one in doubtful:
            known = rows.get(hashes[id(one)], {})
            if any(row.missing_since is not None for row in known.values()):
                known = {path: row for path, row in known.items() if row.missing_since is None or _is_in(path, one)}
            if not is_unchanged(one, known):
                return False
        for one in doubtful:
            self._known_unreadable += sum(row.error is not None for row in rows.get(hashes[id(one)], {}).values())
        return True

    def _count(self, folder: Folder) -> None:
        self._place = folder.path.decode("utf-8", "replace")
        for one in folder.all_folders():
            number = sum([entry.file_class in self._media_classes for entry in one.entries])
            self._seen_files += number
            self._seen_here += number

    # --- slices to batches -------------------------------------------------------------------------------------

    def _look_at(self, slices: Iterator[Slice]) -> None:
        batches: deque[_Batch] = deque()
        questions = self._questions_of(slices, batches)
        for question, answer in look_all(self._pool, questions):
            self._answer(question, answer)
            self._merge_ready(batches)
        self._merge_ready(batches)

    def _questions_of(self, slices: Iterator[Slice], batches: deque[_Batch]) -> Iterator[Question]:
        batch = _Batch(slices=[])
        for each in slices:
            batch.slices.append(each)
            batch.finds += len(each.finds)
            if len(batch.slices) == 1:
                batches.append(batch)
            root = each.location.path.rstrip(b"/") + b"/"
            entries = each.entries_to_open()
            batch.waiting += len(entries)
            self._changed_files += len(entries)
            for entry in entries:
                self._number += 1
                self._questions[self._number] = (batch, each)
                yield Question(self._number, root + entry.path, entry.file_class)
            if batch.finds >= _BATCH_FINDS or len(batch.slices) >= _BATCH_FINDS:
                batch.complete = True
                batch = _Batch(slices=[])
                self._merge_ready(batches)
        batch.complete = True

    def _answer(self, question: Question, answer: Look | Failure) -> None:
        batch, each = self._questions.pop(question.number)
        path = question.path[len(each.location.path.rstrip(b"/")) + 1 :]
        each.answers[path] = answer
        batch.waiting -= 1
        self._tell()

    def _merge_ready(self, batches: deque[_Batch]) -> None:
        while batches and batches[0].complete and not batches[0].waiting:
            batch = batches.popleft()
            self._link.check()
            self._merger.merge(batch.slices)

    # --- progress ----------------------------------------------------------------------------------------------

    def _tell(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._told_at < _PROGRESS_EVERY_S:
            return
        self._told_at = now
        self._link.send(
            Progress(
                seen_files=self._seen_files,
                changed_files=self._changed_files,
                unreadable_files=self._known_unreadable + self._merger.unreadable_files,
                expected_files=sum(location.file_count for location in self._order.locations),
                place=self._place,
            )
        )


def _groups(folders: Iterator[Folder]) -> Iterator[list[Folder]]:
    group: list[Folder] = []
    files = 0
    for folder in folders:
        group.append(folder)
        files += len(folder.entries)
        if len(group) >= _GROUP_FOLDERS or files >= _GROUP_FILES:
            yield group
            group, files = [], 0
    if group:
        yield group


def _is_in(path: bytes, folder: Folder) -> bool:
    return any(entry.path == path for entry in folder.entries)


__all__ = ["Present", "Scan"]
