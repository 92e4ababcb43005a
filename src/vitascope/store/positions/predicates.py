"""One condition of a query as SQL over one alias of ``items``.

An absent value fulfils no positive comparison and every negative one; an absent number of plays is 0. What a
condition means is written down with :class:`vitascope.core.query.Condition`; the tests hold this against a plain
evaluation in Python.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select, true

from vitascope.core.model import CONTAINER_TYPES, ItemType, StreamType
from vitascope.core.naming import fold
from vitascope.core.query import And, Condition, Node, Op, SourceKind
from vitascope.core.query.layouts import channels_of
from vitascope.core.query.relations import DIRECT_PARENT
from vitascope.store import schema

Items = Any
"""``schema.items`` or an alias of it."""

_NEGATIVE = frozenset({Op.NE, Op.NOT_CONTAINS})
_COMPARE: dict[Op, Callable[[Any, Any], Any]] = {
    Op.EQ: lambda a, b: a == b,
    Op.GT: lambda a, b: a > b,
    Op.LT: lambda a, b: a < b,
    Op.GE: lambda a, b: a >= b,
    Op.LE: lambda a, b: a <= b,
}
_COUNTS = frozenset({"view_count", "skip_count"})
_FROM_PROGRESS = {"view_count": "viewed_leaf_count", "last_viewed_at": "last_viewed_at"}
_STATE_FACTS: dict[str, tuple[str, Op, int]] = {
    "unwatched": ("view_count", Op.EQ, 0),
    "in_progress": ("view_offset_ms", Op.GT, 0),
}
_ROW_FACTS = frozenset({"decade", "duplicate", "trash", "hdr", "dovi"})


def is_row_condition(condition: Condition) -> bool:
    """Whether the item's own row decides it, so that one scan decides any number of such conditions."""
    kind = condition.field.source.kind
    if kind is SourceKind.FACT:
        return condition.field.source.name in _ROW_FACTS
    return kind in {SourceKind.COLUMN, SourceKind.TEXT, SourceKind.CHOICE, SourceKind.ISO_DATE}


def depends_on_person(condition: Condition) -> bool:
    source = condition.field.source
    return source.kind is SourceKind.STATE or source.name in {
        "unwatched",
        "in_progress",
        "unviewed_leaf_count",
        "unwatched_leaves",
    }


def predicate(condition: Condition, items: Items, *, person_id: int, dialect: str) -> ColumnElement[bool]:
    """The condition as an expression that is never NULL."""
    few = sparse(condition, person_id=person_id)
    if few is not None:
        inside: ColumnElement[bool] = items.c.id.in_(few.ids)
        return not_(inside) if few.complement else inside
    source = condition.field.source
    values = condition.values
    match source.kind:
        case SourceKind.COLUMN | SourceKind.CHOICE:
            return _compare(items.c[source.name], condition.op, values)
        case SourceKind.TEXT:
            return _text(items.c[source.name], condition.op, [fold(str(value)) for value in values], dialect)
        case SourceKind.ISO_DATE:
            return _compare(items.c[source.name], condition.op, [iso_date(int(value)) for value in values])
        case SourceKind.GUID:
            return _signed(condition.op, _guid(items, [str(value) for value in values]))
        case SourceKind.FACT:
            return _fact(condition, items, person_id)
        case _:
            raise AssertionError(f"{condition.field.key} orders, it does not filter")


def expression(node: Node, listed: ItemType, *, person_id: int, dialect: str) -> ColumnElement[bool]:
    """A whole tree over the listed items and their ancestors, as one expression on ``schema.items``."""
    if isinstance(node, Condition):
        if node.scope == listed:
            return predicate(node, schema.items, person_id=person_id, dialect=dialect)
        above = schema.items.alias("above")
        link = schema.items.c.parent_id if node.scope == DIRECT_PARENT[listed] else schema.items.c.grandparent_id
        return link.in_(select(above.c.id).where(predicate(node, above, person_id=person_id, dialect=dialect)))
    join = and_ if isinstance(node, And) else or_
    return join(*(expression(child, listed, person_id=person_id, dialect=dialect) for child in node.nodes))


@dataclass(frozen=True, slots=True)
class Sparse:
    """A condition by the few ids an index knows: those that fulfil it or, as a ``complement``, those that do not."""

    ids: Select[Any]
    complement: bool


