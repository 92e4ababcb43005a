"""Sections: the list of them, and what they hold."""

import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from vitascope.api.call import Call
from vitascope.api.describe import QUERY, Answer, flag
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.listing import LIBRARY, MEDIA_TAGS, items_reply, shape_of
from vitascope.api.meta import meta_node
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Shape, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.core.model import ItemType, SectionKind
from vitascope.core.query import ALL, Listing, QueryError, parse_listing
from vitascope.library.collection_modes import Beside, Mode, beside, seen_by
from vitascope.ops import section_prefs
from vitascope.store import providers as store_providers
from vitascope.store import sections as store_sections
from vitascope.store.positions import Hidden, Page
from vitascope.store.reader import Reader
from vitascope.store.rows import LocationRow, SectionRow

routes = Routes()

DEFAULT_TYPES: dict[SectionKind, ItemType] = {
    SectionKind.MOVIE: ItemType.MOVIE,
    SectionKind.SHOW: ItemType.SHOW,
    SectionKind.ARTIST: ItemType.ARTIST,
    SectionKind.PHOTO: ItemType.PHOTO_ALBUM,
    SectionKind.OTHER: ItemType.MOVIE,
}
VIDEO_FILES_SCANNER = "Plex Video Files Scanner"


async def section_of(call: Call) -> SectionRow:
    """The section in the path; 404 when there is none, or not for this person."""
    section = await call.house.database.read(store_sections.get_section, call.number("section_id"))
    if not call.viewer.may_see_section(section.id):
        raise NotFoundError
    return section


def section_attributes(section: SectionRow) -> dict[str, Value]:
    """What a listing of one section says about it."""
    return {
        "librarySectionID": section.id,
        "librarySectionTitle": section.title,
        "librarySectionUUID": section.uuid,
    }


def hidden_level(section: SectionRow) -> int:
    """What the owner keeps a section from: 0 nothing, 1 the home page, 2 search too."""
    found = section_prefs.values(SectionKind(section.kind), section.prefs)
    return next((int(value) for setting, value in found if setting.id == "hidden"), 0)


def collection_mode(section: SectionRow) -> int:
    """How the owner wants collections to stand among the items of a section."""
    found = section_prefs.values(SectionKind(section.kind), section.prefs)
    return next((int(value) for setting, value in found if setting.id == "collectionMode"), int(Mode.SHOW))


def _location(row: LocationRow) -> Node:
    return Node(
        "Location",
        {
            "id": row.id,
            "path": row.path.decode("utf-8", "replace"),
            "available": None if row.available else 0,
            "unavailableReason": None if row.available else row.unavailable_reason,
        },
    )


def section_node(call: Call, section: SectionRow, locations: list[LocationRow], group_id: int | None) -> Node:
    """A section as an element."""
    kind = SectionKind(section.kind)
    composite = f"/library/sections/{section.id}/composite/{section.content_changed_at}"
    return Node(
        "Directory",
        {
            "allowSync": 1,
            "art": composite,
            "composite": composite,
            "filters": 1,
            "refreshing": call.house.scans.is_scanning(section.id),
            "thumb": composite,
            "key": str(section.id),
            "type": kind.api_type,
            "title": section.title,
            "agent": section.agent,
            "scanner": section.scanner,
            "language": section.language,
            "uuid": section.uuid,
            "updatedAt": section.updated_at,
            "createdAt": section.created_at,
            "scannedAt": section.scanned_at,
            "content": 1,
            "directory": 1,
            "contentChangedAt": section.content_changed_at,
            "hidden": hidden_level(section),
            "metadataAgentProviderGroupId": group_id,
        },
        [_location(row) for row in locations if row.section_id == section.id],
    )


@routes.get("/library/sections", "/library/sections/all", policy=Policy.SIGNED_IN, answers=Answer.DIRECTORY)
async def sections(call: Call) -> Reply:
    """The sections the viewer may see."""
    database = call.house.database
    rows = [row for row in await database.read(store_sections.list_sections) if call.viewer.may_see_section(row.id)]
    locations = await database.read(store_sections.locations)
    groups = await database.read(store_providers.groups_of_sections)
    children = [section_node(call, row, locations, groups.get(row.id)) for row in rows]
    attributes: dict[str, Value] = {"size": len(children), "allowSync": 0, "title1": "Plex Library"}
    return call.reply(Container(attributes, list(children)))


