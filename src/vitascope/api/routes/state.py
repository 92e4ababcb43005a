"""What people do with items: progress, watched or not, ratings; and the timelines that players report."""

from vitascope.accounts.locality import parse_address
from vitascope.api.call import Call, whole
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import CONTAINER_TYPES, ItemType
from vitascope.events import PlaySessionState, PlayState
from vitascope.playback.sessions import Player
from vitascope.store import items as store_items
from vitascope.store import states
from vitascope.store.rows import ItemRow

routes = Routes()

_LONGEST = 200
"""Letters of what a device says of itself."""
_TERMINATED = 2006
"""The code of sessions that the server's side ended."""


async def keyed_item(call: Call, *names: str) -> ItemRow:
    """The item that ``key`` or ``ratingKey`` names, as a number or as an address; 404 when there is none."""
    for name in names:
        text = call.text(name)
        if text is None:
            continue
        number = text.rstrip("/").removesuffix("/children").rpartition("/")[2]
        try:
            item_id = whole(number)
        except ValueError:
            raise BadRequestError(f"{name} names no item") from None
        item = await call.house.database.read(store_items.get_item, item_id, call.viewer)
        if item is None:
            raise NotFoundError
        return item
    raise BadRequestError(f"{names[0]} is missing")


def player_of(call: Call) -> Player:
    """The device that calls, in its own words."""
    client = call.scope.get("client")
    address = client[0] if client else ""
    parsed = parse_address(address)

    def said(name: str) -> str:
        return (call.plex(name) or "")[:_LONGEST]

    return Player(
        client_identifier=said("Client-Identifier") or address or "unknown",
        title=said("Device-Name") or said("Device") or said("Product"),
        product=said("Product"),
        version=said("Version"),
        platform=said("Platform"),
        platform_version=said("Platform-Version"),
        device=said("Device"),
        model=said("Model"),
        vendor=said("Device-Vendor"),
        address=str(parsed) if parsed else address,
        local=parsed is not None and (parsed.is_private or parsed.is_loopback),
    )


async def _scrobble(call: Call, *, watched: bool) -> Reply:
    item = await keyed_item(call, "key", "ratingKey")
    await call.house.database.awrite(states.mark_watched, call.person_id, item.id, watched)
    return Reply()


@routes.any("/:/scrobble", policy=Policy.SIGNED_IN, methods=("GET", "PUT"))
async def scrobble(call: Call) -> Reply:
    """Marks an item, or everything below it, as watched."""
    return await _scrobble(call, watched=True)


@routes.any("/:/unscrobble", policy=Policy.SIGNED_IN, methods=("GET", "PUT"))
async def unscrobble(call: Call) -> Reply:
    """Marks an item, or everything below it, as not watched."""
    return await _scrobble(call, watched=False)


@routes.any("/:/rate", policy=Policy.SIGNED_IN, methods=("GET", "PUT"))
async def rate(call: Call) -> Reply:
    """Rates an item from 0 to 10; a negative rating takes it back."""
    item = await keyed_item(call, "key", "ratingKey")
    try:
        rating = float(call.required("rating"))
    except ValueError:
        raise BadRequestError("rating is not a number") from None
    if not rating <= 10:
        raise BadRequestError("a rating lies between 0 and 10")
    await call.house.database.awrite(states.rate, call.person_id, item.id, None if rating < 0 else rating)
    return Reply()


@routes.any("/:/progress", policy=Policy.SIGNED_IN, methods=("GET", "PUT"))
async def progress(call: Call) -> Reply:
    """Notes how far a person is with an item; time 0 is passed over."""
    item = await keyed_item(call, "key", "ratingKey")
    time_ms = call.integer("time", 0) or 0
    if time_ms > 0 and ItemType(item.type) not in CONTAINER_TYPES:
        await call.house.database.awrite(states.report_progress, call.person_id, item.id, time_ms)
    return Reply()


@routes.any("/:/timeline", policy=Policy.SIGNED_IN, methods=("GET", "POST", "PUT"))
async def timeline(call: Call) -> Reply:
    """A player's report of what it does: the session, the resume point, and watched when far enough."""
    item = await keyed_item(call, "ratingKey", "key")
    try:
        state = PlayState(call.text("state") or "playing")
    except ValueError:
        raise BadRequestError("state is none of playing, paused, buffering, stopped") from None
    ending = call.house.playing.ending
    if ending is not None:
        state = PlayState.STOPPED  # whatever the player thinks: this is its last report
    time_ms = max(call.integer("time", 0) or 0, 0)
    duration_ms = max(call.integer("duration", 0) or 0, item.duration_ms or 0)
    session = call.house.playing.report(
        session_id=(call.plex("Session-Identifier") or "")[:_LONGEST],
        player=player_of(call),
        person_id=call.person_id,
        person_name=call.requester.name,
        item_id=item.id,
        state=state,
        time_ms=time_ms,
        duration_ms=duration_ms,
    )
    if ItemType(item.type) not in CONTAINER_TYPES and ItemType(item.type) is not ItemType.PHOTO:
        await call.house.timeline.report(
            person_id=call.person_id,
            item_id=item.id,
            time_ms=time_ms,
            duration_ms=duration_ms or None,
            playback=session.session_id,
            device_id=call.house.devices.id_of(session.player.client_identifier),
            ended=state is PlayState.STOPPED,
        )
    watching = [other for other in call.house.playing.sessions() if other.state is not PlayState.PAUSED]
    call.house.scans.set_paused(bool(watching))
    call.house.bus.publish(
        PlaySessionState(
            session_key=session.key,
            client_identifier=session.player.client_identifier,
            person_id=call.person_id,
            item_id=item.id,
            guid="",
            state=state,
            view_offset_ms=time_ms,
        )
    )
    if ending is not None:
        return call.reply(Container({"size": 0, "terminationCode": _TERMINATED, "terminationText": ending}))
    return call.reply(Container({"size": 0}))


@routes.put("/actions/removeFromContinueWatching", policy=Policy.SIGNED_IN)
async def hide(call: Call) -> Reply:
    """Takes an item out of Continue Watching."""
    item = await keyed_item(call, "ratingKey", "key")
    await call.house.database.awrite(states.hide_from_continue, call.person_id, item.id)
    return Reply()
