"""Columns of items as arrays: what most orders and conditions ask of every row, fetched once and kept.

A column that the index ``items_keys`` holds is read out of it as one array by item id. An order then sorts it, and a
condition on it is a comparison of numbers: the second collection that asks for a decade costs a millisecond where a
scan of a million rows costs two hundred. Conditions whose answer an array cannot tell exactly as the database would
(decimal numbers, dates that are none) are left to the database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, cast, select
from sqlalchemy.types import TypeEngine

from vitascope.core.query import Condition, Listing, Node, Op, Source, SourceKind
from vitascope.store import schema
from vitascope.store.positions.arrays import (
    ABSENT,
    Ids,
    KeyKind,
    Keys,
    Mask,
    dense,
    fetch_aligned,
    fetch_keys,
    joined,
    narrowest,
)
from vitascope.store.positions.predicates import iso_date
from vitascope.store.positions.universe import Universe

_RATIONAL = frozenset({"rating", "audience_rating"})
_KINDS = {
    "available_at": KeyKind.DAYS,
    "latest_leaf_available_at": KeyKind.DAYS,
    "content_rating": KeyKind.WORDS,
}
_FROM_ELSEWHERE = frozenset({"sort_key", "unviewed_leaf_count"})
_FIRST_DAY = 1000_01_01
"""From here on the number of a day orders as its text does."""
_LAST_DAY = 9999_12_31
_COMPARE: dict[Op, Callable[[Any, Any], Any]] = {
    Op.EQ: eq,
    Op.NE: eq,  # and turned round
    Op.GT: gt,
    Op.LT: lt,
    Op.GE: ge,
    Op.LE: le,
}
_BIG: TypeEngine[int] = BigInteger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The keys of one column."""

    values: Ids
    """By item id; :data:`ABSENT` where there is none, and at what is no id of the universe."""
    words: tuple[str, ...] | None = None
    """The texts that the numbers are ranks of."""
    is_exact: bool = True
    """Whether comparing the numbers is comparing what they stand for."""

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)

    def sized(self, size: int) -> Ids:
        """The keys of the ids 0 to ``size`` - 1; an id that is newer than the column has none."""
        if self.values.size >= size:
            return self.values[:size]
        return np.concatenate([self.values, np.full(size - self.values.size, ABSENT, dtype=self.values.dtype)])

    def at(self, ids: Ids) -> Ids:
        """The keys of these ids."""
        return self.sized(int(ids.max(initial=-1)) + 1)[ids].astype(np.int64)


Columns = Callable[[str], Column]
"""Gives a column of the universe's rows by its name; only those for which :func:`is_kept` says so."""


def is_kept(universe: Universe, name: str) -> bool:
    """Whether this column is worth an array: one index holds it by id."""
    return universe.is_indexed([name])


def row_keys(connection: Connection, universe: Universe, *names: str) -> list[Keys]:
    """Columns of the universe's own rows as numbers, one for each of its ids in their order, of one scan where an
    engine gives it in that order."""
    items = schema.items
    indexed = universe.is_indexed(names)
    rows = universe.rows(items) if indexed else universe.scan()
    columns, kinds = zip(*map(row_key, names), strict=True)
    found: list[Keys | None] = [None] * len(names)
    if connection.dialect.name == "sqlite" and (indexed or universe.lies_together):
        in_order = select(items.c.id, *columns).where(rows).order_by(items.c.id)
        found = fetch_aligned(connection, in_order, universe.ids, kinds)
    made = []
    for keys, column, kind in zip(found, columns, kinds, strict=True):
        if keys is None:
            ids, other = fetch_keys(connection, select(items.c.id, column).where(rows), kind)
            keys = Keys(values=dense(ids, other.values, universe.size)[universe.ids], words=other.words)
        made.append(keys)
    return made


def row_key(name: str) -> tuple[ColumnElement[Any], KeyKind]:
    """What is read for a column, and what it is."""
    column: ColumnElement[Any] = schema.items.c[name]
    if name in _RATIONAL:
        column = cast(column * 1000, _BIG)
    return column, _KINDS.get(name, KeyKind.NUMBERS)


