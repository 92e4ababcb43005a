"""Joining what several sources say about one item. Pure.

For every field the first source that says anything wins: what the person edited, then NFO files, hints, the provider
that the section's agent is, embedded tags, other online providers, and last what the file's name gives. Lists are taken
whole from one source, never mixed, so a genre that was removed from the NFO does not come back from the tags. Ids are
the exception: they are united, because each one is another way to recognise the item. A locked field keeps its present
value whatever the sources say.
"""

from collections.abc import Collection, Iterable
from enum import IntEnum

from msgspec import Struct, structs

from vitascope.metadata.external_ids import united
from vitascope.metadata.record import MetadataRecord

LOCKED = "locked"


class SourceKind(IntEnum):
    """Where a record comes from; the lower, the more it is believed."""

    EDIT = 1
    NFO = 2
    HINT = 3
    AGENT = 4
    """The provider that the section's own agent is (:mod:`vitascope.core.agents`)."""
    TAGS = 5
    ONLINE = 6
    NAME = 7


class SourcedRecord(Struct, frozen=True, kw_only=True):
    """A record and where it comes from. Of two of the same kind the earlier is believed."""

    kind: SourceKind
    record: MetadataRecord
    name: str = ""
    """For the owner: a file's name, say. Empty: the kind's name."""


class Merged(Struct, frozen=True, kw_only=True):
    record: MetadataRecord
    provenance: dict[str, str]
    """For every field that has a value: the source's name, or ``locked``."""


FIELDS: frozenset[str] = frozenset(MetadataRecord.__struct_fields__)


def merge(
    sources: Iterable[SourcedRecord], *, locked: Collection[str] = (), current: MetadataRecord | None = None
) -> Merged:
    """One record of all sources.

    ``locked`` names fields that stay as they are in ``current`` (empty there means: empty on purpose). Raises
    ``ValueError`` for a locked field that does not exist.
    """
    unknown = set(locked) - FIELDS
    if unknown:
        raise ValueError(f"no such fields: {', '.join(sorted(unknown))}")
    ordered = sorted(sources, key=lambda source: source.kind)
    values: dict[str, object] = {}
    provenance: dict[str, str] = {}
    for field in MetadataRecord.__struct_fields__:
        if field in locked:
            if current is not None:
                values[field] = getattr(current, field)
            provenance[field] = LOCKED
            continue
        for source in ordered:
            value = getattr(source.record, field)
            if _says_something(value):
                values[field] = value
                provenance[field] = source.name or source.kind.name.lower()
                break
    if "guids" not in locked:
        values["guids"] = united(*(source.record.guids for source in ordered))
    return Merged(record=structs.replace(MetadataRecord(), **values), provenance=provenance)


def _says_something(value: object) -> bool:
    return value is not None and value not in ((), {}, "")
