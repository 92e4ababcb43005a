"""What is asked of a metadata provider: of whom, about what, and how it is to answer."""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.model import ItemType


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A registered provider, as much of it as asking needs."""

    identifier: str
    uri: str
    match_path: str
    metadata_path: str
    built_in: bool = False
    """It is part of this server, and knows albums by their names."""


class ChaptersFrom(StrEnum):
    """Whose chapters an audiobook has."""

    MISSING = "missing"
    """The service's where a file has none."""
    SERVICE = "service"
    """The service's, also in place of the file's."""
    FILES = "files"
    """The files' alone: nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a provider is to answer."""

    language: str
    """``de`` or ``de-DE``."""
    country: str | None = None
    """Two letters: whose dates and content ratings; ``None``: of the country that the language names, if any."""
    order: str | None = None
    """Of the episodes of a show (``aired``, ``dvd``, ``absolute`` …); ``None``: as the provider likes."""
    region: str | None = None
    """Of a provider that sells in regions: the one whose catalogue is meant; ``None``: by the language."""
    chapters: ChaptersFrom = ChaptersFrom.MISSING
    """Of an audiobook: when its chapters are asked for."""
    series_collections: bool = True
    """Whether books of one series are in a collection of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchQuery:
    """What is told about an item that a provider shall recognise."""

    type: ItemType
    title: str
    year: int | None = None
    guid: str | None = None
    """An external id, as ``imdb://tt0088763``."""
    parent_title: str | None = None
    filename: str | None = None
    """Relative to the section's folder."""
    manual: bool = False
    """All candidates, and not the best alone."""
