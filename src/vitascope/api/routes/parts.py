"""Parts: the media files themselves, and the choice of streams for them."""

import asyncio
import os

from vitascope.api.call import Call
from vitascope.api.errors import NotFoundError
from vitascope.api.files import FileReply, media_type, open_below
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.store import items as store_items
from vitascope.store import states
from vitascope.store.sections import locations

routes = Routes()


@routes.get(
    "/library/parts/{part_id:int}/{stamp}/{name}",
    "/library/parts/{part_id:int}/{name}",
    "/library/parts/{part_id:int}",
    policy=Policy.SIGNED_IN,
)
async def part_file(call: Call) -> Reply:
    """The file of a part: whole, a range of it, or for saving."""
    found = await call.house.database.read(store_items.part_for_delivery, call.number("part_id"), call.viewer)
    if found is None:
        raise NotFoundError
    part, path, item = found
    roots = [row.path for row in await call.house.database.read(locations, item.section_id)]
    opened = await asyncio.to_thread(open_below, path, roots)
    name = os.path.basename(path).decode("utf-8", "replace")  # noqa: PTH119  # bytes, as they lie on disk
    kind = media_type(path)
    if kind == "application/octet-stream" and part.container:
        kind = media_type(f".{part.container}")
    return FileReply(
        opened,
        receive=call.receive,
        request_headers=call.headers,
        content_type=kind,
        download_name=name if call.flag("download") else None,
    )


@routes.put("/library/parts/{part_id:int}", policy=Policy.SIGNED_IN)
async def choose_streams(call: Call) -> Reply:
    """Chooses the audio and subtitle stream of a part for the viewer; subtitle 0 is none."""
    database = call.house.database
    found = await database.read(store_items.part_for_delivery, call.number("part_id"), call.viewer)
    if found is None:
        raise NotFoundError
    part, _, item = found
    audio, subtitle = call.integer("audioStreamID"), call.integer("subtitleStreamID")
    part_ids = [part.id]
    if call.flag("allParts"):
        (view,) = await database.read(store_items.hydrate, [item.id], call.viewer)
        part_ids = [other.part.id for media in view.media for other in media.parts if media.media.id == part.media_id]
    for part_id in part_ids:
        await database.awrite(
            states.choose_streams, call.person_id, part_id, audio_stream_id=audio, subtitle_stream_id=subtitle
        )
    return call.reply(Container({"size": 0}))
