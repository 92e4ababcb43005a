"""Edits of many items: in batches that are each whole, as an activity that can be stopped, and told to listeners."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from tests.support.store_world import World

from vitascope.core.edits import Edit, EditError, parse_edit
from vitascope.core.model import ItemType, TagType
from vitascope.library import editing
from vitascope.library.activities import Activity, ActivityBoard, ActivityEvent
from vitascope.library.editing import BATCH, Editing
from vitascope.store import batches, changes, check, tags
from vitascope.store.edits import Edited
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.rows import IdentityRow, ItemRow, SectionRow
from vitascope.store.writer import Writer

MANY = 2 * BATCH + 50


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    yield World(db=database)


def films(world: World, number: int) -> tuple[SectionRow, list[int]]:
    section = world.section()

    def write(tx: Writer) -> list[int]:
        ids = tx.ids("items", number)
        owners = tx.ids("identities", number)
        rows = batches.Rows()
        for item_id, owner in zip(ids, owners, strict=True):
            rows.identities.append(IdentityRow(owner, f"{owner:024x}", tx.now))
            title = f"Film {item_id}"
            rows.items.append(
                ItemRow(id=item_id, section_id=section.id, type=1, identity_id=owner, title=title, sort_key=title)
            )
        changes.apply(tx, batches.Changes(insert=rows))
        return list(ids)

    return section, world.write(write)


def label(name: str) -> Edit:
    return parse_edit([("label[0].tag.tag", name)])


def labelled(world: World, section: SectionRow) -> dict[str, int]:
    found = world.read(tags.values, section.id, ItemType.MOVIE, TagType.LABEL)
    return {value.tag: value.item_count for value in found}


def test_many_items_are_edited_in_batches_as_an_activity(world: World) -> None:
    section, ids = films(world, MANY)
    events: list[tuple[ActivityEvent, Activity]] = []
    told: list[int] = []
    board = ActivityBoard(lambda event, activity: events.append((event, activity)))
    service = Editing(world.db, board, lambda edited: told.append(len(edited)))
    activity = asyncio.run(service.edit(ids, label("All"), person_id=1))
    assert activity is not None
    assert told == [BATCH, BATCH, 50]
    assert events[0][0] is ActivityEvent.STARTED
    assert events[-1][0] is ActivityEvent.ENDED
    assert {seen.uuid for _, seen in events} == {activity}
    assert max(seen.progress for _, seen in events) == 100
    assert not board.activities()
    assert labelled(world, section) == {"All": MANY}
    assert world.read(check.check) == []


def test_a_long_edit_can_be_stopped_between_batches(world: World) -> None:
    section, ids = films(world, MANY)
    board = ActivityBoard()
    told: list[Sequence[Edited]] = []

    def stop(edited: Sequence[Edited]) -> None:
        told.append(edited)
        for activity in board.activities():
            board.cancel(activity.uuid)

    service = Editing(world.db, board, stop)
    asyncio.run(service.edit(ids, label("Some"), person_id=1))
    assert len(told) == 1
    assert labelled(world, section) == {"Some": BATCH}
    assert not board.activities()


def test_few_items_are_one_transaction_without_an_activity(world: World) -> None:
    section, ids = films(world, BATCH)
    told: list[Edited] = []
    service = Editing(world.db, ActivityBoard(), told.extend)
    assert asyncio.run(service.edit(ids, label("Few"), person_id=1)) is None
    assert labelled(world, section) == {"Few": BATCH}
    assert {each.item_id for each in told} == set(ids)


def test_many_edits_of_one_item_at_once_all_count(world: World) -> None:
    section, (item_id,) = films(world, 1)
    service = Editing(world.db, ActivityBoard())

    async def run() -> None:
        await asyncio.gather(*(service.edit([item_id], label(f"L{number}"), person_id=1) for number in range(50)))

    asyncio.run(run())
    assert len(labelled(world, section)) == 50


def test_closing_ends_a_long_edit(world: World) -> None:
    _, ids = films(world, MANY)
    board = ActivityBoard()
    service = Editing(world.db, board)

    async def run() -> None:
        task = asyncio.create_task(service.edit(ids, label("Late"), person_id=1))
        while not board.activities():
            await asyncio.sleep(0)
        await service.close()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert not board.activities()
    assert world.read(check.check) == []


def test_what_is_not_there_or_elsewhere_is_found_before_anything_is_written(world: World) -> None:
    section, ids = films(world, 3)
    other, foreign = films(world, 1)
    edit = label("X")
    with pytest.raises(NotFound, match="999"):
        world.read(editing.places, [*ids, 999])
    found = world.read(editing.places, [*ids, *foreign])
    assert [place.id for place in found] == [*ids, *foreign]
    with pytest.raises(NotFound, match="in this library"):
        editing.check(edit, found, section_id=section.id)
    with pytest.raises(EditError, match="type"):
        editing.check(edit, found, item_type=2)
    with pytest.raises(EditError, match="editionTitle"):
        places = [editing.Place(1, section.id, int(ItemType.TRACK))]
        editing.check(parse_edit([("editionTitle.value", "Long")]), places)
    assert labelled(world, other) == {}
