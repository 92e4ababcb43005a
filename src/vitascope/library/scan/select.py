"""From a listed folder to slices of work: which of its finds have to be looked at, and which are as they were."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming.plexmatch import PlexMatch
from vitascope.library.scan.compare import Difference, compare
from vitascope.library.scan.finds import Find, Unplaced
from vitascope.library.scan.identify import identify
from vitascope.library.scan.identify_music import placeholders
from vitascope.library.scan.known import Known
from vitascope.library.scan.music_videos import holds_tracks, music_videos
from vitascope.library.scan.unit import Unit
from vitascope.library.scan.walk import Entry, Folder
from vitascope.library.scan.work import Slice
from vitascope.media import reach
from vitascope.store.rows import FileRow, LocationRow

SLICE_FINDS = 150
_DESCRIBES = frozenset({FileClass.IMAGE, FileClass.NFO, FileClass.PLEXMATCH})
_PLEXMATCH_LIMIT_BYTES = 1024 * 1024
_FEW = 20
MEDIA_CLASSES: Mapping[SectionKind, frozenset[FileClass]] = {
    SectionKind.MOVIE: frozenset({FileClass.VIDEO}),
    SectionKind.SHOW: frozenset({FileClass.VIDEO}),
    SectionKind.OTHER: frozenset({FileClass.VIDEO}),
    SectionKind.ARTIST: frozenset({FileClass.AUDIO, FileClass.VIDEO}),
    SectionKind.PHOTO: frozenset({FileClass.VIDEO, FileClass.IMAGE}),
}


class _Taint(Struct, kw_only=True):
    """A folder above others whose NFO, pictures or hints changed; its rows wait until what is below was updated.

    One that does not spread only waits: videos in an artist's folder for the tracks below, extras in a show's for the
    seasons.
    """

    prefix: bytes
    waiting: Slice
    force: bool = False
    spreads: bool = True


class Selector:
    """Slices of one root, folder by folder in the order of the walk."""

    def __init__(
        self, *, kind: SectionKind, location: LocationRow, known: Known, new_file_id: Callable[[], int], force: bool,
        deferred: dict[tuple[int, bytes], FileRow], clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self._kind = kind
        self._location = location
        self._known = known
        self._new_file_id = new_file_id
        self._force = force
        self._deferred = deferred
        self._clock = clock
        self._taints: list[_Taint] = []
        self._hints: dict[str, tuple[int, PlexMatch]] = {}
        self.gone: list[int] = []
        """Ids of files that were in the folders met and are not there now."""
        self.unreadable = 0
        """Files that could not be read before and were not looked at again."""

    def is_tainted(self, path: bytes) -> bool:
        """Whether something above this folder changed, so that it has to be looked at whatever it holds."""
        return any(taint.spreads and _is_below(path, taint.prefix) for taint in self._taints)

    def leave_for(self, path: bytes | None) -> Iterator[Slice]:
        """The walk goes on at ``path`` (``None``: it is over): release the rows that waited for what is behind it."""
        while self._taints and (path is None or not _is_below(path, self._taints[-1].prefix)):
            yield self._taints.pop().waiting

    def slices(self, folder: Folder, rows: dict[bytes, FileRow]) -> Iterator[Slice]:
        """The work in a folder that differs, or that something above it concerns."""
        difference = compare(
            folder, rows, location_id=self._location.id, now=int(self._clock()), new_id=self._new_file_id
        )
        lost = [row for row in difference.gone if row.missing_since is None]
        self.gone += [row.id for row in lost]
        tainted = self.is_tainted(folder.path)
        force = self._force or any(taint.force and _is_below(folder.path, taint.prefix) for taint in self._taints)
        describes = self._describes(folder, difference, lost)
        unit = Unit.of(self._kind, folder, self._plexmatches(folder))
        finds, unplaced = self._identify(unit)
        hints_changed = any(c is FileClass.PLEXMATCH for c in describes)
        concerning = [row for row in lost if row.file_class != FileClass.CUT_LIST]
        chosen = self._chosen(finds, difference, concerning, everything=force or hints_changed)
        if not chosen and finds and (tainted or describes):
            chosen = _one_of_each(finds)
        spoken_of = {entry.path for find in finds for one in (find, *find.extras) for entry in one.entries()}
        spoken_of |= {each.entry.path for each in unplaced}
        uses = Counter(entry.path for find in finds for entry in find.media_entries())
        shared = frozenset(path for path, number in uses.items() if number > 1)
        loose = [difference.files[path] for path in sorted(difference.touched - spoken_of)]
        changed_unplaced = [each for each in unplaced if force or each.entry.path in difference.touched]
        if describes and folder.path and self._kind in (SectionKind.SHOW, SectionKind.ARTIST):
            self._taint(folder, unit, difference, loose, force=hints_changed)
            loose = []
        judged = {entry.path for find in chosen for one in (find, *find.extras) for entry in one.media_entries()}
        judged |= {each.entry.path for each in changed_unplaced} | difference.touched
        self.unreadable += sum(row.error is not None and path not in judged for path, row in difference.files.items())
        steps = range(0, max(1, len(chosen)), SLICE_FINDS)
        for at in steps:
            is_last = at + SLICE_FINDS >= len(chosen)
            each = Slice(
                location=self._location,
                unit=unit,
                difference=difference,
                finds=chosen[at : at + SLICE_FINDS],
                unplaced=changed_unplaced if is_last else [],
                loose=loose if is_last else [],
                answers={},
                shared=shared,
                above_changed=tainted or bool(describes) or force,
            )
            if each.finds and folder.path and self._asks_below(unit, each.finds):
                self._taints.append(_Taint(prefix=folder.path, waiting=each, spreads=False))
            else:
                yield each

    def _asks_below(self, unit: Unit, finds: list[Find]) -> bool:
        """Whether only what lies below a folder says whose these finds are."""
        if self._kind is SectionKind.ARTIST:
            return not holds_tracks(unit)
        return self._kind is SectionKind.SHOW and all(find.extra is not None for find in finds)

    def _taint(self, folder: Folder, unit: Unit, difference: Difference, loose: list[FileRow], *, force: bool) -> None:
        for row in loose:
            self._deferred[self._location.id, row.path] = row
        waiting = Slice(
            location=self._location, unit=unit, difference=difference, finds=[], unplaced=[], loose=loose, answers={}
        )
        self._taints.append(_Taint(prefix=folder.path, waiting=waiting, force=force))

    def _identify(self, unit: Unit) -> tuple[list[Find], list[Unplaced]]:
        if self._kind is SectionKind.ARTIST:
            return [*placeholders(unit), *music_videos(unit)], []
        return identify(unit)

    def _describes(self, folder: Folder, difference: Difference, lost: list[FileRow]) -> set[FileClass]:
        """Kinds of changed files that speak about more than the media beside them."""
        if self._kind is SectionKind.PHOTO:
            return set()
        touched = difference.touched
        found = {entry.file_class for entry in folder.entries if entry.path in touched}
        found |= {FileClass(row.file_class) for row in lost}
        if self._kind is SectionKind.SHOW and FileClass.AUDIO in found:
            return (found & _DESCRIBES) | {FileClass.AUDIO}
        return found & _DESCRIBES

    def _chosen(
        self, finds: list[Find], difference: Difference, lost: list[FileRow], *, everything: bool
    ) -> list[Find]:
        if everything:
            return list(finds)
        touched = difference.touched
        if len(touched) == len(difference.files) and not lost:
            return list(finds)
        affected = self._affected_paths(finds, difference, lost)
        stretches = self._changed_stretches(finds, touched) if self._kind is SectionKind.ARTIST else frozenset()
        return [
            find
            for at, find in enumerate(finds)
            if at // SLICE_FINDS in stretches
            or (stretches and find.extra is not None)
            or any(
                entry.path in touched or entry.path in affected
                for one in (find, *find.extras)
                for entry in one.entries()
            )
        ]

    @staticmethod
    def _changed_stretches(finds: list[Find], touched: set[bytes]) -> frozenset[int]:
        """The stretches of a folder that hold a new or changed track: whose album it is (is it a compilation?) its
        neighbours decide with it. A stretch is what is identified together, which is nearly always the whole folder."""
        return frozenset(
            at // SLICE_FINDS
            for at, find in enumerate(finds)
            if find.extra is None and any(entry.path in touched for entry in find.media_entries())
        )

    def _affected_paths(self, finds: list[Find], difference: Difference, lost: list[FileRow]) -> set[bytes]:
        """Paths of media whose item lost something that lay beside it."""
        if not lost:
            return set()
        rows_of = {row.id: row for row in difference.files.values()}
        owners = self._known.owners([*rows_of, *(row.id for row in lost)])
        lost_ids = {row.id for row in lost}
        items = {owner[1] for owner in owners if owner[0] in lost_ids}
        items |= {item for _, item in self._known.sidecar_owners(lost_ids)}
        affected = {rows_of[owner[0]].path for owner in owners if owner[1] in items and owner[0] in rows_of}
        beside = [row for row in lost if FileClass(row.file_class) not in MEDIA_CLASSES[self._kind]]
        for find in finds:
            for entry in find.media_entries():
                stem = entry.path.rpartition(b".")[0]
                if beside and (len(finds) <= _FEW or any(row.path.startswith(stem) for row in beside)):
                    affected.add(entry.path)
        return affected

    def _plexmatches(self, folder: Folder) -> dict[str, PlexMatch]:
        """The hint files of a folder and of all above it."""
        if self._kind is not SectionKind.SHOW:
            return {}
        found: dict[str, PlexMatch] = {}
        at: Folder | None = folder
        while at is not None:
            entry = next((e for e in at.entries if e.file_class is FileClass.PLEXMATCH), None)
            if entry is not None:
                found[os.fsdecode(at.path)] = self._plexmatch(os.fsdecode(at.path), entry)
            at = at.parent
        return found

    def _plexmatch(self, folder: str, entry: Entry) -> PlexMatch:
        known = self._hints.get(folder)
        if known is not None and known[0] == entry.mtime_ns:
            return known[1]
        try:
            path = self._location.path.rstrip(b"/") + b"/" + entry.path
            text = reach.read_whole(path, _PLEXMATCH_LIMIT_BYTES).decode("utf-8", "replace")
        except OSError:
            text = ""
        if len(self._hints) > 1000:
            self._hints.clear()
        hint = PlexMatch.parse(text)
        self._hints[folder] = (entry.mtime_ns, hint)
        return hint


def _one_of_each(finds: list[Find]) -> list[Find]:
    """One find for each chain of containers: enough to bring the containers up to date."""
    chosen: dict[tuple[str, ...], Find] = {}
    for find in finds:
        chosen.setdefault(tuple(above.key for above in find.above), find)
    return list(chosen.values())


def _is_below(path: bytes, prefix: bytes) -> bool:
    return path.startswith(prefix + b"/")
