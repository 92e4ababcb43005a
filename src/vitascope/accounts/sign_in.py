"""Signing in with name and password.

Guessing is slowed by who asks (an address and what a proxy says of it), by who asks for which name (or somebody with a
password of their own could wipe out, by using it, that they guess at another's), by the address alone (what a proxy
says can be made up), and by the name (a guesser may have many addresses). From where a person signed in before, only
the first two count, and every wait has an end of minutes: no attack locks the owner out. Whoever sits at the machine
can always make a token or a new password on the command line.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from vitascope.accounts.errors import SignInRefusedError, TooManyTriesError
from vitascope.accounts.passwords import PasswordThread
from vitascope.accounts.throttle import Throttle, address_key
from vitascope.store import ownership, people
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.rows import PersonRow

_REMEMBERED = 1_024

Vouch = Callable[[str, str, str], Awaitable[bool]]
"""Asks the account home whether name and password are its owner's, for the caller with this key."""


async def _nobody_vouches(_name: str, _password: str, _caller: str) -> bool:
    return False


def _who(r: Reader, name: str) -> tuple[PersonRow | None, str | None]:
    person = people.person_by_name(r, name)
    return person, ownership.password_of(r, person.id) if person else None


class SignIn:
    """Who knows a name and its password gets a token. Used from the event loop only."""

    def __init__(self, database: Database, passwords: PasswordThread, *, vouch: Vouch = _nobody_vouches) -> None:
        self._database = database
        self._passwords = passwords
        self._vouch = vouch
        self._callers = Throttle(free=5, most_seconds=900)
        self._guesses = Throttle(free=5, most_seconds=900)
        """By caller and name."""
        self._addresses = Throttle(free=40, most_seconds=60)
        self._names = Throttle(free=30, most_seconds=60)
        self._trying: set[str] = set()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        """Where people signed in from before."""

    async def sign_in(self, name: str, password: str, *, peer: str | None, forwarded: str | None, label: str) -> str:
        """A new token for who signs in.

        Args:
            name: of the person.
            password: theirs.
            peer: the address that the request comes from.
            forwarded: its ``X-Forwarded-For``.
            label: what is noted with the token.
        """
        person = await self.check(name, password, peer=peer, forwarded=forwarded)
        return await self._database.awrite(people.mint_token, person.id, label)

    async def check(
        self, name: str, password: str, *, peer: str | None, forwarded: str | None = None, on_behalf: str | None = None
    ) -> PersonRow:
        """Who this is. ``on_behalf`` names the caller where a server that proved itself asks for them.

        Raises:
            SignInRefusedError: nobody with this name and password.
            TooManyTriesError: wrong too often.
        """
        caller, address, named = (
            on_behalf or address_key(peer, forwarded),
            address_key(peer),
            name.strip().casefold()[:64],
        )
        guess = f"{caller} {named}"
        waits = [self._callers.wait(caller), self._guesses.wait(guess)]
        at_home = (caller, named) in self._seen
        if not at_home:
            waits += [self._addresses.wait(address), self._names.wait(named)]
        if (wait := max(waits)) > 0:
            raise TooManyTriesError(wait)
        if caller in self._trying:
            raise TooManyTriesError(1)
        self._trying.add(caller)
        try:
            person = await self._judge(name.strip(), password, caller)
        finally:
            self._trying.discard(caller)
        if person is None:
            self._callers.failed(caller)
            self._guesses.failed(guess)
            if not at_home:
                self._addresses.failed(address)
                self._names.failed(named)
            raise SignInRefusedError
        self._callers.succeeded(caller)
        self._guesses.succeeded(guess)
        self._remember(caller, named)
        return person

    def forgive(self) -> None:
        """Ends all waits: the owner's password was reset by whoever holds the configuration folder."""
        for throttle in (self._callers, self._guesses, self._addresses, self._names):
            throttle.clear()

    async def _judge(self, name: str, password: str, caller: str) -> PersonRow | None:
        person, encoded = await self._database.read(_who, name)
        if await self._passwords.matches(encoded, password):
            return person
        if person is not None and person.is_owner and encoded is None and await self._vouch(name, password, caller):
            return person
        return None

    def _remember(self, caller: str, name: str) -> None:
        self._seen.pop((caller, name), None)
        self._seen[caller, name] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
