"""Photos, the clips among them, and other videos: their name is their title, their folder their album.

Cameras and phones write the moment into the name; it stands in for the date where a file carries no EXIF.
"""

import re
from dataclasses import dataclass

from vitascope.core.naming._text import readable, spaced, split_path, stem_of, tidy

_MOMENT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-._ ]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:[-_. T]*(?:at\s)?(?P<h>[01]\d|2[0-3])[-.:_h]?(?P<min>[0-5]\d)"
    r"(?:[-.:_m]?(?P<sec>[0-5]\d)(?=\D|\d{3}(?!\d)|$))?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoName:
    """A photo or clip. ``album_folder`` is empty for one that lies in the root."""

    title: str
    album: str | None = None
    album_folder: str = ""
    taken_at: str | None = None
    """Local time as the name gives it: ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM:SS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoName:
    """A video of a section without matching: the title is the file's name."""

    title: str
    folder: str = ""


def parse_photo(path: str) -> PhotoName:
    folders, file_name = split_path(path)
    stem = stem_of(file_name)
    return PhotoName(
        title=readable(stem).strip() or readable(file_name),
        album=(readable(folders[-1]).strip() or None) if folders else None,
        album_folder="/".join(folders),
        taken_at=moment_of(stem),
    )


def photo_sidecars(path: str) -> tuple[str, ...]:
    """Where an XMP file of a photograph may lie, the name that is more exact first."""
    folder, slash, name = path.rpartition("/")
    return tuple(f"{folder}{slash}{base}{ending}" for base in (name, stem_of(name)) for ending in (".xmp", ".XMP"))


def parse_video(path: str) -> VideoName:
    folders, file_name = split_path(path)
    stem = readable(stem_of(file_name))
    return VideoName(title=tidy(spaced(stem)) or stem.strip() or readable(file_name), folder="/".join(folders))


def moment_of(stem: str) -> str | None:
    """The date, and the time if there is one, in a name such as ``IMG_20190704_153012``."""
    for found in _MOMENT.finditer(stem):
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
        if day > 30 and month in (4, 6, 9, 11):
            continue
        if month == 2 and day > (29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28):
            continue
        date = f"{year:04}-{month:02}-{day:02}"
        if found["h"] is None:
            return date
        return f"{date}T{found['h']}:{found['min']}:{found['sec'] or '00'}"
    return None
