"""The rules of play queues, on plain values."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from vitascope.core.playback import queue as rules
from vitascope.core.playback.queue import Entry, Queue, QueueError, settled


def entries(*ids: int) -> list[Entry]:
    return [Entry(id=id_, item_id=100 + id_, identity_id=200 + id_, number=100 + id_) for id_ in ids]


def make(*ids: int, selected: int | None = None) -> Queue:
    queue = settled(rules.append(Queue(), entries(*ids)))
    return queue if selected is None else rules.select(queue, selected)


def ids(queue: Queue) -> list[int]:
    return [entry.id for entry in queue.entries]


def test_a_new_queue_begins_with_its_first_entry() -> None:
    queue = make(1, 2, 3)
    assert (ids(queue), queue.selected_id, queue.offset, queue.last_added_id) == ([1, 2, 3], 1, 0, None)
    assert make() == Queue()


def test_what_is_added_comes_up_next_in_the_order_in_which_it_was_added() -> None:
    queue = rules.add(make(1, 2, 3, selected=2), entries(10))
    queue = rules.add(queue, entries(11, 12))
    assert ids(queue) == [1, 2, 10, 11, 12, 3]
    assert queue.last_added_id == 12
    assert [entry.id for entry in queue.up_next] == [10, 11, 12]
    queue = rules.add(queue, entries(13), following=True)
    assert ids(queue) == [1, 2, 13, 10, 11, 12, 3]
    assert queue.last_added_id == 12


def test_the_first_that_is_to_follow_is_where_up_next_ends() -> None:
    queue = rules.add(make(1, 2), entries(10), following=True)
    assert (ids(queue), queue.last_added_id) == ([1, 10, 2], 10)


def test_up_next_is_over_once_the_selection_has_passed_it() -> None:
    queue = rules.select(rules.add(make(1, 2, 3), entries(10)), 2)
    assert queue.up_next == ()
    assert ids(rules.add(queue, entries(11))) == [1, 10, 2, 11, 3]


def test_adding_to_an_empty_queue_selects() -> None:
    queue = rules.add(Queue(), entries(1, 2))
    assert (ids(queue), queue.selected_id) == ([1, 2], 1)
    assert rules.add(queue, []) is queue


def test_removing_the_selected_one_selects_the_next() -> None:
    queue = make(1, 2, 3, selected=2)
    assert rules.remove(queue, 2).selected_id == 3
    assert rules.remove(rules.select(queue, 3), 3).selected_id == 2
    assert rules.remove(make(1), 1) == Queue()
    with pytest.raises(LookupError):
        rules.remove(queue, 9)


def test_the_end_of_up_next_survives_its_last_entry() -> None:
    queue = rules.add(make(1, 2), entries(10, 11))
    queue = rules.remove(queue, 11)
    assert queue.last_added_id == 10
    assert rules.remove(queue, 10).last_added_id is None
    assert rules.move(rules.add(make(1, 2), entries(10)), 10, 2).last_added_id is None


def test_moving() -> None:
    queue = make(1, 2, 3, 4)
    assert ids(rules.move(queue, 3, None)) == [3, 1, 2, 4]
    assert ids(rules.move(queue, 1, 3)) == [2, 3, 1, 4]
    assert ids(rules.move(queue, 1, 4)) == [2, 3, 4, 1]
    assert rules.move(queue, 2, 2) is queue
    for moved, after in ((9, None), (1, 9)):
        with pytest.raises(LookupError):
            rules.move(queue, moved, after)


def test_shuffling_keeps_the_selected_one_first_and_unshuffling_brings_all_back() -> None:
    queue = rules.move(make(*range(1, 30), selected=7), 29, 3)
    natural = ids(queue)
    mixed = rules.shuffle(queue, 42)
    assert ids(mixed)[0] == 7
    assert (mixed.selected_id, mixed.shuffled) == (7, True)
    assert sorted(ids(mixed)) == sorted(natural)
    assert ids(mixed) != natural
    again = rules.shuffle(mixed, 43)
    assert ids(again) != ids(mixed)
    back = rules.unshuffle(rules.select(again, 12))
    assert (ids(back), back.selected_id, back.shuffled) == (natural, 12, False)
    assert rules.unshuffle(back) is back


def test_nothing_is_shuffled_while_something_is_up_next() -> None:
    queue = rules.add(make(1, 2, 3), entries(10))
    for change in (lambda q: rules.shuffle(q, 1), rules.unshuffle):
        with pytest.raises(QueueError):
            change(queue)


def test_what_was_added_to_a_shuffled_queue_stays_beside_its_neighbour() -> None:
    mixed = rules.shuffle(make(1, 2, 3), 5)
    neighbour = mixed.selected_id
    queue = settled(rules.add(mixed, entries(10)))
    queue = rules.unshuffle(rules.select(queue, ids(queue)[-1]))
    assert ids(queue)[ids(queue).index(neighbour or 0) + 1] == 10


def test_reset_and_clear() -> None:
    queue = rules.add(make(1, 2, 3, selected=3), entries(10))
    assert (rules.reset(queue).selected_id, rules.reset(queue).last_added_id) == (1, None)
    assert rules.clear(queue) == Queue()
    assert rules.reset(Queue()) == Queue()


@pytest.mark.parametrize(
    ("center", "side", "options", "expected"),
    [
        (5, 2, {}, [3, 4, 5, 6, 7]),
        (0, 2, {}, [0, 1, 2]),
        (9, 2, {}, [7, 8, 9]),
        (5, 0, {}, [5]),
        (5, 99, {}, list(range(10))),
        (5, 2, {"before": False}, [6, 7]),
        (5, 2, {"after": False}, [3, 4]),
        (5, 2, {"before": False, "after": False}, []),
        (9, 2, {"repeat": True}, [7, 8, 9, 0, 1]),
        (0, 2, {"repeat": True}, [8, 9, 0, 1, 2]),
        (0, 9, {"repeat": True}, list(range(10))),
        (9, 6, {"repeat": True}, [3, 4, 5, 6, 7, 8, 9, 0, 1, 2]),
        (5, -3, {}, [5]),
    ],
)
def test_windows(center: int, side: int, options: dict[str, bool], expected: list[int]) -> None:
    shown = rules.window(entries(*range(10)), center, side, **options)
    assert [entry.id for entry in shown] == expected
    assert rules.window([], 0, 5) == []


@pytest.mark.property
@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_done_positions_stay_in_order_and_nothing_is_lost(seed: int) -> None:
    rng = random.Random(seed)
    queue = make(*range(1, 8))
    next_id = 100
    expected = set(ids(queue))
    for _ in range(200):
        some = rng.choice(ids(queue)) if queue.entries else None
        match rng.randrange(8):
            case 0 | 1:
                fresh = [next_id + n for n in range(rng.randrange(1, 3))]
                next_id += len(fresh)
                expected |= set(fresh)
                queue = rules.add(queue, entries(*fresh), following=rng.random() < 0.5)
            case 2 if some is not None and len(queue.entries) > 3:
                expected.discard(some)
                queue = rules.remove(queue, some)
            case 3 | 4 if some is not None:
                queue = rules.move(queue, some, rng.choice([None, *ids(queue)]))
            case 5 if some is not None:
                queue = rules.select(queue, some)
            case 6 if not queue.up_next:
                queue = rules.shuffle(queue, rng.randrange(1_000))
            case 7 if not queue.up_next:
                queue = rules.unshuffle(queue)
        queue = settled(queue)
        assert set(ids(queue)) == expected
        assert len(ids(queue)) == len(expected)
        assert queue.offset is not None
        places = [entry.position for entry in queue.entries]
        assert all(one is not None and two is not None and one < two for one, two in pairwise(places))
        if queue.up_next:
            assert queue.entries[(queue.offset or 0) + 1] == queue.up_next[0]


def test_settling_writes_only_what_has_no_place() -> None:
    queue = make(1, 2, 3)
    moved = settled(rules.move(queue, 3, 1))
    before = {entry.id: entry for entry in queue.entries}
    assert [entry.id for entry in moved.entries if entry != before[entry.id]] == [3]
    assert replace(moved.entries[1], position=3.0) == before[3]