def sparse(condition: Condition, *, person_id: int) -> Sparse | None:
    """The condition as a set of ids, when a small table (tags, what the person touched) knows it; else ``None``."""
    source = condition.field.source
    if source.kind is SourceKind.TAG:
        return Sparse(_tagged(condition), condition.op in _NEGATIVE)
    if source.kind is SourceKind.STATE:
        return _touched(condition.scope, source.name, condition.op, condition.values, person_id)
    if source.name in _STATE_FACTS:
        column, op, value = _STATE_FACTS[source.name]
        found = _touched(condition.scope, column, op, (value,), person_id)
        wanted = bool(condition.values[0]) is (condition.op is Op.EQ)
        return Sparse(found.ids, found.complement is wanted)
    return None


def _tagged(condition: Condition) -> Select[Any]:
    # what a client sent may be an id or a name; a number is an id
    ids = [int(value) for value in condition.values if str(value).isdecimal() and len(str(value)) < 19]
    names = [fold(value) for value in condition.values if isinstance(value, str)]
    wanted = or_(schema.tags.c.id.in_(ids), schema.tags.c.folded.in_(names))
    tag_type = condition.field.source.tag
    tag_ids = select(schema.tags.c.id).where(schema.tags.c.type == int(tag_type or 0), wanted)
    return select(schema.taggings.c.item_id).where(schema.taggings.c.tag_id.in_(tag_ids))


def _touched(scope: ItemType, name: str, op: Op, values: Sequence[Any], person_id: int) -> Sparse:
    """An untouched item has 0 plays and no other value: when that fulfils the condition, the exceptions are few."""
    untouched_fulfils = _holds(0 if name in _COUNTS else None, op, values)
    if scope in CONTAINER_TYPES and name in _FROM_PROGRESS:
        table = schema.progress
        column: ColumnElement[Any] = table.c[_FROM_PROGRESS[name]]
        ids = select(table.c.item_id)
    else:
        table = schema.states
        column = table.c[name]
        owner = schema.items.alias("touched")
        ids = select(owner.c.id).select_from(table.join(owner, owner.c.identity_id == table.c.identity_id))
    fulfilled = _compare(column, op, values)
    ids = ids.where(table.c.person_id == person_id, not_(fulfilled) if untouched_fulfils else fulfilled)
    return Sparse(ids, untouched_fulfils)


def _signed(op: Op, found: ColumnElement[bool]) -> ColumnElement[bool]:
    return not_(found) if op in _NEGATIVE else found


def _compare(column: ColumnElement[Any], op: Op, values: Sequence[Any]) -> ColumnElement[bool]:
    if op is Op.EQ:
        return and_(column.is_not(None), column.in_(values))
    if op is Op.NE:
        return or_(column.is_(None), column.not_in(values))
    compare = _COMPARE[op]
    return and_(column.is_not(None), or_(*(compare(column, value) for value in values)))


def _text(column: ColumnElement[str], op: Op, values: list[str], dialect: str) -> ColumnElement[bool]:
    if op in {Op.EQ, Op.NE}:
        return _compare(column, op, values)
    found = or_(*(_matches(column, op, value, dialect) for value in values))
    if op is Op.NOT_CONTAINS:
        return or_(column.is_(None), not_(found))
    return and_(column.is_not(None), found)


def _matches(column: ColumnElement[str], op: Op, value: str, dialect: str) -> ColumnElement[bool]:
    if not value:
        return true()
    if op is Op.BEGINS:
        return _boolean(func.substr(column, 1, len(value)) == value)
    if op is Op.ENDS:
        tail = func.right(column, len(value)) if dialect == "postgresql" else func.substr(column, -len(value))
        return _boolean(tail == value)
    position = func.strpos if dialect == "postgresql" else func.instr
    return _boolean(position(column, value) > 0)


def _boolean(expression: Any) -> ColumnElement[bool]:
    """Gives the result of comparing a SQL function its type."""
    typed: ColumnElement[bool] = expression
    return typed


def iso_date(epoch: int) -> str:
    """The day of a moment, as far as there are dates."""
    try:
        return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return "9999-12-31" if epoch > 0 else "0000-01-01"


