"""Custom metadata providers: registering them, grouping them, giving them to a section."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home
from tests.support.provider import IDENTIFIER, Said, StubProvider, provider

BASE = "/media/providers/metadata"
SECOND = "tv.plex.agents.custom.tests.second"


def rows(answer: httpx.Response, element: str) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["MediaContainer"].get(element, [])
    return found


@pytest.fixture
def stub() -> Iterator[StubProvider]:
    with provider() as running:
        yield running


@pytest.fixture
def clean(home: Home) -> Iterator[Home]:
    """The module's server, without groups and providers afterwards."""
    yield home
    for group in rows(home.http.get(f"{BASE}/group"), "MetadataAgentProviderGroup"):
        assert home.http.delete(f"{BASE}/group/{group['id']}").status_code == 200
    for one in rows(home.http.get(BASE), "MetadataAgentProvider"):
        assert home.http.delete(f"{BASE}/{one['id']}").status_code == 200


def register(home: Home, stub: StubProvider) -> dict[str, Any]:
    (found,) = rows(home.http.post(BASE, params={"uri": stub.url}), "MetadataAgentProvider")
    return found


def test_a_provider_is_what_it_says_it_is(clean: Home, stub: StubProvider) -> None:
    assert rows(clean.http.get(BASE), "MetadataAgentProvider") == []
    made = register(clean, stub)
    assert made == {
        "id": made["id"],
        "identifier": IDENTIFIER,
        "title": "Stub",
        "uri": stub.url,
        "agentType": "primary",
        "online": True,
        "MetadataType": [{"type": kind} for kind in (1, 2, 3, 4, 8, 9, 10)],
    }
    assert rows(clean.http.get(f"{BASE}/{made['id']}"), "MetadataAgentProvider") == [made]
    assert rows(clean.http.get(BASE, params={"metadataTypes": "1,2"}), "MetadataAgentProvider") == [made]
    assert rows(clean.http.get(BASE, params={"metadataTypes": "13"}), "MetadataAgentProvider") == []
    assert clean.http.post(BASE, params={"uri": stub.url}).status_code == 409
    assert '<MetadataAgentProvider id="' in clean.xml.get(BASE).text

    stub.say["/api"] = Said(body=json.dumps({"MediaProvider": stub.description() | {"title": "Renamed"}}).encode())
    (changed,) = rows(clean.http.put(f"{BASE}/{made['id']}", params={"uri": stub.url}), "MetadataAgentProvider")
    assert changed["title"] == "Renamed"
    assert clean.http.delete(f"{BASE}/{made['id']}").status_code == 200
    assert clean.http.get(f"{BASE}/{made['id']}").status_code == 404
    assert clean.http.delete(f"{BASE}/{made['id']}").status_code == 404


def test_only_the_owner_sees_and_changes_them(clean: Home, stub: StubProvider) -> None:
    made = register(clean, stub)
    for method, path in (
        ("GET", BASE),
        ("POST", f"{BASE}?uri={stub.url}"),
        ("GET", f"{BASE}/{made['id']}"),
        ("PUT", f"{BASE}/{made['id']}?uri={stub.url}"),
        ("DELETE", f"{BASE}/{made['id']}"),
        ("GET", f"{BASE}/group"),
        ("POST", f"{BASE}/group?title=x&primaryIdentifier={IDENTIFIER}"),
        ("GET", f"{BASE}/group/1"),
        ("PUT", f"{BASE}/group/1?title=x"),
        ("DELETE", f"{BASE}/group/1"),
        ("PUT", f"{BASE}/group/1/items/1"),
        ("DELETE", f"{BASE}/group/1/items/1"),
    ):
        before = len(stub.asked)
        assert clean.mia_http.request(method, path).status_code == 403, (method, path)
        assert len(stub.asked) == before


@pytest.mark.parametrize(
    "said",
    [
        Said(body=b"<html>"),
        Said(body=b"[]"),
        Said(body=b"{}"),
        Said(body=b'{"MediaProvider": {}}', content_type="text/html"),
        Said(body=b'{"MediaProvider": []}'),
        Said(status=500),
        Said(status=302, headers={"Location": "http://169.254.169.254/"}),
        Said(status=302, headers={"Location": "file:///etc/passwd"}),
        Said(body=b" " * 2_000_000),
        Said(body=b"[" * 100_000),
    ],
)
def test_what_is_no_provider_is_not_registered(clean: Home, stub: StubProvider, said: Said) -> None:
    stub.say["/api"] = said
    answer = clean.http.post(BASE, params={"uri": stub.url})
    assert answer.status_code == 400, answer.text
    assert rows(clean.http.get(BASE), "MetadataAgentProvider") == []


@pytest.mark.parametrize(
    "change",
    [
        {"identifier": "com.example"},
        {"identifier": "tv.plex.agents.movie"},
        {"identifier": "tv.plex.agents.custom.a b"},
        {"identifier": None},
        {"title": ""},
        {"Types": []},
        {"Types": [{"type": 99}]},
        {"Types": [{"type": 1, "Scheme": [{"scheme": "plex"}]}]},
        {"Feature": []},
        {"Feature": [{"type": "metadata", "key": "/m"}, {"type": "match", "key": "http://evil.example/"}]},
        {"Feature": [{"type": "metadata", "key": "/../m"}, {"type": "match", "key": "/m"}]},
        {"Feature": [{"type": "metadata", "key": "/m?x=1"}, {"type": "match", "key": "/m"}]},
    ],
)
def test_a_description_has_to_be_whole(clean: Home, stub: StubProvider, change: dict[str, Any]) -> None:
    stub.say["/api"] = Said(body=json.dumps({"MediaProvider": stub.description() | change}).encode())
    answer = clean.http.post(BASE, params={"uri": stub.url})
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "nonsense",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1:1/?token=secret",
        "http://0.0.0.0/",
        "http://127.0.0.1:1/",
    ],
)
def test_an_address_that_is_none_or_must_not_be_asked(clean: Home, uri: str) -> None:
    answer = clean.http.post(BASE, params={"uri": uri})
    assert answer.status_code == 400
    assert "secret" not in answer.text


