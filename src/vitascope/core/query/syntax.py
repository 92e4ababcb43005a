"""The tree a query becomes: groups of conditions, and the listing it belongs to. All values, all hashable.

A listing is a key of the caches of positions, so two query strings that mean the same make equal listings as far as
that is cheap to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vitascope.core.model import ItemType

if TYPE_CHECKING:
    from vitascope.core.query.fields import Field, Source


class Op(StrEnum):
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    LT = "lt"
    GE = "ge"
    LE = "le"
    CONTAINS = "contains"
    NOT_CONTAINS = "not contains"
    BEGINS = "begins"
    ENDS = "ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``field op (value or value or …)``, asked of the item of type ``scope`` that belongs to the listed one.

    When the scope is an ancestor, its one value counts; when it is a descendant, one that fulfils the condition is
    enough. A negative operator says that none of the values fits.

    Values by kind of field: integers and rationals as numbers, booleans as ``bool``, dates as epoch seconds, strings
    and choices as text, tags as their id (or, when the client sent a name, as text).
    """

    scope: ItemType
    field: Field
    op: Op
    values: tuple[int | float | str | bool, ...]


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


Node = Condition | And | Or

ALL = And(())
"""The tree that every item fulfils."""


class Direction(StrEnum):
    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One key of an order. Without ``nulls_last``, an absent value orders before all others, ascending."""

    scope: ItemType
    key: str
    source: Source
    direction: Direction = Direction.ASC
    nulls_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What to list: items of one type, those that fulfil the tree, in an order."""

    type: ItemType
    tree: Node = ALL
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    group_by: str | None = None
    """``title``: one item for each title, the first in order."""
    shuffle_seed: int | None = None
    """Set when the order is random: the same seed gives the same order."""
