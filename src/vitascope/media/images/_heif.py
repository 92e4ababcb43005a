"""HEIC, as telephones write photographs: HEVC inside HEIF.

The libvips we ship decodes AV1 in that container but not HEVC, so those pixels come from libde265 through
``pi-heif``. It turns the picture upright by itself.
"""

import io
from typing import Any

import pi_heif

from vitascope.media.images.errors import UnreadablePictureError
from vitascope.media.workers.failure import Reason

_BANDS = {"L": 1, "RGB": 3, "RGBA": 4}


def decode(data: bytes) -> tuple[bytes, int, int, int, bytes | None]:
    """Pixels, width, height, bands (8 bits each) and colour profile. Raises :class:`UnreadablePictureError`."""
    try:
        picture: Any = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        width, height = picture.size
        bands = _BANDS[picture.mode]
        pixels = bytes(picture.data)
        stride = picture.stride
    except (ValueError, OSError, EOFError, KeyError, RuntimeError, SyntaxError) as error:
        raise UnreadablePictureError(f"not a readable HEIC picture: {error}", Reason.DAMAGED) from error
    row = width * bands
    if stride != row:
        pixels = b"".join(pixels[start : start + row] for start in range(0, stride * height, stride))
    return pixels, width, height, bands, picture.info.get("icc_profile")
