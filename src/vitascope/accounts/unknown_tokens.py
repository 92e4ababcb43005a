"""Tokens that nobody here knows, and the tools that still show them: what a server taken over finds in its neighbours.

A tool that was set up for the original server goes on with the token it has. The owner sees "unknown token of Tautulli
at 10.89.0.5" and accepts it with one action, instead of finding the setting in each tool. Nothing is accepted by
itself: what a tool calls itself can be made up, its address cannot. Only hashes are kept, in memory; the list is short,
and so is each address's share of it, so that nobody can push another's entry out.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from vitascope.accounts.errors import HouseholdError
from vitascope.store import people
from vitascope.store.reader import Reader
from vitascope.store.writer import Writer

MOST = 64
MOST_OF_ONE_ADDRESS = 8
_DISMISSED = 1_024
_LONGEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownToken:
    """A token that was shown, and who showed it last."""

    number: int
    token_hash: bytes
    product: str
    device: str
    address: str
    behind_proxy: bool
    """Whether a proxy sent it; the address is the proxy's then."""
    seen_at: int
    """Epoch seconds."""
    times: int = 1

    @property
    def client(self) -> str:
        """Who showed it: ``Tautulli at 10.89.0.5``."""
        return f"{self.product} at {self.address}{' (a proxy)' if self.behind_proxy else ''}"

    @property
    def title(self) -> str:
        """What the owner reads."""
        return f"unknown token of {self.client}"


def _clean(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:_LONGEST]


class UnknownTokens:
    """The list. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._number = 0
        self._found: OrderedDict[bytes, UnknownToken] = OrderedDict()
        self._dismissed: OrderedDict[bytes, None] = OrderedDict()

    def note(self, token: str, *, product: str, device: str, address: str, behind_proxy: bool) -> None:
        """An unknown token was shown. One from a program that does not say what it is, is not noted."""
        product, key = _clean(product), people.hash_token(token)
        if not product or key in self._dismissed:
            return
        known = self._found.pop(key, None)
        if known is None:
            self._number += 1
            self._make_room(address)
            self._found[key] = UnknownToken(
                number=self._number,
                token_hash=key,
                product=product,
                device=_clean(device),
                address=address,
                behind_proxy=behind_proxy,
                seen_at=int(self._clock()),
            )
        else:
            self._found[key] = replace(known, seen_at=int(self._clock()), times=known.times + 1)

    def _make_room(self, address: str) -> None:
        """Lets go of the oldest entry of an address that has its share; when all is full, of the one that has most."""
        shares = Counter(one.address for one in self._found.values())
        if shares[address] < MOST_OF_ONE_ADDRESS:
            if len(self._found) < MOST:
                return
            address, _ = shares.most_common(1)[0]
        del self._found[next(key for key, one in self._found.items() if one.address == address)]

    def all(self) -> list[UnknownToken]:
        """What was shown, the latest first."""
        return list(reversed(self._found.values()))

    def find(self, number: int) -> UnknownToken | None:
        """One of them."""
        return next((one for one in self._found.values() if one.number == number), None)

    def dismiss(self, found: UnknownToken) -> None:
        """Takes one off the list, and does not note it again."""
        self._found.pop(found.token_hash, None)
        self._dismissed[found.token_hash] = None
        while len(self._dismissed) > _DISMISSED:
            self._dismissed.popitem(last=False)

    def settle(self, found: UnknownToken) -> None:
        """Takes one off the list: it is known now."""
        self._found.pop(found.token_hash, None)


def never_known(r: Reader, found: list[UnknownToken]) -> list[UnknownToken]:
    """Those that were no token of anybody's here; one that was revoked is not offered again."""
    return [one for one in found if not people.is_token_hash_known(r, one.token_hash)]


def accept(tx: Writer, found: UnknownToken, person_id: int) -> None:
    """Makes an unknown token a person's. Raises :class:`HouseholdError` for one that was revoked."""
    if people.is_token_hash_known(tx, found.token_hash):
        raise HouseholdError("this token was revoked here; make a new one for the tool")
    people.add_token_hash(tx, person_id, found.token_hash, found.client)
