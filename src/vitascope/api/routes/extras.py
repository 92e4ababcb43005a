"""Extras that the owner adds by their address, beside those that are files by their names.

An address is a file below one of the section's own folders (``file:///…`` or its absolute path), which is probed and
delivered as any other, or ``http(s)``. What lies elsewhere is never fetched by this server: its part answers with the
address (302), and whoever plays it goes there.
"""

import asyncio
import os

from vitascope.api.call import Call
from vitascope.api.describe import LISTING, Answer, integer, text
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.file_addresses import lies_below, path_of
from vitascope.api.listing import paged_reply, shape_of
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routes.upkeep import items_of
from vitascope.api.routing import Routes
from vitascope.core.edits.errors import EditError
from vitascope.core.edits.fields import line
from vitascope.core.model import ExtraType, ItemType, ProbedFile, StreamType
from vitascope.egress.errors import UrlRefused
from vitascope.egress.urls import parse_url
from vitascope.library.added_extras import playable
from vitascope.media.probe.tasks import FileArgs, probe
from vitascope.media.workers import TaskError
from vitascope.store import extras, items
from vitascope.store.errors import NotFound
from vitascope.store.rows import ItemRow
from vitascope.store.sections import locations

routes = Routes()

_HAVE_EXTRAS = frozenset(
    {
        ItemType.MOVIE,
        ItemType.SHOW,
        ItemType.SEASON,
        ItemType.EPISODE,
        ItemType.ARTIST,
        ItemType.ALBUM,
        ItemType.TRACK,
    }
)
_title = line(500, indexed=True, needed=True)
_LONGEST_ADDRESS = 2_000


@routes.post(
    "/library/metadata/{ids}/extras",
    policy=Policy.OWNER,
    takes=(
        text("url", "A file below the section's folders, or an http(s) address.", required=True,
             example="https://example.org/trailer.mp4"),
        text("title", "Its title.", required=True, example="Trailer"),
        integer("extraType", "What it is: 1 trailer (the default), 2 deleted scene, 3 interview, …", example=1),
        *LISTING,
    ),
    answers=Answer.ITEMS,
)  # fmt: skip
async def add_extra(call: Call) -> Reply:
    """Adds an extra by its address, to one or several items, and answers what was made."""
    ids = await items_of(call)
    rows = await call.house.database.read(items.get_items, ids, call.viewer)
    for row in rows:
        if row.type not in _HAVE_EXTRAS or row.extra_type is not None:
            raise BadRequestError(f"item {row.id} is nothing that has extras")
    kind = call.integer("extraType", int(ExtraType.TRAILER))
    if kind not in set(ExtraType):
        raise BadRequestError("extraType is none of 1 to 12")
    try:
        title = str(_title("title", call.required("title")))
    except EditError as error:
        raise BadRequestError(str(error)) from error
    address, known = await _read(call, rows, call.required("url"))
    try:
        made = await call.house.database.awrite(
            extras.add, ids, address=address, title=title, extra_type=int(kind), playable=playable(known)
        )
    except extras.TooMany as error:
        raise BadRequestError(str(error)) from error
    except NotFound:
        raise NotFoundError from None
    return await paged_reply(call, made, shape_of(call, across_sections=True))


async def _read(call: Call, rows: list[ItemRow], url: str) -> tuple[str, ProbedFile]:
    """The address as it is kept, and what is known of what lies there."""
    if len(url) > _LONGEST_ADDRESS:
        raise BadRequestError(f"url is longer than {_LONGEST_ADDRESS} characters")
    if url.startswith(extras.ELSEWHERE):
        try:
            target = parse_url(url)
        except UrlRefused as error:
            raise BadRequestError(f"url: {error}") from error
        ending = target.path.partition("?")[0].rpartition(".")[2].lower()
        return target.url, ProbedFile(container=ending if ending.isalnum() and len(ending) <= 4 else "")
    path = path_of(url)
    for section_id in {row.section_id for row in rows}:
        roots = [row.path for row in await call.house.database.read(locations, section_id)]
        if not await asyncio.to_thread(lies_below, path, roots):
            raise BadRequestError("url: no file below the folders of the item's section")
    try:
        found = await call.house.workers.run(probe, FileArgs.of(path))
    except TaskError as error:
        raise BadRequestError(f"url: the file cannot be read: {error}") from error
    if StreamType.VIDEO not in {stream.type for stream in found.streams}:
        raise BadRequestError("url: there is no picture in the file")
    return os.fsdecode(path), found
