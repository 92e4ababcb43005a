"""Search as you type: ``/hubs/search`` in hubs, ``/library/search`` and ``/search`` in one list."""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, TRIMMING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.hubs import playlist_nodes, seen_sections
from vitascope.api.listing import LIBRARY, paged_reply, shape_of, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Rows, Value
from vitascope.api.render.items import item_rows
from vitascope.api.render.shown import Shown
from vitascope.api.reply import Reply
from vitascope.api.routes.sections import DEFAULT_TYPES, hidden_level, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind, TagType
from vitascope.library import finding
from vitascope.library.finding import Found, Query
from vitascope.store import search_reasons, tags
from vitascope.store.reader import Reader
from vitascope.store.rows import SectionRow, TagRow

routes = Routes()

# In the order in which they are sent when none of them fits better than another.
_HUBS: tuple[tuple[ItemType | TagType, str, str], ...] = (
    (ItemType.MOVIE, "movie", "Movies"),
    (ItemType.SHOW, "show", "Shows"),
    (ItemType.EPISODE, "episode", "Episodes"),
    (ItemType.ARTIST, "artist", "Artists"),
    (ItemType.ALBUM, "album", "Albums"),
    (ItemType.TRACK, "track", "Tracks"),
    (TagType.ROLE, "actor", "Actors"),
    (TagType.DIRECTOR, "director", "Directors"),
    (TagType.GENRE, "genre", "Genres"),
    (ItemType.COLLECTION, "collection", "Collections"),
    (ItemType.PLAYLIST, "playlist", "Playlists"),
    (ItemType.PHOTO_ALBUM, "photoalbum", "Photo Albums"),
    (ItemType.PHOTO, "photo", "Photos"),
    (ItemType.CLIP, "clip", "Videos"),
    (TagType.AUTOTAG, "autotag", "Tags"),
    (TagType.PLACE, "place", "Places"),
    (TagType.LABEL, "label", "Labels"),
)
_TYPES = tuple(kind for kind, _, _ in _HUBS if isinstance(kind, ItemType) and kind is not ItemType.PLAYLIST)
_TAG_TYPES = tuple(kind for kind, _, _ in _HUBS if isinstance(kind, TagType))
_SEARCH_TYPES: dict[str, tuple[ItemType, ...]] = {
    "movies": (ItemType.MOVIE,),
    "tv": (ItemType.SHOW, ItemType.EPISODE),
    "music": (ItemType.ARTIST, ItemType.ALBUM, ItemType.TRACK),
    "people": (),
    "otherVideos": (ItemType.CLIP,),
    "photos": (ItemType.PHOTO_ALBUM, ItemType.PHOTO),
    "collections": (ItemType.COLLECTION,),
    "playlists": (),
}
_PEOPLE = (TagType.ROLE, TagType.DIRECTOR)
_FEW = 3
_MOST = 100
_NOT_IN_SEARCH = 2

_QUERY = text("query", "What was typed; the last word may be unfinished.", required=True, example="big buck")
_LIMIT = integer("limit", "How many of each hub at most; 3 when left out, 100 at most.", example=10)


def _query(call: Call) -> Query:
    query = Query.of(call.text("query") or "")
    if not query.text:
        raise BadRequestError("query is missing")
    return query


def _limit(call: Call, otherwise: int) -> int:
    limit = call.integer("limit", otherwise) or 0
    if limit < 1:
        raise BadRequestError("limit must be at least 1")
    return min(limit, _MOST)


def _asked_types(call: Call) -> tuple[ItemType, ...]:
    """What ``type`` asks for; everything, when it names nothing that is searched."""
    asked = call.integer("type")
    return (ItemType(asked),) if asked in set(_TYPES) else _TYPES


