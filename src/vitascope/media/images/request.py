"""What ``/photo/:/transcode`` and ``/services/ultrablur/image`` are asked for: query parameters as validated values.

Pure, and free of the image library, so that the server process can check a request and look into the cache without
loading it. The defaults are those of the published API description: JPEG, fitted inside the box, never enlarged,
orientation obeyed, full chroma.
"""

import math
import re
from collections.abc import Mapping

from msgspec import Struct

from vitascope.media.images.errors import PictureRequestError
from vitascope.media.images.results import UltraBlurColors

MAX_SIDE = 4096
"""No answer is wider or higher; a larger box is cut down to it."""
MAX_BLUR = 200

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "ppm": "image/x-portable-pixmap",
    "webp": "image/webp",
}
_FORMATS = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "ppm": "ppm", "webp": "webp"}
_COLOR = re.compile(r"#?(?:([0-9a-f]{6})|([0-9a-f]{3}))", re.IGNORECASE)

Color = tuple[int, int, int]


class PhotoRequest(Struct, frozen=True, kw_only=True):
    """How a picture is to come back. Build it with :meth:`parse`, or directly from trusted values."""

    width: int | None = None
    height: int | None = None
    min_size: bool = False
    """The box is a minimum: the picture covers it and may overflow one side. Otherwise it fits inside."""
    upscale: bool = False
    format: str = "jpg"
    quality: int = -1
    """1..100, or -1: as good as is sensible."""
    background: Color | None = None
    """Painted before the picture: shows where the picture is transparent."""
    blend_color: Color | None = None
    """Multiplied with the picture: white leaves it as it is, black makes it black."""
    opacity: int = 100
    saturation: int = 100
    blur: int = 0
    rotate: bool = True
    """Obey the orientation that the camera noted."""
    chroma_subsampling: int = 3
    """0: 4:1:1, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. JPEG is written as 4:2:0 for the first two, else as 4:4:4."""

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "PhotoRequest":
        """Read the query parameters; empty ones count as absent, unknown ones are left alone.

        Raises :class:`PictureRequestError` for a value that means nothing.
        """
        given = {name: value.strip() for name, value in parameters.items() if value.strip()}
        name = given.get("format", "jpg").lower()
        if name not in _FORMATS:
            raise PictureRequestError("format", "must be one of " + ", ".join(sorted(_FORMATS)))
        quality = _number(given, "quality", -1, low=-1, high=127)
        return cls(
            width=_side(given, "width"),
            height=_side(given, "height"),
            min_size=_flag(given, "minSize", default=False),
            upscale=_flag(given, "upscale", default=False),
            format=_FORMATS[name],
            quality=min(quality, 100) if quality > 0 else -1,
            background=_color(given, "background"),
            blend_color=_color(given, "blendColor"),
            opacity=_number(given, "opacity", 100, low=0, high=100),
            saturation=_number(given, "saturation", 100, low=0, high=100),
            blur=min(_number(given, "blur", 0, low=0, high=100_000), MAX_BLUR),
            rotate=_flag(given, "rotate", default=True),
            chroma_subsampling=_number(given, "chromaSubsampling", 3, low=0, high=3),
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    def target(self, width: int, height: int) -> tuple[int, int]:
        """The size in pixels that a picture of ``width`` x ``height`` comes back in; both sides keep their ratio."""
        ratios = [want / have for want, have in ((self.width, width), (self.height, height)) if want]
        scale = (max(ratios) if self.min_size else min(ratios)) if ratios else 1.0
        if not self.upscale:
            scale = min(scale, 1.0)
        scale = min(scale, MAX_SIDE / width, MAX_SIDE / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def key(self) -> str:
        """Equal for equal requests, and for nothing else: part of the name of a cached answer."""
        return "|".join(f"{name}={getattr(self, name)}" for name in self.__struct_fields__)


class UltraBlurRequest(Struct, frozen=True, kw_only=True):
    """A soft background to be painted from four colours."""

    colors: UltraBlurColors
    width: int = 1280
    height: int = 720
    noise: bool = False
    """Hides the banding of the gradients, and makes the file larger."""

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "UltraBlurRequest":
        """Read the query parameters. Raises :class:`PictureRequestError` for a bad or missing one."""
        given = {name: value.strip() for name, value in parameters.items() if value.strip()}
        corners: dict[str, str] = {}
        for name in ("topLeft", "topRight", "bottomRight", "bottomLeft"):
            color = _color(given, name)
            if color is None:
                raise PictureRequestError(name, "must be a colour of six hexadecimal digits")
            corners[name] = bytes(color).hex()
        return cls(
            colors=UltraBlurColors(
                top_left=corners["topLeft"],
                top_right=corners["topRight"],
                bottom_right=corners["bottomRight"],
                bottom_left=corners["bottomLeft"],
            ),
            width=_number(given, "width", 1280, low=320, high=3840),
            height=_number(given, "height", 720, low=240, high=2160),
            noise=_flag(given, "noise", default=False),
        )


def _number(given: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise PictureRequestError(name, f"must be a number from {low} to {high}")
    return round(value)


def _side(given: Mapping[str, str], name: str) -> int | None:
    # Clients work out boxes from the density of their screen: fractions and very large boxes are both seen.
    if name not in given:
        return None
    value = _number(given, name, 0, low=0, high=1_000_000)
    return min(value, MAX_SIDE) or None


def _flag(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name)
    if text is None:
        return default
    if text.lower() in {"1", "true"}:
        return True
    if text.lower() in {"0", "false"}:
        return False
    raise PictureRequestError(name, "must be 0 or 1")


def _color(given: Mapping[str, str], name: str) -> Color | None:
    text = given.get(name)
    if text is None or text.lower() == "none":
        return None
    match = _COLOR.fullmatch(text)
    if match is None:
        raise PictureRequestError(name, "must be a colour of six hexadecimal digits")
    digits = match[1] or "".join(digit * 2 for digit in match[2])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
