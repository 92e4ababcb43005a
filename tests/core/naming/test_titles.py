"""Sorting and folding of titles."""

import itertools

import pytest

from vitascope.core.naming import articles_of, filed_under, first_character, fold, sort_key, sort_title
from vitascope.core.naming.titles import MAX_KEY_LENGTH, filing_key


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The 100", "100"),
        ("The Matrix", "Matrix"),
        ("the matrix", "matrix"),
        ("A Quiet Place", "Quiet Place"),
        ("An Education", "Education"),
        ("Das Boot", "Boot"),
        ("Der Untergang", "Untergang"),
        ("El Camino", "Camino"),
        ("La La Land", "La Land"),
        ("The The", "The"),
        ("The", "The"),
        ("A", "A"),
        ("A.I.", "A.I."),
        ("A-Ha", "A-Ha"),
        ("Theodore Rex", "Theodore Rex"),
        ("Die Hard", "Die Hard"),
        ("  The   Thing ", "Thing"),
        ("", ""),
    ],
)
def test_sort_title(title: str, expected: str) -> None:
    assert sort_title(title) == expected


def test_sort_title_with_other_articles() -> None:
    assert sort_title("Les Misérables", ("les",)) == "Misérables"
    assert sort_title("The Matrix", ()) == "The Matrix"


@pytest.mark.parametrize(
    ("text", "expected"), [("the, Das ,,der,the", ("the", "das", "der")), ("", ()), (" , ", ()), ("l'", ("l'",))]
)
def test_articles_are_written_with_commas_between(text: str, expected: tuple[str, ...]) -> None:
    assert articles_of(text) == expected


@pytest.mark.parametrize("articles", [(), ("the",), ("les", "a")])
@pytest.mark.parametrize(
    "title", ["The Matrix", "The 100", "Les Misérables", "A A Milne", "A", "", "Die Hard", "The Éclair", "The - Thing"]
)
def test_what_a_title_is_filed_under_is_read_from_its_key(title: str, articles: tuple[str, ...]) -> None:
    assert filed_under(title, filing_key(title, None, articles)) == sort_title(title, articles)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amélie", "amelie"),
        ("AMÉLIE", "amelie"),
        ("Ame\u0301lie", "amelie"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Smørrebrød", "smorrebrod"),
        ("Łódź", "lodz"),
        ("Đorđe", "dorde"),
        ("Ægir", "aegir"),
        ("Œuvre", "oeuvre"),
        ("Þór", "thor"),
        ("Müller", "muller"),
        ("İstanbul", "istanbul"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
        ("ﬁlm", "film"),
        ("Ocean’s", "ocean's"),
        ("“Quote”", '"quote"'),
        ("Spider–Man", "spider-man"),
        ("Ёлки", "елки"),
        ("Ά", "α"),
        ("が", "が"),
        ("기생충", "기생충"),
        ("a \t b", "a b"),
        ("", ""),
        ("x\udce9y", "x y"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


ORDER = [
    "2 Fast 2 Furious",
    "7 Rings",
    "10 Things I Hate About You",
    "12 Angry Men",
    "12 Monkeys",
    "100",
    "300",
    "1917",
    "2001: A Space Odyssey",
    "2012",
    "12345678901",
    "Alien",
    "Alien 3",
    "Alien 20",
    "Alien Resurrection",
    "Aliens",
    "Amélie",
    "Amen",
    "Léon",
    "Schindler's List",
    "Straße der Sehnsucht",
    "Strasse des Todes",
    "Zulu",
    "Ζ",
    "Сталкер",
    "七人の侍",
    "기생충",
]


@pytest.mark.parametrize(("earlier", "later"), list(itertools.pairwise(ORDER)))
def test_order(earlier: str, later: str) -> None:
    assert sort_key(earlier).encode() < sort_key(later).encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "amelie"),
        ("Spider-Man", "Spider Man"),
        ("Ocean's Eleven", "Ocean’s Eleven"),
        ("...And Justice for All", "And Justice for All"),
        ("007", "7"),
        ("WALL·E", "Wall-E"),
        ("Ｆｕｌｌ", "full"),
    ],
)
def test_equal_keys(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_a_title_of_signs_alone_keeps_a_key() -> None:
    assert sort_key("!!!") == "!!!"
    assert sort_key("!!!") != sort_key("???")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Alien", "A"),
        ("Élan", "E"),
        ("The 100", "#"),
        ("1917", "#"),
        ("!!!", "#"),
        ("...And Justice for All", "A"),
        ("Ёлки", "Е"),
        ("ß", "S"),
        ("七人の侍", "七"),
        ("기생충", "기"),
        ("", "#"),
    ],
)
def test_first_character(title: str, expected: str) -> None:
    assert first_character(sort_key(sort_title(title))) == expected


def test_a_key_fits_every_index() -> None:
    assert len(sort_key("あ" * 5000)) == MAX_KEY_LENGTH
    assert len(sort_key("\U0001f600" * 5000).encode()) <= 4 * MAX_KEY_LENGTH
