"""Small operations on items, and the people who took part in them.

Sound is not analysed for how alike it is, so nothing is near a track; no index of pictures is made of films yet, and no
augmentation of metadata: those answer as a server that has none.
"""

from vitascope.api.call import Call, whole
from vitascope.api.describe import LISTING, Answer, decimal, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import LIBRARY, MEDIA_TAGS, paged_reply, shape_of
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.render.item_children import tag_filter
from vitascope.api.render.items import guid_of
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_of
from vitascope.api.routes.sections import section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.store import item_tree
from vitascope.store import items as store_items
from vitascope.store.item_tree import Below
from vitascope.store.rows import TagRow
from vitascope.store.views import TagView

routes = Routes()

_NEAR = (
    integer("limit", "How many are wanted; 50.", example=50),
    decimal("maxDistance", "How far away they may be, 0 to 1; 0.25.", example=0.25),
)


# --- below and around an item ----------------------------------------------------------------------------------


def _branch(below: Below) -> Node:
    item = below.item
    attributes: dict[str, Value] = {
        "key": f"/library/metadata/{item.id}",
        "id": item.id,
        "title": item.title,
        "guid": guid_of(ItemType(item.type), below.uuid),
        "parentTitle": "",
        "instanceRatingKey": "",
        "index": item.index_number,
        "originallyAvailableAt": item.available_at or "",
        "addedAt": item.added_at,
        "refreshedAt": item.updated_at,
    }
    return Node("MetadataItem", attributes, [_branch(child) for child in below.children])


@routes.get("/library/metadata/{item_id:int}/tree", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def tree(call: Call) -> Reply:
    """An item with everything below it, level by level."""
    found = await call.house.database.read(item_tree.tree, call.number("item_id"), call.viewer)
    if found is None:
        raise NotFoundError
    return call.reply(Container({"size": 1, "identifier": LIBRARY, **MEDIA_TAGS}, [_branch(found)]))


@routes.get("/library/metadata/{item_id:int}/users/top", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def top_users(call: Call) -> Reply:
    """Who played an item, or what lies below it, most; who is not the owner is told of themselves."""
    item = await item_of(call)
    found = await call.house.database.read(item_tree.top_viewers, item.id)
    shown = [(who, views) for who, views in found if call.viewer.is_owner or who == call.person_id]
    nodes = [Node("Account", {"id": who, "globalViewCount": views}) for who, views in shown]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


def _checked_near(call: Call) -> None:
    limit = call.integer("limit")
    if limit is not None and limit < 0:
        raise BadRequestError("limit is negative")
    distance = call.text("maxDistance")
    try:
        if distance is not None and not 0 <= float(distance) <= 1:
            raise ValueError
    except ValueError:
        raise BadRequestError("maxDistance is no number from 0 to 1") from None


@routes.get(
    "/library/metadata/{item_id:int}/nearest",
    policy=Policy.SIGNED_IN,
    takes=(
        *_NEAR,
        integer("excludeParentID", "An album whose tracks are left out."),
        integer("excludeGrandparentID", "An artist whose tracks are left out."),
    ),
    answers=Answer.ITEMS,
)
async def nearest(call: Call) -> Reply:
    """Music that sounds like an item: none, since sound is not analysed for that."""
    await item_of(call)
    _checked_near(call)
    return await paged_reply(call, [], shape_of(call))


@routes.get(
    "/library/sections/{section_id:int}/nearest",
    policy=Policy.SIGNED_IN,
    takes=(
        *_NEAR,
        integer("type", "The type of item; 10, tracks."),
        text("values", "The analysis to be near.", many=True),
    ),
    answers=Answer.ITEMS,
)
async def nearest_in_section(call: Call) -> Reply:
    """Music of a section that sounds as asked for: none, since sound is not analysed for that."""
    await section_of(call)
    _checked_near(call)
    return await paged_reply(call, [], shape_of(call))


@routes.get(
    "/library/sections/{section_id:int}/computePath",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("startID", "The track it begins with.", required=True),
        integer("endID", "The track it ends with.", required=True),
        integer("count", "How many tracks; 50."),
        decimal("maxDistance", "How far one may be from the next; 0.25."),
    ),
    answers=Answer.ITEMS,
)
async def compute_path(call: Call) -> Reply:
    """A way from one track to another over tracks that sound alike: none, since sound is not analysed for that."""
    section = await section_of(call)
    _checked_near(call)
    for name in ("startID", "endID"):
        wanted = call.integer(name)
        if wanted is None:
            raise BadRequestError(f"{name} is missing")
        found = await call.house.database.read(store_items.get_item, wanted, call.viewer)
        if found is None or found.section_id != section.id or found.type != ItemType.TRACK:
            raise BadRequestError(f"{name} is no track of this section")
    return await paged_reply(call, [], shape_of(call))


@routes.get(
    "/library/metadata/augmentations/{augmentation}",
    policy=Policy.SIGNED_IN,
    takes=(flag("wait", "Waits until it is complete."),),
    answers=Answer.NOTHING,
)
async def augmentation(_: Call) -> Reply:
    """How far an augmentation is: none is ever made, so there is none of any id."""
    raise NotFoundError("There is no such augmentation.")


# --- people ----------------------------------------------------------------------------------------------------


async def _person(call: Call) -> tuple[TagRow, list[int]]:
    try:
        number = whole(call.param("person"))
    except ValueError:
        raise NotFoundError("There is no such person.") from None
    row = await call.house.database.read(item_tree.person, number)
    ids = [] if row is None else await call.house.database.read(item_tree.media_of_person, row, call.viewer)
    if row is None or not ids:
        raise NotFoundError("There is no such person.")
    return row, ids


@routes.get("/library/people/{person}", policy=Policy.SIGNED_IN, answers=Answer.DIRECTORY)
async def person(call: Call) -> Reply:
    """Somebody who took part in what the viewer may see, by the id of their tag."""
    row, _ = await _person(call)
    attributes: dict[str, Value] = {
        "id": row.id,
        "filter": tag_filter(TagView(row.type, row.id, row.tag)),
        "tag": row.tag,
        "tagType": row.type,
        "thumb": row.thumb,
    }
    return call.reply(Container({"size": 1}, [Node("Directory", attributes)]))


@routes.get("/library/people/{person}/media", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def media_of_person(call: Call) -> Reply:
    """What somebody took part in, in whatever part, the newest first."""
    row, ids = await _person(call)
    return await paged_reply(call, ids, shape_of(call, across_sections=True), attributes={"title1": row.tag})