def test_all_are_read_again(clean: Home, stub: StubProvider) -> None:
    register(clean, stub)
    assert IDENTIFIER in [agent.identifier for agent in clean.owner.agents(1)]
    assert IDENTIFIER not in [agent.identifier for agent in clean.owner.agents(13)]
    assert clean.mia_http.post("/media/providers/refresh").status_code == 403
    for said, title, online in (
        (Said(status=500), "Stub", False),
        (Said(body=json.dumps({"MediaProvider": stub.description() | {"title": "Newer"}}).encode()), "Newer", True),
        (
            Said(body=json.dumps({"MediaProvider": stub.description() | {"identifier": "evil"}}).encode()),
            "Newer",
            False,
        ),
    ):
        stub.say["/api"] = said
        assert clean.http.post("/media/providers/refresh").status_code == 200
        (now,) = rows(clean.http.get(BASE), "MetadataAgentProvider")
        assert (now["identifier"], now["title"], now["online"]) == (IDENTIFIER, title, online)


def test_groups(clean: Home, stub: StubProvider) -> None:
    first = register(clean, stub)
    with provider(SECOND) as other:
        second = register(clean, other)
    group_of = {"title": "Films", "primaryIdentifier": IDENTIFIER}
    assert clean.http.post(f"{BASE}/group", params=group_of | {"primaryIdentifier": "x"}).status_code == 400
    assert clean.http.post(f"{BASE}/group", params=group_of | {"title": " "}).status_code == 400
    (made,) = rows(clean.http.post(f"{BASE}/group", params=group_of), "MetadataAgentProviderGroup")
    group = made["id"]
    (item,) = made["MetadataAgentProviderGroupItem"]
    assert (made["title"], made["primaryIdentifier"]) == ("Films", IDENTIFIER)
    assert (item["metadataAgentProviderGroupId"], item["metadataAgentProviderId"]) == (group, first["id"])
    assert item["order"] == 1000

    (added,) = rows(clean.http.put(f"{BASE}/group/{group}/items/{second['id']}"), "MetadataAgentProviderGroupItem")
    assert (added["metadataAgentProviderId"], added["order"]) == (second["id"], 2000)
    (moved,) = rows(
        clean.http.put(f"{BASE}/group/{group}/items/{second['id']}", params={"after": -1}),
        "MetadataAgentProviderGroupItem",
    )
    assert (moved["id"], moved["order"]) == (added["id"], 1000)
    (moved,) = rows(
        clean.http.put(f"{BASE}/group/{group}/items/{second['id']}", params={"after": item["id"]}),
        "MetadataAgentProviderGroupItem",
    )
    assert moved["order"] == 2000
    for after in (added["id"], 9999):
        answer = clean.http.put(f"{BASE}/group/{group}/items/{second['id']}", params={"after": after})
        assert answer.status_code == 400
    assert clean.http.put(f"{BASE}/group/{group}/items/999").status_code == 404
    assert clean.http.put(f"{BASE}/group/999/items/{first['id']}").status_code == 404

    (renamed,) = rows(
        clean.http.put(f"{BASE}/group/{group}", params={"title": "More films"}), "MetadataAgentProviderGroup"
    )
    assert renamed["title"] == "More films"
    assert rows(clean.http.get(f"{BASE}/group"), "MetadataAgentProviderGroup") == [renamed]

    assert clean.http.delete(f"{BASE}/{first['id']}").status_code == 403
    assert clean.http.delete(f"{BASE}/group/{group}/items/{first['id']}").status_code == 403
    assert clean.http.delete(f"{BASE}/group/{group}/items/{second['id']}").status_code == 200
    assert clean.http.delete(f"{BASE}/group/{group}/items/{second['id']}").status_code == 404
    assert clean.http.delete(f"{BASE}/group/{group}").status_code == 200
    assert clean.http.get(f"{BASE}/group/{group}").status_code == 404


def test_a_section_uses_a_group(clean: Home, stub: StubProvider) -> None:
    register(clean, stub)
    (made,) = rows(
        clean.http.post(f"{BASE}/group", params={"title": "Films", "primaryIdentifier": IDENTIFIER}),
        "MetadataAgentProviderGroup",
    )
    movies, photos = (f"/library/sections/{clean.sections[name]}" for name in ("Movies", "Photos"))
    before = clean.http.get("/library/sections").json()

    def used() -> list[int | None]:
        found = clean.http.get("/library/sections").json()["MediaContainer"]["Directory"]
        return [one.get("metadataAgentProviderGroupId") for one in found]

    assert clean.http.put(photos, params={"metadataAgentProviderGroupId": made["id"]}).status_code == 400
    assert clean.http.put(movies, params={"metadataAgentProviderGroupId": 999, "name": "Z"}).status_code == 400
    assert clean.http.put(movies, params={"metadataAgentProviderGroupId": "x"}).status_code == 400
    assert clean.http.get("/library/sections").json() == before
    assert clean.http.put(movies, params={"metadataAgentProviderGroupId": made["id"]}).status_code == 200
    assert used() == [made["id"], None, None, None, None]
    assert clean.http.put(movies, params={"metadataAgentProviderGroupId": 0}).status_code == 200
    assert used() == [None] * 5
