"""Playlists that follow a query: kept verbatim, answered live, changed by their rules."""

from typing import Any
from urllib.parse import quote

import pytest
from plexapi.exceptions import BadRequest
from tests.api.families.conftest import Home


@pytest.fixture
def smart(home: Home) -> Any:
    playlist = home.owner.createPlaylist(
        "Peach", section="Movies", smart=True, sort="year:desc", filters={"studio": "Peach"}
    )
    yield playlist
    home.http.delete(f"/playlists/{playlist.ratingKey}")


def titles(playlist: Any) -> list[str]:
    return [item.title for item in playlist._fetchItems()]


def test_it_follows_its_query(smart: Any, home: Home) -> None:
    assert smart.smart
    assert smart.leafCount == 3
    assert smart.icon == "playlist://image.smart"
    assert titles(smart) == ["Glass Orchard", "Eleven Hours", "Big Paper Rabbit"]
    assert smart.duration == sum(item.duration for item in smart.items())
    assert smart.section().title == "Movies"
    assert smart.filters()["filters"] == {"and": [{"studio": "Peach"}]} or "studio" in str(smart.filters())
    found = home.container(f"/playlists/{smart.ratingKey}/items")
    assert all("playlistItemID" not in item for item in found["Metadata"])
    assert found["smart"] == 1
    assert [one.title for one in home.owner.playlists(sectionId=home.sections["Movies"])] == ["Peach"]
    assert home.container("/playlists", smart=1)["Metadata"][0]["leafCount"] == 3
    assert "content" not in home.container("/playlists")["Metadata"][0]


@pytest.mark.parametrize(
    "query",
    [
        "type=1&sort=titleSort&push=1&genre=1&or=1&studio=Peach&pop=1&year%3E%3E=1990",
        "type=1&push=1&push=1&year%3E=1980&pop=1&or=1&title=Coast&pop=1&sort=year%3Adesc&limit=4",
        "limit=2&year%3C%3C=2000&type=1&year%3E%3E=1960&sort=addedAt:desc",
    ],
)
def test_the_content_is_kept_verbatim_and_in_order(home: Home, query: str) -> None:
    path = f"/library/sections/{home.sections['Movies']}/all?{query}"
    sent = f"server://{home.owner.machineIdentifier}/com.plexapp.plugins.library{path}"
    made = home.http.post("/playlists", params={"title": "V", "type": "video", "smart": 1, "uri": sent})
    found = made.json()["MediaContainer"]["Metadata"][0]
    assert found["content"] == sent
    listed = home.http.get(path).json()["MediaContainer"]
    items = home.container(f"/playlists/{found['ratingKey']}/items").get("Metadata", [])
    assert [item["ratingKey"] for item in items] == [item["ratingKey"] for item in listed.get("Metadata", [])]
    home.http.delete(f"/playlists/{found['ratingKey']}")


def test_a_library_uri_and_shows_give_episodes(home: Home) -> None:
    section = home.section("TV Shows")
    key = quote(f"/library/sections/{section.key}/all?type=2&title=Small", safe="")
    sent = f"library://{section.uuid}/directory/{key}"
    made = home.http.post("/playlists", params={"title": "S", "type": "video", "smart": 1, "uri": sent}).json()
    found = made["MediaContainer"]["Metadata"][0]
    assert (found["content"], found["leafCount"]) == (sent, 5)
    items = home.container(f"/playlists/{found['ratingKey']}/items")["Metadata"]
    assert {item["type"] for item in items} == {"episode"}
    generators = home.container(f"/playlists/{found['ratingKey']}/generators")["PlayQueueGenerator"]
    assert [(one["type"], one["uri"]) for one in generators] == [(-1, sent)]
    home.http.delete(f"/playlists/{found['ratingKey']}")


def test_rules_are_replaced(smart: Any, home: Home) -> None:
    smart.updateFilters(limit=2, sort="year", filters={"country": "Norway"})
    smart.reload()
    assert titles(smart) == ["Amber Coast", "Amber Coast 2"]
    assert smart.leafCount == 2
    bad = home.http.put(f"/playlists/{smart.ratingKey}/items", params={"uri": "/library/sections/77/all"})
    assert bad.status_code == 400
    assert "77" in bad.text
    smart.reload()
    assert titles(smart) == ["Amber Coast", "Amber Coast 2"]
    smart.editTitle("Fjord")
    assert smart.reload().title == "Fjord"


def test_what_a_person_did_counts_for_that_person(home: Home) -> None:
    path = f"/library/sections/{home.sections['Movies']}/all?type=1&unwatched=1&sort=titleSort"
    query: dict[str, str | int] = {"title": "Unwatched", "type": "video", "smart": 1, "uri": path}
    mine = home.http.post("/playlists", params=query).json()["MediaContainer"]["Metadata"][0]
    theirs = home.mia_http.post("/playlists", params=query).json()["MediaContainer"]["Metadata"][0]
    assert mine["leafCount"] == theirs["leafCount"] == 13
    home.section("Movies").get("Cold Lantern").markPlayed()
    assert home.container(f"/playlists/{mine['ratingKey']}")["Metadata"][0]["leafCount"] == 12
    other = home.mia_http.get(f"/playlists/{theirs['ratingKey']}").json()["MediaContainer"]["Metadata"][0]
    assert other["leafCount"] == 13
    home.section("Movies").get("Cold Lantern").markUnplayed()
    home.http.delete(f"/playlists/{mine['ratingKey']}")
    home.mia_http.delete(f"/playlists/{theirs['ratingKey']}")


def test_its_items_are_not_moved_by_hand(smart: Any, home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    for change in (smart.addItems, smart.removeItems, smart.moveItem):
        with pytest.raises(BadRequest):
            change(film)
    items = f"/playlists/{smart.ratingKey}/items"
    calls = (home.http.delete(items), home.http.delete(f"{items}/1"), home.http.put(f"{items}/1/move"))
    assert [answer.status_code for answer in calls] == [400, 400, 400]
    plain = home.owner.createPlaylist("Plain", items=film)
    with pytest.raises(BadRequest):
        plain.updateFilters(title="x")
    with pytest.raises(BadRequest):
        plain.section()
    plain.delete()


def test_a_playlist_whose_section_is_gone_is_empty_and_no_error(fresh_home: Home) -> None:
    home = fresh_home
    made = home.owner.createPlaylist("Gone", section="Photos", smart=True, libtype="photo")
    assert made.leafCount == 7
    assert (made.playlistType, made.metadataType) == ("photo", "photo")
    home.http.delete(f"/library/sections/{home.sections['Photos']}")
    found = home.container(f"/playlists/{made.ratingKey}")["Metadata"][0]
    assert (found["leafCount"], home.container(f"/playlists/{made.ratingKey}/items")["size"]) == (0, 0)
