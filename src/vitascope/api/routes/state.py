"""What people do with items: progress, watched or not, ratings; and the timelines that players report."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from vitascope.api.call import Call, whole
from vitascope.api.collected import refusals
from vitascope.api.describe import Answer, Parameter, decimal, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.player import player_of, session_identifier
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.render.items import guid
from vitascope.api.render.shown import Shown
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import CONTAINER_TYPES, ItemType
from vitascope.events import PlayState
from vitascope.library.collection_contents import member_ids
from vitascope.playback.reports import Offline
from vitascope.playback.sessions import Playable, Report
from vitascope.store import items as store_items
from vitascope.store import states
from vitascope.store.hydration import hydrate
from vitascope.store.reader import chunks
from vitascope.store.rows import ItemRow

routes = Routes()

_LONGEST_MS = 2**53
_AT_ONCE = 50
"""Members of a collection that are marked in one write."""
_QUEUE = re.compile(r"/playQueues/(\d{1,18})")
_IDENTIFIER = text("identifier", "The provider of the item, `com.plexapp.plugins.library`.")
_KEY = text("key", "The item: its rating key, or its address.", example="1")
_RATING_KEY = text("ratingKey", "The item: its rating key; instead of `key`.", example="1")
_URI = text("uri", "The item as an address (`server://…/library/metadata/1`); instead of `key`.")
_NAMED: tuple[Parameter, ...] = (_IDENTIFIER, _KEY, _RATING_KEY)


async def keyed_item(call: Call, *names: str) -> ItemRow:
    """The item that ``key`` or ``ratingKey`` names, as a number or as an address; 404 when there is none."""
    for name in names:
        named = call.text(name)
        if named is None:
            continue
        number = named.partition("?")[0].rstrip("/").removesuffix("/children").rpartition("/")[2]
        try:
            item_id = whole(number)
        except ValueError:
            raise BadRequestError(f"{name} names no item") from None
        item = await call.house.database.read(store_items.get_item, item_id, call.viewer)
        if item is None:
            raise NotFoundError
        return item
    raise BadRequestError(f"{names[0]} is missing")


async def _scrobble(call: Call, *, watched: bool) -> Reply:
    item = await keyed_item(call, "key", "ratingKey", "uri")
    if item.type == ItemType.COLLECTION:
        database, positions = call.house.database, call.house.positions
        with refusals():
            found = await database.read(member_ids, positions, item.id, call.viewer, now=datetime.now(UTC))
        for some in chunks(found.tolist(), _AT_ONCE):
            await database.awrite(states.mark_each, call.person_id, some, watched)
    else:
        await call.house.database.awrite(states.mark_watched, call.person_id, item.id, watched)
    return Reply()


@routes.any(
    "/:/scrobble",
    policy=Policy.SIGNED_IN,
    methods=("GET", "PUT"),
    takes=(*_NAMED, _URI),
    answers=Answer.NOTHING,
)
async def scrobble(call: Call) -> Reply:
    """Marks an item, or everything below it, as watched; the history stays as it is."""
    return await _scrobble(call, watched=True)


@routes.any(
    "/:/unscrobble",
    policy=Policy.SIGNED_IN,
    methods=("GET", "PUT"),
    takes=(*_NAMED, _URI),
    answers=Answer.NOTHING,
)
async def unscrobble(call: Call) -> Reply:
    """Marks an item, or everything below it, as not watched; the history stays as it is."""
    return await _scrobble(call, watched=False)


@routes.any(
    "/:/rate",
    policy=Policy.SIGNED_IN,
    methods=("GET", "PUT"),
    takes=(
        *_NAMED,
        decimal("rating", "From 0 to 10; -1 takes the rating back.", required=True, example=8.0),
        integer("ratedAt", "When it was rated, epoch seconds; now when it is left out."),
    ),
    answers=Answer.NOTHING,
)
async def rate(call: Call) -> Reply:
    """Rates an item of any type from 0 to 10; a negative rating takes it back."""
    item = await keyed_item(call, "key", "ratingKey")
    try:
        rating = float(call.required("rating"))
    except ValueError:
        raise BadRequestError("rating is not a number") from None
    if not rating <= 10:
        raise BadRequestError("a rating lies between 0 and 10")
    kept = None if rating < 0 else rating
    at = _moment(call, "ratedAt")
    await call.house.database.awrite(states.rate, call.person_id, item.id, kept, at=at)
    call.house.reports.rated(call.person_id, item.id, kept, player_of(call))
    return Reply()


def _moment(call: Call, name: str) -> int | None:
    """A time in epoch seconds."""
    at = call.integer(name)
    if at is not None and at < 0:
        raise BadRequestError(f"{name} is before all time")
    return at


def _milliseconds(call: Call, name: str) -> int | None:
    value = call.integer(name)
    return None if value is None else min(max(value, 0), _LONGEST_MS)


def _state(call: Call) -> PlayState:
    try:
        return PlayState(call.text("state") or "playing")
    except ValueError:
        raise BadRequestError("state is none of playing, paused, buffering, stopped") from None


_STATE = text("state", "What the player does.", choices=tuple(PlayState), example="playing")
_TIME = integer("time", "Where it is, in milliseconds.", example=60000)


@routes.any(
    "/:/progress",
    policy=Policy.SIGNED_IN,
    methods=("GET", "PUT"),
    takes=(*_NAMED, _TIME, _STATE),
    answers=Answer.NOTHING,
)
async def progress(call: Call) -> Reply:
    """Notes how far a person is with an item; time 0 is passed over."""
    item = await keyed_item(call, "key", "ratingKey")
    _state(call)
    time_ms = min(_milliseconds(call, "time") or 0, item.duration_ms or _LONGEST_MS)
    if time_ms > 0 and ItemType(item.type) not in CONTAINER_TYPES:
        await call.house.database.awrite(states.report_progress, call.person_id, item.id, time_ms)
    return call.done()


async def _report(call: Call) -> Report:
    item = await keyed_item(call, "ratingKey", "key")
    if ItemType(item.type) in CONTAINER_TYPES or item.type in (ItemType.COLLECTION, ItemType.PLAYLIST):
        raise BadRequestError(f"{ItemType(item.type).api_name} {item.id} is not something that is played")
    time_ms = _milliseconds(call, "time")
    if time_ms is not None and item.duration_ms:
        time_ms = min(time_ms, item.duration_ms)
    queue = _QUEUE.search(call.text("containerKey") or "")
    report = Report(
        player=player_of(call),
        person_id=call.person_id,
        person_name=call.requester.name,
        item=Playable(item_id=item.id),
        state=_state(call),
        time_ms=time_ms,
        duration_ms=item.duration_ms or _milliseconds(call, "duration") or 0,
        session_identifier=session_identifier(call),
        play_queue_id=call.integer("playQueueID") or (int(queue[1]) if queue else None),
        play_queue_item_id=call.integer("playQueueItemID"),
        continuing=call.flag("continuing"),
    )
    known = call.house.reports.sessions.knows(report)
    playable = known.item if known is not None else await _playable(call, item)
    return replace(report, item=playable)


async def _playable(call: Call, item: ItemRow) -> Playable:
    """What a session has to know of its item, looked up when it begins."""
    views = await call.house.database.read(hydrate, [item.id], call.viewer)
    if not views:
        raise NotFoundError
    parts = frozenset(part.part.id for media in views[0].media for part in media.parts)
    return Playable(item_id=item.id, guid=guid(Shown(views[0])), part_ids=parts)


@routes.any(
    "/:/timeline",
    policy=Policy.SIGNED_IN,
    methods=("GET", "POST", "PUT"),
    takes=(
        _RATING_KEY,
        _KEY,
        _IDENTIFIER,
        _STATE,
        _TIME,
        integer("duration", "How long the item is, in milliseconds; used where the server does not know."),
        integer("playQueueItemID", "Which item of the play queue it is."),
        integer("playQueueID", "The play queue it is played from."),
        text("containerKey", "The address of the play queue; instead of `playQueueID`.", example="/playQueues/1"),
        flag("continuing", "With `stopped`: the player goes on to another item."),
        flag("offline", "It happened while the device was offline, at `updated`: it opens no session."),
        integer("updated", "When an offline report was true, epoch seconds."),
        integer("timeToFirstFrame", "Seconds until the first frame; accepted."),
        integer("timeStalled", "Seconds of waiting since the last report; accepted."),
        integer("bandwidth", "What the player measured, in kbit/s; accepted."),
        integer("bufferedTime", "Seconds that are loaded ahead; accepted."),
        integer("bufferedSize", "Kilobytes that are loaded ahead; accepted."),
        integer("playbackTime", "Milliseconds that have been played; accepted."),
        text("X-Plex-Client-Identifier", "The player; also a header."),
        text("X-Plex-Session-Identifier", "Which of the player's playbacks it is, when it has several; also a header."),
    ),
    answers=Answer.CONTAINER,
)
async def timeline(call: Call) -> Reply:
    """A player's report of what it does: the session, the resume point, and watched when far enough."""
    report = await _report(call)
    reports = call.house.reports
    if call.flag("offline"):
        at = _moment(call, "updated")
        if at is None:
            raise BadRequestError("updated is missing: an offline report must say when it happened")
        await reports.take_offline(report, Offline(at=at))
        return call.reply(Container({"size": 0}))
    if report.play_queue_item_id is not None:
        await call.house.queues.played(call.viewer, report.play_queue_item_id)
    ended = await reports.take(report)
    if ended is not None:
        return call.reply(Container({"size": 0, "terminationCode": ended.code, "terminationText": ended.text}))
    return call.reply(Container({"size": 0}))


@routes.put(
    "/actions/removeFromContinueWatching", policy=Policy.SIGNED_IN, takes=(_RATING_KEY, _KEY), answers=Answer.NOTHING
)
async def hide(call: Call) -> Reply:
    """Takes an item out of Continue Watching until it is played again."""
    item = await keyed_item(call, "ratingKey", "key")
    await call.house.database.awrite(states.hide_from_continue, call.person_id, item.id)
    return call.done()