def _guid(items: Items, values: list[str]) -> ColumnElement[bool]:
    own = [value.rpartition("/")[2] for value in values if value.startswith(("plex://", "local://"))]
    others = [value for value in values if not value.startswith(("plex://", "local://"))]
    identities = select(schema.identities.c.id).where(schema.identities.c.uuid.in_(own))
    external = select(schema.item_guids.c.item_id).where(schema.item_guids.c.guid.in_(others))
    matched = select(schema.matches.c.identity_id).where(schema.matches.c.guid.in_(others))
    plain = schema.items.alias("plain")
    # Editions show the guid of the one they are an edition of: that of the same name and year.
    edition = and_(
        items.c.edition.is_not(None),
        exists().where(
            plain.c.identity_id.in_(identities),
            plain.c.type == items.c.type,
            plain.c.title_folded == items.c.title_folded,
            plain.c.year == items.c.year,
        ),
    )
    found = or_(items.c.identity_id.in_(identities), items.c.id.in_(external), items.c.identity_id.in_(matched))
    return or_(found, edition) if own else found


def _holds(value: int | None, op: Op, values: Sequence[Any]) -> bool:
    """The comparison for a value known here: that of an untouched item."""
    if op is Op.NE:
        return value is None or value not in values
    return value is not None and any(_COMPARE[op](value, other) for other in values)


def _fact(condition: Condition, items: Items, person_id: int) -> ColumnElement[bool]:
    name, op, values = condition.field.source.name, condition.op, condition.values
    match name:
        case "decade":
            return _compare(items.c.year // 10 * 10, op, values)
        case "resolution":
            media = select(schema.media.c.item_id).where(schema.media.c.video_resolution.in_(_words(values)))
            return _signed(op, items.c.id.in_(media))
        case "audio_language":
            return _signed(op, items.c.id.in_(_streams(StreamType.AUDIO, schema.streams.c.language_code, values)))
        case "subtitle_language":
            return _signed(op, items.c.id.in_(_streams(StreamType.SUBTITLE, schema.streams.c.language_code, values)))
        case "video_codec":
            coded = select(schema.media.c.item_id).where(schema.media.c.video_codec.in_(_words(values)))
            return _signed(op, items.c.id.in_(coded))
        case "audio_codec":
            return _signed(op, items.c.id.in_(_streams(StreamType.AUDIO, schema.streams.c.codec, _words(values))))
        case "subtitle_codec":
            return _signed(op, items.c.id.in_(_streams(StreamType.SUBTITLE, schema.streams.c.codec, _words(values))))
        case "audio_layout":
            channels = [number for word in _words(values) if (number := channels_of(word)) is not None]
            return _signed(op, items.c.id.in_(_streams(StreamType.AUDIO, schema.streams.c.channels, channels)))
        case "unviewed_leaf_count":
            return _compare(_unviewed(items, person_id), op, values)
    wanted = bool(values[0]) is (op is Op.EQ)
    holds = _boolean_fact(name, items, person_id)
    return holds if wanted else not_(holds)


def _boolean_fact(name: str, items: Items, person_id: int) -> ColumnElement[bool]:
    match name:
        case "unwatched_leaves":
            return _boolean(_unviewed(items, person_id) > 0)
        case "unmatched":
            matched = select(schema.matches.c.identity_id).where(schema.matches.c.guid.is_not(None))
            alone = items.c.id.not_in(select(schema.item_guids.c.item_id))
            return _boolean(and_(alone, items.c.identity_id.not_in(matched)))
        case "duplicate":
            return _boolean(items.c.media_count > 1)
        case "trash":
            return _boolean(items.c.deleted_at.is_not(None))
        case "hdr" | "dovi":
            return _boolean(items.c[name] == true())
    raise AssertionError(f"no such fact: {name}")


def _words(values: Sequence[Any]) -> list[str]:
    return [str(value).lower() for value in values]


def _streams(stream_type: StreamType, column: ColumnElement[Any], values: Sequence[Any]) -> Select[Any]:
    """What has a stream of this type with one of these values."""
    streams = schema.streams
    return select(streams.c.item_id).where(streams.c.type == int(stream_type), column.in_(values))


def _unviewed(items: Items, person_id: int) -> ColumnElement[int]:
    progress = schema.progress
    viewed = (
        select(progress.c.viewed_leaf_count)
        .where(progress.c.person_id == person_id, progress.c.item_id == items.c.id)
        .correlate(items)
        .scalar_subquery()
    )
    count: ColumnElement[int] = items.c.leaf_count - func.coalesce(viewed, literal(0))
    return count
