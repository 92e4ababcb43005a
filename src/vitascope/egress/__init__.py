"""Every request that the server sends to somebody else.

Two rules hold for all of them and stand nowhere else: who may be spoken to (:mod:`.addresses`), decided for the
address a connection really goes to, and how much of our time and memory an answer may take (:mod:`.limits`).
"""

from vitascope.egress.addresses import Reach
from vitascope.egress.errors import (
    AddressRefused,
    BadAnswer,
    EgressError,
    TimedOut,
    TooLarge,
    Unreachable,
    UrlRefused,
)
from vitascope.egress.fetcher import Fetched, Fetcher
from vitascope.egress.limits import Limits
from vitascope.egress.multipart import Part, multipart
from vitascope.egress.urls import Target, parse_url

__all__ = [
    "AddressRefused",
    "BadAnswer",
    "EgressError",
    "Fetched",
    "Fetcher",
    "Limits",
    "Part",
    "Reach",
    "Target",
    "TimedOut",
    "TooLarge",
    "Unreachable",
    "UrlRefused",
    "multipart",
    "parse_url",
]
