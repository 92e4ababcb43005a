"""Hubs of the start page and of a section. Only hubs that have something in them are sent."""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, TRIMMING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.hubs import (
    home_sections,
    hub_container,
    hub_nodes,
    looked,
    looked_through,
    playlists_hub,
    seen_sections,
)
from vitascope.api.listing import items_reply, shape_of
from vitascope.api.meta import meta_node
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, section_attributes, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import SectionKind
from vitascope.library.hubs import Hub, home
from vitascope.library.hubs.shelves import TRANSIENT

routes = Routes()

_COUNT = integer("count", "How many items of each hub are sent at most; 12 when left out, 200 at most.", example=12)
_TRANSIENT = flag("onlyTransient", "Only the hubs that change with whatever is played.")
_IDENTIFIER = text("identifier", "Only these hubs.", many=True, example="home.continue")
_SECTIONS = text(
    "contentDirectoryID",
    "Ids of the sections that are wanted, instead of all that are not hidden; `playlists` for those.",
    many=True,
)
_NO_CONTINUE = flag("excludeContinueWatching", "Without Continue Watching.")
_HOME = (_COUNT, _SECTIONS, _IDENTIFIER, _TRANSIENT, _NO_CONTINUE, *TRIMMING)


def _asked(call: Call, hubs: Sequence[Hub]) -> list[Hub]:
    """The hubs that ``identifier`` and ``onlyTransient`` leave."""
    names = call.names("identifier")
    transient = call.flag("onlyTransient")
    return [
        hub
        for hub in hubs
        if (not names or hub.identifier in names or hub.name in names) and (not transient or hub.name in TRANSIENT)
    ]


@routes.get("/hubs", "/hubs/home", policy=Policy.SIGNED_IN, takes=_HOME, answers=Answer.HUBS)
async def hubs(call: Call) -> Reply:
    """The start page: what to go on with, what came last of each kind, and what else the owner put there."""
    sections = await home_sections(call)
    with_continue = not call.flag("excludeContinueWatching")
    shelves = call.house.shelves
    by_section = bool(call.names("contentDirectoryID"))
    found = await looked(
        call,
        lambda look: (shelves.promoted if by_section else shelves.of_home)(look, sections, with_continue=with_continue),
    )
    nodes = await hub_nodes(call, _asked(call, found))
    names = call.names("identifier")
    lists = "playlists" in call.names("contentDirectoryID") if by_section else True
    if lists and not call.flag("onlyTransient") and (not names or "home.playlists" in names):
        nodes += await playlists_hub(call)
    return call.reply(hub_container(nodes))


@routes.get("/hubs/promoted", policy=Policy.SIGNED_IN, takes=_HOME, answers=Answer.HUBS)
async def promoted(call: Call) -> Reply:
    """The start page section by section, as the owner arranged it."""
    sections = await home_sections(call)
    with_continue = not call.flag("excludeContinueWatching")
    found = await looked(call, lambda look: call.house.shelves.promoted(look, sections, with_continue=with_continue))
    return call.reply(hub_container(await hub_nodes(call, _asked(call, found))))


@routes.get(
    "/hubs/sections/{section_id:int}",
    policy=Policy.SIGNED_IN,
    takes=(
        _COUNT,
        _IDENTIFIER,
        _TRANSIENT,
        flag("includeStations", "Adds the radio stations of a music section."),
        flag("includeMyMixes", "Adds mixes made for the viewer, in a music section."),
        flag("includeMeta", "Adds what the section can be filtered and sorted by."),
        *TRIMMING,
    ),
    answers=Answer.HUBS,
)
async def section_hubs(call: Call) -> Reply:
    """The page of one section."""
    section = await section_of(call)
    found = await looked(call, lambda look: call.house.shelves.of_section(look, section))
    if not call.flag("includeStations"):
        found = [hub for hub in found if hub.name != "music.stations"]
    container = hub_container(await hub_nodes(call, _asked(call, found)), **section_attributes(section))
    if call.flag("includeMeta"):
        kind = SectionKind(section.kind)
        container.children.insert(0, meta_node(section.id, kind, DEFAULT_TYPES[kind]))
    return call.reply(container)