async def _sections(call: Call, wanted: int | None) -> list[SectionRow]:
    """The sections that are searched: those the owner does not keep from it, and the one that was named."""
    rows = await seen_sections(call)
    if wanted is not None and all(row.id != wanted for row in rows):
        raise BadRequestError(f"sectionId: there is no section {wanted}")
    return [row for row in rows if hidden_level(row) != _NOT_IN_SEARCH or row.id == wanted]


async def _shown(call: Call, found: Sequence[Found], sections: Sequence[SectionRow]) -> list[Shown]:
    """What was found as it is shown, in the order it was found."""
    searched = {row.id for row in sections}
    by_id = {one.item_id: one for one in found}
    shape = shape_of(call, across_sections=True)
    shown = await shown_items(call, [one.item_id for one in found], shape)
    kept = [item for item in shown if item.item.section_id in searched]
    for item in kept:
        one = by_id[item.item.id]
        item.score = str(round(one.score, 5))
        item.reason, item.reason_title, item.reason_id = one.reason, one.reason_title, one.reason_id
        item.distance = one.distance
    return kept


def _hub(name: str, title: str, children: Sequence[Node | Rows], size: int, **attributes: Value) -> Node:
    about: dict[str, Value] = {
        "title": title,
        "type": name,
        "hubIdentifier": name,
        "context": f"hub.search.{name}",
        "size": size,
        "more": False,
        "style": "shelf",
        **attributes,
    }
    return Node("Hub", about, children)


# --- hubs ------------------------------------------------------------------------------------------------------


@routes.get(
    "/hubs/search",
    policy=Policy.SIGNED_IN,
    takes=(
        _QUERY,
        integer("sectionId", "Puts what is in this section first; nothing is left out.", example=1),
        _LIMIT,
        flag("includeCollections", "Collections are always found; accepted for the clients that send it."),
        *TRIMMING,
    ),
    answers=Answer.HUBS,
)
async def hub_search(call: Call) -> Reply:
    """What fits a few letters, a hub for each type; the hub of the best hit comes first."""
    query, limit = _query(call), _limit(call, _FEW)
    wanted = call.integer("sectionId")
    sections = await _sections(call, wanted)

    def read(r: Reader) -> tuple[list[Found], list[TagRow], list[int]]:
        found = finding.titles(r, query, call.viewer, _TYPES, limit)
        found_tags = finding.tags(r, query, call.viewer, _TAG_TYPES, limit)
        found += finding.because(r, query, found, found_tags, call.viewer, _TYPES, limit)
        return found, found_tags, search_reasons.playlists_named(r, query.tokens, call.viewer, limit)

    found, found_tags, playlist_ids = await call.house.database.read(read)
    shown = await _shown(call, found, sections)
    if wanted is not None:
        shown.sort(key=lambda item: item.item.section_id != wanted)
    best: dict[ItemType | TagType, float] = {}
    for at, item in enumerate(shown):
        best.setdefault(item.type, at if item.reason is None else len(shown))
    tag_nodes = await _tag_nodes(call, query, found_tags, sections, limit)
    for tag in found_tags:  # a name typed in full comes before titles that merely hold it
        if tag.folded == query.folded and tag_nodes.get(TagType(tag.type)):
            exact = any(item.item.title_folded == query.folded for item in shown)
            best.setdefault(TagType(tag.type), len(shown) if exact else -1)
    hubs: list[Node] = []
    shape = shape_of(call, across_sections=True)
    for kind, name, title in sorted(_HUBS, key=lambda row: best.get(row[0], len(shown) + 1)):
        if kind is ItemType.PLAYLIST:
            nodes = await playlist_nodes(call, playlist_ids)
            hubs.append(_hub(name, title, nodes, len(playlist_ids)))
        elif isinstance(kind, TagType):
            directories = tag_nodes.get(kind, [])
            hubs.append(_hub(name, title, directories, len(directories)))
        else:
            items = [item for item in shown if item.type is kind]
            hubs.append(_hub(name, title, [Rows(item_rows(items, shape))] if items else [], len(items)))
    return call.reply(Container({"size": len(hubs), "identifier": LIBRARY}, list(hubs)))


