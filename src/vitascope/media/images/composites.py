"""One picture made of up to four, for folders, seasons, collections and playlists that have none of their own."""

from collections.abc import Sequence

from vitascope.media.images._vips import Image, Source, flatten, load_scaled, open_header, read_source, save_jpeg
from vitascope.media.images.errors import UnreadablePictureError

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""

_BACKGROUND = (18, 18, 22)


def composite(pictures: Sequence[Source], *, width: int = 600, height: int = 600) -> bytes:
    """A JPEG of ``width`` x ``height`` that shows one, two, three or four of ``pictures``.

    What cannot be read is left out and the next one takes its place. Raises :class:`UnreadablePictureError` when
    nothing is left.
    """
    readable: list[bytes] = []
    for picture in pictures:
        try:
            data = read_source(picture)
            open_header(data)
            load_scaled(data, 8, 8)
        except UnreadablePictureError:
            continue
        readable.append(data)
        if len(readable) == 4:
            break
    if not readable:
        raise UnreadablePictureError("none of the pictures can be read")
    canvas = (Image.black(width, height, bands=3) + list(_BACKGROUND)).cast("uchar").copy(interpretation="srgb")
    for data, (left, top, tile_width, tile_height) in zip(readable, layout(len(readable), width, height), strict=True):
        tile = flatten(load_scaled(data, tile_width, tile_height, crop="attention"), _BACKGROUND)
        if tile.bands < 3:
            tile = tile[0].bandjoin([tile[0], tile[0]]).copy(interpretation="srgb")
        canvas = canvas.insert(tile, left, top)
    return save_jpeg(canvas)


def layout(count: int, width: int, height: int) -> list[Box]:
    """Where the tiles lie: whole; halves along the longer side; one large and two small; four quarters."""
    gap = max(2, round(min(width, height) / 120))
    left, right = (width - gap) // 2, width - gap - (width - gap) // 2
    top, bottom = (height - gap) // 2, height - gap - (height - gap) // 2
    x, y = left + gap, top + gap
    if count <= 1:
        return [(0, 0, width, height)]
    upright = height > width
    if count == 2:
        if upright:
            return [(0, 0, width, top), (0, y, width, bottom)]
        return [(0, 0, left, height), (x, 0, right, height)]
    if count == 3:
        if upright:
            return [(0, 0, width, top), (0, y, left, bottom), (x, y, right, bottom)]
        return [(0, 0, left, height), (x, 0, right, top), (x, y, right, bottom)]
    return [(0, 0, left, top), (x, 0, right, top), (0, y, left, bottom), (x, y, right, bottom)]
