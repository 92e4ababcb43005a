"""Shows and seasons, artists and albums, photo albums: what leaves lie in, met again and again during a scan.

A container that is met for the first time is resolved like any item. One whose name is new although everything it held
is moving to it (a show's folder was renamed, all tracks of an album got another album title) is the old one under a new
name: it keeps identity and item, and with them what people did to it.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from vitascope.core.model import ArtKind, ItemType, SectionKind
from vitascope.library.scan import build, keys, records
from vitascope.library.scan.commit import Link
from vitascope.library.scan.finds import Above, Find
from vitascope.library.scan.keys import EXTERNAL, NAME, Key
from vitascope.library.scan.known import Known, OldItem, hash16
from vitascope.library.scan.media_rows import BestMedia
from vitascope.library.scan.output import Output
from vitascope.library.scan.probe import Look
from vitascope.library.scan.resolve import Claim, Resolver
from vitascope.library.scan.roots import Roots
from vitascope.library.scan.told import NOTHING, Sayings
from vitascope.library.scan.walk import Entry
from vitascope.library.scan.work import Slice
from vitascope.metadata import MetadataRecord
from vitascope.metadata.nfo import Nfo
from vitascope.store.rows import FileRow, SectionRow
from vitascope.store.uploads import locked_kinds

_REMEMBERED = 5_000


class Container(Struct, kw_only=True):
    """A container whose item is known."""

    item_id: int
    guids: tuple[str, ...] = ()
    season_titles: dict[int, str] = {}


class _Met(Struct, kw_only=True):
    """A container met in this batch."""

    above: Above
    chain: tuple[Above, ...]
    slice: Slice
    nfo: MetadataRecord | None = None
    claim: Claim
    looks: list[Look] = []
    leaf: Claim | None = None
    pinned: bool = False
    """A person said what it is: the ids of its name and NFO lead nowhere."""
    record: MetadataRecord = MetadataRecord()
    locked: dict[ArtKind, str | None] = {}


class Containers:
    """The containers of one section."""

    def __init__(
        self,
        section: SectionRow,
        known: Known,
        link: Link,
        resolver: Resolver,
        output: Output,
        roots: Roots,
        sayings: Sayings,
    ) -> None:
        self._section = section
        self._kind = SectionKind(section.kind)
        self._ratings_source = build.ratings_source(section)
        self._known = known
        self._link = link
        self._resolver = resolver
        self._output = output
        self._roots = roots
        self._sayings = sayings
        self._containers: dict[str, Container] = {}
        self._met: dict[str, _Met] = {}
        self._claimed: set[int] = set()
        self.deferred: dict[tuple[int, bytes], FileRow] = {}
        """Files above the current folder whose rows are not committed yet."""

    def read(self, finds: Sequence[tuple[Find, Slice]]) -> None:
        """Note the containers of these finds, and read the NFO files of those that are new or changed."""
        self._met = {}
        if len(self._containers) > _REMEMBERED:
            self._link.drain()
            self._containers.clear()
        for find, each in finds:
            for at, above in enumerate(find.above):
                if above.key in self._met or (above.key in self._containers and not each.above_changed):
                    continue
                nfo = records.read_nfo_file(each.location.path, above.nfo) if above.nfo else Nfo(kind="")
                self._met[above.key] = _Met(
                    above=above,
                    chain=find.above[:at],
                    slice=each,
                    nfo=nfo.records[0] if nfo.records else None,
                    claim=Claim(keys=[]),
                    looks=[],
                )
        by_name = {key: keys.key(NAME, key) for key in self._met} if self._kind is not SectionKind.PHOTO else {}
        pinned = self._sayings.pinned(by_name.values())
        for key, name in by_name.items() if pinned else ():
            self._met[key].pinned = name.digest in pinned

    def guids(self, above: Above) -> tuple[str, ...]:
        """External ids of a container that was read."""
        met = self._met.get(above.key)
        if met is None:
            return self._containers[above.key].guids
        if met.pinned:
            return ()
        return tuple(dict.fromkeys((*records.guids_of(above.ids), *(met.nfo.guids if met.nfo else ()))))

    def get(self, above: Above) -> Container:
        """A container that was resolved."""
        return self._containers[above.key]

    def resolve(self, leaves: Sequence[tuple[Find, Slice, Look, Claim]]) -> None:
        """Find or make the items of all containers met, outermost first."""
        if not self._met:
            return
        for find, _, look, claim in leaves:
            for above in find.above:
                met = self._met.get(above.key)
                if met is not None:
                    met.looks.append(look)
                    met.leaf = met.leaf or claim
        met_now = sorted((met for met in self._met.values() if met.looks), key=lambda met: len(met.chain))
        for met in met_now:
            met.claim.keys = self._keys(met)
        self._resolver.resolve([met.claim for met in met_now])
        new_albums = {met.above.key for met in met_now if met.above.type is ItemType.ALBUM and met.claim.old is None}
        regrouped = {
            path for find, _, _, claim in leaves if find.above and find.above[-1].key in new_albums
            for path in claim.own_paths
        }  # fmt: skip
        for met in met_now:
            if met.claim.old is None and met.leaf is not None and met.leaf.old is not None:
                if self._was_put(met.leaf.identity_id):
                    continue  # where it lay is where a person put it, and no older name of this
                self._adopt(met, met.leaf.old, regrouped if met.above.key in new_albums else set())
        self._join(met_now)
        self._output.want_tags(met.record for met in met_now)
        born = self._known.born({met.claim.identity_id for met in met_now if not met.claim.fresh})
        for met in met_now:
            self._write(met, born)

    def _keys(self, met: _Met) -> list[Key]:
        above = met.above
        place = f"/{above.index}" if above.type is ItemType.SEASON else ""
        guids = self.guids(met.chain[0]) if above.type is ItemType.SEASON else self.guids(above)
        edition = met.chain[0].edition if above.type is ItemType.SEASON else above.edition
        found = [keys.key(EXTERNAL, keys.external(above.type, guid, edition, place)) for guid in guids]
        name = above.key if self._kind is not SectionKind.PHOTO else self._photo_key(met)
        return [*found, keys.key(NAME, name)]

    @staticmethod
    def _photo_key(met: _Met) -> str:
        """A folder of photos is known by its whole path: every trip has its *Day 1*."""
        folder = met.slice.location.path.rstrip(b"/") + b"/" + (met.above.folder or b"")
        return keys.path_key(folder, ItemType.PHOTO_ALBUM)

    def _adopt(self, met: _Met, leaf: OldItem, regrouped: set[tuple[int, bytes]]) -> None:
        """Take over the container its leaf lay in before, when all that lay in it is leaving.

        ``regrouped`` are files that did not change and get a new album all the same, since another artist joined it.
        """
        outermost = met.above.type in (ItemType.SHOW, ItemType.ARTIST)
        before = leaf.item.grandparent_id if outermost else leaf.item.parent_id
        if before is None or before in self._claimed or not self._is_leaving(before, regrouped):
            return
        found = self._known.with_media(self._known.items([before])).get(before)
        if found is None or found.item.type != met.above.type:
            return
        met.claim.identity_id = found.item.identity_id
        met.claim.fresh = False
        met.claim.old = found
        self._claimed.add(before)

    def _was_put(self, identity_id: int) -> bool:
        return any(edit.field == "parent" for edit in self._known.edits({identity_id}).get(identity_id, ()))

    def _is_leaving(self, container_id: int, regrouped: set[tuple[int, bytes]]) -> bool:
        """Whether every file below is gone from where it was, is not what it was, or is regrouped."""
        return all(
            (row.location_id, row.path) in regrouped or self._roots.has_left(row)
            for row in self._known.files_below(container_id)
        )

    def _join(self, met_now: list[_Met]) -> None:
        edits = self._known.edits({met.claim.identity_id for met in met_now if not met.claim.fresh})
        told = self._sayings.of({met.claim.identity_id for met in met_now if not met.claim.fresh})
        titles: dict[str, dict[int, str]] = {}
        for met in met_now:
            above = met.above
            if met.nfo is not None and above.type is ItemType.SHOW:
                titles[above.key] = met.nfo.season_titles
            name = records.above_record(above)
            if above.type is ItemType.SEASON and above.index is not None:
                show = met.chain[0].key
                known = titles.get(show) or (self._containers[show].season_titles if show in self._containers else {})
                name = replace(name, title=known.get(above.index, above.title))
            mine = edits.get(met.claim.identity_id)
            met.locked = locked_kinds(mine or ())
            current = None
            if mine and met.claim.old is not None and any(edit.locked and edit.value is None for edit in mine):
                old = met.claim.old
                tags = [(tag.type, tag.tag) for tag in self._known.tags_of(old.item.id)]
                current = records.current_record(old.item, old.detail, tags)
            joined = records.joined(
                name=name,
                nfo=met.nfo,
                tags=_tags_for(above, met.looks),
                edits=mine,
                current=current,
                told=told.get(met.claim.identity_id, NOTHING),
            )
            met.record = build.rated_by(joined, self._ratings_source)

    def _write(self, met: _Met, born: dict[int, int]) -> None:
        above, claim, old = met.above, met.claim, met.claim.old
        item_id = old.item.id if old else self._link.ids("items")
        self._claimed.add(item_id)
        if len(self._claimed) > 10 * _REMEMBERED:
            self._claimed.clear()
        self._containers[above.key] = Container(
            item_id=item_id,
            guids=self.guids(above),
            season_titles=met.nfo.season_titles if met.nfo else {},
        )
        parent = self._containers[met.chain[-1].key].item_id if met.chain else None
        if old is not None and not self._needs_writing(met, old, parent):
            return
        pictures, times, pictures_changed = build.picture_rows(
            item_id,
            self._art(met, old),
            self._known.artworks([item_id]).get(item_id, []) if old else [],
            old.item if old else None,
            self._link.ids,
            met.locked,
        )
        row = build.item_row(
            item_id=item_id,
            item_type=above.type,
            identity_id=claim.identity_id,
            place=build.Place(
                section_id=self._section.id,
                parent_id=parent,
                location_id=met.slice.location.id,
                index=above.index if above.index is not None else 1 if above.type is ItemType.ALBUM else None,
            ),
            record=met.record,
            best=BestMedia(),
            media_count=0,
            added_at=old.item.added_at if old else born.get(claim.identity_id, self._output.now),
            now=self._output.now,
            pictures=times,
            articles=self._output.articles,
        )
        if not self._output.item(row, build.extra_of(above.type, met.record), met.record, claim):
            return
        self._output.pictures(item_id, pictures, changed=pictures_changed, is_new=old is None)
        if pictures_changed or (old is None and not pictures):
            self._output.picture_job(item_id, above.type)

    def _needs_writing(self, met: _Met, old: OldItem, parent: int | None) -> bool:
        return (
            met.slice.above_changed
            or met.above.type is ItemType.ALBUM
            or old.item.deleted_at is not None
            or old.item.parent_id != parent
            or old.item.title != met.record.title
            or bool(met.claim.new_keys)
        )

    def _art(self, met: _Met, old: OldItem | None) -> list[build.Art]:
        found = [
            build.Art(
                kind=picture.kind,
                source="local",
                file_id=self.file_id(met.slice, picture.entry),
                at=picture.entry.mtime_ns // 1_000_000_000,
            )
            for picture in met.above.pictures
        ]
        if met.above.type is ItemType.ALBUM:
            found += self._embedded(met)
        if old is not None:
            found += self._art_elsewhere(old, {art.file_id for art in found}, met)
        return found

    @staticmethod
    def _embedded(met: _Met) -> list[build.Art]:
        """The picture inside the first of the album's files that has one."""
        with_picture = {id(look) for look in met.looks if look.probe.has_embedded_picture}
        for path, look in met.slice.answers.items():
            row = met.slice.difference.files.get(path)
            if id(look) in with_picture and row is not None:
                at = row.mtime_ns // 1_000_000_000
                return [build.Art(kind=ArtKind.THUMB, source="embedded", file_id=row.id, at=at)]
        return []

    def _art_elsewhere(self, old: OldItem, have: set[int], met: _Met) -> list[build.Art]:
        """Pictures of the container that lie in other folders and are still there."""
        rows = [
            row
            for row in self._known.artworks([old.item.id]).get(old.item.id, [])
            if row.source in ("local", "embedded") and row.file_id is not None and row.file_id not in have
        ]
        files = {row.id: row for row in self._known.files([row.file_id for row in rows if row.file_id is not None])}
        found: list[build.Art] = []
        for row in rows:
            file = files.get(row.file_id or 0)
            if file is None or file.path in met.slice.difference.files:
                continue
            if not self._roots.is_gone(file):
                at = file.mtime_ns // 1_000_000_000
                found.append(build.Art(kind=ArtKind(row.kind), source=row.source, file_id=file.id, at=at))
        return found

    def file_id(self, each: Slice, entry: Entry) -> int:
        """The id of a file's row: of the folder itself, of one above it, or of one committed long ago."""
        row = each.difference.files.get(entry.path) or self.deferred.get((each.location.id, entry.path))
        if row is not None:
            return row.id
        folder = hash16(entry.path.rpartition(b"/")[0])
        for known in self._known.files_in(each.location.id, [folder]):
            if known.path == entry.path:
                return known.id
        raise LookupError(f"no row for {entry.path!r}")


