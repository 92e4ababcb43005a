"""What a filter can be set to: the values that occur, with how many items carry each; and the A-Z index of a listing.

A value's key is what a query names: a tag's id, a year, a language code, the text of a choice.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, distinct, func, select

from vitascope.core.model import ItemType, StreamType, Viewer
from vitascope.core.naming import first_character
from vitascope.core.query import ALL, Field, FieldKind, Listing, SourceKind
from vitascope.core.query.layouts import layout_name
from vitascope.store import schema
from vitascope.store.positions.arrays import fetch_columns
from vitascope.store.positions.cache import ArrayCache
from vitascope.store.positions.listing import Positions, restriction, versions_of
from vitascope.store.positions.predicates import expression
from vitascope.store.positions.universe import Universe
from vitascope.store.reader import Reader

# In the order people expect, best first; others follow.
_RESOLUTIONS = ("8k", "4k", "2k", "1080", "720", "576", "480", "sd")
_STREAM_FACTS = {
    "audio_codec": (StreamType.AUDIO, schema.streams.c.codec),
    "subtitle_codec": (StreamType.SUBTITLE, schema.streams.c.codec),
    "audio_layout": (StreamType.AUDIO, schema.streams.c.channels),
}


class Value(Struct, frozen=True):
    key: str
    title: str
    count: int
    thumb: str | None = None


class Values:
    """Value lists, kept until their section changes; one for a server process."""

    def __init__(self, positions: Positions, *, cache_bytes: int = 8 * 2**20) -> None:
        self._positions = positions
        self._cache: ArrayCache[tuple[Value, ...]] = ArrayCache(cache_bytes, size_of=lambda values: 200 * len(values))

    def forget(self) -> None:
        """Forget all lists; they are worked out again when they are asked for."""
        self._cache.forget()

    def of_field(
        self, reader: Reader, section_ids: Sequence[int], item_type: ItemType, field: Field, viewer: Viewer
    ) -> tuple[Value, ...]:
        """The values of one filter among the items the viewer may see."""
        sections = tuple(sorted({section for section in section_ids if viewer.may_see_section(section)}))
        if not sections:
            return ()
        universe = Universe(section_ids=sections, type=item_type, ids=np.empty(0, dtype=np.int64))
        hidden = restriction(item_type, viewer)
        rows = universe.rows(schema.items)
        if hidden != ALL:
            rows &= expression(hidden, universe.type, person_id=viewer.person_id, dialect=reader.dialect)
        key = (field.key, item_type, sections, hidden)
        return self._cache.get(key, versions_of(reader, sections, None), lambda: _values(reader, field, rows))

    def of_time(
        self, reader: Reader, section_id: int, item_type: ItemType, viewer: Viewer, *, length: int
    ) -> tuple[Value, ...]:
        """The days (10 characters of an ISO date), months (7) or years (4) from which there is something, the newest
        first, with how much."""
        if not viewer.may_see_section(section_id):
            return ()
        universe = Universe(section_ids=(section_id,), type=item_type, ids=np.empty(0, dtype=np.int64))
        hidden = restriction(item_type, viewer)
        rows = universe.rows(schema.items)
        if hidden != ALL:
            rows &= expression(hidden, universe.type, person_id=viewer.person_id, dialect=reader.dialect)
        period: ColumnElement[Any] = func.substr(schema.items.c.available_at, 1, length)

        def make() -> tuple[Value, ...]:
            found = _counted(reader, _grouped(period, rows))
            return tuple(sorted(found, key=lambda value: value.key, reverse=True))

        key = ("time", length, item_type, section_id, hidden)
        return self._cache.get(key, versions_of(reader, (section_id,), None), make)

    def first_characters(
        self, reader: Reader, listing: Listing, section_ids: Sequence[int], viewer: Viewer
    ) -> tuple[Value, ...]:
        """The letters of a listing by title, in its order, with how many items are filed under each."""
        ids = self._positions.ids(reader, listing, section_ids, viewer)
        if not ids.size:
            return ()
        sections = tuple(sorted(set(section_ids)))
        key = ("first characters", listing, sections, viewer)
        versions = versions_of(reader, sections, viewer.person_id)
        return self._cache.get(key, versions, lambda: self._letters(reader, listing, sections, viewer))

    def _letters(
        self, reader: Reader, listing: Listing, sections: tuple[int, ...], viewer: Viewer
    ) -> tuple[Value, ...]:
        ids = self._positions.ids(reader, listing, sections, viewer)
        items = schema.items
        code = func.ascii if reader.dialect == "postgresql" else func.unicode
        initial = func.coalesce(code(func.nullif(items.c.sort_key, "")), 0)
        universe = Universe(section_ids=sections, type=listing.type, ids=ids)
        known, codes = fetch_columns(reader.conn, select(items.c.id, initial).where(universe.rows(items)))
        by_id = np.zeros(int(max(known.max(initial=0), ids.max())) + 1, dtype=np.int64)
        by_id[known] = codes
        counts: dict[str, int] = {}
        found, first_at, how_many = np.unique(by_id[ids], return_index=True, return_counts=True)
        for position in np.argsort(first_at):
            letter = first_character(chr(int(found[position])) if found[position] else "")
            counts[letter] = counts.get(letter, 0) + int(how_many[position])
        return tuple(Value(key=letter, title=letter, count=count) for letter, count in counts.items())


def _values(reader: Reader, field: Field, rows: ColumnElement[bool]) -> tuple[Value, ...]:
    source = field.source
    if source.kind is SourceKind.TAG:
        return _tags(reader, int(source.tag or 0), rows)
    if field.kind is FieldKind.RESOLUTION:
        found = _counted(reader, _joined(schema.media, schema.media.c.video_resolution, rows))
        rank = {name: index for index, name in enumerate(_RESOLUTIONS)}
        found.sort(key=lambda value: rank.get(value.key, len(rank)))
        return tuple(Value(key=value.key, title=_resolution_title(value.key), count=value.count) for value in found)
    if field.kind in {FieldKind.AUDIO_LANGUAGE, FieldKind.SUBTITLE_LANGUAGE}:
        kind = StreamType.AUDIO if field.kind is FieldKind.AUDIO_LANGUAGE else StreamType.SUBTITLE
        streams = schema.streams
        statement = _joined(streams, streams.c.language_code, rows).where(streams.c.type == int(kind))
        return tuple(sorted(_counted(reader, statement), key=lambda value: value.key))
    if source.name == "video_codec":
        found = _counted(reader, _joined(schema.media, schema.media.c.video_codec, rows))
        return tuple(sorted(found, key=lambda value: value.key))
    if source.name in _STREAM_FACTS:
        kind, column = _STREAM_FACTS[source.name]
        found = _counted(reader, _joined(schema.streams, column, rows).where(schema.streams.c.type == int(kind)))
        if source.name != "audio_layout":
            return tuple(sorted(found, key=lambda value: value.key))
        names = [(int(value.key), layout_name(int(value.key)), value.count) for value in found]
        return tuple(Value(key=name, title=name, count=count) for _, name, count in sorted(names))
    if source.name == "decade":
        decade = schema.items.c.year // 10 * 10
        found = _counted(reader, _grouped(decade, rows))
        found.sort(key=lambda value: -int(value.key))
        return tuple(Value(key=value.key, title=f"{value.key}s", count=value.count) for value in found)
    if source.kind in {SourceKind.COLUMN, SourceKind.CHOICE}:
        found = _counted(reader, _grouped(schema.items.c[source.name], rows))
        if field.kind is FieldKind.INTEGER:
            return tuple(sorted(found, key=lambda value: -int(value.key)))
        return tuple(sorted(found, key=lambda value: value.key.casefold()))
    return ()


def _tags(reader: Reader, tag_type: int, rows: ColumnElement[bool]) -> tuple[Value, ...]:
    tags, taggings, items = schema.tags, schema.taggings, schema.items
    counted = (
        select(taggings.c.tag_id.label("tag_id"), func.count().label("item_count"))
        .select_from(taggings.join(items, items.c.id == taggings.c.item_id))
        .where(taggings.c.tag_type == tag_type, rows)
        .group_by(taggings.c.tag_id)
        .subquery()
    )
    statement = (
        select(tags.c.id, tags.c.tag, counted.c.item_count, tags.c.thumb)
        .select_from(counted.join(tags, tags.c.id == counted.c.tag_id))
        .order_by(tags.c.folded, tags.c.id)
    )
    return tuple(
        Value(key=str(tag_id), title=tag, count=count, thumb=thumb)
        for tag_id, tag, count, thumb in reader.tuples(statement)
    )


def _grouped(column: ColumnElement[Any], rows: ColumnElement[bool]) -> Select[Any]:
    return select(column, func.count()).where(rows, column.is_not(None)).group_by(column)


def _joined(table: Any, column: ColumnElement[Any], rows: ColumnElement[bool]) -> Select[Any]:
    items = schema.items
    return (
        select(column, func.count(distinct(items.c.id)))
        .select_from(table.join(items, items.c.id == table.c.item_id))
        .where(rows, column.is_not(None))
        .group_by(column)
    )


def _counted(reader: Reader, statement: Select[Any]) -> list[Value]:
    return [Value(key=str(value), title=str(value), count=count) for value, count in reader.tuples(statement)]


def _resolution_title(key: str) -> str:
    return f"{key}p" if key.isdecimal() else key.upper()