def fetch_kept(connection: Connection, universe: Universe, *names: str) -> list[Column]:
    """Columns of the universe, to be kept."""
    found = row_keys(connection, universe, *names)
    return [
        column_of(name, dense(universe.ids, narrowest(keys.values), universe.size), keys)
        for name, keys in zip(names, found, strict=True)
    ]


def column_of(name: str, values: Ids, keys: Keys) -> Column:
    """The column of these values by id, which were made of ``keys``."""
    kind = _KINDS.get(name, KeyKind.NUMBERS)
    is_exact = name not in _RATIONAL
    if kind is KeyKind.DAYS:
        days = keys.values[keys.values != ABSENT]
        is_exact = not days.size or (int(days.min()) >= _FIRST_DAY and int(days.max()) <= _LAST_DAY)
    if kind is KeyKind.WORDS:
        is_exact = not any(";" in word for word in keys.words)
    return Column(values=values, words=keys.words if kind is KeyKind.WORDS else None, is_exact=is_exact)


def may_tell(universe: Universe, node: Node) -> bool:
    """Whether columns may decide the whole tree; :func:`told` says so for certain."""
    if not isinstance(node, Condition):
        return bool(node.nodes) and all(may_tell(universe, child) for child in node.nodes)
    name = _name(node)
    return node.scope == universe.type and name is not None and name not in _RATIONAL and is_kept(universe, name)


def asked(universe: Universe, listing: Listing, tree: Node) -> tuple[str, ...]:
    """The kept columns that a listing asks for, in its order and in a tree."""
    of_order = {key.source.name for key in listing.sort if key.scope == universe.type and is_of_row(key.source)}
    names = sorted(of_order | set(_compared_columns(universe, tree)))
    return tuple(name for name in names if is_kept(universe, name))


def _compared_columns(universe: Universe, tree: Node) -> Iterator[str]:
    if may_tell(universe, tree) and isinstance(tree, Condition):
        yield str(_name(tree))
    elif not isinstance(tree, Condition):
        for child in tree.nodes:
            yield from _compared_columns(universe, child)


def is_of_row(source: Source) -> bool:
    """Whether the item's own row holds a key of an order as it is."""
    return source.kind not in {SourceKind.STATE, SourceKind.DETAIL} and source.name not in _FROM_ELSEWHERE


def told(columns: Columns, universe: Universe, node: Node) -> Mask | None:
    """Which ids fulfil a tree for which :func:`may_tell` holds, with any answer for those that are not the universe's;
    ``None`` when a column of it is not exact."""
    if isinstance(node, Condition):
        column = columns(str(_name(node)))
        return _compared(column, column.sized(universe.size), node) if column.is_exact else None
    masks = [told(columns, universe, child) for child in node.nodes]
    known = [mask for mask in masks if mask is not None]
    if len(known) < len(masks):
        return None
    return joined(node, known)


def _name(condition: Condition) -> str | None:
    """The column that decides a condition."""
    source = condition.field.source
    match source.kind:
        case SourceKind.COLUMN | SourceKind.ISO_DATE:
            return source.name
        case SourceKind.CHOICE if _KINDS.get(source.name) is KeyKind.WORDS and condition.op in {Op.EQ, Op.NE}:
            return source.name
        case SourceKind.FACT if source.name == "decade":
            return "year"
    return None


def _compared(column: Column, keys: Ids, condition: Condition) -> Mask:
    values = _numbers(column, condition)
    if condition.field.source.name == "decade":
        keys = np.where(keys == ABSENT, ABSENT, keys // 10 * 10)
    compare = _COMPARE[condition.op]
    found: Mask = compare(keys, values[0]) if values else np.zeros(keys.size, dtype=np.bool_)
    for value in values[1:]:
        found |= compare(keys, value)
    if any(compare(ABSENT, value) for value in values):
        found &= keys != ABSENT
    return ~found if condition.op is Op.NE else found


def _numbers(column: Column, condition: Condition) -> list[float]:
    """What the condition compares with, as the column has it."""
    if column.words is not None:
        ranks = {word: rank for rank, word in enumerate(column.words)}
        return [ranks[word] for word in map(str, condition.values) if word in ranks]
    if condition.field.source.kind is SourceKind.ISO_DATE:
        return [int(iso_date(int(value)).replace("-", "")) for value in condition.values]
    return [float(value) if isinstance(value, float) else int(value) for value in condition.values]
