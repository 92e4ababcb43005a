"""Metadata providers: HTTP services that the owner registered, asked what an item is and what is known of it.

The protocol is that of the custom metadata providers of Plex Media Server (``docs/providers.md``). Everything that such
a service says is taken as hostile: read field by field, bounded, and never believed about another service's ids.
"""

from vitascope.metadata.online.answers import ProviderItem, read_items
from vitascope.metadata.online.client import Manner, MatchQuery, Provider, ProviderClient
from vitascope.metadata.online.description import Description, read_description
from vitascope.metadata.online.errors import ProviderError
from vitascope.metadata.online.pictures import PERSON, Picture

__all__ = [
    "PERSON",
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
