"""What a photograph says about itself: when, where, with what, and what somebody wrote about it.

EXIF (through ``exifread``), XMP (in the file or in a sidecar beside it) and IPTC are read and joined: a sidecar is
believed before the file, and of words XMP before IPTC before EXIF, since that is the order in which programs write
them today. Only the head of the file is read where the format allows it.
"""

import io
import logging
import math
import os
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, BinaryIO

import exifread

from vitascope.media.images._files import picture_file
from vitascope.media.images._iptc import IptcInfo, read_iptc
from vitascope.media.images._vips import header_of_file, orientation
from vitascope.media.images._xmp import XmpInfo, read_xmp
from vitascope.media.images.errors import UnreadablePictureError
from vitascope.media.images.results import PhotoInfo

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it reports every oddity of every camera

_DATE = re.compile(
    r"(\d{4})[:\-/]?(\d{2})[:\-/]?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_XMP_GPS = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")


def exif(path: str | bytes | os.PathLike[str], *, sidecar: bytes | None = None) -> PhotoInfo:
    """Everything known about a photograph; ``sidecar`` is the content of its XMP file.

    Raises :class:`UnreadablePictureError` when the file cannot be opened or is no picture at all; damaged or missing
    metadata raises nothing.
    """
    xmp, iptc = XmpInfo(), IptcInfo()
    try:
        header = header_of_file(path)
    except UnreadablePictureError:
        # A raw file, say: EXIF can be read where the picture itself cannot.
        tags = _exif_of_file(path)
        if not tags:
            raise
        width = _integer(tags.get("EXIF ExifImageWidth") or tags.get("Image ImageWidth"))
        height = _integer(tags.get("EXIF ExifImageLength") or tags.get("Image ImageLength"))
        turned = _integer(tags.get("Image Orientation")) or 1
    else:
        blob = bytes(header.get("exif-data")) if header.get_typeof("exif-data") else b""
        tags = _exif_tags(io.BytesIO(blob.removeprefix(b"Exif\0\0"))) if blob else _exif_of_file(path)
        width, height, turned = header.width, header.height, orientation(header)
        if header.get_typeof("xmp-data"):
            xmp = read_xmp(bytes(header.get("xmp-data")))
        if header.get_typeof("iptc-data"):
            iptc = read_iptc(bytes(header.get("iptc-data")))
    if turned in {5, 6, 7, 8}:
        width, height = height, width
    beside = read_xmp(sidecar) if sidecar else XmpInfo()
    return _joined(tags, beside, xmp, iptc, width=width, height=height, turned=turned if 1 <= turned <= 8 else 1)


def _exif_of_file(path: str | bytes | os.PathLike[str]) -> dict[str, Any]:
    with picture_file(path) as file:
        return _exif_tags(file.stream())


def _exif_tags(file: BinaryIO) -> dict[str, Any]:
    try:
        return dict(exifread.process_file(file, details=False, extract_thumbnail=False))
    except Exception:  # noqa: BLE001 - a parser of hostile bytes: whatever it raises means that there is no EXIF
        return {}


def _joined(
    tags: dict[str, Any],
    beside: XmpInfo,
    xmp: XmpInfo,
    iptc: IptcInfo,
    *,
    width: int | None,
    height: int | None,
    turned: int,
) -> PhotoInfo:
    taken = _taken(tags, beside, xmp, iptc)
    latitude, longitude = _position(tags, beside, xmp)
    rating = next((r for r in (beside.rating, xmp.rating, _integer(tags.get("Image Rating"))) if r is not None), None)
    keywords = beside.keywords or xmp.keywords or iptc.keywords or _xp_list(tags.get("Image XPKeywords"))
    return PhotoInfo(
        width=width,
        height=height,
        orientation=turned,
        taken_local=_local(taken),
        taken_at=_epoch(taken),
        make=_text(tags.get("Image Make")) or xmp.make,
        model=_text(tags.get("Image Model")) or xmp.model,
        lens=_text(tags.get("EXIF LensModel")) or xmp.lens,
        aperture=_aperture(tags),
        exposure=_exposure(_number(tags.get("EXIF ExposureTime"))),
        iso=_integer(tags.get("EXIF ISOSpeedRatings") or tags.get("EXIF PhotographicSensitivity")) or None,
        focal_length_mm=_rounded(_number(tags.get("EXIF FocalLength")), 1),
        focal_length_35mm=_integer(tags.get("EXIF FocalLengthIn35mmFilm")) or None,
        latitude=latitude,
        longitude=longitude,
        altitude_m=_altitude(tags),
        rating=rating if rating is not None and 1 <= rating <= 5 else None,
        title=beside.title or xmp.title or iptc.title or _xp_text(tags.get("Image XPTitle")),
        caption=beside.caption or xmp.caption or iptc.caption or _text(tags.get("Image ImageDescription")),
        keywords=keywords,
        software=_text(tags.get("Image Software")),
        artist=_text(tags.get("Image Artist")),
        copyright=_text(tags.get("Image Copyright")),
    )


