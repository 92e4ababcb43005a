"""What happens, as it happens: the websocket and the event stream."""

import asyncio
from collections.abc import Iterable

import msgspec
from starlette.types import Scope, Send

from vitascope.api.call import Call
from vitascope.api.policy import Policy
from vitascope.api.reply import Header, Reply
from vitascope.api.routing import Routes
from vitascope.core.model import Viewer
from vitascope.events import (
    ActivityChanged,
    Event,
    PlaySessionState,
    PreferenceChanged,
    Subscription,
    TimelineEntry,
)
from vitascope.events.notification import Notification, notification

routes = Routes()

_encode = msgspec.json.Encoder().encode
_QUIET_SECONDS = 9.0


def visible_to(event: Event, viewer: Viewer) -> bool:
    """Whether a person is told of an event: the owner of all, others of what is theirs and of what they may see."""
    if viewer.is_owner:
        return True
    match event:
        case PlaySessionState():
            return event.person_id == viewer.person_id
        case ActivityChanged():
            return event.activity.person_id == viewer.person_id
        case TimelineEntry():
            # Labels and ratings cannot be told from the event, so who has such limits is not told of items.
            return viewer.sees_whole_sections and viewer.may_see_section(event.section_id)
        case PreferenceChanged():
            return False
        case _:
            return True


def wanted(found: Notification, filters: str | None) -> bool:
    """Whether ``filters=`` lets a notification through: names alone include, names with a minus exclude."""
    if not filters:
        return True
    names = [name.strip() for name in filters.split(",") if name.strip()]
    excluded = {name[1:] for name in names if name.startswith("-")}
    included = {name for name in names if not name.startswith("-")}
    return found.type not in excluded and (not included or found.type in included)


@routes.websocket("/:/websockets/notifications", "/:/websocket/notifications", policy=Policy.SIGNED_IN)
async def websocket(call: Call) -> None:
    """Events as JSON messages. Pings keep an idle socket alive (the accept loop sends them)."""
    if (await call.receive())["type"] != "websocket.connect":
        return
    await call.send({"type": "websocket.accept"})
    with call.house.bus.subscribe() as subscription:
        gone = asyncio.create_task(_until_closed(call, subscription))
        try:
            async for event in subscription:
                found = notification(event)
                if found is None or not visible_to(event, call.viewer) or not wanted(found, call.text("filters")):
                    continue
                if not await call.is_still_allowed():
                    break
                text = _encode({"NotificationContainer": found.container()}).decode()
                await call.send({"type": "websocket.send", "text": text})
            if not gone.done():
                await call.send({"type": "websocket.close", "code": 1001})
        finally:
            gone.cancel()


async def _until_closed(call: Call, subscription: Subscription) -> None:
    while (await call.receive())["type"] != "websocket.disconnect":
        pass
    subscription.close()


class _EventStream(Reply):
    """Events as a stream of server-sent events (the HTML standard, section 9.2)."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends events until the client goes away, and a comment when there are none for a while."""
        call = self._call
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache"), *extra]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": b": hello\n\n", "more_body": True})
        with call.house.bus.subscribe() as subscription:
            gone = asyncio.create_task(_until_gone(call, subscription))
            quiet = asyncio.create_task(_comments(send))
            try:
                async for event in subscription:
                    found = notification(event)
                    if found is None or not visible_to(event, call.viewer) or not wanted(found, call.text("filters")):
                        continue
                    if not await call.is_still_allowed():
                        break
                    text = f"event: {found.type}\ndata: {_encode({found.element: found.payload}).decode()}\n\n"
                    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            finally:
                gone.cancel()
                quiet.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _comments(send: Send) -> None:
    while True:
        await asyncio.sleep(_QUIET_SECONDS)
        await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})


async def _until_gone(call: Call, subscription: Subscription) -> None:
    while (await call.receive())["type"] != "http.disconnect":
        pass
    subscription.close()


@routes.get("/:/eventsource/notifications", policy=Policy.SIGNED_IN)
async def event_stream(call: Call) -> Reply:
    """Events as server-sent events."""
    return _EventStream(call)
