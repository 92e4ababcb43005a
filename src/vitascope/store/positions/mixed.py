"""Listings of several types in one order: a section's films with its collections, the top types of a whole library.

No index holds two types in one order of titles, and sorting a million texts for the sake of a few collections would
cost seconds. Each type's ids are in order already, so the places of the shorter list are searched in the longer one
by halving, all at once: every round fetches the sort keys of the ids in the middle, no more.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import select

from vitascope.core.query import Direction, Listing
from vitascope.store import schema
from vitascope.store.positions.arrays import Ids
from vitascope.store.reader import Reader, any_of, chunks

_PIECE = 2_000
_sort_keys = select(schema.items.c.id, schema.items.c.sort_key).where(any_of(schema.items.c.id, "ids"))
_Place = tuple[str, int]


def title_order(listings: Sequence[Listing]) -> Direction | None:
    """The direction in which all these listings are by title; ``None`` when they are not."""
    directions = {
        listing.sort[0].direction
        if listing.sort and listing.sort[0].scope == listing.type and listing.sort[0].source.name == "sort_key"
        else None
        for listing in listings
    }
    return directions.pop() if len(directions) == 1 else None


def mixed(reader: Reader, listings: Sequence[Listing], arrays: Sequence[Ids]) -> Ids:
    """The ids of these listings as one: by title when all of them are, else one listing after the other."""
    direction = title_order(listings)
    found: Ids = np.empty(0, dtype=np.int64)
    if direction is None:
        return np.concatenate([found, *arrays])
    step = -1 if direction is Direction.DESC else 1
    for ids in sorted(arrays, key=len):
        found = merged(reader, found, ids[::step])
    return found[::step]


def merged(reader: Reader, fewer: Ids, more: Ids) -> Ids:
    """Both in ascending order of title and id."""
    if fewer.size > more.size:
        fewer, more = more, fewer
    wanted = _places(reader, fewer)
    low = np.zeros(fewer.size, dtype=np.int64)
    high = np.full(fewer.size, more.size, dtype=np.int64)
    while (open_ones := np.flatnonzero(low < high)).size:
        middle = (low[open_ones] + high[open_ones]) // 2
        tried, which = np.unique(middle, return_inverse=True)
        there = _places(reader, more[tried])
        for one, at, place in zip(open_ones.tolist(), middle.tolist(), which.tolist(), strict=True):
            if there[place] < wanted[one]:
                low[one] = at + 1
            else:
                high[one] = at
    return np.insert(more, low, fewer)


def _places(reader: Reader, ids: Ids) -> list[_Place]:
    """What each is ordered by. An id that is gone since the array was made comes first: it is not shown anyway."""
    keys = dict(_fetched(reader, ids))
    return [(keys.get(item_id, ""), item_id) for item_id in ids.tolist()]


def _fetched(reader: Reader, ids: Ids) -> Iterable[tuple[int, str]]:
    for some in chunks(ids.tolist(), _PIECE):
        yield from reader.tuples(_sort_keys, {"ids": some})
