"""What is said about an item, by whom, joined into one record: edits, NFO, embedded tags, metadata providers
and names, in that order."""

import os

import msgspec
from msgspec.structs import replace

from vitascope.core.model import ItemType, TagType
from vitascope.library.scan.finds import Above, Find
from vitascope.library.scan.told import NOTHING, Told, believed, named
from vitascope.library.scan.walk import Entry
from vitascope.media import reach
from vitascope.metadata import MetadataRecord, RoleCredit, SourcedRecord, SourceKind, TagEntry, merge, read_nfo
from vitascope.metadata.external_ids import guid, united
from vitascope.metadata.nfo import Nfo
from vitascope.store.rows import EditRow, ItemDetailRow, ItemRow

NFO_LIMIT_BYTES = 4 * 1024 * 1024

# The fields that names can give: those of find_record and above_record.
_NAMED = ("title", "original_title", "year", "edition", "available_at", "guids", "styles")
# The API's names of what a person can edit, and the fields they stand for.
_EDITED = {
    "title": "title",
    "titleSort": "title_sort",
    "originalTitle": "original_title",
    "summary": "summary",
    "tagline": "tagline",
    "year": "year",
    "originallyAvailableAt": "available_at",
    "contentRating": "content_rating",
    "studio": "studio",
    "editionTitle": "edition",
    "genre": "genres",
    "style": "styles",
    "mood": "moods",
    "label": "labels",
    "country": "countries",
    "collection": "collections",
    "director": "directors",
    "writer": "writers",
    "producer": "producers",
}
_LISTS = frozenset(
    {"genres", "styles", "moods", "labels", "countries", "collections", "directors", "writers", "producers"}
)
TAG_FIELDS: tuple[tuple[str, TagType], ...] = (
    ("genres", TagType.GENRE),
    ("collections", TagType.COLLECTION),
    ("directors", TagType.DIRECTOR),
    ("writers", TagType.WRITER),
    ("producers", TagType.PRODUCER),
    ("countries", TagType.COUNTRY),
    ("labels", TagType.LABEL),
    ("moods", TagType.MOOD),
    ("styles", TagType.STYLE),
    ("album_formats", TagType.FORMAT),
    ("album_subformats", TagType.SUBFORMAT),
)


def read_nfo_file(root: bytes, entry: Entry) -> Nfo:
    """An NFO of the walk; one that cannot be read says nothing."""
    try:
        data = reach.read_whole(root.rstrip(b"/") + b"/" + entry.path, NFO_LIMIT_BYTES)
    except OSError:
        return Nfo(kind="")
    return read_nfo(data, os.fsdecode(entry.name))


