"""What becomes of items is told after the commit, in pieces, and only to those who listen."""

import asyncio
from collections.abc import Callable

from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.events import Bus, Event, LibraryChanged, TimelineEntry, TimelineState
from vitascope.library.herald import Herald
from vitascope.store import changes, deletion
from vitascope.store.batches import Changes, Rows
from vitascope.store.engine import Database
from vitascope.store.writer import Writer


def told(database: Database, act: Callable[[World], None], *, heard: bool = True) -> list[Event]:
    """What is told of what ``act`` does, up to the change of the section."""

    async def run() -> list[Event]:
        bus = Bus()
        herald = Herald(database, bus, heard=lambda: heard)
        herald.start()
        found: list[Event] = []
        with bus.subscribe() as subscription:
            await asyncio.to_thread(act, World(db=database))
            if not heard:
                await herald.close()
                bus.close()
            async for event in subscription:
                found.append(event)
                if isinstance(event, LibraryChanged):
                    break
        if heard:
            await herald.close()
        return found

    return asyncio.run(run())


def states(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.title, int(event.state)) for event in events if isinstance(event, TimelineEntry)]


def test_an_item_that_comes(database: Database) -> None:
    world = World(db=database)
    section = world.section("show")
    show, leaves = world.show(section, "Alpha", seasons=1, episodes=1)
    season = world.item(leaves[0].parent_id or 0)

    def act(_world: World) -> None:
        world.add(section, ItemType.EPISODE, "New", parent=season, index_number=2, parent_index=1)

    found = told(database, act)
    entries = [event for event in found if isinstance(event, TimelineEntry)]
    assert states(found) == [("New", TimelineState.CREATED), ("New", TimelineState.PROCESSED)]
    assert {(one.type, one.section_id, one.parent_id, one.root_id) for one in entries} == {
        (ItemType.EPISODE, section.id, season.id, show.id)
    }
    assert found[-1] == LibraryChanged(section_id=section.id)


def test_items_that_change_and_go(database: Database) -> None:
    world = World(db=database)
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha")
    gone = world.add(section, ItemType.MOVIE, "Beta")

    def act(_world: World) -> None:
        def write(tx: Writer) -> None:
            changes.apply(tx, Changes(update=Rows(items=[film])))
            deletion.delete_items(tx, [gone.id])

        database.write(write).result()

    assert states(told(database, act)) == [("Alpha", TimelineState.PROCESSED), ("Beta", TimelineState.DELETED)]


def test_what_is_taken_back_is_not_told(database: Database) -> None:
    world = World(db=database)
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha")

    def act(_world: World) -> None:
        def broken(tx: Writer) -> None:
            deletion.delete_items(tx, [film.id])
            raise ValueError

        assert database.write(broken).exception() is not None
        database.write(lambda tx: tx.items_changed([film.id])).result()

    assert states(told(database, act)) == [("Alpha", TimelineState.PROCESSED)]


def test_many_come_in_pieces_and_none_is_lost(database: Database) -> None:
    world = World(db=database)
    section = world.section()
    films = [world.add(section, ItemType.MOVIE, f"Film {number}") for number in range(120)]

    def act(_world: World) -> None:
        database.write(lambda tx: tx.items_changed([film.id for film in films])).result()

    assert states(told(database, act)) == [(film.title, TimelineState.PROCESSED) for film in films]


def test_nobody_listens(database: Database) -> None:
    def act(world: World) -> None:
        world.add(world.section(), ItemType.MOVIE, "Alpha")

    assert told(database, act, heard=False) == []
