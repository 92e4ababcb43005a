"""Scores: what is matched without asking, and what is not."""

import pytest

from vitascope.core.matching import SURE, Facts, score, similarity


def film(title: str, year: int | None = None, *guids: str) -> Facts:
    return Facts(titles=[title], year=year, guids=guids)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (film("Northern Line", 1999), film("Northern Line", 1999)),
        (film("northern line", 1999), film("Northern Line!", 1999)),
        (film("Déjà Lumière", 2001), film("Deja Lumiere", 2002)),
        (film("The Iron Meadow", 2020), film("Iron Meadow, The", 2020)),
        (film("Northern Line", 1999), film("Northern Line")),
        (film("Northern Line"), film("Northern Line", 1999)),
        (film("Anything", 1950, "imdb://tt1"), film("Something else", 1999, "imdb://tt1", "tmdb://2")),
        (film("三人の旅", 1954), film("三人の旅", 1954)),
    ],
)
def test_the_same(wanted: Facts, found: Facts) -> None:
    assert score(wanted, found) >= SURE


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (film("Northern Line", 1999), film("Northern Line", 2011)),
        (film("Northern Line", 1999), film("Southern Cross", 1999)),
        (film("Northern Line", 1999, "imdb://tt1"), film("Northern Line", 1999, "imdb://tt2")),
        (film("Alien", 1979), film("Aliens", 1986)),
        (film("", 1999), film("", 1999)),
        (film("!!!", 1999), film("???", 1999)),
        (film("三人の旅", 1954), film("七人の侍", 1954)),
    ],
)
def test_not_the_same(wanted: Facts, found: Facts) -> None:
    assert score(wanted, found) < SURE


def test_of_two_that_are_named_alike_the_right_year_comes_first() -> None:
    wanted = film("Northern Line", 2010)
    years = sorted((1999, 2011, 2010, 2009), key=lambda year: -score(wanted, film("Northern Line", year)))
    assert years[0] == 2010
    assert years[-1] == 1999


def test_similarity_is_bounded_and_the_same_from_both_sides() -> None:
    for one, other in (("a" * 5000, "b" * 5000), ("Alien", "Aliens"), ("", "x"), ("x", "")):
        assert 0 <= similarity(one, other) <= 100
        assert similarity(one, other) == similarity(other, one)
