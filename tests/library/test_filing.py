"""Another list of articles sorts the library anew as an activity, at once or at the next start."""

import asyncio

from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType
from vitascope.library.activities import Activity, ActivityBoard, ActivityEvent
from vitascope.library.filing import ACTIVITY, Filing
from vitascope.store import filing
from vitascope.store.engine import Database
from vitascope.store.items import get_items


def test_a_choice_is_an_activity_and_the_last_one_counts(database: Database) -> None:
    world = World(db=database)
    film = world.add(world.section(), ItemType.MOVIE, "Les Invisibles")
    told: list[tuple[ActivityEvent, Activity]] = []
    board = ActivityBoard(lambda event, activity: told.append((event, activity)))

    async def choose() -> None:
        service = Filing(database, board)
        await service.start("the")
        await service.settled()
        service.choose("un")
        service.choose("Les, la")
        assert [activity.type for activity in board.activities()][-2:] == [ACTIVITY, ACTIVITY]
        await asyncio.sleep(0)
        await service.settled()
        await service.start("les,la")
        await service.close()

    asyncio.run(choose())
    assert not board.activities()
    assert [event for event, _ in told if event is ActivityEvent.STARTED] == [ActivityEvent.STARTED] * 3
    assert [row.sort_key for row in world.read(get_items, [film.id], OWNER)] == ["invisibles"]


def test_what_was_left_undone_is_done_at_the_next_start(database: Database) -> None:
    world = World(db=database)
    film = world.add(world.section(), ItemType.MOVIE, "Les Invisibles")
    world.write(filing.choose, ("les",))

    async def start() -> None:
        service = Filing(database, ActivityBoard())
        await service.start("les")
        await service.settled()

    asyncio.run(start())
    assert [row.sort_key for row in world.read(get_items, [film.id], OWNER)] == ["invisibles"]
