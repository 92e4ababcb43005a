"""Container and dimensions of a picture, from its header alone.

Decoding belongs to the room of images; a scan only needs to list a photo with its size, and must not be stopped by a
picture that claims a billion pixels.
"""

import struct
from collections.abc import Iterator
from typing import Protocol

from vitascope.media.probe.sniff import Format
from vitascope.media.workers.failure import MediaError, Reason

_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class ImageSource(Protocol):
    """Bytes of a picture: an open file, or :class:`ImageBytes`."""

    @property
    def head(self) -> bytes: ...

    def read_at(self, offset: int, count: int, /) -> bytes: ...


class ImageBytes:
    """A picture in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.head = data[:65536]

    def read_at(self, offset: int, count: int, /) -> bytes:
        return self._data[offset : offset + count]


def image_size(file: ImageSource, format_: Format) -> tuple[int, int]:
    """Width and height as stored (orientation not applied). Raises :class:`MediaError` for a damaged header."""
    try:
        size = _READERS[format_](file)
    except (struct.error, IndexError) as error:
        raise MediaError(Reason.DAMAGED, f"{format_}: the header is cut short") from error
    if size is None or not all(size):
        raise MediaError(Reason.DAMAGED, f"{format_}: no dimensions in the header")
    return size


def _jpeg(file: ImageSource) -> tuple[int, int] | None:
    place = 2
    for _ in range(512):
        header = file.read_at(place, 9)
        if len(header) < 9 or header[0] != 0xFF:
            return None
        if header[1] == 0xFF:
            place += 1
            continue
        if header[1] in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", header, 5)
            return width, height
        place += 2 + int.from_bytes(header[2:4], "big")
    return None


def _png(file: ImageSource) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", file.head, 16)
    return width, height


def _gif(file: ImageSource) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", file.head, 6)
    return width, height


def _bmp(file: ImageSource) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<ii", file.head, 18)
    return abs(width), abs(height)


def _webp(file: ImageSource) -> tuple[int, int] | None:
    head = file.head
    match head[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def _heif(file: ImageSource) -> tuple[int, int] | None:
    """The largest ``ispe`` property: grid pictures carry one for the tiles too."""
    sizes = [
        (width, height)
        for kind, content in _boxes(file.head, 0, len(file.head))
        if kind == b"ispe"
        for width, height in [struct.unpack_from(">II", content, 4)]
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """All boxes on the way down to the item properties."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8:
            return
        inner_end = min(start + size, end)
        yield kind, data[start + 8 : inner_end]
        if kind in {b"meta", b"iprp", b"ipco"}:
            yield from _boxes(data, start + (12 if kind == b"meta" else 8), inner_end)
        start += size


def _tiff(file: ImageSource) -> tuple[int, int] | None:
    order = "<" if file.head.startswith(b"II") else ">"
    (place,) = struct.unpack_from(order + "I", file.head, 4)
    directory = file.read_at(place, 2 + 12 * 64)
    (count,) = struct.unpack_from(order + "H", directory)
    found: dict[int, int] = {}
    for index in range(min(count, (len(directory) - 2) // 12)):
        tag, kind = struct.unpack_from(order + "HH", directory, 2 + 12 * index)
        if tag in {256, 257}:
            (found[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), directory, 10 + 12 * index)
    return (found[256], found[257]) if len(found) == 2 else None


_READERS = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.GIF: _gif,
    Format.BMP: _bmp,
    Format.WEBP: _webp,
    Format.HEIF: _heif,
    Format.TIFF: _tiff,
}
