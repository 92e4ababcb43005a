"""Signing in with a name and a password: right, wrong, and guessed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from vitascope.accounts import passwords
from vitascope.accounts.errors import AccountError, SignInRefusedError, TooManyTriesError
from vitascope.accounts.passwords import PasswordThread
from vitascope.accounts.sign_in import SignIn
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import ownership, people
from vitascope.store.engine import Database
from vitascope.store.writer import Writer

HOME = "192.0.2.1"
FAR = "203.0.113.9"


class Quick(PasswordThread):
    """Compares texts: what is tested here is who may try."""

    async def matches(self, encoded: str | None, password: str) -> bool:
        await asyncio.sleep(0)
        return encoded == password


def _people(tx: Writer) -> None:
    people.ensure_owner(tx)
    people.set_name(tx, OWNER_PERSON_ID, "anna")
    ownership.set_password(tx, OWNER_PERSON_ID, "right")
    people.add_person(tx, "guest")


def play(database: Database, act: Callable[[SignIn], Coroutine[Any, Any, None]], **more: Any) -> None:
    async def run() -> None:
        await database.awrite(_people)
        thread = Quick()
        try:
            await act(SignIn(database, thread, **more))
        finally:
            thread.close()

    asyncio.run(run())


async def outcome(trying: Awaitable[object]) -> type[AccountError] | None:
    try:
        await trying
    except AccountError as error:
        return type(error)
    return None


def test_a_token_for_who_knows_the_password(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        token = await sign_in.sign_in("anna", "right", peer=HOME, forwarded=None, label="sofa")
        person = await database.read(people.person_for_token, token)
        assert person is not None
        assert person.is_owner
        for name, password in (
            ("anna", "wrong"),
            ("nobody", "right"),
            ("guest", ""),
            ("guest", "right"),
            ("owner", "x"),
        ):
            with pytest.raises(SignInRefusedError, match="do not fit"):
                await sign_in.check(name, password, peer=FAR)

    play(database, act)


def test_real_passwords_are_compared(database: Database) -> None:
    async def run() -> None:
        await database.awrite(_people)
        await database.awrite(ownership.set_password, OWNER_PERSON_ID, passwords.encode("correct horse"))
        thread = PasswordThread()
        try:
            sign_in = SignIn(database, thread)
            assert (await sign_in.check("anna", "correct horse", peer=HOME)).id == OWNER_PERSON_ID
            with pytest.raises(SignInRefusedError):
                await sign_in.check("anna", "correct hearse", peer=HOME)
        finally:
            thread.close()

    asyncio.run(run())


def test_a_guesser_has_to_wait_and_the_right_password_does_not_help_then(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        answers = [await outcome(sign_in.check("anna", f"guess {n}", peer=FAR)) for n in range(10)]
        assert answers[:6] == [SignInRefusedError] * 6
        assert set(answers[6:]) == {TooManyTriesError}
        assert await outcome(sign_in.check("anna", "right", peer=FAR)) is TooManyTriesError
        assert await outcome(sign_in.check("anna", "right", peer=HOME)) is None, "others are not held up"
        sign_in.forgive()
        assert await outcome(sign_in.check("anna", "right", peer=FAR)) is None

    play(database, act)


def test_many_addresses_do_not_help_a_guesser_and_do_not_lock_the_owner_out(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        assert await outcome(sign_in.check("anna", "right", peer=HOME)) is None
        answers = [await outcome(sign_in.check("anna", "guess", peer=f"203.0.113.{n}")) for n in range(60)]
        assert answers[-1] is TooManyTriesError
        assert answers.count(SignInRefusedError) < 40
        assert await outcome(sign_in.check("anna", "right", peer=HOME)) is None, "known from before"
        assert sign_in._names.wait("anna") <= 60, "and everybody else waits a minute at most"

    play(database, act)


def test_what_a_proxy_says_can_be_made_up_and_does_not_help(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        answers = [
            await outcome(sign_in.check(f"name {n}", "guess", peer=FAR, forwarded=f"198.51.100.{n}")) for n in range(80)
        ]
        assert answers[-1] is TooManyTriesError
        assert answers.count(SignInRefusedError) < 50

    play(database, act)


def test_one_at_a_time_from_one_address(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        answers = await asyncio.gather(*(outcome(sign_in.check("anna", "guess", peer=FAR)) for _ in range(50)))
        assert answers.count(SignInRefusedError) == 1

    play(database, act)


def test_the_home_is_asked_for_an_owner_without_a_password_only(database: Database) -> None:
    asked: list[str] = []

    async def vouch(name: str, password: str, caller: str) -> bool:
        assert caller == HOME
        asked.append(name)
        return password == "at home"

    async def act(sign_in: SignIn) -> None:
        assert await outcome(sign_in.check("anna", "at home", peer=HOME)) is SignInRefusedError
        await database.awrite(lambda tx: tx.conn.exec_driver_sql("DELETE FROM passwords"))
        assert await outcome(sign_in.check("guest", "at home", peer=HOME)) is SignInRefusedError
        assert asked == []
        assert await outcome(sign_in.check("anna", "wrong", peer=HOME)) is SignInRefusedError
        assert await outcome(sign_in.check("anna", "at home", peer=HOME)) is None
        assert asked == ["anna", "anna"]

    play(database, act, vouch=vouch)


def test_ones_own_password_does_not_buy_guesses_at_anothers(database: Database) -> None:
    async def act(sign_in: SignIn) -> None:
        await database.awrite(lambda tx: ownership.set_password(tx, people.person_by_name(tx, "guest").id, "mine"))  # type: ignore[union-attr]
        assert await outcome(sign_in.check("anna", "right", peer=HOME)) is None, "the owner lives here too"
        answers = []
        for number in range(40):
            answers += [await outcome(sign_in.check("anna", f"guess {number}.{n}", peer=HOME)) for n in range(4)]
            await outcome(sign_in.check("guest", "mine", peer=HOME))
        assert answers.count(SignInRefusedError) < 10
        assert await outcome(sign_in.check("guest", "mine", peer=HOME)) is None, "the others there are not held up"

    play(database, act)
