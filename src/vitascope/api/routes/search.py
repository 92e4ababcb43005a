"""Search as you type: ``/hubs/search`` in hubs, ``/search`` in one list."""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError
from vitascope.api.listing import LIBRARY, paged_reply, shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, hidden_level
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind, TagType
from vitascope.core.naming import fold, search_tokens
from vitascope.store import tags
from vitascope.store.search import Hit, search, search_tags
from vitascope.store.sections import list_sections

routes = Routes()

_HUBS: tuple[tuple[ItemType, str, str], ...] = (
    (ItemType.MOVIE, "movie", "Movies"),
    (ItemType.SHOW, "show", "Shows"),
    (ItemType.EPISODE, "episode", "Episodes"),
    (ItemType.ARTIST, "artist", "Artists"),
    (ItemType.ALBUM, "album", "Albums"),
    (ItemType.TRACK, "track", "Tracks"),
    (ItemType.PHOTO_ALBUM, "photoalbum", "Photo Albums"),
    (ItemType.PHOTO, "photo", "Photos"),
    (ItemType.CLIP, "clip", "Videos"),
    (ItemType.COLLECTION, "collection", "Collections"),
)
_TYPES = tuple(kind for kind, _, _ in _HUBS)
_FEW = 3
_MOST = 100
_LONGEST = 200
_NOT_IN_SEARCH = 2


async def _hits(call: Call, types: Sequence[ItemType], limit: int, section_id: int | None = None) -> list[Hit]:
    query = (call.text("query") or "").strip()
    if not query:
        raise BadRequestError("query is missing")
    query = query[:_LONGEST]
    tokens = search_tokens(query, for_query=True)
    return await call.house.database.read(
        search, tokens, call.viewer, types, limit, section_id=section_id, folded=fold(query)
    )


def _limit(call: Call, otherwise: int) -> int:
    limit = call.integer("limit", otherwise) or 0
    if limit < 1:
        raise BadRequestError("limit must be at least 1")
    return min(limit, _MOST)


@routes.get("/hubs/search", "/hubs/search/voice", policy=Policy.SIGNED_IN)
async def hub_search(call: Call) -> Reply:
    """What fits a few letters, a hub for each type; the hub of the best hit comes first."""
    wanted = call.integer("sectionId")
    rows = [row for row in await call.house.database.read(list_sections) if call.viewer.may_see_section(row.id)]
    known = {row.id for row in rows}
    hidden = {row.id for row in rows if hidden_level(row) == _NOT_IN_SEARCH} - {wanted}
    if wanted is not None and wanted not in known:
        raise BadRequestError(f"there is no section {wanted}")
    hits = await _hits(call, _TYPES, _limit(call, _FEW))
    scores = {hit.item_id: hit.score for hit in hits}
    shape = shape_of(call, across_sections=True)
    found = await shown_items(call, [hit.item_id for hit in hits], shape)
    shown = [item for item in found if item.item.section_id not in hidden]
    if wanted is not None:
        shown.sort(key=lambda item: item.item.section_id != wanted)
    first = {item.type: at for at, item in reversed(list(enumerate(shown)))}
    hubs: list[Node] = []
    for kind, name, title in sorted(_HUBS, key=lambda row: first.get(row[0], len(shown))):
        items = [item for item in shown if item.type is kind]
        for item in items:
            item.score = str(round(scores.get(item.item.id, 0.0), 5))
        attributes: dict[str, Value] = {
            "title": title,
            "type": name,
            "hubIdentifier": name,
            "context": f"hub.search.{name}",
            "size": len(items),
            "more": False,
            "style": "shelf",
        }
        hubs.append(Node("Hub", attributes, [Rows(item_rows(items, shape))] if items else []))
    hubs += await _tag_hubs(call, _limit(call, _FEW))
    return call.reply(Container({"size": len(hubs), "identifier": LIBRARY}, list(hubs)))


_TAG_HUBS: tuple[tuple[TagType, str, str], ...] = (
    (TagType.ROLE, "actor", "Actors"),
    (TagType.DIRECTOR, "director", "Directors"),
    (TagType.GENRE, "genre", "Genres"),
    (TagType.LABEL, "label", "Labels"),
)


async def _tag_hubs(call: Call, limit: int) -> list[Node]:
    """People and genres whose names fit, once for each section in which they are found."""
    query = fold((call.text("query") or "")[:_LONGEST])
    database = call.house.database
    found = await database.read(search_tags, query, call.viewer, [int(kind) for kind, _, _ in _TAG_HUBS], limit)
    sections = {row.id: row for row in await database.read(list_sections) if call.viewer.may_see_section(row.id)}
    roots = {row.id: DEFAULT_TYPES[SectionKind(row.kind)] for row in sections.values()}
    everywhere = await database.read(tags.places, [row.id for row in found], list(sections), list(set(roots.values())))
    hubs: list[Node] = []
    for kind, name, title in _TAG_HUBS:
        children: list[Node] = []
        for row in found:
            if row.type != kind:
                continue
            for place in everywhere:
                if place.tag_id != row.id or place.item_type != roots[place.section_id]:
                    continue
                section = sections[place.section_id]
                attributes: dict[str, Value] = {
                    "key": f"/library/sections/{section.id}/all?{name}={row.id}",
                    "librarySectionID": section.id,
                    "librarySectionKey": f"/library/sections/{section.id}",
                    "librarySectionTitle": section.title,
                    "librarySectionType": int(roots[section.id]),
                    "reason": "section",
                    "reasonID": section.id,
                    "reasonTitle": section.title,
                    "score": "1.0" if row.folded == query else "0.5",
                    "type": "tag",
                    "id": row.id,
                    "filter": f"{name}={row.id}",
                    "tag": row.tag,
                    "tagType": row.type,
                    "thumb": row.thumb,
                    "count": place.item_count if call.viewer.sees_whole_sections else None,
                }
                children.append(Node("Directory", attributes))
        shown = children[:limit]
        about: dict[str, Value] = {
            "title": title,
            "type": name,
            "hubIdentifier": name,
            "context": f"hub.search.{name}",
            "size": len(shown),
            "more": False,
            "style": "shelf",
        }
        hubs.append(Node("Hub", about, shown))
    return hubs


@routes.get("/search", policy=Policy.SIGNED_IN)
async def plain_search(call: Call) -> Reply:
    """What fits a few letters, in one list, the best first."""
    asked = call.integer("type")
    types = (ItemType(asked),) if asked in set(_TYPES) else _TYPES
    hits = await _hits(call, types, _limit(call, 30))
    shape = shape_of(call, across_sections=True)
    return await paged_reply(call, [hit.item_id for hit in hits], shape)


@routes.get("/library/sections/{section_id:int}/search", policy=Policy.SIGNED_IN)
async def section_search(call: Call) -> Reply:
    """What fits a few letters in one section."""
    asked = call.integer("type")
    types = (ItemType(asked),) if asked in set(_TYPES) else _TYPES
    hits = await _hits(call, types, _limit(call, 30), call.number("section_id"))
    return await paged_reply(call, [hit.item_id for hit in hits], shape_of(call))
