"""Items: one, several, and what lies below and beside them."""

from collections.abc import Sequence

from vitascope.api.call import Call, whole
from vitascope.api.collected import member_ids
from vitascope.api.describe import DETAIL, LISTING, Answer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.hubs import station_node
from vitascope.api.item_preferences import in_order, preferences_node
from vitascope.api.listing import paged_reply, shape_of, shown_container, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes.playlists import playlist_reply
from vitascope.api.routes.related import popular_ids, related_count, related_nodes
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.library.stations import item_station
from vitascope.store import items as store_items
from vitascope.store import relations, states
from vitascope.store.rows import ItemRow
from vitascope.store.sections import get_section, list_sections
from vitascope.store.visibility import NO_SECTION

routes = Routes()


_MOST_IDS = 1_000


def item_ids(text: str) -> list[int]:
    """The items that an address names, each once: naming one a thousand times must not cost a thousand answers."""
    try:
        found = list(dict.fromkeys(whole(part) for part in text.split(",") if part))
    except ValueError:
        raise BadRequestError("this is no list of ids") from None
    if len(found) > _MOST_IDS:
        raise BadRequestError(f"at most {_MOST_IDS} items are shown at once")
    return found


async def item_of(call: Call) -> ItemRow:
    """The item in the path; 404 when there is none, or not for this person."""
    item = await call.house.database.read(store_items.get_item, call.number("item_id"), call.viewer)
    if item is None:
        raise NotFoundError
    return item


@routes.get("/library/metadata/{ids}", policy=Policy.SIGNED_IN, takes=(*LISTING, *DETAIL), answers=Answer.ITEMS)
async def metadata(call: Call) -> Reply:
    """Items in full, in the order in which they are asked for."""
    return await details_of(call, item_ids(call.param("ids")))


async def details_of(call: Call, ids: Sequence[int]) -> Reply:
    """The answer that shows these items in full; 404 when there is none for this person."""
    window = call.window
    shape = shape_of(call, detail=True)
    if window.paged and (len(ids) > 1 or window.start or not window.size):
        found = await call.house.database.read(store_items.get_items, ids, call.viewer)
        return await paged_reply(call, [row.id for row in found], shape)
    shown = await shown_items(call, ids, shape)
    if not shown:
        raise NotFoundError
    if len(shown) == 1 and shown[0].item.section_id == NO_SECTION:
        return await playlist_reply(call, shown[0].item.id)
    attributes: dict[str, Value] = {}
    sections = {item.item.section_id: item.section for item in shown}
    if len(sections) == 1 and shown[0].section is not None:
        section = shown[0].section
        attributes = {
            "librarySectionID": section.id,
            "librarySectionTitle": section.title,
            "librarySectionUUID": section.uuid,
        }
    if len(shown) == 1:
        shown[0].below = await _includes(call, shown[0].item)
        if call.flag("includeRelatedCount"):
            shown[0].related_count = await related_count(call, shown[0].item)
    return call.reply(shown_container(shown, shape, attributes=attributes, total=1 if window.paged else None))


async def _includes(call: Call, item: ItemRow) -> list[Node]:
    """The child elements that were asked for of a single item."""
    made: list[Node] = []
    kind = ItemType(item.type)
    database = call.house.database
    if call.flag("includeExtras"):
        ids = await database.read(relations.extras, item.id, call.viewer)
        made.append(await _nest(call, "Extras", ids))
    if call.flag("includeChildren") and kind in (ItemType.SHOW, ItemType.SEASON, ItemType.ARTIST, ItemType.ALBUM):
        ids, _ = await database.read(relations.children, item.id, call.viewer)
        made.append(await _nest(call, "Children", ids))
    if call.flag("includeOnDeck") and kind in (ItemType.SHOW, ItemType.SEASON):
        upcoming = await next_episode(call, item)
        if upcoming is not None:
            made.append(await _nest(call, "OnDeck", [upcoming]))
    if call.flag("includeRelated"):
        hubs = await related_nodes(call, item)
        made.append(Node("Related", {"size": len(hubs)}, hubs))
    if kind is ItemType.ARTIST and call.flag("includePopularLeaves"):
        made.append(await _nest(call, "PopularLeaves", await popular_ids(call, item)))
    everywhere = call.flag("includeAllConcerts")
    if kind is ItemType.ARTIST and (everywhere or call.flag("includeConcerts")):
        ids = await database.read(relations.concerts, item.id, call.viewer, all_of_them=everywhere)
        made.append(await _nest(call, "Concerts", ids))
    if call.flag("includePreferences"):
        made.append(await preferences_node(call, item))
    if call.flag("includeStations"):
        station = item_station(item)
        if station is not None:
            sections = await database.read(list_sections)
            made.append(Node("Stations", {"size": 1}, [station_node(station, sections)]))
    return made


