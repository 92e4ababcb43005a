"""Whom the server belongs to, and how it comes to an owner.

A fresh server belongs to nobody. It is claimed when its database says so (somebody presented a claim token, the
settings named an owner, an account home vouched for one), or when a taken-over ``Preferences.xml`` holds a
``PlexOnlineToken``. The first is ours and comes back with a backup; the second is only read, and no claim of ours ever
writes there, so that the original server, put back, asks for its own.
"""

from collections.abc import Callable
from enum import StrEnum

from vitascope.accounts.claims import ClaimDesk
from vitascope.accounts.errors import AlreadyClaimedError, ClaimRefusedError, HouseholdError, TooManyTriesError
from vitascope.accounts.household import checked_name
from vitascope.accounts.passwords import PasswordThread, check
from vitascope.accounts.throttle import Throttle
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership, people
from vitascope.store.engine import Database
from vitascope.store.rows import OwnershipRow
from vitascope.store.writer import Writer

_FREE_TRIES = 5
_LONGEST_WAIT_SECONDS = 300.0


class ClaimWay(StrEnum):
    """How a server came to its owner."""

    CLAIM = "claim"
    """Somebody presented a claim token of this server."""
    SETTINGS = "settings"
    """It was started with the owner's name and password."""
    HOME = "home"
    """A claim token was exchanged at the account home."""
    ACTION = "action"
    """Whoever may already do everything made the owner with the action for it."""
    RESET = "reset"
    """Whoever holds the configuration folder gave the owner a password."""


def name_owner(tx: Writer, name: str) -> None:
    """Gives the owner a name, made when there is none yet. Raises :class:`HouseholdError`."""
    people.ensure_owner(tx)
    try:
        people.set_name(tx, OWNER_PERSON_ID, checked_name(name))
    except ValueError as error:
        raise HouseholdError(str(error)) from error
    people.set_title(tx, OWNER_PERSON_ID, checked_name(name))


def claim_locally(tx: Writer, name: str, encoded_password: str, way: ClaimWay) -> None:
    """Makes the owner of a server that has none, inside a write. Raises :class:`AlreadyClaimedError`."""
    if ownership.ownership_of(tx) is not None:
        raise AlreadyClaimedError
    name_owner(tx, name)
    ownership.set_password(tx, OWNER_PERSON_ID, encoded_password)
    ownership.set_ownership(tx, way)


def reset_owner(tx: Writer, encoded_password: str, *, sign_out: bool) -> str:
    """Gives the owner a new password, and with ``sign_out`` ends all their tokens; returns the owner's name.

    An account home is asked no more: the password lies here now.
    """
    owner = people.ensure_owner(tx)
    ownership.set_password(tx, OWNER_PERSON_ID, encoded_password)
    ownership.set_ownership(tx, ClaimWay.RESET)
    if sign_out:
        people.revoke_tokens_of(tx, OWNER_PERSON_ID)
    return owner.name


class Ownership:
    """The state of the claim, held in memory. Used from the event loop only.

    Args:
        database: where it is kept.
        passwords: what hashes the owner's.
        desk: takes claim tokens back.
        inherited: whether a taken-over preferences file says that the server is claimed.
    """

    def __init__(
        self, database: Database, *, passwords: PasswordThread, desk: ClaimDesk, inherited: Callable[[], bool]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._desk = desk
        self._inherited = inherited
        self._row: OwnershipRow | None = None
        self._tries = Throttle(free=_FREE_TRIES, most_seconds=_LONGEST_WAIT_SECONDS)
        self._listeners: list[Callable[[], None]] = []

    @property
    def claimed(self) -> bool:
        """Whether the server belongs to somebody."""
        return self._row is not None or self._inherited()

    @property
    def row(self) -> OwnershipRow | None:
        """What the database says of the claim."""
        return self._row

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls ``listener`` after every change."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Reads the state again, after a start and after every write that may have changed it."""
        self._row = await self._database.read(ownership.ownership_of)
        if self._row is not None:
            self._desk.clear_own()
        for listener in self._listeners:
            listener()

    async def claim(self, token: str, name: str, password: str, *, label: str, address: str) -> str:
        """Makes whoever presents a claim token the owner; a token of theirs for the API.

        Args:
            token: the claim token; it is used up only when the owner was made.
            name: what the owner signs in with.
            password: the owner's.
            label: what is noted with the token that is returned.
            address: who asks, as a key: wrong too often, they have to wait.
        """
        if wait := self._tries.wait(address):
            raise TooManyTriesError(wait)
        if self.claimed:
            raise AlreadyClaimedError
        if not self._desk.is_valid(token):
            self._tries.failed(address)
            raise ClaimRefusedError("the claim token is not valid: it is good for one use within four minutes")
        checked_name(name)
        check(password)
        encoded = await self._passwords.encode(password)
        # Of two who come this far at once, the database takes one; then every token for this server ends.
        made = await self._database.awrite(_claim_and_mint, name, encoded, label)
        await self.load()
        return made

    async def make_owner(self, name: str, password: str, way: ClaimWay) -> None:
        """Makes the owner on the word of whoever may already do everything. Raises :class:`AlreadyClaimedError`."""
        encoded = await self._passwords.encode(password)
        await self._database.awrite(claim_locally, name, encoded, way)
        await self.load()

    async def release(self) -> None:
        """Gives the server up. The people, and what they did, stay."""
        await self._database.awrite(ownership.end_ownership)
        await self.load()

    async def reset(self, encoded_password: str, *, sign_out: bool) -> None:
        """Gives the owner a new password; see :func:`reset_owner`."""
        await self._database.awrite(reset_owner, encoded_password, sign_out=sign_out)
        await self.load()


def _claim_and_mint(tx: Writer, name: str, encoded: str, label: str) -> str:
    claim_locally(tx, name, encoded, ClaimWay.CLAIM)
    return people.mint_token(tx, OWNER_PERSON_ID, label)