# --- what a section holds --------------------------------------------------------------------------------------


def shuffle_seed(call: Call) -> int:
    """The same client sees one random order as long as it pages, for an hour."""
    client = call.plex("Session-Identifier") or call.plex("Client-Identifier") or ""
    return zlib.crc32(f"{client}{int(time.time()) // 3600}".encode())


def asked_listing(call: Call, default: ItemType, *, with_sort: bool = True) -> Listing:
    """The listing that the query asks for; 400 when it means nothing."""
    return listing_of(call, [pair for pair in call.pairs if with_sort or pair[0] != "sort"], default)


def listing_of(call: Call, pairs: Sequence[tuple[str, str]], default: ItemType) -> Listing:
    """The listing that these parameters ask for; 400 when they mean nothing."""
    asked = [pair for pair in pairs if not pair[0].startswith("X-Plex-")]
    try:
        return parse_listing(asked, default_type=default, now=datetime.now(UTC), shuffle_seed=shuffle_seed(call))
    except QueryError as error:
        raise BadRequestError(str(error)) from error


async def listing_page(call: Call, listing: Listing, section_ids: list[int], more: Sequence[Listing] = ()) -> Page:
    """The asked part of a listing, with the items of ``more`` listings mixed in."""
    return await call.house.database.read(_page, call, listing, section_ids, more)


def _page(
    r: Reader,
    call: Call,
    listing: Listing,
    section_ids: list[int],
    more: Sequence[Listing] = (),
    without: Sequence[Hidden] = (),
) -> Page:
    window = call.window
    size = 1_000_000_000 if window.size is None else window.size
    return call.house.positions.page(
        r, listing, section_ids, call.viewer, start=window.start, size=size, more=more, without=without
    )


def _listed(r: Reader, call: Call) -> tuple[SectionRow, Listing, Page]:
    """The section in the path, what of it is asked for, and the asked part: one look into the database, since every
    further one would wait for a thread again."""
    section = store_sections.get_section(r, call.number("section_id"))
    if not call.viewer.may_see_section(section.id):
        raise NotFoundError
    listing = asked_listing(call, DEFAULT_TYPES[SectionKind(section.kind)])
    if listing.type is ItemType.COLLECTION:
        listing = seen_by(r, section.id, listing, call.viewer)
    joined = _collections_beside(r, call, section, listing)
    return section, listing, _page(r, call, listing, [section.id], joined.collections, joined.hidden)


def _collections_beside(r: Reader, call: Call, section: SectionRow, listing: Listing) -> Beside:
    """The collections that ``includeCollections=1`` adds to a section's whole list, and the items they stand for."""
    top = DEFAULT_TYPES[SectionKind(section.kind)]
    if not call.flag("includeCollections") or listing.type is not top or listing.tree != ALL or listing.group_by:
        return Beside()
    return beside(r, section.id, collection_mode(section), listing, call.viewer)


@routes.get(
    "/library/sections/{section_id:int}/all",
    policy=Policy.SIGNED_IN,
    takes=(
        *QUERY,
        flag("includeCollections", "Lists collections among the items."),
        flag("includeMeta", "Says what the section can be filtered and sorted by."),
        flag("includeDetails", "The same."),
    ),
    answers=Answer.ITEMS,
)
async def section_all(call: Call) -> Reply:
    """The items of a section that a query asks for, in the order it asks for."""
    section, listing, page = await call.house.database.read(_listed, call)
    attributes = section_attributes(section) | {
        "title1": section.title,
        "title2": "All",
        "viewGroup": listing.type.api_name,
    }
    before = [meta_node(section.id, SectionKind(section.kind), listing.type)] if _wants_meta(call) else []
    return await page_reply(call, page, shape_of(call), attributes=attributes, before=before)


