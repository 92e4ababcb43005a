"""The values of a condition: text from the query, typed by its field.

Dates are epoch seconds, ISO dates, or relative to now (``-3w``; units s, m, h, d, w, mon, y). A comma separates
alternatives. Since a title may itself hold a comma, "is" on a string also tries the whole text.
"""

import math
import re
from datetime import UTC, datetime, timedelta

from vitascope.core.query.errors import QueryError
from vitascope.core.query.fields import Field, FieldKind
from vitascope.core.query.syntax import Op

MAX_VALUES = 500

_RELATIVE = re.compile(r"([+-]?)(\d{1,9})(mon|[smhdwy])\Z")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mon": 30 * 86400, "y": 365 * 86400}
_TRUE = frozenset({"1", "true"})
_FALSE = frozenset({"0", "false"})
_INTEGER_LIMIT = 2**63 - 1

Value = int | float | str | bool


def parse_values(field: Field, op: Op, text: str, *, name: str, now: datetime) -> tuple[Value, ...]:
    """The alternatives in ``text``. Raises :class:`QueryError` naming the parameter ``name``."""
    pieces = text.split(",")
    if len(pieces) > MAX_VALUES:
        raise QueryError(f"{name}: more than {MAX_VALUES} values")
    if field.kind is FieldKind.STRING:
        if op in {Op.EQ, Op.NE} and len(pieces) > 1:
            pieces.insert(0, text)
        return tuple(pieces)
    pieces = [piece.strip() for piece in pieces]
    if field.kind is FieldKind.INTEGER:
        return tuple(_number(piece, name) for piece in pieces)
    if field.kind is FieldKind.BOOLEAN:
        return (_boolean(pieces, name),)
    if field.kind is FieldKind.DATE:
        return tuple(_date(piece, name, now) for piece in pieces)
    return tuple(pieces)


def _number(text: str, name: str) -> int | float:
    try:
        number = float(text) if "." in text else int(text)
    except ValueError:
        raise QueryError(f"{name}: {text!r} is no number") from None
    if not math.isfinite(number) or abs(number) > _INTEGER_LIMIT:
        raise QueryError(f"{name}: {text!r} is out of range")
    return number


def _boolean(pieces: list[str], name: str) -> bool:
    text = pieces[-1].lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise QueryError(f"{name}: {text!r} is neither 1 nor 0")


def _date(text: str, name: str, now: datetime) -> int:
    relative = _RELATIVE.match(text)
    try:
        if relative:
            sign = 1 if relative[1] == "+" else -1
            seconds = int(relative[2]) * _UNIT_SECONDS[relative[3]]
            # Counted from the full minute, so that a page and the next one are the same listing.
            base = now if relative[3] == "s" else now.replace(second=0, microsecond=0)
            return int((base + sign * timedelta(seconds=seconds)).timestamp())
        if re.fullmatch(r"-?\d{1,15}", text):
            return int(text)
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        raise QueryError(f"{name}: {text!r} is no date (epoch seconds, 2024-05-17, or -3w)") from None
