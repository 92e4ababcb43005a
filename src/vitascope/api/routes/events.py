"""What happens, as it happens: the websocket and the event stream.

A subscriber has a queue of its own, into which only what it may see and asked for is laid. One that does not read is
let go when its queue is full: its socket is closed, and it may come back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import msgspec
from starlette.types import Scope, Send

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.policy import Policy
from vitascope.api.reply import Header, Reply
from vitascope.api.routing import Routes
from vitascope.core.model import Viewer
from vitascope.events import (
    AccountChanged,
    ActivityChanged,
    ConversionChanged,
    Event,
    LibraryChanged,
    PlaySessionState,
    PreferenceChanged,
    ProgressNote,
    QueueChanged,
    Subscription,
    TimelineEntry,
    UpdateChanged,
)
from vitascope.events.notification import Notification, notifications

routes = Routes()

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_QUIET_SECONDS = 8.0
_GOING_AWAY, _TRY_AGAIN_LATER = 1001, 1013
_FAREWELL_SECONDS = 1.0
_FILTERS = text(
    "filters",
    "Types of events, separated by commas: with a minus in front all but these, without only these; empty: all. "
    "All but `log` when it is left out.",
    example="playing,timeline",
)


def visible_to(event: Event, viewer: Viewer) -> bool:
    """Whether a person is told of an event: the owner of all, others of what is theirs and of what they may see."""
    if viewer.is_owner:
        return True
    match event:
        case PlaySessionState() | ProgressNote() | AccountChanged() | ConversionChanged():
            return event.person_id == viewer.person_id
        case ActivityChanged():
            return event.activity.person_id == viewer.person_id
        case TimelineEntry():
            # Labels and ratings cannot be told from the event, so who has such limits is not told of items.
            return viewer.sees_whole_sections and viewer.may_see_section(event.section_id)
        case PreferenceChanged() | QueueChanged() | UpdateChanged():
            return False
        case LibraryChanged():
            return viewer.may_see_section(event.section_id)
        case _:
            return True


def wanted(filters: str | None) -> Callable[[Notification], bool]:
    """What ``filters=`` lets through: names alone include, names with a minus exclude."""
    if filters is None:
        filters = "-log"
    names = [name.strip() for name in filters.split(",") if name.strip()]
    excluded = {name[1:] for name in names if name.startswith("-")}
    included = {name for name in names if not name.startswith("-")}
    return lambda found: found.type not in excluded and (not included or found.type in included)


def _subscribe(call: Call) -> tuple[Subscription, Callable[[Notification], bool]]:
    viewer, lets_through = call.viewer, wanted(call.query.get("filters"))

    def wants(event: Event) -> bool:
        return visible_to(event, viewer) and any(map(lets_through, notifications(event)))

    return call.house.bus.subscribe(wants=wants), lets_through


async def _told(
    call: Call, subscription: Subscription, lets: Callable[[Notification], bool]
) -> AsyncIterator[Notification]:
    """Notifications for as long as there are any for this caller."""
    async for event in subscription:
        if not await call.is_still_allowed():
            return
        for found in filter(lets, notifications(event)):
            yield found


@contextmanager
def _listening(call: Call) -> Iterator[None]:
    """As long as it lasts, the server's end waits for this task's goodbye."""
    task = asyncio.current_task()
    if task is not None:
        call.house.listening.add(task)
    try:
        yield
    finally:
        if task is not None:
            call.house.listening.discard(task)


async def _pumped(pump: "asyncio.Task[None]", subscription: Subscription) -> None:
    """Waits for the end of a pump; one that hangs because nobody reads is ended when the queue is full."""
    overrun = asyncio.create_task(subscription.until_overrun())
    try:
        await asyncio.wait({pump, overrun}, return_when=asyncio.FIRST_COMPLETED)
        if subscription.overrun:
            _log.info("a listener did not keep up with what happens, and is let go")
    finally:
        for task in (pump, overrun):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await pump


async def _until(call: Call, kind: str, subscription: Subscription) -> None:
    while (await call.receive())["type"] != kind:
        pass
    subscription.close()


@routes.websocket(
    "/:/websockets/notifications", "/:/websocket/notifications", policy=Policy.SIGNED_IN, takes=(_FILTERS,)
)
async def websocket(call: Call) -> None:
    """Events as JSON messages. Pings keep an idle socket alive (the accept loop sends them)."""
    if (await call.receive())["type"] != "websocket.connect":
        return
    subscription, lets = _subscribe(call)
    with _listening(call), subscription:
        await call.send({"type": "websocket.accept"})
        gone = asyncio.create_task(_until(call, "websocket.disconnect", subscription))

        async def pump() -> None:
            async for found in _told(call, subscription, lets):
                text = _encode({"NotificationContainer": found.container()}).decode()
                await call.send({"type": "websocket.send", "text": text})

        try:
            await _pumped(asyncio.create_task(pump()), subscription)
            if not gone.done():
                code = _TRY_AGAIN_LATER if subscription.overrun else _GOING_AWAY
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FAREWELL_SECONDS):
                        await call.send({"type": "websocket.close", "code": code})
        finally:
            gone.cancel()


class _EventStream(Reply):
    """Events as a stream of server-sent events (the HTML standard, section 9.2)."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends events until the client goes away, and a comment every few seconds."""
        call = self._call
        # Whoever is let go is to notice it: nothing comes after a stream.
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache"), (b"connection", b"close")]
        headers += extra
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        subscription, lets = _subscribe(call)
        with _listening(call), subscription:
            await send({"type": "http.response.body", "body": b": hello\n\n", "more_body": True})
            gone = asyncio.create_task(_until(call, "http.disconnect", subscription))
            quiet = asyncio.create_task(_comments(send))

            async def pump() -> None:
                async for found in _told(call, subscription, lets):
                    told = f"event: {found.type}\ndata: {_encode({found.element: found.payload}).decode()}\n\n"
                    await send({"type": "http.response.body", "body": told.encode(), "more_body": True})

            try:
                await _pumped(asyncio.create_task(pump()), subscription)
            finally:
                gone.cancel()
                quiet.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await send({"type": "http.response.body", "body": b""})


async def _comments(send: Send) -> None:
    while True:
        await asyncio.sleep(_QUIET_SECONDS)
        await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})


@routes.get("/:/eventsource/notifications", policy=Policy.SIGNED_IN, takes=(_FILTERS,), answers=Answer.EVENTS)
async def event_stream(call: Call) -> Reply:
    """Events as server-sent events, with a comment every eight seconds."""
    return _EventStream(call)
