"""Two real servers: one is the account home of the other, from the claim token to signing in, and to the end of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.running import RunningServer, start_server

PASSWORD = "correct horse"
ME = {"X-Plex-Client-Identifier": "another-server", "X-Plex-Device-Name": "K%C3%BCche"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that belongs to anna."""
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    server = start_server(tmp_path / "home", "--owner", "anna", "--owner-password-file", str(password))
    yield server
    server.end()


def sign_in(server: RunningServer, password: str = PASSWORD, name: str = "anna") -> httpx.Response:
    return server.client(accept="application/json").post(
        "/vitascope/sign-in", json={"name": name, "password": password}
    )


def is_claimed(server: RunningServer) -> bool:
    return bool(server.client(accept="application/json").get("/identity").json()["MediaContainer"]["claimed"])


def owner_of(server: RunningServer) -> httpx.Client:
    token = server.cli("user", "token", "owner").stdout.strip()
    return server.client(token, accept="application/json")


def started_with_token(folder: Path, home: RunningServer, **variables: str) -> RunningServer:
    token = home.cli("claim-token", "--for-server").stdout.strip()
    return start_server(
        folder, "--no-trust-loopback", variables={"PLEX_CLAIM": token, "VITASCOPE_ACCOUNT_HOME": home.url} | variables
    )


def test_the_owner_of_the_home_owns_the_other_server(home: RunningServer, tmp_path: Path) -> None:
    other = started_with_token(tmp_path / "other", home)
    try:
        assert "belongs to anna" in other.log_with("belongs to anna")
        assert is_claimed(other)
        opened = sign_in(other)
        assert opened.status_code == 201, opened.text
        token = str(opened.json()["MediaContainer"]["token"])
        assert other.client(token).get("/:/prefs").status_code == 200
        assert home.client(token).get("/:/prefs").status_code == 401, "and nothing at home"
        assert sign_in(other, "wrong").status_code == 401
        assert sign_in(other, name="eve").status_code == 401
        assert "PlexOnline" not in (other.support / "Preferences.xml").read_text("utf-8")

        servers = owner_of(home).get("/vitascope/servers").json()["MediaContainer"]["Server"]
        assert len(servers) == 1
        (number,) = [server["id"] for server in servers]
        assert owner_of(home).delete(f"/vitascope/servers/{number}").status_code == 200
        assert sign_in(other).status_code == 401, "the home vouches no more"
        assert other.client(token).get("/:/prefs").status_code == 200, "what is signed in stays"
        password = dict(line.split(": ") for line in other.cli("user", "reset").stdout.splitlines())["password"]
        assert sign_in(other, password).status_code == 201, "and the folder's holder is never locked out"
    finally:
        other.end()
    assert PASSWORD not in other.log() + home.log()


