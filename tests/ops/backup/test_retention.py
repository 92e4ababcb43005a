"""Which backups are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.ops.backup.retention import Candidate, Keep, to_remove

_START = datetime(2026, 1, 1, 3, tzinfo=UTC)


def _nightly(number: int) -> list[Candidate]:
    return [Candidate(name=f"{day:04}", taken_at=(_START + timedelta(days=day)).timestamp()) for day in range(number)]


def _kept(backups: list[Candidate], keep: Keep) -> list[datetime]:
    gone = {one.name for one in to_remove(backups, keep)}
    return [datetime.fromtimestamp(one.taken_at, UTC) for one in backups if one.name not in gone]


def test_a_year_of_nights() -> None:
    kept = _kept(_nightly(365), Keep(days=7, weeks=4, months=12))
    days = [day.strftime("%m-%d") for day in kept]
    assert days[-7:] == ["12-25", "12-26", "12-27", "12-28", "12-29", "12-30", "12-31"]
    assert [day for day in days[:-7] if day not in ("12-13", "12-20")] == [
        "01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30",
    ]  # fmt: skip
    assert {"12-13", "12-20", "12-27"} < set(days)


def test_days_without_a_backup_do_not_count() -> None:
    old = [Candidate(name=str(n), taken_at=(_START + timedelta(days=100 * n)).timestamp()) for n in range(3)]
    assert to_remove(old, Keep(days=3, weeks=0, months=0)) == []


def test_the_last_good_one_outlives_any_number_of_bad_ones() -> None:
    backups = _nightly(60)
    good = Candidate(name="good", taken_at=(_START - timedelta(days=1)).timestamp(), verified=True)
    assert good not in to_remove([good, *backups], Keep(days=1, weeks=0, months=0))


_candidates = st.lists(
    st.builds(
        Candidate,
        name=st.uuids().map(str),
        taken_at=st.integers(0, 3_000_000_000).map(float),
        verified=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda one: one.name,
)
_keeps = st.builds(Keep, days=st.integers(0, 10), weeks=st.integers(0, 10), months=st.integers(0, 20))


@given(_candidates, _keeps)
def test_what_always_holds(backups: list[Candidate], keep: Keep) -> None:
    gone = to_remove(backups, keep)
    left = [one for one in backups if one not in gone]
    assert gone == sorted(gone, key=lambda one: (one.taken_at, one.name))
    assert to_remove(left, keep) == [], "removing again removes nothing"
    if backups:
        assert max(backups, key=lambda one: (one.taken_at, one.name)) in left
    good = [one for one in backups if one.verified]
    if good:
        assert max(good, key=lambda one: (one.taken_at, one.name)) in left
    assert len(left) <= keep.days + keep.weeks + keep.months + 2
    days = sorted({datetime.fromtimestamp(one.taken_at, UTC).date() for one in backups}, reverse=True)[: keep.days]
    assert {datetime.fromtimestamp(one.taken_at, UTC).date() for one in left} >= set(days)


@given(_candidates, _keeps, st.randoms())
def test_the_order_does_not_matter(backups: list[Candidate], keep: Keep, dice: object) -> None:
    mixed = list(backups)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    assert to_remove(mixed, keep) == to_remove(backups, keep)


def test_as_text() -> None:
    assert Keep.parse("7d,4w,12m") == Keep()
    assert Keep.parse(" 3D 1w") == Keep(days=3, weeks=1, months=0)
    for text in ("", "7", "7y", "0d", "d", "-1d", "7d;4w"):
        with pytest.raises(ValueError, match="7d,4w,12m"):
            Keep.parse(text)
