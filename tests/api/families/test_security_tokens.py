"""Tokens that are handed on: the rights of the one they were made with, and never for longer."""

import httpx
import pytest
from tests.api.families.conftest import Home
from tests.support.running import start_server

QUERY = "type=delegation&scope=all"


def minted(client: httpx.Client, method: str = "GET") -> str:
    answer = client.request(method, f"/security/token?{QUERY}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["MediaContainer"]["token"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_has_the_rights_of_who_made_it(home: Home, method: str) -> None:
    owners = home.server.client(minted(home.http, method))
    mias = home.server.client(minted(home.mia_http, method))
    assert [client.get("/:/prefs").status_code for client in (owners, mias)] == [200, 403]
    assert [client.get("/library/sections").status_code for client in (owners, mias)] == [200, 200]


def test_python_plexapi_makes_one(home: Home) -> None:
    token = home.owner.createToken()
    assert home.server.client(token).get("/:/prefs").status_code == 200


def test_it_ends_with_the_token_it_was_made_with(home: Home) -> None:
    parent = home.server.cli("user", "token", "mia", "--label", "for a while").stdout.strip()
    client = home.server.client(parent, accept="application/json")
    first = minted(client)
    second = minted(home.server.client(first, accept="application/json"))
    assert home.server.client(second).get("/library/sections").status_code == 200
    assert client.request("DELETE", "/vitascope/sign-in", json={"token": parent}).status_code == 200
    for token in (parent, first, second):
        assert home.server.client(token).get("/library/sections").status_code == 401


def test_it_makes_nothing_that_lasts(home: Home) -> None:
    client = home.server.client(minted(home.http), accept="application/json")
    attempts = (
        ("POST", "/vitascope/people/tokens?name=owner"),
        ("POST", "/vitascope/people?name=eve"),
        ("PUT", "/vitascope/people/password"),
        ("POST", "/vitascope/claim/token?for=server"),
        ("POST", "/vitascope/unknown-tokens/1"),
        ("DELETE", "/myplex/account"),
        ("POST", "/myplex/claim?token=claim-xxxxxxxxxxxxxxxxxxxx"),
        ("POST", "/vitascope/actions/link-account"),
    )
    for method, path in attempts:
        answer = client.request(method, path)
        assert (answer.status_code, "ends by itself" in answer.text) == (403, True), path
    assert home.http.get("/accounts").json()["MediaContainer"]["size"] == 2


def test_one_that_ended_is_not_offered_for_good(home: Home) -> None:
    tool = home.server.client("transient-of-yesterday", X_Plex_Product="Old tool")
    assert tool.get("/library/sections").status_code == 401
    assert home.container("/vitascope/unknown-tokens")["size"] == 0


@pytest.mark.parametrize("query", ["", "type=delegation", "scope=all", "type=other&scope=all", QUERY + "some"])
def test_wrong_kinds_are_refused(home: Home, query: str) -> None:
    assert home.http.get(f"/security/token?{query}").status_code == 400


def test_who_is_known_by_address_has_nothing_to_hand_on(home: Home) -> None:
    nobody = home.server.client()  # the server belongs to nobody, so this machine is the owner
    assert nobody.get("/:/prefs").status_code == 200
    assert nobody.get(f"/security/token?{QUERY}").status_code == 403


def test_where_this_server_is(home: Home) -> None:
    identifier = home.owner.machineIdentifier
    home.http.put("/:/prefs?customConnections=https://tv.example:8443")
    device = home.container("/security/resources", source=f"server://{identifier}")["Device"]
    assert device["clientIdentifier"] == identifier
    assert home.server.client(device["accessToken"]).get("/:/prefs").status_code == 200
    assert {
        "protocol": "https",
        "address": "tv.example",
        "port": 8443,
        "uri": "https://tv.example:8443",
        "local": False,
        "relay": False,
    } in device["Connection"]
    assert home.mia_http.get(f"/security/resources?source=server://{identifier}").status_code == 403
    for source, status in (("", 400), ("nonsense", 400), ("server://0123", 404), ("provider://tv.plex.x", 404)):
        assert home.http.get("/security/resources", params={"source": source}).status_code == status


def test_they_end_with_the_server(fresh_home: Home) -> None:
    token = minted(fresh_home.http)
    fresh_home.server.end()
    arguments = [str(part) for part in list(fresh_home.server.process.args)]  # type: ignore[arg-type]  # it is a list
    at = arguments.index("--database") if "--database" in arguments else len(arguments)
    again = start_server(fresh_home.server.config, *arguments[at : at + 2])
    try:
        assert again.client(token).get("/library/sections").status_code == 401
        assert again.client(fresh_home.owner_token).get("/library/sections").status_code == 200
    finally:
        again.end()
