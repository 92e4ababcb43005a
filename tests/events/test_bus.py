"""The bus reaches every listener from any thread, and a slow one loses the oldest events and nothing else."""

import asyncio
import threading

from vitascope.events import Bus, Event, LibraryChanged, StatusNote


def changed(section_id: int) -> LibraryChanged:
    return LibraryChanged(section_id=section_id)


def test_every_subscription_gets_what_was_published_in_order() -> None:
    async def run() -> tuple[list[Event], list[Event]]:
        bus = Bus()
        with bus.subscribe() as one, bus.subscribe() as two:
            for number in range(3):
                bus.publish(changed(number))
            bus.close()
            return [event async for event in one], [event async for event in two]

    one, two = asyncio.run(run())
    assert one == two == [changed(0), changed(1), changed(2)]


def test_a_waiting_listener_is_woken_by_another_thread() -> None:
    async def run() -> Event:
        bus = Bus()
        with bus.subscribe() as subscription:
            waiting = asyncio.ensure_future(anext(subscription))
            await asyncio.sleep(0)
            thread = threading.Thread(target=bus.publish, args=(StatusNote(name="A", title="b"),))
            thread.start()
            event = await waiting
            thread.join()
            return event

    assert asyncio.run(run()) == StatusNote(name="A", title="b")


def test_a_full_subscription_drops_the_oldest_and_counts_them() -> None:
    async def run() -> tuple[list[Event], int]:
        bus = Bus()
        subscription = bus.subscribe(kept=2)
        for number in range(5):
            bus.publish(changed(number))
        subscription.close()
        return [event async for event in subscription], subscription.lost

    assert asyncio.run(run()) == ([changed(3), changed(4)], 3)


def test_a_closed_subscription_hears_nothing_more() -> None:
    async def run() -> list[Event]:
        bus = Bus()
        subscription = bus.subscribe()
        subscription.close()
        bus.publish(changed(1))
        return [event async for event in subscription]

    assert asyncio.run(run()) == []


def test_a_callback_is_called_in_the_publishers_thread() -> None:
    bus = Bus()
    heard: list[tuple[Event, int]] = []
    bus.listen(lambda event: heard.append((event, threading.get_ident())))
    bus.publish(changed(7))
    assert heard == [(changed(7), threading.get_ident())]
