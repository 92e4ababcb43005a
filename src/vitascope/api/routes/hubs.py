"""Hubs: rows of items for a start page. Only rows that have something in them are sent."""

import time
from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, paged_reply, shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import (
    RECENT_TYPES,
    hidden_level,
    newest_first,
    recent_ids,
    section_attributes,
    section_of,
)
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind
from vitascope.store.deck import on_deck
from vitascope.store.items import get_items
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections

routes = Routes()

_WEEK_SECONDS = 7 * 86_400
_FEW = 12


async def hub(
    call: Call,
    ids: Sequence[int],
    *,
    identifier: str,
    title: str,
    kind: str,
    key: str,
    more: bool = False,
    style: str = "shelf",
) -> Node:
    """A hub of items."""
    shape = shape_of(call, across_sections=True)
    shown = await shown_items(call, ids, shape)
    attributes: dict[str, Value] = {
        "hubKey": "/library/metadata/" + ",".join(str(item.item.id) for item in shown) if shown else None,
        "key": key,
        "title": title,
        "type": kind,
        "hubIdentifier": identifier,
        "context": "hub." + identifier.rpartition(".")[0] if "." in identifier else identifier,
        "size": len(shown),
        "more": more,
        "style": style,
        "promoted": 1,
        "random": 0,
    }
    return Node("Hub", attributes, [Rows(item_rows(shown, shape))])


async def deck_ids(call: Call, section_id: int | None = None, limit: int | None = None) -> list[int]:
    """What the viewer should go on with."""
    preferences = call.house.preferences
    entries = await call.house.database.read(
        on_deck,
        call.viewer,
        section_id,
        now=int(time.time()),
        window_s=preferences.number("OnDeckWindow") * _WEEK_SECONDS,
        limit=limit or preferences.number("OnDeckLimit"),
        include_premieres=preferences.flag("OnDeckIncludePremieres"),
    )
    ids = [entry.item_id for entry in entries]
    hidden = {row.id for row in await call.house.database.read(list_sections) if hidden_level(row)}
    if section_id is not None or not hidden:
        return ids
    rows = await call.house.database.read(get_items, ids, call.viewer)
    return [row.id for row in rows if row.section_id not in hidden]


async def _visible_sections(call: Call) -> list[SectionRow]:
    rows = await call.house.database.read(list_sections)
    wanted = call.text("contentDirectoryID")
    seen = [row for row in rows if call.viewer.may_see_section(row.id)]
    return [row for row in seen if (not hidden_level(row) if wanted is None else wanted == str(row.id))]


def _count(call: Call) -> int:
    return min(max(call.integer("count", _FEW) or _FEW, 1), 200)


async def _continue_hub(call: Call, section_id: int | None = None) -> list[Node]:
    ids = await deck_ids(call, section_id, _count(call))
    if not ids:
        return []
    identifier = "home.continue" if section_id is None else f"continueWatching.{section_id}"
    key = (
        "/hubs/continueWatching/items" if section_id is None else f"/hubs/sections/{section_id}/continueWatching/items"
    )
    return [await hub(call, ids, identifier=identifier, title="Continue Watching", kind="mixed", key=key, style="hero")]


async def _recent_hub(call: Call, section: SectionRow) -> list[Node]:
    count = _count(call)
    ids = await recent_ids(call, section, count + 1)
    if not ids:
        return []
    kind = RECENT_TYPES[SectionKind(section.kind)]
    return [
        await hub(
            call,
            ids[:count],
            identifier=f"{SectionKind(section.kind).api_type}.recentlyadded.{section.id}",
            title=f"Recently Added in {section.title}",
            kind=kind.api_name,
            key=f"/library/sections/{section.id}/all?sort=addedAt:desc&type={int(kind)}",
            more=len(ids) > count,
        )
    ]


def _container(hubs: Sequence[Node], **attributes: Value) -> Container:
    return Container({"size": len(hubs), "allowSync": 1, "identifier": LIBRARY, **attributes}, list(hubs))


@routes.get("/hubs", "/hubs/promoted", policy=Policy.SIGNED_IN)
async def hubs(call: Call) -> Reply:
    """The start page: what to go on with, and what came last into each section."""
    found = await _continue_hub(call)
    for section in await _visible_sections(call):
        found += await _recent_hub(call, section)
    return call.reply(_container(found))


@routes.get("/hubs/sections/{section_id:int}", policy=Policy.SIGNED_IN)
async def section_hubs(call: Call) -> Reply:
    """The start page of one section."""
    section = await section_of(call)
    found = await _continue_hub(call, section.id) + await _recent_hub(call, section)
    return call.reply(_container(found, **section_attributes(section)))


@routes.get("/hubs/continueWatching", policy=Policy.SIGNED_IN)
async def continue_watching(call: Call) -> Reply:
    """What to go on with, as a hub."""
    return call.reply(_container(await _continue_hub(call)))


@routes.get("/hubs/continueWatching/items", policy=Policy.SIGNED_IN)
async def continue_items(call: Call) -> Reply:
    """What to go on with, as items."""
    return await paged_reply(call, await deck_ids(call), shape_of(call, across_sections=True))


@routes.get("/hubs/sections/{section_id:int}/continueWatching/items", policy=Policy.SIGNED_IN)
async def section_continue_items(call: Call) -> Reply:
    """What to go on with in one section."""
    section = await section_of(call)
    return await paged_reply(call, await deck_ids(call, section.id), shape_of(call, across_sections=True))


@routes.get("/library/onDeck", policy=Policy.SIGNED_IN)
async def library_on_deck(call: Call) -> Reply:
    """What to go on with, in all sections."""
    return await paged_reply(call, await deck_ids(call), shape_of(call, across_sections=True))


@routes.get("/library/sections/{section_id:int}/onDeck", policy=Policy.SIGNED_IN)
async def section_on_deck(call: Call) -> Reply:
    """What to go on with in one section."""
    section = await section_of(call)
    ids = await deck_ids(call, section.id)
    return await paged_reply(call, ids, shape_of(call), attributes=section_attributes(section))


@routes.get("/hubs/home/recentlyAdded", policy=Policy.SIGNED_IN)
async def home_recently_added(call: Call) -> Reply:
    """What came last into the sections of one type."""
    asked = call.integer("type") or int(ItemType.MOVIE)
    if asked not in set(ItemType):
        raise BadRequestError(f"there is no type {asked}")
    kind = ItemType(asked)
    listed = {
        ItemType.MOVIE: ((SectionKind.MOVIE, SectionKind.OTHER), ItemType.MOVIE),
        ItemType.SHOW: ((SectionKind.SHOW,), ItemType.EPISODE),
        ItemType.ARTIST: ((SectionKind.ARTIST,), ItemType.ALBUM),
        ItemType.PHOTO: ((SectionKind.PHOTO,), ItemType.PHOTO_ALBUM),
    }
    kinds, item_type = listed.get(kind, ((), kind))
    wanted = call.integer("sectionID")
    found: list[int] = []
    for section in await _visible_sections(call):
        if SectionKind(section.kind) in kinds and wanted in (None, section.id):
            found += await recent_ids(call, section, 200, item_type)
    return await paged_reply(call, await newest_first(call, found), shape_of(call, across_sections=True))
