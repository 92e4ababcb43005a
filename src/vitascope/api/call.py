"""One request as an endpoint sees it.

Every ``X-Plex-*`` value may come as a header or as a query parameter; header text may be UTF-8 or Latin-1. Whoever
asks, and what they may see, is already decided when an endpoint gets its call.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from starlette.types import Receive, Scope, Send

from vitascope.accounts.requester import Evidence, Requester
from vitascope.api.errors import BadRequestError, ForbiddenError, UnauthorizedError
from vitascope.api.house import House
from vitascope.api.render import Container
from vitascope.api.reply import JSON, Header, Reply
from vitascope.core.model import Viewer

_MOST_BODY = 32 * 1024 * 1024
_LARGEST = 2**63 - 1
"""What a database can hold; a number beyond it means nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a long list is asked for; ``size`` is ``None`` for all of it."""

    start: int = 0
    size: int | None = None

    @property
    def paged(self) -> bool:
        return self.size is not None


def header_text(raw: bytes) -> str:
    """A header's value: UTF-8 where it is, Latin-1 where not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def whole(text: str) -> int:
    """A whole number that the database can hold. Raises ``ValueError`` for anything else."""
    number = int(text)
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError(f"{text} is too large")
    return number


def _weight(kind: str) -> float:
    """The ``q`` of one media range of an ``Accept`` header (RFC 9110, section 12.4.2); 1 where there is none."""
    for parameter in kind.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            with suppress(ValueError):
                return float(value)
    return 1.0


def _prefers_json(accept: str) -> bool:
    """Whether an ``Accept`` header would rather have JSON than XML; of two that weigh the same the first counts."""
    kinds = accept.split(",") if "application/json" in accept else []
    json = next((at for at, kind in enumerate(kinds) if "application/json" in kind), None)
    if json is None:
        return False
    weight = _weight(kinds[json])
    xml = [(-_weight(kind), at) for at, kind in enumerate(kinds) if "xml" in kind]
    return weight > 0 and (not xml or (-weight, json) < min(xml))


class Call:
    """A request, who sent it, and the server it was sent to."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        house: House,
        params: Mapping[str, str],
        requester: Requester,
        headers: Mapping[str, str],
    ) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.house = house
        self.params = params
        self.requester = requester
        self.headers = headers
        self.evidence: Evidence | None = None

    async def is_still_allowed(self) -> bool:
        """Whether who asked has the same rights as then; for answers that last, such as events."""
        if self.evidence is None:
            return True
        return (await self.house.accounts.resolve(self.evidence)).viewer == self.requester.viewer

    def asking(self, query: Mapping[str, str], *, without: Collection[str] = ()) -> "Call":
        """The same request with another query, and without the headers of these names (in lower case)."""
        scope = {**self.scope, "query_string": urlencode(query).encode()}
        headers = {name: value for name, value in self.headers.items() if name not in without}
        other = Call(scope, self.receive, self.send, self.house, self.params, self.requester, headers)
        other.evidence = self.evidence
        return other

    @property
    def method(self) -> str:
        return str(self.scope.get("method", "GET"))

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def raw_query(self) -> str:
        """The query string as it was sent."""
        return bytes(self.scope["query_string"]).decode("latin-1")

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """All query parameters in order."""
        found = parse_qsl(self.raw_query, keep_blank_values=True)
        if "%00" in self.raw_query and any("\0" in text for pair in found for text in pair):
            raise BadRequestError("a NUL is part of no text")  # PostgreSQL cannot hold one
        return found

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters; of one that comes twice the last."""
        return dict(self.pairs)

    def values(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return [value for key, value in self.pairs if key == name]

    def text(self, name: str) -> str | None:
        """A query parameter, or ``None`` when it is missing or empty."""
        return self.query.get(name) or None

    def required(self, name: str) -> str:
        """A query parameter that must be there."""
        value = self.text(name)
        if value is None:
            raise BadRequestError(f"{name} is missing")
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A query parameter that is a whole number."""
        value = self.text(name)
        if value is None:
            return default
        try:
            return whole(value)
        except ValueError:
            raise BadRequestError(f"{name} is not a number") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A query parameter that is 0 or 1 (or true, or empty, which means yes)."""
        value = self.query.get(name)
        if value is None:
            return default
        return value.lower() not in ("0", "false", "no")

    def names(self, name: str) -> frozenset[str]:
        """A query parameter that is a list separated by commas."""
        return frozenset(part for value in self.values(name) for part in value.split(",") if part)

    def plex(self, name: str) -> str | None:
        """``X-Plex-<name>`` from the query or the headers."""
        full = f"X-Plex-{name}"
        return self.query.get(full) or self.headers.get(full.lower()) or None

    def param(self, name: str) -> str:
        """A part of the path."""
        return self.params[name]

    def number(self, name: str) -> int:
        """A part of the path that is a number."""
        try:
            return whole(self.params[name])
        except ValueError:
            raise BadRequestError(f"{self.params[name]!r} is not a number") from None

    @property
    def viewer(self) -> Viewer:
        """Whose eyes the answer is for."""
        if self.requester.viewer is None:
            raise UnauthorizedError
        return self.requester.viewer

    @property
    def person_id(self) -> int:
        return self.viewer.person_id

    def refuse_transient(self) -> None:
        """Refuses who has only a token that was handed on: it makes nothing that outlasts it."""
        if self.requester.transient:
            raise ForbiddenError("a token that ends by itself makes no tokens, people or passwords that last")

    @cached_property
    def wants_json(self) -> bool:
        return _prefers_json(self.headers.get("accept", ""))

    @cached_property
    def window(self) -> Window:
        """The part of a list that is asked for. In the query, a size without a start counts only when it is zero."""
        start = self.headers.get("x-plex-container-start")
        size = self.headers.get("x-plex-container-size")
        asked_start = self.query.get("X-Plex-Container-Start")
        asked_size = self.query.get("X-Plex-Container-Size")
        if asked_start is not None or asked_size == "0":
            start, size = asked_start or "0", asked_size if asked_size is not None else size
        try:
            return Window(
                start=max(whole(start or "0"), 0),
                size=None if size in (None, "") else max(whole(str(size)), 0),
            )
        except ValueError:
            raise BadRequestError("X-Plex-Container-Start and -Size must be numbers") from None

    async def body(self, most: int = _MOST_BODY) -> bytes:
        """The request's body; one of more than ``most`` bytes is refused."""
        gathered = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                break
            gathered += message.get("body", b"")
            if len(gathered) > most:
                raise BadRequestError("the body is too large")
            if not message.get("more_body", False):
                break
        return bytes(gathered)

    def done(self, *, headers: list[Header] | None = None) -> Reply:
        """That something was done: an empty container for who reads JSON, and nothing at all for the others."""
        if self.wants_json:
            return self.reply(Container({"size": 0}), headers=headers)
        return Reply(headers=headers or [])

    def reply(self, container: Container, *, headers: list[Header] | None = None, status: int = 200) -> Reply:
        """A container in the form that was asked for."""
        if self.wants_json:
            return Reply(status=status, body=container.json(), media_type=JSON, headers=headers or [])
        return Reply(status=status, body=container.xml(), headers=headers or [])