def _taken(tags: dict[str, Any], beside: XmpInfo, xmp: XmpInfo, iptc: IptcInfo) -> datetime | None:
    for text, offset in (
        (beside.taken, None),
        (_text(tags.get("EXIF DateTimeOriginal")), _text(tags.get("EXIF OffsetTimeOriginal"))),
        (_text(tags.get("EXIF DateTimeDigitized")), _text(tags.get("EXIF OffsetTimeDigitized"))),
        (xmp.taken, None),
        (iptc.taken, None),
        (_text(tags.get("Image DateTime")), _text(tags.get("EXIF OffsetTime"))),
    ):
        if (found := _date(text, offset)) is not None:
            return found
    return None


def _date(text: str | None, offset: str | None) -> datetime | None:
    match = _DATE.match(text.strip()) if text else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        found = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - a camera's clock has no zone
        zone = _zone(match[7] or offset)
        return found.replace(tzinfo=zone) if zone and year >= 1826 else found if year >= 1826 else None
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    match = _OFFSET.match(text.strip())
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    delta = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-delta if match[1] == "-" else delta)


def _local(taken: datetime | None) -> str | None:
    return taken.isoformat(timespec="seconds") if taken else None


def _epoch(taken: datetime | None) -> int | None:
    if taken is None:
        return None
    return int((taken if taken.tzinfo else taken.replace(tzinfo=UTC)).timestamp())


def _position(tags: dict[str, Any], beside: XmpInfo, xmp: XmpInfo) -> tuple[float | None, float | None]:
    latitude = _degrees(tags.get("GPS GPSLatitude"), _text(tags.get("GPS GPSLatitudeRef")), 90)
    longitude = _degrees(tags.get("GPS GPSLongitude"), _text(tags.get("GPS GPSLongitudeRef")), 180)
    for source in (beside, xmp):
        if latitude is None or longitude is None:
            latitude, longitude = _xmp_degrees(source.latitude, 90), _xmp_degrees(source.longitude, 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None  # cameras without a fix write zeros
    return latitude, longitude


def _degrees(tag: Any, reference: str | None, limit: int) -> float | None:
    parts = [_ratio(value) for value in tag.values] if tag is not None and isinstance(tag.values, list) else []
    numbers = [part for part in parts if part is not None]
    if not numbers or len(numbers) != len(parts) or len(numbers) > 3:
        return None
    value = math.fsum(number / 60**place for place, number in enumerate(numbers))
    if not 0 <= value <= limit:
        return None
    return round(-value if (reference or "").upper()[:1] in {"S", "W"} else value, 7)


def _xmp_degrees(text: str | None, limit: int) -> float | None:
    match = _XMP_GPS.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    value = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    if value > limit:
        return None
    return round(-value if match[4] in {"S", "W"} else value, 7)


def _altitude(tags: dict[str, Any]) -> float | None:
    value = _number(tags.get("GPS GPSAltitude"))
    if value is None:
        return None
    below = _integer(tags.get("GPS GPSAltitudeRef")) == 1
    return _rounded(-value if below else value, 1)


def _aperture(tags: dict[str, Any]) -> float | None:
    value = _number(tags.get("EXIF FNumber"))
    if value is None and (apex := _number(tags.get("EXIF ApertureValue"))) is not None and 0 < apex < 20:
        value = 2 ** (apex / 2)
    return _rounded(value, 1) if value and 0 < value < 1000 else None


def _exposure(seconds: float | None) -> str | None:
    if seconds is None or not 0 < seconds < 1_000_000:
        return None
    if seconds < 0.3:
        return f"1/{round(1 / seconds)}"
    return f"{seconds:.1f}".rstrip("0").rstrip(".")


def _number(tag: Any) -> float | None:
    values = getattr(tag, "values", None)
    return _ratio(values[0]) if isinstance(values, list) and values else None


def _ratio(value: Any) -> float | None:
    try:
        number: float = float(value.num) / float(value.den) if hasattr(value, "den") else float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _integer(tag: Any) -> int | None:
    number = _number(tag)
    return int(number) if number is not None and abs(number) < 10**9 else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _text(tag: Any) -> str | None:
    values = getattr(tag, "values", None)
    if isinstance(values, str):
        cleaned = values.split("\0")[0].strip()[:5000]
        return cleaned or None
    return None


def _xp_text(tag: Any) -> str | None:
    # What Windows writes: UTF-16 as a list of bytes.
    values = getattr(tag, "values", None)
    if not isinstance(values, list) or not all(isinstance(value, int) and 0 <= value < 256 for value in values):
        return None
    return bytes(values).decode("utf-16-le", "replace").split("\0")[0].strip()[:5000] or None


def _xp_list(tag: Any) -> tuple[str, ...]:
    text = _xp_text(tag) or ""
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
