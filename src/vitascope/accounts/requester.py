"""Who sent a request, and what that person may see.

A token decides whenever there is one: a token that is unknown or revoked is refused even from this machine, for a
person who was shown out must not come back by sitting nearby. Without a token the address may count
(:mod:`vitascope.accounts.locality`), and the unix socket in the support directory always does: only the owner's account
on the machine can connect to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.core.model import OWNER_PERSON_ID, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who asks. ``viewer`` is ``None`` when nobody is proven."""

    viewer: Viewer | None
    name: str = ""
    token: bool = False
    """Whether a token proved it (and not an address)."""
    transient: bool = False
    """Whether that token ends by itself; with one nobody makes tokens that last, or changes passwords."""
    throttled: bool = False
    """Whether too many wrong tokens came from its address, this one among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a request shows about who sent it."""

    token: str | None
    peer: str | None
    """The address that it came from; through a proxy that is believed, what that proxy says."""
    headers: Mapping[str, str]
    """All headers, with lower-case names."""
    own_socket: bool = False
    """Whether it came over the unix socket of the support directory."""
    hop: str | None = None
    """The address at the other end of the connection."""


NOBODY = Requester(viewer=None)
THROTTLED = Requester(viewer=None, throttled=True)


def owner_viewer() -> Viewer:
    """The owner, who sees everything."""
    return Viewer(person_id=OWNER_PERSON_ID, is_owner=True)
