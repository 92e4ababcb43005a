"""A shuffled order is one order, whichever part of it is asked for."""

import numpy as np
import pytest

from vitascope.core.playback.shuffle import first, keys


@pytest.mark.property
@pytest.mark.parametrize("seed", range(10))
def test_parts_make_the_whole(seed: int) -> None:
    numbers = np.arange(1, 1_001, dtype=np.int64) * 7
    whole = numbers[first(numbers, seed, 1_000)]
    assert sorted(whole.tolist()) == numbers.tolist()
    parts: list[int] = []
    while len(parts) < 1_000:
        beyond = parts[-1] if parts else None
        parts += numbers[first(numbers, seed, 90, beyond=beyond)].tolist()
    assert parts == whole.tolist()


def test_what_joins_leaves_the_order_of_the_others() -> None:
    few = np.arange(1, 100, dtype=np.int64)
    many = np.arange(1, 200, dtype=np.int64)
    order = many[first(many, 5, 199)].tolist()
    assert [number for number in order if number < 100] == few[first(few, 5, 99)].tolist()


def test_seeds_differ_and_no_two_keys_are_equal() -> None:
    numbers = np.arange(-500, 50_000, dtype=np.int64)
    assert np.unique(keys(numbers, 1)).size == numbers.size
    assert first(numbers, 1, 10).tolist() != first(numbers, 2, 10).tolist()


def test_little_is_asked_of_little() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert first(nothing, 1, 10).tolist() == []
    assert first(np.array([3]), 1, 0).tolist() == []
    assert first(np.array([3]), 1, 5, beyond=3).tolist() == []
