"""Tokens that are handed on: as long as their parent, and no longer than two days."""

from vitascope.accounts.transient import LIFETIME_SECONDS, PREFIX, TransientTokens
from vitascope.store.people import hash_token


class Clock:
    """A clock that is set by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_names_its_parent_until_its_time_is_over() -> None:
    clock = Clock()
    tokens = TransientTokens(clock)
    made = tokens.mint("parent")
    assert made.startswith(PREFIX)
    assert tokens.parent_of(hash_token(made)) == hash_token("parent")
    assert tokens.parent_of(hash_token("parent")) is None
    clock.now += LIFETIME_SECONDS - 1
    assert tokens.parent_of(hash_token(made)) is not None
    clock.now += 1
    assert tokens.parent_of(hash_token(made)) is None


def test_one_made_with_another_ends_with_it() -> None:
    clock = Clock()
    tokens = TransientTokens(clock)
    first = tokens.mint("parent")
    clock.now += LIFETIME_SECONDS - 10
    second = tokens.mint(first)
    assert tokens.parent_of(hash_token(second)) == hash_token("parent")
    clock.now += 10
    assert tokens.parent_of(hash_token(second)) is None


def test_of_many_of_one_parent_the_oldest_end_and_those_of_others_stay() -> None:
    tokens = TransientTokens(Clock())
    theirs = tokens.mint("other")
    made = [tokens.mint("parent") for _ in range(300)]
    assert tokens.parent_of(hash_token(theirs)) is not None
    assert tokens.parent_of(hash_token(made[0])) is None
    assert tokens.parent_of(hash_token(made[-1])) is not None
