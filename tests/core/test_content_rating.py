"""Age ratings in the spellings that files use."""

import pytest

from vitascope.core import content_rating


@pytest.mark.parametrize(
    ("text", "shown", "years"),
    [
        ("PG-13", "PG-13", 13), ("pg-13", "PG-13", 13), ("Rated R", "R", 17), ("Rated PG for mild peril", "PG", 10),
        ("US:PG-13 / Germany:12", "PG-13", 13), ("Germany:FSK 16", "de/16", 16), ("FSK 6", "de/6", 6),
        ("de/12", "de/12", 12), ("DE-16", "de/16", 16), ("gb/12A", "gb/12A", 12), ("UK:15", "gb/15", 15),
        ("Australia:MA15+", "au/MA15+", 15), ("TV-MA", "TV-MA", 17), ("tv-14", "TV-14", 14), ("NC-17", "NC-17", 18),
        ("18", "18", 18), ("K-12", "K-12", 12), ("France:Tous publics", "fr/TOUS PUBLICS", 0),
        ("Not Rated", None, None), ("NR", None, None), ("", None, None), ("   ", None, None), ("XYZZY", "XYZZY", None),
        ("Rated", None, None),
    ],
)  # fmt: skip
def test_spelling_and_age(text: str, shown: str | None, years: int | None) -> None:
    assert content_rating.normalize(text) == shown
    assert content_rating.age(text) == years
    assert content_rating.age(shown) == years


def test_absent() -> None:
    assert content_rating.normalize(None) is None
    assert content_rating.age(None) is None
