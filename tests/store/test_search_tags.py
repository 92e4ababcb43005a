"""People and other tags by any word of their names: who comes first, for whom, and that slips are forgiven."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.search_text import search_tokens
from vitascope.core.naming.titles import fold
from vitascope.store import check, tags
from vitascope.store.search_tags import search_tags

KINDS = [int(TagType.DIRECTOR), int(TagType.ROLE), int(TagType.GENRE)]


def names(world: World, query: str, viewer: Viewer = OWNER, limit: int = 10, kinds: list[int] = KINDS) -> list[str]:
    tokens = search_tokens(query, for_query=True)
    found = world.read(search_tags, tokens, fold(query), viewer, kinds, limit)
    return [row.tag for row in found]


@pytest.fixture
def people(world: World) -> World:
    section = world.section()
    cast = ["Otto Berg", "Bergljot Otta", "Zoé Marin", "Åsa Berg-Lund", "Tomas Hanks"]
    for number, name in enumerate(cast):
        for copy in range(number + 1):
            world.add(section, ItemType.MOVIE, f"Film {number} {copy}", tags=[(TagType.ROLE, name)])
    world.add(section, ItemType.MOVIE, "One", tags=[(TagType.DIRECTOR, "Ana Vela"), (TagType.ROLE, "Ana")])
    world.add(section, ItemType.MOVIE, "Two", tags=[(TagType.DIRECTOR, "Anatol"), (TagType.GENRE, "Science Fiction")])
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ana", ["Ana", "Ana Vela", "Anatol"]),
        ("berg", ["Bergljot Otta", "Åsa Berg-Lund", "Otto Berg"]),
        ("otto b", ["Otto Berg"]),
        ("berg otto", ["Otto Berg"]),
        ("asa", ["Åsa Berg-Lund"]),
        ("zoe marin", ["Zoé Marin"]),
        ("MARÍN", ["Zoé Marin"]),
        ("haks", ["Tomas Hanks"]),
        ("hankss", ["Tomas Hanks"]),
        ("tomas hnaks", ["Tomas Hanks"]),
        ("fiction", ["Science Fiction"]),
        ("hk", []),
        ("otto hanks", []),
        ("!!!", []),
        ("", []),
    ],
)
def test_golden(people: World, query: str, expected: list[str]) -> None:
    assert names(people, query) == expected


def test_each_type_has_its_limit(people: World) -> None:
    assert names(people, "ana", limit=1) == ["Ana", "Ana Vela"]
    assert names(people, "ana", kinds=[int(TagType.DIRECTOR)]) == ["Ana Vela", "Anatol"]


def test_nobody_finds_a_person_on_what_they_may_not_see(people: World) -> None:
    stranger = Viewer(person_id=2, sections=frozenset({999}))
    assert names(people, "berg", stranger) == []
    section = people.section(title="Rated", paths=[b"/rated"])
    for rating, name in (("G", "Mild Mann"), ("R", "Grim Mann")):
        people.add(section, ItemType.MOVIE, name, content_rating=rating, tags=[(TagType.ROLE, name)])
    child = Viewer(person_id=3, allowed_content_ratings=frozenset({"G"}))
    assert names(people, "mann", child) == ["Mild Mann"]


def test_a_tag_made_by_hand_is_found_and_a_rebuilt_search_finds_the_same(people: World) -> None:
    section = people.section(title="Others", paths=[b"/others"])
    film = people.add(section, ItemType.MOVIE, "Three")
    people.write(tags.set_tags, film.id, TagType.GENRE, ["Film Noir"])
    people.write(check.rebuild_search)
    assert names(people, "noir") == ["Film Noir"]
    assert names(people, "niir") == ["Film Noir"]
    assert names(people, "berg") == ["Bergljot Otta", "Åsa Berg-Lund", "Otto Berg"]


def test_a_tag_nobody_looks_for_has_no_words(world: World) -> None:
    world.add(world.section("photo"), ItemType.PHOTO, "Photo", tags=[(TagType.APERTURE, "f/2.8 wide")])
    assert names(world, "wide", kinds=[int(TagType.APERTURE)]) == []
