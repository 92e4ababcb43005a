"""The bytes of subtitles that are files of their own, and how much later one is shown than its file says.

What a person set counts. Where nobody did, a player may ask (``autoAdjustSubtitle``) that a subtitle of text is shown
where somebody speaks.
"""

import asyncio
from typing import cast

from vitascope.api.call import Call
from vitascope.api.errors import ApiError, BadRequestError, NotFoundError
from vitascope.api.far_files import read_media
from vitascope.api.render.shown import info_of
from vitascope.library import keeping
from vitascope.media.subtitles.converting import Source
from vitascope.store import choices, files
from vitascope.store.rows import StreamRow
from vitascope.store.sections import locations

SOURCES = ("srt", "vtt", "ass", "ssa", "smi")
_MOST_BYTES = 32 * 1024 * 1024


async def beside(call: Call, file_id: int) -> tuple[bytes, bytes]:
    """Name and bytes of a file beside the media. Raises :class:`NotFoundError`."""
    database = call.house.database
    file = (await database.read(files.files_by_id, [file_id])).get(file_id)
    roots = {row.id: row.path for row in await database.read(locations)}
    if file is None or file.location_id not in roots:
        raise NotFoundError
    root = roots[file.location_id]
    path = root.rstrip(b"/") + b"/" + file.path
    return file.path, await asyncio.to_thread(_read, path, root)


async def handed_in(call: Call, name: str) -> tuple[bytes, bytes]:
    """Name and bytes of a subtitle that was handed in. Raises :class:`NotFoundError`."""
    try:
        return name.encode(), await asyncio.to_thread(keeping.read, call.house.photographer.metadata, name)
    except (FileNotFoundError, ValueError):
        raise NotFoundError("The subtitle's file is not there any more.") from None


def _read(path: bytes, root: bytes) -> bytes:
    data = read_media(path, [root], _MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise BadRequestError("the file is too large for a subtitle")
    return data


def is_file(stream: StreamRow) -> bool:
    """It lies beside the media, or was handed in."""
    return stream.index_number is None and (stream.file_id is not None or info_of(stream).upload is not None)


async def file_of(call: Call, stream: StreamRow) -> tuple[bytes, bytes]:
    """Name and bytes of a subtitle that is a file. Raises :class:`NotFoundError`."""
    upload = info_of(stream).upload
    return await (handed_in(call, upload) if upload is not None else beside(call, stream.file_id or 0))


def source_of(name: bytes) -> Source | None:
    """The format of a subtitle by its name; ``None`` for what is no text."""
    ending = name.rpartition(b".")[2].decode("ascii", "ignore").lower()
    return cast("Source", ending) if ending in SOURCES else None


async def fitted_ms(call: Call, stream: StreamRow, content: bytes | None) -> int:
    """How much later a subtitle belongs by what is spoken in the film of that content; 0 where nothing tells."""
    if content is None or not is_file(stream):
        return 0
    try:
        name, data = await file_of(call, stream)
    except (ApiError, OSError):
        return 0
    source = source_of(name)
    return 0 if source is None else await call.house.fitter.offset_ms(content, data, source)


async def offset_ms(call: Call, stream: StreamRow) -> int:
    """How much later a subtitle is shown in answer to this call."""
    moved = await call.house.database.read(choices.offset_of, stream)
    if moved or not call.flag("autoAdjustSubtitle"):
        return moved
    found = await call.house.database.read(files.file_of_part, stream.part_id)
    return 0 if found is None else await fitted_ms(call, stream, found[0].fingerprint)
