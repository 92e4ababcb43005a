"""Names, files, NFO, tags and what the library knew become finished rows, some hundred finds at a time.

The order within one batch: what names and NFO files say about the containers, then which identities everything has,
then rows of containers (outermost first) and of leaves and extras. Ids are given out by the server in blocks, so rows
leave here complete.
"""

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from vitascope.core.model import ArtKind, ItemType, SectionKind
from vitascope.library.scan import build, keys, music_videos, records, show_extras
from vitascope.library.scan.commit import Link
from vitascope.library.scan.compare import Difference
from vitascope.library.scan.containers import Container, Containers
from vitascope.library.scan.finds import Find, PartFile, Unplaced
from vitascope.library.scan.identify_music import complete
from vitascope.library.scan.keys import CONTENT, EXTERNAL, NAME, PATH, Key
from vitascope.library.scan.known import Known
from vitascope.library.scan.media_rows import (
    MediaPlan,
    ProbedPart,
    ProbedVersion,
    best_of,
    is_playable,
    plan_media,
)
from vitascope.library.scan.output import Output
from vitascope.library.scan.probe import LOOK_AGAIN, Look
from vitascope.library.scan.resolve import Claim, Resolver
from vitascope.library.scan.roots import Roots
from vitascope.library.scan.split_off import SplitOff
from vitascope.library.scan.told import NOTHING, Sayings, Told
from vitascope.library.scan.work import Ready, Slice
from vitascope.media.workers import Failure, Reason
from vitascope.metadata import MetadataRecord
from vitascope.store.rows import EditRow, FileRow, LocationRow, SectionRow
from vitascope.store.uploads import locked_kinds


