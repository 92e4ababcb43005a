"""By which names a server may be called: the Host check, over a socket, and what a proxy and a page make of it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.running import RunningServer, start_server
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that was given names in every way there is."""
    server = start_server(
        tmp_path_factory.mktemp("host"),
        "--allowed-host-names",
        ".onion",
        variables={"ADVERTISE_IP": "https://media.example.org:443/"},
    )
    yield server
    server.end()


@pytest.mark.parametrize("path", ["/", "/web/", "/library/sections", "/vitascope/claim", "/no/such/thing"])
def test_a_strange_name_is_told_which_setting_to_change(served: RunningServer, path: str) -> None:
    answer = served.client().get(path, headers={"Host": "rebound.evil.example"})
    assert answer.status_code == 421
    assert "allowedHostNames" in answer.text
    assert "rebound.evil.example" in answer.text


def test_a_name_in_the_page_is_only_text(served: RunningServer) -> None:
    answer = served.client().get("/web/", headers={"Host": "<script>alert(1)</script>"})
    assert answer.status_code in (400, 421)
    assert "<script>" not in answer.text


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE", "HEAD"])
def test_every_method_is_checked(served: RunningServer, method: str) -> None:
    assert served.client().request(method, "/:/prefs", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("path", ["/identity", "/identity/"])
def test_a_health_check_is_answered_by_any_name(served: RunningServer, path: str) -> None:
    assert served.client().get(path, headers={"Host": "anything.example"}).status_code == 200


@pytest.mark.parametrize("host", ["plex:32400", "vitascope.local", "abc.onion", "media.example.org", "10.0.0.9"])
def test_the_names_of_the_house_and_of_the_owner_may_call(served: RunningServer, host: str) -> None:
    client = served.client(x_forwarded_for="203.0.113.9")
    assert client.get("/vitascope/claim", headers={"Host": host}).status_code == 200
    assert client.get("/:/prefs", headers={"Host": host}).status_code == 401


def test_a_name_that_the_owner_adds_counts_at_once(served: RunningServer) -> None:
    client = served.client()
    named = {"Host": "tv.example"}
    assert client.get("/vitascope/claim", headers=named).status_code == 421
    assert client.put("/:/prefs", params={"allowedHostNames": "tv.example"}).status_code == 200
    assert client.get("/vitascope/claim", headers=named).status_code == 200
    client.put("/:/prefs", params={"allowedHostNames": ""})


def test_websockets_are_checked(served: RunningServer) -> None:
    token = served.cli("user", "token", "owner").stdout.strip()
    path = f"/:/websockets/notifications?X-Plex-Token={token}"
    with socket.create_connection(("127.0.0.1", served.port)) as opened:
        url = f"ws://evil.example:{served.port}{path}"
        with pytest.raises(InvalidStatus), connect(url, sock=opened):
            pass
    with connect(served.url.replace("http", "ws") + path):
        pass


def test_the_command_line_reaches_the_server_whatever_its_names(served: RunningServer) -> None:
    assert "is the owner" in served.cli("doctor", check=False).stdout


def test_a_request_without_a_name_is_answered(served: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as opened:
        opened.sendall(b"GET /vitascope/claim HTTP/1.0\r\n\r\n")
        assert opened.recv(100).startswith(b"HTTP/1.1 200")


def test_wrong_tokens_from_one_address_end_in_429_and_good_ones_work(tmp_path: Path) -> None:
    server = start_server(tmp_path)
    try:
        token = server.cli("user", "token", "owner").stdout.strip()
        statuses = [server.client(f"wrong {n}").get("/library/sections").status_code for n in range(30)]
        assert statuses[:20] == [401] * 20
        assert set(statuses[20:]) == {429}
        assert server.client("wrong 1").get("/library/sections").status_code == 401
        assert server.client(token).get("/library/sections").status_code == 200
        assert server.client("wrong 99").get("/identity").status_code == 200
    finally:
        server.end()


def test_a_taken_over_server_is_claimed_and_its_token_is_the_owners(tmp_path: Path) -> None:
    support = tmp_path / "Library" / "Application Support" / "Plex Media Server"
    support.mkdir(parents=True)
    file = support / "Preferences.xml"
    file.write_text(
        '<Preferences MachineIdentifier="m" ProcessedMachineIdentifier="p" AnonymousMachineIdentifier="a" '
        'PlexOnlineToken="taken-over-token" PlexOnlineUsername="anna" PlexOnlineMail="anna@example.org" Odd="1"/>'
    )
    server = start_server(tmp_path)
    try:
        stranger = server.client(accept="application/json", x_forwarded_for="203.0.113.9")
        assert stranger.get("/vitascope/claim").json()["MediaContainer"]["claimed"] is True
        assert server.client().get("/:/prefs").status_code == 401
        owner = server.client("taken-over-token", accept="application/json", x_forwarded_for="203.0.113.9")
        assert owner.get("/").json()["MediaContainer"]["myPlexUsername"] == "anna"
        assert owner.put("/:/prefs", params={"FriendlyName": "Attic"}).status_code == 200
        assert server.cli("claim-token", check=False).returncode == 1
        kept = file.read_text("utf-8")
        for attribute in ('PlexOnlineToken="taken-over-token"', 'PlexOnlineMail="anna@example.org"', 'Odd="1"'):
            assert attribute in kept
    finally:
        server.end()
    assert "taken-over-token" not in server.log()
