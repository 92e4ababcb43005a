"""Which stretches of a recording are breaks of advertisements, by the moments at which it is black and silent at once.

Stations put some black and silent frames between a film and its advertisements, and between these. So the pieces of a
break are short, and there are several: that is what is looked for. A wrong break costs somebody a piece of the film, a
missed one some seconds of skipping by hand; in doubt there is none.
"""

from collections.abc import Sequence

from msgspec import Struct

LEAST_DURATION_MS = 180_000
"""Of what is shorter, nothing is looked for."""
LEAST_PIECE_MS, MOST_PIECE_MS = 5_000, 125_000
LEAST_BREAK_MS, MOST_BREAK_MS = 45_000, 600_000
LONGEST_CUT_MS = 5_000
"""What is dark and quiet for longer is a scene."""
_LEAST_PIECES = 2
_LEAST_MEAN_MS = 10_000
"""Advertisements are as long as this on average, and mostly longer."""
_LEAST_ALONE_MS = 60_000
"""A break that is the only one of its film is at least so long."""
_EDGE_MS = 60_000
"""At the beginning and the end of a film its own titles come in pieces."""


class Cut(Struct, frozen=True, order=True):
    """Black and silent."""

    start_ms: int
    end_ms: int

    @property
    def at_ms(self) -> int:
        """The middle."""
        return (self.start_ms + self.end_ms) // 2


class Break(Struct, frozen=True, order=True):
    """A break of advertisements."""

    start_ms: int
    end_ms: int


def breaks(cuts: Sequence[Cut], duration_ms: int) -> list[Break]:
    """The breaks of a film of this length, in order.

    A break is a run of two pieces or more between cuts, each of :data:`LEAST_PIECE_MS` to :data:`MOST_PIECE_MS`,
    together of :data:`LEAST_BREAK_MS` to :data:`MOST_BREAK_MS`. A cut that follows another at once divides nothing
    (a station's sign lies between them); pieces that are all very short are glimmers in a dark scene. What touches the
    first or the last minute counts only where there is a break elsewhere.
    """
    found = [one for one in map(_break, _runs(cuts, duration_ms)) if one is not None]
    inside = [one for one in found if one.start_ms >= _EDGE_MS and one.end_ms <= duration_ms - _EDGE_MS]
    if not inside:
        return []
    return found if len(found) > 1 or _length(found[0]) >= _LEAST_ALONE_MS else []


def _runs(cuts: Sequence[Cut], duration_ms: int) -> list[list[int]]:
    """Moments of cuts that are no farther apart than an advertisement is long."""
    runs: list[list[int]] = []
    for cut in sorted(cuts):
        if not 0 <= cut.start_ms <= cut.end_ms <= duration_ms or cut.end_ms - cut.start_ms > LONGEST_CUT_MS:
            continue
        since = cut.at_ms - runs[-1][-1] if runs else MOST_PIECE_MS + 1
        if since > MOST_PIECE_MS:
            runs.append([cut.at_ms])
        elif since >= LEAST_PIECE_MS:
            runs[-1].append(cut.at_ms)
    return runs


def _break(run: list[int]) -> Break | None:
    found, pieces = Break(run[0], run[-1]), len(run) - 1
    if pieces < _LEAST_PIECES or not LEAST_BREAK_MS <= _length(found) <= MOST_BREAK_MS:
        return None
    return found if _length(found) >= pieces * _LEAST_MEAN_MS else None


def _length(one: Break) -> int:
    return one.end_ms - one.start_ms