class Merger:
    """Merges batches of one section. Holds the containers met lately and nothing else that grows."""

    def __init__(
        self,
        *,
        section: SectionRow,
        locations: Iterable[LocationRow],
        known: Known,
        link: Link,
        clock: Callable[[], float],
        providers: tuple[str, ...] = (),
        limit_s: float = 30.0,
    ) -> None:
        self._section = section
        self._kind = SectionKind(section.kind)
        self.roots = Roots(locations, mounts=known.mounts_with_files, limit_s=limit_s)
        self._known = known
        self._link = link
        self._clock = clock
        self._resolver = Resolver(known, link, self.roots)
        self._output = Output(known, link)
        self._split_off = SplitOff(known)
        self._ratings_source = build.ratings_source(section)
        self._sayings = Sayings(known, providers)
        self.containers = Containers(section, known, link, self._resolver, self._output, self.roots, self._sayings)
        self.unreadable_files = 0
        self.left: set[int] = set()
        """Containers that an item was moved out of: they may be empty now."""

    def merge(self, slices: list[Slice]) -> None:
        """Merge these slices and send what they change."""
        now = int(self._clock())
        self._output.begin(now)
        ready: list[Ready] = []
        self._split_off.take_apart(slices)
        for each in slices:
            if self._kind is SectionKind.ARTIST:
                looks = {path: answer for path, answer in each.answers.items() if isinstance(answer, Look)}
                opened = [find for find in each.finds if find.extra is None and find.media_entries()[0].path in looks]
                complete(each.unit, opened, looks)
            for find in each.finds:
                ready += self._ready(find, each)
        self.containers.read([(one.find, one.slice) for one in ready if one.owner is None])
        for one in ready:
            one.claim.keys = self._split_off.keys(one.find) or self._keys(one)
        pinned = self._sayings.pinned(key for one in ready for key in one.claim.keys if key.kind != EXTERNAL)
        for one in ready if pinned else ():
            one.claim.keys = self._sayings.pin(one.claim.keys, pinned)
        self._resolver.resolve([one.claim for one in ready])
        ready = self._together(ready)
        self.containers.resolve([(one.find, one.slice, one.look, one.claim) for one in ready if one.owner is None])
        if self._kind in (SectionKind.ARTIST, SectionKind.SHOW):
            ready = self._with_owners(ready)
        edits = self._known.edits({one.claim.identity_id for one in ready if not one.claim.fresh})
        born = self._known.born({one.claim.identity_id for one in ready if not one.claim.fresh})
        told = self._sayings.of({one.claim.identity_id for one in ready if not one.claim.fresh})
        for one in ready:
            joined = self._join(one, edits, told.get(one.claim.identity_id, NOTHING))
            one.record = build.rated_by(joined, self._ratings_source)
        self._output.want_tags(one.record for one in ready)
        for one in ready:
            self._leaf(one, now, born.get(one.claim.identity_id, now), edits.get(one.claim.identity_id, ()))
        self._take_over(ready)
        self._files(slices, now)
        batch = self._link.commit(self._output.end(self._section.id), self._output.attach())
        self._resolver.sent(self._output.claims, batch)

    # --- from finds to claims ----------------------------------------------------------------------------------

    def _ready(self, find: Find, each: Slice) -> list[Ready]:
        """The find and its extras, without what could not be opened; empty when nothing is left of it."""
        found: list[Ready] = []
        main = self._opened(find, each)
        if main is not None:
            main.nfo = self._nfo_of(find, each)
            found.append(main)
        for extra in find.extras:
            one = self._opened(extra, each)
            if one is not None and main is not None:
                one.owner = main
                found.append(one)
        return found

    def _opened(self, find: Find, each: Slice) -> Ready | None:
        versions: list[ProbedVersion] = []
        first: Look | None = None
        for version in find.versions:
            parts: list[ProbedPart] = []
            for part in version.parts:
                look = each.answers.get(part.entry.path)
                if not isinstance(look, Look) or is_playable(find.type, look.probe) is not None:
                    continue
                first = first or look
                parts.append(self._part(part, each, look))
            if parts:
                versions.append(ProbedVersion(parts=parts, label=version.label))
        if first is None:
            return None
        paths = frozenset((each.location.id, entry.path) for entry in find.media_entries())
        return Ready(find=find, slice=each, versions=versions, look=first, claim=Claim(keys=[], own_paths=paths))

    @staticmethod
    def _part(part: PartFile, each: Slice, look: Look) -> ProbedPart:
        files = each.difference.files
        row = files[part.entry.path]
        if look.probe.fingerprint and row.fingerprint != look.probe.fingerprint:
            row = files[part.entry.path] = replace(row, fingerprint=look.probe.fingerprint)
        sidecars = tuple((sidecar, files[sidecar.entry.path]) for sidecar in part.sidecars)
        return ProbedPart(file=row, probe=look.probe, sidecars=sidecars)

    @staticmethod
    def _nfo_of(find: Find, each: Slice) -> MetadataRecord | None:
        if find.nfo is None:
            return None
        return records.nfo_record(find, records.read_nfo_file(each.location.path, find.nfo))

    def _keys(self, one: Ready) -> list[Key]:
        find = one.find
        found: list[Key] = []
        if find.type is ItemType.MOVIE and find.extra is None:
            guids = (*records.guids_of(find.ids), *(one.nfo.guids if one.nfo else ()))
            found += [keys.key(EXTERNAL, keys.external(find.type, guid, find.edition)) for guid in dict.fromkeys(guids)]
        elif find.type is ItemType.EPISODE:
            place = f"/{find.parent_index}/{find.index if find.index is not None else find.available_at}"
            show = find.above[0]
            guids = self.containers.guids(show)
            found += [keys.key(EXTERNAL, keys.external(find.type, guid, show.edition, place)) for guid in guids]
        if find.key is not None:
            found.append(keys.key(NAME, find.key))
        place = str(find.nfo_index) if find.type is ItemType.EPISODE and find.nfo_index else ""
        root = one.slice.location.path.rstrip(b"/")
        for version in one.versions:
            part = version.parts[0]
            if part.file.fingerprint:
                found.append(keys.key(CONTENT, keys.content(part.file.fingerprint, find.type, place)))
        for version in one.versions:
            path = root + b"/" + version.parts[0].file.path
            found.append(keys.key(PATH, keys.path_key(path, find.type, place)))
        return found

    @staticmethod
    def _together(ready: list[Ready]) -> list[Ready]:
        """Finds of one identity become one: a film in two folders is one item with two versions."""
        by_identity: dict[int, Ready] = {}
        kept: list[Ready] = []
        for one in ready:
            first = by_identity.setdefault(one.claim.identity_id, one)
            if first is one:
                kept.append(one)
                continue
            first.versions += one.versions
            first.claim.new_keys += one.claim.new_keys
            first.claim.moved_keys += one.claim.moved_keys
            first.claim.proven += one.claim.proven
            first.claim.own_paths |= one.claim.own_paths
            first.nfo = first.nfo or one.nfo
            for other in ready:
                if other.owner is one:
                    other.owner = first
        return kept

    def _with_owners(self, ready: list[Ready]) -> list[Ready]:
        """Music videos get their artist and loose extras their show; one that has none is left out and says so."""
        loose = [one for one in ready if one.find.extra is not None and one.owner is None]
        if not loose:
            return ready
        self._link.drain()
        met = {
            path: self.containers.get(one.find.above[0]).item_id
            for one in ready if one.find.above for path in one.claim.own_paths
        }  # fmt: skip
        for one in loose:
            at = one.slice.location.id
            if self._kind is SectionKind.ARTIST:
                one.above_id, nobodys = music_videos.artist_of(one.find, at, met, self._known), music_videos.NOBODYS
            else:
                folder = one.slice.unit.folder.path
                one.above_id, nobodys = show_extras.show_of(folder, at, met, self._known), show_extras.NOBODYS
            if one.above_id is None:
                one.slice.finds.remove(one.find)
                one.slice.unplaced.append(Unplaced(one.find.media_entries()[0], nobodys, again=True))
        left_out = {id(one) for one in loose if one.above_id is None}
        return [one for one in ready if id(one) not in left_out]

    # --- rows --------------------------------------------------------------------------------------------------

    def _join(self, one: Ready, edits: dict[int, list[EditRow]], told: Told) -> MetadataRecord:
        """Everything said about a leaf."""
        mine = edits.get(one.claim.identity_id)
        current = None
        if mine and one.claim.old is not None and any(edit.locked and edit.value is None for edit in mine):
            old = one.claim.old
            tags = [(tag.type, tag.tag) for tag in self._known.tags_of(old.item.id)]
            current = records.current_record(old.item, old.detail, tags)
        tags_say = one.look.record
        if self._kind is SectionKind.ARTIST and tags_say is not None:
            # Title and artists were read by the naming rules already; the album's words are the album's.
            tags_say = replace(tags_say, title=None, studio=None, summary=None)
        return records.joined(
            name=records.find_record(one.find),
            nfo=one.nfo,
            tags=tags_say,
            edits=mine,
            current=current,
            told=told,
            guessed_title=one.find.title_is_guessed or self._kind is SectionKind.PHOTO,
        )

    def _leaf(self, one: Ready, now: int, born: int, edits: Sequence[EditRow]) -> None:
        find, claim, old = one.find, one.claim, one.claim.old
        record = one.record
        one.item_id = old.item.id if old else self._link.ids("items")
        parent, grandparent = self._above(one)
        if old is not None:
            before = (old.item.parent_id, old.item.grandparent_id)
            self.left |= {above for above in before if above is not None and above not in (parent, grandparent)}
        plan = plan_media(one.item_id, one.versions, old, self._kept_media(one), self._link.ids)
        all_parts = plan.parts + [part for part in (old.parts if old else []) if part.media_id in self._kept_media(one)]
        all_streams = plan.streams + (old.streams if old else [])
        pictures, times, pictures_changed = build.picture_rows(
            one.item_id,
            self._art(one, plan),
            self._known.artworks([one.item_id]).get(one.item_id, []) if old else [],
            old.item if old else None,
            self._link.ids,
            locked_kinds(edits),
        )
        row = build.item_row(
            item_id=one.item_id,
            item_type=find.type,
            identity_id=claim.identity_id,
            place=build.Place(
                section_id=self._section.id,
                parent_id=parent,
                grandparent_id=grandparent,
                location_id=one.slice.location.id,
                index=find.index,
                parent_index=find.parent_index,
                absolute_index=find.absolute_index,
                extra_type=int(find.extra) if find.extra is not None else None,
            ),
            record=record,
            best=best_of(plan, all_parts, all_streams),
            media_count=len(plan.media),
            added_at=old.item.added_at if old else born,
            now=now,
            pictures=times,
            articles=self._output.articles,
        )
        self._output.item(row, build.extra_of(find.type, record, row.duration_ms), record, claim)
        self._output.media(plan)
        self._output.pictures(one.item_id, pictures, changed=pictures_changed, is_new=old is None)
        if pictures_changed or (old is None and not pictures):
            self._output.picture_job(one.item_id, find.type)

    def _above(self, one: Ready) -> tuple[int | None, int | None]:
        if one.owner is not None:
            if one.owner.find.above:
                return self.containers.get(one.owner.find.above[0]).item_id, None
            return one.owner.item_id, None
        above = one.find.above
        if not above:
            return one.above_id, None
        parent: Container = self.containers.get(above[-1])
        if self._kind is SectionKind.PHOTO or len(above) < 2:
            return parent.item_id, None
        return parent.item_id, self.containers.get(above[-2]).item_id

    def _kept_media(self, one: Ready) -> list[int]:
        """Media of the item in other folders that are still there."""
        old = one.claim.old
        if old is None:
            return []
        looked_at = one.slice.difference.files
        own = {path for _, path in one.claim.own_paths}
        rows = {row.id: row for row in self._known.files([part.file_id for part in old.parts])}
        kept: list[int] = []
        for medium in old.media:
            parts = [rows.get(part.file_id) for part in old.parts if part.media_id == medium.id]
            if all(row is not None and self._stays(row, one, own, looked_at) for row in parts):
                kept.append(medium.id)
        return kept

    def _stays(self, row: FileRow, one: Ready, own: set[bytes], looked_at: dict[bytes, FileRow]) -> bool:
        if row.location_id == one.slice.location.id:
            if row.path in own:
                return False
            folders = {folder.path for folder in one.slice.unit.folder.all_folders()}
            if row.path.rpartition(b"/")[0] in folders:
                # In this very folder: it stays when it is there and could not be opened this time.
                return row.path in looked_at and isinstance(one.slice.answers.get(row.path), Failure)
        return not self.roots.is_gone(row)

    def _art(self, one: Ready, plan: MediaPlan) -> list[build.Art]:
        found = [
            build.Art(
                kind=picture.kind,
                source="local",
                file_id=self.containers.file_id(one.slice, picture.entry),
                at=picture.entry.mtime_ns // 1_000_000_000,
            )
            for picture in one.find.pictures
        ]
        if one.find.type is not ItemType.TRACK:
            found += [
                build.Art(kind=ArtKind.THUMB, source="embedded", file_id=part.file_id, at=part.stamp)
                for part in plan.parts
                if part.has_embedded_picture
            ][:1]
        return found

    def _take_over(self, ready: list[Ready]) -> None:
        """Files that were another item's until now: that one loses them, and goes when it has no others."""
        items_by_file: dict[int, set[int]] = {}
        for one in ready:
            difference = one.slice.difference
            for version in one.versions:
                for part in version.parts:
                    if part.file.path not in difference.new and part.file.path not in one.slice.shared:
                        items_by_file.setdefault(part.file.id, set()).add(one.item_id)
        stale = [owner for owner in self._known.owners(items_by_file) if owner[1] not in items_by_file[owner[0]]]
        if not stale:
            return
        lost_files = {owner[0] for owner in stale}
        written = {one.item_id for one in ready}
        olds = self._known.with_media(self._known.items({owner[1] for owner in stale} - written))
        for old in olds.values():
            lost = {part.media_id for part in old.parts if part.file_id in lost_files}
            self._output.drop(old.item.id, lost, is_last=len(lost) == len(old.media))
            self.left |= {above for above in (old.item.parent_id, old.item.grandparent_id) if above is not None}

    def _files(self, slices: list[Slice], now: int) -> None:
        """Rows of the files the finds are made of, with what went wrong with them."""
        for each in slices:
            reasons = {unplaced.entry.path: unplaced.reason for unplaced in each.unplaced}
            again = {unplaced.entry.path for unplaced in each.unplaced if unplaced.again}
            wanted: dict[bytes, None] = {}
            for find in each.finds:
                for one in (find, *find.extras):
                    for entry in one.entries():
                        wanted[entry.path] = None
                    for entry in one.media_entries():
                        answer = each.answers.get(entry.path)
                        if isinstance(answer, Failure):
                            reasons[entry.path] = str(answer)
                            if answer.reason is Reason.LOST:
                                again.add(entry.path)
                        elif isinstance(answer, Look) and (reason := is_playable(one.type, answer.probe)):
                            reasons[entry.path] = reason
            difference = each.difference
            for path in (*wanted, *(unplaced.entry.path for unplaced in each.unplaced)):
                row = difference.files.get(path)
                if row is None:
                    continue  # lies above this folder
                reason = reasons.get(path, row.error if path not in each.answers else None)
                if reason != row.error:
                    row = difference.files[path] = replace(row, error=reason, error_at=now if reason else None)
                    if path not in difference.new:
                        difference.changed.add(path)
                if path in again:
                    row = difference.files[path] = replace(row, probe_version=LOOK_AGAIN)
                self.unreadable_files += reason is not None
                if path in difference.touched or path in each.answers:
                    self._write_file(row, difference)
            for row in each.loose:
                self.unreadable_files += row.error is not None
                self._write_file(row, difference)
                self.containers.deferred.pop((each.location.id, row.path), None)

    def _write_file(self, row: FileRow, difference: Difference) -> None:
        """Once in a scan: a file with two episodes is met twice."""
        if row.path not in difference.written:
            difference.written.add(row.path)
            self._output.file(row, is_new=row.path in difference.new)
