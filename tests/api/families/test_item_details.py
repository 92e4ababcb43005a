"""Small operations on items: trees, who played most, what is near, and what is not there."""

import pytest
from plexapi.exceptions import BadRequest
from tests.api.families.conftest import Home


def test_the_tree_of_a_show(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    path = f"/library/metadata/{show.ratingKey}/tree"
    (top,) = home.container(path)["MetadataItem"]
    assert (top["id"], top["title"], top["guid"]) == (show.ratingKey, "Harbour Lights", show.guid)
    assert [(season["index"], len(season["MetadataItem"])) for season in top["MetadataItem"]] == [
        (0, 1),
        (1, 4),
        (2, 3),
    ]
    assert home.mia_xml.get(path).text.count("<MetadataItem ") == 1 + 3 + 8
    assert home.http.get("/library/metadata/99999999/tree").status_code == 404


def test_who_played_it_most(home: Home) -> None:
    season = home.section("TV Shows").get("Small Machines").season(1)
    episodes = season.episodes()
    for client, episode in ((home.http, episodes[0]), (home.mia_http, episodes[0]), (home.mia_http, episodes[1])):
        client.get("/:/scrobble", params={"key": episode.ratingKey, "identifier": "x"})
    path = f"/library/metadata/{season.ratingKey}/users/top"
    people = {one["name"]: one["id"] for one in home.container("/accounts")["Account"]}
    everybody = home.container(path)["Account"]
    assert [one["globalViewCount"] for one in everybody] == [2, 1]
    assert everybody[0]["id"] == people["mia"]
    assert home.mia_http.get(path).json()["MediaContainer"]["Account"] == everybody[:1]


def test_nothing_is_near_since_sound_is_not_analysed(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    track = artist.track("Birch")
    assert track.sonicallySimilar() == []
    assert artist.sonicallySimilar() == []
    assert track.sonicAdventure(artist.track("Dew")) == []
    number = home.sections["Music"]
    assert home.container(f"/library/sections/{number}/nearest", type=10, values="1,2")["size"] == 0
    path = f"/library/sections/{number}/computePath"
    film = home.section("Movies").get("Amber Coast")
    for wrong in ({}, {"startID": track.ratingKey}, {"startID": track.ratingKey, "endID": film.ratingKey},
                  {"startID": track.ratingKey, "endID": 99999999}):  # fmt: skip
        assert home.http.get(path, params=wrong).status_code == 400
    with pytest.raises(BadRequest):
        track.sonicallySimilar(maxDistance=7)


def test_what_is_not_there_says_so(home: Home) -> None:
    part = home.section("Movies").get("Amber Coast").media[0].parts[0].id
    for path in (f"/library/parts/{part}/indexes/sd", f"/library/parts/{part}/indexes/sd/1000",
                 "/library/parts/99999999/indexes/sd", "/library/metadata/augmentations/1"):  # fmt: skip
        assert home.http.get(path).status_code == 404, path


def test_several_items_keep_their_order_and_page(home: Home) -> None:
    films = [home.section("Movies").get(title) for title in ("Cold Lantern", "Amber Coast", "Glass Orchard")]
    ids = [film.ratingKey for film in films]
    path = f"/library/metadata/{','.join(map(str, ids))}"
    assert [int(one["ratingKey"]) for one in home.container(path)["Metadata"]] == ids
    answer = home.mia_http.get(path, headers={"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"})
    page = answer.json()["MediaContainer"]
    assert [int(one["ratingKey"]) for one in page["Metadata"]] == ids[1:2]
    assert page["totalSize"] == 3
    assert [one.ratingKey for one in home.owner.fetchItems(ids)] == ids


def test_left_out_is_left_out_and_asked_for_is_there(home: Home) -> None:
    film = home.section("Movies").get("Eleven Hours")
    path = f"/library/metadata/{film.ratingKey}"
    full = home.container(path)["Metadata"][0]
    assert {"Media", "Genre", "summary", "tagline"} <= full.keys()
    thin = home.container(path, excludeElements="Media,Genre", excludeFields="summary,tagline")["Metadata"][0]
    assert not {"Media", "Genre", "summary", "tagline"} & thin.keys()
    extras = home.container(path, includeExtras=1)["Metadata"][0]["Extras"]
    assert {one["title"] for one in extras["Metadata"]} == {"First Look", "The Lift"}
    assert {one.title for one in film.extras()} == {"First Look", "The Lift"}
    checked = home.container(path, checkFiles=1)["Metadata"][0]["Media"][0]["Part"][0]
    assert (checked["exists"], checked["accessible"]) == (1, 1)
    assert "exists" not in full["Media"][0]["Part"][0]
    show = home.section("TV Shows").get("Harbour Lights")
    children = home.container(f"/library/metadata/{show.ratingKey}", includeChildren=1)["Metadata"][0]["Children"]
    assert children["size"] == 3
    part = full["Media"][0]["Part"][0]["key"]
    saved = home.mia_http.get(part, params={"download": 1}, headers={"Range": "bytes=0-9"})
    assert saved.status_code == 206
    assert saved.headers["content-disposition"].startswith("attachment")


def test_a_list_says_what_is_in_it(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    artist = home.section("Music").get("Nora Vale")
    for path, group in (
        (f"/library/metadata/{show.ratingKey}/children", "season"),
        (f"/library/metadata/{show.ratingKey}/allLeaves", "episode"),
        (f"/library/metadata/{show.seasons()[1].ratingKey}/children", "episode"),
        (f"/library/metadata/{artist.ratingKey}/children", "album"),
        (f"/library/metadata/{artist.ratingKey}/grandchildren", "track"),
        (f"/library/sections/{home.sections['Music']}/albums", "album"),
        (f"/library/sections/{home.sections['TV Shows']}/recentlyAdded", "episode"),
    ):
        found = home.container(path)
        assert found["viewGroup"] == group, path
        assert {item["type"] for item in found["Metadata"]} == {group}
    season = home.container(f"/library/metadata/{show.seasons()[1].ratingKey}")["Metadata"][0]
    assert season["parentStudio"] == "Nord TV"