def _tags_for(above: Above, looks: list[Look]) -> MetadataRecord | None:
    """What the tags of tracks say about their album or artist: of each field the first that says anything."""
    said = [look.record for look in looks if look.record is not None]
    if not said:
        return None
    if above.type is ItemType.ALBUM:
        return MetadataRecord(
            title_sort=next((record.album_sort for record in said if record.album_sort), None),
            available_at=next((record.available_at for record in said if record.available_at), None),
            genres=next((record.genres for record in said if record.genres), ()),
            moods=next((record.moods for record in said if record.moods), ()),
            # Who reads an audiobook is kept where listeners' tools look for it: as a style.
            styles=next((record.styles for record in said if record.styles), ())
            or tuple(dict.fromkeys(look.narrator for look in looks if look.narrator)),
            studio=next((record.studio for record in said if record.studio), None),
            summary=next((record.summary for record in said if record.summary), None),
            compilation=above.compilation or None,
        )
    if above.type is ItemType.ARTIST:
        own = [record for record in said if record.artist == above.title]
        return MetadataRecord(
            title_sort=next((record.album_artist_sort for record in said if record.album_artist_sort), None)
            or next((record.artist_sort for record in own if record.artist_sort), None),
            genres=next((record.genres for record in said if record.genres), ()) if not above.compilation else (),
        )
    return None
