"""Which books of the catalogue are believed to be ours, by edit distance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.matching import SURE
from vitascope.core.naming.search_text import distance
from vitascope.metadata.audiobooks.likeness import bare, book_score, likeness


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("", "", 0), ("kitten", "sitting", 3), ("abc", "", 3), ("salt", "salts", 1)]
)
def test_distance(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_likeness_is_a_percentage_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 100


def test_brackets_do_not_count() -> None:
    assert bare("The Salt Road (Unabridged) [Audible-B0SALTROAD]") == "The Salt Road"
    assert bare("(1984)") == "(1984)"


@pytest.mark.parametrize(
    ("title", "author", "found", "subtitle", "authors"),
    [
        ("The Salt Road", "Mira Holt", "The Salt Road", None, ["Mira Holt"]),
        ("the salt road (unabridged)", "Mira  HOLT", "The Salt Road", "A Novel", ["Joan Reed", "Mira Holt"]),
        ("The Salt Road: A Novel", "Mira Holt", "The Salt Road", "A Novel", ["Mira Holt"]),
        ("The Salt Road: The Long Coast, Book 1", "Mira Holt", "The Salt Road", None, ["Mira Holt"]),
        ("The Salt Rood", "Mira Holt", "The Salt Road", None, ["Mira Holt"]),
        ("Der Fänger", "J. R. R. Tölkin", "Der Fanger", None, ["JRR Tolkin"]),
    ],
)
def test_sure(title: str, author: str, found: str, subtitle: str | None, authors: list[str]) -> None:
    assert book_score(title, author, found, subtitle, authors) >= SURE


@pytest.mark.parametrize(
    ("title", "author", "found", "subtitle", "authors"),
    [
        ("The Salt Road", "Mira Holt", "The Salt Road", None, ["Somebody Else"]),
        ("The Salt Road", "Mira Holt", "The Salt House", None, ["Mira Holt"]),
        ("The Salt Road", None, "The Salt Road", None, ["Mira Holt"]),
        ("The Salt Road", "Mira Holt", "The Salt Road", None, []),
        ("The Long and Winding Coast, Book 1", "Mira Holt", "The Long and Winding Coast, Book 2", None, ["Mira Holt"]),
        ("Star Harbour: Night", "Mira Holt", "Star Harbour: Daylight Comes", None, ["Mira Holt"]),
        ("", "Mira Holt", "The Salt Road", None, ["Mira Holt"]),
        ("...", "Mira Holt", "!!!", None, ["Mira Holt"]),
    ],
)
def test_not_sure(title: str, author: str | None, found: str, subtitle: str | None, authors: list[str]) -> None:
    assert book_score(title, author, found, subtitle, authors) < SURE
