"""Queues of sources that are longer than a queue: taken in parts, in one order, without end or repetition."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.core.playback import queue as rules
from vitascope.core.playback.queue import Queue, QueueError
from vitascope.playback import queues
from vitascope.playback.queues import PlayQueues, Source, Wish
from vitascope.store import check
from vitascope.store import queues as store
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.people import add_person, ensure_owner
from vitascope.store.reader import Reader
from vitascope.store.rows import PlayQueueRow

MIA = Viewer(person_id=2)
T = TypeVar("T")


@dataclass
class Shelf:
    """A source that can grow."""

    ids: list[int]
    endless: bool = False
    asked: list[int] = field(default_factory=list)

    def find(self, _r: Reader, _row: PlayQueueRow, _viewer: Viewer, turn: int) -> Source:
        self.asked.append(turn)
        return Source.of(np.array(self.ids, dtype=np.int64), endless=self.endless)


@pytest.fixture
def world(database: Database) -> World:
    made = World(db=database)
    made.write(ensure_owner)
    made.write(add_person, "mia")
    return made


@pytest.fixture
def shelf(world: World, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(queues, "WHOLE", 10)
    monkeypatch.setattr(queues, "AT_ONCE", 6)
    monkeypatch.setattr(queues, "BEFORE", 2)
    monkeypatch.setattr(queues, "NEAR", 3)
    monkeypatch.setattr(queues, "MOST", 12)
    section = world.section()
    return Shelf([world.add(section, ItemType.MOVIE, f"Film {n}").id for n in range(40)])


def wish(**more: object) -> Wish:
    return Wish(kind=MediaKind.VIDEO, uri="/library/sections/1/all", **more)  # type: ignore[arg-type]


def items(queue: Queue) -> list[int]:
    return [entry.item_id for entry in queue.entries]


def run(shelf: Shelf, world: World, play: Callable[[PlayQueues], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(play(PlayQueues(world.db, shelf.find)))


async def made(service: PlayQueues, asked: Wish) -> int:
    queue_id = await service.create(asked, OWNER, "tv")
    assert queue_id is not None
    return queue_id


async def played_through(service: PlayQueues, queue_id: int) -> list[int]:
    """What a player plays that asks for the queue after each item."""
    heard: list[int] = []
    while True:
        _, queue = await service.refresh(queue_id, OWNER)
        at = queue.offset or 0
        heard.append(queue.entries[at].item_id)
        if at + 1 == len(queue.entries) or len(heard) > 100:
            return heard
        await service.played(OWNER, queue.entries[at + 1].id)


def test_a_long_source_is_played_to_its_end_and_never_held_whole(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> list[int]:
        queue_id = await made(service, wish(first_item_id=shelf.ids[5]))
        _, queue = await service.refresh(queue_id, OWNER)
        assert items(queue) == shelf.ids[3:11]
        assert queue.entries[queue.offset or 0].item_id == shelf.ids[5]
        heard = await played_through(service, queue_id)
        _, queue = await service.refresh(queue_id, OWNER)
        assert len(queue.entries) <= 12
        return heard

    assert run(shelf, world, play) == shelf.ids[5:]
    assert world.read(check.check) == []


def test_a_long_source_is_shuffled_whole(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> list[int]:
        return await played_through(service, await made(service, wish(shuffle=True, first_item_id=shelf.ids[30])))

    heard = run(shelf, world, play)
    assert heard[0] == shelf.ids[30]
    # the first one was taken out of its turn, which may come again once the queue has forgotten that it was first
    assert sorted(item for item in heard[1:] if item != heard[0]) == [item for item in shelf.ids if item != heard[0]]
    assert heard.count(heard[0]) <= 2
    assert heard != shelf.ids
    assert run(shelf, world, play) != heard


def test_shuffling_and_unshuffling_take_all_of_a_long_source(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> None:
        queue_id = await made(service, wish(first_item_id=shelf.ids[20]))
        before, queue = await service.refresh(queue_id, OWNER)
        selected = queue.selected_id
        await service.shuffle(queue_id, OWNER)
        row, queue = await service.refresh(queue_id, OWNER)
        assert (queue.selected_id, queue.offset, row.version) == (selected, 0, before.version + 1)
        assert not set(items(queue)) <= set(shelf.ids[18:26])
        heard = await played_through(service, queue_id)
        assert set(heard) == set(shelf.ids)
        await service.unshuffle(queue_id, OWNER)
        _, queue = await service.refresh(queue_id, OWNER)
        assert not queue.shuffled
        at = shelf.ids.index(heard[-1])
        assert queue.entries[queue.offset or 0].item_id == heard[-1]
        assert items(queue) == [item for item in shelf.ids if item in items(queue)]
        assert at - 2 <= shelf.ids.index(items(queue)[0]) <= at

    run(shelf, world, play)


def test_a_queue_that_is_cleared_while_more_of_its_source_is_looked_for_stays_empty(world: World, shelf: Shelf) -> None:
    find = shelf.find

    async def play(service: PlayQueues) -> tuple[PlayQueueRow, Queue]:
        queue_id = await made(service, wish(first_item_id=shelf.ids[5]))
        _, queue = await service.refresh(queue_id, OWNER)

        def found(r: Reader, row: PlayQueueRow, viewer: Viewer, turn: int) -> Source:
            world.write(store.edit, queue_id, OWNER, rules.clear, goes_on=False)
            return find(r, row, viewer, turn)

        return await PlayQueues(world.db, found).refresh(queue_id, OWNER, center=queue.entries[-1].id)

    row, queue = run(shelf, world, play)
    assert (queue.entries, row.goes_on) == ((), False)


def test_a_player_at_an_entry_of_a_queue_that_goes_is_passed_over(world: World, shelf: Shelf) -> None:
    class Going(Database):
        async def read(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
            found = await super().read(fn, *args, **kwargs)
            if fn is store.queue_of_entry:
                await self.awrite(store.delete_of_person, OWNER.person_id)
            return found

    async def play(service: PlayQueues) -> None:
        _, queue = await service.refresh(await made(service, wish()), OWNER)
        world.db.__class__ = Going
        try:
            await service.played(OWNER, queue.entries[1].id)
        finally:
            world.db.__class__ = Database

    run(shelf, world, play)


def test_what_came_later_is_played_too(world: World, shelf: Shelf) -> None:
    shelf.ids, later = shelf.ids[:4], shelf.ids[4:6]
    shelf.endless = True

    async def play(service: PlayQueues) -> list[int]:
        queue_id = await made(service, wish(continuous=True))
        assert await played_through(service, queue_id) == shelf.ids
        shelf.ids += later
        row, queue = await service.refresh(queue_id, OWNER)
        assert row.goes_on
        return items(queue)

    assert run(shelf, world, play) == shelf.ids
    assert shelf.asked[-1] == 4


def test_two_who_extend_at_once_add_nothing_twice(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> None:
        queue_id = await made(service, wish())
        _, queue = await service.refresh(queue_id, OWNER)
        await service.played(OWNER, queue.entries[-1].id)
        await asyncio.gather(*(service.refresh(queue_id, OWNER) for _ in range(5)))
        _, queue = await service.refresh(queue_id, OWNER)
        assert items(queue) == shelf.ids[: len(queue.entries)]

    run(shelf, world, play)


def test_edits_at_once_are_all_made(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> None:
        queue_id = await made(service, wish(first_item_id=shelf.ids[0]))
        fresh = shelf.ids[20:30]
        await asyncio.gather(*(service.add(queue_id, OWNER, [item], following=False) for item in fresh))
        row, queue = await service.refresh(queue_id, OWNER)
        assert sorted(items(queue)[1:11]) == fresh
        assert row.version == 11
        await service.add(queue_id, OWNER, [shelf.ids[0]], following=True)
        with pytest.raises(QueueError):
            await service.shuffle(queue_id, OWNER)
        row, queue = await service.refresh(queue_id, OWNER)
        assert (row.version, items(queue)[1]) == (12, shelf.ids[0])

    run(shelf, world, play)


def test_trailers_come_first_and_are_no_part_of_the_source(world: World, shelf: Shelf) -> None:
    async def play(service: PlayQueues) -> list[int]:
        return await played_through(service, await made(service, wish(before=(shelf.ids[39], shelf.ids[38]))))

    assert run(shelf, world, play) == [shelf.ids[39], shelf.ids[38], *shelf.ids]


def test_nothing_to_play_makes_no_queue(world: World, shelf: Shelf) -> None:
    shelf.ids = []

    async def play(service: PlayQueues) -> int | None:
        return await service.create(wish(), OWNER, "tv")

    assert run(shelf, world, play) is None


def test_old_queues_go_and_those_of_others_stay(world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_QUEUES", 3)

    async def play(service: PlayQueues) -> tuple[list[int], int | None]:
        theirs = await service.create(wish(), MIA, "phone")
        return [await made(service, wish()) for _ in range(5)], theirs

    mine, theirs = run(shelf, world, play)
    assert store.CONVERSIONS not in mine
    for queue_id in mine[:2]:
        with pytest.raises(NotFound):
            world.read(store.load, queue_id, OWNER)
    for queue_id in mine[2:]:
        assert world.read(store.load, queue_id, OWNER)[1].entries
    assert world.read(store.load, theirs, MIA)[0].client_identifier == "phone"
    with pytest.raises(NotFound):
        world.read(store.load, theirs, OWNER)
    assert world.read(check.check) == []
