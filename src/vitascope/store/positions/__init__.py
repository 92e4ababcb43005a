"""Positions: which items a listing holds, in which order, at a cost that does not depend on the offset.

A listing of a section is answered from an array of item ids. Filters and orders are computed apart and combined as
arrays: a condition becomes a set of ids by the most direct index there is, groups of conditions become bitwise
operations, and an order is a sort of integer keys. Arrays are kept by the versions of what they were made from, so
the second page, the last page and the page of another person cost a slice.

The engine gathers the ids inside one aggregate, so that the database works without the interpreter's lock and no row
becomes a Python object.
"""

from vitascope.store.positions.arrays import Ids, fetch_columns
from vitascope.store.positions.listing import Content, Hidden, Page, Positions
from vitascope.store.positions.mixed import title_order
from vitascope.store.positions.values import Value, Values

__all__ = ["Content", "Hidden", "Ids", "Page", "Positions", "Value", "Values", "fetch_columns", "title_order"]
