"""What people and metadata providers say about identities, as a scan needs it.

A person's word goes first: ids that a name or an NFO gives no longer lead such an item anywhere, and an NFO that names
another id than the person's is about something else and is not believed. Where nobody said anything, and the section
asks no provider, all of this costs one question for each scan.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from vitascope.core.agents import BUILT_IN
from vitascope.library.scan.keys import EXTERNAL, Key
from vitascope.library.scan.known import Known
from vitascope.metadata import MetadataRecord
from vitascope.store.rows import MatchRow

_decode = msgspec.json.Decoder(MetadataRecord).decode


class Told(Struct, frozen=True, kw_only=True):
    """About one identity."""

    match: MatchRow | None = None
    online: tuple[MetadataRecord, ...] = ()
    """What the providers of the section say, the most believed first."""
    agent: MetadataRecord | None = None
    """The first of them, when it is the section's own agent: what it says goes before the tags in the files."""

    @property
    def by_person(self) -> bool:
        return self.match is not None and self.match.by_person

    @property
    def is_nothing_known(self) -> bool:
        return self.by_person and self.match is not None and self.match.guid is None

    @property
    def guids(self) -> tuple[str, ...]:
        """The external ids that a person's word makes certain."""
        guid = self.match.guid if self.match is not None else None
        own = (guid,) if guid is not None and is_external(guid) else ()
        return (*own, *(each for record in self.online for each in record.guids))


NOTHING = Told()


def is_external(guid: str) -> bool:
    """Whether a guid is an id at another service (``imdb://tt0088763``), and not one of a provider or our own."""
    return "/" not in guid.partition("://")[2]


def believed(record: MetadataRecord | None, told: Told) -> MetadataRecord | None:
    """An NFO, or nothing when it is about something else than a person says the item is."""
    if record is None or not told.by_person:
        return record
    if told.is_nothing_known:
        return replace(record, guids=())
    certain = {guid.partition("://")[0]: guid for guid in reversed(told.guids)}
    if any(certain.get(guid.partition("://")[0], guid) != guid for guid in record.guids):
        return None
    return record


def named(record: MetadataRecord, told: Told) -> MetadataRecord:
    """What a name says, with the ids that a person says instead of its own."""
    if not told.by_person:
        return record
    return replace(record, guids=() if told.is_nothing_known else told.guids)


class Sayings:
    """Reads what is told, for one scan. ``providers`` are the identifiers of the section's group in order."""

    def __init__(self, known: Known, providers: Sequence[str]) -> None:
        self._known = known
        self._order = {identifier: at for at, identifier in enumerate(providers)}
        self._by_person: frozenset[int] | None = None
        self._names_now: dict[str, str | None] = {}

    def of(self, identity_ids: Collection[int]) -> dict[int, Told]:
        """What is told about each; those that nothing is told about are absent."""
        if not identity_ids or not (self._order or self._people_said()):
            return {}
        found = {row.identity_id: Told(match=row) for row in self._known.matches(identity_ids)}
        if self._order:
            for identity_id, rows in self._known.provider_records(identity_ids).items():
                known = found.get(identity_id, NOTHING)
                if known.is_nothing_known:
                    continue
                mine = sorted(
                    (row for row in rows if row.provider in self._order), key=lambda r: self._order[r.provider]
                )
                records = tuple(self._wanted(_decode(row.record), row.provider) for row in mine)
                agent = records[0] if mine and mine[0].provider in BUILT_IN else None
                found[identity_id] = replace(known, online=records, agent=agent)
        return found

    def _wanted(self, record: MetadataRecord, provider: str) -> MetadataRecord:
        """What a built-in provider says, with the collections that the owner wants: under the names that they have now,
        without those that were deleted."""
        if provider not in BUILT_IN or not record.collections:
            return record
        for name in record.collections:
            if name not in self._names_now:
                self._names_now[name] = self._known.collection_now(name)
        found = (self._names_now[name] for name in record.collections)
        return replace(record, collections=tuple(dict.fromkeys(name for name in found if name is not None)))

    def pinned(self, keys: Iterable[Key]) -> set[bytes]:
        """Digests of those of the keys that lead to an identity of which a person said what it is."""
        said = self._people_said()
        if not said:
            return set()
        hits = self._known.identities([key.digest for key in keys])
        return {digest for digest, identity_id in hits.items() if identity_id in said}

    def pin(self, keys: list[Key], pinned: set[bytes]) -> list[Key]:
        """The keys of something, without the ids that a person's word overrules."""
        if not any(key.digest in pinned for key in keys if key.kind != EXTERNAL):
            return keys
        return [key for key in keys if key.kind != EXTERNAL]

    def _people_said(self) -> frozenset[int]:
        if self._by_person is None:
            self._by_person = self._known.matched_by_people()
        return self._by_person
