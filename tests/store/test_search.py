"""Search: what is found, in which order, for whom, and that candidates are bounded."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.search_text import search_tokens
from vitascope.core.naming.titles import fold
from vitascope.store import changes, search
from vitascope.store.batches import Changes, Deletes, Rows
from vitascope.store.rows import SearchTextRow

FILMS = [ItemType.MOVIE]


def titles(
    world: World, query: str, viewer: Viewer = OWNER, types: list[ItemType] = FILMS, limit: int = 10
) -> list[str]:
    tokens = search_tokens(query, for_query=True)
    hits = world.read(search.search, tokens, viewer, types, limit, folded=fold(query))
    return [world.item(hit.item_id).title for hit in hits]


@pytest.fixture
def films(world: World) -> World:
    section = world.section()
    for title in ("Amélie", "The Matrix", "Matrix", "The Matrix Reloaded", "Enter the Matrix", "Alien", "东京物语"):
        world.add(section, ItemType.MOVIE, title)
    return world


def test_the_exact_title_comes_first_then_beginnings_then_words(films: World) -> None:
    assert titles(films, "matrix")[0] == "Matrix"
    assert set(titles(films, "matrix")) == {"Matrix", "The Matrix", "The Matrix Reloaded", "Enter the Matrix"}
    assert titles(films, "the matrix")[:2] == ["The Matrix", "The Matrix Reloaded"]


def test_typing_letter_by_letter_never_loses_what_is_typed(films: World) -> None:
    for length in range(1, len("matrix rel") + 1):
        assert "The Matrix Reloaded" in titles(films, "matrix rel"[:length]) or length == 1
        assert "The Matrix Reloaded" in titles(films, "the matrix rel"[: length + 4])


def test_accents_and_scripts_without_spaces(films: World) -> None:
    assert titles(films, "amelie") == ["Amélie"]
    assert titles(films, "AMÉL") == ["Amélie"]
    assert titles(films, "物语") == ["东京物语"]
    assert titles(films, "物") == ["东京物语"]


@pytest.mark.parametrize("slip", ["matrx", "mattrix", "matrox", "martix", "reloadad"])
def test_one_typing_mistake_is_forgiven(films: World, slip: str) -> None:
    assert "The Matrix Reloaded" in titles(films, slip)


def test_two_mistakes_or_a_short_word_are_not_forgiven(films: World) -> None:
    assert titles(films, "mtrx") == []
    assert titles(films, "alein x") == []


def test_a_misspelt_word_beside_a_right_one(films: World) -> None:
    assert titles(films, "matrix reloded") == ["The Matrix Reloaded"]


def test_other_words_are_found_after_titles(world: World) -> None:
    section = world.section()
    one = world.add(section, ItemType.MOVIE, "One")
    world.add(section, ItemType.MOVIE, "Keanu")
    world.write(
        changes.apply, Changes(update=Rows(search_texts=[SearchTextRow(one.id, "one", "keanu reeves wachowski")]))
    )
    assert titles(world, "keanu") == ["Keanu", "One"]
    assert titles(world, "keanu wach") == ["One"]


def test_updated_and_deleted_texts_are_forgotten(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Some Alpha")
    world.write(changes.apply, Changes(update=Rows(search_texts=[SearchTextRow(item.id, "some beta")])))
    assert (titles(world, "alpha"), titles(world, "beta")) == ([], ["Some Alpha"])
    world.write(changes.apply, Changes(delete=Deletes(items=[item.id])))
    assert titles(world, "beta") == []


def test_many_tracks_do_not_hide_one_film_and_each_type_has_its_limit(world: World) -> None:
    music, films = world.section("artist", paths=[b"/music"]), world.section()
    world.add(films, ItemType.MOVIE, "A Day of Love")
    for number in range(6):
        world.add(music, ItemType.TRACK, f"Songs of Love {number}")
    found = titles(world, "love", types=[ItemType.TRACK, ItemType.MOVIE], limit=3)
    assert "A Day of Love" in found
    assert len(found) == 4


def test_people_find_only_what_they_may_see(world: World) -> None:
    open_, closed = world.section(), world.section(paths=[b"/closed"])
    world.add(open_, ItemType.MOVIE, "Alpha One", content_rating="G")
    world.add(open_, ItemType.MOVIE, "Alpha Two", content_rating="R")
    world.add(closed, ItemType.MOVIE, "Alpha Three", content_rating="G")
    world.add(open_, ItemType.MOVIE, "Alpha Four", content_rating="G", tags=[(TagType.LABEL, "private")])
    guest = Viewer(
        person_id=2,
        sections=frozenset({open_.id}),
        allowed_content_ratings=frozenset({"G"}),
        excluded_labels=frozenset({"private"}),
    )
    assert len(titles(world, "alpha")) == 4
    assert titles(world, "alpha", guest) == ["Alpha One"]
    assert titles(world, "alhpa", guest) == ["Alpha One"]


@pytest.mark.parametrize(
    "query", ["'", '"', "a'b", "* OR", "NOT", "kind", "\\", "(", ":*", "title_tokens:x", "NEAR(a b)"]
)
def test_nothing_in_a_query_is_syntax(films: World, query: str) -> None:
    titles(films, query)
    # even when the tokens were not made by search_tokens
    films.read(search.search, [query, query], OWNER, FILMS)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("matrix", "matrix", True),
        ("matrix", "matrx", True),
        ("matrx", "matrix", True),
        ("matrix", "matrox", True),
        ("matrix", "martix", True),
        ("matrix", "mtarxi", False),
        ("matrix", "matr", False),
        ("abcd", "abdd", True),
        ("abcd", "badc", False),
    ],
)
def test_one_edit_apart(one: str, two: str, expected: bool) -> None:
    assert search.one_edit_apart(one, two) is expected
    assert search.one_edit_apart(two, one) is expected


@pytest.fixture
def shelf(world: World) -> World:
    """Titles in which folding, cutting and order can go wrong."""
    section = world.section()
    for added, title in enumerate(
        (
            *(
                "Up",
                "The Upside",
                "Enter Updike",
                "Straße der Möwen",
                "Łódź",
                "Søren",
                "Ｗｉｄｅ Ｏｐｅｎ",
                "君の名は",
                "It",
            ),
            *("Italy", "An It Girl", "Schindler's List", "S.W.A.T.", "2001: A Space Odyssey", "20,000 Leagues"),
            "Malcolm X",
        )
    ):
        world.add(section, ItemType.MOVIE, title, added_at=added)
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # one or two letters: a title, the beginning of one (its article aside), or a whole word
        ("u", ["Up", "The Upside"]),
        ("up", ["Up", "The Upside"]),
        ("it", ["It", "Italy", "An It Girl"]),
        ("x", ["Malcolm X"]),
        ("20", ["20,000 Leagues", "2001: A Space Odyssey"]),
        ("君", ["君の名は"]),
        # three letters and more: words, the last one unfinished
        ("upd", ["Enter Updike"]),
        ("strasse", ["Straße der Möwen"]),
        ("strase", ["Straße der Möwen"]),
        ("mowen", ["Straße der Möwen"]),
        ("lodz", ["Łódź"]),
        ("soren", ["Søren"]),
        ("wide", ["Ｗｉｄｅ Ｏｐｅｎ"]),
        ("ｏｐｅｎ", ["Ｗｉｄｅ Ｏｐｅｎ"]),
        ("名は", ["君の名は"]),
        ("schindlers", ["Schindler's List"]),
        ("swat", ["S.W.A.T."]),
        ("upsidd", ["The Upside"]),
        ("itl", []),
        ("uqd", []),
    ],
)
def test_golden(shelf: World, query: str, expected: list[str]) -> None:
    assert titles(shelf, query) == expected
