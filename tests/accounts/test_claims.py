"""Claim tokens: their shape, their end, and that one kind is not the other."""

import re

from vitascope.accounts.claims import LIFETIME_SECONDS, ClaimDesk, ClaimKind, looks_like_one
from vitascope.ops.service.definition import CLAIM_TOKEN_PATTERN


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_has_the_shape_that_recipes_expect() -> None:
    desk = ClaimDesk()
    made = {desk.mint() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(CLAIM_TOKEN_PATTERN, token) and looks_like_one(token) for token in made)
    assert not looks_like_one("claim-" + "x" * 19 + " ")
    assert not looks_like_one("claim-" + "x" * 21)


def test_a_token_is_good_once() -> None:
    desk = ClaimDesk()
    one, two = desk.mint(), desk.mint()
    assert desk.is_valid(one)
    assert desk.redeem(one)
    assert not desk.redeem(one)
    assert desk.redeem(two), "several may be valid"


def test_a_token_ends_after_four_minutes() -> None:
    clock = Clock()
    desk = ClaimDesk(clock)
    token = desk.mint()
    clock.now = LIFETIME_SECONDS - 0.001
    assert desk.is_valid(token)
    clock.now = LIFETIME_SECONDS
    assert not desk.is_valid(token)
    assert not desk.redeem(token)


def test_of_too_many_the_oldest_ends() -> None:
    desk = ClaimDesk()
    made = [desk.mint() for _ in range(9)]
    assert [desk.is_valid(token) for token in made] == [False] + [True] * 8


def test_one_kind_is_never_taken_for_the_other() -> None:
    desk = ClaimDesk()
    mine, other = desk.mint(), desk.mint(ClaimKind.ANOTHER_SERVER)
    assert not desk.redeem(other)
    assert not desk.redeem(mine, ClaimKind.ANOTHER_SERVER)
    desk.clear_own()
    assert not desk.is_valid(mine)
    assert desk.redeem(other, ClaimKind.ANOTHER_SERVER)


def test_nothing_can_be_read_from_what_is_kept() -> None:
    desk = ClaimDesk()
    token = desk.mint()
    assert token.encode() not in repr(desk._minted).encode()
    for wrong in ("", "claim-", token[:-1], token + "x", token.upper() + "é", "\udcff", "x" * 100_000):
        assert not desk.redeem(wrong)
    assert desk.redeem(token)
