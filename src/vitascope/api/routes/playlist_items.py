"""What is in a playlist: listed, added, moved, taken out; and what it is generated from."""

from dataclasses import replace

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, Answer, integer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import items_reply, shape_of
from vitascope.api.optimised.asked import TAKES
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes import optimised
from vitascope.api.routes.playlists import (
    PLAYLIST_ID,
    QUEUE_ID,
    URI,
    folder_reply,
    plain,
    playlist_of,
    playlist_reply,
    source_ids,
)
from vitascope.api.routes.sections import shuffle_seed
from vitascope.api.routing import Routes
from vitascope.core.model import CONTAINER_TYPES, LEAF_TYPES, ItemType
from vitascope.core.query.source_uri import ItemsSource, PlaylistSource, SourceError, parse_source_uri
from vitascope.library import playlists as rules
from vitascope.library.playlists import PlaylistError
from vitascope.store import entries
from vitascope.store import items as store_items
from vitascope.store import playlists as store
from vitascope.store.entries import TooManyEntries
from vitascope.store.playlists import Playlist
from vitascope.store.reader import Reader

routes = Routes()

_ITEMS = "/playlists/{playlist_id:int}/items"
_GENERATOR = f"{_ITEMS}/{{entry_id:int}}"
_TOP_LEVELS = (ItemType.SHOW, ItemType.ARTIST)


def _of_type(r: Reader, call: Call, ids: list[int], wanted: ItemType) -> list[int]:
    """The items of one type among these, or above them (the albums of tracks), each once, in their order."""
    rows = [
        row for at in range(0, len(ids), 2_000) for row in store_items.get_items(r, ids[at : at + 2_000], call.viewer)
    ]
    if wanted in LEAF_TYPES:
        return [row.id for row in rows if row.type == wanted]
    above = (row.grandparent_id if wanted in _TOP_LEVELS else row.parent_id for row in rows)
    found = list(dict.fromkeys(item_id for item_id in above if item_id is not None))
    return [
        row.id
        for at in range(0, len(found), 2_000)
        for row in store_items.get_items(r, found[at : at + 2_000], call.viewer)
        if row.type == wanted
    ]


def _asked_type(call: Call) -> ItemType | None:
    asked = call.text("type")
    if asked is None or asked == "0":
        return None
    try:
        wanted = ItemType(int(asked.partition(",")[0]))
    except ValueError:
        raise BadRequestError(f"type: there is no type {asked[:80]!r}") from None
    if wanted not in LEAF_TYPES | CONTAINER_TYPES:
        raise BadRequestError("type: a playlist holds no items of this type")
    return wanted


def _attributes(playlist: Playlist, count: int, duration_ms: int | None) -> dict[str, Value]:
    return {
        "composite": f"/playlists/{playlist.id}/composite/{playlist.item.updated_at}",
        "duration": None if duration_ms is None else duration_ms // 1_000,
        "leafCount": count,
        "playlistType": playlist.row.kind,
        "ratingKey": str(playlist.id),
        "smart": int(playlist.row.smart),
        "title": playlist.item.title,
    }


@routes.get(
    _ITEMS,
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(
        integer("type", "Shows items of this type: of a list of tracks with 9 their albums.", example=9),
        *LISTING,
    ),
)
async def items(call: Call) -> Reply:
    """What is in a playlist, in its order; of a plain one each with its `playlistItemID`. Of a folder its playlists."""
    if optimised.is_asked(call):
        return await optimised.listed(call)
    playlist = await playlist_of(call)
    if playlist.is_folder:
        return await folder_reply(call, playlist)
    database, service = call.house.database, call.house.playlists
    wanted = _asked_type(call)
    seed = shuffle_seed(call)
    contents = await database.read(service.contents, playlist, call.viewer, seed=seed)
    count, duration_ms = await database.read(service.figures, playlist, call.viewer)
    attributes = _attributes(playlist, count, duration_ms)
    shape = shape_of(call, across_sections=True)
    window = call.window
    part = slice(None) if window.size is None else slice(window.start, window.start + window.size)
    offset = window.start if window.paged else 0
    if wanted is not None:
        ids = await database.read(_of_type, call, contents.item_ids.tolist(), wanted)
        return await items_reply(call, ids[part], shape, attributes=attributes, offset=offset, total=len(ids))
    numbers = None if contents.numbers is None else contents.numbers[part].tolist()
    return await items_reply(
        call,
        contents.item_ids[part].tolist(),
        shape if numbers is None else replace(shape, entries="playlistItemID"),
        attributes=attributes,
        offset=offset,
        total=int(contents.item_ids.size),
        entries=numbers,
    )


