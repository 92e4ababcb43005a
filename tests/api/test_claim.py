"""Claiming a server and signing in to it, over a socket, as somebody behind a proxy would."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.running import RunningServer, start_server

PASSWORD = "correct horse"
PROXY = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that belongs to nobody and trusts no address."""
    server = start_server(tmp_path, "--no-trust-loopback")
    yield server
    server.end()


def printed_token(server: RunningServer) -> str:
    """The claim token that the server printed after its ready line."""
    assert server.process.stdout is not None
    label, _, token = server.process.stdout.readline().strip().partition(": ")
    assert label == "Claim token"
    return token


def stranger(server: RunningServer) -> httpx.Client:
    client = server.client(accept="application/json")
    client.headers.update(PROXY)
    return client


def claim(client: httpx.Client, token: str, name: str = "anna", password: str = PASSWORD) -> httpx.Response:
    return client.post("/vitascope/claim", json={"token": token, "name": name, "password": password})


def sign_in(client: httpx.Client, password: str = PASSWORD, name: str = "anna") -> httpx.Response:
    return client.post("/vitascope/sign-in", json={"name": name, "password": password})


def token_of(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["MediaContainer"]["token"])


def may(server: RunningServer, token: str | None) -> int:
    """What somebody behind the proxy is answered who asks for the owner's settings."""
    client = stranger(server)
    if token is not None:
        client.headers["X-Plex-Token"] = token
    return client.get("/:/prefs").status_code


def test_a_fresh_server_is_claimed_with_the_printed_token(fresh: RunningServer) -> None:
    client = stranger(fresh)
    assert client.get("/vitascope/claim").json()["MediaContainer"] == {"size": 0, "claimed": False}
    assert may(fresh, None) == 401
    assert fresh.client().get("/:/prefs").status_code == 401, "the address proves nothing here"
    token = printed_token(fresh)
    assert claim(client, token, password="short").status_code == 400
    assert claim(client, "claim-" + "x" * 20).status_code == 403
    opened = token_of(claim(client, token))
    assert may(fresh, opened) == 200
    assert may(fresh, "x" + opened[1:]) == 401
    assert claim(client, token).status_code == 409
    assert client.get("/vitascope/claim").json()["MediaContainer"]["claimed"] is True
    assert client.get("/identity").json()["MediaContainer"]["claimed"] is True
    assert may(fresh, token_of(sign_in(client))) == 200
    assert sign_in(client, "wrong").status_code == 401


def test_no_secret_reaches_the_log_or_the_preferences(fresh: RunningServer) -> None:
    client = stranger(fresh)
    token = printed_token(fresh)
    client.post("/vitascope/claim", params={"token": token}, data={"name": "anna", "password": PASSWORD})
    opened = token_of(sign_in(client))
    sign_in(client, "a wrong password")
    fresh.end()
    kept = fresh.log() + (fresh.support / "Preferences.xml").read_text("utf-8")
    for secret in (token, PASSWORD, opened, "a wrong password"):
        assert secret not in kept
        assert secret.encode() not in (fresh.support / "Plug-in Support/Databases/vitascope.db").read_bytes()
    assert "PlexOnlineToken" not in kept


def test_the_claim_survives_a_restart_and_a_restore_elsewhere(fresh: RunningServer, tmp_path: Path) -> None:
    opened = token_of(claim(stranger(fresh), printed_token(fresh)))
    fresh.end()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(fresh.config / "Library", elsewhere / "Library")
    again = start_server(elsewhere)
    try:
        client = stranger(again)
        assert client.get("/vitascope/claim").json()["MediaContainer"]["claimed"] is True
        assert may(again, opened) == 200
        assert may(again, token_of(sign_in(client))) == 200
        assert again.client().get("/:/prefs").status_code == 401, "claimed: this machine is nobody special"
    finally:
        again.end()


def test_a_claimed_servers_machine_is_trusted_no_more_at_once(tmp_path: Path) -> None:
    server = start_server(tmp_path)
    try:
        local = server.client()
        assert local.get("/:/prefs").status_code == 200
        token = str(
            server.client(accept="application/json").post("/vitascope/claim/token").json()["MediaContainer"]["token"]
        )
        token_of(claim(stranger(server), token))
        assert local.get("/:/prefs").status_code == 401
    finally:
        server.end()


