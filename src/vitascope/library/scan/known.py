"""What the library knows already: every question the scan asks the database, each for many rows at once.

The scan reads on a connection of its own and never writes; it sees what the server has committed, so whoever asks
about rows that may still be on their way waits for them first (:meth:`Link.drain`).
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, case, cast, exists, func, select

from vitascope.core.model import ItemType, TagType
from vitascope.store import filing, matches, merging, named_collections, sections
from vitascope.store.collections import as_it_appeared
from vitascope.store.engine import Database
from vitascope.store.reader import any_of, chunks
from vitascope.store.rows import (
    ArtworkRow,
    EditRow,
    FileRow,
    ItemDetailRow,
    ItemRow,
    MatchRow,
    MediaRow,
    PartRow,
    ProviderRecordRow,
    StreamRow,
    TagRow,
)
from vitascope.store.schema import (
    artworks,
    collections,
    edits,
    files,
    identities,
    identity_keys,
    item_details,
    items,
    media,
    parts,
    streams,
    tag_counts,
    taggings,
    tags,
)


def hash16(data: bytes) -> bytes:
    """The 16 bytes by which paths and folders are found."""
    return blake2b(data, digest_size=16).digest()


class OldItem(Struct):
    """An item as the library has it, with its media."""

    item: ItemRow
    detail: ItemDetailRow | None = None
    media: list[MediaRow] = []
    parts: list[PartRow] = []
    streams: list[StreamRow] = []


_files_in = select(files).where(
    files.c.location_id == bindparam("location"), files.c.dir_hash.in_(bindparam("dirs", expanding=True))
)


def _states(dialect: str) -> Select[Any]:
    """One text: a line for each folder, in it each file's path, size and time."""
    gather = func.string_agg if dialect == "postgresql" else func.group_concat

    def hexadecimal(column: ColumnElement[bytes]) -> ColumnElement[str]:
        made: ColumnElement[str] = func.encode(column, "hex") if dialect == "postgresql" else func.hex(column)
        return made

    settled = and_(
        files.c.missing_since.is_(None), files.c.error.is_(None), files.c.probe_version >= bindparam("probe_version")
    )
    parts_of_state = (
        hexadecimal(files.c.path),
        cast(files.c.size_bytes, Text),
        cast(files.c.mtime_ns, Text) + case((settled, ""), else_="!"),
    )
    state = parts_of_state[0] + "," + parts_of_state[1] + "," + parts_of_state[2]
    by_folder = (
        select((hexadecimal(files.c.dir_hash) + ":" + gather(state, ";")).label("line"))
        .where(files.c.location_id == bindparam("location"), files.c.dir_hash.in_(bindparam("dirs", expanding=True)))
        .group_by(files.c.dir_hash)
        .subquery()
    )
    return select(func.lower(gather(by_folder.c.line, "\n")))


_states_in = {dialect: _states(dialect) for dialect in ("sqlite", "postgresql")}
_file_ids_in = select(files.c.id).where(
    files.c.location_id == bindparam("location"), files.c.dir_hash.in_(bindparam("dirs", expanding=True))
)
_files_under = select(files.c.id, files.c.path, files.c.dir_hash).where(
    files.c.location_id == bindparam("location"), files.c.path >= bindparam("low"), files.c.path < bindparam("high")
)
_files = select(files).where(any_of(files.c.id, "ids"))
_dirs = select(files.c.dir_hash).where(files.c.location_id == bindparam("location")).distinct()
_owners = (
    select(parts.c.file_id, parts.c.item_id, items.c.parent_id, items.c.grandparent_id)
    .join(items, items.c.id == parts.c.item_id)
    .where(any_of(parts.c.file_id, "ids"))
)
_sidecar_owners = select(streams.c.file_id, streams.c.item_id).where(any_of(streams.c.file_id, "ids"))
_identities = select(identity_keys.c.key_hash, identity_keys.c.identity_id).where(
    identity_keys.c.key_hash.in_(bindparam("hashes", expanding=True))
)
_born = select(identities.c.id, identities.c.created_at).where(any_of(identities.c.id, "ids"))
_items_of = select(items).where(items.c.section_id == bindparam("section"), any_of(items.c.identity_id, "ids"))
_items = select(items).where(any_of(items.c.id, "ids"))
_details = select(item_details).where(any_of(item_details.c.item_id, "ids"))
_media = select(media).where(any_of(media.c.item_id, "ids")).order_by(media.c.ordering)
_parts = select(parts).where(any_of(parts.c.item_id, "ids")).order_by(parts.c.ordering)
_streams = select(streams).where(any_of(streams.c.item_id, "ids"))
_artworks = select(artworks).where(any_of(artworks.c.item_id, "ids")).order_by(artworks.c.ordering)
_edits = select(edits).where(any_of(edits.c.identity_id, "ids"))
_tags = select(tags).where(tags.c.type == bindparam("type"), any_of(tags.c.tag, "texts", text=True))
_tags_of = (
    select(tags)
    .join(taggings, taggings.c.tag_id == tags.c.id)
    .where(taggings.c.item_id == bindparam("item"))
    .order_by(taggings.c.tag_type, taggings.c.ordering)
)
_below = (
    select(files)
    .join(parts, parts.c.file_id == files.c.id)
    .join(items, items.c.id == parts.c.item_id)
    .where((items.c.parent_id == bindparam("container")) | (items.c.grandparent_id == bindparam("container")))
    .distinct()
)
_leaves_left = (
    select(items.c.parent_id, func.count(), func.count(items.c.deleted_at))
    .where(any_of(items.c.parent_id, "ids"), items.c.extra_type.is_(None))
    .group_by(items.c.parent_id)
)
_is_empty = select(items.c.id).where(items.c.section_id == bindparam("section")).limit(1)
_media_files_at = select(func.count()).select_from(files).where(files.c.location_id == bindparam("location"))

