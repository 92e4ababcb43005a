"""Tags and their numbers."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store import tags
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate

DRAMA, CRIME = (TagType.GENRE, "Drama"), (TagType.GENRE, "Crime")


def listed(world: World, section_id: int, viewer: Viewer | None = None) -> list[tuple[str, int]]:
    found = world.read(tags.values, section_id, ItemType.MOVIE, TagType.GENRE, viewer)
    return [(value.tag, value.item_count) for value in found]


def test_values_are_in_order_and_counted(world: World) -> None:
    section = world.section()
    world.add(section, ItemType.MOVIE, "One", tags=[DRAMA, CRIME, (TagType.DIRECTOR, "Ana")])
    world.add(section, ItemType.MOVIE, "Two", tags=[DRAMA])
    assert listed(world, section.id) == [("Crime", 1), ("Drama", 2)]
    assert listed(world, section.id + 1) == []
    director = world.read(tags.tag_by_name, TagType.DIRECTOR, "Ana")
    assert director is not None
    assert world.read(tags.tag, director.id) == director
    with pytest.raises(NotFound):
        world.read(tags.tag, 999)


def test_values_of_a_restricted_person_count_only_what_they_see(world: World) -> None:
    section = world.section()
    world.add(section, ItemType.MOVIE, "One", tags=[DRAMA, CRIME], content_rating="R")
    world.add(section, ItemType.MOVIE, "Two", tags=[DRAMA], content_rating="G")
    guest = Viewer(person_id=2, allowed_content_ratings=frozenset({"G"}))
    assert listed(world, section.id, guest) == [("Drama", 1)]
    assert listed(world, section.id, Viewer(person_id=2, sections=frozenset())) == []
    assert listed(world, section.id, OWNER) == [("Crime", 1), ("Drama", 2)]


def test_setting_tags_by_hand_keeps_the_numbers_right(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "One", tags=[DRAMA, (TagType.LABEL, "mine")])
    edit, _ = world.db.versions.section(section.id)
    world.write(tags.set_tags, item.id, TagType.GENRE, ["Crime", "War", "Crime"])
    assert listed(world, section.id) == [("Crime", 1), ("War", 1)]
    view = world.read(hydrate, [item.id], OWNER)[0]
    assert [tag.tag for tag in view.tags] == ["Crime", "War", "mine"]
    assert world.db.versions.section(section.id)[0] == edit + 1
    world.write(tags.set_tags, item.id, TagType.GENRE, [])
    assert listed(world, section.id) == []
