"""Collections: made, listed, changed, ordered, deleted; plain ones hold items, smart ones a query.

Editing their title, summary, labels and the like is in :mod:`vitascope.api.routes.edits`, as for every item.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.collected import collection_of, preferences, refusals
from vitascope.api.describe import LISTING, TRIMMING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import item_container, items_reply, paged_reply, shape_of, shown_container, shown_items
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.edits import EDIT, edit_items
from vitascope.api.routes.sections import section_attributes
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType
from vitascope.core.query.source_uri import ItemsSource, SectionSource, SourceUri, parse_source_uri
from vitascope.events import LibraryChanged, TimelineEntry, TimelineState
from vitascope.library import collection_contents, collections, section_query, selection
from vitascope.library.collections import CollectionError, Order
from vitascope.library.selection import Wanted
from vitascope.store import collections as store
from vitascope.store import items as store_items
from vitascope.store import sections as store_sections
from vitascope.store.positions import Ids
from vitascope.store.reader import Reader
from vitascope.store.rows import CollectionRow, ItemRow, SectionRow
from vitascope.store.writer import Writer

routes = Routes()

MOST_ITEMS = 20_000
"""More than these are put into a plain collection by no one request."""
_COLLECTION = "/library/collections/{item_id:int}"
_MEMBER = f"{_COLLECTION}/items/{{member_id:int}}"
_LONGEST_TITLE = 500
_URI = text(
    "uri",
    "Which items: a source URI. Of a smart collection its query, `…/library/sections/1/all?type=1&…`.",
    example="server://…/com.plexapp.plugins.library/library/metadata/1,2",
)


def _tell(call: Call, item: ItemRow, state: TimelineState) -> None:
    """Whoever listens learns that a collection changed."""
    call.house.bus.publish(
        TimelineEntry(
            section_id=item.section_id,
            item_id=item.id,
            type=ItemType.COLLECTION,
            title=item.title,
            state=state,
            updated_at=int(time.time()),
        )
    )
    call.house.bus.publish(LibraryChanged(section_id=item.section_id))


# --- reading ---------------------------------------------------------------------------------------------------


@routes.get(
    _COLLECTION,
    policy=Policy.SIGNED_IN,
    takes=(*TRIMMING, flag("includePreferences", "Adds what can be set of the collection.")),
    answers=Answer.ITEMS,
)
async def collection(call: Call) -> Reply:
    """A collection in full."""
    item = await collection_of(call)
    section = await call.house.database.read(store_sections.get_section, item.section_id)
    shape = shape_of(call, detail=True)
    shown = await shown_items(call, [item.id], shape)
    if call.flag("includePreferences"):
        for one in shown:
            settings = one.collection.settings if one.collection else CollectionRow(item.identity_id)
            one.below = [*one.below, preferences(settings)]
    return call.reply(shown_container(shown, shape, attributes=section_attributes(section)))


@routes.get(
    f"{_COLLECTION}/children",
    f"{_COLLECTION}/items",
    policy=Policy.SIGNED_IN,
    takes=LISTING,
    answers=Answer.ITEMS,
)
async def collection_children(call: Call) -> Reply:
    """What is in a collection, in its order; of a smart one what its query finds now."""
    with refusals():
        item, section, found = await call.house.database.read(_opened, call)
    attributes = section_attributes(section) | {"key": str(item.id), "title1": section.title, "title2": item.title}
    window = call.window
    part = found if window.size is None else found[window.start : window.start + window.size]
    return await items_reply(
        call,
        part.tolist(),
        shape_of(call),
        attributes=attributes,
        offset=window.start if window.paged else 0,
        total=int(found.size),
    )


def _opened(r: Reader, call: Call) -> tuple[ItemRow, SectionRow, Ids]:
    """The collection in the path, its section, and what is in it."""
    item = store_items.get_item(r, call.number("item_id"), call.viewer)
    if item is None or item.type != ItemType.COLLECTION:
        raise NotFoundError
    found = collection_contents.members_of(r, call.house.positions, item, call.viewer, now=datetime.now(UTC))
    if not found.size and not call.viewer.sees_whole_sections:
        raise NotFoundError
    return item, store_sections.get_section(r, item.section_id), found


# --- making ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a request wants a collection to hold."""

    content: str | None = None
    item_ids: tuple[int, ...] = ()
    type: int | None = None


