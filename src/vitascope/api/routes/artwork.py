"""The pictures and themes that an item could show: listed, handed in, chosen, taken away.

Clients spell the same deed in several ways: ``POST …/posters?url=`` and ``POST …/thumb?url=`` hand in (with ``url``
from another server, without it by the body), ``PUT …/poster?url=`` chooses one of the list by its ``ratingKey``,
``DELETE …/thumb`` shows none. Whatever is chosen locks the field. Pictures are the owner's to choose, but for those of
one's own playlists. What is handed in is opened in a worker before it is kept.
"""

import asyncio
from urllib.parse import quote

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.pictures import LISTS, choice_key, rating_key
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routes.art import element_kind, send_picture
from vitascope.api.routes.metadata import item_of
from vitascope.api.routing import Routes
from vitascope.core.model import ArtKind, StreamType
from vitascope.egress import EgressError, Limits, Reach
from vitascope.library import keeping
from vitascope.library.online.offers import Choice, choices_of
from vitascope.library.pictures import Pictures, compose_above, made_path
from vitascope.media.images.tasks import PictureSource, analyze_picture
from vitascope.media.probe.tasks import FileArgs, probe
from vitascope.media.workers import TaskError
from vitascope.store import uploads
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow
from vitascope.store.visibility import NO_SECTION

routes = Routes()

_MOST_BYTES = 32 * 1024 * 1024
_MOST_OF_A_PLAYLIST = 50
"""Pictures that somebody who is not the owner may hand in for one."""
_THEME_ENDINGS = {"mp3": "mp3", "mp4": "m4a", "flac": "flac", "ogg": "ogg", "wav": "wav"}
_URL = text(
    "url", "Where the picture or theme is fetched from; without it, it is the body.", example="https://a.b/c.jpg"
)
_CHOICE = text(
    "url",
    "The `ratingKey` of one of the list, or an address from which a new one is fetched.",
    required=True,
    example="upload://posters/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
)
_FILE = "The bytes of a picture (JPEG, PNG, WebP, GIF, TIFF, AVIF, HEIC), or of a theme (MP3, AAC, FLAC, Ogg, WAV)."


# --- lists -----------------------------------------------------------------------------------------------------


def _node(item_id: int, kind: ArtKind, choice: Choice) -> Node:
    name = choice_key(choice)
    key = f"/library/metadata/{item_id}/file?url={quote(name, safe='')}"
    attributes: dict[str, Value] = {
        "key": key,
        "ratingKey": name,
        "selected": choice.row is not None and choice.row.selected,
        "thumb": key,
        "provider": "provider" if choice.row is None else choice.row.source,
    }
    return Node("Track" if kind is ArtKind.THEME else "Photo", attributes, json_name="Metadata")


def _list_kind(call: Call) -> ArtKind:
    return LISTS[call.path.rstrip("/").rpartition("/")[2]]


_LIST_PATHS = tuple(f"/library/metadata/{{item_id:int}}/{name}" for name in LISTS)


