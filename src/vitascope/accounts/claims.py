"""Claim tokens: ``claim-`` and twenty characters, good for one use within four minutes.

They are the first-run code of this server: whoever can read its output, or its configuration folder, can make one, and
whoever presents one becomes the owner, from any address and behind any proxy. A second kind, made by the owner of a
claimed server, makes that owner the owner of *another* server (:mod:`vitascope.accounts.account_home`); one kind is
never taken for the other. Only hashes are kept, in memory: a restart ends them all, and after four minutes or one use
a stolen one is worth nothing.
"""

import hashlib
import hmac
import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

PREFIX = "claim-"
CHARACTERS = 20
LIFETIME_SECONDS = 240.0
_ALPHABET = string.ascii_letters + string.digits + "-_"
_MOST = 8
_LONGEST = 200


class ClaimKind(Enum):
    """What a claim token is good for."""

    THIS_SERVER = "this server"
    ANOTHER_SERVER = "another server"


@dataclass(frozen=True, slots=True)
class _Minted:
    digest: bytes
    kind: ClaimKind
    until: float


def _digest(token: str) -> bytes:
    return hashlib.sha256(token[:_LONGEST].encode("utf-8", "surrogateescape")).digest()


def looks_like_one(token: str) -> bool:
    """Whether a text has the shape of a claim token, whoever minted it."""
    return (
        token.startswith(PREFIX)
        and len(token) == len(PREFIX) + CHARACTERS
        and all(character in _ALPHABET for character in token[len(PREFIX) :])
    )


class ClaimDesk:
    """Mints claim tokens and takes them back. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minted: list[_Minted] = []

    def mint(self, kind: ClaimKind = ClaimKind.THIS_SERVER) -> str:
        """A new token. Several may be valid at a time; of too many the oldest ends."""
        token = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(CHARACTERS))
        self._minted = [*self._valid(), _Minted(_digest(token), kind, self._clock() + LIFETIME_SECONDS)][-_MOST:]
        return token

    def is_valid(self, token: str, kind: ClaimKind = ClaimKind.THIS_SERVER) -> bool:
        """Whether a token would be taken now; it stays valid."""
        return self._find(token, kind) is not None

    def redeem(self, token: str, kind: ClaimKind = ClaimKind.THIS_SERVER) -> bool:
        """Takes a token: whether it was valid. It is not any more."""
        found = self._find(token, kind)
        if found is None:
            return False
        self._minted.remove(found)
        return True

    def clear_own(self) -> None:
        """Ends the tokens for this server: it belongs to somebody now."""
        self._minted = [one for one in self._minted if one.kind is not ClaimKind.THIS_SERVER]

    def _valid(self) -> list[_Minted]:
        now = self._clock()
        self._minted = [one for one in self._minted if now < one.until]
        return self._minted

    def _find(self, token: str, kind: ClaimKind) -> _Minted | None:
        digest = _digest(token)
        found = None
        for one in self._valid():  # all of them, so that the time says nothing
            if hmac.compare_digest(one.digest, digest) and one.kind is kind:
                found = one
        return found
