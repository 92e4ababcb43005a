"""The fields and tags that can be edited: by their names in the API, with what they may hold.

Limits are those of what carries them: titles and tags stand in indexes, whose entries PostgreSQL bounds at some 2,700
bytes, also after folding. Text keeps line breaks where it is prose; other control characters are refused, since no
answer in XML can carry them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from vitascope.core.edits.errors import EditError
from vitascope.core.model import TagType
from vitascope.core.naming.titles import fold

Value = str | int | float | None
"""What a field holds; ``None``: nothing, on purpose."""

_INDEXED_BYTES = 2_000
_LARGEST_NUMBER = 2**31 - 1
_LATEST = 32_503_680_000  # the year 3000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"\s*[\t\r\n]+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an item."""

    name: str
    """In the API."""
    column: str
    """Of the item, or of its details."""
    read: Callable[[str, str], Value]
    """(parameter, text) -> value; raises :class:`EditError`."""


def _characters(parameter: str, text: str) -> str:
    if _CONTROL.search(text):
        raise EditError(f"{parameter} holds a control character")
    return text


def line(longest: int, *, indexed: bool = False, needed: bool = False) -> Callable[[str, str], Value]:
    """Text of one line and at most ``longest`` characters."""

    def read(parameter: str, text: str) -> Value:
        text = _BREAK.sub(" ", _characters(parameter, text)).strip()
        if not text:
            if needed:
                raise EditError(f"{parameter} is empty")
            return None
        if len(text) > longest:
            raise EditError(f"{parameter} is longer than {longest} characters")
        if indexed and max(len(text.encode()), len(fold(text).encode())) > _INDEXED_BYTES:
            raise EditError(f"{parameter} is longer than {_INDEXED_BYTES} bytes")
        return text

    return read


def prose(longest: int) -> Callable[[str, str], Value]:
    """Text of several lines and at most ``longest`` characters."""

    def read(parameter: str, text: str) -> Value:
        text = _characters(parameter, text).strip()
        if len(text) > longest:
            raise EditError(f"{parameter} is longer than {longest} characters")
        return text or None

    return read


def integer(least: int, most: int) -> Callable[[str, str], Value]:
    """A whole number."""

    def read(parameter: str, text: str) -> Value:
        if not text.strip():
            return None
        try:
            number = int(text)
        except ValueError:
            raise EditError(f"{parameter} is not a whole number") from None
        if not least <= number <= most:
            raise EditError(f"{parameter} is not between {least} and {most}")
        return number

    return read


def _rating(parameter: str, text: str) -> Value:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        raise EditError(f"{parameter} is not a number") from None
    if not 0 <= number <= 10:
        raise EditError(f"{parameter} is not between 0 and 10")
    return round(number, 1)


def _day(parameter: str, text: str) -> Value:
    """``YYYY-MM-DD``; the time that photographs are edited with is accepted, and the day of it kept."""
    text = text.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else _moment(text).date().isoformat()
    except ValueError:
        raise EditError(f"{parameter} is not a date like 1999-12-31") from None


def _moment(text: str) -> datetime:
    return datetime.strptime(text.replace("T", " ").rstrip("Z"), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the day counts


_FIELDS = (
    Field(name="title", column="title", read=line(500, indexed=True, needed=True)),
    Field(name="titleSort", column="title_sort", read=line(500, indexed=True)),
    Field(name="originalTitle", column="original_title", read=line(500)),
    Field(name="summary", column="summary", read=prose(50_000)),
    Field(name="tagline", column="tagline", read=prose(2_000)),
    Field(name="studio", column="studio", read=line(500)),
    Field(name="contentRating", column="content_rating", read=line(100)),
    Field(name="editionTitle", column="edition", read=line(100)),
    Field(name="originallyAvailableAt", column="available_at", read=_day),
    Field(name="year", column="year", read=integer(0, 9999)),
    Field(name="rating", column="rating", read=_rating),
    Field(name="audienceRating", column="audience_rating", read=_rating),
    Field(name="userRating", column="", read=_rating),
    Field(name="index", column="index_number", read=integer(0, _LARGEST_NUMBER)),
    Field(name="parentIndex", column="parent_index", read=integer(0, _LARGEST_NUMBER)),
    Field(name="absoluteIndex", column="absolute_index", read=integer(0, _LARGEST_NUMBER)),
    Field(name="addedAt", column="added_at", read=integer(0, _LATEST)),
)
FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
FIELDS["sortTitle"] = FIELDS["titleSort"]
FIELDS["capturedTime"] = FIELDS["originallyAvailableAt"]

TAGS: dict[str, TagType] = {
    "genre": TagType.GENRE,
    "collection": TagType.COLLECTION,
    "director": TagType.DIRECTOR,
    "writer": TagType.WRITER,
    "producer": TagType.PRODUCER,
    "actor": TagType.ROLE,
    "country": TagType.COUNTRY,
    "label": TagType.LABEL,
    "mood": TagType.MOOD,
    "style": TagType.STYLE,
    "similar": TagType.SIMILAR,
    "tag": TagType.AUTOTAG,
    "format": TagType.FORMAT,
    "subformat": TagType.SUBFORMAT,
    "network": TagType.NETWORK,
}
"""Tags by their name in the API, which is also the name they are locked by."""
ALIASES: dict[str, str] = {"role": "actor", "autotag": "tag"}

LOCK_ONLY = frozenset(
    {"thumb", "art", "banner", "theme", "clearLogo", "squareArt", "poster", "mediaType", "lyrics", "chapterSource"}
)
"""What can be locked and is chosen elsewhere: pictures, and what clients lock that know more fields than there are."""

_tag = line(500, indexed=True)
_role = line(500)


def read_tag(parameter: str, text: str) -> str | None:
    """A tag, ``None`` when there is nothing in it."""
    found = _tag(parameter, text)
    return None if found is None else str(found)


def read_role(parameter: str, text: str) -> str | None:
    """What a tag is on this item: of an actor the character."""
    found = _role(parameter, text)
    return None if found is None else str(found)
