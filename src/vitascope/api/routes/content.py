"""Lists of what a section or the whole library holds, beside ``all``: those that older clients ask for by name, and
photos by time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, Answer, integer
from vitascope.api.errors import BadRequestError
from vitascope.api.hubs import home_sections, looked_through, seen_sections
from vitascope.api.listing import items_reply, paged_reply, paging_headers, shape_of
from vitascope.api.meta import filter_nodes, sort_nodes
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, section_attributes, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.query import LibraryType, library_type, parse_listing, types_of_section
from vitascope.library.hubs import home
from vitascope.store import items as store_items
from vitascope.store import shelves
from vitascope.store.reader import Reader
from vitascope.store.rows import SectionRow
from vitascope.store.sections import locations

routes = Routes()

_TYPE = integer("type", "The number of the type of items; the section's own when it is left out.", example=1)
_MOST = 1_000

RECENT_TYPES: dict[SectionKind, ItemType] = {
    SectionKind.MOVIE: ItemType.MOVIE,
    SectionKind.SHOW: ItemType.EPISODE,
    SectionKind.ARTIST: ItemType.ALBUM,
    SectionKind.PHOTO: ItemType.PHOTO_ALBUM,
    SectionKind.OTHER: ItemType.MOVIE,
}
_LEAVES: dict[SectionKind, ItemType] = {
    SectionKind.MOVIE: ItemType.MOVIE,
    SectionKind.SHOW: ItemType.EPISODE,
    SectionKind.ARTIST: ItemType.TRACK,
    SectionKind.PHOTO: ItemType.PHOTO,
    SectionKind.OTHER: ItemType.MOVIE,
}


def _asked_type(call: Call, section: SectionRow, types: dict[SectionKind, ItemType]) -> ItemType:
    asked = call.integer("type")
    if asked is None:
        return types[SectionKind(section.kind)]
    if library_type_of(asked) is None:
        raise BadRequestError(f"type: there is nothing of type {asked} to list")
    return ItemType(asked)


def library_type_of(number: int) -> LibraryType | None:
    """The type with this number, if it can be listed."""
    return library_type(ItemType(number)) if number in set(ItemType) else None


async def _listed(
    call: Call,
    sections: Sequence[SectionRow],
    kind: ItemType,
    *query: tuple[str, str],
    attributes: dict[str, Value] | None = None,
) -> Reply:
    """The asked part of a query."""
    listing = parse_listing(query, default_type=kind, now=datetime.now(UTC))
    window = call.window
    size = 1_000_000_000 if window.size is None else window.size
    page = await call.house.database.read(
        call.house.positions.page,
        listing,
        [section.id for section in sections],
        call.viewer,
        start=window.start,
        size=size,
    )
    shape = shape_of(call, across_sections=len(sections) != 1)
    attributes = (attributes or {}) | {"viewGroup": kind.api_name}
    return await items_reply(call, page.ids, shape, attributes=attributes, offset=page.start, total=page.total)


# --- what came last, and what to go on with --------------------------------------------------------------------


@routes.get(
    "/library/sections/{section_id:int}/recentlyAdded",
    policy=Policy.SIGNED_IN,
    takes=(_TYPE, *LISTING),
    answers=Answer.ITEMS,
)
async def recently_added(call: Call) -> Reply:
    """What came into a section last, at most a thousand."""
    section = await section_of(call)
    kind = _asked_type(call, section, RECENT_TYPES)
    query = (("sort", "addedAt:desc"), ("limit", str(_MOST)))
    return await _listed(call, [section], kind, *query, attributes=section_attributes(section))


@routes.get("/library/recentlyAdded", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def all_recently_added(call: Call) -> Reply:
    """What came into any section last, at most a thousand."""
    sections = await seen_sections(call)

    def read(r: Reader) -> list[int]:
        found: list[int] = []
        for kind in dict.fromkeys(RECENT_TYPES.values()):
            ids = [row.id for row in sections if RECENT_TYPES[SectionKind(row.kind)] is kind]
            listing = parse_listing((("sort", "addedAt:desc"),), default_type=kind, now=datetime.now(UTC))
            found += call.house.positions.page(r, listing, ids, call.viewer, start=0, size=_MOST // 4).ids
        rows = store_items.get_items(r, found, call.viewer)
        return [row.id for row in sorted(rows, key=lambda row: (-row.added_at, row.id))]

    return await paged_reply(call, await call.house.database.read(read), shape_of(call, across_sections=True))


@routes.get("/library/onDeck", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def library_on_deck(call: Call) -> Reply:
    """What to go on with, in all sections."""
    sections = await home_sections(call)
    found = await looked_through(call, lambda look: [entry.item_id for entry in home.deck_entries(look, sections)])
    return await paged_reply(call, found, shape_of(call, across_sections=True))


@routes.get("/library/sections/{section_id:int}/onDeck", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS)
async def section_on_deck(call: Call) -> Reply:
    """What to go on with in one section."""
    section = await section_of(call)
    found = await looked_through(
        call, lambda look: [entry.item_id for entry in home.deck_entries(look, [section], section.id)]
    )
    return await paged_reply(call, found, shape_of(call), attributes=section_attributes(section))


# --- the section in other orders -------------------------------------------------------------------------------


@routes.get(
    "/library/sections/{section_id:int}/newest",
    policy=Policy.SIGNED_IN,
    takes=(_TYPE, *LISTING),
    answers=Answer.ITEMS,
)
async def newest(call: Call) -> Reply:
    """A section by release, the newest first."""
    section = await section_of(call)
    kind = _asked_type(call, section, RECENT_TYPES)
    query = ("sort", "originallyAvailableAt:desc")
    return await _listed(call, [section], kind, query, attributes=section_attributes(section))


@routes.get(
    "/library/sections/{section_id:int}/recentlyViewed",
    policy=Policy.SIGNED_IN,
    takes=(_TYPE, *LISTING),
    answers=Answer.ITEMS,
)
async def recently_viewed(call: Call) -> Reply:
    """What the viewer played of a section, the latest first."""
    section = await section_of(call)
    kind = _asked_type(call, section, RECENT_TYPES)
    query = (("viewCount>>", "0"), ("sort", "lastViewedAt:desc"))
    return await _listed(call, [section], kind, *query, attributes=section_attributes(section))


@routes.get(
    "/library/sections/{section_id:int}/unwatched",
    policy=Policy.SIGNED_IN,
    takes=(_TYPE, *LISTING),
    answers=Answer.ITEMS,
)
async def unwatched(call: Call) -> Reply:
    """What the viewer has not played of a section: films, or shows with unplayed episodes, by title."""
    section = await section_of(call)
    kind = _asked_type(call, section, DEFAULT_TYPES)
    listed = library_type(kind)
    fields = {} if listed is None else listed.fields
    name = next((field for field in ("unwatched", "unwatchedLeaves") if field in fields), None)
    query = ("viewCount", "0") if name is None else (name, "1")
    return await _listed(call, [section], kind, query, attributes=section_attributes(section))


@routes.get(
    "/library/sections/{section_id:int}/allLeaves", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.ITEMS
)
async def all_leaves(call: Call) -> Reply:
    """Everything playable in a section: films, episodes, tracks, photos."""
    section = await section_of(call)
    kind = _LEAVES[SectionKind(section.kind)]
    return await _listed(call, [section], kind, attributes=section_attributes(section))


# --- what there is to choose from ------------------------------------------------------------------------------


def _directories(call: Call, section: SectionRow, nodes: Sequence[Node], **attributes: Value) -> Reply:
    """The asked part of some directories."""
    window = call.window
    part = nodes if window.size is None else nodes[window.start : window.start + window.size]
    about: dict[str, Value] = {"size": len(part)}
    if window.paged:
        about |= {"totalSize": len(nodes), "offset": window.start}
    about |= {"allowSync": 0, "content": "secondary", "viewGroup": "secondary", "title1": section.title, **attributes}
    container = Container(about | section_attributes(section), list(part))
    return call.reply(container, headers=paging_headers(window.start, len(nodes)))


@routes.get(
    "/library/sections/{section_id:int}/filters", policy=Policy.SIGNED_IN, takes=(_TYPE,), answers=Answer.DIRECTORY
)
async def filters(call: Call) -> Reply:
    """What a section can be filtered by."""
    section = await section_of(call)
    listed = library_type(_asked_type(call, section, DEFAULT_TYPES))
    return _directories(call, section, [] if listed is None else filter_nodes(section.id, listed))


@routes.get(
    "/library/sections/{section_id:int}/sorts", policy=Policy.SIGNED_IN, takes=(_TYPE,), answers=Answer.DIRECTORY
)
async def sorts(call: Call) -> Reply:
    """What a section can be sorted by."""
    section = await section_of(call)
    listed = library_type(_asked_type(call, section, DEFAULT_TYPES))
    return _directories(call, section, [] if listed is None else sort_nodes(section.id, listed))


@routes.get(
    "/library/sections/{section_id:int}/categories", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.DIRECTORY
)
async def categories(call: Call) -> Reply:
    """The genres of a section (of photos their tags), each with a background of something in it."""
    section = await section_of(call)
    kind = SectionKind(section.kind)
    item_type = ItemType.PHOTO if kind is SectionKind.PHOTO else DEFAULT_TYPES[kind]
    name = "autotag" if kind is SectionKind.PHOTO else "genre"
    listed = types_of_section(kind)
    field = next((one.fields[name] for one in listed if one.type is item_type and name in one.fields), None)
    if field is None:
        return _directories(call, section, [])

    def read(r: Reader) -> list[Node]:
        made: list[Node] = []
        for value in call.house.values.of_field(r, [section.id], item_type, field, call.viewer):
            art = shelves.art_of_tag(r, call.viewer, section.id, item_type, int(value.key))
            url = None if art is None else quote(f"/library/metadata/{art[0]}/art/{art[1]}", safe="")
            attributes: dict[str, Value] = {
                "thumb": url and f"/photo/:/transcode?width=2560&height=1440&url={url}",
                "type": "directory",
                "key": f"/library/sections/{section.id}/all?type={int(item_type)}&{name}={value.key}",
                "title": value.title,
            }
            made.append(Node("Directory", attributes))
        return made

    return _directories(call, section, await call.house.database.read(read))


@routes.get(
    "/library/sections/{section_id:int}/location", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.DIRECTORY
)
async def section_locations(call: Call) -> Reply:
    """The folders that a section is made of."""
    section = await section_of(call)
    nodes = [
        Node(
            "Directory",
            {
                "key": f"/library/sections/{section.id}/folder?parent={root.id}.",
                "fastKey": f"/library/sections/{section.id}/folder?parent={root.id}.",
                "title": root.path.decode("utf-8", "replace"),
            },
        )
        for root in await call.house.database.read(locations, section.id)
    ]
    return _directories(call, section, nodes)


# --- photos by time --------------------------------------------------------------------------------------------

_LEVELS = {1: (10, "By Moment"), 2: (7, "By Month"), 3: (4, "By Year")}


@routes.get(
    "/library/sections/{section_id:int}/moment", policy=Policy.SIGNED_IN, takes=LISTING, answers=Answer.DIRECTORY
)
async def moments(call: Call) -> Reply:
    """The days on which a section's photos were taken, the latest first."""
    return await _clusters(call, 1)


