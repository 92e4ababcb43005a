"""What items are: candidates, fixing a match, undoing one; and finding an item by what is known of it."""

import os

from vitascope.api.call import Call, whole
from vitascope.api.describe import LISTING, Answer, flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.file_addresses import items_at
from vitascope.api.listing import LIBRARY, shape_of, shown_container, shown_items
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Shape
from vitascope.api.render.items import guid as shown_guid
from vitascope.api.reply import Reply
from vitascope.api.routes.metadata import item_of
from vitascope.api.routing import Routes
from vitascope.core.matching import SURE, Facts, score
from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold
from vitascope.library.online.asking import facts_of
from vitascope.library.online.matching import Candidate, MatchError, Wanted
from vitascope.store import items as store_items
from vitascope.store import matches
from vitascope.store.rows import ItemRow

routes = Routes()

_LONGEST_TITLE = 500
_MOST = 20
_LEAST = 40


def _year(call: Call, name: str = "year") -> int | None:
    """A year; clients write one they do not know as ``None`` or leave it empty."""
    value = call.text(name)
    if value is None or value == "None":
        return None
    try:
        return whole(value)
    except ValueError:
        raise BadRequestError(f"{name} is not a number") from None


@routes.any(
    "/library/metadata/{item_id:int}/matches",
    policy=Policy.OWNER,
    methods=("GET", "PUT"),
    takes=(
        text(
            "title",
            "What to look for, or an id: `imdb-tt0088763`, `tmdb-105`, `tvdb-152831`. By default the item's title.",
        ),
        text("year", "The year it came out. By default the item's, unless a title is given."),
        text("parentTitle", "Of an album: its artist."),
        text("agent", "A provider by its identifier. By default those of the section.", example="tv.plex.agents.movie"),
        text("language", "The language of the answer. By default the section's.", example="en-US"),
        flag("manual", "All candidates, and not the likeliest alone."),
    ),
    answers=Answer.CONTAINER,
)
async def candidates(call: Call) -> Reply:
    """What an item may be, the likeliest first."""
    item = await item_of(call)
    title = call.text("title") or item.title
    year = _year(call)
    if year is None and not call.query.get("title"):
        year = item.year
    wanted = Wanted(
        title=title[:_LONGEST_TITLE],
        year=year,
        language=call.text("language"),
        agent=call.text("agent"),
        parent_title=call.text("parentTitle"),
    )
    found = await call.house.matcher.candidates(item, call.viewer, wanted)
    if not call.flag("manual"):
        found = found[:1]
    ids = [each.item_id for each in found if each.item_id is not None]
    shown = {one.item.id: one for one in await shown_items(call, ids, shape_of(call))}
    nodes: dict[str, Node] = {}  # what a provider and the library both know is one candidate
    for each in found:
        ours = shown.get(each.item_id) if each.item_id is not None else None
        if ours is not None:
            own = ours.item
            thumb = f"/library/metadata/{own.id}/thumb/{own.thumb_at}" if own.thumb_at is not None else None
            guid = shown_guid(ours)
            if own.id == item.id and guid.startswith("local://"):  # unmatched: to be what its files say again
                guid = f"plex://{ItemType(own.type).api_name}/{guid.removeprefix('local://')}"
            nodes.setdefault(guid, _result(each, guid, ours.view.detail.summary or None, thumb))
        elif each.guid is not None:
            nodes.setdefault(each.guid, _result(each, each.guid, each.summary, each.thumb))
    return call.reply(Container({"size": len(nodes), "identifier": LIBRARY}, list(nodes.values())))


def _result(candidate: Candidate, guid: str, summary: str | None, thumb: str | None) -> Node:
    return Node(
        "SearchResult",
        {
            "guid": guid,
            "name": candidate.name,
            "year": candidate.year,
            "score": candidate.score,
            "lifespanEnded": 0,
            "summary": summary,
            "thumb": thumb,
        },
    )


@routes.put(
    "/library/metadata/{item_id:int}/match",
    policy=Policy.OWNER,
    takes=(
        text(
            "guid",
            "What the item is: a guid out of the matches, one of another item here, or an id (`imdb://tt0088763`).",
            required=True,
        ),
        text("name", "The title that was chosen; the guid says it all."),
        text("year", "The year that was chosen; the guid says it all."),
    ),
    answers=Answer.NOTHING,
)
async def match(call: Call) -> Reply:
    """Says what an item is. It stays so, whatever scans and providers find."""
    item = await item_of(call)
    try:
        await call.house.matcher.match(item, call.viewer, call.required("guid"))
    except MatchError as error:
        raise BadRequestError(str(error)) from error
    call.house.online.wake()
    return Reply()


@routes.put("/library/metadata/{item_id:int}/unmatch", policy=Policy.OWNER, answers=Answer.NOTHING)
async def unmatch(call: Call) -> Reply:
    """Says that an item is not what it was taken for: its ids go, and what its files and names say stays."""
    item = await item_of(call)
    try:
        await call.house.matcher.unmatch(item)
    except MatchError as error:
        raise BadRequestError(str(error)) from error
    call.house.online.wake()
    return Reply()