def guids_of(ids: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(found for scheme, value in ids if (found := guid(scheme, value)) is not None)


def find_record(find: Find) -> MetadataRecord:
    """What names say about a leaf."""
    return MetadataRecord(
        title=find.title,
        original_title=find.original_title,
        year=find.year,
        edition=find.edition,
        available_at=find.available_at,
        guids=guids_of(find.ids) if find.type is not ItemType.EPISODE else (),
    )


def above_record(above: Above) -> MetadataRecord:
    """What names say about a container."""
    return MetadataRecord(
        title=above.title,
        year=above.year,
        edition=above.edition,
        guids=guids_of(above.ids),
        styles=above.readers,
    )


def nfo_record(find: Find, nfo: Nfo) -> MetadataRecord | None:
    """The record of an NFO that is about this leaf."""
    if find.type is ItemType.EPISODE:
        record = nfo.episode(find.parent_index, find.index)
        if record is None and find.nfo_index < len(nfo.records):
            record = nfo.records[find.nfo_index]
        # Where an episode is filed is the name's business: the NFO's numbers would move the file's siblings.
        return record
    return nfo.records[0] if nfo.records else None


def joined(
    *,
    name: MetadataRecord,
    nfo: MetadataRecord | None = None,
    tags: MetadataRecord | None = None,
    edits: list[EditRow] | None = None,
    current: MetadataRecord | None = None,
    told: Told = NOTHING,
    guessed_title: bool = False,
) -> MetadataRecord:
    """One record of all that is said; ``guessed_title`` lets any other source give the title."""
    name, nfo = named(name, told), believed(nfo, told)
    sources = [SourcedRecord(kind=SourceKind.NAME, record=name)]
    if nfo is not None:
        sources.append(SourcedRecord(kind=SourceKind.NFO, record=nfo))
    if tags is not None:
        sources.append(SourcedRecord(kind=SourceKind.TAGS, record=tags if guessed_title else replace(tags, title=None)))
    if told.agent is not None:
        sources.append(SourcedRecord(kind=SourceKind.AGENT, record=told.agent))
    sources += [SourcedRecord(kind=SourceKind.ONLINE, record=record) for record in told.online]
    locked: list[str] = []
    for edit in edits or ():
        field = _EDITED.get(edit.field)
        if field is None:
            continue
        if edit.value is not None:
            record = _edited(field, edit.value)
            if record is not None:
                sources.append(SourcedRecord(kind=SourceKind.EDIT, record=record))
        elif edit.locked and current is not None:
            locked.append(field)
    if len(sources) == 1 and not locked:
        return name
    if len(sources) == 2 and tags is not None and sources[1].kind is SourceKind.TAGS and not locked:
        return _with_tags(name, sources[1].record)  # nearly every track: the general rule at a tenth of its price
    return merge(sources, locked=locked, current=current).record


def _with_tags(name: MetadataRecord, tags: MetadataRecord) -> MetadataRecord:
    """What :func:`merge` makes of a name and tags alone."""
    missing = {field: value for field in _NAMED if (value := getattr(name, field)) and not getattr(tags, field)}
    if name.guids and tags.guids:
        missing["guids"] = united(tags.guids, name.guids)
    return replace(tags, **missing) if missing else tags


def _edited(field: str, value: str) -> MetadataRecord | None:
    try:
        content = msgspec.json.decode(value)
        if field in _LISTS:
            if isinstance(content, dict):  # what was added and removed without a lock: the writer lays it over
                return None
            content = tuple(_tag(each) for each in (content if isinstance(content, list) else [content]))
        elif field == "year":
            content = int(content)
        elif content is not None:
            content = str(content)
    except (msgspec.DecodeError, TypeError, ValueError):
        return None
    return replace(MetadataRecord(), **{field: content})


def _tag(said: object) -> str:
    return str(said.get("tag", "")) if isinstance(said, dict) else str(said)


def current_record(item: ItemRow, detail: ItemDetailRow | None, tags: list[tuple[int, str]]) -> MetadataRecord:
    """What the library shows now, for fields that are locked as they are."""
    lists: dict[TagType, list[str]] = {}
    for tag_type, tag in tags:
        lists.setdefault(TagType(tag_type), []).append(tag)
    record = MetadataRecord(
        title=item.title,
        title_sort=item.title_sort,
        original_title=item.original_title,
        summary=detail.summary if detail else None,
        tagline=detail.tagline if detail else None,
        year=item.year,
        available_at=item.available_at,
        content_rating=item.content_rating,
        content_rating_age=item.content_rating_age,
        studio=item.studio,
        edition=item.edition,
    )
    return replace(record, **{field: tuple(lists.get(kind, ())) for field, kind in TAG_FIELDS})


def tags_of(record: MetadataRecord) -> list[tuple[TagType, str, str | None]]:
    """(type, tag, text) of everything that becomes a tag, in order."""
    found: list[tuple[TagType, str, str | None]] = []
    for field, kind in TAG_FIELDS:
        found += [(kind, tag, None) for tag in getattr(record, field)]
    found += [(TagType.STUDIO, studio, None) for studio in record.studios]
    found += [(TagType.ROLE, role.name, role.role) for role in record.roles]
    found += [(entry.type, entry.tag, None) for entry in record.tags]
    return found


__all__ = [
    "RoleCredit",
    "TagEntry",
    "above_record",
    "current_record",
    "find_record",
    "guids_of",
    "joined",
    "nfo_record",
    "read_nfo_file",
    "tags_of",
]
