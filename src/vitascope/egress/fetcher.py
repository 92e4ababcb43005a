"""The one way out: ``get`` and ``post`` under the rules of this room.

Nothing is taken from the environment (no proxy, no ``.netrc``), no cookie is kept, and redirects are followed here, one
by one, each judged as the first address was. A redirect never leads from ``https`` to ``http``, takes the caller's own
headers to another host, or sends a body elsewhere unless the answer asks for exactly that (307, 308).
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vitascope.egress.addresses import Reach
from vitascope.egress.errors import BadAnswer, TimedOut
from vitascope.egress.exchange import Reply, Request, exchange
from vitascope.egress.limits import Limits
from vitascope.egress.resolving import Resolver, system_resolver
from vitascope.egress.urls import Target, parse_location, parse_url

_REDIRECTS = (301, 302, 303, 307, 308)
_KEEP_METHOD = (307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status. ``url`` is where it came from after all redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher:
    """One for the server. ``resolver`` and ``tls`` are replaced in tests; ``most`` requests are under way at once."""

    def __init__(
        self,
        *,
        user_agent: str,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        most: int = 16,
    ) -> None:
        self._user_agent = user_agent
        self._resolver = resolver
        self._tls = tls
        self._room = asyncio.Semaphore(most)

    async def get(
        self,
        url: str,
        *,
        reach: Reach,
        headers: Mapping[str, str] | None = None,
        types: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> Fetched:
        """``types`` are the media types taken (``"application/json"``, or ``"image/"`` for all of a family).

        Raises :class:`~vitascope.egress.errors.EgressError`; an HTTP error is an answer and no exception.
        """
        return await self._fetch("GET", url, reach=reach, headers=headers, body=None, types=types, limits=limits)

    async def post(
        self,
        url: str,
        body: bytes,
        content_type: str,
        *,
        reach: Reach,
        headers: Mapping[str, str] | None = None,
        types: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> Fetched:
        """As :meth:`get`; ``body`` and ``content_type`` may come from :func:`~vitascope.egress.multipart.multipart`."""
        own = {**(headers or {}), "Content-Type": content_type}
        return await self._fetch("POST", url, reach=reach, headers=own, body=body, types=types, limits=limits)

    async def _fetch(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        reach: Reach,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        types: Sequence[str],
        limits: Limits | None,
    ) -> Fetched:
        target, limits = parse_url(url), limits or Limits()
        own = dict(headers or {})
        async with self._room:
            try:
                async with asyncio.timeout(limits.whole_seconds):
                    return await self._follow(method, target, reach, own, body, types, limits)
            except TimeoutError as error:
                raise TimedOut(f"{target.origin} takes longer than {limits.whole_seconds:g} s") from error

    async def _follow(
        self,
        method: str,
        target: Target,
        reach: Reach,
        own: Mapping[str, str],
        body: bytes | None,
        types: Sequence[str],
        limits: Limits,
    ) -> Fetched:
        for _ in range(limits.redirects + 1):
            request = Request(method=method, target=target, headers=self._headers(target, own, types, body), body=body)
            reply = await exchange(
                request, reach=reach, limits=limits, resolver=self._resolver, tls=self._context(), types=types
            )
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or location is None:
                return Fetched(status=reply.status, headers=reply.headers, body=reply.body, url=target.url)
            onward = _onward(target, location, reply, method)
            if not onward.same_host(target):
                reach, own = Reach.PUBLIC_ONLY, _only_content_type(own)
            target = onward
        raise BadAnswer(f"{target.origin} sends on more than {limits.redirects} times")

    def _headers(
        self, target: Target, own: Mapping[str, str], types: Sequence[str], body: bytes | None
    ) -> dict[str, str]:
        accept = ", ".join(f"{one}*" if one.endswith("/") else one for one in types) or "*/*"
        return {
            "Host": target.authority,
            "User-Agent": self._user_agent,
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **({} if body is None else {"Content-Length": str(len(body))}),
            **own,
        }

    def _context(self) -> ssl.SSLContext:
        """Made at the first request that needs one: reading the authorities takes a while, and most never go out."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _onward(target: Target, location: str, reply: Reply, method: str) -> Target:
    if method != "GET" and reply.status not in _KEEP_METHOD:
        raise BadAnswer(f"{target.origin} sends on what was posted to it ({reply.status})")
    onward = parse_location(target, location)
    if target.secure and not onward.secure:
        raise BadAnswer(f"{target.origin} sends on to an address without TLS")
    return onward


def _only_content_type(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() == "content-type"}
