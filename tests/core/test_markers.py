"""What makes an intro of what episodes share, and where credits are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.markers import (
    LEAST_INTRO_MS,
    MOST_INTRO_MS,
    Span,
    agreed,
    searched_beginning_ms,
    searched_ending_ms,
)

THEME = (10_000, 30_000)
RECAP = (31_000, 60_000)


@pytest.mark.parametrize(
    ("found", "intro"),
    [
        ([], None),
        ([None, None], None),
        ([THEME], THEME),
        ([THEME, None, None], THEME),
        ([THEME, None, None, None], None),
        ([THEME, (10_100, 29_800), None, None], (10_000, 29_800)),
        ([THEME, RECAP, (9_900, 30_100), THEME, None], THEME),
        ([(10_000, 15_000)], None),
        ([(0, 200_000)], None),
    ],
)
def test_what_enough_of_the_others_share_is_the_intro(found: list[Span | None], intro: Span | None) -> None:
    assert agreed(found) == intro


_SPANS = st.tuples(st.integers(0, 600_000), st.integers(1, 200_000)).map(lambda one: (one[0], one[0] + one[1]))


@given(st.lists(st.none() | _SPANS, max_size=12))
def test_an_intro_is_never_longer_or_shorter_than_one_can_be(found: list[Span | None]) -> None:
    intro = agreed(found)
    assert intro is None or LEAST_INTRO_MS <= intro[1] - intro[0] <= MOST_INTRO_MS


@given(st.integers(45_000, 40 * 3_600_000))
def test_what_is_searched_lies_inside(duration_ms: int) -> None:
    assert 0 < searched_beginning_ms(duration_ms) <= min(duration_ms // 2, 900_000)
    assert duration_ms // 2 <= searched_ending_ms(duration_ms) + 1
    assert duration_ms - searched_ending_ms(duration_ms) <= 900_000
