"""The grid of segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.playback.grid import Grid, fixed_grid, key_frame_grid

_times = st.lists(st.integers(0, 10_000_000_000), max_size=200)


def test_segments_begin_on_key_frames_that_are_far_enough_apart() -> None:
    grid = key_frame_grid([0, 2_000_000, 5_000_000, 6_500_000, 13_000_000], 15_000_000, target_us=6_000_000)
    assert grid.starts_us == (0, 6_500_000, 13_000_000)
    assert [grid.duration_us(n) for n in range(len(grid))] == [6_500_000, 6_500_000, 2_000_000]
    assert grid.on_key_frames


def test_a_crumb_at_the_end_is_joined() -> None:
    assert key_frame_grid([0, 6_000_000, 12_000_000], 13_000_000, target_us=6_000_000).starts_us == (0, 6_000_000)
    assert fixed_grid(13_000_000, target_us=6_000_000).starts_us == (0, 6_000_000)
    assert fixed_grid(14_000_000, target_us=6_000_000).starts_us == (0, 6_000_000, 12_000_000)


def test_a_time_lies_in_one_segment() -> None:
    grid = fixed_grid(20_000_000, target_us=6_000_000)
    assert [grid.at(time) for time in (-1, 0, 5_999_999, 6_000_000, 19_999_999, 20_000_000)] == [0, 0, 0, 1, 3, 3]


@pytest.mark.parametrize("starts", [(), (1,), (0, 5, 5), (0, 7), (0, 6, 4)])
def test_what_is_no_grid_is_refused(starts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="grid"):
        Grid(starts_us=starts, end_us=6, on_key_frames=False)


@given(_times, st.integers(0, 10_000_000_000), st.integers(1_000, 20_000_000))
def test_segments_cover_the_file_without_gaps(key_frames: list[int], duration: int, target: int) -> None:
    for grid in (key_frame_grid(key_frames, duration, target_us=target), fixed_grid(duration // 50, target_us=target)):
        assert sum(grid.duration_us(n) for n in range(len(grid))) == grid.end_us
        assert all(grid.at(grid.start_us(n)) == n for n in range(len(grid)))
