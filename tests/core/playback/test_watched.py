import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.playback.watched import Credits, PlayedAt, WatchRules, judge, played_from_ms

HOUR = 3_600_000
ROLL = (Credits(start_ms=3_000_000), Credits(start_ms=3_400_000, final=True))


@pytest.mark.parametrize(
    ("behaviour", "markers", "expected"),
    [
        (PlayedAt.THRESHOLD, ROLL, 3_240_000),
        (PlayedAt.FINAL_CREDITS, ROLL, 3_400_000),
        (PlayedAt.FIRST_CREDITS, ROLL, 3_000_000),
        (PlayedAt.THRESHOLD_OR_FIRST_CREDITS, ROLL, 3_000_000),
        (PlayedAt.THRESHOLD_OR_FIRST_CREDITS, (Credits(start_ms=3_500_000),), 3_240_000),
        (PlayedAt.FINAL_CREDITS, (), 3_240_000),
        (PlayedAt.FINAL_CREDITS, ROLL[:1], 3_240_000),
        (PlayedAt.FIRST_CREDITS, (), 3_240_000),
    ],
)
def test_where_played_begins(behaviour: PlayedAt, markers: tuple[Credits, ...], expected: int) -> None:
    assert played_from_ms(HOUR, markers, WatchRules(played_at=behaviour)) == expected


def test_the_first_minute_leaves_no_resume_point() -> None:
    assert judge(time_ms=59_999, duration_ms=HOUR).resume_ms is None
    assert judge(time_ms=60_000, duration_ms=HOUR).resume_ms == 60_000


def test_a_play_is_counted_once() -> None:
    assert judge(time_ms=3_300_000, duration_ms=HOUR).played
    again = judge(time_ms=3_310_000, duration_ms=HOUR, already_played=True)
    assert not again.played
    assert again.resume_ms is None


def test_without_a_length_a_position_is_only_a_position() -> None:
    assert judge(time_ms=10 * HOUR, duration_ms=None).resume_ms == 10 * HOUR


@given(st.integers(0, 10 * HOUR), st.integers(1, 10 * HOUR), st.sampled_from(PlayedAt), st.integers(1, 100))
def test_played_and_resumed_exclude_each_other(
    time_ms: int, duration_ms: int, behaviour: PlayedAt, percent: int
) -> None:
    rules = WatchRules(played_at=behaviour, threshold_percent=percent)
    outcome = judge(time_ms=time_ms, duration_ms=duration_ms, credits_markers=ROLL, rules=rules)
    assert not (outcome.played and outcome.resume_ms is not None)
    if time_ms >= duration_ms:
        assert outcome.played