def _wants_meta(call: Call) -> bool:
    return call.flag("includeMeta") or call.flag("includeDetails")


async def page_reply(
    call: Call, page: Page, shape: Shape, *, attributes: Mapping[str, Value], before: Sequence[Node] = ()
) -> Reply:
    """The answer that shows a page of a listing."""
    return await items_reply(
        call, page.ids, shape, attributes=attributes, before=before, offset=page.start, total=page.total
    )


@routes.get(
    "/library/sections/{section_id:int}/collections",
    policy=Policy.SIGNED_IN,
    takes=(
        *QUERY,
        flag("includeMeta", "Says what the section can be filtered and sorted by."),
        flag("includeDetails", "The same."),
    ),
    answers=Answer.ITEMS,
)
async def collections(call: Call) -> Reply:
    """The collections of a section."""
    section = await section_of(call)
    asked = asked_listing(call, ItemType.COLLECTION)
    listing = await call.house.database.read(seen_by, section.id, asked, call.viewer)
    page = await listing_page(call, listing, [section.id])
    attributes = section_attributes(section) | {"title1": section.title, "title2": "Collections"}
    meta = meta_node(section.id, SectionKind(section.kind), ItemType.COLLECTION, collections=True)
    before = [meta] if _wants_meta(call) else []
    return await page_reply(call, page, shape_of(call), attributes=attributes, before=before)


@routes.get("/library/sections/{section_id:int}/albums", policy=Policy.SIGNED_IN, takes=QUERY, answers=Answer.ITEMS)
async def albums(call: Call) -> Reply:
    """The albums of a music section."""
    section = await section_of(call)
    listing = asked_listing(call, ItemType.ALBUM)
    page = await listing_page(call, listing, [section.id])
    attributes = section_attributes(section) | {
        "title1": section.title,
        "title2": "By Album",
        "viewGroup": listing.type.api_name,
    }
    return await page_reply(call, page, shape_of(call), attributes=attributes)


_TOP_TYPES = tuple(dict.fromkeys(DEFAULT_TYPES.values()))


def _top_listings(call: Call) -> list[Listing]:
    """What the query asks for of each top type. A type without the fields that are asked for has no part, one that
    cannot be sorted as asked is by title."""
    found: list[Listing] = []
    failed: list[BadRequestError] = []
    for item_type in _TOP_TYPES:
        try:
            found.append(asked_listing(call, item_type))
        except BadRequestError as error:
            failed.append(error)
            with suppress(BadRequestError):
                found.append(asked_listing(call, item_type, with_sort=False))
    if len(failed) == len(_TOP_TYPES):
        raise failed[0]
    # a filter that a type does not know was passed over
    return [listing for listing in found if listing.tree != ALL] or found


@routes.get("/library/all", policy=Policy.SIGNED_IN, takes=QUERY, answers=Answer.ITEMS)
async def library_all(call: Call) -> Reply:
    """Items of all sections the viewer may see: of one ``type``, or else films, shows, artists and photo albums."""
    rows = await call.house.database.read(store_sections.list_sections)
    first, *more = [asked_listing(call, ItemType.MOVIE)] if any(call.values("type")) else _top_listings(call)
    page = await listing_page(call, first, [row.id for row in rows], more)
    return await page_reply(call, page, shape_of(call, across_sections=True), attributes={})


@routes.get("/library/sections/{section_id:int}/timeline", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def timeline(call: Call) -> Reply:
    """How busy the server is with a section."""
    section = await section_of(call)
    size = None
    if call.viewer.sees_whole_sections:
        size = sum((await call.house.database.read(store_sections.item_counts, section.id)).values())
    attributes: dict[str, Value] = {
        "size": size,
        "allowSync": 0,
        "content": "secondary",
        "identifier": LIBRARY,
        "latestEntryTime": section.content_changed_at,
        "title1": section.title,
        "updateQueueSize": 1 if call.house.scans.is_scanning(section.id) else 0,
        "viewGroup": "secondary",
    }
    return call.reply(Container(attributes | dict(MEDIA_TAGS)))
