"""What the original has and this server has not: routes that say so, declared as lines of a table.

Three things can be said. Of many things that are none there is an empty list, as a server without them answers. Of one
thing there is a 404, whatever its id. To make one is refused, with the reason. What is wrong with the request itself
comes first: a parameter that is missing or no number is 400, so that who writes a client learns of it here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from vitascope.api.call import Call
from vitascope.api.describe import Answer, Parameter
from vitascope.api.errors import ApiError, BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container
from vitascope.api.reply import Reply
from vitascope.api.routing import Endpoint, Routes


class Said(Enum):
    """What is said of a thing that is not there."""

    NONE = "none"
    """There are none: an empty container."""
    UNKNOWN = "unknown"
    """There is no such thing: 404."""
    REFUSED = "refused"
    """It cannot be made: the family's own error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One route of a family that is not there."""

    method: str
    path: str
    what: str
    """What the route would do and what it says instead, in a sentence."""
    said: Said
    policy: Policy = Policy.OWNER
    takes: tuple[Parameter, ...] = ()


def _check(call: Call, parameters: Iterable[Parameter]) -> None:
    for parameter in parameters:
        if parameter.required:
            call.required(parameter.name)
        value = call.text(parameter.name)
        if value is None:
            continue
        if parameter.kind == "integer":
            call.integer(parameter.name)
        elif parameter.kind == "boolean" and value.lower() not in ("0", "1", "true", "false"):
            raise BadRequestError(f"{parameter.name} is 0 or 1")
        elif parameter.choices and value not in parameter.choices:
            raise BadRequestError(f"{parameter.name} is one of {', '.join(parameter.choices)}")


def _endpoint(absence: Absence, refusal: type[ApiError], reason: str) -> Endpoint:
    async def answer(call: Call) -> Reply:
        _check(call, absence.takes)
        match absence.said:
            case Said.NONE:
                return call.reply(Container({"size": 0}))
            case Said.UNKNOWN:
                raise NotFoundError(reason)
            case Said.REFUSED:
                raise refusal(reason)

    answer.__doc__ = absence.what
    return answer


def declare(routes: Routes, absences: Iterable[Absence], *, refusal: type[ApiError], reason: str) -> None:
    """Declares the routes of a table; ``reason`` is what whoever asks for more than a list is told."""
    for absence in absences:
        routes.any(
            absence.path,
            policy=absence.policy,
            methods=(absence.method,),
            takes=absence.takes,
            answers=Answer.CONTAINER if absence.said is Said.NONE else Answer.NOTHING,
        )(_endpoint(absence, refusal, reason))
