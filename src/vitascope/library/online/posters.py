"""Pictures that providers name: fetched once, kept below ``Metadata/`` by their content, offered to their item.

A picture that cannot be had is a picture less; it never holds anything else up.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from vitascope.core.model import ArtKind
from vitascope.library.keeping import keep
from vitascope.library.online.answers import pictures_of, pictures_text
from vitascope.library.online.offers import offers_of
from vitascope.library.online.registry import provider_of
from vitascope.library.pictures import JOB, made_path
from vitascope.metadata.online import PERSON, Picture, Provider, ProviderClient, ProviderError
from vitascope.store import artworks, jobs, kept_edits, matches, portraits, providers
from vitascope.store.engine import Database
from vitascope.store.rows import ItemRow
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

_MADE = frozenset({"frame", "composite"})
_SIGNS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))
_SOUNDS = ((b"ID3", "mp3"), (b"fLaC", "flac"), (b"OggS", "ogg"))
_AT_ONCE = 4
_MOST_TRIED = 3
"""Of one kind of one item: what a provider names may lead nowhere, and slowly."""
_FAILED_FOR_S = 300.0
_FAILURES_KNOWN = 5_000


def extension_of(data: bytes) -> str | None:
    """What kind of picture these bytes are; ``None`` for anything else, an SVG with its scripts among it."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((extension for sign, extension in _SIGNS if data.startswith(sign)), None)


