"""Extras added by their address hang on identities, and their items are made again when they are gone."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, ProbedFile, StreamInfo, StreamType
from vitascope.library.added_extras import playable
from vitascope.store import changes, check, extras, items, people, relations, states, uniting
from vitascope.store.batches import Changes
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemRow

PROBED = ProbedFile(
    container="mp4",
    duration_ms=9_000,
    size_bytes=77,
    streams=(StreamInfo(type=StreamType.VIDEO, index=0, codec="h264"),),
)
ELSEWHERE = "https://example.org/t.mp4"


def add(world: World, *owners: ItemRow, address: str = ELSEWHERE, title: str = "Trailer") -> list[int]:
    return world.write(
        extras.add, [one.id for one in owners], address=address, title=title, extra_type=1, playable=playable(PROBED)
    )


def titles(world: World, owner: ItemRow) -> list[str]:
    return [view.item.title for view in world.read(hydrate, world.read(relations.extras, owner.id, OWNER), OWNER)]


def drop(world: World, item: ItemRow) -> None:
    batch = Changes()
    batch.delete.items = [item.id]
    world.write(changes.apply, batch)


def test_it_is_an_item_with_media_that_belongs_to_another(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    (extra,) = add(world, film)
    (view,) = world.read(hydrate, [extra], OWNER, full=True)
    assert (view.item.type, view.item.extra_type, view.item.parent_id) == (ItemType.CLIP, 1, film.id)
    ((part,),) = (media.parts for media in view.media)
    assert (part.part.container, part.part.duration_ms, len(part.streams)) == ("mp4", 9_000, 1)
    assert part.file.path.decode() == ELSEWHERE
    found = world.read(extras.address_of_part, part.part.id, OWNER)
    assert found is not None
    assert (found[1], found[2].id) == (ELSEWHERE, extra)
    assert world.read(items.part_for_delivery, part.part.id, OWNER) is None  # nothing here opens what lies elsewhere
    assert world.read(check.check) == []
    assert world.item(film.id).child_count == 0


def test_it_outlives_its_item_with_what_people_did(world: World) -> None:
    section = world.section()
    world.write(people.add_person, "guest")
    film = world.add(section, ItemType.MOVIE, "Alpha")
    (extra,) = add(world, film, address="/media/t.mp4")
    world.write(states.mark_played, 2, extra)
    drop(world, film)
    assert world.read(items.get_items, [extra], OWNER) == []
    found = world.add(section, ItemType.MOVIE, "Alpha", identity_id=film.identity_id)
    (back,) = world.read(relations.extras, found.id, OWNER)
    assert back != extra
    assert world.read(states.state_of, 2, back).view_count == 1
    assert world.read(states.state_of, 1, back).view_count == 0
    world.write(extras.give, [found.id])
    assert titles(world, found) == ["Trailer"]
    assert world.read(check.check) == []


def test_every_item_of_an_identity_has_it_and_loses_it(world: World) -> None:
    one = world.add(world.section(), ItemType.MOVIE, "Alpha")
    two = world.add(world.section(title="Others"), ItemType.MOVIE, "Alpha", identity_id=one.identity_id)
    (extra,) = add(world, one)
    assert titles(world, one) == titles(world, two) == ["Trailer"]
    world.write(extras.forget, [world.item(extra).identity_id])
    assert titles(world, one) == titles(world, two) == []
    assert world.write(extras.give, [one.id, two.id]) == []
    assert world.read(check.check) == []


def test_they_follow_an_identity_that_is_merged(world: World) -> None:
    section = world.section()
    one, other = (world.add(section, ItemType.MOVIE, title) for title in ("Alpha", "Beta"))
    add(world, other)
    world.write(uniting.merge, one.identity_id, other.identity_id)
    assert titles(world, one) == ["Trailer"]


def test_all_or_nothing_and_not_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    with pytest.raises(NotFound):
        world.write(extras.add, [film.id, 9_999], address=ELSEWHERE, title="x", extra_type=1, playable=playable(PROBED))
    assert titles(world, film) == []
    monkeypatch.setattr(extras, "MOST", 2)
    add(world, film)
    add(world, film, title="Another")
    with pytest.raises(extras.TooMany):
        add(world, film)
    assert titles(world, film) == ["Another", "Trailer"]
