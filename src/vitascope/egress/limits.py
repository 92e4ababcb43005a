"""How long an answer may take and how large it may be."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one request with everything it leads to: ``whole_seconds`` covers the look-up of names and every redirect.

    ``largest_bytes`` counts the answer as it is after decompression.
    """

    connect_seconds: float = 5.0
    first_byte_seconds: float = 15.0
    whole_seconds: float = 30.0
    largest_bytes: int = 8 * _MIB
    redirects: int = 4
