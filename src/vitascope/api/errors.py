"""How an endpoint says no.

::

    ApiError
    ├── BadRequestError     400  the request cannot mean anything
    ├── UnauthorizedError   401  no token, or one that is not valid
    ├── ForbiddenError      403  signed in, but this is the owner's
    ├── InsecureError       403  plain HTTP, where the owner requires HTTPS
    ├── NotFoundError       404  there is no such thing, or not for this person
    ├── WrongMethodError    405  the address answers other methods
    ├── ConflictError       409  it exists already
    ├── ImpossibleError     412  it is there, and this cannot be done with it
    ├── MisdirectedError    421  the server does not know itself by that name
    ├── TooManyRequestsError 429 wrong too often; ``Retry-After`` says when to come back
    ├── NotMadeYetError     501  the original server has it, this one does not yet
    ├── UnavailableError    503  not now
    └── BandwidthError      509  one stream more than the owner allows

Clients tell 401, 404 and the rest apart and read nothing else; the answer is a small HTML page, as the original sends
it even to those who asked for JSON.
"""

from enum import IntEnum
from html import escape
from http import HTTPStatus


class Unlisted(IntEnum):
    """Statuses that the original uses and HTTP does not know."""

    BANDWIDTH_LIMIT_EXCEEDED = 509

    @property
    def phrase(self) -> str:
        return self.name.replace("_", " ").title()


class ApiError(Exception):
    """An answer that is not the one asked for; ``message`` is for a person."""

    status: HTTPStatus | Unlisted = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.status.phrase)
        self.message = message

    def page(self) -> bytes:
        """The answer's body."""
        return error_page(self.status, self.message)


class BadRequestError(ApiError):
    status = HTTPStatus.BAD_REQUEST


class UnauthorizedError(ApiError):
    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(ApiError):
    status = HTTPStatus.FORBIDDEN


class InsecureError(ApiError):
    status = HTTPStatus.FORBIDDEN


class NotFoundError(ApiError):
    status = HTTPStatus.NOT_FOUND


class WrongMethodError(ApiError):
    status = HTTPStatus.METHOD_NOT_ALLOWED


class ConflictError(ApiError):
    status = HTTPStatus.CONFLICT


class ImpossibleError(ApiError):
    status = HTTPStatus.PRECONDITION_FAILED


class MisdirectedError(ApiError):
    status = HTTPStatus.MISDIRECTED_REQUEST


class TooManyRequestsError(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str = "", seconds: int = 60) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotMadeYetError(ApiError):
    status = HTTPStatus.NOT_IMPLEMENTED


class UnavailableError(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class BandwidthError(ApiError):
    status = Unlisted.BANDWIDTH_LIMIT_EXCEEDED


def error_page(status: HTTPStatus | Unlisted, message: str = "") -> bytes:
    """A small page that says what the matter is."""
    detail = f"<p>{escape(message)}</p>" if message else ""
    head = f"<head><title>{status.phrase}</title></head>"
    page = f"<html>{head}<body><h1>{status} {status.phrase}</h1>{detail}</body></html>"
    return page.encode("utf-8", "replace")