@routes.get(
    "/library/sections/{section_id:int}/cluster",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("clusterZoomLevel", "How much lies in one: 1 a day, 2 a month, 3 a year; 1 when left out."),
        *LISTING,
    ),
    answers=Answer.DIRECTORY,
)
async def clusters(call: Call) -> Reply:
    """The days, months or years in which a section's photos (or anything else in it) were taken, the latest first."""
    level = call.integer("clusterZoomLevel", 1)
    if level not in _LEVELS:
        raise BadRequestError("clusterZoomLevel is 1, 2 or 3")
    return await _clusters(call, level or 1)


async def _clusters(call: Call, level: int) -> Reply:
    section = await section_of(call)
    kind = _LEAVES[SectionKind(section.kind)]
    length, title = _LEVELS[level]
    found = await call.house.database.read(call.house.values.of_time, section.id, kind, call.viewer, length=length)
    nodes: list[Node] = []
    for value in found:
        period = _period(value.key)
        if period is None:
            continue
        first, after = period
        query = f"type={int(kind)}&originallyAvailableAt>={first}&originallyAvailableAt<<={after}"
        attributes: dict[str, Value] = {
            "fastKey": f"/library/sections/{section.id}/all?{query}",
            "key": f"/library/sections/{section.id}/all?{query}",
            "title": _named(first, level),
            "id": first.toordinal(),
            "size": value.count,
            "startsAt": _epoch(first),
            "endsAt": _epoch(after) - 1,
        }
        nodes.append(Node("Directory", attributes))
    return _directories(call, section, nodes, title2=title, clusterZoomLevel=level, clusteringActive=0)


def _period(key: str) -> tuple[date, date] | None:
    """The first day of a day, month or year, and the first day after it."""
    parts = key.split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 1:
            return date(numbers[0], 1, 1), date(numbers[0] + 1, 1, 1)
        if len(numbers) == 2:
            first = date(numbers[0], numbers[1], 1)
            return first, (first + timedelta(days=32)).replace(day=1)
        first = date.fromisoformat(key)
        return first, first + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _named(first: date, level: int) -> str:
    return {1: f"{first:%b} {first.day}, {first.year}", 2: f"{first:%B} {first.year}", 3: str(first.year)}[level]


def _epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
