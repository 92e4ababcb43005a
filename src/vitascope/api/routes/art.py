"""Pictures of items: the ones they show, composites of several, and scaled ones."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from vitascope.api.call import Call
from vitascope.api.collected import member_ids
from vitascope.api.describe import Answer, flag, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.far_files import opened_media
from vitascope.api.files import FileReply, is_below, media_type
from vitascope.api.pictures import ELEMENTS, Picture, ScaledPicture
from vitascope.api.policy import Policy
from vitascope.api.reply import Header, Reply
from vitascope.api.routes.chapters import chapter_at
from vitascope.api.routes.metadata import item_of
from vitascope.api.routes.sections import DEFAULT_TYPES, section_of
from vitascope.api.routing import Routes
from vitascope.core.model import ArtKind, ItemType, SectionKind
from vitascope.core.query import parse_listing
from vitascope.media.images import PhotoRequest, PictureRequestError, UltraBlurRequest
from vitascope.store import item_tree, relations
from vitascope.store import items as store_items
from vitascope.store import playlists as store_playlists
from vitascope.store.sections import get_section, locations

routes = Routes()

_A_MONTH = "private, max-age=2592000"
_COMPOSITE_OF = 4
_LOOKED_AT = 20
"""Of so many items, those that have a picture make the composite."""

_SELF = frozenset({("127.0.0.1", 32400), ("localhost", 32400), ("::1", 32400)})
_ID = r"([0-9]{1,18})"  # no more digits than the database can hold
_METADATA = re.compile(rf"/library/metadata/{_ID}/([A-Za-z]+)(?:/\d+)?")
_FILE = re.compile(rf"/library/metadata/{_ID}/file")
_ARTWORK = re.compile(rf"/library/metadata/{_ID}/artwork/{_ID}")
_PORTRAIT = re.compile(rf"/library/people/{_ID}/thumb(?:/\d+)?")
_CHAPTER = re.compile(rf"/library/media/{_ID}/chapterImages/{_ID}")
_PART = re.compile(rf"/library/parts/{_ID}(?:/.*)?")
_COMPOSITE = re.compile(rf"/(?:library/)?(sections|metadata|collections|playlists)/{_ID}/composite(?:/\d+)?")


async def send_picture(call: Call, found: Picture) -> Reply:
    """A picture as it is."""
    caching = _A_MONTH if "stamp" in call.params else "no-cache"
    if found.inside:
        data = await call.house.photographer.inside(found)
        return Reply(body=data.data, media_type=data.mime_type.encode(), headers=[(b"cache-control", caching.encode())])
    opened = await opened_media(found.path, [found.root])
    return FileReply(
        opened,
        receive=call.receive,
        request_headers=call.headers,
        content_type=media_type(found.path),
        cache_control=caching,
    )


def element_kind(name: str) -> ArtKind:
    """The kind of picture that a part of an address names; 404 for none."""
    kind = ELEMENTS.get(name)
    if kind is None:
        raise NotFoundError
    return kind


# --- composites ------------------------------------------------------------------------------------------------


async def _section_pictures(call: Call, section_id: int, kind: SectionKind) -> list[Picture]:
    listing = parse_listing([("sort", "addedAt:desc")], default_type=DEFAULT_TYPES[kind], now=datetime.now(UTC))
    page = await call.house.database.read(
        call.house.positions.page, listing, [section_id], call.viewer, start=0, size=_LOOKED_AT
    )
    return await _thumbs(call, list(page.ids))


async def _thumbs(call: Call, ids: list[int]) -> list[Picture]:
    found: list[Picture] = []
    for item_id in ids:
        try:
            found.append(await call.house.photographer.find(item_id, ArtKind.THUMB, call.viewer))
        except NotFoundError:
            continue
        if len(found) == _COMPOSITE_OF:
            break
    return found


async def _covers(call: Call, ids: list[int]) -> list[Picture]:
    """The pictures of some items; where tracks have too few of their own, those of their albums too."""
    found = await _thumbs(call, ids)
    if len(found) < _COMPOSITE_OF:
        rows = await call.house.database.read(store_items.get_items, ids, call.viewer)
        albums = dict.fromkeys(row.parent_id for row in rows if row.type == ItemType.TRACK and row.parent_id)
        found += await _thumbs(call, list(albums))
    return found[:_COMPOSITE_OF]


async def _composite(call: Call, what: str, number: int, request: PhotoRequest) -> ScaledPicture:
    photographer = call.house.photographer
    if what == "sections":
        call.params = {**call.params, "section_id": str(number)}
        section = await section_of(call)
        found = await _section_pictures(call, section.id, SectionKind(section.kind))
        version = section.content_changed_at
    elif what == "playlists":
        playlist = await call.house.database.read(store_playlists.get, number, call.viewer)
        contents = await call.house.database.read(call.house.playlists.contents, playlist, call.viewer)
        found = await _covers(call, list(dict.fromkeys(contents.item_ids[:_LOOKED_AT].tolist())))
        version = playlist.item.updated_at
    else:
        call.params = {**call.params, "item_id": str(number)}
        item = await item_of(call)
        if item.type == ItemType.COLLECTION:
            ids = (await member_ids(call, item))[:_LOOKED_AT].tolist()
            section = await call.house.database.read(get_section, item.section_id)
            version = max(section.content_changed_at, item.updated_at)
        else:
            ids, _ = await call.house.database.read(relations.children, item.id, call.viewer)
            version = item.updated_at
        found = await _thumbs(call, ids)
    name = f"composite:{what}:{number}:{call.person_id}"
    return await photographer.composite(name, version, found, request)


@routes.get("/library/sections/{number:int}/composite/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/library/sections/{number:int}/composite", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def section_composite(call: Call) -> Reply:
    """A picture of a section, made of what is in it."""
    return _picture(call, await _composite(call, "sections", call.number("number"), _request(call)))


@routes.get("/library/metadata/{number:int}/composite/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/library/metadata/{number:int}/composite", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def item_composite(call: Call) -> Reply:
    """A picture of an item, made of what lies below it."""
    return _picture(call, await _composite(call, "metadata", call.number("number"), _request(call)))


@routes.get("/library/collections/{number:int}/composite/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/library/collections/{number:int}/composite", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def collection_composite(call: Call) -> Reply:
    """A picture of a collection, made of what is in it."""
    return _picture(call, await _composite(call, "collections", call.number("number"), _request(call)))


# --- scaled ----------------------------------------------------------------------------------------------------


@routes.get("/playlists/{number:int}/composite/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/playlists/{number:int}/composite", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def playlist_composite(call: Call) -> Reply:
    """A picture of a playlist, made of what is in it."""
    return _picture(call, await _composite(call, "playlists", call.number("number"), _request(call)))


_SCALING = (
    text("url", "The picture: a path of this server.", required=True, example="/library/metadata/1/thumb"),
    integer("width", "Of the box, in pixels."),
    integer("height", "Of the box, in pixels."),
    flag("minSize", "The picture covers the box instead of lying inside it."),
    flag("upscale", "It may become larger than it is."),
    text("format", "What it becomes.", choices=("jpeg", "jpg", "png", "ppm", "webp")),
    integer("quality", "Of a JPEG, 1 to 100; -1 for the usual."),
    integer("blur", "How blurred, in pixels."),
    integer("opacity", "In percent, over the background."),
    integer("saturation", "In percent; 0 is grey."),
    text("background", "The colour behind it, as six hex digits."),
    text("blendColor", "A colour laid over it, as six or eight hex digits."),
    flag("rotate", "Turns it as the camera was held."),
    integer("chromaSubsampling", "Of a JPEG, 0 to 3."),
)


def _request(call: Call) -> PhotoRequest:
    try:
        return PhotoRequest.parse(call.query)
    except PictureRequestError as error:
        raise BadRequestError(str(error)) from error


def blur_request(query: Mapping[str, str]) -> UltraBlurRequest:
    """The background that is asked for; 400 for one that cannot be painted."""
    try:
        return UltraBlurRequest.parse(query)
    except PictureRequestError as error:
        raise BadRequestError(str(error)) from error


def _picture(call: Call, made: ScaledPicture) -> Reply:
    etag = f'"{made.entity_tag}"'
    headers: list[Header] = [(b"etag", etag.encode()), (b"cache-control", _A_MONTH.encode())]
    if call.headers.get("if-none-match") == etag:
        return Reply(status=304, headers=headers)
    return Reply(body=made.data, media_type=made.content_type.encode(), headers=headers)


def own_path(url: str, host: str | None) -> str:
    """The path on this server that an address means; 400 for one that means another server.

    Clients write the address under which the original server always knows itself, whatever its port is here.
    """
    if url.startswith("/") and not url.startswith("//"):
        return url
    try:
        parts = urlsplit(url)
        authority = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    except ValueError:
        raise BadRequestError("url is no address") from None
    if parts.scheme in ("http", "https") and (authority in _SELF or (host and parts.netloc.lower() == host.lower())):
        return parts.path + (f"?{parts.query}" if parts.query else "")
    raise BadRequestError("url: pictures of other servers are not fetched")


async def picture_at(call: Call, path: str, query: str = "") -> Picture | None:
    """The picture at a path of this server; ``None`` for what is no picture of an item."""
    photographer = call.house.photographer
    found = _FILE.fullmatch(path)
    if found is not None:
        return await photographer.named(int(found[1]), dict(parse_qsl(query)).get("url", ""), call.viewer)
    found = _ARTWORK.fullmatch(path)
    if found is not None:
        return await photographer.artwork(int(found[1]), int(found[2]), call.viewer)
    found = _METADATA.fullmatch(path)
    if found is not None and found[2] in ELEMENTS:
        return await photographer.find(int(found[1]), ELEMENTS[found[2]], call.viewer)
    found = _PORTRAIT.fullmatch(path)
    if found is not None:
        return await portrait_of(call, int(found[1]))
    found = _PART.fullmatch(path)
    if found is not None:
        part = await call.house.database.read(store_items.part_for_delivery, int(found[1]), call.viewer)
        if part is None:
            raise NotFoundError
        _, file, item = part
        roots = [row.path for row in await call.house.database.read(locations, item.section_id)]
        if not await asyncio.to_thread(is_below, file, roots):
            raise NotFoundError
        return Picture(path=file, root=b"/")
    return None


@routes.get("/photo/:/transcode", policy=Policy.SIGNED_IN, takes=_SCALING, answers=Answer.FILE)
async def transcode(call: Call) -> Reply:
    """A picture of this server, scaled, tinted, blurred or in another format."""
    path, _, query = own_path(call.required("url"), call.headers.get("host")).partition("?")
    request = _request(call)
    found = _COMPOSITE.fullmatch(path)
    if found is not None:
        return _picture(call, await _composite(call, found[1], int(found[2]), request))
    if path == "/photo/:/transcode":
        inner = dict(parse_qsl(query)).get("url", "")
        path, _, query = own_path(inner, call.headers.get("host")).partition("?")
    if path == "/services/ultrablur/image":
        return _picture(call, await call.house.photographer.painted(blur_request(dict(parse_qsl(query))), request))
    found = _CHAPTER.fullmatch(path)
    if found is not None:
        moment = await chapter_at(call, int(found[1]), int(found[2]))
        frame = await call.house.photographer.scaled_frame(
            moment.path, moment.root, moment.at_ms, request, taken=moment.taken
        )
        return _picture(call, frame)
    picture = await picture_at(call, path, query)
    if picture is None:
        raise NotFoundError("There is no such picture.")
    return _picture(call, await call.house.photographer.scaled(picture, request))


# --- as they are -----------------------------------------------------------------------------------------------


async def portrait_of(call: Call, tag_id: int) -> Picture:
    """The picture of somebody who took part in what the viewer may see; 404 for anybody else."""
    row = await call.house.database.read(item_tree.person, tag_id)
    if row is None or not await call.house.database.read(item_tree.media_of_person, row, call.viewer):
        raise NotFoundError("There is no such person.")
    return await call.house.photographer.portrait(tag_id)


@routes.get("/library/people/{person:int}/thumb/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/library/people/{person:int}/thumb", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def portrait(call: Call) -> Reply:
    """The picture of somebody who took part, which a metadata provider names: fetched when it is first asked for."""
    return await send_picture(call, await portrait_of(call, call.number("person")))


@routes.get("/library/metadata/{item_id:int}/{element}/{stamp}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
@routes.get("/library/metadata/{item_id:int}/{element}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def element(call: Call) -> Reply:
    """The picture, or theme, that an item shows."""
    kind = element_kind(call.param("element"))
    return await send_picture(call, await call.house.photographer.find(call.number("item_id"), kind, call.viewer))
