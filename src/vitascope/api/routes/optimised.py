"""Optimized versions: what the owner wants made of films and shows, the queue of it, and what became of it.

Clients know it as a playlist of type 42, whose entries are called generators, and as play queue 1. Only the owner has
either. What is made, how and where it goes: :mod:`vitascope.playback.offline.optimiser` and what it names.
"""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.optimised.asked import TAKES, title, wish
from vitascope.api.optimised.shown import PLAYLIST, items_reply, reply
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.store import items as store_items
from vitascope.store import optimised as store
from vitascope.store import queues as store_queues
from vitascope.store.errors import NotFound
from vitascope.store.optimised import Status, TooMany
from vitascope.store.reader import Reader
from vitascope.store.rows import ConversionRow

routes = Routes()

_GENERATOR = "/playlists/{playlist_id:int}/items/{entry_id:int}"


def is_asked(call: Call) -> bool:
    """Whether a call to a playlist is about this one, and by its owner."""
    return call.number("playlist_id") == PLAYLIST and call.viewer.is_owner


async def as_playlist(call: Call) -> Reply:
    """The one playlist of type 42; for others than the owner there is none."""
    if not call.viewer.is_owner:
        return call.reply(Container({"size": 0}))
    found = await call.house.database.read(store.all_generators)
    attributes: dict[str, Value] = {
        "ratingKey": str(PLAYLIST),
        "key": f"/playlists/{PLAYLIST}/items",
        "guid": f"com.plexapp.agents.none://{call.house.preferences.machine_identifier}",
        "type": "playlist",
        "title": "Optimized Versions",
        "summary": "",
        "smart": 0,
        "playlistType": "video",
        "leafCount": len(found),
        "duration": 0,
        "addedAt": call.house.started_at,
        "updatedAt": max((row.updated_at for row in found), default=call.house.started_at),
    }
    return call.reply(Container({"size": 1}, [Node("Playlist", attributes, json_name="Metadata")]))


# --- generators ----------------------------------------------------------------------------------------------------


async def listed(call: Call) -> Reply:
    """Everything that is wanted."""
    return await reply(call, None)


async def generators_reply(call: Call) -> Reply:
    """The same, as generators of a playlist."""
    rows = await call.house.database.read(store.all_generators)
    nodes = [
        Node(
            "PlayQueueGenerator",
            {
                "id": row.id,
                "playlistID": PLAYLIST,
                "uri": row.uri,
                "createdAt": row.created_at,
                "updatedAt": row.updated_at,
                "type": PROXY_TYPE,
            },
        )
        for row in rows
    ]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


async def add(call: Call) -> Reply:
    """Wants something made; what that comes to waits in the queue when this answers."""
    row = await call.house.database.read(wish, call)
    try:
        made = await call.house.database.awrite(store.add, row)
    except TooMany as error:
        raise BadRequestError(str(error)) from error
    await call.house.optimiser.look(made)
    return await reply(call, [made])


@routes.get(_GENERATOR, policy=Policy.OWNER, answers=Answer.CONTAINER)
async def one(call: Call) -> Reply:
    """Optimized versions that are wanted: of what, for what, and how far they are."""
    return await reply(call, [_number(call)])


def _number(call: Call) -> int:
    if call.number("playlist_id") != PLAYLIST:
        raise NotFoundError("only the list of optimized versions has generators")
    return call.number("entry_id")


@routes.put(_GENERATOR, policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(TAKES[1],))
async def rename(call: Call) -> Reply:
    """Gives optimized versions another title."""
    generator_id = _number(call)
    await call.house.database.read(store.generator, generator_id)
    called = title(call)
    if called is None:
        raise BadRequestError("Item[title] is missing: nothing else of it can be changed")
    await call.house.database.awrite(store.rename, generator_id, called)
    return await reply(call, [generator_id])


async def remove(call: Call) -> Reply:
    """Wants it no more; what was made for it goes, the originals stay."""
    generator_id = call.number("entry_id")
    await call.house.database.read(store.generator, generator_id)
    await _remove(call, [generator_id])
    return await as_playlist(call)


async def _remove(call: Call, generator_ids: Sequence[int]) -> None:
    gone = await call.house.database.awrite(store.remove, generator_ids)
    await call.house.optimiser.give_up([row.id for row in gone])
    await call.house.shelf.take_away(gone)


_TYPE = integer("type", "What of: 42, optimized versions.", example=PROXY_TYPE)


@routes.get("/playlists/generators", policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(_TYPE,))
async def all_generators(call: Call) -> Reply:
    """All optimized versions that are wanted."""
    return await listed(call)


@routes.delete("/playlists/generators", policy=Policy.OWNER, answers=Answer.CONTAINER, takes=(_TYPE,))
async def remove_all(call: Call) -> Reply:
    """Deletes all optimized versions, with what was made for them."""
    if call.integer("type") != PROXY_TYPE:
        raise BadRequestError(f"type: {PROXY_TYPE} are optimized versions, and there are no others")
    rows = await call.house.database.read(store.all_generators)
    await _remove(call, [row.id for row in rows])
    return await as_playlist(call)


# --- what they come to -----------------------------------------------------------------------------------------------


@routes.get(f"{_GENERATOR}/items", policy=Policy.OWNER, answers=Answer.ITEMS)
async def items(call: Call) -> Reply:
    """The items that optimized versions are made of, each with its `processingState`."""
    generator_id = _number(call)
    await call.house.database.read(store.generator, generator_id)
    return await items_reply(call, await call.house.database.read(store.conversions_of, [generator_id]), {})


async def queue_reply(call: Call) -> Reply:
    """What is being made and what waits, in this order."""
    rows = await call.house.database.read(store.queue)
    about: dict[str, Value] = {"playQueueID": store_queues.CONVERSIONS, "playQueueTotalCount": len(rows)}
    return await items_reply(call, rows, about, entries="playQueueItemID")


async def move(call: Call) -> Reply:
    """Moves a conversion that waits."""
    after = call.integer("after", -1)
    await call.house.database.awrite(store.move, call.number("entry_id"), -1 if after in (None, 0) else after)
    return await queue_reply(call)


@routes.put(f"{_GENERATOR}/{{item_id:int}}/{{action}}", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def act(call: Call) -> Reply:
    """Takes an item out of the queue (`disable`), or has its version made, again too (`enable`, `reprocess`)."""
    generator_id, action = _number(call), call.param("action")
    database = call.house.database
    if action not in ("enable", "reprocess", "disable"):
        raise BadRequestError(f"{action[:80]!r} is none of enable, reprocess and disable")
    row = await database.read(_of_item, call, generator_id, call.number("item_id"))
    if action == "disable":
        after = [Status.WAITING, Status.PROCESSING, Status.FAILED]
        if await database.awrite(store.change, row.id, Status.DISABLED, after=after):
            await call.house.optimiser.give_up([row.id])
    else:
        if row.status == Status.DONE:
            await call.house.optimiser.give_up([row.id])  # it may be about to get its name
            await call.house.shelf.take_away([row])
        await database.awrite(store.want_again, row.id)
        call.house.optimiser.wake()
    return await reply(call, [generator_id])


def _of_item(r: Reader, call: Call, generator_id: int, item_id: int) -> ConversionRow:
    store.generator(r, generator_id)
    item = store_items.get_item(r, item_id, call.viewer)
    if item is None:
        raise NotFound(f"no item {item_id}")
    return store.of_item(r, generator_id, item.identity_id)
