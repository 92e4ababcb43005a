"""What is like an item, who made it, and what to play after it."""

from collections.abc import Callable, Iterator

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, TRIMMING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.hubs import home_sections, hub_container, hub_nodes, looked
from vitascope.api.listing import paged_reply, shape_of
from vitascope.api.policy import Policy
from vitascope.api.render import Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.library.hubs import Hub, Look, related
from vitascope.library.hubs.shelves import TRANSIENT
from vitascope.store import items as store_items
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.sections import get_section
from vitascope.store.similar import similar_items

routes = Routes()

_COUNT = integer("count", "How many items of each hub are sent at most; 12 when left out, 200 at most.", example=12)
_TRANSIENT = flag("onlyTransient", "Only the hubs that change with whatever is played.")
_PARENT = text("excludeParentID", "Leaves out what lies directly below this item.")
_HUBS = (_COUNT, _TRANSIENT, *TRIMMING)


async def _subject(call: Call, item_id: int | None = None) -> tuple[ItemRow, SectionRow]:
    """An item, by default the one in the path, and its section; 404 when there is none, or not for this person."""
    database = call.house.database
    number = call.number("item_id") if item_id is None else item_id
    item = await database.read(store_items.get_item, number, call.viewer)
    if item is None:
        raise NotFoundError
    return item, await database.read(get_section, item.section_id)


async def _reply(call: Call, see: Callable[[Look], Iterator[Hub]]) -> Reply:
    found = await looked(call, lambda look: list(see(look)))
    transient = call.flag("onlyTransient")
    nodes = await hub_nodes(call, [hub for hub in found if not transient or hub.name in TRANSIENT])
    return call.reply(hub_container(nodes))


async def related_nodes(call: Call, item: ItemRow) -> list[Node]:
    """The hubs beside an item, as elements."""
    section = await call.house.database.read(get_section, item.section_id)
    found = await looked(call, lambda look: list(related.related(look, section, item)))
    return await hub_nodes(call, found)


async def popular_ids(call: Call, artist: ItemRow) -> list[int]:
    """The tracks of an artist that are played most."""
    section = await call.house.database.read(get_section, artist.section_id)
    found = await looked(call, lambda look: list(related.popular(look, section, artist)))
    return [id_ for hub in found for id_ in hub.ids]


async def related_count(call: Call, item: ItemRow) -> int:
    """How much there is that is like an item, at most as much as is listed."""
    viewer = call.viewer

    def read(r: Reader) -> int:
        return len(similar_items(r, related.subject(r, item, viewer), viewer, related.SIMILAR))

    return await call.house.database.read(read)


@routes.get("/library/metadata/{item_id:int}/related", policy=Policy.SIGNED_IN, takes=_HUBS, answers=Answer.HUBS)
@routes.get("/hubs/metadata/{item_id:int}/related", policy=Policy.SIGNED_IN, takes=_HUBS, answers=Answer.HUBS)
async def related_hubs(call: Call) -> Reply:
    """What is like an item, and more of the people and collections it has, in hubs."""
    item, section = await _subject(call)
    return await _reply(call, lambda look: related.related(look, section, item))


@routes.get("/hubs/metadata/{item_id:int}", policy=Policy.SIGNED_IN, takes=_HUBS, answers=Answer.HUBS)
async def item_hubs(call: Call) -> Reply:
    """The page of an artist or album in hubs; of anything else what is related to it."""
    item, section = await _subject(call)
    return await _reply(call, lambda look: related.of_music(look, section, item))


@routes.get("/hubs/metadata/{item_id:int}/postplay", policy=Policy.SIGNED_IN, takes=_HUBS, answers=Answer.HUBS)
async def postplay(call: Call) -> Reply:
    """What to play after an item: the next episode or film of a collection, then what else there is to go on with, and
    what is like it."""
    item, section = await _subject(call)
    sections = await home_sections(call)
    return await _reply(call, lambda look: related.postplay(look, section, item, sections))


@routes.get(
    "/library/metadata/{item_id:int}/similar",
    policy=Policy.SIGNED_IN,
    takes=(integer("count", "How many are listed at most; 200 when left out, and at most."), _PARENT, *LISTING),
    answers=Answer.ITEMS,
)
async def similar(call: Call) -> Reply:
    """What is most like an item, the most alike first."""
    return await paged_reply(call, await similar_ids(call), shape_of(call))


async def similar_ids(call: Call, item_id: int | None = None) -> list[int]:
    """Ids of it; the item is the one in the path unless it is named."""
    item, _ = await _subject(call, item_id)
    count = call.integer("count", related.SIMILAR)
    if count is None or count < 1:
        raise BadRequestError("count must be at least 1")
    subject = await call.house.database.read(related.subject, item, call.viewer)
    found = await call.house.database.read(similar_items, subject, call.viewer, min(count, related.SIMILAR))
    parent = call.integer("excludeParentID")
    if parent is not None:
        rows = await call.house.database.read(store_items.get_items, found, call.viewer)
        found = [row.id for row in rows if row.parent_id != parent]
    return found
