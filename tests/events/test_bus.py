"""The bus reaches every listener from any thread, and a slow one is closed without harm to the others."""

import asyncio
import threading

from vitascope.events import Bus, Event, LibraryChanged, PlaySessionState, PlayState, StatusNote


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


def test_a_listener_that_does_not_keep_up_is_closed_without_harm_to_others() -> None:
    async def run() -> tuple[list[Event], bool, list[Event]]:
        bus = Bus()
        slow, quick = bus.subscribe(kept=2), bus.subscribe(kept=10)
        for number in range(5):
            bus.publish(changed(number))
        quick.close()
        return [event async for event in slow], slow.overrun, [event async for event in quick]

    slow, overrun, quick = asyncio.run(run())
    assert (slow, overrun) == ([], True)
    assert quick == [changed(number) for number in range(5)]


def playing(session: int, at: int, state: PlayState = PlayState.PLAYING) -> PlaySessionState:
    return PlaySessionState(
        session_key=session,
        client_identifier="tv",
        person_id=1,
        item_id=1,
        guid="",
        state=state,
        view_offset_ms=at,
    )


def test_a_newer_report_of_a_session_takes_the_place_of_one_that_waits() -> None:
    async def run() -> list[Event]:
        bus = Bus()
        with bus.subscribe(kept=3) as subscription:
            bus.publish(playing(1, 10))
            bus.publish(playing(2, 10))
            for at in range(20, 2_000):
                bus.publish(playing(1, at))
            bus.publish(changed(1))
            first = await anext(subscription)
            bus.publish(playing(1, 5_000, PlayState.STOPPED))
            bus.close()
            return [first, *[event async for event in subscription]]

    assert asyncio.run(run()) == [playing(1, 1_999), playing(2, 10), changed(1), playing(1, 5_000, PlayState.STOPPED)]


def test_what_nobody_wants_takes_no_room() -> None:
    async def run() -> list[Event]:
        bus = Bus()
        with bus.subscribe(kept=2, wants=lambda event: isinstance(event, StatusNote)) as subscription:
            for number in range(50):
                bus.publish(changed(number))
            bus.publish(StatusNote(name="A", title="b"))
            bus.close()
            return [event async for event in subscription]

    assert asyncio.run(run()) == [StatusNote(name="A", title="b")]


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
