"""What webhooks are told when something comes between: an item that goes, an answer that fails, the server's end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from tests.support.held import held_writer
from tests.support.receiver import Receiver
from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.egress import Fetcher
from vitascope.events import Bus, ItemPlayed, PlayerName, TimelineEntry, TimelineState
from vitascope.store import people
from vitascope.store import webhooks as store
from vitascope.store.engine import Database
from vitascope.webhooks.service import Json, Picture, Sender, Webhooks

PLAYER = PlayerName(client_identifier="phone", title="Phone")


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    with Database(Path(sqlite_url), readers=2) as database:
        yield World(db=database)


async def described(item_id: int, _person_id: int) -> Json | None:
    return {"ratingKey": str(item_id)}


async def no_picture(_item_id: int) -> bytes | None:
    return None


def run(
    world: World,
    body: Callable[[Webhooks, Bus], Awaitable[None]],
    *,
    describe: Callable[[int, int], Awaitable[Json | None]] = described,
    picture: Picture = no_picture,
    scanning: Callable[[], bool] = lambda: False,
    quiet_s: float = 3_600.0,
) -> None:
    async def all_of_it() -> None:
        bus = Bus()
        hooks = Webhooks(
            world.db,
            Fetcher(user_agent="test"),
            enabled=lambda: True,
            sender=lambda: Sender(title="server", uuid="0"),
            describe=describe,
            picture=picture,
            scanning=scanning,
            quiet_s=quiet_s,
        )
        await hooks.start(bus)
        await body(hooks, bus)
        await hooks.close()

    world.write(people.ensure_owner)
    asyncio.run(all_of_it())


def played(item_id: int) -> ItemPlayed:
    return ItemPlayed(person_id=1, item_id=item_id, player=PLAYER, at=0)


async def until(receiver: Receiver, number: int) -> None:
    while len(receiver.told) < number:
        await asyncio.sleep(0.002)


def test_what_came_just_before_the_end_is_not_forgotten(world: World) -> None:
    with Receiver() as receiver:
        receiver.answering.clear()
        hook = world.write(store.add_webhook, receiver.url)

        async def body(_: Webhooks, bus: Bus) -> None:
            film = TimelineEntry(
                section_id=1, item_id=7, type=ItemType.MOVIE, title="Film", state=TimelineState.CREATED, updated_at=0
            )
            bus.publish(film)  # told when nothing more has come for an hour
            bus.publish(played(8))

        run(world, body)
        found = []
        for event in ("media.scrobble", "library.new"):
            waiting = world.read(store.due, hook.id, 2**40)
            assert waiting is not None
            assert waiting.event == event
            found.append(waiting.item_id)
            world.write(store.delivered, waiting, 200)
        assert found == [8, 7]


def test_what_is_new_is_told_when_the_scan_is_over_however_slowly_it_comes(world: World) -> None:
    asked, going_on = 0, True

    def scanning() -> bool:
        nonlocal asked
        asked += 1
        return going_on

    def episode(number: int) -> TimelineEntry:
        return TimelineEntry(
            section_id=1, item_id=number, parent_id=3, root_id=2, type=ItemType.EPISODE, title=f"Episode {number}",
            state=TimelineState.CREATED, updated_at=0,
        )  # fmt: skip

    with Receiver() as receiver:
        world.write(store.add_webhook, receiver.url)

        async def body(_: Webhooks, bus: Bus) -> None:
            nonlocal going_on
            bus.publish(episode(7))
            while asked < 2:  # it was quiet for long, twice
                await asyncio.sleep(0.002)
            bus.publish(episode(8))
            going_on = False
            await until(receiver, 1)

        run(world, body, scanning=scanning, quiet_s=0.01)
        assert [told.payload["Metadata"]["ratingKey"] for told in receiver.told] == ["3"], "the season of both"


def test_what_cannot_be_described_is_passed_over_and_a_picture_that_went_left_out(world: World) -> None:
    async def describe(item_id: int, person_id: int) -> Json | None:
        if item_id == 7:
            raise KeyError(item_id)
        return await described(item_id, person_id)

    async def gone(item_id: int) -> bytes | None:
        raise FileNotFoundError(item_id)

    with Receiver() as receiver:
        hook = world.write(store.add_webhook, receiver.url)

        async def body(_: Webhooks, bus: Bus) -> None:
            bus.publish(played(7))
            bus.publish(played(8))
            await until(receiver, 1)
            bus.publish(played(9))
            while len(receiver.told) < 2 or (await world.db.read(store.waiting, hook.id)) > 0:
                await asyncio.sleep(0.002)

        run(world, body, describe=describe, picture=gone)
        assert [told.payload["Metadata"]["ratingKey"] for told in receiver.told] == ["8", "9"]
        assert [told.thumb for told in receiver.told] == [None, None]
        assert world.read(store.waiting, hook.id) == 0


def test_what_was_delivered_when_the_server_ends_is_not_delivered_again(world: World) -> None:
    with Receiver() as receiver:
        hook = world.write(store.add_webhook, receiver.url)
        receiver.answering.clear()

        async def body(hooks: Webhooks, bus: Bus) -> None:
            bus.publish(played(7))
            await until(receiver, 1)
            with held_writer(world.db) as writer:
                receiver.answering.set()
                await writer.until_waited_for()
                closing = asyncio.create_task(hooks.close())
                await asyncio.sleep(0)
                writer.let_go()
                await closing

        run(world, body)
        world.write(lambda _tx: None)  # behind whatever waits
        assert world.read(store.waiting, hook.id) == 0
        assert len(receiver.told) == 1
