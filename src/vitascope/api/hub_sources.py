"""Hubs as sources of play queues: what is played when a client names the key of a hub.

A hub holds something else tomorrow, and often for somebody else, so the items that are in it now are taken.
"""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.hubs import home_sections, looked_through, seen_sections
from vitascope.api.routes.hubs import recent_ids
from vitascope.api.routes.related import similar_ids
from vitascope.core.query.source_uri import HubSource
from vitascope.library.hubs import home
from vitascope.library.hubs.model import MOST

_PAGING = ("x-plex-container-start", "x-plex-container-size")
_NAMES = {
    "hubs/home/continueWatching": "home.continue",
    "hubs/continueWatching": "home.continue",
    "hubs/continueWatching/items": "home.continue",
    "hubs/home/onDeck": "home.ondeck",
}


async def items_of_hub(call: Call, source: HubSource) -> Sequence[int] | None:
    """Ids of what is in a hub for who calls, in its order; ``None`` for a key that is no hub's, such as a station's."""
    query = dict(source.pairs)
    asked = call.asking(query, without=_PAGING)
    path = source.path.strip("/")
    identifier = _NAMES.get(path)
    match path.split("/"):
        case ["hubs", "home", "recentlyAdded"]:
            return (await recent_ids(asked))[0][:MOST]
        case ["library", "metadata", item, "similar"]:
            return await similar_ids(asked, int(item))
        case ["hubs", "sections", number, "continueWatching", *_]:
            beside = [section for section in await seen_sections(asked) if str(section.id) == number]
            return await looked_through(
                asked,
                lambda look: [entry.item_id for one in beside for entry in home.deck_entries(look, [one], one.id)],
            )
        case ["hubs", "items"]:
            identifier = query.get("identifier")
    if identifier is None:
        return None
    sections = await (home_sections(asked) if identifier.startswith("home.") else seen_sections(asked))
    hub = await looked_through(asked, lambda look: call.house.shelves.one(look, sections, identifier))
    return () if hub is None else hub.ids
