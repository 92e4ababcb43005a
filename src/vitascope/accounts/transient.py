"""Tokens that a person hands on for a while: to a player, a cloud service, a web page.

Such a token has the rights of the one it was made with, no more and never for longer: whoever ends that token ends
this one with it. It is good for 48 hours and ends when the server does, since it is kept in memory alone, as a hash. It
makes no token that lasts and changes no password (:attr:`~vitascope.accounts.requester.Requester.transient`): what was
handed on for an evening must not become a key to the house.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from vitascope.store.people import hash_token

PREFIX = "transient-"
LIFETIME_SECONDS = 48 * 3_600.0
_MOST_OF_ONE = 256
"""Of one parent; the oldest ends. A script that asks for one with every call must not fill the memory."""


@dataclass(frozen=True, slots=True)
class _Minted:
    parent: bytes
    until: float


class TransientTokens:
    """The transient tokens of a running server. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minted: OrderedDict[bytes, _Minted] = OrderedDict()

    def mint(self, token: str) -> str:
        """A token with the rights of ``token``; made with a transient one, it ends with that one's parent and time."""
        made = PREFIX + secrets.token_urlsafe(24)
        key = hash_token(token)
        known = self._valid(key)
        parent, until = (known.parent, known.until) if known else (key, self._clock() + LIFETIME_SECONDS)
        self._minted[hash_token(made)] = _Minted(parent, until)
        now = self._clock()
        for old in [key for key, one in self._minted.items() if one.until <= now]:
            del self._minted[old]
        siblings = [key for key, one in self._minted.items() if one.parent == parent]
        for old in siblings[:-_MOST_OF_ONE]:
            del self._minted[old]
        return made

    def parent_of(self, key: bytes) -> bytes | None:
        """The hash of the token that one was made with; ``None`` when there is no such token, or none any more."""
        found = self._valid(key)
        return found.parent if found else None

    def _valid(self, key: bytes) -> _Minted | None:
        found = self._minted.get(key)
        return found if found is not None and found.until > self._clock() else None
