"""Places in a list that people rearrange: numbers between their neighbours', so that a move writes one row.

Halving the same gap again and again uses up the precision of a float after some fifty moves. Then nothing fits any
more, which is said by ``None``, and whoever keeps the list numbers it anew once.
"""

from itertools import pairwise

STEP = 1.0
"""The gap between neighbours of a list that is numbered anew."""


def places(after: float | None, before: float | None, count: int) -> list[float] | None:
    """``count`` ascending numbers greater than ``after`` and less than ``before``; ``None`` where a side is open.

    ``None`` when so many do not fit.
    """
    if count <= 0:
        return []
    if after is None and before is None:
        found = [STEP * (number + 1) for number in range(count)]
    elif before is None:
        found = [(after or 0.0) + STEP * (number + 1) for number in range(count)]
    elif after is None:
        found = [before - STEP * (count - number) for number in range(count)]
    else:
        gap = (before - after) / (count + 1)
        found = [after + gap * (number + 1) for number in range(count)]
    edges = [*([] if after is None else [after]), *found, *([] if before is None else [before])]
    return found if all(one < two for one, two in pairwise(edges)) else None