_empty_collections = select(items.c.id).where(
    items.c.section_id == bindparam("section"),
    items.c.type == int(ItemType.COLLECTION),
    ~exists().where(collections.c.identity_id == items.c.identity_id, ~as_it_appeared),
    ~exists()
    .where(tags.c.id == tag_counts.c.tag_id)
    .where(
        tag_counts.c.section_id == items.c.section_id,
        tags.c.type == int(TagType.COLLECTION),
        tags.c.folded == items.c.title_folded,
    ),
)


class Known:
    """Reads for one section."""

    def __init__(self, database: Database, section_id: int) -> None:
        self._database = database
        self._section_id = section_id

    def articles(self) -> tuple[str, ...]:
        """The words that sorting passes over at the beginning of a title."""
        with self._database.reader() as r:
            return filing.articles(r)

    # --- files ---------------------------------------------------------------------------------------------

    def files_in(self, location_id: int, dir_hashes: Iterable[bytes]) -> list[FileRow]:
        """All known files of these folders."""
        found: list[FileRow] = []
        with self._database.reader() as r:
            for some in chunks(dir_hashes, 500):
                found += r.rows(FileRow, _files_in, {"location": location_id, "dirs": some})
        return found

    def states_in(self, location_id: int, dir_hashes: Iterable[bytes], probe_version: int) -> dict[bytes, str]:
        """What the known files of these folders are like, in the form of :func:`vitascope.library.scan.compare.state`,
        by hash of the folder. Files that need a closer look are marked, so that they equal nothing.

        The database makes one text of all of it: a row for each of a hundred thousand files would have this thread and
        that of the walk take the interpreter from each other at every row.
        """
        found: dict[bytes, str] = {}
        with self._database.reader() as r:
            statement = _states_in[r.dialect]
            for some in chunks(dir_hashes, 500):
                bound = {"location": location_id, "dirs": some, "probe_version": probe_version}
                text = r.scalar(statement, bound)
                for line in text.split("\n") if text else ():
                    folder, _, states = line.partition(":")
                    found[bytes.fromhex(folder)] = states
        return found

    def file_ids_in(self, location_id: int, dir_hashes: Iterable[bytes]) -> list[int]:
        found: list[int] = []
        with self._database.reader() as r:
            for some in chunks(dir_hashes, 500):
                found += [row[0] for row in r.tuples(_file_ids_in, {"location": location_id, "dirs": some})]
        return found

    def folders_with_files(self, location_id: int) -> set[bytes]:
        """Hashes of all folders that known files lie in."""
        with self._database.reader() as r:
            return {bytes(value) for value in r.scalars(_dirs, {"location": location_id})}

    def files_under(self, location_id: int, folder: bytes) -> list[tuple[int, bytes, bytes]]:
        """(id, path, folder hash) of all known files below a folder."""
        low = folder + b"/" if folder else b""
        high = folder + b"0" if folder else b"\xff" * 8
        with self._database.reader() as r:
            rows = r.tuples(_files_under, {"location": location_id, "low": low, "high": high})
        return [(row[0], bytes(row[1]), bytes(row[2])) for row in rows]

    def mounts_with_files(self, location_id: int) -> list[bytes]:
        """The folders of a root that other disks were mounted on when it was last walked, with files below."""
        with self._database.reader() as r:
            found = sections.mounts(r, location_id)
        return [folder for folder in found if self.files_under(location_id, folder)]

    def files(self, ids: Collection[int]) -> list[FileRow]:
        if not ids:
            return []
        with self._database.reader() as r:
            return r.rows(FileRow, _files, {"ids": list(ids)})

    def owners(self, file_ids: Collection[int]) -> list[tuple[int, int, int | None, int | None]]:
        """(file, item, its parent, its grandparent) for every part made of these files."""
        if not file_ids:
            return []
        with self._database.reader() as r:
            return [(row[0], row[1], row[2], row[3]) for row in r.tuples(_owners, {"ids": list(file_ids)})]

    def outermost(self, files: Mapping[bytes, int]) -> dict[bytes, int]:
        """Of these files (ids by path) that are tracks or episodes: the artist or the show."""
        paths = {file_id: path for path, file_id in files.items()}
        return {paths[file_id]: above for file_id, _, _, above in self.owners(paths) if above is not None}

    def sidecar_owners(self, file_ids: Collection[int]) -> list[tuple[int, int]]:
        """(file, item) for every sidecar stream made of these files."""
        if not file_ids:
            return []
        with self._database.reader() as r:
            return [(row[0], row[1]) for row in r.tuples(_sidecar_owners, {"ids": list(file_ids)})]

    # --- identities ----------------------------------------------------------------------------------------

    def identities(self, hashes: Collection[bytes]) -> dict[bytes, int]:
        """Identity by key hash, for those that exist."""
        found: dict[bytes, int] = {}
        with self._database.reader() as r:
            for some in chunks(hashes, 500):
                found.update((bytes(key), owner) for key, owner in r.tuples(_identities, {"hashes": some}))
        return found

    def has_splits(self) -> bool:
        """Whether a person ever split a file off an item."""
        with self._database.reader() as r:
            return merging.has_pins(r)

    def born(self, identity_ids: Collection[int]) -> dict[int, int]:
        """When each identity was first seen."""
        if not identity_ids:
            return {}
        with self._database.reader() as r:
            return {row[0]: row[1] for row in r.tuples(_born, {"ids": list(identity_ids)})}

    def edits(self, identity_ids: Collection[int]) -> dict[int, list[EditRow]]:
        found: dict[int, list[EditRow]] = {}
        if identity_ids:
            with self._database.reader() as r:
                for row in r.rows(EditRow, _edits, {"ids": list(identity_ids)}):
                    found.setdefault(row.identity_id, []).append(row)
        return found

    def matches(self, identity_ids: Collection[int]) -> list[MatchRow]:
        """What people or providers say that these are."""
        with self._database.reader() as r:
            return list(matches.matches_of(r, identity_ids).values())

    def provider_records(self, identity_ids: Collection[int]) -> dict[int, list[ProviderRecordRow]]:
        """What providers say about these."""
        with self._database.reader() as r:
            return matches.records_of(r, identity_ids)

    def matched_by_people(self) -> frozenset[int]:
        """All identities of which a person said what they are."""
        with self._database.reader() as r:
            return matches.by_people(r)

    # --- items ---------------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether the section has no items at all."""
        with self._database.reader() as r:
            return not r.tuples(_is_empty, {"section": self._section_id})

    def items_of(self, identity_ids: Collection[int]) -> list[ItemRow]:
        """The section's items that are one of these identities."""
        if not identity_ids:
            return []
        with self._database.reader() as r:
            return r.rows(ItemRow, _items_of, {"section": self._section_id, "ids": list(identity_ids)})

    def items(self, ids: Collection[int]) -> list[ItemRow]:
        if not ids:
            return []
        with self._database.reader() as r:
            return r.rows(ItemRow, _items, {"ids": list(ids)})

    def with_media(self, found: Collection[ItemRow]) -> dict[int, OldItem]:
        """The items with details, media, parts and streams, by item id."""
        old = {item.id: OldItem(item=item, media=[], parts=[], streams=[]) for item in found}
        if not old:
            return old
        ids = {"ids": list(old)}
        with self._database.reader() as r:
            for detail in r.rows(ItemDetailRow, _details, ids):
                old[detail.item_id].detail = detail
            for medium in r.rows(MediaRow, _media, ids):
                old[medium.item_id].media.append(medium)
            for part in r.rows(PartRow, _parts, ids):
                old[part.item_id].parts.append(part)
            for stream in r.rows(StreamRow, _streams, ids):
                old[stream.item_id].streams.append(stream)
        return old

    def artworks(self, item_ids: Collection[int]) -> dict[int, list[ArtworkRow]]:
        found: dict[int, list[ArtworkRow]] = {}
        if item_ids:
            with self._database.reader() as r:
                for row in r.rows(ArtworkRow, _artworks, {"ids": list(item_ids)}):
                    found.setdefault(row.item_id, []).append(row)
        return found

    def files_below(self, container_id: int) -> list[FileRow]:
        """All files of the leaves of a container."""
        with self._database.reader() as r:
            return r.rows(FileRow, _below, {"container": container_id})

    def children_left(self, container_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """By container: how many children it has, and how many of them are in the trash."""
        if not container_ids:
            return {}
        with self._database.reader() as r:
            return {row[0]: (row[1], row[2]) for row in r.tuples(_leaves_left, {"ids": list(container_ids)})}

    def collection_now(self, name: str) -> str | None:
        """Under which name an album goes into a collection that an agent names; ``None``: the owner wants none."""
        with self._database.reader() as r:
            return named_collections.name_now(r, self._section_id, name)

    def empty_collections(self) -> list[int]:
        """Collections that hold nothing: no item of the section carries their tag, and nobody set anything of them."""
        with self._database.reader() as r:
            return r.scalars(_empty_collections, {"section": self._section_id})

    # --- tags ----------------------------------------------------------------------------------------------

    def tags(self, tag_type: int, texts: Collection[str]) -> list[TagRow]:
        if not texts:
            return []
        with self._database.reader() as r:
            return r.rows(TagRow, _tags, {"type": tag_type, "texts": list(texts)})

    def tags_of(self, item_id: int) -> list[TagRow]:
        with self._database.reader() as r:
            return r.rows(TagRow, _tags_of, {"item": item_id})
