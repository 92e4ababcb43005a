"""What a route demands of whoever calls it.

Every route names its policy where it is declared; :class:`~vitascope.api.routing.Routes` takes none without. Which
items a person may see is decided below, by the :class:`~vitascope.core.model.Viewer` that every read of the store is
given.
"""

from enum import Enum

from vitascope.accounts.requester import Requester
from vitascope.api.errors import ForbiddenError, TooManyRequestsError, UnauthorizedError


class Policy(Enum):
    """Who may call a route."""

    PUBLIC = "public"
    """Anyone; the answer says nothing about a library."""
    KEYED = "keyed"
    """Whoever knows the address, which holds a key that nobody can guess. Players read the playlists and segments of a
    stream they began with nothing but their addresses."""
    SIGNED_IN = "signed-in"
    """A person with a token, or whoever counts as the owner for the address."""
    OWNER = "owner"
    """The owner alone."""

    def check(self, requester: Requester) -> None:
        """Raises the error that a requester who may not is answered with."""
        if self in OPEN:
            return
        if requester.throttled:
            raise TooManyRequestsError("too many wrong tokens from this address")
        if requester.viewer is None:
            raise UnauthorizedError
        if self is Policy.OWNER and not requester.viewer.is_owner:
            raise ForbiddenError


OPEN = frozenset({Policy.PUBLIC, Policy.KEYED})
"""Policies that ask for no token."""
