"""Lays pictures of a BIF file out on one sheet, row by row. Runs inside a worker process."""

import os
from pathlib import Path

from vitascope.core import bif
from vitascope.core.bif import BifError
from vitascope.media.images._vips import Image, VipsError, save_jpeg
from vitascope.media.previews.tasks import Sheet, SheetArgs
from vitascope.media.workers.failure import MediaError, Reason

_QUALITY = 75


def lay_out(args: SheetArgs) -> Sheet:
    """The sheet. Raises :class:`MediaError`."""
    try:
        pictures = _pictures(args)
        cells = [Image.new_from_buffer(data, "", access="sequential") for data in pictures]
        width, height = cells[0].width, cells[0].height
        same = [one if one.width == width and one.height == height else _fitted(one, width, height) for one in cells]
        columns = min(args.columns, len(same))
        sheet = Image.arrayjoin(same, across=columns, background=[0])
        return Sheet(jpeg=save_jpeg(sheet, quality=_QUALITY), width=width, height=height)
    except (BifError, VipsError, OSError) as error:
        raise MediaError(Reason.DAMAGED, f"the pictures cannot be read: {error}") from error


def _fitted(image: Image, width: int, height: int) -> Image:
    return image.thumbnail_image(width, height=height, size="force")


def _pictures(args: SheetArgs) -> list[bytes]:
    path = Path(os.fsdecode(args.path))
    with path.open("rb") as file:
        head = bif.read_head(file.read(bif.HEAD_BYTES))
        index = bif.read_index(head, file.read(head.index_bytes), path.stat().st_size)
        found: list[bytes] = []
        for begin, end in index[args.first : args.first + args.count]:
            file.seek(begin)
            found.append(file.read(end - begin))
    if not found:
        raise BifError("there are no pictures at that place")
    return found