@routes.get(*_LIST_PATHS, policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def pictures(call: Call) -> Reply:
    """The pictures, or themes, that an item could show, also those that providers name and nobody looked at yet."""
    item = await item_of(call)
    kind = _list_kind(call)
    lost = call.house.photographer.posters.failed_lately
    choices = await call.house.database.read(choices_of, item, kind)
    nodes = [
        _node(item.id, kind, each)
        for each in choices
        if each.row is not None or each.offer is None or not lost(each.offer.picture.url)
    ]
    return call.reply(Container({"size": len(nodes)}, list(nodes)))


@routes.get("/library/metadata/{item_id:int}/artwork/{artwork_id:int}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def one_picture(call: Call) -> Reply:
    """One of the pictures that an item could show."""
    found = await call.house.photographer.artwork(call.number("item_id"), call.number("artwork_id"), call.viewer)
    return await send_picture(call, found)


@routes.get(
    "/library/metadata/{item_id:int}/file",
    policy=Policy.SIGNED_IN,
    takes=(text("url", "The `ratingKey` of a picture or theme of the item.", required=True),),
    answers=Answer.FILE,
)
async def picture_file(call: Call) -> Reply:
    """One of the pictures or themes of an item, by its name in their lists."""
    item = await item_of(call)
    found = await call.house.photographer.named(item.id, call.required("url"), call.viewer)
    return await send_picture(call, found)


# --- handing in and choosing -----------------------------------------------------------------------------------


async def _own(call: Call) -> ItemRow:
    """The item in the path, when the pictures are the caller's to choose: the owner's, but of one's own playlists."""
    item = await item_of(call)
    if item.section_id != NO_SECTION:
        Policy.OWNER.check(call.requester)
    return item


async def _changed(call: Call, item_id: int, kind: ArtKind) -> None:
    """What follows from the pictures of an item."""
    if kind in (ArtKind.THUMB, ArtKind.ART):
        await Pictures(call.house.database, call.house.workers, call.house.photographer.metadata).recolour(item_id)
    if kind is ArtKind.THUMB:
        await call.house.database.awrite(compose_above, item_id, urgent=False)


async def take_picture(call: Call, item_id: int, kind: ArtKind, data: bytes) -> None:
    """Show these bytes from now on, when they really are a picture (or a theme)."""
    if not data:
        raise BadRequestError("there is nothing in the body, and no url")
    if not call.viewer.is_owner and await call.house.database.read(_is_full, item_id):
        raise BadRequestError(f"at most {_MOST_OF_A_PLAYLIST} pictures are handed in for a playlist")
    extension = await (_theme_ending(call, data) if kind is ArtKind.THEME else _picture_ending(call, data))
    name = await asyncio.to_thread(keeping.keep, call.house.photographer.metadata, data, extension)
    await call.house.database.awrite(uploads.add_picture, item_id, kind, name)
    await _changed(call, item_id, kind)


async def _picture_ending(call: Call, data: bytes) -> str:
    try:
        return (await call.house.workers.run(analyze_picture, PictureSource(data=data))).extension
    except TaskError as error:
        raise BadRequestError(f"this is no picture that can be shown: {error}") from error


async def _theme_ending(call: Call, data: bytes) -> str:
    """Audio is probed as a file: it is written under the name of its content, which is no theme of anything yet."""
    metadata = call.house.photographer.metadata
    try:
        name = await asyncio.to_thread(keeping.keep, metadata, data, "theme")
        found = await call.house.workers.run(probe, FileArgs.of(str(made_path(metadata, name))))
    except TaskError as error:
        raise BadRequestError(f"this is no theme that can be played: {error}") from error
    finally:
        await asyncio.to_thread(keeping.discard, metadata, keeping.name_of(data, "theme"))
    kinds = {stream.type for stream in found.streams}
    if StreamType.AUDIO not in kinds or found.container not in _THEME_ENDINGS:
        raise BadRequestError("a theme is an audio file")
    return _THEME_ENDINGS[found.container]


def _is_full(r: Reader, item_id: int) -> bool:
    return uploads.how_many(r, item_id) >= _MOST_OF_A_PLAYLIST


async def fetch(call: Call, url: str, kind: ArtKind) -> bytes:
    """What lies at an address of another server. Where the owner typed it in, the home network counts too."""
    types = (
        ("audio/", "video/mp4", "application/octet-stream", "application/ogg")
        if kind is ArtKind.THEME
        else ("image/", "application/octet-stream", "binary/octet-stream")
    )
    try:
        answer = await call.house.fetcher.get(
            url,
            reach=Reach.OWNER_CHOSEN if call.viewer.is_owner else Reach.PUBLIC_ONLY,
            types=types,
            limits=Limits(largest_bytes=_MOST_BYTES),
        )
    except EgressError as error:
        raise BadRequestError(f"url: {error}") from error
    if not answer.ok:
        raise BadRequestError(f"url: the other server answers {answer.status}")
    return answer.body


def _names(choice: Choice) -> set[str]:
    """What one of the list may be called: by its provider, by its number, by both."""
    return {choice_key(choice)} | (set() if choice.row is None else {rating_key(choice.row)})


async def _take_or_choose(call: Call, kind: ArtKind) -> Reply:
    item = await _own(call)
    url = call.text("url")
    if url is None:
        await take_picture(call, item.id, kind, await call.body(_MOST_BYTES))
        return Reply()
    choices = await call.house.database.read(choices_of, item, kind)
    chosen = next((each for each in choices if url in _names(each)), None)
    if chosen is not None and chosen.row is not None:
        await call.house.database.awrite(uploads.choose_picture, chosen.row.id)
        await _changed(call, item.id, kind)
    elif chosen is not None and chosen.offer is not None:
        fetched = await call.house.photographer.posters.provided(item, chosen.offer.name)
        if fetched is None:
            raise BadRequestError("url: the provider names this picture, but it cannot be had from there now")
        await call.house.database.awrite(uploads.choose_provided, item.id, kind, fetched[1])
        await _changed(call, item.id, kind)
    elif url.startswith(("http://", "https://")):
        await take_picture(call, item.id, kind, await fetch(call, url, kind))
    else:
        raise BadRequestError("url names none of the item's pictures, and is no address of one")
    return Reply()


@routes.post(*_LIST_PATHS, policy=Policy.SIGNED_IN, takes=(_URL,), answers=Answer.NOTHING, body=_FILE)
async def add_picture(call: Call) -> Reply:
    """Hands in a picture, or a theme, and shows it; the field is locked. The owner's, but for one's own playlists."""
    return await _take_or_choose(call, _list_kind(call))


@routes.put(*_LIST_PATHS, policy=Policy.SIGNED_IN, takes=(_CHOICE,), answers=Answer.NOTHING)
async def choose_of_list(call: Call) -> Reply:
    """Chooses which of its pictures an item shows; the field is locked. The owner's, but for one's own playlists."""
    return await _take_or_choose(call, _list_kind(call))


@routes.post(
    "/library/metadata/{item_id:int}/{element}",
    policy=Policy.SIGNED_IN,
    takes=(_URL,),
    answers=Answer.NOTHING,
    body=_FILE,
)
async def set_element(call: Call) -> Reply:
    """Hands in a picture, or a theme, and shows it; the field is locked. The owner's, but for one's own playlists."""
    return await _take_or_choose(call, element_kind(call.param("element")))


@routes.put(
    "/library/metadata/{item_id:int}/{element}",
    policy=Policy.SIGNED_IN,
    takes=(_CHOICE,),
    answers=Answer.NOTHING,
    body=_FILE,
)
async def choose_picture(call: Call) -> Reply:
    """Chooses which of its pictures an item shows, or hands in a new one; both as above."""
    return await _take_or_choose(call, element_kind(call.param("element")))


@routes.delete("/library/metadata/{item_id:int}/{element}", policy=Policy.SIGNED_IN, answers=Answer.NOTHING)
async def show_none(call: Call) -> Reply:
    """Shows no such picture, or theme, any more; the field is locked, and the pictures stay to be chosen again."""
    kind = element_kind(call.param("element"))
    item = await _own(call)
    await call.house.database.awrite(uploads.want_no_picture, item.id, kind)
    await _changed(call, item.id, kind)
    return Reply()
