"""Pictures that providers name: fetched once, kept below ``Metadata/`` by their content, offered to their item.

A picture that cannot be had is a picture less; it never holds anything else up.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from vitascope.core.model import ArtKind
from vitascope.library.online.answers import pictures_of, pictures_text
from vitascope.library.pictures import JOB, keep, made_path
from vitascope.metadata.online import Picture, Provider, ProviderClient, ProviderError
from vitascope.store import artworks, identities, jobs, matches
from vitascope.store.engine import Database
from vitascope.store.rows import ItemRow, ProviderRecordRow
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

_MADE = frozenset({"frame", "composite"})
_SIGNS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))


def extension_of(data: bytes) -> str | None:
    """What kind of picture these bytes are; ``None`` for anything else, an SVG with its scripts among it."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((extension for sign, extension in _SIGNS if data.startswith(sign)), None)


class Posters:
    """Fetches the pictures of items."""

    def __init__(self, database: Database, client: ProviderClient, metadata: Path) -> None:
        self._database = database
        self._client = client
        self._metadata = metadata

    async def fetch(self, items: Sequence[ItemRow], providers: Sequence[Provider]) -> None:
        """Of each kind the first picture that a provider names, in the order of the providers."""
        by_identity = await self._database.read(matches.records_of, [item.identity_id for item in items])
        order = {provider.identifier: provider for provider in providers}
        failed: set[str] = set()
        for item in items:
            records = {row.provider: row for row in by_identity.get(item.identity_id, [])}
            seen: set[str] = set()
            for identifier, provider in order.items():
                row = records.get(identifier)
                for picture in pictures_of(row.pictures) if row is not None else ():
                    if row is None or picture.kind in seen or picture.url in failed:
                        continue
                    key = await self._kept(provider, row, picture)
                    if key is None:
                        failed.add(picture.url)
                        continue
                    seen.add(picture.kind)
                    await self._database.awrite(_offer, item.id, ArtKind(picture.kind), key, urgent=False)

    async def _kept(self, provider: Provider, row: ProviderRecordRow, picture: Picture) -> str | None:
        """The name of the picture's bytes, fetched if they are not there."""
        if picture.cache_key is not None and made_path(self._metadata, picture.cache_key).exists():
            return picture.cache_key
        try:
            data = await self._client.picture(provider, picture.url)
        except ProviderError as error:
            log.info("A picture of %s cannot be had: %s", row.guid, error)
            return None
        extension = extension_of(data)
        if extension is None:
            log.info("A picture of %s is none", row.guid)
            return None
        key = await asyncio.to_thread(keep, self._metadata, data, extension)
        await self._database.awrite(_note, row, picture.url, key, urgent=False)
        return key


def _note(tx: Writer, row: ProviderRecordRow, url: str, key: str) -> None:
    """Remember what an address held, unless the provider has said something else meanwhile."""
    now = {each.provider: each for each in matches.records_of(tx, [row.identity_id]).get(row.identity_id, [])}
    known = now.get(row.provider)
    if known is not None:
        pictures = [replace(each, cache_key=key) if each.url == url else each for each in pictures_of(known.pictures)]
        matches.set_pictures(tx, known, pictures_text(pictures))


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
    edits = identities.edits_of(tx, [item.identity_id]).get(item.identity_id, [])
    chosen = any(edit.locked and edit.field == kind.value for edit in edits)
    replaced = shown is not None and shown.source == "provider"
    artworks.add_artwork(tx, item_id, kind, "provider", cache_key=key, select_it=(made or replaced) and not chosen)
    for row in stale:
        artworks.remove_artwork(tx, row.id)
    jobs.add_job(tx, JOB, str(item_id))
