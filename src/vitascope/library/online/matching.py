"""What an item may be, for a person who looks for it; and saying what it is.

Without a provider it is a question to the library alone: an item may be itself, or another one of the same kind, found
by title or by an id at another service.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitascope.core.agents import AUDIOBOOK_AGENTS, AUDIOBOOKS
from vitascope.core.matching import Facts, score
from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming.titles import fold
from vitascope.library.online.asking import MATCHED_TYPES, MannerOf, artist_of, facts_of, points
from vitascope.library.online.registry import provider_of
from vitascope.library.scan import keys
from vitascope.metadata.external_ids import guid as external_guid
from vitascope.metadata.online import Manner, MatchQuery, ProviderClient, ProviderError
from vitascope.metadata.online.answers import rating_key_of
from vitascope.store import items as store_items
from vitascope.store import match_choices, matches, providers
from vitascope.store.engine import Database
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.rows import ItemRow, ProviderRow

log = logging.getLogger(__name__)

_ID = re.compile(r"(imdb|tmdb|tvdb|mbid|themoviedb|thetvdb|musicbrainz|asin|audible)(?:-|://|:)(\S+)", re.IGNORECASE)
_BARE = (("imdb", re.compile(r"tt\d{5,12}")), ("asin", re.compile(r"B0[0-9A-Z]{8}")))
_LEGACY = re.compile(r"com\.plexapp\.agents\.(\w+)://([^?/]+)(?:\?.*)?")
_BOOKS = re.compile(r"(com\.plexapp\.agents\.\w+)://([0-9A-Z]{10}(?:_[a-z]{2})?)(?:\?.*)?")
_LEAST = 40
_MOST = 20


class MatchError(Exception):
    """It cannot be matched so; the text is for the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What an item may be: one of our own items, or what a provider says."""

    score: int
    name: str
    year: int | None = None
    item_id: int | None = None
    guid: str | None = None
    """Of a provider's."""
    summary: str | None = None
    thumb: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person looks for."""

    title: str
    year: int | None = None
    language: str | None = None
    agent: str | None = None
    """A provider by its identifier; anything else is the section's own."""
    parent_title: str | None = None


def id_in(title: str) -> str | None:
    """The external id that a person typed in place of a title (``imdb-tt0088763``, ``tmdb-105``, ``tt0088763``);
    empty for one that is none, ``None`` for a title."""
    text = title.strip()
    for scheme, bare in _BARE:
        if bare.fullmatch(text):
            return external_guid(scheme, text)
    found = _ID.fullmatch(text)
    return None if found is None else external_guid(found[1], found[2]) or ""


def _of_books(guid: str, kind: ItemType) -> str:
    """The guid of a book or an author as plug-ins for audiobooks wrote it
    (``com.plexapp.agents.audnexus://B0…_us?lang=en``), in the form of the provider that stands in for them."""
    found = _BOOKS.fullmatch(guid)
    if found is None or found[1] not in AUDIOBOOK_AGENTS:
        return guid
    return f"{AUDIOBOOKS}://{kind.api_name}/{'author-' if kind is ItemType.ARTIST else ''}{found[2]}"


