"""Places between neighbours stay in order, and say when there is no room."""

import random

import pytest

from vitascope.core.playback.places import places


def test_an_open_side_always_has_room() -> None:
    assert places(None, None, 3) == [1.0, 2.0, 3.0]
    assert places(5.0, None, 2) == [6.0, 7.0]
    assert places(None, -3.0, 2) == [-5.0, -4.0]
    assert places(1.0, 2.0, 0) == []


def test_between_two_they_are_spread_evenly() -> None:
    assert places(1.0, 2.0, 3) == [1.25, 1.5, 1.75]


def test_no_room_is_said_and_not_hidden() -> None:
    low, high = 1.0, 2.0
    moves = 0
    while (found := places(low, high, 1)) is not None:
        assert low < found[0] < high
        high = found[0]
        moves += 1
    assert 40 < moves < 60
    assert places(2.0**60, None, 1) is None  # a whole number more is not representable


@pytest.mark.property
@pytest.mark.parametrize("seed", range(20))
def test_a_list_stays_in_order_whatever_is_moved(seed: int) -> None:
    rng = random.Random(seed)
    at = dict(enumerate(places(None, None, 10) or []))
    order = list(at)
    for _ in range(300):
        moved = rng.choice(order)
        order.remove(moved)
        index = rng.randrange(len(order) + 1)
        before = order[index] if index < len(order) else None
        after = order[index - 1] if index else None
        order.insert(index, moved)
        found = places(None if after is None else at[after], None if before is None else at[before], 1)
        if found is None:
            at = dict(zip(order, places(None, None, len(order)) or [], strict=True))
        else:
            at[moved] = found[0]
        assert sorted(at, key=at.__getitem__) == order
