"""Collections: the item itself, and what is in it.

What belongs to a collection carries its tag; so its children are the items that have the tag, of every type a section
lists, in the order in which they were released.
"""

from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.listing import paged_reply, shape_of
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import section_attributes
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.library import collections
from vitascope.store import items as store_items
from vitascope.store.rows import ItemRow
from vitascope.store.sections import get_section

routes = Routes()


async def collection_of(call: Call) -> ItemRow:
    """The collection in the path; 404 when there is none, or not for this person."""
    item = await call.house.database.read(store_items.get_item, call.number("item_id"), call.viewer)
    if item is None or item.type != ItemType.COLLECTION:
        raise NotFoundError
    return item


async def member_ids(call: Call, item: ItemRow) -> list[int]:
    """What is in a collection, as far as the viewer may see it."""
    database, positions = call.house.database, call.house.positions
    found = await database.read(collections.member_ids, positions, item.id, call.viewer, now=datetime.now(UTC))
    return [int(item_id) for item_id in found]


@routes.get("/library/collections/{item_id:int}", policy=Policy.SIGNED_IN)
async def collection(call: Call) -> Reply:
    """A collection in full."""
    item = await collection_of(call)
    section = await call.house.database.read(get_section, item.section_id)
    shape = shape_of(call, detail=True)
    return await paged_reply(call, [item.id], shape, attributes=section_attributes(section))


@routes.get(
    "/library/collections/{item_id:int}/children", "/library/collections/{item_id:int}/items", policy=Policy.SIGNED_IN
)
async def collection_children(call: Call) -> Reply:
    """What is in a collection, in the order of release."""
    item = await collection_of(call)
    section = await call.house.database.read(get_section, item.section_id)
    attributes = section_attributes(section) | {"key": str(item.id), "title1": section.title, "title2": item.title}
    return await paged_reply(call, await member_ids(call, item), shape_of(call), attributes=attributes)
