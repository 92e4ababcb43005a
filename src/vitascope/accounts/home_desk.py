"""Being an account home: what other servers of the same owner are told.

The owner mints a claim token *for another server* here; that server presents it and learns the owner's name and a token
of its own. With that token it can do one thing: ask whether a name and a password are the owner's, when somebody signs
in there. It opens nothing here, so a stolen database of the other server opens nothing here either; and it ends when
the owner unlinks the server.
"""

import secrets
from dataclasses import dataclass

from vitascope.accounts.claims import ClaimDesk, ClaimKind
from vitascope.accounts.errors import ClaimRefusedError, SignInRefusedError, TooManyTriesError
from vitascope.accounts.sign_in import SignIn
from vitascope.accounts.throttle import Throttle, address_key
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership, people
from vitascope.store.engine import Database

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a server is told that was linked."""

    owner: str
    token: str


class HomeDesk:
    """Answers other servers. Used from the event loop only."""

    def __init__(self, database: Database, desk: ClaimDesk, sign_in: SignIn) -> None:
        self._database = database
        self._desk = desk
        self._sign_in = sign_in
        self._tries = Throttle(free=5, most_seconds=300)

    async def exchange(
        self, claim_token: str, *, client_identifier: str, name: str, own_identifier: str, peer: str | None
    ) -> Linked:
        """Links a server that presents a claim token of this home's owner."""
        caller = address_key(peer)
        if wait := self._tries.wait(caller):
            raise TooManyTriesError(wait)
        if client_identifier == own_identifier:
            raise ClaimRefusedError("a server cannot be its own account home")
        if not self._desk.redeem(claim_token, ClaimKind.ANOTHER_SERVER):
            self._tries.failed(caller)
            raise ClaimRefusedError("the claim token is not valid: it is good for one use within four minutes")
        token = secrets.token_urlsafe(32)
        await self._database.awrite(
            ownership.link_server, client_identifier[:_LONGEST], name[:_LONGEST] or "a server", token
        )
        owner = await self._database.read(people.person, OWNER_PERSON_ID)
        return Linked(owner=owner.name, token=token)

    async def verify(self, server_token: str, name: str, password: str, *, peer: str | None, caller: str) -> None:
        """Whether this is the owner, asked by a linked server for who tries there (``caller``).

        Raises:
            SignInRefusedError: it is not.
        """
        address = address_key(peer)
        if wait := self._tries.wait(address):
            raise TooManyTriesError(wait)
        server = await self._database.read(ownership.server_for_token, server_token)
        if server is None:
            self._tries.failed(address)
            raise SignInRefusedError
        person = await self._sign_in.check(
            name, password, peer=peer, on_behalf=f"server {server.id} {caller[:_LONGEST]}"
        )
        if not person.is_owner:
            raise SignInRefusedError

    async def can_vouch(self) -> bool:
        """Whether the owner can sign in by name and password, here or at a home of this server."""
        found = await self._database.read(ownership.ownership_of)
        password = await self._database.read(ownership.password_of, OWNER_PERSON_ID)
        return password is not None or bool(found and found.home)
