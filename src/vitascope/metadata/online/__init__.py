"""Metadata providers: HTTP services that the owner registered, asked what an item is and what is known of it. Those
that are part of this server answer the same questions (:mod:`.built_in`).

The protocol is that of the custom metadata providers of Plex Media Server (``docs/providers.md``). Everything that such
a service says is taken as hostile: read field by field, bounded, and never believed about another service's ids.
"""

from vitascope.metadata.online.answers import ProviderItem, read_items
from vitascope.metadata.online.built_in import BuiltIn
from vitascope.metadata.online.client import ProviderClient
from vitascope.metadata.online.description import Description, read_description
from vitascope.metadata.online.errors import ProviderError
from vitascope.metadata.online.pictures import PERSON, Picture
from vitascope.metadata.online.questions import ChaptersFrom, Manner, MatchQuery, Provider

__all__ = [
    "PERSON",
    "BuiltIn",
    "ChaptersFrom",
    "Description",
    "Manner",
    "MatchQuery",
    "Picture",
    "Provider",
    "ProviderClient",
    "ProviderError",
    "ProviderItem",
    "read_description",
    "read_items",
]