def _source(call: Call) -> SourceUri:
    with refusals():
        return parse_source_uri(call.required("uri"), machine_identifier=call.house.preferences.machine_identifier)


def _query(r: Reader, call: Call, source: SourceUri, section_id: int) -> _Asked:
    """A source as the query of a smart collection; it must be one of its own section that means something."""
    if not isinstance(source.source, SectionSource):
        raise CollectionError("uri: a smart collection asks a section, such as /library/sections/1/all?type=1")
    if source.source.section_id != section_id:
        raise CollectionError(f"uri: a collection of section {section_id} asks that section")
    listing, _ = section_query.listing_of(r, source.source, call.viewer, now=datetime.now(UTC))
    if listing.type is ItemType.COLLECTION:
        raise CollectionError("uri: a collection holds no collections")
    return _Asked(content=source.text, type=int(listing.type))


def _items(r: Reader, call: Call, source: SourceUri) -> _Asked:
    """A source as the items that are put into a plain collection."""
    if isinstance(source.source, ItemsSource):
        wanted = list(source.source.ids)  # named one by one: what is not there is a mistake
    else:
        found = selection.ids(r, call.house.positions, source, call.viewer, Wanted(now=datetime.now(UTC)))
        if found.size > MOST_ITEMS:
            raise CollectionError(f"uri: more than {MOST_ITEMS} items; a smart collection holds any number")
        wanted = found.tolist()
    types = {row.type for row in store_items.get_items(r, wanted[:1_000], call.viewer)}
    return _Asked(item_ids=tuple(wanted), type=types.pop() if len(types) == 1 else None)


@routes.post(
    "/library/collections",
    policy=Policy.OWNER,
    takes=(
        integer("sectionId", "The section it belongs to.", required=True, example=1),
        text("title", "Its name, one of its own in the section.", required=True, example="Favourites"),
        integer("type", "The type of what it will hold: 1 movies, 2 shows, 8 artists, ….", example=1),
        flag("smart", "Whether it holds what a query finds."),
        _URI,
    ),
    answers=Answer.ITEMS,
)
async def create_collection(call: Call) -> Reply:
    """Makes a collection: a plain one of the items of `uri`, which may be none yet, or a smart one of its query."""
    database = call.house.database
    section_id = call.integer("sectionId")
    sections = {row.id: row for row in await database.read(store_sections.list_sections)}
    if section_id is None or section_id not in sections:
        raise BadRequestError(f"sectionId: there is no section {call.text('sectionId')!r}")
    title = call.required("title")
    if len(title) > _LONGEST_TITLE:
        raise BadRequestError(f"title: at most {_LONGEST_TITLE} characters")
    held = call.integer("type")
    if held is not None and held not in set(ItemType):
        raise BadRequestError(f"type: there is no type {held}")
    asked = _Asked(type=held)
    with refusals():
        if call.flag("smart"):
            asked = await database.read(_query, call, _source(call), section_id)
        elif call.text("uri") is not None:
            asked = await database.read(_items, call, _source(call))
        made = await collections.make(
            database,
            section_id,
            title,
            subtype=asked.type or held,
            item_ids=asked.item_ids,
            content=asked.content,
        )
    item = await database.read(store.get, made)
    _tell(call, item, TimelineState.PROCESSED)
    container = await item_container(
        call, [made], shape_of(call, detail=True), attributes=section_attributes(sections[section_id])
    )
    return call.reply(container)


@routes.put(_COLLECTION, policy=Policy.OWNER, takes=EDIT, answers=Answer.NOTHING)
async def edit_collection(call: Call) -> Reply:
    """Edits a collection: its fields, labels and locks. Another title is also that of the tag of what it holds."""
    item = await collection_of(call)
    call.params = {**call.params, "ids": str(item.id)}
    return await edit_items(call) or Reply()


@routes.delete(_COLLECTION, policy=Policy.OWNER, answers=Answer.NOTHING)
async def delete_collection(call: Call) -> Reply:
    """Deletes a collection; what was in it stays."""
    await delete(call, await collection_of(call))
    return Reply()


async def delete(call: Call, item: ItemRow) -> None:
    """Delete a collection, and tell."""
    await collections.throw_away(call.house.database, item.id)
    _tell(call, item, TimelineState.DELETED)


