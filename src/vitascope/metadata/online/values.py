"""Taking values out of JSON that anybody may have written: of the right type and within bounds, or nothing."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from vitascope.metadata.online.errors import ProviderError

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_WHOLE = re.compile(r"\s*(-?[0-9]{1,18})\s*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_LISTED = 500


def decoded(body: bytes) -> dict[str, Any]:
    """The object that an answer is. Raises :class:`ProviderError`."""
    found = parsed(body)
    if not isinstance(found, dict):
        raise ProviderError("the answer is not a JSON object")
    return found


def parsed(body: bytes) -> object:
    """What an answer is in JSON, whatever that may be. Raises :class:`ProviderError`."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProviderError("the answer is not JSON") from error


def text(value: object, longest: int = 500) -> str | None:
    """Text without control characters and marks that turn the direction of writing, cut at ``longest``."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    cleaned = _CONTROL.sub("", str(value)).strip()
    return cleaned[:longest].strip() or None


def whole(value: object, low: int, high: int) -> int | None:
    if isinstance(value, str) and (written := _WHOLE.fullmatch(value)):
        value = int(written[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if low <= value <= high else None


def decimal(value: object, low: float, high: float) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None


def date(value: object) -> str | None:
    """``YYYY-MM-DD`` of the calendar, also out of a time with one."""
    found = text(value, 10)
    if found is None or not _DATE.fullmatch(found):
        return None
    try:
        return datetime.date.fromisoformat(found).isoformat()
    except ValueError:
        return None


def objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list; a single one that stands for a list of one, too."""
    for each in (value if isinstance(value, list) else [value])[:MOST_LISTED]:
        if isinstance(each, dict):
            yield each


def tags(value: object, longest: int = 200) -> tuple[str, ...]:
    """``tag`` of each object, each once."""
    found = (text(each.get("tag"), longest) for each in objects(value))
    return tuple(dict.fromkeys(tag for tag in found if tag))
