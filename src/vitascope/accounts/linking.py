"""How a running server comes to its owner without a browser: by a claim token from outside, or on the spot.

A claim token from outside is exchanged at the account home that the settings name, and nowhere else: most recipes pass
one of plex.tv, and a server that was not told to ask plex.tv asks nobody, says so in one line, and serves. At start it
is tried in the background, again while nobody answers, and never holds anything up.

:meth:`Linker.link` is what the action ``link-account`` calls.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitascope.accounts.claims import ClaimDesk, looks_like_one
from vitascope.accounts.errors import (
    AccountError,
    AlreadyClaimedError,
    ClaimRefusedError,
    HomeError,
    PasswordError,
)
from vitascope.accounts.home import PLEX_TV, Account, ThisServer, is_plex_tv
from vitascope.accounts.ownership import ClaimWay, Ownership, name_owner
from vitascope.store import ownership
from vitascope.store.engine import Database
from vitascope.store.writer import Writer

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = (5.0, 20.0, 60.0)

NO_HOME = (
    "a claim token was given, but no account home is set, so nobody is asked and the server stays as it is. "
    "VITASCOPE_ACCOUNT_HOME=https://plex.tv exchanges one of plex.tv; without any account, claim the server at /web "
    "(vitascope claim-token) or with VITASCOPE_OWNER and VITASCOPE_OWNER_PASSWORD_FILE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResult:
    """The server has an owner."""

    owner: str
    message: str


def _claim_by_home(tx: Writer, name: str, home: str, token: str) -> None:
    if ownership.ownership_of(tx) is not None:
        raise AlreadyClaimedError
    name_owner(tx, name)
    ownership.set_ownership(tx, ClaimWay.HOME, home=home, home_token=token)


class Linker:
    """Makes the owner.

    Args:
        database: where people are.
        state: whom the server belongs to.
        desk: tells which claim tokens are this server's own.
        home: address of the account home; empty when there is none.
        server: tells what this server says of itself.
        keep_plex_account: keeps an account of plex.tv where the original keeps it; called in a thread.
        plex_tv: where plex.tv is.
    """

    def __init__(
        self,
        database: Database,
        state: Ownership,
        desk: ClaimDesk,
        *,
        home: str,
        server: Callable[[], ThisServer],
        keep_plex_account: Callable[[Account], None],
        plex_tv: str = PLEX_TV,
    ) -> None:
        self._database = database
        self._state = state
        self._desk = desk
        self._home = home
        self._server = server
        self._keep_plex_account = keep_plex_account
        self._plex_tv = plex_tv

    async def link(
        self, claim_token: str | None = None, owner_name: str | None = None, owner_password: str | None = None
    ) -> LinkResult:
        """Makes the owner on the word of whoever may already do everything.

        Args:
            claim_token: from the account home; or of this server itself, with name and password.
            owner_name: whom to make the owner on the spot.
            owner_password: theirs.

        Raises:
            AccountError: there is no owner now; its message says why, for a person.
        """
        if self._state.claimed:
            raise AlreadyClaimedError
        if owner_name or owner_password:
            if claim_token and not self._desk.redeem(claim_token):
                raise ClaimRefusedError("the claim token is none of this server's, or too old")
            if not owner_name or not owner_password:
                raise PasswordError("the owner needs a name and a password")
            await self._state.make_owner(owner_name, owner_password, ClaimWay.ACTION)
            name = owner_name.strip()
            return LinkResult(owner=name, message=f"{name} owns this server now, and signs in with the password.")
        if not claim_token:
            raise ClaimRefusedError("give a claim token of the account home, or the owner's name and a password")
        return await self._exchange(claim_token)

    async def link_at_start(self, claim_token: str, again: Sequence[float] = _AGAIN_SECONDS) -> bool:
        """Exchanges a token that the server was started with; whether it has an owner now. Never raises."""
        for pause in (*again, None):
            if self._state.claimed:
                return True
            try:
                result = await self._exchange(claim_token)
            except HomeError as error:
                _log.warning("the server was not linked: %s", error)
                if not error.again or pause is None:
                    return False
                await asyncio.sleep(pause)
            except AccountError as error:
                _log.warning("the server was not linked: %s", error)
                return False
            else:
                _log.info("%s", result.message)
                return True
        return False

    async def vouch(self, name: str, password: str, caller: str) -> bool:
        """Whether the account home says that this is the owner; ``False`` when it does not answer."""
        row = self._state.row
        if row is None or not row.home or not row.home_token:
            return False
        from vitascope.accounts.home_client import HomeClient  # needed by few servers, and seldom

        try:
            return await HomeClient(row.home).vouches(row.home_token, name, password, caller)
        except HomeError as error:
            _log.warning("the account home was asked who signs in: %s", error)
            return False

    async def _exchange(self, claim_token: str) -> LinkResult:
        if not looks_like_one(claim_token):
            raise ClaimRefusedError("this is no claim token: claim- and 20 characters")
        if self._desk.is_valid(claim_token):
            raise ClaimRefusedError(
                "this token is of this server itself: enter it at /web, or give a name and a password with it"
            )
        if not self._home:
            raise ClaimRefusedError(NO_HOME)
        from vitascope.accounts.home_client import HomeClient

        if is_plex_tv(self._home):
            account = await HomeClient(self._plex_tv).exchange(claim_token, self._server())
            await asyncio.to_thread(self._keep_plex_account, account)
            await self._state.load()
            return LinkResult(owner=account.username, message=f"The server is linked to {account.username} of plex.tv.")
        account = await HomeClient(self._home).exchange(claim_token, self._server())
        if not account.username:
            raise HomeError(f"the answer of {self._home} names no owner")
        await self._database.awrite(_claim_by_home, account.username, self._home, account.token)
        await self._state.load()
        return LinkResult(
            owner=account.username, message=f"The server belongs to {account.username}, as {self._home} says."
        )