@routes.delete(
    "/library/sections/{section_id:int}/collection/{item_id:int}", policy=Policy.OWNER, answers=Answer.NOTHING
)
async def delete_in_section(call: Call) -> Reply:
    """Deletes a collection of a section."""
    item = await collection_of(call)
    if item.section_id != call.number("section_id"):
        raise NotFoundError
    await delete(call, item)
    return Reply()


# --- what is in it ---------------------------------------------------------------------------------------------


@routes.put(f"{_COLLECTION}/items", policy=Policy.OWNER, takes=(_URI,), answers=Answer.ITEMS)
async def add_items(call: Call) -> Reply:
    """Puts items into a plain collection; of a smart one it sets the query."""
    item = await collection_of(call)
    database, source = call.house.database, _source(call)
    with refusals():
        if await database.read(collections.is_smart, item):
            asked = await database.read(_query, call, source, item.section_id)
            await database.awrite(collections.set_content, item.id, asked.content or "", asked.type)
        else:
            asked = await database.read(_items, call, source)
            await collections.put_in(database, item.id, asked.item_ids)
    return await _changed(call, item)


@routes.delete(_MEMBER, policy=Policy.OWNER, answers=Answer.ITEMS)
@routes.put(_MEMBER, policy=Policy.OWNER, answers=Answer.ITEMS)
async def remove_item(call: Call) -> Reply:
    """Takes an item out of a plain collection; the last one takes the collection with it."""
    item = await collection_of(call)
    with refusals():
        await call.house.database.awrite(collections.remove, item.id, call.number("member_id"))
    return await _changed(call, item)


@routes.put(
    f"{_MEMBER}/move",
    policy=Policy.OWNER,
    takes=(integer("after", "The item it is put after; without it, it becomes the first.", example=2),),
    answers=Answer.ITEMS,
)
async def move_item(call: Call) -> Reply:
    """Moves an item of a plain collection, whose order is then a person's own."""
    item = await collection_of(call)
    with refusals():
        await call.house.database.awrite(collections.move, item.id, call.number("member_id"), call.integer("after"))
    return await _changed(call, item)


async def _changed(call: Call, item: ItemRow) -> Reply:
    """The collection as it is now; nothing when it went."""
    there = await call.house.database.read(store_items.get_item, item.id, call.viewer)
    _tell(call, item, TimelineState.DELETED if there is None else TimelineState.PROCESSED)
    return await paged_reply(call, [] if there is None else [item.id], shape_of(call, detail=True))


# --- what can be set -------------------------------------------------------------------------------------------


def _choice(call: Call, name: str, lowest: int, highest: int) -> int | None:
    value = call.integer(name)
    if value is not None and not lowest <= value <= highest:
        raise BadRequestError(f"{name}: {value} is not between {lowest} and {highest}")
    return value


@routes.put(
    f"{_COLLECTION}/prefs",
    policy=Policy.OWNER,
    takes=(
        integer("collectionMode", "-1 as the section says, 0 hidden, 1 in place of its items, 2 beside its items."),
        integer("collectionSort", "The order of a plain one: 0 by release, 1 by title, 2 as a person moved them."),
        integer("collectionFilterBasedOnUser", "By whose watch state a smart one goes: 0 the owner's, 1 the viewer's."),
    ),
    answers=Answer.NOTHING,
)
async def set_preferences(call: Call) -> Reply:
    """Sets how a collection is shown and ordered, and by whose watch state a smart one goes."""
    item = await collection_of(call)
    await set_preferences_of(call, item)
    return Reply()


async def set_preferences_of(call: Call, item: ItemRow) -> None:
    """Set the preferences that the query names; all or nothing."""
    mode = _choice(call, "collectionMode", -1, 2)
    order = _choice(call, "collectionSort", 0, 2)
    by_user = _choice(call, "collectionFilterBasedOnUser", 0, 1)

    def write(tx: Writer) -> None:
        changes = {"mode": mode, "filter_by_user": None if by_user is None else bool(by_user)}
        if order is not None:
            collections.set_order(tx, item.id, Order(order))
        given = {name: value for name, value in changes.items() if value is not None}
        if given:
            store.put_settings(tx, store.get(tx, item.id), **given)

    with refusals():
        await call.house.database.awrite(write)
    _tell(call, item, TimelineState.PROCESSED)
