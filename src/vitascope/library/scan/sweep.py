"""What is no longer there, after a root was walked to its end and proved to be present.

A file that is gone takes its item to the trash when it was the item's last, and only its version along when others are
left. One whose item was found again under another name has no part any more; its row simply goes. Containers follow
what they hold.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from vitascope.library.scan.commit import Link
from vitascope.library.scan.known import Known, OldItem
from vitascope.library.scan.media_rows import MediaPlan, best_of
from vitascope.library.scan.probe import LOOK_AGAIN
from vitascope.store.batches import Changes
from vitascope.store.reader import chunks
from vitascope.store.rows import FileRow, ItemRow

_STEP = 200


def vanished_folders(
    known: Known, location_id: int, *, start: bytes, seen: set[bytes], unjudged: Sequence[bytes]
) -> list[int]:
    """Ids of known files in folders that the walk did not meet. What lies below ``unjudged`` is left out."""
    found: list[int] = []
    if not start and not unjudged:
        gone = known.folders_with_files(location_id) - seen
        for some in chunks(sorted(gone), 500):
            found += known.file_ids_in(location_id, some)
        return found
    for file_id, path, dir_hash in known.files_under(location_id, start):
        if dir_hash not in seen and not any(path.startswith(prefix + b"/") for prefix in unjudged):
            found.append(file_id)
    return found


class Sweep:
    """Trashes what is gone. Everything the scan found must be committed before."""

    def __init__(self, known: Known, link: Link, section_id: int, now: int) -> None:
        self._known = known
        self._link = link
        self._section_id = section_id
        self._now = now
        self.changed = 0

    def files(self, file_ids: Iterable[int]) -> set[int]:
        """Deal with these files, all of them gone. Returns the containers that lost something."""
        everything = set(file_ids)
        containers: set[int] = set()
        for some in chunks(sorted(everything), _STEP):
            containers |= self._some(self._known.files(some), everything)
        return containers

    def containers(self, container_ids: Iterable[int]) -> None:
        """Trash containers all of whose children are in the trash; delete those that have none any more."""
        waiting = set(container_ids)
        while waiting:
            self._link.drain()
            left = self._known.children_left(waiting)
            changes = Changes(touch=[self._section_id])
            above: set[int] = set()
            for item in self._known.items(waiting):
                children, trashed = left.get(item.id, (0, 0))
                outer = {item.parent_id} - {None}
                if children == 0:
                    changes.delete.items.append(item.id)
                    # Its extras go with it; where their files are still there, the next scan finds them a new owner.
                    extras = [row for row in self._known.files_below(item.id) if row.missing_since is None]
                    changes.update.files += [replace(row, probe_version=LOOK_AGAIN) for row in extras]
                    above |= {each for each in outer if each is not None}
                elif children == trashed and item.deleted_at is None:
                    changes.update.items.append(replace(item, deleted_at=self._now, updated_at=self._now))
                    above |= {each for each in outer if each is not None}
            if changes.delete.items or changes.update.items:
                self._link.commit(changes)
                self.changed += 1
            waiting = above

    def _some(self, rows: list[FileRow], everything: set[int]) -> set[int]:
        by_id = {row.id: row for row in rows}
        owners = self._known.owners(by_id)
        olds = self._known.with_media(self._known.items({owner[1] for owner in owners}))
        others = {part.file_id for old in olds.values() for part in old.parts} - everything
        present = {row.id for row in self._known.files(others) if row.missing_since is None}
        changes = Changes(touch=[self._section_id])
        containers: set[int] = set()
        kept: set[int] = set()
        for old in olds.values():
            if any(part.file_id in present for part in old.parts):
                self._lose_version(old, present, changes)
                continue
            kept |= {part.file_id for part in old.parts}
            if old.item.deleted_at is None:
                changes.update.items.append(replace(old.item, deleted_at=self._now, updated_at=self._now))
                containers |= _above(old.item)
        for row in rows:
            if row.id not in kept:
                changes.delete.files.append(row.id)
            elif row.missing_since is None:
                changes.update.files.append(replace(row, missing_since=self._now))
        self._link.commit(changes)
        self.changed += 1
        return containers

    def _lose_version(self, old: OldItem, present: set[int], changes: Changes) -> None:
        lost = {part.media_id for part in old.parts if part.file_id not in present}
        changes.delete.media += sorted(lost)
        left = [medium for medium in old.media if medium.id not in lost]
        parts = [part for part in old.parts if part.media_id not in lost]
        best = best_of(MediaPlan(media=left), parts, old.streams)
        changes.update.items.append(
            replace(
                old.item,
                media_count=len(left),
                duration_ms=best.duration_ms or old.item.duration_ms,
                height=best.height,
                bitrate_kbps=best.bitrate_kbps,
                size_bytes=best.size_bytes,
                hdr=best.hdr,
                dovi=best.dovi,
                updated_at=self._now,
            )
        )


def _above(item: ItemRow) -> set[int]:
    if item.extra_type is not None:
        return set()
    return {each for each in (item.parent_id, item.grandparent_id) if each is not None}
