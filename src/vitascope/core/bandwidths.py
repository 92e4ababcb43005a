"""What bandwidth a file needs, by how long a player can look ahead.

A player that holds so many seconds of a file plays it without a stop over a line that is as fast as the busiest stretch
of that length. The eight values of ``requiredBandwidths`` are those for stretches of 1, 2, 4, … 128 seconds: the first
is the peak, the last comes near to the average.
"""

from collections.abc import Sequence
from itertools import accumulate

STRETCHES_S = (1, 2, 4, 8, 16, 32, 64, 128)
"""Of which length the busiest one is looked for."""
DECIDED_BY_S = 16
"""Players hold about so much."""


def required_kbps(second_sizes: Sequence[int]) -> tuple[int, ...]:
    """The bandwidths, from the bytes that each second of a file takes; empty when there are none. Never growing."""
    if not second_sizes:
        return ()
    sums = [0, *accumulate(second_sizes)]
    found: list[int] = []
    for wanted in reversed(STRETCHES_S):
        length = min(wanted, len(second_sizes))
        most = max(sums[at + length] - sums[at] for at in range(len(second_sizes) - length + 1))
        kbps = -(-most * 8 // (length * 1000))
        # Who looks less far ahead never needs less, even where a longer stretch is the busier one.
        found.append(max(kbps, found[-1]) if found else kbps)
    return tuple(reversed(found))


def written(kbps: Sequence[int]) -> str:
    """As the API says it."""
    return ",".join(map(str, kbps))


def decided_by(text: str | None) -> int | None:
    """What the decision counts with, of what was written; ``None`` when nobody knows."""
    values = text.split(",") if text else []
    place = STRETCHES_S.index(DECIDED_BY_S)
    return int(values[place]) if len(values) == len(STRETCHES_S) and values[place].isdecimal() else None
