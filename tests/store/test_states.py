"""What a person did, and the numbers of containers that follow from it."""

import random

import pytest
from sqlalchemy import func, select
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, Viewer
from vitascope.store import changes, history, people, rollups, schema, states
from vitascope.store.batches import Changes, Deletes
from vitascope.store.history import Asked
from vitascope.store.hydration import hydrate
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, ProgressRow
from vitascope.store.writer import Writer


def progress(r: Reader) -> dict[tuple[int, int], ProgressRow]:
    return {(row.person_id, row.item_id): row for row in r.rows(ProgressRow, select(schema.progress))}


def viewed(world: World, item: ItemRow) -> int:
    return world.read(hydrate, [item.id], OWNER)[0].viewed_leaf_count


def test_stopping_in_the_middle_and_finishing(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    before = world.db.versions.person(1)
    assert world.write(states.report_progress, 1, film.id, 90_000).view_offset_ms == 90_000
    assert world.db.versions.person(1) == before + 1
    done = world.write(states.mark_played, 1, film.id)
    assert (done.view_count, done.view_offset_ms) == (1, None)
    lines, total = world.read(history.lines, Asked(person_id=1), OWNER)
    assert total == 1
    assert lines[0].item_id == film.id
    assert world.read(states.state_of, 2, film.id).view_count == 0


def test_marking_a_show_reaches_every_leaf_and_only_the_unwatched(world: World) -> None:
    top, leaves = world.show(world.section("show"), "Alpha", seasons=2, episodes=2)
    world.write(states.mark_played, 1, leaves[0].id)
    world.write(states.mark_played, 1, leaves[0].id)
    assert world.write(states.mark_watched, 1, top.id, True) == 3
    assert viewed(world, top) == 4
    assert world.read(states.state_of, 1, leaves[0].id).view_count == 2
    season = world.item(leaves[0].parent_id or 0)
    world.write(states.mark_watched, 1, season.id, False)
    assert (viewed(world, top), viewed(world, season)) == (2, 0)
    assert world.read(history.lines, Asked(), OWNER)[1] == 2


def test_one_identity_in_two_sections_is_watched_in_both(world: World) -> None:
    one, two = world.section("show", "One"), world.section("show", "Two", paths=[b"/other"])
    top1, leaves = world.show(one, "Alpha", seasons=1, episodes=1)
    top2 = world.add(two, ItemType.SHOW, "Alpha", identity_id=top1.identity_id)
    season = world.add(two, ItemType.SEASON, "Season 1", parent=top2)
    world.add(two, ItemType.EPISODE, "Alpha 1x1", parent=season, identity_id=leaves[0].identity_id)
    world.write(states.mark_played, 1, leaves[0].id)
    assert (viewed(world, top1), viewed(world, top2)) == (1, 1)


def test_a_leaf_that_comes_back_is_still_watched(world: World) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=1, episodes=2)
    world.write(states.mark_played, 1, leaves[0].id)
    world.write(changes.apply, Changes(delete=Deletes(items=[leaves[0].id])))
    assert viewed(world, top) == 0
    season = world.item(leaves[0].parent_id or 0)
    world.add(section, ItemType.EPISODE, "Again", parent=season, identity_id=leaves[0].identity_id)
    assert viewed(world, top) == 1


def test_ratings_and_skips(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    assert world.write(states.rate, 1, film.id, 7.5).rating == 7.5
    assert world.write(states.rate, 1, film.id, None).rating is None
    with pytest.raises(ValueError, match="between"):
        world.write(states.rate, 1, film.id, 11)
    world.write(states.skipped, 1, film.id)
    assert world.write(states.skipped, 1, film.id).skip_count == 2


def test_history_pages_filters_and_forgets(world: World) -> None:
    section = world.section()
    films = [world.add(section, ItemType.MOVIE, f"Film {n}") for n in range(3)]
    world.write(people.add_person, "guest")
    for film in films:
        world.write(states.mark_played, 1, film.id)
    world.write(states.mark_played, 2, films[0].id)
    lines, total = world.read(history.lines, Asked(), OWNER, start=1, size=2)
    assert (len(lines), total) == (2, 4)
    assert world.read(history.lines, Asked(person_id=2), OWNER)[0][0].item_id == films[0].id
    assert world.read(history.lines, Asked(item_id=films[0].id), OWNER)[1] == 2
    assert world.read(history.lines, Asked(section_id=section.id + 1), OWNER)[1] == 0
    world.write(history.delete, [line.id for line in lines])
    assert world.read(history.lines, Asked(), OWNER)[1] == 2


@pytest.mark.property
@pytest.mark.parametrize("seed", range(3))
def test_progress_is_what_counting_everything_says(world: World, seed: int) -> None:
    dice = random.Random(seed)
    section = world.section("show")
    shows = [world.show(section, name, seasons=2, episodes=2) for name in ("Alpha", "Beta")]
    leaves = [leaf for _, some in shows for leaf in some]
    containers = [world.item(i) for leaf in leaves for i in {leaf.parent_id, leaf.grandparent_id} if i]
    gone: list[ItemRow] = []
    for step in range(40):
        person, leaf, container = dice.choice([1, 2]), dice.choice(leaves), dice.choice(containers)
        match dice.randrange(8):
            case 0 | 1:
                world.write(states.mark_played, person, leaf.id)
            case 2:
                world.write(states.mark_watched, person, leaf.id, dice.random() < 0.4)
            case 3:
                world.write(states.mark_watched, person, container.id, dice.random() < 0.5)
            case 4 | 5:
                world.write(states.report_progress, person, leaf.id, 1000 * step)
            case 6 if len(leaves) > 3:
                world.write(changes.apply, Changes(delete=Deletes(items=[leaf.id])))
                leaves.remove(leaf)
                gone.append(leaf)
            case _ if gone:
                back = gone.pop()
                parent = world.item(back.parent_id or 0)
                leaves.append(world.add(section, ItemType.EPISODE, "Back", parent=parent, identity_id=back.identity_id))

    def again(tx: Writer) -> None:
        rollups.recount_progress(tx, {container.id for container in containers})

    kept = world.read(progress)
    world.write(again)
    counted = world.read(progress)
    assert {key: (row.viewed_leaf_count, row.last_viewed_at) for key, row in kept.items()} == {
        key: (row.viewed_leaf_count, row.last_viewed_at) for key, row in counted.items()
    }
    for row in kept.values():
        with world.db.reader() as r:
            watched = r.scalar(
                select(func.count())
                .select_from(schema.items)
                .join(schema.states, schema.states.c.identity_id == schema.items.c.identity_id)
                .where(
                    (schema.items.c.parent_id == row.item_id) | (schema.items.c.grandparent_id == row.item_id),
                    schema.items.c.type == int(ItemType.EPISODE),
                    schema.states.c.person_id == row.person_id,
                    schema.states.c.view_count > 0,
                )
            )
        assert watched == row.viewed_leaf_count
    guest = Viewer(person_id=2)
    for view in world.read(hydrate, [top.id for top, _ in shows], guest):
        row_of_guest = kept.get((2, view.item.id))
        assert view.viewed_leaf_count == (row_of_guest.viewed_leaf_count if row_of_guest else 0)
