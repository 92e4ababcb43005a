"""What is a break of advertisements, and what is a film with dark and quiet moments."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.commercials import (
    LEAST_BREAK_MS,
    LONGEST_CUT_MS,
    MOST_BREAK_MS,
    MOST_PIECE_MS,
    Break,
    Cut,
    breaks,
)

HOUR_MS = 3_600_000


def cuts(*seconds: float) -> list[Cut]:
    return [Cut(round(one * 1000) - 100, round(one * 1000) + 100) for one in seconds]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ([], []),
        ([600], []),
        ([600, 630], []),
        ([600, 630, 660], [(600, 660)]),
        ([600, 620, 645], []),
        ([600, 620, 645, 1500, 1530, 1550], [(600, 645), (1500, 1550)]),
        ([600, 620, 640, 1500, 1530, 1550], []),
        ([600, 630, 760], []),
        ([600, 630, 660, 663, 2000], [(600, 660)]),
        ([600, *range(603, 660, 3), 660], []),
        ([300 + 30 * one for one in range(22)], []),
        ([2, 30, 70], []),
        ([2, 30, 70, 1500, 1530, 1570], [(2, 70), (1500, 1570)]),
        ([3500, 3530, 3590], []),
        ([1500, 1530, 1570, 3500, 3530, 3590], [(1500, 1570), (3500, 3590)]),
    ],
    ids=[
        "nothing",
        "one fade",
        "one piece",
        "a minute of two",
        "alone and short",
        "short, but two",
        "one too short and one alone and short",
        "a piece that is too long",
        "a sign of the station after it",
        "a dark scene with glimmers",
        "longer than any break",
        "titles at the beginning",
        "a break at the beginning, and another",
        "titles at the end",
        "a break at the end, and another",
    ],
)
def test_breaks(at: list[int], found: list[tuple[int, int]]) -> None:
    assert breaks(cuts(*at), HOUR_MS) == [Break(start * 1000, end * 1000) for start, end in found]


def test_long_darkness_is_no_cut() -> None:
    long = Cut(630_000, 630_000 + LONGEST_CUT_MS + 1)
    assert breaks([*cuts(600), long, *cuts(660)], HOUR_MS) == []


_CUTS = st.lists(st.tuples(st.integers(-1000, HOUR_MS), st.integers(0, 8000)).map(lambda one: Cut(one[0], sum(one))))
_DENSE = st.lists(st.integers(4_000, 60_000), max_size=60).map(
    lambda gaps: cuts(*(sum(gaps[: place + 1]) / 1000 for place in range(len(gaps))))
)


@given(st.one_of(_CUTS, _DENSE), st.integers(0, HOUR_MS))
def test_breaks_are_apart_and_of_their_lengths_whatever_the_cuts(some: list[Cut], duration_ms: int) -> None:
    found = breaks(some, duration_ms)
    assert found == breaks(some[::-1], duration_ms)
    moments = {one.at_ms for one in some}
    for one in found:
        assert 0 <= one.start_ms < one.end_ms <= duration_ms
        assert LEAST_BREAK_MS <= one.end_ms - one.start_ms <= MOST_BREAK_MS
        assert {one.start_ms, one.end_ms} <= moments
    for one, following in itertools.pairwise(found):
        assert following.start_ms - one.end_ms > MOST_PIECE_MS
