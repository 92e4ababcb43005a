"""Values as people and programs write them into NFO files, read without ever raising."""

import math
import re
from collections.abc import Iterable
from datetime import date

from vitascope.metadata.safe_xml import Element

MAX_TEXT = 20_000
MAX_LIST = 500

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d)")
_NUMBER = re.compile(r"[-+]?\d[\d.,' \u00a0]*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' \u00a0]\d{3})+")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_HOURS = re.compile(
    r"(?:(\d{1,3})\s*h(?:ours?|rs?|\b)?)?\s*(?:(\d{1,4})\s*(?:m|min|mins|minutes|')?\b.*)?", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s+/\s+|\s*[|;]\s*")
_COMMA_TOO = re.compile(r"\s+/\s+|\s*[|;,]\s*")


def text(value: str | None) -> str | None:
    """Trimmed, without control characters, of bounded length; ``None`` when nothing is left."""
    if value is None:
        return None
    cleaned = "".join(c for c in value if c >= " " or c in "\n\t").strip()
    return cleaned[:MAX_TEXT] or None


def child(element: Element, *names: str) -> str | None:
    """The text of the first child with one of the names, in the order of the names, that has any."""
    for name in names:
        for found in element.iterchildren(name):
            value = text(content(found))
            if value:
                return value
    return None


def content(element: Element) -> str:
    return "".join(part if isinstance(part, str) else part.decode() for part in element.itertext(with_tail=False))


def children(element: Element, *names: str) -> list[str]:
    """The texts of all children with one of the names."""
    return [value for name in names for found in element.iterchildren(name) if (value := text(content(found)))]


def split(values: Iterable[str], *, commas: bool = False) -> tuple[str, ...]:
    """One list of "Action / Drama", "Action|Drama" and single values; each once, in order."""
    pattern = _COMMA_TOO if commas else _SEPARATOR
    parts = [part.strip() for value in values for part in pattern.split(value)]
    return unique(parts)


def unique(values: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for value in values:
        if value:
            seen.setdefault(value.casefold(), value[:500])
    return tuple(seen.values())[:MAX_LIST]


def number(value: str | None) -> float | None:
    """A finite number, with a comma or a point as its decimal mark and any mark between thousands."""
    if value is None or not (match := _NUMBER.search(value[:100])):
        return None
    digits = re.sub(r"[' \u00a0]", "", match[0]).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        marks = {c for c in digits if c in ".,"}
        thousands = len(marks) == 1 and (digits.count(digits[last]) > 1 or (len(digits) - last == 4 and "," in marks))
        whole = re.sub(r"[.,]", "", digits[:last])
        digits = whole + digits[last + 1 :] if thousands else f"{whole}.{digits[last + 1 :]}"
    try:
        result = float(digits)
    except ValueError:
        return None
    return result if math.isfinite(result) else None


def whole(value: str | None, *, low: int, high: int) -> int | None:
    """A whole number from ``low`` to ``high``, else ``None``; any mark may stand between its thousands."""
    grouped = _GROUPED.fullmatch(value.strip()) if value else None
    result = number(re.sub(r"\D", "", grouped[0]) if grouped else value)
    if result is None or result != int(result) or not low <= result <= high:
        return None
    return int(result)


def iso_date(value: str | None) -> str | None:
    """``YYYY-MM-DD`` for a date that exists; of two numbers before a year the first is the day unless it cannot be."""
    if value is None:
        return None
    cleaned = value.strip()[:40]
    if match := _ISO.fullmatch(cleaned):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(cleaned):
        day, month, year = (int(part) for part in match.groups())
        if month > 12:
            day, month = month, day
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if found.year >= 1800 else None


def year_of(value: str | None) -> int | None:
    match = _YEAR.search(value[:60]) if value else None
    return int(match[1]) if match else None


def minutes_ms(value: str | None) -> int | None:
    """A running time: plain minutes, "136 min", "2h 16m", "2:16:00"."""
    if value is None:
        return None
    cleaned = value.strip()[:40]
    if match := _CLOCK.fullmatch(cleaned):
        return _bounded((int(match[1] or 0) * 60 + int(match[2])) * 60_000 + int(match[3]) * 1000)
    match = _HOURS.fullmatch(cleaned)
    if match and (match[1] or match[2]):
        return _bounded((int(match[1] or 0) * 60 + int(match[2] or 0)) * 60_000)
    plain = number(cleaned)
    return _bounded(int(plain * 60_000)) if plain is not None else None


def clock_ms(value: str | None) -> int | None:
    """The length of a track: "4:05", "1:02:03", or seconds."""
    if value is None:
        return None
    if match := _CLOCK.fullmatch(value.strip()[:40]):
        return _bounded(((int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])) * 1000)
    plain = number(value)
    return _bounded(int(plain * 1000)) if plain is not None else None


def _bounded(milliseconds: int) -> int | None:
    return milliseconds if 0 < milliseconds <= 100 * 3600 * 1000 else None


def local_path(value: str | None) -> str | None:
    """A relative path that stays below its folder; addresses and everything else are ``None``."""
    cleaned = text(value)
    if not cleaned or "://" in cleaned or "\n" in cleaned or "\\" in cleaned or cleaned.startswith(("/", "~")):
        return None
    if ":" in cleaned[:3] or len(cleaned) > 1000 or ".." in cleaned.split("/"):
        return None
    return cleaned
