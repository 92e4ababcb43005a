"""Whom the server belongs to, put together: claiming, signing in, and linking to an account home at start."""

import asyncio
import logging
import socket
import time
from contextlib import AsyncExitStack

from vitascope import __version__
from vitascope.accounts.claims import ClaimDesk
from vitascope.accounts.errors import AccountError
from vitascope.accounts.gate import Gate
from vitascope.accounts.home import Account, ThisServer
from vitascope.accounts.home_desk import HomeDesk
from vitascope.accounts.linking import Linker
from vitascope.accounts.ownership import ClaimWay, Ownership
from vitascope.accounts.passwords import PasswordThread
from vitascope.accounts.sign_in import SignIn
from vitascope.accounts.unknown_tokens import UnknownTokens
from vitascope.api.house import House
from vitascope.ops.actions import ActionFailedError, LinkRequest
from vitascope.ops.package_state import PackageStateError, StateFile, default_path
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings, SettingsError, read_secret
from vitascope.store.engine import Database

_log = logging.getLogger("vitascope.app")


def make_gate(stack: AsyncExitStack, settings: Settings, database: Database, preferences: Preferences) -> Gate:
    """What claiming, signing in and account homes need."""
    passwords = PasswordThread()
    stack.callback(passwords.close)
    desk = ClaimDesk()
    ownership = Ownership(
        database, passwords=passwords, desk=desk, inherited=lambda: bool(preferences.text("PlexOnlineToken"))
    )

    def keep_plex_account(account: Account) -> None:
        preferences.keep_account(token=account.token, username=account.username, mail=account.email)

    linker = Linker(
        database,
        ownership,
        desk,
        home=settings.account_home,
        server=lambda: ThisServer(
            client_identifier=preferences.machine_identifier,
            name=preferences.text("FriendlyName") or socket.gethostname(),
            version=__version__,
        ),
        keep_plex_account=keep_plex_account,
    )
    sign_in = SignIn(database, passwords, vouch=linker.vouch)
    return Gate(
        desk=desk,
        ownership=ownership,
        passwords=passwords,
        sign_in=sign_in,
        home=HomeDesk(database, desk, sign_in),
        linker=linker,
        unknown=UnknownTokens(),
    )


async def make_owner(settings: Settings, gate: Gate) -> None:
    """Makes the owner that the settings name, where the server has none of ours yet."""
    if settings.owner is None or gate.ownership.row is not None:
        return
    try:
        password = await asyncio.to_thread(settings.owner_password)
        await gate.ownership.make_owner(settings.owner, password, ClaimWay.SETTINGS)
    except AccountError as error:
        raise SettingsError(f"owner {settings.owner!r}: {error}") from error
    _log.info("the owner was made from the settings")


async def link_at_start(settings: Settings, house: House) -> None:
    """Exchanges the claim token that the server was started with, when it has one and no owner."""
    ownership, container = house.gate.ownership, settings.container
    token = container.claim
    try:
        if not ownership.claimed and not token and container.claim_file is not None:
            token = (await asyncio.to_thread(read_secret, container.claim_file, "PLEX_CLAIM_FILE")).strip()
        state = StateFile(settings.state or default_path(settings.support))
        kept = await asyncio.to_thread(state.settle, linked=ownership.claimed, now=time.time())
        if not ownership.claimed and (token := token or kept.claim_token or ""):
            await house.gate.linker.link_at_start(token)
            await asyncio.to_thread(state.settle, linked=ownership.claimed, now=time.time())
    except (SettingsError, PackageStateError) as error:
        _log.warning("the server was not linked: %s", error)


async def link_owner(gate: Gate, request: LinkRequest) -> str:
    """The action that makes the owner; whoever may run it may already do everything."""
    try:
        linked = await gate.linker.link(request.token, request.owner_name, request.owner_password)
    except AccountError as error:
        raise ActionFailedError(str(error)) from error
    return linked.message
