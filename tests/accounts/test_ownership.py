"""How a server comes to its owner, on both engines."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from vitascope.accounts import household, passwords
from vitascope.accounts.claims import ClaimDesk, ClaimKind
from vitascope.accounts.errors import (
    AccountError,
    AlreadyClaimedError,
    ClaimRefusedError,
    HouseholdError,
    PasswordError,
    TooManyTriesError,
)
from vitascope.accounts.ownership import ClaimWay, Ownership, reset_owner
from vitascope.accounts.passwords import PasswordThread
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership as kept
from vitascope.store import people
from vitascope.store.engine import Database

PASSWORD = "correct horse"


def play(
    database: Database, act: Callable[[Ownership, ClaimDesk], Coroutine[Any, Any, None]], *, inherited: bool = False
) -> None:
    async def run() -> None:
        await database.awrite(people.ensure_owner)
        thread, desk = PasswordThread(), ClaimDesk()
        try:
            server = Ownership(database, passwords=thread, desk=desk, inherited=lambda: inherited)
            await server.load()
            await act(server, desk)
        finally:
            thread.close()

    asyncio.run(run())


def claim(server: Ownership, token: str, name: str = "anna", password: str = PASSWORD, address: str = "a") -> Any:
    return server.claim(token, name, password, label="test", address=address)


def test_who_presents_the_token_is_the_owner(database: Database) -> None:
    async def act(server: Ownership, desk: ClaimDesk) -> None:
        told: list[bool] = []
        server.listen(lambda: told.append(server.claimed))
        token, other, foreign = desk.mint(), desk.mint(), desk.mint(ClaimKind.ANOTHER_SERVER)
        assert server.row is None
        opened = await claim(server, token)
        owner = await database.read(people.person_for_token, opened)
        assert owner is not None
        assert (owner.id, owner.name, owner.title) == (OWNER_PERSON_ID, "anna", "anna")
        assert passwords.matches(await database.read(kept.password_of, OWNER_PERSON_ID), PASSWORD)
        assert server.claimed
        assert told == [True]
        assert not desk.is_valid(other), "the others end with it"
        assert desk.is_valid(foreign, ClaimKind.ANOTHER_SERVER)
        with pytest.raises(AlreadyClaimedError):
            await claim(server, desk.mint())

    play(database, act)


def test_a_mistake_does_not_use_the_token_up(database: Database) -> None:
    async def act(server: Ownership, desk: ClaimDesk) -> None:
        await database.awrite(household.add, "guest")
        token = desk.mint()
        mistakes: list[tuple[dict[str, str], type[AccountError]]] = [
            ({"name": " "}, HouseholdError),
            ({"name": "a/b"}, HouseholdError),
            ({"password": "short"}, PasswordError),
        ]
        for mistake, error in mistakes:
            with pytest.raises(error):
                await claim(server, token, **mistake)
        assert not server.claimed
        with pytest.raises(HouseholdError, match="guest"):
            await claim(server, token, name="guest")
        assert not server.claimed
        assert await claim(server, token)

    play(database, act)


def test_guessing_is_slowed_by_address_and_claims_nothing(database: Database) -> None:
    async def act(server: Ownership, desk: ClaimDesk) -> None:
        token = desk.mint()
        refused = []
        for number in range(12):
            try:
                await claim(server, f"claim-{number:020}", address="guesser")
            except AccountError as error:
                refused.append(type(error))
        assert refused[:6] == [ClaimRefusedError] * 6
        assert set(refused[6:]) == {TooManyTriesError}
        with pytest.raises(TooManyTriesError):
            await claim(server, token, address="guesser")
        assert await claim(server, token, address="owner")

    play(database, act)


def test_of_two_at_the_same_time_one_is_the_owner(database: Database) -> None:
    async def act(server: Ownership, desk: ClaimDesk) -> None:
        answers = await asyncio.gather(
            *(claim(server, desk.mint(), name=f"claimant {n}", address=str(n)) for n in range(4)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, str) for answer in answers) == 1
        assert sum(isinstance(answer, AccountError) for answer in answers) == 3

    play(database, act)


def test_a_taken_over_server_is_claimed(database: Database) -> None:
    async def act(server: Ownership, desk: ClaimDesk) -> None:
        assert server.claimed
        with pytest.raises(AlreadyClaimedError):
            await claim(server, desk.mint())

    play(database, act, inherited=True)


def test_the_owner_of_the_settings_is_made_once(database: Database) -> None:
    async def act(server: Ownership, _: ClaimDesk) -> None:
        await server.make_owner("anna", PASSWORD, ClaimWay.SETTINGS)
        assert server.row is not None
        assert server.row.way == "settings"
        with pytest.raises(AlreadyClaimedError):
            await server.make_owner("eve", PASSWORD, ClaimWay.SETTINGS)
        assert (await database.read(people.person, OWNER_PERSON_ID)).name == "anna"

    play(database, act)


def test_a_reset_ends_the_home_and_on_demand_the_tokens(database: Database) -> None:
    async def act(server: Ownership, _: ClaimDesk) -> None:
        await database.awrite(kept.set_ownership, "home", home="https://home.example", home_token="t")
        token = await database.awrite(people.mint_token, OWNER_PERSON_ID)
        await server.reset("encoded", sign_out=False)
        assert server.row is not None
        assert (server.row.way, server.row.home, server.row.home_token) == ("reset", "", "")
        assert await database.read(people.person_for_token, token) is not None
        assert await database.awrite(reset_owner, "again", sign_out=True) == "owner"
        assert await database.read(people.person_for_token, token) is None

    play(database, act)
