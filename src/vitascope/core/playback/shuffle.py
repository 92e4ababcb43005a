"""A shuffled order that is never written down: numbers ordered by a hash of themselves and a seed.

A permutation of a million tracks would have to be kept somewhere; this one follows from eight bytes. It can be asked
for its first thousand and, knowing where those ended, for the next thousand. What joins the source later comes in at
a random place and leaves the order of all others as it is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.signedinteger[Any]]
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def keys(numbers: Numbers, seed: int) -> NDArray[np.uint64]:
    """What each number is ordered by (the finalizer of SplitMix64, which is one to one: no two are equal)."""
    mixed = numbers.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    for shift, factor in _MIX:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def first(numbers: Numbers, seed: int, count: int, *, beyond: int | None = None) -> NDArray[np.intp]:
    """Where in ``numbers`` the first ``count`` of the shuffled order stand, in that order.

    ``beyond`` is a number after which to begin; it need not be there any more.
    """
    ordered_by = keys(numbers, seed)
    chosen = np.arange(numbers.size)
    if beyond is not None:
        chosen = np.flatnonzero(ordered_by > keys(np.array([beyond], dtype=np.int64), seed)[0])
    if chosen.size > count:
        chosen = chosen[np.argpartition(ordered_by[chosen], count)[:count]] if count > 0 else chosen[:0]
    return chosen[np.argsort(ordered_by[chosen])]
