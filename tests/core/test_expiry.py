"""Which episodes are not to be kept."""

from dataclasses import replace

import pytest

from vitascope.core.expiry import Episode, Rule, Wish, expired

DAY = 86_400
NOW = 1_000 * DAY


def series(*watched: int) -> list[Episode]:
    """A special and six episodes of two seasons, added one a day and the last today; those ``watched`` two days ago."""
    places = ((0, 1), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3))
    return [
        Episode(
            item_id=number,
            season=season,
            number=index,
            added_at=NOW - (6 - number) * DAY,
            watched_at=NOW - 2 * DAY if number in watched else None,
        )
        for number, (season, index) in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("wish", "watched", "gone"),
    [
        (Wish(), (0, 1, 2), []),
        (Wish(watched=1), (0, 1, 2), [0, 1, 2]),
        (Wish(watched=7), (1, 2), []),
        (Wish(watched=100), (1,), [1]),
        (Wish(unwatched=3), (), [1, 2, 3]),
        (Wish(unwatched=1), (6,), [1, 2, 3, 4]),
        (Wish(unwatched=5), (1, 2), []),
        (Wish(unwatched=-3), (), [1, 2]),
        (Wish(unwatched=-30), (), []),
        (Wish(unwatched=1, watched=1), (0, 1), [0, 1, 2, 3, 4, 5]),
        (Wish(unwatched=0, watched=-1), (1,), []),
    ],
)
def test_wishes(wish: Wish, watched: tuple[int, ...], gone: list[int]) -> None:
    assert list(expired(reversed(series(*watched)), wish, NOW)) == gone


def test_what_was_begun_is_kept() -> None:
    known = [replace(each, begun=each.item_id in (1, 2)) for each in series(1)]
    assert list(expired(known, Wish(unwatched=3, watched=100), NOW)) == [3]


def test_it_says_by_which_wish_something_goes() -> None:
    found = expired(series(1), Wish(unwatched=4, watched=100), NOW)
    assert found == {1: Rule.WATCHED, 2: Rule.UNWATCHED}
