"""What makes an intro of stretches of sound that episodes share, and which part of a film may hold its credits."""

from collections.abc import Sequence
from statistics import median_low

Span = tuple[int, int]
"""Begin and end in milliseconds."""

LEAST_INTRO_MS = 12_000
MOST_INTRO_MS = 150_000
LEAST_DURATION_MS = 45_000
"""Of what is shorter, nothing is looked for."""
_SEARCHED_MOST_MS = 15 * 60_000
_ENOUGH = 3
"""From so many compared episodes on, one that shares a stretch is not enough."""


def searched_beginning_ms(duration_ms: int) -> int:
    """How much of the beginning of an episode may hold its intro."""
    return min(duration_ms // 2, _SEARCHED_MOST_MS)


def searched_ending_ms(duration_ms: int) -> int:
    """From where on credits are looked for: the last quarter, of what is short up to two minutes, at most the last
    quarter of an hour."""
    length = max(duration_ms // 4, min(duration_ms // 2, 120_000))
    return duration_ms - min(length, _SEARCHED_MOST_MS)


def agreed(found: Sequence[Span | None]) -> Span | None:
    """The intro of an episode, from what it shares with each of the others it was compared with.

    Stretches that overlap by more than half are one. The one that most of the others share counts, among equals the
    longer; with more than a few compared, two must share it, so that a recap of one episode is no intro.
    """
    spans = [span for span in found if span is not None]
    best: list[Span] = []
    for span in spans:
        alike = [other for other in spans if _same(span, other)]
        if (len(alike), _total(alike)) > (len(best), _total(best)):
            best = alike
    if not best or (len(found) > _ENOUGH and len(best) < 2):
        return None
    start, end = median_low([span[0] for span in best]), median_low([span[1] for span in best])
    return (start, end) if LEAST_INTRO_MS <= end - start <= MOST_INTRO_MS else None


def _same(one: Span, other: Span) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common * 2 > max(one[1] - one[0], other[1] - other[0])


def _total(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)