def theme_extension_of(data: bytes) -> str | None:
    """What kind of sound these bytes are; ``None`` for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "m4a"
    if data[:1] == b"\xff" and data[1:2] >= b"\xe0":
        return "mp3"
    return next((extension for sign, extension in _SOUNDS if data.startswith(sign)), None)


class Posters:
    """Fetches the pictures and themes of items: the first of each kind as soon as it is known, the others when
    somebody looks at them or chooses them."""

    def __init__(
        self,
        database: Database,
        client: ProviderClient,
        metadata: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._client = client
        self._metadata = metadata
        self._clock = clock
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._under_way: dict[tuple[str, str], asyncio.Future[str | None]] = {}
        self._failed: dict[str, float] = {}

    async def fetch(self, items: Sequence[ItemRow], asked: Sequence[Provider]) -> None:
        """Of each kind the first picture that can be had, in the order of the providers."""
        by_identity = await self._database.read(matches.records_of, [item.identity_id for item in items])
        for item in items:
            records = {row.provider: row for row in by_identity.get(item.identity_id, [])}
            seen: set[str] = set()
            tried: Counter[str] = Counter()
            for provider in asked:
                row = records.get(provider.identifier)
                for picture in pictures_of(row.pictures) if row is not None else ():
                    if picture.kind == PERSON or picture.kind in seen or tried[picture.kind] == _MOST_TRIED:
                        continue
                    tried[picture.kind] += 1
                    key = await self._kept(provider, item.identity_id, picture)
                    if key is not None:
                        seen.add(picture.kind)
                        await self._database.awrite(_offer, item.id, ArtKind(picture.kind), key, urgent=False)

    async def provided(self, item: ItemRow, name: str) -> tuple[ArtKind, str] | None:
        """What kind of picture is called so by the providers of an item (:mod:`.offers`), and the name of its bytes
        below ``Metadata/``; ``None`` when there is none, or it cannot be had."""
        for offer in await self._database.read(offers_of, item):
            if offer.name == name:
                provider = await self._database.read(providers.provider_named, offer.provider)
                if provider is None:
                    return None
                key = await self._kept(provider_of(provider), item.identity_id, offer.picture)
                return None if key is None else (ArtKind(offer.picture.kind), key)
        return None

    async def portrait(self, tag_id: int) -> str | None:
        """The name of the bytes of a person's picture; ``None`` when there is none, or it cannot be had."""
        row = await self._database.read(portraits.portrait, tag_id)
        if row is None:
            return None
        if row.cache_key is not None and await self._is_here(row.cache_key):
            return row.cache_key
        provider = await self._database.read(providers.provider_named, row.provider)
        if provider is None:
            return None
        key = await self._fetched(provider_of(provider), row.url, PERSON)
        if key is not None and key != row.cache_key:
            await self._database.awrite(portraits.keep_portrait, row, key, urgent=False)
        return key

    def forget_failures(self) -> None:
        """What could not be had may be tried again at once."""
        self._failed.clear()

    def failed_lately(self, url: str) -> bool:
        """Whether there was no picture or theme at this address a moment ago."""
        failed_at = self._failed.get(url)
        return failed_at is not None and self._clock() - failed_at < _FAILED_FOR_S

    async def _is_here(self, key: str) -> bool:
        return await asyncio.to_thread(made_path(self._metadata, key).is_file)

    async def _kept(self, provider: Provider, identity_id: int, picture: Picture) -> str | None:
        """The name of the picture's bytes, fetched if they are not there."""
        if picture.cache_key is not None and await self._is_here(picture.cache_key):
            return picture.cache_key
        key = await self._fetched(provider, picture.url, picture.kind)
        if key is not None:
            await self._database.awrite(_note, identity_id, provider.identifier, picture.url, key, urgent=False)
        return key

    async def _fetched(self, provider: Provider, url: str, kind: str) -> str | None:
        """Whoever asks for what is on its way waits for it; what failed a moment ago is not tried again."""
        if self.failed_lately(url):
            return None
        waiting = self._under_way.get((url, kind))
        if waiting is None:
            waiting = self._under_way[url, kind] = asyncio.ensure_future(self._fetch(provider, url, kind))
            waiting.add_done_callback(lambda _: self._under_way.pop((url, kind), None))
        return await asyncio.shield(waiting)

    async def _fetch(self, provider: Provider, url: str, kind: str) -> str | None:
        is_theme = kind == ArtKind.THEME
        try:
            async with self._room:
                data = await self._client.picture(provider, url, theme=is_theme)
            extension = theme_extension_of(data) if is_theme else extension_of(data)
            if extension is None:
                raise ProviderError("it is something else")
        except ProviderError as error:
            log.info("A picture or theme that %s names cannot be had: %s", provider.identifier, error)
            if len(self._failed) >= _FAILURES_KNOWN:
                self._failed.clear()
            self._failed[url] = self._clock()
            return None
        self._failed.pop(url, None)
        return await asyncio.to_thread(keep, self._metadata, data, extension)


def _note(tx: Writer, identity_id: int, provider: str, url: str, key: str) -> None:
    """Remember what an address held, unless the provider has said something else meanwhile."""
    for row in matches.records_of(tx, [identity_id]).get(identity_id, []):
        if row.provider == provider:
            known = pictures_of(row.pictures)
            pictures = [replace(each, cache_key=key) if each.url == url else each for each in known]
            matches.set_pictures(tx, row, pictures_text(pictures))


def _offer(tx: Writer, item_id: int, kind: ArtKind, key: str) -> None:
    item = matches.item(tx, item_id)
    if item is None:
        return
    known = artworks.list_artworks(tx, item_id, kind)
    if any(row.cache_key == key and row.source == "provider" for row in known):
        return
    shown = next((row for row in known if row.selected), None)
    made = shown is not None and shown.source in _MADE
    stale = [row for row in known if row.source == "provider" and not row.selected]
    edits = kept_edits.edits_of(tx, [item.identity_id]).get(item.identity_id, [])
    chosen = any(edit.locked and edit.field == kind.value for edit in edits)
    replaced = shown is not None and shown.source == "provider"
    artworks.add_artwork(tx, item_id, kind, "provider", cache_key=key, select_it=(made or replaced) and not chosen)
    for row in stale:
        artworks.remove_artwork(tx, row.id)
    jobs.add_job(tx, JOB, str(item_id))
