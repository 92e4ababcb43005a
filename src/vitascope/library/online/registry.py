"""Registering metadata providers: what stands in the list was read from the provider itself."""

import msgspec

from vitascope.core.agents import BUILT_IN
from vitascope.egress import EgressError, parse_url
from vitascope.metadata.online import Provider, ProviderClient, ProviderError
from vitascope.store import providers
from vitascope.store.engine import Database
from vitascope.store.rows import ProviderRow

_LONGEST_URI = 1_000


class RegistryError(Exception):
    """A provider cannot be registered as asked; the text is for the owner."""


def provider_of(row: ProviderRow) -> Provider:
    """What asking a registered provider needs."""
    return Provider(
        identifier=row.identifier,
        uri=row.uri,
        match_path=row.match_path,
        metadata_path=row.metadata_path,
        built_in=row.identifier in BUILT_IN,
    )


def types_of(row: ProviderRow) -> list[int]:
    """The item types a registered provider knows about."""
    return msgspec.json.decode(row.types, type=list[int])


class Registry:
    """The list of providers."""

    def __init__(self, database: Database, client: ProviderClient) -> None:
        self._database = database
        self._client = client

    async def add(self, uri: str) -> ProviderRow:
        """Raises :class:`RegistryError` and :class:`~vitascope.store.providers.Taken`."""
        return await self._database.awrite(providers.add_provider, await self._described(uri))

    async def describe_again(self, provider_id: int, uri: str | None = None) -> ProviderRow:
        """Reads what a provider says about itself anew, at another address when one is given.

        Raises as :meth:`add` does, :class:`~vitascope.store.providers.InUse` and
        :class:`~vitascope.store.errors.NotFound`.
        """
        row = await self._database.read(providers.get_provider, provider_id)
        if row.identifier in BUILT_IN:
            raise RegistryError(f"{row.title} is part of this server: settings say where it asks")
        return await self._database.awrite(providers.describe_again, provider_id, await self._described(uri or row.uri))

    async def refresh(self) -> None:
        """Asks every provider what it is now; one that does not answer, or not as itself, is marked and kept."""
        for row in await self._database.read(providers.list_providers):
            if row.identifier in BUILT_IN:
                continue
            try:
                await self.describe_again(row.id)
            except (RegistryError, providers.Taken, providers.InUse) as error:
                await self._database.awrite(providers.note_contact, row.id, str(error))

    async def _described(self, uri: str) -> providers.Described:
        uri = uri.strip()
        try:
            target = parse_url(uri)
        except EgressError as error:
            raise RegistryError(f"uri: {error}") from error
        if "?" in target.path or len(uri) > _LONGEST_URI:
            raise RegistryError("uri: the address of a provider is short and has no query")
        try:
            description, base = await self._client.describe(uri)
        except ProviderError as error:
            raise RegistryError(f"uri: {target.origin} is no metadata provider: {error}") from error
        return providers.Described(
            identifier=description.identifier,
            title=description.title,
            uri=base,
            types=msgspec.json.encode([int(kind) for kind in description.types]).decode(),
            match_path=description.match_path,
            metadata_path=description.metadata_path,
        )
