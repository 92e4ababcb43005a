"""A tree of conditions as a mask over item ids.

A condition becomes the ids that fulfil it, fetched by the index that knows them (the tag's, the person's, the
parent's), and is kept for other trees that ask it too; what columns tell is compared; what only a scan can decide is
gathered into as few scans as the tree allows. Groups are bitwise.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, Select, and_, or_, select
from sqlalchemy.sql.visitors import iterate

from vitascope.core.model import ItemType
from vitascope.core.query import ALL, And, Condition, Node, Op, SourceKind
from vitascope.core.query.relations import DIRECT_PARENT
from vitascope.store import schema
from vitascope.store.positions.arrays import Mask, fetch_ids, fitted, joined, mask_of
from vitascope.store.positions.columns import Columns, may_tell, told
from vitascope.store.positions.predicates import is_row_condition, predicate, sparse
from vitascope.store.positions.universe import Universe

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


Keep = Callable[[Node, Callable[[], Mask]], Mask]
"""Gives the mask of a condition, or of a group that is answered as one: the one that is kept, or a new one."""


def mask_of_tree(
    connection: Connection, universe: Universe, node: Node, *, person_id: int, columns: Columns, keep: Keep
) -> Mask:
    """Which of the universe's ids fulfil the tree."""
    evaluation = _Evaluation(connection, universe, person_id, columns, keep)
    everything = keep(ALL, lambda: mask_of(universe.ids, universe.size))
    return evaluation.mask(node) & fitted(everything, universe.size)


class _Evaluation:
    """Masks in here may say anything of ids that are not the universe's."""

    __slots__ = ("_columns", "_connection", "_dialect", "_keep", "_person_id", "_universe")

    def __init__(
        self, connection: Connection, universe: Universe, person_id: int, columns: Columns, keep: Keep
    ) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._universe = universe
        self._person_id = person_id
        self._columns = columns
        self._keep = keep

    def mask(self, node: Node) -> Mask:
        if not isinstance(node, Condition) and not node.nodes:
            return np.ones(self._universe.size, dtype=np.bool_)
        compared = told(self._columns, self._universe, node) if may_tell(self._universe, node) else None
        if compared is not None:
            return compared
        if self._is_row_tree(node):
            return self._kept(node, lambda: self._scan(self._expression(node)))
        if isinstance(node, Condition) and self._is_turned(node):
            return ~self.mask(replace(node, op=Op.EQ))
        if isinstance(node, Condition):
            return self._kept(node, lambda: self._condition(node))
        row_nodes = tuple(child for child in node.nodes if self._is_row_tree(child))
        others = [child for child in node.nodes if not self._is_row_tree(child)]
        masks = [self.mask(child) for child in others]
        if row_nodes:
            masks.append(self.mask(type(node)(row_nodes)))
        return joined(node, masks)

    def _is_turned(self, condition: Condition) -> bool:
        """Whether it says of the listed items which tag they have not: then the others are kept, once for both."""
        is_tag = condition.field.source.kind is SourceKind.TAG
        return is_tag and condition.op is Op.NE and condition.scope == self._universe.type

    def _kept(self, node: Node, make: Callable[[], Mask]) -> Mask:
        return fitted(self._keep(node, make), self._universe.size)

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
        return mask_of(fetch_ids(self._connection, statement), self._universe.size)

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
        return ~found if few.complement else found

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