async def next_episode(call: Call, item: ItemRow) -> int | None:
    """The episode below an item that the viewer should go on with: one begun, else the first not watched."""
    database = call.house.database
    ids, _ = await database.read(relations.all_leaves, item.id, call.viewer)
    rows = await database.read(store_items.get_items, ids, call.viewer)
    known = await database.read(states.states_of, call.person_id, [row.identity_id for row in rows])
    begun = [row for row in rows if row.identity_id in known and known[row.identity_id].view_offset_ms]
    if begun:
        return max(begun, key=lambda row: known[row.identity_id].last_viewed_at or 0).id
    for row in rows:
        state = known.get(row.identity_id)
        if row.parent_index != 0 and (state is None or not state.view_count):
            return row.id
    return None


async def _nest(call: Call, element: str, ids: Sequence[int]) -> Node:
    shape = shape_of(call)
    shown = await shown_items(call, ids, shape)
    return Node(element, {"size": len(shown)}, [Rows(item_rows(shown, shape))])


_DIRECTLY_BELOW = {
    ItemType.SHOW: ItemType.SEASON,
    ItemType.SEASON: ItemType.EPISODE,
    ItemType.ARTIST: ItemType.ALBUM,
    ItemType.ALBUM: ItemType.TRACK,
    ItemType.PHOTO_ALBUM: ItemType.PHOTO,
}
_LEAVES = _DIRECTLY_BELOW | {ItemType.SHOW: ItemType.EPISODE, ItemType.ARTIST: ItemType.TRACK}


def _above(item: ItemRow, title: str, section_title: str, listed: ItemType | None) -> dict[str, Value]:
    """What a container of an item's children says about the item, and of which type they are."""
    return {
        "viewGroup": None if listed is None else listed.api_name,
        "key": str(item.id),
        "librarySectionID": item.section_id,
        "librarySectionTitle": section_title,
        "parentTitle": title,
        "parentIndex": item.index_number,
        "parentYear": item.year,
        "title1": section_title,
        "title2": title,
        "thumb": f"/library/metadata/{item.id}/thumb/{item.thumb_at}" if item.thumb_at is not None else None,
        "art": f"/library/metadata/{item.id}/art/{item.art_at}" if item.art_at is not None else None,
        "theme": f"/library/metadata/{item.id}/theme/{item.theme_at}" if item.theme_at is not None else None,
    }


async def _below(call: Call, item: ItemRow, ids: Sequence[int], *, leaves: bool = False) -> Reply:
    section = await call.house.database.read(get_section, item.section_id)
    listed = (_LEAVES if leaves else _DIRECTLY_BELOW).get(ItemType(item.type))
    return await paged_reply(call, ids, shape_of(call), attributes=_above(item, item.title, section.title, listed))


@routes.get("/library/metadata/{item_id:int}/children", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def children(call: Call) -> Reply:
    """What lies directly below an item."""
    item = await item_of(call)
    if item.type == ItemType.COLLECTION:
        return await _below(call, item, (await member_ids(call, item)).tolist())
    ids, _ = await call.house.database.read(relations.children, item.id, call.viewer)
    return await _below(call, item, await in_order(call, item, ids, leaves=False))


@routes.get(
    "/library/metadata/{item_id:int}/grandchildren", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS
)
async def grandchildren(call: Call) -> Reply:
    """What lies two levels below an item: the episodes of a show, the tracks of an artist."""
    item = await item_of(call)
    ids, _ = await call.house.database.read(relations.all_leaves, item.id, call.viewer)
    return await _below(call, item, await in_order(call, item, ids, leaves=True), leaves=True)


@routes.get("/library/metadata/{item_id:int}/allLeaves", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def all_leaves(call: Call) -> Reply:
    """Everything playable below an item."""
    item = await item_of(call)
    ids, _ = await call.house.database.read(relations.all_leaves, item.id, call.viewer)
    return await _below(call, item, await in_order(call, item, ids, leaves=True), leaves=True)


@routes.get("/library/metadata/{item_id:int}/extras", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def extras(call: Call) -> Reply:
    """Trailers, deleted scenes and the like of an item."""
    item = await item_of(call)
    ids = await call.house.database.read(relations.extras, item.id, call.viewer)
    return await paged_reply(call, ids, shape_of(call))
