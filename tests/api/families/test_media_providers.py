"""The one media provider: each of its features can be asked for, and everybody sees their own sections."""

from typing import Any

import pytest
from tests.api.families.conftest import Home

FEATURES = {
    "content",
    "search",
    "match",
    "metadata",
    "rate",
    "imagetranscoder",
    "promoted",
    "continuewatching",
    "actions",
    "playlist",
    "playqueue",
    "collection",
    "timeline",
    "manage",
    "queryParser",
    "subscribe",
}


def provider(home: Home, **query: int) -> dict[str, Any]:
    (found,) = home.container("/media/providers", **query)["MediaProvider"]
    return dict(found)


def features(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {feature["type"]: feature for feature in found["Feature"]}


def test_what_it_says_of_itself(home: Home) -> None:
    found = provider(home)
    assert (found["identifier"], found["types"]) == ("com.plexapp.plugins.library", "video,audio,photo")
    assert found["protocols"] == "stream,download"
    assert set(features(found)) == FEATURES
    flavors = {name: features(found)[name]["flavor"] for name in ("playlist", "playqueue", "subscribe")}
    assert flavors == {"playlist": "universal", "playqueue": "universal", "subscribe": "download"}
    container = home.container("/media/providers")
    root = home.container("/")
    for name in ("machineIdentifier", "version", "friendlyName", "transcoderVideo", "eventStream"):
        assert container[name] == root[name]


def test_every_key_is_answered(home: Home) -> None:
    found = features(provider(home))
    keys = [feature[name] for feature in found.values() for name in ("key", "scrobbleKey") if name in feature]
    keys += [action["key"] for action in found["actions"]["Action"]]
    for key in keys:
        statuses = {home.http.request(method, key).status_code for method in ("GET", "POST", "PUT")}
        assert statuses - {404, 405} or key in ("/library/metadata", "/library/collections", "/actions"), key
    film = home.section("Movies").all()[0]
    assert home.http.get(f"{found['metadata']['key']}/{film.ratingKey}").status_code == 200


def test_every_view_of_every_section_is_answered(home: Home) -> None:
    content = features(provider(home))["content"]["Directory"]
    assert content[0]["hubKey"] == "/hubs"
    assert [one["title"] for one in content[1:]] == list(home.sections)
    counts = [pivot["count"] for one in content[1:] for pivot in one["Pivot"] if pivot["id"] == "library"]
    assert counts == [home.container(f"/library/sections/{number}/all")["size"] for number in home.sections.values()]
    for section in content[1:]:
        views = {pivot["id"]: pivot for pivot in section["Pivot"]}
        assert {"recommended", "library", "playlists"} <= views.keys()
        assert ("collections" in views) == (section["type"] != "photo")
        for pivot in views.values():
            for client in (home.http, home.mia_http):
                assert client.get(pivot["key"]).status_code == 200, pivot


def test_how_much_is_in_a_section(home: Home) -> None:
    section = home.section("Movies")
    assert section.totalDuration > 0
    assert section.totalStorage > 0
    content = features(provider(home))["content"]["Directory"]
    assert "storageTotal" not in content[1], "only when it is asked for"


def test_others_see_what_is_theirs(home: Home) -> None:
    only = home.sections["Music"]
    home.server.cli("user", "add", "ben", "--section", "Music")
    token = home.server.cli("user", "token", "ben").stdout.strip()
    ben = home.server.client(token, accept="application/json")
    container = ben.get("/media/providers?includeStorage=1").json()["MediaContainer"]
    (found,) = container["MediaProvider"]
    content = features(found)["content"]["Directory"]
    assert [one.get("id") for one in content] == [None, str(only)]
    assert (container["myPlexUsername"], container["diagnostics"]) == ("", "")
    assert (
        features(home.mia_http.get("/media/providers").json()["MediaContainer"]["MediaProvider"][0]).keys() == FEATURES
    )


def test_none_is_added_or_removed(home: Home) -> None:
    answer = home.http.post("/media/providers?url=https://provider.example")
    assert (answer.status_code, "/media/providers/metadata" in answer.text) == (400, True)
    assert home.http.post("/media/providers").status_code == 400
    assert home.http.post("/media/providers/refresh").status_code == 200
    assert home.http.delete("/media/providers/com.plexapp.plugins.library").status_code == 400
    assert home.http.delete("/media/providers/com.example").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "?url=x"), ("POST", "/refresh"), ("DELETE", "/com.plexapp.plugins.library")],
)
def test_changing_it_is_the_owners(home: Home, method: str, path: str) -> None:
    assert home.mia_http.request(method, f"/media/providers{path}").status_code == 403
