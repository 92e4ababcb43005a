"""Play queues: what a device plays now and next.

A queue belongs to a person and one of their devices. It is made of anything that can be played, kept on disk, and goes
on by itself (:mod:`vitascope.playback.queues`); its version goes up with every change, so that a device knows when to
ask again.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

from vitascope.api.call import Call, whole
from vitascope.api.describe import TRIMMING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.hub_sources import items_of_hub
from vitascope.api.listing import LIBRARY, MEDIA_TAGS, shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes import optimised
from vitascope.api.routes.metadata import next_episode
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, MediaKind, SectionKind
from vitascope.core.playback import queue as rules
from vitascope.core.playback.queue import Edit, QueueError
from vitascope.core.query.source_uri import (
    BelowSource,
    HubSource,
    ItemsSource,
    PlaylistSource,
    Source,
    SourceError,
    parse_source_uri,
)
from vitascope.library import playable
from vitascope.library.selection import SelectionError
from vitascope.ops import section_prefs
from vitascope.playback.queues import Wish
from vitascope.store import items as store_items
from vitascope.store import queues as store
from vitascope.store import states
from vitascope.store.sections import get_section

routes = Routes()

_QUEUE = "/playQueues/{queue_id:int}"
_ENTRY = f"{_QUEUE}/items/{{entry_id:int}}"
_WINDOW = 50
_WIDEST = 500
_MOST_TRAILERS = 10
_MOST_ADDED = 2_000

_SHOWN = (
    integer("center", "The entry around which entries are shown; else the selected one."),
    integer("window", "How many are shown on each side of it; 50 without."),
    flag("includeBefore", "With 0 only what comes after it."),
    flag("includeAfter", "With 0 only what comes before it."),
    flag("includeChapters", "Shows full items, with their streams and chapters."),
    *TRIMMING,
)
_PLAYLIST_ID = integer("playlistID", "Takes what this playlist holds, in place of `uri`.")


# --- answers ---------------------------------------------------------------------------------------------------


async def _reply(call: Call, queue_id: int) -> Reply:
    """A queue as it is now: the entries around the selected one, or around `center`."""
    center = call.integer("center")
    row, queue = await call.house.queues.refresh(queue_id, call.viewer, center)
    at = queue.offset if center is None else queue.index(center)
    if center is not None and at is None:
        raise BadRequestError(f"center: the queue has no entry {center}")
    side = call.integer("window", _WINDOW) or 0
    part = rules.window(
        queue.entries,
        at or 0,
        min(max(side, 0), _WIDEST),
        before=call.flag("includeBefore", default=True),
        after=call.flag("includeAfter", default=True),
        repeat=row.repeat,
    )
    pairs = await call.house.database.read(store.shown, part, call.viewer)
    shape = replace(
        shape_of(call, detail=call.flag("includeChapters"), across_sections=True), entries="playQueueItemID"
    )
    shown = await shown_items(call, [item_id for _, item_id in pairs], shape, [number for number, _ in pairs])
    selected = next((entry for entry in queue.entries if entry.id == queue.selected_id), None)
    attributes: dict[str, Value] = {
        "size": len(shown),
        "identifier": LIBRARY,
        **MEDIA_TAGS,
        "allowShuffle": 1,
        "playQueueID": row.id,
        "playQueueLastAddedItemID": queue.last_added_id if queue.up_next else None,
        "playQueueSelectedItemID": queue.selected_id,
        "playQueueSelectedItemOffset": queue.offset,
        "playQueueSelectedMetadataItemID": None if selected is None else selected.item_id,
        "playQueueShuffled": int(queue.shuffled),
        "playQueueSourceURI": row.source_uri,
        "playQueueTotalCount": len(queue.entries),
        "playQueueVersion": row.version,
    }
    return call.reply(Container(attributes, [Rows(item_rows(shown, shape))]))


# --- made ------------------------------------------------------------------------------------------------------


def _uri(call: Call) -> tuple[str, Source]:
    """What is to be played: the source as it was sent, and what it means."""
    uri, playlist_id = call.text("uri"), call.integer("playlistID")
    machine = call.house.preferences.machine_identifier
    if playlist_id is not None:
        source = PlaylistSource(playlist_id=playlist_id)
        if uri is None or _source_of(uri, machine) != source:
            uri = f"server://{machine}/{LIBRARY}/playlists/{playlist_id}/items"
        return uri, source
    if uri is None:
        raise BadRequestError("uri or playlistID is missing")
    return uri, _source_of(uri, machine)


def _source_of(uri: str, machine_identifier: str) -> Source:
    try:
        return parse_source_uri(uri, machine_identifier=machine_identifier).source
    except SourceError as error:
        raise BadRequestError(str(error)) from error


async def _opened(call: Call, uri: str, source: Source) -> tuple[str, Source]:
    """A hub as the items that are in it now; any other source as it is."""
    ids = await items_of_hub(call, source) if isinstance(source, HubSource) else None
    if ids is None:
        return uri, source
    if not ids:
        raise BadRequestError("uri: there is nothing in this hub")
    machine = call.house.preferences.machine_identifier
    listed = ",".join(str(id_) for id_ in ids)
    return f"server://{machine}/{LIBRARY}/library/metadata/{listed}", ItemsSource(ids=tuple(ids))


def _item_id(call: Call, name: str) -> int | None:
    """The item that a key names."""
    key = call.text(name)
    if key is None:
        return None
    try:
        return whole(key.partition("?")[0].rstrip("/").removesuffix("/children").rpartition("/")[2])
    except ValueError:
        raise BadRequestError(f"{name} names no item") from None


async def _on_deck(call: Call, source: Source) -> int | None:
    """The episode of a show or season that the viewer goes on with."""
    item_id = (
        source.item_id
        if isinstance(source, BelowSource)
        else source.ids[0]
        if isinstance(source, ItemsSource)
        else None
    )
    if item_id is None:
        return None
    item = await call.house.database.read(store_items.get_item, item_id, call.viewer)
    if item is None or item.type not in (ItemType.SHOW, ItemType.SEASON):
        return None
    return await next_episode(call, item)


async def _trailers(call: Call, source: Source) -> tuple[int, ...]:
    """What is shown before a film, when a client asks for it."""
    count = call.integer("extrasPrefixCount", 0) or 0
    preferences = call.house.preferences
    wanted = count > 0 and preferences.flag("CinemaTrailersFromLibrary")
    if not wanted or not isinstance(source, ItemsSource):
        return ()
    film = await call.house.database.read(store_items.get_item, source.ids[0], call.viewer)
    if film is None:
        return ()
    section = await call.house.database.read(get_section, film.section_id)
    set_to = {setting.id: value for setting, value in section_prefs.values(SectionKind(section.kind), section.prefs)}
    if not set_to.get("enableCinemaTrailers", False):
        return ()
    return await call.house.database.read(
        playable.trailers,
        source.ids[0],
        call.viewer,
        min(count, _MOST_TRAILERS),
        unwatched=preferences.number("CinemaTrailersType") == 1,
        seed=secrets.randbits(32),
    )


@routes.post(
    "/playQueues",
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(
        text("type", "What is played.", required=True, choices=tuple(MediaKind)),
        text("uri", "What to play, as a source URI; also a station.", example="/library/metadata/1"),
        _PLAYLIST_ID,
        text("key", "The key of the item to begin with; the first without.", example="/library/metadata/2"),
        flag("shuffle", "In a random order."),
        flag("repeat", "At its end a window is filled with what comes first."),
        flag("continuous", "After an episode, the rest of its show."),
        integer("extrasPrefixCount", "So many trailers come before a film."),
        flag("recursive", "Of photo albums everything below them; always so."),
        flag("onDeck", "Begins a show or season where the viewer is with it."),
        *_SHOWN,
    ),
)
async def create(call: Call) -> Reply:
    """Makes a play queue for the device that calls; without `X-Plex-Client-Identifier` nothing is made."""
    asked = call.required("type")
    if asked not in set(MediaKind):
        raise BadRequestError(f"type: {asked[:80]!r} is none of {', '.join(MediaKind)}")
    uri, source = await _opened(call, *_uri(call))
    client = call.plex("Client-Identifier")
    if client is None:
        return call.reply(Container({"size": 0}))
    first = _item_id(call, "key")
    if first is None and call.flag("onDeck"):
        first = await _on_deck(call, source)
    wish = Wish(
        kind=MediaKind(asked),
        uri=uri,
        first_item_id=first,
        shuffle=call.flag("shuffle"),
        repeat=call.flag("repeat"),
        continuous=call.flag("continuous"),
        before=await _trailers(call, source),
    )
    try:
        made = await call.house.queues.create(wish, call.viewer, client)
    except SelectionError as error:
        raise BadRequestError(str(error)) from error
    if made is None:
        raise BadRequestError(f"uri: there is nothing in it that can be played as {asked}")
    if isinstance(source, PlaylistSource):
        await call.house.database.awrite(states.mark_watched, call.person_id, source.playlist_id)
    return await _reply(call, made)


@routes.get(
    _QUEUE,
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(flag("own", "The queue belongs to the device that calls from now on."), *_SHOWN),
)
async def read(call: Call) -> Reply:
    """A play queue: the entries around the selected one, each with its `playQueueItemID`."""
    queue_id = call.number("queue_id")
    if queue_id == store.CONVERSIONS and call.viewer.is_owner:
        return await optimised.queue_reply(call)
    client = call.plex("Client-Identifier")
    if call.flag("own") and client is not None:
        await call.house.queues.take_over(queue_id, call.viewer, client)
    return await _reply(call, queue_id)


# --- changed ---------------------------------------------------------------------------------------------------


async def _edit(call: Call, change: Edit) -> Reply:
    queue_id = call.number("queue_id")
    return await _changed(call, lambda: call.house.queues.edit(queue_id, call.viewer, change))


async def _changed(call: Call, change: Callable[[], Awaitable[None]]) -> Reply:
    try:
        await change()
    except (QueueError, SelectionError) as error:
        raise BadRequestError(str(error)) from error
    except LookupError as error:
        raise NotFoundError(str(error.args[0])) from error
    return await _reply(call, call.number("queue_id"))


@routes.put(
    _QUEUE,
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(
        text("uri", "What to add, as a source URI."),
        _PLAYLIST_ID,
        flag("next", "Right after the selected entry; else after what was added before."),
        flag("repeat", "Whether the queue begins again at its end."),
        *_SHOWN,
    ),
)
async def add(call: Call) -> Reply:
    """Adds to a play queue what is to come up next."""
    queue_id = call.number("queue_id")
    if "repeat" in call.query and call.text("uri") is None and call.text("playlistID") is None:
        repeat = call.flag("repeat")
        return await _changed(call, lambda: call.house.queues.repeat(queue_id, call.viewer, repeat=repeat))
    row = await call.house.database.read(store.get, queue_id, call.viewer)
    uri, _ = await _opened(call, *_uri(call))
    try:
        found = await call.house.database.read(
            call.house.queue_sources.playable,
            uri,
            call.viewer,
            kind=MediaKind(row.kind),
            continuous=False,
            seed=secrets.randbits(62),
        )
    except SelectionError as error:
        raise BadRequestError(str(error)) from error
    ids: list[int] = found.item_ids[:_MOST_ADDED].tolist()
    if not ids:
        raise BadRequestError(f"uri: there is nothing in it that can be played as {row.kind}")
    following = call.flag("next")
    return await _changed(call, lambda: call.house.queues.add(queue_id, call.viewer, ids, following=following))


@routes.delete(f"{_QUEUE}/items", policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def clear(call: Call) -> Reply:
    """Takes everything out of a play queue."""
    return await _changed(call, lambda: call.house.queues.clear(call.number("queue_id"), call.viewer))


@routes.delete(_ENTRY, policy=Policy.SIGNED_IN, answers=Answer.ITEMS, takes=_SHOWN)
async def remove(call: Call) -> Reply:
    """Takes one entry out of a play queue; if it was selected, the next one is."""
    entry_id = call.number("entry_id")
    return await _edit(call, lambda queue: rules.remove(queue, entry_id))


@routes.put(
    f"{_ENTRY}/move",
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(integer("after", "The entry after which it comes; without it comes first."), *_SHOWN),
)
async def move(call: Call) -> Reply:
    """Moves an entry of a play queue, or in that of conversions."""
    if call.number("queue_id") == store.CONVERSIONS and call.viewer.is_owner:
        return await optimised.move(call)
    entry_id, after = call.number("entry_id"), call.integer("after")
    return await _edit(call, lambda queue: rules.move(queue, entry_id, after))


@routes.put(f"{_QUEUE}/reset", policy=Policy.SIGNED_IN, answers=Answer.ITEMS, takes=_SHOWN)
async def reset(call: Call) -> Reply:
    """Selects the first entry of a play queue."""
    return await _edit(call, rules.reset)


@routes.put(f"{_QUEUE}/shuffle", policy=Policy.SIGNED_IN, answers=Answer.ITEMS, takes=_SHOWN)
async def shuffle(call: Call) -> Reply:
    """Shuffles a play queue, or shuffles it again; the selected entry stays. 400 while something is up next."""
    return await _changed(call, lambda: call.house.queues.shuffle(call.number("queue_id"), call.viewer))


@routes.put(f"{_QUEUE}/unshuffle", policy=Policy.SIGNED_IN, answers=Answer.ITEMS, takes=_SHOWN)
async def unshuffle(call: Call) -> Reply:
    """Brings a play queue's natural order back; the selected entry stays. 400 while something is up next."""
    return await _changed(call, lambda: call.house.queues.unshuffle(call.number("queue_id"), call.viewer))