async def _tag_nodes(
    call: Call, query: Query, found: Sequence[TagRow], sections: Sequence[SectionRow], limit: int
) -> dict[TagType, list[Node]]:
    """People, genres and other tags, once for each section in which they are found."""
    titles = {row.id: row for row in sections}
    roots = {row.id: _tagged_type(row) for row in sections}
    everywhere = await call.house.database.read(
        tags.places, [row.id for row in found], list(titles), list(set(roots.values()))
    )
    made: dict[TagType, list[Node]] = {}
    names = {kind: name for kind, name, _ in _HUBS if isinstance(kind, TagType)}
    for row in found:
        nodes = made.setdefault(TagType(row.type), [])
        for place in everywhere:
            if place.tag_id != row.id or place.item_type != roots[place.section_id] or len(nodes) >= limit:
                continue
            section, name = titles[place.section_id], names[TagType(row.type)]
            is_person = row.type in _PEOPLE
            attributes: dict[str, Value] = {
                "key": f"/library/sections/{section.id}/all?{name}={row.id}",
                "librarySectionID": section.id,
                "librarySectionKey": f"/library/sections/{section.id}",
                "librarySectionTitle": section.title,
                "librarySectionType": int(DEFAULT_TYPES[SectionKind(section.kind)]),
                "reason": "section",
                "reasonID": section.id,
                "reasonTitle": section.title,
                "score": "1.0" if row.folded == query.folded else "0.5",
                "type": "tag",
                "id": row.id,
                "filter": f"{name}={row.id}",
                "tag": row.tag,
                "tagType": row.type,
                "tagKey": str(row.id) if is_person else None,
                "thumb": row.thumb,
                "count": place.item_count if call.viewer.sees_whole_sections else None,
            }
            nodes.append(Node("Directory", attributes))
    return made


def _tagged_type(section: SectionRow) -> ItemType:
    """What of a section carries the tags that are looked for."""
    kind = SectionKind(section.kind)
    return ItemType.PHOTO if kind is SectionKind.PHOTO else DEFAULT_TYPES[kind]


@routes.get(
    "/hubs/search/voice",
    policy=Policy.SIGNED_IN,
    takes=(
        text("query", "What was said.", required=True, example="dead pool"),
        integer("type", "The number of the type that is looked for; every type when left out.", example=1),
        _LIMIT,
        *TRIMMING,
    ),
    answers=Answer.HUBS,
)
async def voice_search(call: Call) -> Reply:
    """What sounds like a few words, a hub for each type with how many letters differ (`distance`), nearest first."""
    query, limit = _query(call), _limit(call, _FEW)
    sections = await _sections(call, None)
    found = await call.house.database.read(finding.heard, query, call.viewer, _asked_types(call), limit)
    shown = await _shown(call, found, sections)
    shape = shape_of(call, across_sections=True)
    hubs: list[Node] = []
    for kind in dict.fromkeys(item.type for item in shown):
        items = [item for item in shown if item.type is kind]
        about: dict[str, Value] = {
            "title": kind.api_name,
            "type": kind.api_name,
            "hubIdentifier": f"results.search.{int(kind)}",
            "distance": items[0].distance,
            "size": len(items),
        }
        hubs.append(Node("Hub", about, [Rows(item_rows(items, shape))]))
    return call.reply(Container({"size": len(hubs), "identifier": LIBRARY}, list(hubs)))


# --- lists -----------------------------------------------------------------------------------------------------


