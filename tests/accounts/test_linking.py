"""How a running server comes to its owner without a browser.

plex.tv is a local stand-in here; homes of ours are real in ``tests/api/test_account_home.py``.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.accounts.test_home_client import ANSWER, StandIn, saying, standing_in

from vitascope.accounts.claims import ClaimDesk
from vitascope.accounts.errors import AccountError, AlreadyClaimedError, ClaimRefusedError, HomeError, PasswordError
from vitascope.accounts.home import Account, ThisServer
from vitascope.accounts.linking import Linker
from vitascope.accounts.ownership import Ownership
from vitascope.accounts.passwords import PasswordThread
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership as kept
from vitascope.store import people
from vitascope.store.engine import Database

TOKEN = "claim-" + "T" * 20
PASSWORD = "correct horse"


class World:
    """A server that belongs to nobody, and a preferences file that is a list."""

    def __init__(self, database: Database, thread: PasswordThread, home: str, plex_tv: str) -> None:
        self.accounts: list[Account] = []
        self.desk = ClaimDesk()
        self.state = Ownership(database, passwords=thread, desk=self.desk, inherited=lambda: bool(self.accounts))
        self.linker = Linker(
            database,
            self.state,
            self.desk,
            home=home,
            server=lambda: ThisServer(client_identifier="me", name="Cellar", version="1"),
            keep_plex_account=self.accounts.append,
            plex_tv=plex_tv,
        )


def play(
    database: Database,
    act: Callable[[World], Coroutine[Any, Any, None]],
    *,
    home: str = "",
    plex_tv: str = "http://[::1]:1",
) -> None:
    async def run() -> None:
        await database.awrite(people.ensure_owner)
        thread = PasswordThread()
        try:
            world = World(database, thread, home, plex_tv)
            await world.state.load()
            await act(world)
        finally:
            thread.close()

    asyncio.run(run())


def test_on_the_spot_with_and_without_a_token_of_this_server(database: Database) -> None:
    async def act(world: World) -> None:
        refusals: list[tuple[tuple[str | None, ...], type[AccountError]]] = [
            ((), ClaimRefusedError),
            ((None, "anna"), PasswordError),
            ((None, None, PASSWORD), PasswordError),
            ((None, "anna", "short"), PasswordError),
            ((TOKEN, "anna", PASSWORD), ClaimRefusedError),
        ]
        for given, error in refusals:
            with pytest.raises(error):
                await world.linker.link(*given)
        assert await database.read(kept.ownership_of) is None
        result = await world.linker.link(world.desk.mint(), " anna ", PASSWORD)
        assert result.owner == "anna"
        assert world.state.row is not None
        with pytest.raises(AlreadyClaimedError):
            await world.linker.link(None, "eve", PASSWORD)

    play(database, act)


def test_a_token_of_this_very_server_is_no_token_from_outside(database: Database) -> None:
    async def act(world: World) -> None:
        token = world.desk.mint()
        with pytest.raises(ClaimRefusedError, match="of this server itself"):
            await world.linker.link(token)
        assert world.desk.is_valid(token), "it can still be used where it belongs"

    play(database, act)


def test_without_a_home_nobody_is_asked_and_it_is_said(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with standing_in(saying(201, ANSWER)) as plex:

        async def act(world: World) -> None:
            assert not await world.linker.link_at_start(TOKEN)
            assert not world.state.claimed

        play(database, act, plex_tv=plex.url)
        assert plex.asked == []
    (line,) = [record.getMessage() for record in caplog.records if record.name == "vitascope.accounts.linking"]
    assert "VITASCOPE_ACCOUNT_HOME=https://plex.tv" in line
    assert TOKEN not in line


def test_plex_tv_is_asked_when_it_was_named(database: Database) -> None:
    with standing_in(saying(201, ANSWER)) as plex:

        async def act(world: World) -> None:
            assert await world.linker.link_at_start(TOKEN)
            (account,) = world.accounts
            assert (account.username, account.token) == ("anna", "the-token")
            assert world.state.claimed
            assert world.state.row is None, "the claim lies where the original has it"
            assert await world.linker.link_at_start(TOKEN)

        play(database, act, home="https://plex.tv", plex_tv=plex.url)
        assert len(plex.asked) == 1


@pytest.mark.parametrize("status", [401, 422, 500])
def test_a_refusal_is_told_once_and_is_no_error(database: Database, status: int) -> None:
    with standing_in(saying(status, b"<errors/>")) as plex:

        async def act(world: World) -> None:
            assert not await world.linker.link_at_start(TOKEN, again=(0.0, 0.0))
            assert not world.state.claimed

        play(database, act, home="https://plex.tv", plex_tv=plex.url)
        assert len(plex.asked) == 1


def test_who_does_not_answer_is_asked_again(database: Database) -> None:
    seen: list[StandIn] = []

    async def act(world: World) -> None:
        assert not await world.linker.link_at_start(TOKEN, again=(0.0, 0.0))
        with standing_in(saying(201, ANSWER)) as plex:
            seen.append(plex)
            world.linker._plex_tv = plex.url
            assert await world.linker.link_at_start(TOKEN, again=(0.0,))

    play(database, act, home="https://plex.tv")
    assert len(seen[0].asked) == 1


@pytest.mark.parametrize("token", ["", "claim-short", "claim-" + "x" * 21, "nonsense", "claim-../../etc/passwd&a=b"])
def test_what_is_no_claim_token_goes_nowhere(database: Database, token: str) -> None:
    with standing_in(saying(201, ANSWER)) as home:

        async def act(world: World) -> None:
            assert not await world.linker.link_at_start(token)

        play(database, act, home=home.url)
        assert home.asked == []


def test_the_homes_owner_is_the_owner_here(database: Database) -> None:
    with standing_in(saying(201, ANSWER)) as home:

        async def act(world: World) -> None:
            result = await world.linker.link(TOKEN)
            assert result.owner == "anna"
            assert (await database.read(people.person, OWNER_PERSON_ID)).name == "anna"
            row = await database.read(kept.ownership_of)
            assert row is not None
            assert (row.way, row.home, row.home_token) == ("home", home.url, "the-token")
            assert world.accounts == [], "nothing of plex.tv is written"
            assert await database.read(people.person_for_token, "the-token") is None, "it opens nothing here"
            assert await world.linker.vouch("anna", "x", "c")

        play(database, act, home=home.url)
        assert [path for path, _, _ in home.asked] == [f"/api/claim/exchange?token={TOKEN}", "/api/claim/verify"]


def test_a_home_that_names_nobody_or_is_away_changes_nothing(database: Database) -> None:
    with standing_in(saying(201, b"<user><authentication-token>t</authentication-token></user>")) as home:

        async def act(world: World) -> None:
            with pytest.raises(HomeError, match="names no owner"):
                await world.linker.link(TOKEN)
            assert world.state.row is None
            assert not await world.linker.vouch("anna", PASSWORD, "c")

        play(database, act, home=home.url)
