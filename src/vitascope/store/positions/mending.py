"""Arrays that are brought up to date after an edit by looking again at the few items it concerned.

Making the order of a million titles anew takes a quarter of a second; taking three ids out of it and finding the places
where they belong now takes some twenty looks. What was made under an older version is therefore mended as long as it
is known which items were edited since (:meth:`vitascope.store.versions.VersionSnapshot.edited_since`), and they are
few but some. Only arrays in which an item's entry depends on its own row, its own tags or its own state are mended;
``None`` says that one has to be made anew.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from vitascope.core.model import CONTAINER_TYPES
from vitascope.core.query import Condition, Node
from vitascope.store import schema
from vitascope.store.positions.arrays import ABSENT, Ids, KeyKind, Mask, Packed, fetch_keys, fitted, narrow, narrowest
from vitascope.store.positions.columns import Column, column_of, row_key
from vitascope.store.positions.mixed import merged
from vitascope.store.positions.predicates import sparse
from vitascope.store.positions.universe import Universe
from vitascope.store.reader import Reader, any_of

MOST = 250
"""So many items are looked at again; for more, all are."""


def mended_universe(reader: Reader, universe: Universe, edited: frozenset[int]) -> Ids:
    """The ids of ``universe``, ascending, after an edit of some."""
    there = _there(reader, universe, edited)
    known = universe.ids[_places(universe.ids, sorted(edited))]
    if set(known.tolist()) == set(there.tolist()):
        return universe.ids
    others = _without(universe.ids, edited)
    return narrow(np.insert(others.astype(np.int64), np.searchsorted(others, np.sort(there)), np.sort(there)))


def mended_titles(reader: Reader, titles: Ids, universe: Universe, edited: frozenset[int]) -> Ids:
    """The ids by title, of ``titles`` that were so before. What ids ``universe`` holds is of no importance."""
    there = _there(reader, universe, edited)
    others = _without(titles, edited)
    if not there.size:
        return titles if others.size == titles.size else others
    return narrow(merged(reader, there, others).astype(np.int64))


_there_by_title = (
    select(schema.items.c.id)
    .where(any_of(schema.items.c.id, "ids"))
    .order_by(schema.items.c.sort_key, schema.items.c.id)
)


def _there(reader: Reader, universe: Universe, edited: frozenset[int]) -> Ids:
    """Those that the universe holds, by title."""
    found = reader.scalars(_there_by_title.where(universe.of_named()), {"ids": sorted(edited)})
    return np.asarray(found, dtype=np.int64)


def _places(ids: Ids, wanted: Sequence[int]) -> NDArray[np.intp]:
    """Where those of ``wanted`` that are in ``ids`` stand; both ascending."""
    places = np.searchsorted(ids, wanted)
    inside = places < ids.size
    inside[inside] = ids[places[inside]] == np.asarray(wanted)[inside]
    return places[inside]


def _without(ids: Ids, edited: frozenset[int]) -> Ids:
    gone = np.zeros(max(int(ids.max(initial=-1)), *edited) + 1, dtype=np.bool_)
    gone[sorted(edited)] = True
    return ids[~gone[ids]]


def mended_column(
    reader: Reader, column: Column, universe: Universe, name: str, edited: frozenset[int]
) -> Column | None:
    """The column, with what the edited items hold now."""
    items = schema.items
    key, kind = row_key(name)
    rows = select(items.c.id, key).where(items.c.id.in_(sorted(edited)), universe.of_named())
    ids, found = fetch_keys(reader.conn, rows, kind)
    size = max(column.values.size, int(ids.max(initial=-1)) + 1)
    again = np.fromiter(edited, dtype=np.int64, count=len(edited))
    again = again[again < size]
    if not ids.size and (column.sized(size)[again] == ABSENT).all():
        return column  # none of them was in it or is now: a collection was edited
    values = column.sized(size).astype(np.int64)
    values[again] = ABSENT
    if kind is not KeyKind.WORDS:
        values[ids] = found.values
        fresh = column_of(name, narrowest(values), found)
        return replace(fresh, is_exact=fresh.is_exact and column.is_exact)
    ranks = {word: rank for rank, word in enumerate(column.words or ())}
    if not ranks.keys() >= set(found.words):
        return None
    by_word = np.asarray([*(ranks[word] for word in found.words), ABSENT], dtype=np.int64)
    values[ids] = by_word[found.values]
    return replace(column, values=narrowest(values))


def mended_mask(
    reader: Reader, packed: Packed, universe: Universe, node: Node, edited: frozenset[int], *, person_id: int
) -> Packed | None:
    """Which items fulfil a condition that a small table tells."""
    if not isinstance(node, Condition) or node.scope != universe.type or node.scope in CONTAINER_TYPES:
        return None
    if not _places(universe.ids, sorted(edited)).size:
        return packed  # whatever it says of what is not listed
    few = sparse(node, person_id=person_id)
    if few is None:
        return None
    (item_id,) = few.ids.selected_columns
    found = reader.scalars(few.ids.where(any_of(item_id, "edited")), {"edited": sorted(edited)})
    size = max(packed.size, max(edited) + 1)
    mask: Mask = fitted(packed.mask(), size)
    again = sorted(edited)
    mask[again] = few.complement
    mask[found] = not few.complement
    return Packed.of(mask)