async def _hub_items(call: Call, hub: Hub | None) -> Reply:
    """The wanted part of one hub's items; an empty list for a hub that has nothing in it."""
    shape = shape_of(call, across_sections=True)
    if hub is None:
        return await items_reply(call, (), shape, total=0)
    return await items_reply(call, hub.ids, shape, offset=call.window.start, total=hub.total)


@routes.get(
    "/hubs/items",
    policy=Policy.SIGNED_IN,
    takes=(text("identifier", "The hub's `hubIdentifier`.", required=True, example="music.top.period.3"), *LISTING),
    answers=Answer.ITEMS,
)
async def hub_items(call: Call) -> Reply:
    """The items of one hub, wherever it is shown."""
    identifier = call.required("identifier")
    sections = await home_sections(call) if identifier.startswith("home.") else await seen_sections(call)
    found = await looked_through(call, lambda look: call.house.shelves.one(look, sections, identifier))
    if found is None:
        raise NotFoundError(f"There is no hub {identifier}, or nothing in it.")
    return await _hub_items(call, found)


@routes.get(
    "/hubs/continueWatching",
    policy=Policy.SIGNED_IN,
    takes=(_COUNT, _SECTIONS, *TRIMMING),
    answers=Answer.HUBS,
)
async def continue_watching(call: Call) -> Reply:
    """What to go on with, as a hub."""
    sections = await home_sections(call)
    found = await looked(call, lambda look: list(home.continue_watching(look, sections)))
    return call.reply(hub_container(await hub_nodes(call, found)))


@routes.get(
    "/hubs/continueWatching/items",
    "/hubs/home/continueWatching",
    policy=Policy.SIGNED_IN,
    takes=(_SECTIONS, *LISTING),
    answers=Answer.ITEMS,
)
async def continue_items(call: Call) -> Reply:
    """What to go on with, as items."""
    sections = await home_sections(call)
    found = await looked_through(call, lambda look: next(home.continue_watching(look, sections), None))
    return await _hub_items(call, found)


@routes.get("/hubs/home/onDeck", policy=Policy.SIGNED_IN, takes=(_SECTIONS, *LISTING), answers=Answer.ITEMS)
async def home_on_deck(call: Call) -> Reply:
    """The episodes to go on with, one for each show."""
    sections = await home_sections(call)
    found = await looked_through(call, lambda look: next(home.on_deck_hub(look, sections), None))
    return await _hub_items(call, found)


@routes.get(
    "/hubs/sections/{section_id:int}/continueWatching/items",
    policy=Policy.SIGNED_IN,
    takes=LISTING,
    answers=Answer.ITEMS,
)
async def section_continue_items(call: Call) -> Reply:
    """What to go on with in one section."""
    section = await section_of(call)
    found = await looked_through(call, lambda look: next(home.in_progress(look, section), None))
    return await _hub_items(call, found)


@routes.get(
    "/hubs/home/recentlyAdded",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("type", "What of: 1 films, 2 shows, 8 music, 13 photos; 1 when left out.", example=2),
        flag("personal", "With `type=1`: home videos instead of films."),
        integer("sectionID", "Of this section alone."),
        _SECTIONS,
        *LISTING,
    ),
    answers=Answer.ITEMS,
)
async def home_recently_added(call: Call) -> Reply:
    """What came last into the sections of one kind; of a show the episode, season or show that came, each show once."""
    ids, total = await recent_ids(call)
    shape = shape_of(call, across_sections=True)
    return await items_reply(call, ids, shape, offset=call.window.start, total=total)


async def recent_ids(call: Call) -> tuple[Sequence[int], int]:
    """The wanted part of it, and how much there is."""
    asked = call.integer("type", 1) or 1
    wanted = home.recent_kind(asked, personal=call.flag("personal"))
    if wanted is None:
        raise BadRequestError(f"type: there is nothing recently added of type {asked}; 1, 2, 8 and 13 are")
    section_id = call.integer("sectionID")
    rows = await home_sections(call) if section_id is None else await seen_sections(call)
    sections = [row for row in rows if row.kind == wanted[0] and section_id in (None, row.id)]
    return await looked_through(call, lambda look: home.newest(look, sections, wanted[1]))
