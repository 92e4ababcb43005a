"""The picture inside a music file or film.

The bytes are handed over unopened, within limits: the room of images decodes them, in a worker. A picture whose header
claims more pixels than any cover has is refused here already (a few kilobytes can unpack to gigabytes).
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from mutagen import FileType, MutagenError
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from vitascope.media.probe.images import ImageBytes, image_size
from vitascope.media.probe.sniff import IMAGES, sniff
from vitascope.media.workers.failure import MediaError, Reason

MAX_PICTURE_BYTES = 32 * 1024 * 1024
MAX_PICTURE_PIXELS = 100_000_000
_FRONT_COVER = 3


def best_picture(opened: FileType) -> bytes | None:
    """The front cover, else the first picture there is."""
    found = sorted(_pictures(opened), key=lambda each: each[0] != _FRONT_COVER)
    return found[0][1] if found else None


def checked_picture(data: bytes) -> tuple[str, bytes]:
    """MIME type and bytes. Raises :class:`MediaError` for what is too large or no picture."""
    if len(data) > MAX_PICTURE_BYTES:
        raise MediaError(Reason.TOO_LARGE, f"an embedded picture of {len(data)} bytes")
    format_ = sniff(data[:64])
    if format_ not in IMAGES:
        raise MediaError(Reason.UNRECOGNISED, "the embedded picture is in no known format")
    width, height = image_size(ImageBytes(data), format_)
    if width * height > MAX_PICTURE_PIXELS:
        raise MediaError(Reason.TOO_LARGE, f"an embedded picture of {width} x {height} pixels")
    return f"image/{format_}", data


def _pictures(opened: FileType) -> Iterator[tuple[int, bytes]]:
    """Kind (as ID3 numbers them) and bytes."""
    tags: Any = opened.tags
    family = type(tags)
    if isinstance(opened, FLAC):
        yield from ((picture.type, picture.data) for picture in opened.pictures)
    if issubclass(family, ID3):
        yield from ((int(frame.type), frame.data) for frame in tags.getall("APIC"))
    elif issubclass(family, MP4Tags):
        yield from ((_FRONT_COVER, bytes(cover)) for cover in tags.get("covr") or [])
    elif issubclass(family, ASFTags):
        yield from (_asf_picture(bytes(value.value)) for value in tags.get("WM/Picture", []))
    elif issubclass(family, APEv2):
        for name, value in tags.items():
            if name.lower().startswith("cover art") and value.kind == 1:
                kind = _FRONT_COVER if "front" in name.lower() else 0
                yield kind, bytes(value.value).partition(b"\0")[2]
    elif tags is not None:
        yield from _vorbis_pictures(tags)


def _vorbis_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    picture_class: Any = Picture
    for encoded in tags.get("metadata_block_picture", []):
        try:
            picture: Any = picture_class(base64.b64decode(encoded))
        except (MutagenError, binascii.Error, ValueError):
            continue
        yield picture.type, picture.data
    for encoded in tags.get("coverart", []):
        try:
            yield _FRONT_COVER, base64.b64decode(encoded)
        except (binascii.Error, ValueError):
            continue


def _asf_picture(raw: bytes) -> tuple[int, bytes]:
    """A WM/Picture: kind, size, two NUL-terminated UTF-16 texts, data."""
    place = 5
    for _ in range(2):
        while place + 1 < len(raw) and raw[place : place + 2] != b"\0\0":
            place += 2
        place += 2
    return (raw[0] if raw else 0), raw[place:]
