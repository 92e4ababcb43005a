"""Hubs as elements: what every answer that shows hubs does with them. The items of all hubs of an answer are fetched
together, each once."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, shape_of, shown_items
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.playlists import playlist_rows
from vitascope.api.routes.playlists import figured
from vitascope.api.routes.sections import hidden_level
from vitascope.library.hubs import DeckRules, Hub, Look
from vitascope.library.hubs.model import COUNT, MOST
from vitascope.library.playlists import sorted_by
from vitascope.library.stations import Station
from vitascope.store import playlists as store_playlists
from vitascope.store.reader import Reader
from vitascope.store.rows import SectionRow
from vitascope.store.sections import list_sections

T = TypeVar("T")
_WEEK_SECONDS = 7 * 86_400
_MOST_COUNT = 200
_PLAYLISTS = 200
"""Of somebody who has more, the newest so many are sorted for a start page."""


def deck_rules(call: Call) -> DeckRules:
    """What belongs to Continue Watching, as the owner set it."""
    preferences = call.house.preferences
    return DeckRules(
        window_s=preferences.number("OnDeckWindow") * _WEEK_SECONDS,
        limit=preferences.number("OnDeckLimit"),
        include_premieres=preferences.flag("OnDeckIncludePremieres"),
    )


def asked_count(call: Call, default: int = COUNT) -> int:
    """How many items of each hub are wanted (``count``)."""
    count = call.integer("count", default)
    if count is None or count < 1:
        raise BadRequestError("count must be at least 1")
    return min(count, _MOST_COUNT)


async def looked(call: Call, see: Callable[[Look], T], *, count: int | None = None) -> T:
    """What is seen in one look at the hubs, on a reader's thread: the first ``count`` items of each."""
    wanted = asked_count(call) if count is None else count

    def read(r: Reader) -> T:
        return see(_look(call, r, count=wanted))

    return await call.house.database.read(read)


async def looked_through(call: Call, see: Callable[[Look], T]) -> T:
    """The same for a list that is paged: the part of it that the window asks for."""
    window = call.window
    size = MOST if window.size is None else min(window.size, MOST)

    def read(r: Reader) -> T:
        return see(_look(call, r, count=size, start=window.start))

    return await call.house.database.read(read)


def _look(call: Call, r: Reader, *, count: int, start: int = 0) -> Look:
    return call.house.shelves.look(
        r,
        call.viewer,
        now=int(time.time()),
        count=count,
        start=start,
        deck=deck_rules(call),
        mixes=call.flag("includeMyMixes"),
    )


async def seen_sections(call: Call) -> list[SectionRow]:
    """All sections the viewer may see."""
    return [row for row in await call.house.database.read(list_sections) if call.viewer.may_see_section(row.id)]


async def home_sections(call: Call) -> list[SectionRow]:
    """The sections of the start page: those that ``contentDirectoryID`` names, else all that are not hidden there."""
    seen = await seen_sections(call)
    wanted = call.names("contentDirectoryID")
    return [row for row in seen if (str(row.id) in wanted if wanted else not hidden_level(row))]


def station_node(station: Station, sections: Iterable[SectionRow]) -> Node:
    """A station, as the playlist that clients take it for."""
    title = next((row.title for row in sections if row.id == station.section_id), None)
    attributes: dict[str, Value] = {
        "key": station.key,
        "guid": f"{LIBRARY}:/{station.key}",
        "type": "playlist",
        "title": station.title,
        "summary": station.summary,
        "smart": 1,
        "playlistType": "audio",
        "radio": 1,
        "icon": "playlist://image.radio",
        "allowSync": 0,
        "librarySectionID": station.section_id,
        "librarySectionKey": f"/library/sections/{station.section_id}",
        "librarySectionTitle": title,
    }
    return Node("Playlist", attributes, json_name="Metadata")


async def playlist_nodes(call: Call, ids: Sequence[int]) -> list[Rows]:
    """The viewer's playlists of these ids, as elements."""
    if not ids:
        return []

    def read(r: Reader) -> Rows:
        found = store_playlists.get_many(r, ids, call.viewer)
        return playlist_rows(figured(r, call, found, ()), shape_of(call))

    return [await call.house.database.read(read)]


async def hub_nodes(call: Call, hubs: Sequence[Hub]) -> list[Node]:
    """The hubs with their items; those without any are left out."""
    shape = shape_of(call, across_sections=True)
    ids = list(dict.fromkeys(item_id for hub in hubs for item_id in hub.ids))
    shown = {item.item.id: item for item in await shown_items(call, ids, shape)}
    sections = await call.house.database.read(list_sections) if any(hub.stations for hub in hubs) else []
    made: list[Node] = []
    for hub in hubs:
        there = [shown[item_id] for item_id in hub.ids if item_id in shown]
        children: list[Node | Rows] = [station_node(station, sections) for station in hub.stations]
        if there:
            children.append(Rows(item_rows(there, shape)))
        if not children:
            continue
        size = len(hub.stations) or len(there)
        attributes: dict[str, Value] = {
            "hubKey": "/library/metadata/" + ",".join(str(item.item.id) for item in there) if there else None,
            "key": hub.key,
            "title": hub.title,
            "type": hub.type,
            "hubIdentifier": hub.identifier,
            "context": hub.context,
            "size": size,
            "totalSize": hub.total,
            "more": hub.more,
            "style": hub.style,
            "promoted": hub.promoted or None,
            "random": hub.random or None,
        }
        made.append(Node("Hub", attributes, children))
    return made


async def playlists_hub(call: Call) -> list[Node]:
    """The viewer's playlists, those played last first; none without any."""
    count = asked_count(call)

    def read(r: Reader) -> tuple[Rows, int, list[int]]:
        found = store_playlists.get_many(r, store_playlists.of_person(r, call.person_id)[-_PLAYLISTS:], call.viewer)
        plain = [one for one in found if not one.is_folder]
        listed = sorted_by(figured(r, call, plain, ()), "lastViewedAt:desc")
        return playlist_rows(listed[:count], shape_of(call)), len(listed), [one.playlist.id for one in listed[:count]]

    rows, total, ids = await call.house.database.read(read)
    if not total:
        return []
    attributes: dict[str, Value] = {
        "hubKey": "/library/metadata/" + ",".join(map(str, ids)),
        "key": "/playlists/all?type=15&sort=lastViewedAt:desc",
        "title": "Recent Playlists",
        "type": "playlist",
        "hubIdentifier": "home.playlists",
        "context": "hub.home.playlists",
        "size": len(ids),
        "totalSize": total,
        "more": total > len(ids),
        "style": "shelf",
        "promoted": True,
    }
    return [Node("Hub", attributes, [rows])]


def hub_container(nodes: Sequence[Node], **attributes: Value) -> Container:
    """The container of hubs."""
    return Container({"size": len(nodes), "allowSync": 1, "identifier": LIBRARY, **attributes}, list(nodes))
