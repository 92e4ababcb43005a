"""Every route against everyone: no token, a bad one, a revoked one, another person's, the owner's."""

import re
from collections.abc import Iterator

import httpx
import pytest
from tests.api.conftest import Library
from tests.support.running import RunningServer
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from vitascope.api.policy import Policy
from vitascope.api.routes import FAMILIES
from vitascope.api.routing import Route, Router, Routes

ROUTES = Router(FAMILIES).routes
HTTP = [route for route in ROUTES if route.method != "WS"]
SOCKETS = [route for route in ROUTES if route.method == "WS"]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route) -> str:
    """The path of a route with something in each of its places that surely is not there."""
    filled = re.sub(r"\{\w+:int\}", "999999", route.path)
    filled = filled.replace("{ids}", "999999").replace("{path:path}", "index.html")
    return re.sub(r"\{\w+\}", "nothing", filled)


class People:
    """Clients of one server, by who they are."""

    def __init__(self, server: RunningServer) -> None:
        server.cli("user", "add", "guest")
        owner = server.cli("user", "token", "owner").stdout.strip()
        guest = server.cli("user", "token", "guest").stdout.strip()
        revoked = server.cli("user", "token", "guest", "--label", "lost").stdout.strip()
        server.cli("user", "token", "guest", "--revoke", "3")
        self.tokens = {"owner": owner, "guest": guest, "revoked": revoked, "bad": "not-a-token", "nobody": None}
        self.clients = {
            # Behind a proxy nobody is local, so that the address proves nothing here.
            who: server.client(token, x_forwarded_for="203.0.113.9")
            for who, token in self.tokens.items()
        }

    def status(self, who: str, route: Route) -> int:
        with self.clients[who].stream(route.method, address(route)) as answer:
            return answer.status_code


@pytest.fixture(scope="module")
def people(server: RunningServer) -> Iterator[People]:
    yield People(server)


@pytest.mark.parametrize("route", HTTP, ids=name)
def test_every_route_for_everyone(people: People, route: Route) -> None:
    answers = {who: people.status(who, route) for who in people.clients}
    refused = {who for who, status in answers.items() if status in (401, 403)}
    match route.policy:
        case Policy.PUBLIC | Policy.KEYED:
            assert refused == set(), answers
        case Policy.SIGNED_IN:
            assert refused == {"nobody", "bad", "revoked"}, answers
        case Policy.OWNER:
            assert refused == {"nobody", "bad", "revoked", "guest"}, answers
            assert answers["guest"] == 403
    assert all(answers[who] == 401 for who in refused - {"guest"})
    assert all(status < 500 or status in (501, 503) for status in answers.values()), answers


@pytest.mark.parametrize("route", SOCKETS, ids=name)
@pytest.mark.parametrize("who", ["nobody", "bad", "revoked"])
def test_websockets_ask_too(people: People, server: RunningServer, route: Route, who: str) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    token = people.tokens[who]
    if token is not None:
        headers["X-Plex-Token"] = token
    url = server.url.replace("http", "ws") + route.path
    with pytest.raises(InvalidStatus), connect(url, additional_headers=headers):
        pass


def test_an_unknown_path_is_hidden_from_strangers(people: People) -> None:
    assert people.clients["nobody"].get("/no/such/thing").status_code == 401
    assert people.clients["guest"].get("/no/such/thing").status_code == 404
    assert people.clients["owner"].post("/identity").status_code == 405


def test_the_machine_itself_is_the_owner_until_it_is_claimed(server: RunningServer) -> None:
    client = server.client()
    assert client.get("/:/prefs").status_code == 200
    for header in (
        {"X-Forwarded-For": "127.0.0.1"},
        {"Via": "1.1 x"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert client.get("/:/prefs", headers=header).status_code == 401, header
    assert client.get("/:/prefs", headers={"Origin": server.url}).status_code == 200
    for host in ("plex", "vitascope.local"):
        assert client.get("/:/prefs", headers={"Host": host}).status_code == 401, "may call, and is nobody by that"


def test_a_token_may_be_a_parameter(people: People, server: RunningServer) -> None:
    client = server.client(x_forwarded_for="203.0.113.9")
    assert client.get("/library/sections", params={"X-Plex-Token": str(people.tokens["guest"])}).status_code == 200


def test_allowed_networks_count_as_soon_as_they_are_set(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, transport=httpx.HTTPTransport(local_address="127.7.7.7")) as neighbour:
        owner = server.client()
        # A claimed server trusts its own machine no more.
        secret = server.support / "Preferences.xml"
        assert neighbour.get("/:/prefs").status_code == 200
        assert "PlexOnlineToken" not in secret.read_text("utf-8")
        assert owner.put("/:/prefs", params={"allowedNetworks": "127.7.7.0/24"}).status_code == 200
        assert neighbour.get("/:/prefs").status_code == 200
        assert owner.put("/:/prefs", params={"allowedNetworks": ""}).status_code == 200


def test_a_route_without_a_policy_is_not_taken() -> None:
    with pytest.raises(TypeError):
        Routes().get("/x", policy="public")  # type: ignore[arg-type]  # what must not be possible


_ITEM = re.compile(r"\{(item_id:int|ids|part_id:int|stream_id:int|number:int)\}")
_NOT_ITEMS = ("/library/sections/", "/accounts/", "/status/")
ITEM_ROUTES = [r for r in HTTP if _ITEM.search(r.path) and not r.path.startswith(_NOT_ITEMS)]


@pytest.mark.parametrize("route", [route for route in ITEM_ROUTES if route.policy is Policy.SIGNED_IN], ids=name)
def test_what_is_not_shared_is_not_found(library: Library, route: Route) -> None:
    """Item by item: a guest gets 404 for what is in a section that is not theirs, whatever the route."""
    show = library.items("TV Shows")[0]
    episodes = library.owner.get(f"/library/metadata/{show['ratingKey']}/allLeaves").json()["MediaContainer"][
        "Metadata"
    ]
    full = library.owner.get(f"/library/metadata/{episodes[0]['ratingKey']}").json()["MediaContainer"]["Metadata"][0]
    part = full["Media"][0]["Part"][0]
    numbers = {
        "item_id:int": show["ratingKey"],
        "number:int": show["ratingKey"],
        "ids": show["ratingKey"],
        "part_id:int": part["id"],
        "stream_id:int": part["Stream"][0]["id"],
    }
    path = _ITEM.sub(lambda found: str(numbers[found[1]]), route.path)
    path = path.replace("{element}", "thumb").replace("{artwork_id:int}", "1").replace("{stamp}", "1")
    path = path.replace("{name}", "file.mkv").replace("{ending}", "srt").replace("{marker_id:int}", "1")
    assert library.guest.request(route.method, path).status_code == 404
