"""What is like an item: rare tags before common ones, never itself, never what is hidden."""

from typing import Any

from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.similar import similar_items

DRAMA = (TagType.GENRE, "Drama")
WESTERN = (TagType.GENRE, "Western")


def film(world: World, section: SectionRow, title: str, *tags: tuple[TagType, str], **columns: Any) -> ItemRow:
    return world.add(section, ItemType.MOVIE, title, tags=tags, **columns)


def alike(world: World, item: ItemRow, viewer: Viewer = OWNER, limit: int = 10) -> list[str]:
    return [world.item(other).title for other in world.read(similar_items, item, viewer, limit)]


def test_a_collection_and_people_say_more_than_a_common_genre(world: World) -> None:
    section = world.section()
    one = film(world, section, "One", DRAMA, (TagType.DIRECTOR, "Ada"), (TagType.COLLECTION, "Saga"))
    film(world, section, "Genre", DRAMA)
    film(world, section, "Director", DRAMA, (TagType.DIRECTOR, "Ada"))
    film(world, section, "Sequel", DRAMA, (TagType.COLLECTION, "Saga"))
    film(world, section, "Nothing", WESTERN)
    assert alike(world, one) == ["Sequel", "Director", "Genre"]
    assert alike(world, one, limit=1) == ["Sequel"]


def test_a_rare_genre_says_more_than_a_common_one_and_years_decide_the_rest(world: World) -> None:
    section = world.section()
    one = film(world, section, "One", DRAMA, WESTERN, year=1960)
    for number in range(8):
        film(world, section, f"Drama {number}", DRAMA, year=2000)
    film(world, section, "Old drama", DRAMA, year=1961)
    film(world, section, "Western", WESTERN, year=2000)
    assert alike(world, one)[:2] == ["Western", "Old drama"]


def test_never_itself_nor_another_edition_nor_another_section_or_type(world: World) -> None:
    section, other = world.section(), world.section(title="Others")
    one = film(world, section, "One", DRAMA, year=2000)
    film(world, section, "One", DRAMA, year=2000, edition="Long")
    film(world, other, "Elsewhere", DRAMA)
    world.add(section, ItemType.EPISODE, "Episode", tags=[DRAMA])
    film(world, section, "Gone", DRAMA, deleted_at=5)
    assert alike(world, one) == []
    assert alike(world, film(world, section, "Untagged")) == []


def test_what_a_person_may_not_see_is_not_like_anything(world: World) -> None:
    section = world.section()
    one = film(world, section, "One", DRAMA, content_rating="G")
    film(world, section, "Grim", DRAMA, content_rating="R")
    film(world, section, "Mild", DRAMA, content_rating="G")
    child = Viewer(person_id=2, allowed_content_ratings=frozenset({"G"}))
    assert alike(world, one, child) == ["Mild"]


def test_artists_that_the_tags_call_similar_come_first(world: World) -> None:
    section = world.section("artist", "Music")
    one = world.add(section, ItemType.ARTIST, "One", tags=[(TagType.SIMILAR, "Björk Ó"), (TagType.STYLE, "Trip Hop")])
    world.add(section, ItemType.ARTIST, "Style", tags=[(TagType.STYLE, "Trip Hop")])
    world.add(section, ItemType.ARTIST, "BJÖRK Ó")
    assert alike(world, one) == ["BJÖRK Ó", "Style"]
