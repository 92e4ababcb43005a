"""The logs that apps post into the server's.

What comes from outside is cut, made printable and put on one line: nobody writes lines of their own into the log, or
sequences that a terminal obeys. Several lines in one request are all looked at before the first is written.
"""

import logging
from dataclasses import dataclass
from urllib.parse import parse_qsl

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()

_log = logging.getLogger("vitascope.app_log")
_LONGEST_LINE = 2_000
_LONGEST_SOURCE = 100
_MOST_LINES = 500
_MOST_BODY = 2 * 1024 * 1024
_LEVELS = {
    "0": logging.ERROR,
    "1": logging.WARNING,
    "2": logging.INFO,
    "3": logging.DEBUG,
    "4": logging.DEBUG,
}
_LINE: tuple[Parameter, ...] = (
    Parameter(
        name="level",
        kind="integer",
        what="How grave it is: 0 error, 1 warning, 2 information, 3 detail (the default), 4 everything.",
        choices=tuple(_LEVELS),
        example=2,
    ),
    text("message", "What is written.", required=True, example="Playback began"),
    text("source", "Who says it.", example="Vitascope for the Web"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    level: int
    message: str
    source: str


def _printable(words: str) -> str:
    """Text in one line."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def _level(given: str, where: str = "") -> int:
    try:
        return _LEVELS[given or "3"]
    except KeyError:
        raise BadRequestError(f"{where}level is a number from 0 to 4") from None


def _write(call: Call, line: _Line) -> None:
    message, source = _printable(line.message[:_LONGEST_LINE]), _printable(line.source[:_LONGEST_SOURCE])
    _log.log(line.level, "[%s] %s: %s", call.requester.name, source, message)


@routes.any("/log", policy=Policy.SIGNED_IN, methods=("GET", "PUT"), takes=_LINE, answers=Answer.NOTHING)
async def log_line(call: Call) -> Reply:
    """Writes a line of an app's log into the server's."""
    level = _level(call.text("level") or "")
    _write(call, _Line(level=level, message=call.required("message"), source=call.text("source") or "app"))
    return Reply()


def _parse(number: int, line: str) -> _Line:
    """A line of a body: the parameters of one message, or plain text."""
    values = dict(parse_qsl(line, keep_blank_values=True)) if "=" in line else {}
    if not values.keys() & {"message", "level", "source"}:
        return _Line(level=logging.DEBUG, message=line, source="app")
    if not values.get("message"):
        raise BadRequestError(f"line {number}: message is missing")
    level = _level(values.get("level", ""), f"line {number}: ")
    return _Line(level=level, message=values["message"], source=values.get("source") or "app")


@routes.post(
    "/log",
    policy=Policy.SIGNED_IN,
    answers=Answer.NOTHING,
    body="Lines, each with `level=…&message=…&source=…` as in a query, or plain text; at most 500.",
)
async def log_lines(call: Call) -> Reply:
    """Writes several lines of an app's log into the server's."""
    body = (await call.body(_MOST_BODY)).decode("utf-8", "replace")
    lines = [(number, line) for number, line in enumerate(body.split("\n"), 1) if line.strip()]
    if len(lines) > _MOST_LINES:
        raise BadRequestError(f"more than {_MOST_LINES} lines")
    for line in [_parse(number, line.strip()) for number, line in lines]:
        _write(call, line)
    return Reply()


@routes.any(
    "/log/networked",
    policy=Policy.OWNER,
    methods=("GET", "POST", "PUT"),
    takes=(integer("minutes", "For how long.", example=10),),
    answers=Answer.NOTHING,
)
async def networked_log(call: Call) -> Reply:
    """Would send the log to a service outside; refused, since this server sends its log to nobody."""
    call.integer("minutes")
    raise BadRequestError("This server sends its log to nobody; /diagnostics/logs gives it to its owner.")
