"""Wrong tokens: counted by address, and never to the harm of good ones."""

import asyncio

from vitascope.accounts.bad_tokens import MOST_DIFFERENT, PERIOD_SECONDS, BadTokens
from vitascope.accounts.directory import Directory
from vitascope.accounts.locality import Trust
from vitascope.accounts.requester import NOBODY, THROTTLED, Evidence, Requester
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import people
from vitascope.store.engine import Database


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_different_tokens_count_and_only_for_a_while() -> None:
    clock = Clock()
    bad = BadTokens(clock)
    assert not any(bad.note("192.0.2.1", b"old program") for _ in range(1_000))
    assert not any(bad.note("192.0.2.1", bytes([n])) for n in range(MOST_DIFFERENT - 1))
    assert bad.note("192.0.2.1", b"one too many")
    assert not bad.note("192.0.2.1", b"old program"), "which goes on as before"
    assert not bad.note("192.0.2.2", b"one too many")
    clock.now = PERIOD_SECONDS
    assert not bad.note("192.0.2.1", b"one too many")


def test_the_memory_is_bounded() -> None:
    bad = BadTokens(Clock())
    for number in range(3_000):
        bad.note(f"10.0.{number // 250}.{number % 250}", b"x")
    assert len(bad._records) == 1_024


def test_a_flood_of_wrong_tokens_does_not_hurt_good_ones_from_the_same_address(database: Database) -> None:
    async def run() -> None:
        await database.awrite(people.ensure_owner)
        good = await database.awrite(people.mint_token, OWNER_PERSON_ID)
        directory = Directory(database, Trust)

        async def ask(token: str, peer: str = "198.51.100.1") -> Requester:
            return await directory.resolve(Evidence(token=token, peer=peer, headers={}))

        answers = [await ask(f"guess {n}") for n in range(200)]
        assert answers.count(NOBODY) == MOST_DIFFERENT
        assert answers[-1] is THROTTLED
        assert (await ask(good)).viewer is not None
        fresh = await database.awrite(people.mint_token, OWNER_PERSON_ID)
        directory.forget()
        assert (await ask(fresh)).viewer is not None, "nor one that was never seen there"
        assert await ask("guess 1000", "203.0.113.1") is NOBODY
        reads = 0
        read = database.read_sync

        def counting(*args: object, **kwargs: object) -> object:
            nonlocal reads
            reads += 1
            return read(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it is

        database.read_sync = counting  # type: ignore[method-assign,assignment]
        for _ in range(100):
            await ask("guess 7")
        assert reads <= 1, "what is wrong is remembered"

    asyncio.run(run())


def test_the_token_of_a_taken_over_file_is_the_owners_as_long_as_it_stands_there(database: Database) -> None:
    async def run() -> None:
        await database.awrite(people.ensure_owner)
        taken_over = "taken-over"
        directory = Directory(database, Trust, inherited=lambda: taken_over)
        shown = Evidence(token="taken-over", peer="203.0.113.1", headers={})
        found = (await directory.resolve(shown)).viewer
        assert found is not None
        assert found.is_owner
        taken_over = ""
        assert (await directory.resolve(shown)).viewer is None
        assert (await directory.resolve(Evidence(token="", peer="203.0.113.1", headers={}))).viewer is None

    asyncio.run(run())