# --- finding an item by what is known of it --------------------------------------------------------------------


@routes.get(
    "/library/matches",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("type", "What kind of item is looked for.", required=True, example=1),
        text("guid", "An id: `imdb://tt0088763`, `plex://movie/…`.", example="imdb://tt0054215"),
        text("title", "The title.", example="Psycho"),
        text("year", "The year it came out."),
        text("path", "The whole path of its file."),
        text("grandparentTitle", "Of an episode or track: the show or artist."),
        text("grandparentYear", "Of an episode: the year of the show."),
        text("parentTitle", "Of an album the artist, of a track the album."),
        integer("parentIndex", "Of an episode or track: the season or disc."),
        integer("index", "Of an episode or track: its number."),
        text("originallyAvailableAt", "Of an episode: when it was first shown, `YYYY-MM-DD`."),
        flag("includeFullMetadata", "Everything about a sure match."),
        flag("includeAncestorMetadata", "Accepted: the show and season of an episode are always named."),
        flag("includeAlternateMetadataSources", "Accepted: what each source said is not told apart."),
        *LISTING,
    ),
    answers=Answer.ITEMS,
)
async def library_matches(call: Call) -> Reply:
    """Items of the library that are what the query describes, the likeliest first; a score above 85 is sure."""
    try:
        kind = ItemType(call.integer("type", 0) or 0)
    except ValueError:
        raise BadRequestError("type: there is no such kind of item") from None
    found = await _found(call, kind)
    found = sorted(found, key=lambda pair: -pair[1])[:_MOST]
    sure = bool(found) and found[0][1] > SURE and call.flag("includeFullMetadata")
    shape: Shape = shape_of(call, detail=sure, across_sections=True)
    scores = {row.id: points for row, points in found}
    shown = await shown_items(call, list(scores), shape)
    for one in shown:
        one.score = str(scores[one.item.id])
    return call.reply(shown_container(shown, shape))


async def _found(call: Call, kind: ItemType) -> list[tuple[ItemRow, int]]:
    database = call.house.database
    guid, path, title = call.text("guid"), call.text("path"), call.text("title")
    if guid is not None:
        ids = await database.read(store_items.by_guid, guid, call.viewer)
        rows = [row for row in await database.read(store_items.get_items, ids, call.viewer) if row.type == kind]
        if rows:
            return [(row, 100) for row in rows]
    if path is not None:
        rows = await items_at(call, os.fsencode(path))
        return [(row, 100) for row in rows if row.type == kind]
    year = _year(call)
    if kind in (ItemType.EPISODE, ItemType.TRACK):
        return await _leaves(call, kind, title)
    if title is None:
        if guid is None:
            raise BadRequestError("one of guid, path and title is needed")
        return []
    wanted = Facts(titles=[title[:_LONGEST_TITLE]], year=year)
    rows = await database.read(store_items.titled, int(kind), fold(title[:_LONGEST_TITLE]), call.viewer, _MOST)
    artist = call.text("parentTitle")
    if kind is ItemType.ALBUM and artist is not None:
        artists = await database.read(matches.items_by_id, [row.parent_id or 0 for row in rows])
        above = {row.id: row.title_folded for row in artists}
        rows = [row for row in rows if above.get(row.parent_id or 0) == fold(artist)]
    scored = [(row, score(wanted, facts_of(row, ()))) for row in rows]
    return [(row, points) for row, points in scored if points >= _LEAST]


async def _leaves(call: Call, kind: ItemType, title: str | None) -> list[tuple[ItemRow, int]]:
    """Episodes by their show and place or date, tracks by their artist, album and place."""
    top_title = call.text("grandparentTitle")
    if top_title is None:
        raise BadRequestError("grandparentTitle or path is needed")
    index, above_index, date = call.integer("index"), call.integer("parentIndex"), call.text("originallyAvailableAt")
    if index is None and date is None and title is None:
        raise BadRequestError("index, originallyAvailableAt or title is needed")
    database = call.house.database
    top_kind = ItemType.SHOW if kind is ItemType.EPISODE else ItemType.ARTIST
    tops = await database.read(store_items.titled, int(top_kind), fold(top_title[:_LONGEST_TITLE]), call.viewer, _MOST)
    wanted = Facts(titles=[top_title], year=_year(call, "grandparentYear"))
    sure = {row.id: points for row in tops if (points := score(wanted, facts_of(row, ()))) >= SURE}
    below = await database.read(matches.items_below, list(sure))
    visible = await database.read(store_items.get_items, [row.id for row in below if row.type == kind], call.viewer)
    album = call.text("parentTitle")
    albums = {row.id for row in below if row.type == ItemType.ALBUM and album and row.title_folded == fold(album)}
    found: list[tuple[ItemRow, int]] = []
    for row in visible:
        placed = index is not None and row.index_number == index and above_index in (None, row.parent_index)
        dated = date is not None and row.available_at == date
        named = title is not None and index is None and date is None and row.title_folded == fold(title)
        of_album = album is None or kind is ItemType.EPISODE or row.parent_id in albums
        if of_album and (placed or dated or named):
            found.append((row, sure.get(row.grandparent_id or 0, SURE)))
    return found
