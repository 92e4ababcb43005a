"""The busiest stretches of a file."""

from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.bandwidths import STRETCHES_S, decided_by, required_kbps, written


def test_a_peak_counts_in_short_stretches_and_fades_in_long_ones() -> None:
    quiet, loud = 125_000, 1_250_000  # one and ten Mbit/s
    found = required_kbps([quiet] * 100 + [loud] * 4 + [quiet] * 100)
    assert found == (10_000, 10_000, 10_000, 5_500, 3_250, 2_125, 1_563, 1_282)


def test_what_is_even_needs_the_same_everywhere() -> None:
    assert required_kbps([125_000] * 300) == (1_000,) * 8
    assert required_kbps([125_000] * 3) == (1_000,) * 8


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=300))
def test_longer_stretches_never_need_more(sizes: list[int]) -> None:
    found = required_kbps(sizes)
    assert len(found) == len(STRETCHES_S)
    assert list(found) == sorted(found, reverse=True)
    assert found[-1] >= sum(sizes) * 8 // (len(sizes) * 1000)


def test_the_decision_reads_what_was_written() -> None:
    assert decided_by(written((80, 70, 60, 50, 40, 30, 20, 10))) == 40
    assert decided_by(None) is None
    assert decided_by("") is None
    assert decided_by("1,2") is None
