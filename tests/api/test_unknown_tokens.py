"""A tool with a token of the server taken over: listed, accepted with one action, and then it works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from plexapi.exceptions import Unauthorized
from plexapi.server import PlexServer
from tests.support.running import RunningServer, start_server

TAUTULLI = {"X-Plex-Token": "old-token-of-tautulli", "X-Plex-Product": "Tautulli", "X-Plex-Device-Name": "nas"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    started = start_server(tmp_path)
    yield started
    started.end()


def listed(server: RunningServer) -> list[dict[str, object]]:
    answer = server.client(accept="application/json").get("/vitascope/unknown-tokens")
    found: list[dict[str, object]] = answer.json()["MediaContainer"].get("UnknownToken", [])
    return found


def test_a_tool_is_listed_accepted_and_works(server: RunningServer) -> None:
    tool = server.client()
    assert tool.get("/library/sections", headers=TAUTULLI).status_code == 401
    assert tool.get("/library/sections", headers={"X-Plex-Token": "nameless"}).status_code == 401
    (one,) = listed(server)
    assert one["title"] == "unknown token of Tautulli at 127.0.0.1"
    assert "old-token-of-tautulli" not in str(one)
    assert server.cli("user", "accept").stdout == f"{one['id']}: {one['title']}\n"
    said = server.cli("user", "accept", str(one["id"])).stdout
    assert said == "the token of Tautulli at 127.0.0.1 is one of owner now\n"
    assert tool.get("/:/prefs", headers=TAUTULLI).status_code == 200
    assert listed(server) == []
    assert server.cli("user", "accept", str(one["id"]), check=False).returncode == 1
    assert "Tautulli at 127.0.0.1" in server.cli("user", "list").stdout
    assert "old-token-of-tautulli" not in server.log()


def test_a_tool_may_become_a_guests(server: RunningServer) -> None:
    server.cli("user", "add", "guest")
    tool = server.client(x_forwarded_for="203.0.113.9")
    tool.get("/library/sections", headers=TAUTULLI)
    (one,) = listed(server)
    assert one["title"] == "unknown token of Tautulli at 127.0.0.1 (a proxy)"
    server.cli("user", "accept", str(one["id"]), "--person", "guest")
    assert tool.get("/library/sections", headers=TAUTULLI).status_code == 200
    assert tool.get("/:/prefs", headers=TAUTULLI).status_code == 403


def test_a_tool_that_was_shown_out_is_not_offered_again(server: RunningServer) -> None:
    token = server.cli("user", "token", "owner").stdout.strip()
    server.cli("user", "token", "owner", "--revoke", "1")
    assert server.client().get("/library/sections", headers=TAUTULLI | {"X-Plex-Token": token}).status_code == 401
    assert listed(server) == []
    server.client().get("/library/sections", headers=TAUTULLI)
    (one,) = listed(server)
    assert server.client().delete(f"/vitascope/unknown-tokens/{one['id']}").status_code == 200
    server.client().get("/library/sections", headers=TAUTULLI)
    assert listed(server) == []


def test_a_real_client_is_recognised(server: RunningServer) -> None:
    with pytest.raises(Unauthorized):
        PlexServer(server.url, "old-token-of-a-script")  # type: ignore[no-untyped-call]  # the library has no types
    (one,) = listed(server)
    assert one["product"] == "PlexAPI"
    server.cli("user", "accept", str(one["id"]))
    again = PlexServer(server.url, "old-token-of-a-script")  # type: ignore[no-untyped-call]  # the library has no types
    assert again.library.sections() == []
