"""Recognising audiobooks and their authors, and all that is known of them.

What goes out: to Audnexus the id of a book or an author, or an author's name; to Audible's catalogue of the region a
book's title and its author's name. Nothing about this server, its people or its files.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from msgspec.structs import replace

from vitascope.core.agents import AUDIOBOOKS
from vitascope.core.book_chapters import BookChapters
from vitascope.core.model import ItemType
from vitascope.egress import EgressError, Fetched, Fetcher, Limits, Reach, TooLarge, parse_url
from vitascope.metadata.audiobooks import regions, said
from vitascope.metadata.audiobooks.kept_answers import KeptAnswers
from vitascope.metadata.audiobooks.likeness import bare, book_score, likeness
from vitascope.metadata.audiobooks.pace import Pace
from vitascope.metadata.online import values
from vitascope.metadata.online.answers import ProviderItem
from vitascope.metadata.online.errors import ProviderError
from vitascope.metadata.online.questions import Manner, MatchQuery
from vitascope.metadata.record import MetadataRecord, RoleCredit

TITLE = "Audiobooks (Audnexus)"
TYPES = (ItemType.ARTIST, ItemType.ALBUM)
SERVICE_ADDRESS = "https://api.audnex.us"
CATALOGUE_ADDRESS = "https://api.audible."
"""Of the catalogue, but for the end of the region's host name."""
_JSON = ("application/json", "text/json")
_LIMITS = Limits(connect_seconds=5, first_byte_seconds=20, whole_seconds=30, largest_bytes=2 * 1024 * 1024)
_MOST_PRODUCTS = 10
_MOST_AUTHORS = 50
_KEY = re.compile(rf"(?P<author>author-)?(?P<asin>{said.ASIN.pattern})(?:_(?P<region>[a-z]{{2}}))?")
_ASIN_GUID = "asin://"
_NO_SUCH = (400, 404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What a rating key names. One without a region means that of the section, so that a section whose region changes
    asks the other catalogue."""

    asin: str
    region: str | None = None
    is_author: bool = False

    @property
    def text(self) -> str:
        return f"{'author-' if self.is_author else ''}{self.asin}{f'_{self.region}' if self.region else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A query, taken apart."""

    region: str
    marked: str | None
    """The region that the person typed, when that is another than the section's."""
    title: str
    asin: str | None


class Audiobooks:
    """The provider. ``service_address`` and ``catalogue_address`` are what the owner set in place of the public
    services' own, or empty; such an address may lie in the home network."""

    identifier = AUDIOBOOKS

    def __init__(
        self,
        fetcher: Fetcher,
        kept: KeptAnswers,
        *,
        service_address: Callable[[], str] = lambda: "",
        catalogue_address: Callable[[], str] = lambda: "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._kept = kept
        self._service_address = service_address
        self._catalogue_address = catalogue_address
        self._service_pace = Pace("Audnexus", clock=clock, sleep=sleep)
        self._catalogue_pace = Pace("Audible's catalogue", clock=clock, sleep=sleep)

    async def match(self, query: MatchQuery, manner: Manner) -> list[ProviderItem]:
        """Books and authors that fit, the likeliest first; by its ASIN exactly one or none."""
        if query.type not in TYPES or (query.guid is not None and not query.guid.startswith(_ASIN_GUID)):
            return []
        wanted = _wanted(query, manner)
        is_author = query.type is ItemType.ARTIST
        if wanted.asin is not None:
            found = await self.metadata(_Key(asin=wanted.asin, region=wanted.marked, is_author=is_author).text, manner)
            return [replace(found, score=100)] if found is not None else []
        if not wanted.title or wanted.title.startswith("[Unknown"):
            return []
        items = await (self._authors(wanted) if is_author else self._books(wanted, query.parent_title))
        return sorted(items, key=lambda each: -(each.score or 0))

    async def metadata(self, rating_key: str, manner: Manner) -> ProviderItem | None:
        """All that Audnexus knows of a book or an author."""
        key = _key(rating_key)
        if key is None:
            return None
        region = key.region or _region(manner)
        what = "authors" if key.is_author else "books"
        answer = await self._ask_service(f"/{what}/{key.asin}?{urlencode({'region': region})}")
        if not isinstance(answer, dict):
            return None
        read = said.author if key.is_author else said.book
        found = await asyncio.to_thread(read, answer, asin=key.asin, key=rating_key, region=region)
        if found is not None and not manner.series_collections:
            found = replace(found, record=replace(found.record, collections=()))
        return found

    async def chapters(self, rating_key: str, manner: Manner) -> BookChapters | None:
        """The chapters that Audnexus vouches for."""
        key = _key(rating_key)
        if key is None or key.is_author:
            return None
        region = key.region or _region(manner)
        answer = await self._ask_service(f"/books/{key.asin}/chapters?{urlencode({'region': region})}")
        if not isinstance(answer, dict):
            return None
        return await asyncio.to_thread(said.chapters, answer, asin=key.asin, region=region)

    def reach(self, url: str) -> Reach:
        """Pictures lie on the public internet, but for those of a service that the owner named."""
        address = self._service_address()
        if address and parse_url(url).same_host(parse_url(address)):
            return Reach.OWNER_CHOSEN
        return Reach.PUBLIC_ONLY

    # --- searching ---------------------------------------------------------------------------------------------

    async def _books(self, wanted: _Wanted, author: str | None) -> list[ProviderItem]:
        query = {"title": bare(wanted.title), "author": author or ""}
        asked = {name: value for name, value in query.items() if value}
        asked |= {
            "num_results": str(_MOST_PRODUCTS),
            "products_sort_by": "Relevance",
            "response_groups": "contributors,media,product_attrs,product_desc",
        }
        own = self._catalogue_address()
        address = own.rstrip("/") if own else f"{CATALOGUE_ADDRESS}{regions.DOMAINS[wanted.region]}"
        answer = await self._ask(
            f"{address}/1.0/catalog/products?{urlencode(asked)}", self._catalogue_pace, owners=bool(own)
        )
        return await asyncio.to_thread(_candidates, answer, wanted, author)

    async def _authors(self, wanted: _Wanted) -> list[ProviderItem]:
        answer = await self._ask_service(f"/authors?{urlencode({'name': wanted.title, 'region': wanted.region})}")
        return await asyncio.to_thread(_author_candidates, answer, wanted)

    # --- asking ------------------------------------------------------------------------------------------------

    async def _ask_service(self, path: str) -> object:
        own = self._service_address()
        return await self._ask(f"{own.rstrip('/') or SERVICE_ADDRESS}{path}", self._service_pace, owners=bool(own))

    async def _ask(self, url: str, pace: Pace, *, owners: bool) -> object:
        """What is answered, in JSON; ``None`` for what there is not."""
        kept = await asyncio.to_thread(self._kept.get, url)
        if kept is not None:
            return await asyncio.to_thread(values.parsed, kept)
        await pace.turn()
        answer = await self._fetch(url, owners=owners)
        if answer.status in _NO_SUCH:
            return None
        said_when = answer.headers.get("retry-after")
        if answer.status == 429 or (answer.status == 503 and said_when is not None):
            wait = pace.leave_alone(said_when)
            raise ProviderError(f"it answers {answer.status}", again=True, wait_s=wait)
        if not answer.ok:
            raise ProviderError(f"it answers {answer.status}", again=answer.status >= 500)
        try:
            found = await asyncio.to_thread(values.parsed, answer.body)
        except ProviderError as error:
            raise ProviderError(str(error), again=True) from error
        await asyncio.to_thread(self._kept.put, url, answer.body)
        return found

    async def _fetch(self, url: str, *, owners: bool) -> Fetched:
        reach = Reach.OWNER_CHOSEN if owners else Reach.PUBLIC_ONLY
        try:
            return await self._fetcher.get(url, reach=reach, types=_JSON, limits=_LIMITS)
        except EgressError as error:  # a hotel's page or a name that leads nowhere is no word of the service
            raise ProviderError(str(error), again=not isinstance(error, TooLarge)) from error


def _key(rating_key: str) -> _Key | None:
    matched = _KEY.fullmatch(rating_key)
    if matched is None or (matched["region"] is not None and matched["region"] not in regions.DOMAINS):
        return None
    return _Key(asin=matched["asin"], region=matched["region"], is_author=bool(matched["author"]))


def _region(manner: Manner) -> str:
    region = manner.region
    return region if region in regions.DOMAINS else regions.of_language(manner.language)


def _wanted(query: MatchQuery, manner: Manner) -> _Wanted:
    own = _region(manner)
    named, title = regions.marked(query.title)
    region = named or own
    asin = said.asin_of(query.guid.removeprefix(_ASIN_GUID)) if query.guid is not None else said.asin_of(title)
    return _Wanted(region=region, marked=region if region != own else None, title=title, asin=asin)


def _author_candidates(answer: object, wanted: _Wanted) -> list[ProviderItem]:
    found = {each.asin: each for each in said.authors_found(answer)}
    return [
        said.item(
            ItemType.ARTIST,
            _Key(asin=each.asin, region=wanted.marked, is_author=True).text,
            MetadataRecord(title=each.title),
            score=likeness(wanted.title, each.title),
        )
        for each in list(found.values())[:_MOST_AUTHORS]
    ]


def _candidates(answer: object, wanted: _Wanted, author: str | None) -> list[ProviderItem]:
    return [
        said.item(
            ItemType.ALBUM,
            _Key(asin=each.asin, region=wanted.marked).text,
            MetadataRecord(
                title=each.title,
                year=each.year,
                summary=each.summary,
                writers=each.people,
                roles=tuple(RoleCredit(name=name) for name in each.narrators),
            ),
            each.picture,
            book_score(wanted.title, author, each.title, each.subtitle, each.people),
        )
        for each in said.products(answer)[:_MOST_PRODUCTS]
    ]
