"""A tree of conditions as a mask over item ids.

A condition becomes the ids that fulfil it, fetched by the index that knows them (the tag's, the person's, the
parent's); what only a scan can decide is gathered into as few scans as the tree allows. Groups are bitwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, Select, and_, literal_column, or_, select
from sqlalchemy.sql.visitors import iterate

from vitascope.core.model import ItemType
from vitascope.core.query import And, Condition, Node
from vitascope.core.query.relations import DIRECT_PARENT
from vitascope.store import schema
from vitascope.store.positions.arrays import Ids, Mask, fetch_ids, mask_of
from vitascope.store.positions.predicates import is_row_condition, predicate, sparse

_GRANDPARENT = {ItemType.EPISODE: ItemType.SHOW, ItemType.TRACK: ItemType.ARTIST}
ROOTS = {
    ItemType.EPISODE: ItemType.SHOW,
    ItemType.SEASON: ItemType.SHOW,
    ItemType.TRACK: ItemType.ARTIST,
    ItemType.ALBUM: ItemType.ARTIST,
    ItemType.PHOTO: ItemType.PHOTO_ALBUM,
    ItemType.CLIP: ItemType.PHOTO_ALBUM,
}
"""What an item belongs to in the end."""


_INDEXED = frozenset(
    column.name for index in schema.items.indexes if index.name == "items_keys" for column in index.columns
)
_NOTHING: ColumnElement[int] = literal_column("0")

_WANTED_SHARE = 6
"""An index is better when fewer than one in so many rows is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """All items a listing could hold: those of one type in the sections asked for."""

    section_ids: tuple[int, ...]
    type: ItemType
    ids: Ids
    """Ascending."""

    @property
    def size(self) -> int:
        return int(self.ids[-1]) + 1 if self.ids.size else 0

    @property
    def lies_together(self) -> bool:
        """Whether most rows between the first and the last are wanted."""
        return bool(self.ids.size) and self.ids.size * _WANTED_SHARE >= int(self.ids[-1]) - int(self.ids[0])

    def is_indexed(self, columns: Iterable[str]) -> bool:
        """Whether one index holds these columns of the universe's rows, by id."""
        return len(self.section_ids) == 1 and self.type is not ItemType.CLIP and _INDEXED.issuperset(columns)

    def rows(self, items: Any, item_type: ItemType | None = None) -> ColumnElement[bool]:
        """Restricts an alias of ``items`` to these sections and a type.

        Extras are clips, so only a listing of clips has to leave them out.
        """
        wanted = item_type or self.type
        rows = and_(items.c.section_id.in_(self.section_ids), items.c.type == int(wanted))
        return and_(rows, items.c.extra_type.is_(None)) if wanted is ItemType.CLIP else rows

    def scan(self) -> ColumnElement[bool]:
        """The same for the listed type when a column that no index holds is wanted from every row.

        Rows of one section lie together: reading them in the order they lie in is many times faster than going
        through an index, as long as most of what lies between the first and the last is wanted.
        """
        items = schema.items
        if not self.lies_together:
            return self.rows(items)
        first, last = int(self.ids[0]), int(self.ids[-1])
        # A sum is no column: it keeps the engine from the index on it.
        clear_of_index = and_(
            (items.c.section_id + _NOTHING).in_(self.section_ids), items.c.type + _NOTHING == int(self.type)
        )
        rows = and_(items.c.id.between(first, last), clear_of_index)
        return and_(rows, items.c.extra_type.is_(None)) if self.type is ItemType.CLIP else rows


def mask_of_tree(connection: Connection, universe: Universe, node: Node, *, person_id: int) -> Mask:
    """Which of the universe's ids fulfil the tree."""
    evaluation = _Evaluation(connection, universe, person_id)
    return evaluation.mask(node)


class _Evaluation:
    __slots__ = ("_all", "_connection", "_dialect", "_person_id", "_universe")

    def __init__(self, connection: Connection, universe: Universe, person_id: int) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._universe = universe
        self._person_id = person_id
        self._all = mask_of(universe.ids, universe.size)

    def mask(self, node: Node) -> Mask:
        if not isinstance(node, Condition) and not node.nodes:
            return self._all
        if self._is_row_tree(node):
            return self._scan(self._expression(node))
        if isinstance(node, Condition):
            return self._condition(node)
        row_nodes = [child for child in node.nodes if self._is_row_tree(child)]
        others = [child for child in node.nodes if not self._is_row_tree(child)]
        masks = [self.mask(child) for child in others]
        if row_nodes:
            join = and_ if isinstance(node, And) else or_
            masks.append(self._scan(join(*(self._expression(child) for child in row_nodes))))
        combine = np.logical_and if isinstance(node, And) else np.logical_or
        result: Mask = combine.reduce(masks)
        return result

    def _is_row_tree(self, node: Node) -> bool:
        if isinstance(node, Condition):
            return node.scope == self._universe.type and is_row_condition(node)
        return bool(node.nodes) and all(self._is_row_tree(child) for child in node.nodes)

    def _expression(self, node: Node) -> ColumnElement[bool]:
        if isinstance(node, Condition):
            return self._predicate(node, schema.items)
        join = and_ if isinstance(node, And) else or_
        return join(*(self._expression(child) for child in node.nodes))

    def _predicate(self, condition: Condition, items: Any) -> ColumnElement[bool]:
        return predicate(condition, items, person_id=self._person_id, dialect=self._dialect)

    def _scan(self, expression: ColumnElement[bool]) -> Mask:
        columns = [part.name for part in iterate(expression) if isinstance(part, Column)]
        universe = self._universe
        rows = universe.rows(schema.items) if universe.is_indexed(columns) else universe.scan()
        return self._fetched(select(schema.items.c.id).where(rows, expression))

    def _fetched(self, statement: Select[Any]) -> Mask:
        return mask_of(fetch_ids(self._connection, statement), self._universe.size) & self._all

    def _condition(self, condition: Condition) -> Mask:
        listed = self._universe.type
        if condition.scope == listed:
            return self._own(condition)
        if condition.scope in {DIRECT_PARENT.get(listed), _GRANDPARENT.get(listed)}:
            return self._of_ancestor(condition)
        return self._of_descendant(condition)

    def _own(self, condition: Condition) -> Mask:
        few = sparse(condition, person_id=self._person_id)
        if few is None:
            return self._scan(self._predicate(condition, schema.items))
        found = self._fetched(few.ids)
        return self._all & ~found if few.complement else found

    def _of_ancestor(self, condition: Condition) -> Mask:
        above = schema.items.alias("above")
        listed = self._universe.type
        link = schema.items.c.parent_id if condition.scope == DIRECT_PARENT[listed] else schema.items.c.grandparent_id
        fulfilling = select(above.c.id).where(
            self._universe.rows(above, condition.scope), self._predicate(condition, above)
        )
        return self._fetched(select(schema.items.c.id).where(link.in_(fulfilling), schema.items.c.type == int(listed)))

    def _of_descendant(self, condition: Condition) -> Mask:
        below = schema.items.alias("below")
        direct = DIRECT_PARENT[condition.scope] == self._universe.type
        link = below.c.parent_id if direct else below.c.grandparent_id
        return self._fetched(
            select(link)
            .where(self._universe.rows(below, condition.scope), link.is_not(None), self._predicate(condition, below))
            .distinct()
        )