def test_who_may_mint(fresh: RunningServer) -> None:
    client = stranger(fresh)
    assert client.post("/vitascope/claim/token").status_code == 401
    assert fresh.cli("claim-token", "--for-server", check=False).returncode == 1
    token = fresh.cli("claim-token").stdout.strip()
    opened = token_of(claim(client, token))
    fresh.cli("user", "add", "guest")
    guest = fresh.cli("user", "token", "guest").stdout.strip()
    assert client.post("/vitascope/claim/token?for=server", headers={"X-Plex-Token": guest}).status_code == 403
    assert client.post("/vitascope/claim/token", headers={"X-Plex-Token": opened}).status_code == 409
    for_server = client.post("/vitascope/claim/token?for=server", headers={"X-Plex-Token": opened})
    assert claim(client, token_of(for_server)).status_code == 409


def test_guests_sign_in_with_their_own_password_and_out_again(fresh: RunningServer) -> None:
    client = stranger(fresh)
    opened = token_of(claim(client, printed_token(fresh)))
    owner = {"X-Plex-Token": opened}
    fresh.cli("user", "add", "guest")
    assert sign_in(client, "guests password", "guest").status_code == 401
    given = client.put(
        "/vitascope/people/password", json={"name": "guest", "password": "guests password"}, headers=owner
    )
    assert given.status_code == 200
    token = token_of(sign_in(client, "guests password", "guest"))
    theirs = {"X-Plex-Token": token}
    assert client.get("/library/sections", headers=theirs).status_code == 200
    assert client.get("/:/prefs", headers=theirs).status_code == 403
    assert client.get("/vitascope/sign-in").status_code == 401
    for headers, name, is_owner in ((theirs, "guest", False), (owner, "anna", True)):
        me = client.get("/vitascope/sign-in", headers=headers | {"Accept": "application/json"})
        assert (me.json()["MediaContainer"]["name"], me.json()["MediaContainer"]["owner"]) == (name, is_owner)
    taken = client.put("/vitascope/people/password", json={"name": "owner", "password": PASSWORD * 2}, headers=theirs)
    assert taken.status_code == 403
    out = client.request("DELETE", "/vitascope/sign-in", json={"token": opened}, headers=theirs)
    assert out.status_code == 400, "nobody ends another's token"
    assert client.request("DELETE", "/vitascope/sign-in", json={"token": token}, headers=theirs).status_code == 200
    assert client.get("/library/sections", headers=theirs).status_code == 401
    assert client.get("/:/prefs", headers=owner).status_code == 200


def test_who_guesses_is_told_to_wait(fresh: RunningServer) -> None:
    token_of(claim(stranger(fresh), printed_token(fresh)))
    guesser = fresh.client(x_forwarded_for="198.51.100.66")
    answers = [sign_in(guesser, f"guess number {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 6
    while answers[-1].status_code == 401:  # the first waits are short, and may be over on a busy machine
        assert len(answers) < 20
        answers.append(sign_in(guesser, f"guess number {len(answers)}"))
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    token_of(sign_in(stranger(fresh)))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"["),
        ("application/json", b'{"token": 7}'),
        ("application/json", b'{"token": "a", "name": null, "password": "b"}'),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=b" for _ in range(100))),
        ("application/json", b'{"token":"' + b"x" * 20_000 + b'"}'),
        ("", b""),
    ],
)
def test_bodies_that_mean_nothing(fresh: RunningServer, kind: str, body: bytes) -> None:
    client = stranger(fresh)
    for path in ("/vitascope/claim", "/vitascope/sign-in"):
        assert client.post(path, content=body, headers={"Content-Type": kind}).status_code == 400


def test_the_settings_make_the_owner_of_a_fresh_server(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    variables = {"VITASCOPE_OWNER": "anna", "VITASCOPE_OWNER_PASSWORD_FILE": str(file)}
    for run in range(2):
        server = start_server(tmp_path / "config", variables=variables)
        try:
            assert may(server, token_of(sign_in(stranger(server)))) == 200
            assert server.client().get("/:/prefs").status_code == 401
            assert PASSWORD not in server.log()
        finally:
            server.end()
        if run == 0:
            file.unlink()  # it is read for the first start alone


def test_a_password_in_an_address_is_refused(fresh: RunningServer) -> None:
    client = stranger(fresh)
    for address in ("/vitascope/claim", "/vitascope/sign-in"):
        answer = client.post(address, params={"token": "x", "name": "anna", "password": PASSWORD})
        assert (answer.status_code, "belongs into the body" in answer.text) == (400, True), address
    client.headers["X-Plex-Token"] = token_of(claim(client, printed_token(fresh)))
    for method, address, name in (
        ("POST", "/vitascope/actions/link-account", "ownerPassword"),
        ("PUT", "/vitascope/people/password", "password"),
    ):
        answer = client.request(method, address, params={"name": "owner", "ownerName": "anna", name: PASSWORD})
        assert (answer.status_code, "belongs into the body" in answer.text) == (400, True), address