def test_a_token_out_of_a_file_and_one_out_of_the_packages_state(home: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "claim"
    file.write_text(home.cli("claim-token", "--for-server").stdout)
    other = start_server(tmp_path / "one", variables={"PLEX_CLAIM_FILE": str(file), "VITASCOPE_ACCOUNT_HOME": home.url})
    try:
        other.log_with("belongs to anna")
        assert is_claimed(other)
    finally:
        other.end()
    state = tmp_path / "store.json"
    token = home.cli("claim-token", "--for-server").stdout.strip()
    state.write_text(f'{{"claimToken": "{token}", "mediaSources": ["nextcloud"]}}')
    other = start_server(
        tmp_path / "two", variables={"VITASCOPE_STATE": str(state), "VITASCOPE_ACCOUNT_HOME": home.url}
    )
    try:
        other.log_with("belongs to anna")
        assert is_claimed(other)
    finally:
        other.end()
    assert token not in state.read_text()
    assert "nextcloud" in state.read_text()


def test_a_token_that_is_used_or_made_up_claims_nothing_and_start_goes_on(home: RunningServer, tmp_path: Path) -> None:
    token = home.cli("claim-token", "--for-server").stdout.strip()
    assert home.client().post(f"/api/claim/exchange?token={token}", headers=ME).status_code == 201
    for number, given in enumerate((token, "claim-" + "x" * 20)):
        other = start_server(
            tmp_path / str(number), variables={"PLEX_CLAIM": given, "VITASCOPE_ACCOUNT_HOME": home.url}
        )
        try:
            assert "does not take the claim token" in other.log_with("was not linked")
            assert not is_claimed(other)
        finally:
            other.end()


def test_a_token_of_plex_tv_is_never_an_error(tmp_path: Path) -> None:
    token = "claim-" + "p" * 20
    server = start_server(tmp_path, variables={"PLEX_CLAIM": token})
    try:
        log = server.log_with("was not linked")
        assert log.count("was not linked") == 1
        assert "VITASCOPE_ACCOUNT_HOME=https://plex.tv" in log
        assert token not in log
        assert not is_claimed(server)
    finally:
        assert server.end() == 0


def test_a_server_is_not_its_own_home(home: RunningServer) -> None:
    token = home.cli("claim-token", "--for-server").stdout.strip()
    own = home.client(accept="application/json").get("/identity").json()["MediaContainer"]["machineIdentifier"]
    answer = home.client().post(f"/api/claim/exchange?token={token}", headers={"X-Plex-Client-Identifier": own})
    assert answer.status_code == 403
    assert "its own account home" in answer.text


def test_the_exchange_answers_like_the_service_that_the_original_asks(home: RunningServer) -> None:
    token = home.cli("claim-token", "--for-server").stdout.strip()
    client = home.client(x_forwarded_for="203.0.113.9")
    assert client.post(f"/api/claim/exchange?token={token}").status_code == 400, "who asks?"
    answer = client.post(f"/api/claim/exchange?token={token}", headers=ME)
    assert answer.status_code == 201
    assert "<username>anna</username>" in answer.text
    # as the first-run script of the original reads it
    linked = answer.text.split("<authentication-token>")[1].split("</authentication-token>")[0]
    assert client.post(f"/api/claim/exchange?token={token}", headers=ME).status_code == 403, "good once"
    assert home.client(linked).get("/library/sections").status_code == 401, "it opens nothing"
    (server,) = owner_of(home).get("/vitascope/servers").json()["MediaContainer"]["Server"]
    assert (server["name"], server["machineIdentifier"]) == ("Küche", "another-server")

    def verify(token: str, password: str, name: str = "anna", caller: str = "sofa") -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Vitascope-Caller": caller}
        sent = {"name": name, "password": password}
        return client.post("/api/claim/verify", json=sent, headers=headers).status_code

    assert verify(linked, PASSWORD) == 204
    assert verify(linked, "wrong") == 401
    assert verify("made up", PASSWORD) == 401
    home.cli("user", "add", "guest")
    piped = owner_of(home).put("/vitascope/people/password", json={"name": "guest", "password": PASSWORD * 2})
    assert piped.status_code == 200
    assert verify(linked, PASSWORD * 2, "guest") == 401, "only the owner is vouched for"
    assert {verify(linked, f"guess {n}", caller="guesser") for n in range(10)} == {401, 429}
    assert verify(linked, PASSWORD) == 204, "who guesses there holds up nobody else"


def test_an_owner_without_a_password_can_vouch_for_nothing(tmp_path: Path) -> None:
    support = tmp_path / "Library" / "Application Support" / "Plex Media Server"
    support.mkdir(parents=True)
    (support / "Preferences.xml").write_text('<Preferences PlexOnlineToken="taken-over"/>')
    server = start_server(tmp_path)
    try:
        refused = server.cli("claim-token", "--for-server", check=False)
        assert (refused.returncode, "no password yet" in refused.stderr) == (1, True)
    finally:
        server.end()
