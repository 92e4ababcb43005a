""" "Not authorized" after a restore: what the server says to the token of its own preferences."""

from collections.abc import Callable

import pytest
from tests.support.answering import Answering, identity

from vitascope.ops.asking import ask
from vitascope.ops.doctor import Finding, Verdict
from vitascope.ops.doctor.authorization import check_authorization
from vitascope.ops.service import Engine

MACHINE = "a" * 40
RESTART = "systemctl --user restart plex.service"


def look(server: Answering, engine: Engine = Engine.PLEX, **attributes: str) -> list[Finding]:
    found = {"ProcessedMachineIdentifier": MACHINE} | attributes
    return list(check_authorization(engine, server.url, ask(server.url), found, restart=RESTART))


def test_a_server_that_knows_its_owners_token(answering: Callable[..., Answering]) -> None:
    server = answering(200, identity(MACHINE))
    (found,) = look(server, PlexOnlineToken="secret")
    assert found.verdict is Verdict.GOOD
    assert server.tokens[-1] == "secret"


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_it_must_be_claimed_again(answering: Callable[..., Answering], status: int) -> None:
    server = answering(200, identity(MACHINE))
    server.by_path["/"] = status
    (found,) = look(server, PlexOnlineToken="secret")
    assert found.verdict is Verdict.BAD
    assert str(status) in found.message
    assert found.remedy.startswith("vitascope action run link-account --engine plex --input claimToken=claim-…")
    assert RESTART in found.remedy
    assert "secret" not in found.message + found.remedy


def test_the_token_is_not_shown_to_what_may_be_another_program(answering: Callable[..., Answering]) -> None:
    server = answering(200, identity(MACHINE))
    attributes = {"ProcessedMachineIdentifier": MACHINE, "PlexOnlineToken": "secret"}
    assert list(check_authorization(Engine.PLEX, server.url, ask(server.url), attributes, present=False)) == []
    assert server.tokens == [None]


def test_a_server_without_a_token_is_not_linked(answering: Callable[..., Answering]) -> None:
    (found,) = look(answering(200, identity(MACHINE, claimed=False)))
    assert found.verdict is Verdict.BAD
    assert "no PlexOnlineToken" in found.message


def test_a_server_that_says_it_is_not_claimed_although_it_has_a_token(answering: Callable[..., Answering]) -> None:
    (found,) = look(answering(200, identity(MACHINE, claimed=False)), PlexOnlineToken="secret")
    assert found.verdict is Verdict.BAD
    assert "not claimed" in found.message


def test_our_server_without_an_owner(answering: Callable[..., Answering]) -> None:
    (found,) = look(answering(200, identity(MACHINE, claimed=False)), Engine.VITASCOPE)
    assert (found.verdict, "ownerPassword=-" in found.remedy) == (Verdict.REMARK, True)
    assert look(answering(200, identity(MACHINE)), Engine.VITASCOPE) == []


def test_another_server_at_the_port_is_noticed(answering: Callable[..., Answering]) -> None:
    (found,) = look(answering(200, identity("b" * 40)), PlexOnlineToken="secret")
    assert found.verdict is Verdict.BAD
    assert "b" * 40 in found.message
