"""Small pictures along a part, for seeking: as BIF files, one at a time, and on sheets for browsers."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vitascope.api.call import Call
from vitascope.api.describe import Answer, integer
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.files import FileReply, open_below
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Header, Reply
from vitascope.api.routing import Routes
from vitascope.core import bif
from vitascope.core.bif import BifError, BifHead
from vitascope.media.probe.images import ImageBytes, image_size
from vitascope.media.probe.sniff import Format
from vitascope.media.workers import MediaError
from vitascope.store import items as store_items
from vitascope.store.files import file_of_part

routes = Routes()
T = TypeVar("T")

_COLUMNS, _ROWS = 8, 8
_BINARY = "application/octet-stream"
_KEPT: list[Header] = [(b"cache-control", b"private, max-age=86400")]
_NONE = "No index of pictures was made of this part."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """An open BIF file."""

    fd: int
    head: BifHead
    places: list[tuple[int, int]]

    def picture(self, number: int) -> bytes:
        begin, end = self.places[number]
        return os.pread(self.fd, end - begin, begin)


async def _path(call: Call) -> Path:
    """Where the index of the part in the path lies, if it has one; 404 for what the viewer may not see."""
    part_id = call.number("part_id")
    found = await call.house.database.read(store_items.part_for_delivery, part_id, call.viewer)
    of_part = None if found is None else await call.house.database.read(file_of_part, part_id)
    if of_part is None:
        raise NotFoundError("There is no such part.")
    fingerprint = of_part[0].fingerprint
    if fingerprint is None or call.params.get("index", "sd") != "sd":
        raise NotFoundError(_NONE)
    return call.house.bundles.index(fingerprint)


def _with_index(path: Path, root: Path, use: Callable[[_Index], T]) -> T:
    opened = open_below(os.fsencode(path), [os.fsencode(root)])
    try:
        head = bif.read_head(os.pread(opened.fd, bif.HEAD_BYTES, 0))
        places = bif.read_index(head, os.pread(opened.fd, head.index_bytes, bif.HEAD_BYTES), opened.size)
        if not places:
            raise NotFoundError(_NONE)
        return use(_Index(fd=opened.fd, head=head, places=places))
    except BifError as error:
        raise NotFoundError(f"The index of pictures is damaged: {error}.") from error
    finally:
        os.close(opened.fd)


async def _read(call: Call, use: Callable[[_Index], T]) -> T:
    return await asyncio.to_thread(_with_index, await _path(call), call.house.bundles.root, use)


@routes.get(
    "/library/parts/{part_id:int}/indexes/{index}",
    policy=Policy.SIGNED_IN,
    takes=(
        integer("interval", "Milliseconds between two pictures, not less than they were taken at; left out: as taken."),
    ),
    answers=Answer.FILE,
)
async def index_of_pictures(call: Call) -> Reply:
    """Small pictures along a part, as a BIF file."""
    interval_ms = call.integer("interval")
    if interval_ms is not None and interval_ms <= 0:
        raise BadRequestError("interval is a number of milliseconds above 0")
    if interval_ms is not None:
        body = await _read(call, lambda index: _thinned(index, interval_ms))
        if body is not None:
            return Reply(body=body, media_type=_BINARY.encode(), headers=list(_KEPT))
    opened = await asyncio.to_thread(open_below, os.fsencode(await _path(call)), [os.fsencode(call.house.bundles.root)])
    return FileReply(opened, receive=call.receive, request_headers=call.headers, content_type=_BINARY)


def _thinned(index: _Index, interval_ms: int) -> bytes | None:
    """A BIF file with fewer of the pictures; ``None`` when all are wanted."""
    own = index.head.interval_ms
    if interval_ms < own:
        raise NotFoundError(f"interval: the pictures were taken every {own} ms")
    if interval_ms == own:
        return None
    end_ms = own * index.head.count
    pictures = [index.picture(bif.place_at(index.head, at)) for at in range(0, end_ms, interval_ms)]
    return bif.front([len(one) for one in pictures], interval_ms) + b"".join(pictures)


@routes.get("/library/parts/{part_id:int}/indexes/{index}/{offset}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def picture_at(call: Call) -> Reply:
    """The small picture of a part that shows a moment, in milliseconds."""
    text = call.param("offset")

    def shown(index: _Index) -> bytes:
        # Only now: who may not see the part is told nothing else.
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise BadRequestError("the offset is a number of milliseconds")
        return index.picture(bif.place_at(index.head, int(text)))

    return Reply(body=await _read(call, shown), media_type=b"image/jpeg", headers=list(_KEPT))


# --- sheets for browsers ---------------------------------------------------------------------------------------


@routes.get("/vitascope/parts/{part_id:int}/sheets", policy=Policy.SIGNED_IN, answers=Answer.CONTAINER)
async def sheets(call: Call) -> Reply:
    """How the small pictures along a part lie on sheets: `interval` (milliseconds), `count`, `columns`, `rows`, the
    `width` and `height` of one picture, and the address of each sheet."""
    part_id = call.number("part_id")
    head, (width, height) = await _read(call, lambda index: (index.head, _size(index)))
    keys = [f"/vitascope/parts/{part_id}/sheets/{place}" for place in range(-(-head.count // (_COLUMNS * _ROWS)))]
    about: dict[str, Value] = {
        "size": len(keys),
        "interval": head.interval_ms,
        "count": head.count,
        "columns": _COLUMNS,
        "rows": _ROWS,
        "width": width,
        "height": height,
    }
    return call.reply(Container(about, [Node("Sheet", {"key": key}) for key in keys]))


def _size(index: _Index) -> tuple[int, int]:
    try:
        return image_size(ImageBytes(index.picture(0)), Format.JPEG)
    except MediaError as error:
        raise BifError(str(error)) from error


@routes.get("/vitascope/parts/{part_id:int}/sheets/{sheet:int}", policy=Policy.SIGNED_IN, answers=Answer.FILE)
async def sheet(call: Call) -> Reply:
    """One sheet of small pictures, row by row; the last may have fewer rows."""
    path, number = await _path(call), call.number("sheet")
    head = await asyncio.to_thread(_with_index, path, call.house.bundles.root, lambda index: index.head)
    first = number * _COLUMNS * _ROWS
    if first >= head.count:
        raise NotFoundError("There is no such sheet.")
    body = await call.house.photographer.sheet(path, first, _COLUMNS * _ROWS, _COLUMNS)
    return Reply(body=body, media_type=b"image/jpeg", headers=list(_KEPT))
