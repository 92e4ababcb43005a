"""What the owner asks an authority for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AcmeWish:
    """What the owner asks for."""

    domain: str
    email: str
    directory: str
    """The authority's first address."""
