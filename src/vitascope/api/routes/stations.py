"""Music stations: which there are, and what one plays. A play queue is made of a station's key as of any other."""

import time

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.hubs import hub_container, looked_through, station_node
from vitascope.api.listing import paged_reply, shape_of
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import section_attributes, section_of, shuffle_seed
from vitascope.api.routing import Routes
from vitascope.library import stations
from vitascope.library.hubs import music

routes = Routes()

_TRACKS = (
    integer("limit", "How many tracks are wanted at most; 100 when left out, 500 at most."),
    integer("seed", "The same number gives the same tracks; when left out they change every hour."),
)
_VALUES = tuple(
    text(name, f"Of a {name} station: which one.", example=example)
    for name, example in (("decade", "1990"), ("genre", "12"), ("mood", "15"), ("style", "19"))
)


@routes.get("/library/sections/{section_id:int}/stations", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def section_stations(call: Call) -> Reply:
    """The radio stations of a music section."""
    section = await section_of(call)
    found = await looked_through(call, lambda look: next(music.stations(look, section), None))
    nodes = [] if found is None else [station_node(station, [section]) for station in found.stations]
    return call.reply(hub_container(nodes, **section_attributes(section)))


@routes.get("/library/sections/{section_id:int}/mixes", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def section_mixes(call: Call) -> Reply:
    """Mixes around the artists that the viewer hears most."""
    section = await section_of(call)
    found = await looked_through(call, lambda look: next(music.mixes(look.with_mixes(), section), None))
    nodes = [] if found is None else [station_node(station, [section]) for station in found.stations]
    return call.reply(hub_container(nodes, **section_attributes(section)))


async def _play(call: Call, key: str) -> Reply:
    limit = call.integer("limit", stations.LENGTH)
    if limit is None or limit < 1:
        raise BadRequestError("limit must be at least 1")
    seed = call.integer("seed", shuffle_seed(call)) or 0
    found = await call.house.database.read(
        stations.tracks, call.house.positions, key, call.viewer, now=int(time.time()), seed=seed, limit=limit
    )
    if found is None:
        raise NotFoundError("There is no such station.")
    return await paged_reply(call, found, shape_of(call))


@routes.get(
    "/library/sections/{section_id:int}/stations/{number:int}",
    policy=Policy.SIGNED_IN,
    takes=(*_VALUES, *_TRACKS, *LISTING),
    answers=Answer.ITEMS,
)
async def section_station(call: Call) -> Reply:
    """What a station of a section plays."""
    return await _play(call, f"{call.path.rstrip('/')}?{call.raw_query}")


@routes.get(
    "/library/metadata/{item_id:int}/station/{name}",
    policy=Policy.SIGNED_IN,
    takes=(*_TRACKS, *LISTING),
    answers=Answer.ITEMS,
)
async def item_station(call: Call) -> Reply:
    """What the radio (`radio`) of an artist, album or track plays, or the mix (`mix`) of an artist."""
    return await _play(call, call.path)
