"""Markers set by hand and bookmarks of each person."""

from typing import Any

from tests.api.families.conftest import Home


def markers(home: Home, key: str, *, mia: bool = False) -> list[dict[str, Any]]:
    client = home.mia_http if mia else home.http
    answer = client.get(f"/library/metadata/{key}", params={"includeMarkers": 1})
    found: list[dict[str, Any]] = answer.json()["MediaContainer"]["Metadata"][0].get("Marker", [])
    return found


def test_everyone_has_an_intro_and_each_person_bookmarks(home: Home) -> None:
    episode = home.section("TV Shows").get("Small Machines").episode(season=1, episode=1)
    path = f"/library/metadata/{episode.ratingKey}/marker"
    span = {"startTimeOffset": 100, "endTimeOffset": 400}
    made = home.http.post(path, params={"type": "intro", **span}).json()["MediaContainer"]["Marker"][0]
    assert (made["type"], made["startTimeOffset"], made["endTimeOffset"]) == ("intro", 100, 400)
    final = home.http.post(path, params={"type": "credits", "startTimeOffset": 700, "endTimeOffset": 900,
                                         "attributes[final]": 1}).json()["MediaContainer"]["Marker"][0]  # fmt: skip
    assert final["final"] is True
    hers: dict[str, str | int] = {"type": "bookmark", "startTimeOffset": 500, "attributes[title]": "My favourite spot"}
    mark = home.mia_http.post(path, params=hers).json()["MediaContainer"]["Marker"][0]
    assert mark["title"] == "My favourite spot"
    assert [one["type"] for one in markers(home, episode.ratingKey)] == ["intro", "credits"]
    assert [one["type"] for one in markers(home, episode.ratingKey, mia=True)] == ["intro", "bookmark", "credits"]
    assert home.http.put(f"{path}/{mark['id']}", params=hers).status_code == 404
    assert home.http.delete(f"{path}/{mark['id']}").status_code == 404
    assert home.mia_http.delete(f"{path}/{made['id']}").status_code == 403
    assert home.mia_http.put(f"{path}/{made['id']}", params={"type": "bookmark", **span}).status_code == 403
    home.http.get(f"/library/sections/{home.sections['TV Shows']}/refresh", params={"force": 1})
    home.server.wait_idle()
    moved = home.http.put(f"{path}/{made['id']}", params={"type": "intro", "startTimeOffset": 50, "endTimeOffset": 300})
    assert moved.json()["MediaContainer"]["Marker"][0]["id"] == made["id"]
    episode.reload()
    assert episode.hasIntroMarker
    assert episode.hasCreditsMarker
    assert [(one.start, one.end) for one in episode.markers if one.type == "intro"] == [(50, 300)]
    assert home.http.delete(f"{path}/{made['id']}").status_code == 200
    assert home.mia_http.delete(f"{path}/{mark['id']}").status_code == 200
    assert [one["type"] for one in markers(home, episode.ratingKey, mia=True)] == ["credits"]


def test_without_being_asked_markers_are_not_shown(home: Home) -> None:
    episode = home.section("TV Shows").get("Small Machines").episode(season=1, episode=2)
    path = f"/library/metadata/{episode.ratingKey}"
    query: dict[str, str | int] = {"type": "commercial", "startTimeOffset": 0, "endTimeOffset": 10}
    assert home.http.post(f"{path}/marker", params=query).status_code == 200
    assert "Marker" not in home.container(path)["Metadata"][0]
    assert "<Marker " in home.xml.get(path, params={"includeMarkers": 1}).text


def test_nonsense_is_refused(home: Home) -> None:
    episode = home.section("TV Shows").get("Small Machines").episode(season=1, episode=3)
    path = f"/library/metadata/{episode.ratingKey}/marker"
    good = {"type": "intro", "startTimeOffset": "0", "endTimeOffset": "10"}
    for wrong in (
        {"type": ""}, {"type": "ending"}, {"type": "99"}, {"startTimeOffset": ""}, {"startTimeOffset": "-1"},
        {"startTimeOffset": "x"}, {"endTimeOffset": ""}, {"endTimeOffset": "0"}, {"startTimeOffset": "20"},
        {"endTimeOffset": "999999999"}, {"title": "t" * 300},
    ):  # fmt: skip
        assert home.http.post(path, params=good | wrong).status_code == 400, wrong
    assert home.mia_http.post(path, params=good).status_code == 403
    assert home.http.post("/library/metadata/99999999/marker", params=good).status_code == 404
    assert home.http.put(f"{path}/99999999", params=good).status_code == 404
    assert home.http.delete(f"{path}/99999999").status_code == 404
    show = home.section("TV Shows").get("Small Machines")
    assert home.http.post(f"/library/metadata/{show.ratingKey}/marker", params=good).status_code == 400
    assert markers(home, episode.ratingKey) == []
