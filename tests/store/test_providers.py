"""Registered metadata providers, groups of them, and which section uses which."""

import pytest
from tests.support.store_world import World

from vitascope.store import providers, sections
from vitascope.store.errors import NotFound
from vitascope.store.providers import Described


def described(name: str) -> Described:
    return Described(
        identifier=f"tv.plex.agents.custom.{name}",
        title=name,
        uri=f"http://localhost/{name}",
        types="[1]",
        match_path="/m",
        metadata_path="/d",
    )


def add(world: World, name: str) -> int:
    return world.write(providers.add_provider, described(name)).id


def order(world: World, group: int) -> list[int]:
    return [item.provider_id for item in world.read(providers.get_group, group)[1]]


def test_an_identifier_is_given_once(world: World) -> None:
    first, second = add(world, "a"), add(world, "b")
    with pytest.raises(providers.Taken):
        add(world, "a")
    with pytest.raises(providers.Taken):
        world.write(providers.describe_again, second, described("a"))
    assert world.write(providers.describe_again, second, described("c")).identifier.endswith(".c")
    assert [row.id for row in world.read(providers.list_providers)] == [first, second]
    world.write(providers.delete_provider, first)
    with pytest.raises(NotFound):
        world.read(providers.get_provider, first)


def test_a_provider_in_a_group_stays_what_it_is(world: World) -> None:
    provider = add(world, "a")
    group = world.write(providers.add_group, "Group", "tv.plex.agents.custom.a")
    with pytest.raises(providers.InUse):
        world.write(providers.delete_provider, provider)
    with pytest.raises(providers.InUse):
        world.write(providers.describe_again, provider, described("b"))
    with pytest.raises(providers.InUse):
        world.write(providers.take_out, group, provider)
    with pytest.raises(providers.Misplaced):
        world.write(providers.add_group, "Group", "tv.plex.agents.custom.unknown")
    world.write(providers.delete_group, group)
    world.write(providers.delete_provider, provider)


def test_order_in_a_group(world: World) -> None:
    first, second, third = (add(world, name) for name in "abc")
    group = world.write(providers.add_group, "Group", "tv.plex.agents.custom.a")
    world.write(providers.place, group, second, None)
    item = world.write(providers.place, group, third, None)
    assert (item.ordering, order(world, group)) == (3000, [first, second, third])
    world.write(providers.place, group, third, -1)
    assert order(world, group) == [third, first, second]
    world.write(providers.place, group, first, item.id)
    assert order(world, group) == [third, first, second]
    items = {row.provider_id: row.id for row in world.read(providers.get_group, group)[1]}
    world.write(providers.place, group, third, items[second])
    assert order(world, group) == [first, second, third]
    with pytest.raises(providers.Misplaced):
        world.write(providers.place, group, third, items[third])
    assert order(world, group) == [first, second, third]


def test_the_primary_provider_of_a_section_is_asked_first(world: World) -> None:
    first, second = add(world, "a"), add(world, "b")
    group = world.write(providers.add_group, "Group", "tv.plex.agents.custom.a")
    world.write(providers.place, group, second, None)
    world.write(providers.place, group, second, -1)
    section = world.section()
    assert world.read(providers.providers_of_section, section.id) == []
    world.write(providers.use_group, section.id, group)
    assert [row.id for row in world.read(providers.providers_of_section, section.id)] == [first, second]
    assert world.read(providers.groups_of_sections) == {section.id: group}
    world.write(sections.delete_section, section.id)
    assert world.read(providers.groups_of_sections) == {}
    with pytest.raises(NotFound):
        world.write(providers.use_group, section.id, 999)
