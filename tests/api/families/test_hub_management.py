"""How the owner arranges hubs: order, visibility, collections as hubs; honoured on every page, for both people."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home

COLLECTION = "Coast"


@pytest.fixture(autouse=True)
def as_they_come(home: Home) -> None:
    """Every test begins with the hubs as they come."""
    for title in ("Movies", "TV Shows"):
        home.section(title).resetManagedHubs()


def managed(home: Home, title: str = "Movies") -> dict[str, Any]:
    return {hub.identifier: hub for hub in home.section(title).managedHubs()}


def shown(client: httpx.Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [hub["hubIdentifier"] for hub in answer.json()["MediaContainer"].get("Hub", [])]


def custom(home: Home) -> str:
    collection = home.section("Movies").collection(COLLECTION)
    return f"custom.collection.{home.sections['Movies']}.{collection.ratingKey}"


def test_the_hubs_as_they_come(home: Home) -> None:
    found = managed(home)
    assert list(found)[:3] == ["movie.recentlyreleased", "movie.recentlyadded", "movie.genre"]
    recent = found["movie.recentlyadded"]
    assert (recent.title, recent.deletable) == ("Recently Added Movies", False)
    assert (recent.homeVisibility, recent.recommendationsVisibility) == ("all", "all")
    assert (recent.promotedToRecommended, recent.promotedToOwnHome, recent.promotedToSharedHome) == (True, True, True)
    genre = found["movie.genre"]
    assert (genre.title, genre.homeVisibility, genre.promotedToOwnHome) == ("Top Movies in (Genre)", "none", False)


def test_a_hub_is_shown_where_the_owner_says(home: Home) -> None:
    section = home.sections["Movies"]
    hub = managed(home)["movie.toprated"]
    identifier = f"movie.toprated.{section}"
    hub.updateVisibility(recommended=True, home=True, shared=False)
    assert (hub.homeVisibility, hub.promotedToOwnHome, hub.promotedToSharedHome) == ("admin", True, False)
    for path in ("/hubs", "/hubs/promoted"):
        assert identifier in shown(home.http, path)
        assert identifier not in shown(home.mia_http, path)
    hub.demoteHome().promoteShared()
    assert hub.homeVisibility == "shared"
    for path in ("/hubs", "/hubs/promoted"):
        assert identifier not in shown(home.http, path)
        assert identifier in shown(home.mia_http, path)
    hub.demoteRecommended()
    assert hub.recommendationsVisibility == "none"
    assert identifier not in shown(home.http, f"/hubs/sections/{section}")
    hub.promoteRecommended()
    assert identifier in shown(home.mia_http, f"/hubs/sections/{section}")


def test_what_came_last_can_be_taken_off_the_start_page(home: Home) -> None:
    managed(home)["movie.recentlyadded"].updateVisibility(home=False, shared=True)
    assert "home.movies.recent" not in shown(home.http, "/hubs")
    assert "home.movies.recent" in shown(home.mia_http, "/hubs")


def test_a_hub_is_moved(home: Home) -> None:
    section = home.sections["Movies"]
    found = managed(home)
    found["movie.toprated"].move()
    assert next(iter(managed(home))) == "movie.toprated"
    found["movie.recentlyadded"].move(after=found["movie.toprated"])
    assert list(managed(home))[:2] == ["movie.toprated", "movie.recentlyadded"]
    page = shown(home.http, f"/hubs/sections/{section}")
    assert page[:2] == [f"movie.toprated.{section}", f"movie.recentlyadded.{section}"]
    # as the published description has it
    query = {"identifier": "movie.recentlyadded"}
    assert home.http.put(f"/hubs/sections/{section}/manage/move", params=query).status_code == 200
    assert list(managed(home))[:2] == ["movie.recentlyadded", "movie.toprated"]


def test_a_collection_becomes_a_hub(home: Home) -> None:
    section = home.sections["Movies"]
    collection = home.section("Movies").collection(COLLECTION)
    hub = collection.visibility()
    assert hub.identifier == custom(home)
    assert not hub._promoted
    hub.updateVisibility(recommended=True, home=True, shared=False)
    hub = collection.visibility()
    assert (hub.title, hub.deletable, hub.homeVisibility) == (COLLECTION, True, "admin")
    container = home.container(f"/hubs/sections/{section}")
    (made,) = [one for one in container["Hub"] if one["hubIdentifier"] == custom(home)]
    assert (made["title"], made["context"], made["totalSize"]) == (COLLECTION, "hub.custom.collection", 2)
    assert [item["title"] for item in made["Metadata"]] == ["Amber Coast", "Amber Coast 2"]
    whole = home.container(made["key"])["Metadata"]
    assert [item["ratingKey"] for item in whole] == [item["ratingKey"] for item in made["Metadata"]]
    for path in ("/hubs", "/hubs/promoted"):
        assert custom(home) in shown(home.http, path)
        assert custom(home) not in shown(home.mia_http, path)
    hub.move()
    assert next(iter(managed(home))) == custom(home)
    assert home.container("/hubs/items", identifier=custom(home))["size"] == 2
    collection.visibility().remove()
    assert custom(home) not in managed(home)
    assert home.section("Movies").collection(COLLECTION).title == COLLECTION


def test_reset_gives_back_what_was_there_at_first(home: Home) -> None:
    before = list(managed(home))
    collection = home.section("Movies").collection(COLLECTION)
    collection.visibility().promoteRecommended()
    managed(home)["movie.toprated"].move()
    home.section("Movies").resetManagedHubs()
    assert list(managed(home)) == before


def _refused(home: Home) -> Sequence[tuple[str, str, dict[str, str], int]]:
    section = home.sections["Movies"]
    film = home.section("Movies").get("Cold Lantern").ratingKey
    base = f"/hubs/sections/{section}/manage"
    return (
        ("GET", "/hubs/sections/999/manage", {}, 404),
        ("PUT", f"{base}/movie.nothing", {"promotedToOwnHome": "1"}, 404),
        ("PUT", f"{base}/movie.genre", {"promotedToOwnHome": "maybe"}, 400),
        ("PUT", f"{base}/movie.nothing/move", {}, 404),
        ("PUT", f"{base}/movie.genre/move", {"after": "movie.nothing"}, 404),
        ("PUT", f"{base}/move", {}, 400),
        ("DELETE", f"{base}/movie.genre", {}, 400),
        ("DELETE", f"{base}/custom.collection.{section}.999999", {}, 404),
        ("POST", base, {}, 400),
        ("POST", base, {"metadataItemId": "x"}, 400),
        ("POST", base, {"metadataItemId": str(film)}, 400),
        ("POST", base, {"metadataItemId": "999999"}, 404),
        ("POST", f"/hubs/sections/{home.sections['Music']}/manage", {"metadataItemId": str(film)}, 404),
    )


def test_what_cannot_be_done_is_refused_and_changes_nothing(home: Home) -> None:
    before = home.http.get(f"/hubs/sections/{home.sections['Movies']}/manage").json()
    for method, path, query, status in _refused(home):
        answer = home.http.request(method, path, params=query)
        assert answer.status_code == status, (method, path, query, answer.text)
    assert home.http.get(f"/hubs/sections/{home.sections['Movies']}/manage").json() == before


def test_only_the_owner_arranges(home: Home) -> None:
    base = f"/hubs/sections/{home.sections['Movies']}/manage"
    for method, path in (
        ("GET", base),
        ("POST", f"{base}?metadataItemId=1"),
        ("DELETE", base),
        ("PUT", f"{base}/movie.genre?promotedToOwnHome=1"),
        ("PUT", f"{base}/movie.genre/move"),
        ("PUT", f"{base}/move?identifier=movie.genre"),
        ("DELETE", f"{base}/movie.genre"),
    ):
        assert home.mia_http.request(method, path).status_code == 403, (method, path)


def test_two_edits_at_once_are_both_there(home: Home) -> None:
    base = f"/hubs/sections/{home.sections['TV Shows']}/manage"
    names = [name for name in managed(home, "TV Shows") if name != "tv.recentlyadded"]

    def promote(name: str) -> int:
        return home.http.put(f"{base}/{name}", params={"promotedToOwnHome": 1}).status_code

    with ThreadPoolExecutor(len(names)) as pool:
        assert set(pool.map(promote, names)) == {200}
    assert all(hub.promotedToOwnHome for hub in managed(home, "TV Shows").values())


def test_the_arrangement_survives_a_scan_and_ends_with_its_section(fresh_home: Home) -> None:
    home = fresh_home
    section = home.section("Movies")
    collection = section.collection(COLLECTION)
    collection.visibility().promoteHome()
    assert custom(home) in shown(home.http, "/hubs/promoted")
    assert home.http.get(f"/library/sections/{section.key}/refresh", params={"force": 1}).status_code == 200
    home.server.wait_idle()
    assert custom(home) in shown(home.http, "/hubs/promoted")
    assert home.http.delete(f"/library/sections/{section.key}").status_code == 200
    assert all(not name.startswith("movie.") for name in shown(home.http, "/hubs/promoted"))
    assert home.http.get(f"/hubs/sections/{section.key}/manage").status_code == 404