@routes.get(
    "/library/search",
    policy=Policy.SIGNED_IN,
    takes=(
        _QUERY,
        integer("limit", "How many are found at most; 30 when left out, 100 at most.", example=30),
        text("searchTypes", "What is looked for; everything when left out.", many=True, choices=tuple(_SEARCH_TYPES)),
        flag("includeCollections", "Adds collections to what `searchTypes` names."),
        *TRIMMING,
    ),
    answers=Answer.CONTAINER,
)
async def library_search(call: Call) -> Reply:
    """What fits a few letters, in one list of results with their scores, the best first."""
    query, limit = _query(call), _limit(call, 30)
    asked = call.names("searchTypes")
    unknown = asked - _SEARCH_TYPES.keys()
    if unknown:
        raise BadRequestError(f"searchTypes: there is no {min(unknown)!r}; there are {', '.join(_SEARCH_TYPES)}")
    wanted = asked | {"collections"} if asked and call.flag("includeCollections") else asked or _SEARCH_TYPES.keys()
    types = [kind for name, kinds in _SEARCH_TYPES.items() if name in wanted for kind in kinds]
    sections = await _sections(call, None)
    others = {row.id for row in sections if row.kind == SectionKind.OTHER}
    if "otherVideos" in wanted and ItemType.MOVIE not in types:
        types.append(ItemType.MOVIE)

    def read(r: Reader) -> tuple[list[Found], list[TagRow], list[int]]:
        found = finding.titles(r, query, call.viewer, types, limit)
        people = finding.tags(r, query, call.viewer, _PEOPLE, limit) if "people" in wanted else []
        lists = search_reasons.playlists_named(r, query.tokens, call.viewer, limit) if "playlists" in wanted else []
        return found, people, lists

    found, people, playlist_ids = await call.house.database.read(read)
    shape = shape_of(call, across_sections=True)
    results: list[tuple[float, list[Node | Rows]]] = []
    for item in await _shown(call, found, sections):
        is_other = item.type is ItemType.MOVIE and item.item.section_id in others
        if item.type is ItemType.MOVIE and ("otherVideos" if is_other else "movies") not in wanted:
            continue
        results.append((float(item.score or 0), [Rows(item_rows([item], shape), single=True)]))
    for nodes in (await _tag_nodes(call, query, people, sections, limit)).values():
        for node in nodes:
            node.single = True
            results.append((float(str(node.attributes["score"])), [node]))
    for rows in await playlist_nodes(call, playlist_ids):
        results += [(0.5, [Rows([row], single=True)]) for row in rows.rows]
    results.sort(key=lambda result: -result[0])
    made = [Node("SearchResult", {"score": round(score, 5)}, children) for score, children in results[:limit]]
    return call.reply(Container({"size": len(made), "identifier": LIBRARY}, list(made)))


_IN_ONE_LIST = (
    _QUERY,
    integer("type", "The number of the type that is looked for; every type when left out.", example=1),
    integer("limit", "How many of each type at most; 30 when left out.", example=30),
    *LISTING,
)


@routes.get(
    "/search",
    policy=Policy.SIGNED_IN,
    takes=_IN_ONE_LIST,
    answers=Answer.ITEMS,
)
async def plain_search(call: Call) -> Reply:
    """What fits a few letters, in one list, the best first."""
    query, limit, types = _query(call), _limit(call, 30), _asked_types(call)
    searched = {row.id for row in await _sections(call, None)}
    found = await call.house.database.read(finding.titles, query, call.viewer, types, limit)
    shown = await shown_items(call, [one.item_id for one in found], shape_of(call, across_sections=True))
    ids = [item.item.id for item in shown if item.item.section_id in searched]
    return await paged_reply(call, ids, shape_of(call, across_sections=True))


@routes.get(
    "/library/sections/{section_id:int}/search",
    policy=Policy.SIGNED_IN,
    takes=_IN_ONE_LIST,
    answers=Answer.ITEMS,
)
async def section_search(call: Call) -> Reply:
    """What fits a few letters in one section."""
    query, limit, types = _query(call), _limit(call, 30), _asked_types(call)
    section = await section_of(call)
    found = await call.house.database.read(finding.titles, query, call.viewer, types, limit, section.id)
    return await paged_reply(call, [one.item_id for one in found], shape_of(call))
