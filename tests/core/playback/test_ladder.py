"""Which bit rate carries which picture, and the rungs below a quality."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.playback.ladder import Rung, Size, box, fitted, most_kbps, rungs_below, tallest


@pytest.mark.parametrize(
    ("kbps", "height"),
    [(0, 128), (64, 128), (320, 240), (719, 240), (720, 320), (1_500, 480), (3_000, 720), (5_999, 720), (6_000, 1_080)],
)
def test_a_bit_rate_carries_a_height(kbps: int, height: int) -> None:
    assert tallest(kbps) == height


@pytest.mark.parametrize(
    ("source", "frame", "made"),
    [
        ((1920, 1080), (1280, 720), (1280, 720)),
        ((1920, 800), (1280, 720), (1280, 532)),
        ((1440, 1080), (1280, 720), (960, 720)),
        ((640, 360), (1280, 720), (640, 360)),
        ((1, 1), (1280, 720), (2, 2)),
        ((0, 0), (1280, 720), (0, 0)),
        ((7, 5), (1280, 720), (6, 4)),
    ],
)
def test_a_picture_is_fitted_into_a_frame(
    source: tuple[int, int], frame: tuple[int, int], made: tuple[int, int]
) -> None:
    width, height = source
    found = fitted(Size(width=width, height=height), [Size(width=frame[0], height=frame[1])])
    assert (found.width, found.height) == made


def test_the_frame_of_a_height_holds_a_wide_picture_of_it() -> None:
    for height in (128, 160, 240, 320, 480, 720, 1_080, 2_160):
        assert fitted(Size(width=3_840, height=2_160), [box(height)]).height == height


def test_the_rungs_below_a_film() -> None:
    assert [(one.height, one.kbps) for one in rungs_below(Rung(height=1_080, kbps=12_000))] == [
        (1_080, 8_000),
        (720, 4_000),
        (480, 2_000),
        (320, 720),
        (240, 320),
    ]
    assert rungs_below(Rung(height=240, kbps=400)) == ()


@pytest.mark.property
@given(st.integers(1, 5_000), st.integers(1, 100_000))
def test_each_rung_is_clearly_cheaper_and_not_taller(height: int, kbps: int) -> None:
    top = Rung(height=height, kbps=kbps)
    for above, below in pairwise((top, *rungs_below(top))):
        assert below.kbps * 4 <= above.kbps * 3
        assert below.height <= above.height
    assert most_kbps(Size(width=height * 16 // 9, height=height)) > 0
