"""What a server is asked: over real sockets."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.answering import Answering

from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import NotAsked
from vitascope.ops.updates.groups import Member
from vitascope.ops.updates.servers import RealServers, Seen, support_of

NOBODY = '<MediaContainer size="0"></MediaContainer>'
SOMEBODY = '<MediaContainer size="2"><Video title="Alien"/><Track title="4\'33&quot;"/></MediaContainer>'


def member(url: str, config: Path, engine: Engine | None = Engine.PLEX) -> Member:
    made = Member(name="plex", image="plex:latest", manager="", url=url, engine=engine, config=str(config))
    support = support_of(made)
    support.root.mkdir(parents=True, exist_ok=True)
    support.preferences.write_text('<?xml version="1.0"?><Preferences PlexOnlineToken="secret"/>')
    return made


def test_the_original_says_who_plays(answering: Callable[..., Answering], tmp_path: Path) -> None:
    for body, expected in ((NOBODY, ()), (SOMEBODY, ("Alien", "4'33\""))):
        server = answering(200, body)
        assert RealServers().players(member(server.url, tmp_path)) == expected
        assert server.asked[-1] == "/status/sessions"
        assert server.tokens == [None, "secret"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, ""), (500, NOBODY), (200, "<html/>"), (200, "no XML"), (200, "<!DOCTYPE a [<!ENTITY b 'c'>")],
)
def test_one_that_does_not_tell_may_well_be_watched(
    answering: Callable[..., Answering], tmp_path: Path, status: int, body: str
) -> None:
    with pytest.raises(NotAsked, match="does not say"):
        RealServers().players(member(answering(status, body).url, tmp_path))


def test_ours_that_answers_and_has_no_socket_does_not_tell(answering: Callable[..., Answering], tmp_path: Path) -> None:
    with pytest.raises(NotAsked, match="does not say"):
        RealServers().players(member(answering(200, NOBODY).url, tmp_path, Engine.VITASCOPE))


def test_one_that_does_not_answer_plays_nothing(free_port: int, tmp_path: Path) -> None:
    gone = member(f"http://127.0.0.1:{free_port}", tmp_path)
    assert RealServers().players(gone) == ()
    assert not RealServers().look(gone).ready


def test_some_other_service_is_watched_by_nobody(answering: Callable[..., Answering], tmp_path: Path) -> None:
    assert RealServers().players(member(answering(200, SOMEBODY).url, tmp_path, None)) == ()


def test_how_it_answers(answering: Callable[..., Answering], tmp_path: Path) -> None:
    server = answering(200, '<MediaContainer machineIdentifier="5b10"/>')
    assert RealServers().look(member(server.url, tmp_path)) == Seen(
        ready=True, machine="5b10", words="the answer is 200 OK"
    )
    assert not RealServers().look(member(answering(503).url, tmp_path)).ready
