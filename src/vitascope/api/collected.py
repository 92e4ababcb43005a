"""A collection as an endpoint needs it: the one in the path, what is in it and can be set, and what is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, ConflictError, NotFoundError
from vitascope.api.render import Node
from vitascope.core.model import ItemType
from vitascope.core.query.source_uri import SourceError
from vitascope.library import collection_contents
from vitascope.library.collections import CollectionError, CollectionExists
from vitascope.library.section_query import SelectionError
from vitascope.store import items as store_items
from vitascope.store.positions import Ids
from vitascope.store.rows import CollectionRow, ItemRow


@contextmanager
def refusals() -> Iterator[None]:
    """What the library refuses, as answers."""
    try:
        yield
    except CollectionExists as error:
        raise ConflictError(str(error)) from error
    except (CollectionError, SelectionError, SourceError) as error:
        raise BadRequestError(str(error)) from error


async def collection_of(call: Call) -> ItemRow:
    """The collection in the path; 404 when there is none, or not for this person."""
    item = await call.house.database.read(store_items.get_item, call.number("item_id"), call.viewer)
    if item is None or item.type != ItemType.COLLECTION:
        raise NotFoundError
    if not call.viewer.sees_whole_sections and not (await member_ids(call, item)).size:
        raise NotFoundError  # what holds nothing for this person is not theirs to know of
    return item


async def member_ids(call: Call, item: ItemRow) -> Ids:
    """What is in a collection, as far as the viewer may see it."""
    database, positions = call.house.database, call.house.positions
    with refusals():
        return await database.read(
            collection_contents.member_ids, positions, item.id, call.viewer, now=datetime.now(UTC)
        )


# --- what can be set ---------------------------------------------------------------------------------------------

_MODES = "-1:Library default|0:Hide collection|1:Hide items in this collection|2:Show this collection and its items"
_ORDERS = "0:Release date|1:Alphabetical|2:Custom"
_USERS = "0:Admin user|1:User currently viewing the content"


def preferences(settings: CollectionRow) -> Node:
    """The `Preferences` of a collection: what can be set of it, and what is."""
    found = [("collectionMode", "Collection mode", "-1", settings.mode, _MODES)]
    if settings.content is None:
        found.append(("collectionSort", "Collection order", "0", settings.sort, _ORDERS))
    else:
        by_user = int(settings.filter_by_user)
        found.append(("collectionFilterBasedOnUser", "Filter by the activity of", "0", by_user, _USERS))
    nodes = [
        Node(
            "Setting",
            {
                "id": name,
                "label": label,
                "summary": "",
                "type": "int",
                "default": default,
                "value": str(value),
                "hidden": 0,
                "advanced": 0,
                "group": "",
                "enumValues": choices,
            },
        )
        for name, label, default, value, choices in found
    ]
    return Node("Preferences", {"size": len(nodes)}, nodes, single=True)
