"""Search text: cut alike when it is stored and when it is asked for."""

import random

import pytest

from vitascope.core.naming import deletions, search_tokens
from vitascope.core.naming.search_text import MAX_TOKEN_LENGTH, MAX_TOKENS, distance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Matrix", "the matrix"),
        ("Amélie", "amelie"),
        ("Schindler's List", "schindlers list"),
        ("Schindler’s List", "schindlers list"),
        ("L'avventura", "l avventura"),
        ("Don't Look Now", "dont look now"),
        ("S.W.A.T.", "swat"),
        ("M*A*S*H", "mash"),
        ("E.T. the Extra-Terrestrial", "et the extra terrestrial"),
        ("R.E.M", "rem"),
        ("9-1-1", "9 1 1"),
        ("Se7en", "se7en"),
        ("2001: A Space Odyssey", "2001 a space odyssey"),
        ("snake_case", "snake case"),
        ("New York, New York", "new york new york"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
        ("Сталкер", "сталкер"),
        ("हिन्दी", "हिन्दी"),
        ("君の名は", "君の の名 名は は"),
        ("君", "君"),
        ("ガンダム", "ガン ンダ ダム ム"),
        ("ｶﾞﾝﾀﾞﾑ", "ガン ンダ ダム ム"),
        ("기생충", "기생 생충 충"),
        ("Akira アキラ 2", "akira アキ キラ ラ 2"),
        ("abc君の", "abc 君の の"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert search_tokens(text) == tuple(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"), [("君の名は", "君の の名 名は"), ("君", "君"), ("The Matrix", "the matrix")]
)
def test_a_query_asks_for_no_single_character_of_a_run(text: str, expected: str) -> None:
    assert search_tokens(text, for_query=True) == tuple(expected.split())


def test_every_query_token_is_in_what_was_stored() -> None:
    assert set(search_tokens("の名", for_query=True)) <= set(search_tokens("君の名は"))


def test_bounds() -> None:
    assert len(search_tokens("a b " * 5000)) == MAX_TOKENS
    assert len(search_tokens("君" * 5000)) == MAX_TOKENS
    assert search_tokens("x" * 5000) == ("x" * MAX_TOKEN_LENGTH,)
    assert all(len(token) <= MAX_TOKEN_LENGTH for token in search_tokens("é" * 500 + "君" * 9))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("mash", ("ash", "mah", "mas", "msh")),
        ("aaaa", ("aaa",)),
        ("abc", ()),
        ("2049", ()),
        ("se7en", ("e7en", "s7en", "se7e", "se7n", "seen")),
        ("", ()),
    ],
)
def test_deletions(token: str, expected: tuple[str, ...]) -> None:
    assert deletions(token) == expected


@pytest.mark.parametrize("typed", ["matix", "matrx", "mtarix", "matrxi", "maxrix"])
def test_one_slip_shares_a_deletion(typed: str) -> None:
    near = {"matrix", *deletions("matrix")}
    assert near & {typed, *deletions(typed)}


def _plain_distance(one: str, two: str) -> int:
    row = list(range(len(two) + 1))
    for at, left in enumerate(one, start=1):
        before, row[0] = row[0], at
        for column, right in enumerate(two, start=1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (left != right))
    return row[-1]


@pytest.mark.parametrize(("longest", "letters"), [(6, "ab"), (12, "abcé "), (90, "abcdefgh日"), (200, "a")])
def test_distance_is_that_of_the_whole_table(longest: int, letters: str) -> None:
    dice = random.Random(longest)
    for _ in range(150):
        one, two = ("".join(dice.choices(letters, k=dice.randint(0, longest))) for _ in range(2))
        assert distance(one, two) == _plain_distance(one, two), (one, two)
