"""A collection as an endpoint needs it: the one in the path, what is in it, and what is refused about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, ConflictError, NotFoundError
from vitascope.core.model import ItemType
from vitascope.core.query.source_uri import SourceError
from vitascope.library import collection_contents
from vitascope.library.collections import CollectionError, CollectionExists
from vitascope.library.section_query import SelectionError
from vitascope.store import items as store_items
from vitascope.store.positions import Ids
from vitascope.store.rows import ItemRow


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