class Matcher:
    """Finds candidates, and writes down what a person decides."""

    def __init__(self, database: Database, client: ProviderClient, *, manner: MannerOf) -> None:
        self._database = database
        self._client = client
        self._manner = manner

    async def candidates(self, item: ItemRow, viewer: Viewer, wanted: Wanted) -> list[Candidate]:
        """What the item may be, the likeliest first."""
        guid = id_in(wanted.title)
        if guid == "":
            return []
        asked = await self._providers(item, wanted.agent)
        online: list[Candidate] = []
        if asked:
            manner = await self._database.read(self._manner, item)
            artist = await self._database.read(artist_of, item)
            manner = manner if wanted.language is None else replace(manner, language=wanted.language)
            answers = await asyncio.gather(*(self._ask(row, item, wanted, guid, manner, artist) for row in asked[:4]))
            online = [one for answer in answers for one in answer]
        local = [] if online and guid is None else await self._local(item, viewer, wanted, guid)
        found = sorted([*online, *local], key=lambda each: -each.score)
        return [each for each in found if each.score >= _LEAST][:_MOST]

    async def _providers(self, item: ItemRow, agent: str | None) -> Sequence[ProviderRow]:
        own = await self._database.read(providers.providers_of_section, item.section_id)
        return [row for row in own if row.identifier == agent] or own

    async def _ask(
        self,
        row: ProviderRow,
        item: ItemRow,
        wanted: Wanted,
        guid: str | None,
        manner: Manner,
        artist: str | None,
    ) -> list[Candidate]:
        query = MatchQuery(
            type=ItemType(item.type),
            title=item.title if guid else wanted.title,
            year=item.year if guid else wanted.year,
            guid=guid,
            parent_title=wanted.parent_title or artist,
            manual=True,
        )
        facts = Facts(titles=[query.title], year=query.year, guids=[guid] if guid else [])
        try:
            found = await self._client.match(provider_of(row), query, manner)
        except ProviderError as error:
            log.warning("The metadata provider %s was asked for matches: %s", row.title, error)
            return []
        if guid is not None:  # a provider that does not know ids answers by title
            found = [each for each in found if each.score is not None or guid in each.record.guids]
        return [
            Candidate(
                score=points(facts, each),
                name=each.record.title or "",
                year=each.record.year,
                guid=each.guid,
                summary=each.record.summary,
                thumb=next((picture.url for picture in each.pictures if picture.kind == "thumb"), None),
            )
            for each in found
        ]

    async def _local(self, item: ItemRow, viewer: Viewer, wanted: Wanted, guid: str | None) -> list[Candidate]:
        if guid is not None:
            ids = await self._database.read(store_items.by_guid, guid, viewer)
            rows = await self._database.read(store_items.get_items, ids, viewer)
            facts = None
        else:
            rows = await self._database.read(store_items.titled, item.type, fold(wanted.title), viewer, _MOST)
            rows = [item, *(row for row in rows if row.identity_id != item.identity_id)]
            facts = Facts(titles=[wanted.title], year=wanted.year)
        seen: set[int] = set()
        found: list[Candidate] = []
        for row in rows:
            if row.type != item.type or row.identity_id in seen or row.extra_type is not None:
                continue
            seen.add(row.identity_id)
            points = 100 if facts is None else score(facts, facts_of(row, ()))
            found.append(Candidate(score=points, name=row.title, year=row.year, item_id=row.id))
        return found

    async def match(self, item: ItemRow, viewer: Viewer, guid: str) -> None:
        """A person says what an item is. Raises :class:`MatchError`."""
        self._check(item)
        guid = _of_books(guid, ItemType(item.type))
        legacy = None if guid.startswith(AUDIOBOOKS) else _LEGACY.fullmatch(guid)
        scheme, _, rest = (f"{legacy[1]}://{legacy[2]}" if legacy else guid).partition("://")
        ask = await self._database.read(matches.uses_providers, item.section_id)
        if scheme in ("plex", "local"):
            await self._match_with_ours(item, viewer, guid, ask=ask)
            return
        external = external_guid(scheme, rest)
        if external is not None:
            text = keys.external(ItemType(item.type), external, item.edition)
            await self._database.awrite(
                match_choices.match_with, item.id, external, [Key(KeyKind.EXTERNAL, text)], ask=ask
            )
            return
        own = await self._database.read(providers.providers_of_section, item.section_id)
        if not any(rating_key_of(guid, row.identifier) for row in own):
            raise MatchError("guid: neither an item here, nor an id, nor of a provider that the section uses")
        if rest.partition("/")[0] != ItemType(item.type).api_name:
            raise MatchError("guid: it is of another kind of item")
        await self._database.awrite(match_choices.match_with, item.id, guid, [], ask=True)

    async def _match_with_ours(self, item: ItemRow, viewer: Viewer, guid: str, *, ask: bool) -> None:
        ids = await self._database.read(store_items.by_guid, guid, viewer)
        rows = [row for row in await self._database.read(store_items.get_items, ids, viewer) if row.type == item.type]
        if any(row.identity_id == item.identity_id for row in rows):
            await self._database.awrite(match_choices.match_automatically, item.id, ask=ask)
        elif rows:
            own = f"plex://{ItemType(item.type).api_name}/{guid.rpartition('/')[2]}"
            await self._database.awrite(match_choices.match_with_item, item.id, rows[0].id, own)
        else:
            raise MatchError("guid: there is no such item here")

    async def unmatch(self, item: ItemRow) -> None:
        """A person says that an item is not what it was taken for. Raises :class:`MatchError`."""
        self._check(item)
        await self._database.awrite(match_choices.unmatch, item.id)

    @staticmethod
    def _check(item: ItemRow) -> None:
        if item.type not in MATCHED_TYPES or item.extra_type is not None:
            raise MatchError("only films, shows, artists and albums are matched; what lies below goes with them")
