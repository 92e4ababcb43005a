"""Tokens of tools that nobody knows: who is listed, who is not, and that nobody pushes anybody out."""

import pytest

from vitascope.accounts import unknown_tokens
from vitascope.accounts.errors import HouseholdError
from vitascope.accounts.unknown_tokens import MOST, MOST_OF_ONE_ADDRESS, UnknownTokens
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import people
from vitascope.store.engine import Database


def shown(tokens: UnknownTokens, token: str, product: str = "Tautulli", address: str = "10.89.0.5") -> None:
    tokens.note(token, product=product, device="nas", address=address, behind_proxy=False)


def test_a_tool_is_named_with_its_address() -> None:
    tokens = UnknownTokens(lambda: 1_700_000_000)
    for _ in range(3):
        shown(tokens, "secret")
    (one,) = tokens.all()
    assert one.title == "unknown token of Tautulli at 10.89.0.5"
    assert (one.times, one.seen_at, one.device) == (3, 1_700_000_000, "nas")
    assert "secret" not in repr(one)
    tokens.note("other", product="Kometa", device="", address="127.0.0.1", behind_proxy=True)
    assert [found.client for found in tokens.all()] == ["Kometa at 127.0.0.1 (a proxy)", "Tautulli at 10.89.0.5"]


def test_who_does_not_say_what_it_is_is_not_listed() -> None:
    tokens = UnknownTokens()
    shown(tokens, "a", product="")
    shown(tokens, "b", product="\x00\x1b\n")
    assert tokens.all() == []
    shown(tokens, "c", product="<b>Tau\ntulli</b>" + "x" * 500)
    assert tokens.all()[0].product.startswith("<b>Tautulli</b>xx")
    assert len(tokens.all()[0].product) == 64


def test_nobody_pushes_anothers_entry_out_by_making_many() -> None:
    tokens = UnknownTokens()
    shown(tokens, "tautullis")
    for number in range(10_000):
        shown(tokens, f"guess {number}", product="Evil", address="203.0.113.9")
    assert sum(one.address == "203.0.113.9" for one in tokens.all()) == MOST_OF_ONE_ADDRESS
    assert tokens.all()[-1].product == "Tautulli"
    for number in range(200):
        shown(tokens, f"many {number}", address=f"203.0.113.{number}")
    assert len(tokens.all()) == MOST


def test_what_was_dismissed_stays_away() -> None:
    tokens = UnknownTokens()
    shown(tokens, "a")
    found = tokens.all()[0]
    tokens.dismiss(found)
    shown(tokens, "a")
    assert tokens.all() == []
    assert tokens.find(found.number) is None


def test_an_accepted_token_opens_and_a_revoked_one_is_not_offered_again(database: Database) -> None:
    tokens = UnknownTokens()
    shown(tokens, "tautullis")
    found = tokens.all()
    database.write(people.ensure_owner).result()
    assert database.read_sync(unknown_tokens.never_known, found) == found
    database.write(unknown_tokens.accept, found[0], OWNER_PERSON_ID).result()
    person = database.read_sync(people.person_for_token, "tautullis")
    assert person is not None
    assert person.is_owner
    (row,) = database.read_sync(people.tokens_of, OWNER_PERSON_ID)
    assert row.label == "Tautulli at 10.89.0.5"
    database.write(people.revoke_token, row.id).result()
    assert database.read_sync(unknown_tokens.never_known, found) == []
    with pytest.raises(HouseholdError, match="revoked"):
        database.write(unknown_tokens.accept, found[0], OWNER_PERSON_ID).result()


def test_a_crowd_pushes_out_its_own_entries() -> None:
    tokens = UnknownTokens()
    shown(tokens, "tautullis")
    for number in range(1_000):
        shown(tokens, f"guess {number}", product="Evil", address=f"203.0.113.{number % 20}")
    assert len(tokens.all()) == MOST
    assert tokens.all()[-1].product == "Tautulli"
