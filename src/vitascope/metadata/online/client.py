"""Asking one provider, over :mod:`vitascope.egress` and nothing else."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from vitascope.core.book_chapters import BookChapters
from vitascope.egress import EgressError, Fetched, Fetcher, Limits, Reach, parse_url
from vitascope.metadata.online.answers import ProviderItem, read_items
from vitascope.metadata.online.built_in import BuiltIn
from vitascope.metadata.online.description import Description, read_description
from vitascope.metadata.online.errors import ProviderError
from vitascope.metadata.online.questions import Manner, MatchQuery, Provider

_JSON = ("application/json", "text/json")
_SOUND = ("audio/", "application/ogg", "application/octet-stream")
_LIMITS = Limits(connect_seconds=5, first_byte_seconds=20, whole_seconds=30, largest_bytes=8 * 1024 * 1024)
_DESCRIBING = Limits(connect_seconds=5, first_byte_seconds=8, whole_seconds=10, largest_bytes=256 * 1024)
_PICTURE = Limits(connect_seconds=5, first_byte_seconds=20, whole_seconds=60, largest_bytes=20 * 1024 * 1024)
_PAGE = 100
_MOST_CHILDREN = 5_000


class ProviderClient:
    """Questions to providers, registered or part of this server. All of them raise :class:`ProviderError`."""

    def __init__(self, fetcher: Fetcher, built_in: Sequence[BuiltIn] = ()) -> None:
        self._fetcher = fetcher
        self._built_in = {one.identifier: one for one in built_in}

    async def describe(self, uri: str) -> tuple[Description, str]:
        """The root document at an address that the owner typed in, and the address that its paths stand below: where a
        redirect on the same host leads, so that the rule for what the owner typed in never widens to another host."""
        try:
            answer = await self._fetcher.get(uri, reach=Reach.OWNER_CHOSEN, types=_JSON, limits=_DESCRIBING)
        except EgressError as error:
            raise ProviderError(str(error), again=error.again) from error
        _check(answer)
        moved = parse_url(answer.url)
        base = answer.url if moved.same_host(parse_url(uri)) and "?" not in moved.path else uri
        return read_description(answer.body), base.rstrip("/")

    async def match(self, provider: Provider, query: MatchQuery, manner: Manner) -> list[ProviderItem]:
        """What the item may be, the likeliest first."""
        own = self._built_in.get(provider.identifier)
        if own is not None:
            return await own.match(query, manner)
        said: dict[str, Any] = {
            "type": int(query.type),
            "title": query.title,
            "year": query.year,
            "guid": query.guid,
            "parentTitle": query.parent_title,
            "filename": query.filename,
            "manual": int(query.manual),
            "includeAdult": 0,
        }
        body = msgspec.json.encode({name: value for name, value in said.items() if value is not None})
        try:
            answer = await self._fetcher.post(
                _address(provider, provider.match_path),
                body,
                "application/json",
                reach=Reach.OWNER_CHOSEN,
                headers=_headers(manner),
                types=_JSON,
                limits=_LIMITS,
            )
        except EgressError as error:
            raise ProviderError(str(error), again=error.again) from error
        if answer.status == 404:
            return []
        _check(answer)
        found, _ = read_items(answer.body, provider.identifier)
        return [item for item in found if item.type is query.type][:50]

    async def metadata(self, provider: Provider, rating_key: str, manner: Manner) -> ProviderItem | None:
        """All that is known of an item, with what lies directly below it; ``None`` when there is none."""
        own = self._built_in.get(provider.identifier)
        if own is not None:
            return await own.metadata(rating_key, manner)
        path = f"{provider.metadata_path}/{quote(rating_key, safe='')}?includeChildren=1{_ordered(manner)}"
        answer = await self._get(provider, path, manner)
        if answer.status == 404:
            return None
        _check(answer)
        found, _ = read_items(answer.body, provider.identifier)
        return next((item for item in found if item.rating_key == rating_key), None)

    async def chapters(self, provider: Provider, rating_key: str, manner: Manner) -> BookChapters | None:
        """The chapters of a book, which providers that are part of this server may know."""
        own = self._built_in.get(provider.identifier)
        return await own.chapters(rating_key, manner) if own is not None else None

    async def below(self, provider: Provider, rating_key: str, manner: Manner, *, what: str) -> list[ProviderItem]:
        """All ``children`` or ``grandchildren`` of an item, page by page; none where it knows no such request."""
        if provider.identifier in self._built_in:
            return []
        found: list[ProviderItem] = []
        start = 0
        while start < _MOST_CHILDREN:
            window = f"X-Plex-Container-Start={start}&X-Plex-Container-Size={_PAGE}"
            path = f"{provider.metadata_path}/{quote(rating_key, safe='')}/{what}?{window}{_ordered(manner)}"
            answer = await self._get(provider, path, manner)
            if answer.status == 404:
                break
            _check(answer)
            page, total = read_items(answer.body, provider.identifier)
            known = {item.rating_key for item in found}
            fresh = [item for item in page if item.rating_key not in known]
            if not fresh:
                break  # no paging here, or the same page for ever
            found += fresh
            start += len(page)
            if start >= total:
                break
        return found

    async def picture(self, provider: Provider, url: str, *, theme: bool = False) -> bytes:
        """A picture or a theme: from the provider's own host as from the provider, from anywhere else only if that is
        public."""
        try:
            reach = self._reach(provider, url)
            answer = await self._fetcher.get(url, reach=reach, types=_SOUND if theme else ("image/",), limits=_PICTURE)
        except EgressError as error:
            raise ProviderError(str(error), again=error.again) from error
        _check(answer)
        return answer.body

    def _reach(self, provider: Provider, url: str) -> Reach:
        own = self._built_in.get(provider.identifier)
        if own is not None:
            return own.reach(url)
        return Reach.OWNER_CHOSEN if parse_url(url).same_host(parse_url(provider.uri)) else Reach.PUBLIC_ONLY

    async def _get(self, provider: Provider, path: str, manner: Manner) -> Fetched:
        try:
            return await self._fetcher.get(
                _address(provider, path),
                reach=Reach.OWNER_CHOSEN,
                headers=_headers(manner),
                types=_JSON,
                limits=_LIMITS,
            )
        except EgressError as error:
            raise ProviderError(str(error), again=error.again) from error


def _address(provider: Provider, path: str) -> str:
    return provider.uri.rstrip("/") + path


def _ordered(manner: Manner) -> str:
    return f"&episodeOrder={quote(manner.order, safe='')}" if manner.order else ""


def _headers(manner: Manner) -> dict[str, str]:
    """The language, and the country where one is named."""
    country = manner.country or manner.language.partition("-")[2]
    plain = "".join(each for each in manner.language if each.isascii() and (each.isalnum() or each == "-"))[:20]
    found = {"X-Plex-Language": plain or "en-US"}
    if len(country) == 2 and country.isascii() and country.isalpha():
        found["X-Plex-Country"] = country.upper()
    return found


def _check(answer: Fetched) -> None:
    if answer.status == 429 or answer.status >= 500:
        raise ProviderError(f"it answers {answer.status}", again=True)
    if not answer.ok:
        raise ProviderError(f"it answers {answer.status}")
