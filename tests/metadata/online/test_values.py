"""Values out of JSON that anybody may have written."""

import pytest

from vitascope.metadata.online import values


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2019-03-05", "2019-03-05"),
        ("2019-03-05T00:00:00.000Z", "2019-03-05"),
        ("2019-02-29", None),
        ("2019-12-99", None),
        ("0000-01-01", None),
        ("\uff12\uff10\uff11\uff19-03-05", None),
        (20190305, None),
        (None, None),
    ],
)
def test_a_date_is_one_of_the_calendar(said: object, kept: str | None) -> None:
    assert values.date(said) == kept