def _fitting(r: Reader, call: Call, playlist: Playlist) -> list[int]:
    ids = source_ids(r, call)
    if not ids:
        raise PlaylistError("uri is missing")
    rules.fitting_kind(r, ids, rules.kind_of(playlist))
    return ids


def _named_playlists(call: Call) -> list[int]:
    """The playlists that go into a folder."""
    named = call.integer("playlistID")
    if named is not None:
        return [named]
    try:
        source = parse_source_uri(call.required("uri"), machine_identifier=call.house.preferences.machine_identifier)
    except SourceError as error:
        raise BadRequestError(str(error)) from error
    if isinstance(source.source, PlaylistSource):
        return [source.source.playlist_id]
    if isinstance(source.source, ItemsSource):
        return list(source.source.ids)
    raise BadRequestError("uri: a folder holds playlists")


@routes.put(_ITEMS, policy=Policy.SIGNED_IN, answers=Answer.ITEMS, takes=(URI, PLAYLIST_ID, QUEUE_ID, *TAKES))
async def add(call: Call) -> Reply:
    """Adds to a playlist; replaces the rules of a smart one; puts playlists into a folder; wants optimized versions."""
    if optimised.is_asked(call):
        return await optimised.add(call)
    playlist = await playlist_of(call)
    database = call.house.database
    added = None
    try:
        if playlist.is_folder:
            await database.awrite(store.move_into, _named_playlists(call), call.viewer, playlist.id)
        elif playlist.row.smart:
            uri = call.required("uri")
            source = rules.smart_source(uri, call.house.preferences.machine_identifier)
            await database.read(rules.check_smart, call.house.positions, source, call.viewer)
            await database.awrite(store.set_content, playlist.id, call.viewer, uri)
        else:
            ids = await database.read(_fitting, call, playlist)
            added = await database.awrite(entries.add, playlist.id, call.viewer, ids)
    except (PlaylistError, TooManyEntries, ValueError) as error:
        raise BadRequestError(str(error)) from error
    return await playlist_reply(call, playlist.id, leafCountAdded=added, leafCountRequested=added)


@routes.delete(_ITEMS, policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def clear(call: Call) -> Reply:
    """Takes everything out of a plain playlist."""
    playlist = plain(await playlist_of(call))
    if playlist.is_folder:
        raise BadRequestError("a folder is not cleared; delete it, and its playlists move to the folder above")
    await call.house.database.awrite(entries.clear, playlist.id, call.viewer)
    return await playlist_reply(call, playlist.id)


@routes.delete(_GENERATOR, policy=Policy.SIGNED_IN, answers=Answer.ITEMS)
async def remove(call: Call) -> Reply:
    """Takes one entry out of a plain playlist, a playlist out of a folder; deletes optimized versions."""
    if optimised.is_asked(call):
        return await optimised.remove(call)
    playlist = plain(await playlist_of(call))
    number = call.number("entry_id")
    if playlist.is_folder:
        inside = await call.house.database.read(store.get, number, call.viewer)
        if inside.row.folder_id != playlist.id:
            raise NotFoundError
        await call.house.database.awrite(store.move_into, [number], call.viewer, playlist.row.folder_id)
    else:
        await call.house.database.awrite(entries.remove, playlist.id, call.viewer, number)
    return await playlist_reply(call, playlist.id)


@routes.put(
    f"{_GENERATOR}/move",
    policy=Policy.SIGNED_IN,
    answers=Answer.ITEMS,
    takes=(integer("after", "The entry after which it comes; without it comes first."),),
)
async def move(call: Call) -> Reply:
    """Moves an entry of a plain playlist."""
    playlist = plain(await playlist_of(call))
    if playlist.is_folder:
        raise BadRequestError("what lies in a folder has no order of its own")
    after = call.integer("after")
    await call.house.database.awrite(
        entries.move, playlist.id, call.viewer, call.number("entry_id"), None if after in (None, 0, -1) else after
    )
    return await playlist_reply(call, playlist.id)


# --- generators ------------------------------------------------------------------------------------------------

_SMART = -1


@routes.get("/playlists/{playlist_id:int}/generators", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def generators(call: Call) -> Reply:
    """What a playlist is generated from: of a smart one its rules, of the optimized versions what is wanted."""
    if optimised.is_asked(call):
        return await optimised.generators_reply(call)
    playlist = await playlist_of(call)
    made: list[Node] = []
    if playlist.row.content is not None:
        attributes: dict[str, Value] = {
            "id": playlist.id,
            "playlistID": playlist.id,
            "uri": playlist.row.content,
            "createdAt": playlist.item.added_at,
            "updatedAt": playlist.item.updated_at,
            "changedAt": playlist.row.revision,
            "type": _SMART,
        }
        made.append(Node("PlayQueueGenerator", attributes))
    return call.reply(Container({"size": len(made)}, list(made)))
