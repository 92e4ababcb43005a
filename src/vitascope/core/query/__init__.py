"""The media-query language: which fields and sorts there are, and how a query string becomes a typed tree.

The grammar is that of the PMS API (conditions joined by ``&``, groups by ``push``/``pop``, ``or=1``, comma lists,
scopes such as ``episode.year``). Nothing here knows SQL: :mod:`vitascope.store` compiles the tree.
"""

from vitascope.core.query.catalogue import TYPE_NAMES, LibraryType, library_type, types_of_section
from vitascope.core.query.errors import QueryError
from vitascope.core.query.fields import Field, FieldKind, Operator, Sort, Source, SourceKind, operators_of
from vitascope.core.query.parse import parse_listing
from vitascope.core.query.syntax import ALL, And, Condition, Direction, Listing, Node, Op, Or, SortKey

__all__ = [
    "ALL",
    "TYPE_NAMES",
    "And",
    "Condition",
    "Direction",
    "Field",
    "FieldKind",
    "LibraryType",
    "Listing",
    "Node",
    "Op",
    "Operator",
    "Or",
    "QueryError",
    "Sort",
    "SortKey",
    "Source",
    "SourceKind",
    "library_type",
    "operators_of",
    "parse_listing",
    "types_of_section",
]
