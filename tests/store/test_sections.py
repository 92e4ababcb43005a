"""Sections, their roots, and what stays when they go."""

import pytest
from sqlalchemy import func, select
from tests.support.store_world import World

from vitascope.core.model import ItemType, TagType
from vitascope.store import check, schema, sections, states
from vitascope.store.errors import NotFound


def test_making_listing_and_changing_a_section(world: World) -> None:
    section = world.section(paths=[b"/a", b"/b\xff"])
    assert world.read(sections.list_sections) == [section]
    assert world.read(sections.section_by_uuid, section.uuid) == section
    assert [row.path for row in world.read(sections.locations, section.id)] == [b"/a", b"/b\xff"]
    changed = world.write(sections.update_section, section.id, title="Renamed", prefs='{"a":1}')
    assert (changed.title, changed.prefs) == ("Renamed", '{"a":1}')
    with pytest.raises(NotFound):
        world.read(sections.get_section, 99)
    with pytest.raises(NotFound):
        world.write(sections.update_section, 99, title="x")


def test_a_root_that_is_taken_out_takes_its_items_and_a_kept_one_keeps_its_id(world: World) -> None:
    section = world.section(paths=[b"/a"])
    world.add(section, ItemType.MOVIE, "Alpha", with_file=True)
    kept = world.location(section)
    world.write(sections.update_section, section.id, paths=[b"/a", b"/b"])
    assert world.location(section) == kept
    assert world.read(sections.item_counts, section.id) == {ItemType.MOVIE: 1}
    world.write(sections.update_section, section.id, paths=[b"/b"])
    assert world.read(sections.item_counts, section.id) == {}
    assert [row.path for row in world.read(sections.locations, section.id)] == [b"/b"]
    assert world.read(check.check) == []


def test_deleting_a_section_keeps_what_people_did(world: World) -> None:
    gone, kept = world.section(), world.section(paths=[b"/kept"])
    film = world.add(gone, ItemType.MOVIE, "Alpha", with_file=True, tags=[(TagType.GENRE, "Drama")], keys=["alpha"])
    world.add(kept, ItemType.MOVIE, "Beta", with_file=True)
    world.write(states.mark_played, 1, film.id)
    world.write(sections.delete_section, gone.id)
    assert [row.id for row in world.read(sections.list_sections)] == [kept.id]
    assert world.read(check.check) == []
    with world.db.reader() as r:
        assert r.scalar(select(func.count()).select_from(schema.files)) == 1
    again = world.section()
    back = world.add(again, ItemType.MOVIE, "Alpha", identity_id=film.identity_id)
    assert world.read(states.state_of, 1, back.id).view_count == 1
    with pytest.raises(NotFound):
        world.write(sections.delete_section, gone.id)


def test_a_large_section_is_emptied_in_steps(world: World) -> None:
    section = world.section()
    for number in range(5):
        world.add(section, ItemType.MOVIE, f"Film {number}")
    removed = [world.write(sections.empty_section, section.id, 2) for _ in range(4)]
    assert removed == [2, 2, 1, 0]


def test_the_end_of_a_scan_is_noted(world: World) -> None:
    section = world.section()
    _, scan = world.db.versions.section(section.id)
    world.write(sections.scan_finished, section.id, changed=True)
    assert world.read(sections.get_section, section.id).scanned_at is not None
    assert world.db.versions.section(section.id)[1] == scan + 1


def test_the_mounts_of_a_root_are_remembered_until_it_goes(world: World) -> None:
    section = world.section(paths=[b"/a"])
    root = world.location(section)
    assert world.read(sections.mounts, root.id) == []
    world.write(sections.set_mounts, root.id, [b"b/c d", b"b\xff"])
    assert world.read(sections.mounts, root.id) == [b"b/c d", b"b\xff"]
    world.write(sections.set_mounts, root.id, [b"e"])
    assert world.read(sections.mounts, root.id) == [b"e"]
    world.write(sections.delete_section, section.id)
    assert world.read(sections.mounts, root.id) == []
