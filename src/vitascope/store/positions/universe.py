"""All items that a listing could hold, and how their rows are read best."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column

from vitascope.core.model import ItemType
from vitascope.store import schema
from vitascope.store.positions.arrays import Ids

_KEYS = next(index for index in schema.items.indexes if index.name == "items_keys")
_INDEXED = frozenset(column.name for column in _KEYS.columns)
KEPT = tuple(column.name for column in list(_KEYS.columns)[3:])
"""The columns that one index holds behind section, type and id."""
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
        return and_(items.c.id.between(int(self.ids[0]), int(self.ids[-1])), self.of_named())

    def of_named(self) -> ColumnElement[bool]:
        """The same for rows that a statement names by their ids anyway."""
        items = schema.items
        # A sum is no column: it keeps the engine from the index on it.
        rows = and_((items.c.section_id + _NOTHING).in_(self.section_ids), items.c.type + _NOTHING == int(self.type))
        return and_(rows, items.c.extra_type.is_(None)) if self.type is ItemType.CLIP else rows
