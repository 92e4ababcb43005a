"""Plain collections, as python-plexapi and plain HTTP work with them, by two people."""

from collections.abc import Callable
from typing import Any

import pytest
from plexapi.collection import Collection
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from tests.api.families.conftest import Home

LIBRARY = "com.plexapp.plugins.library"
create: Callable[..., Any] = Collection.create  # the library has no types


def uri(home: Home, key: str) -> str:
    return f"server://{home.owner.machineIdentifier}/{LIBRARY}{key}"


def titles(found: Any) -> list[str]:
    return [item.title for item in found]


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


@pytest.fixture
def shelf(home: Home) -> Any:
    """A collection of three films, gone when the test is over."""
    films = [film(home, title) for title in ("Eleven Hours", "Cold Lantern", "Cloud Harbour")]
    made = home.section("Movies").createCollection("Shelf", items=films)
    yield made
    home.http.delete(f"/library/collections/{made.ratingKey}")


def test_a_collection_of_an_nfo_is_there(home: Home) -> None:
    (coast,) = home.section("Movies").collections(title="Coast")
    assert titles(coast.items()) == ["Amber Coast", "Amber Coast 2"]
    assert (coast.childCount, coast.minYear, coast.maxYear, coast.contentRating) == (2, 1979, 1984, "PG")
    assert not coast.smart
    assert coast.subtype == coast.metadataType == "movie"
    assert coast.isVideo
    assert coast.listType == "video"
    assert coast.ratingCount == 2
    assert coast.section().title == "Movies"


def test_what_was_made_is_answered_and_listed(home: Home, shelf: Any) -> None:
    assert shelf.title == "Shelf"
    assert shelf.type == "collection"
    assert shelf.guid.startswith("collection://")
    assert shelf.key == f"/library/collections/{shelf.ratingKey}"
    assert shelf._data.attrib["key"] == f"/library/collections/{shelf.ratingKey}/children"
    assert shelf.thumb.startswith(f"/library/collections/{shelf.ratingKey}/composite/")
    assert shelf.art is None
    assert shelf.ultraBlurColors is None
    assert shelf.summary == ""
    assert shelf.childCount == len(shelf) == 3
    assert (shelf.collectionMode, shelf.collectionSort, shelf.collectionFilterBasedOnUser) == (-1, 0, 0)
    assert shelf in home.section("Movies").collections()
    assert titles(shelf.items()) == ["Cold Lantern", "Cloud Harbour", "Eleven Hours"]  # by release
    assert shelf.item("cold lantern").title == shelf.get("Cold Lantern").title == "Cold Lantern"
    with pytest.raises(NotFound):
        shelf.item("Nothing")
    assert film(home, "Cold Lantern") in shelf
    assert home.owner._session.get(home.owner.url(shelf.thumb, includeToken=True)).status_code == 200


def test_the_index_of_a_collection_is_the_tag_that_finds_its_members(home: Home, shelf: Any) -> None:
    section = home.section("Movies")
    assert sorted(titles(section.search(filters={"collection": shelf.index}))) == sorted(titles(shelf.items()))
    assert sorted(titles(section.search(collection="Shelf"))) == sorted(titles(shelf.items()))
    tags = [tag for tag in film(home, "Cold Lantern").reload().collections if tag.tag == "Shelf"]
    assert [tag.id for tag in tags] == [shelf.index]


def test_both_people_see_it_and_only_the_owner_changes_it(home: Home, shelf: Any) -> None:
    theirs = home.mia.fetchItem(shelf.ratingKey)
    assert titles(theirs.items()) == titles(shelf.items())
    changes: tuple[Callable[[], Any], ...] = (
        lambda: theirs.removeItems(theirs.items()[0]),
        lambda: theirs.sortUpdate("alpha"),
        lambda: theirs.delete(),
        lambda: create(home.mia, "Mine", "Movies", items=theirs.items()),
    )
    for change in changes:
        with pytest.raises((BadRequest, Unauthorized, NotFound)):
            change()
    for method, path in (
        ("POST", "/library/collections?sectionId=1&title=x"),
        ("PUT", f"/library/collections/{shelf.ratingKey}?title.value=x"),
        ("PUT", f"/library/collections/{shelf.ratingKey}/items?uri=/library/metadata/1"),
        ("PUT", f"/library/collections/{shelf.ratingKey}/prefs?collectionMode=1"),
        ("DELETE", f"/library/collections/{shelf.ratingKey}"),
        ("DELETE", f"/library/collections/{shelf.ratingKey}/items/1"),
    ):
        assert home.mia_http.request(method, path).status_code == 403, path
    assert titles(shelf.reload().items()) == ["Cold Lantern", "Cloud Harbour", "Eleven Hours"]


def test_items_are_added_moved_and_removed(home: Home, shelf: Any) -> None:
    glass = film(home, "Glass Orchard")
    shelf.addItems(glass)
    shelf.reload()
    assert titles(shelf.items())[-1] == "Glass Orchard"
    shelf.moveItem(glass)
    shelf.reload()
    assert titles(shelf.items()) == ["Glass Orchard", "Cold Lantern", "Cloud Harbour", "Eleven Hours"]
    assert shelf.collectionSort == 2  # moved by hand on a collection that was by release
    shelf.moveItem(glass, after=film(home, "Cloud Harbour"))
    assert titles(shelf.reload().items()) == ["Cold Lantern", "Cloud Harbour", "Glass Orchard", "Eleven Hours"]
    shelf.removeItems([glass, film(home, "Cloud Harbour")])
    assert titles(shelf.reload().items()) == ["Cold Lantern", "Eleven Hours"]
    assert film(home, "Glass Orchard").collections == []


def test_the_last_item_takes_the_collection_along(home: Home) -> None:
    made = create(home.owner, "Brief", "Movies", items=film(home, "Glass Orchard"))
    made.removeItems(film(home, "Glass Orchard"))
    assert home.section("Movies").collections(title="Brief") == []
    assert home.http.get(f"/library/collections/{made.ratingKey}").status_code == 404


def test_an_empty_collection_waits_for_its_first_item(home: Home) -> None:
    query: dict[str, str | int] = {
        "type": 1,
        "title": "Empty",
        "smart": 0,
        "sectionId": home.sections["Movies"],
        "uri": uri(home, "/library/metadata"),
    }
    answer = home.http.post("/library/collections", params=query)
    (made,) = answer.json()["MediaContainer"]["Metadata"]
    assert made["childCount"] == 0
    key = f"/library/collections/{made['ratingKey']}"
    assert home.container(f"{key}/children")["size"] == 0
    found = film(home, "Eleven Hours")
    assert home.http.put(f"{key}/items", params={"uri": uri(home, found.key)}).status_code == 200
    assert [item["title"] for item in home.container(f"{key}/items")["Metadata"]] == ["Eleven Hours"]
    removed = home.http.put(f"{key}/items/{found.ratingKey}")  # as the published description spells it
    assert removed.status_code == 200
    assert home.http.get(key).status_code == 404


def test_order_and_mode_are_set_and_read(home: Home, shelf: Any) -> None:
    shelf.sortUpdate("alpha")
    assert titles(shelf.reload().items()) == ["Cloud Harbour", "Cold Lantern", "Eleven Hours"]
    assert shelf.collectionSort == 1
    shelf.sortUpdate("custom")  # as they were put in, until somebody moves them
    assert titles(shelf.reload().items()) == ["Eleven Hours", "Cold Lantern", "Cloud Harbour"]
    shelf.sortUpdate("release")
    assert titles(shelf.reload().items()) == ["Cold Lantern", "Cloud Harbour", "Eleven Hours"]
    for name, value in (("hide", 0), ("hideItems", 1), ("showItems", 2), ("default", -1)):
        shelf.modeUpdate(name)
        assert shelf.reload().collectionMode == value
    assert {one.id for one in shelf.preferences()} == {"collectionMode", "collectionSort"}
    assert shelf.preference("collectionSort").value == 0
    (full,) = home.container(f"/library/metadata/{shelf.ratingKey}", includePreferences=1)["Metadata"]
    assert {one["id"] for one in full["Preferences"]["Setting"]} == {"collectionMode", "collectionSort"}
    assert home.http.put(f"/library/metadata/{shelf.ratingKey}/prefs", params={"collectionMode": 2}).is_success
    assert shelf.reload().collectionMode == 2
    shelf.editAdvanced(collectionSort=2, collectionMode=1)
    shelf.defaultAdvanced()
    assert (shelf.reload().collectionMode, shelf.collectionSort) == (-1, 0)
    with pytest.raises(BadRequest):
        shelf.filterUserUpdate("user")


def test_a_section_shows_collections_as_their_mode_says(home: Home, shelf: Any) -> None:
    section, key = home.section("Movies"), home.sections["Movies"]
    films = titles(section.all())

    def listed() -> list[str]:
        found = home.container(f"/library/sections/{key}/all", includeCollections=1)["Metadata"]
        assert section.totalViewSize(includeCollections=True) == len(found)
        return [item["title"] for item in found]

    assert sorted(listed()) == sorted([*films, "Coast", "Shelf"])
    shelf.modeUpdate("hide")
    assert sorted(listed()) == sorted([*films, "Coast"])
    shelf.modeUpdate("hideItems")
    members = {"Eleven Hours", "Cold Lantern", "Cloud Harbour"}
    assert sorted(listed()) == sorted([*(title for title in films if title not in members), "Coast", "Shelf"])
    assert section.totalViewSize(includeCollections=False) == len(films)
    section.editAdvanced(collectionMode=1)
    try:
        assert not {"Amber Coast", "Amber Coast 2"} & set(listed())
        shelf.modeUpdate("showItems")
        assert members <= set(listed())
        section.editAdvanced(collectionMode=0)
        assert sorted(listed()) == sorted([*films, "Shelf"])
    finally:
        section.editAdvanced(collectionMode=2)
    assert "Shelf" in titles(section.collections())
    found = home.container(f"/library/sections/{key}/all", type=18)["Metadata"]
    assert {item["title"] for item in found} == {"Coast", "Shelf"}


def test_fields_are_edited_as_on_every_item(home: Home, shelf: Any) -> None:
    shelf.editTitle("Cupboard").editSortTitle("aaa").editSummary("Three films").editContentRating("R")
    shelf.addLabel("kept").reload()
    assert (shelf.title, shelf.titleSort, shelf.summary, shelf.contentRating) == ("Cupboard", "aaa", "Three films", "R")
    assert [label.tag for label in shelf.labels] == ["kept"]
    assert {field.name for field in shelf.fields} >= {"title", "titleSort", "summary"}
    assert titles(home.section("Movies").collections())[0] == "Cupboard"
    # the tag of its members has the new name
    assert [tag.tag for tag in film(home, "Cold Lantern").reload().collections] == ["Cupboard"]
    assert home.section("Movies").collections(title="Shelf") == []
    assert [one.title for one in home.section("Movies").collections(label="kept")] == ["Cupboard"]
    shelf.removeLabel("kept")
    shelf.rate(7)
    assert shelf.reload().userRating == 7.0
    assert home.mia.fetchItem(shelf.ratingKey).userRating is None
    renamed = home.http.put(f"/library/collections/{shelf.ratingKey}", params={"title.value": "Coast"})
    assert renamed.status_code == 409
    assert shelf.reload().title == "Cupboard"


def test_it_is_shown_where_it_is_promoted(home: Home, shelf: Any) -> None:
    hub = shelf.visibility()
    assert (hub.title, hub._promoted) == ("Shelf", False)
    hub.promoteHome().promoteShared()
    again = shelf.visibility()
    assert (again.promotedToOwnHome, again.promotedToSharedHome, again.promotedToRecommended) == (True, True, False)
    assert shelf.reload().collectionPublished
    for http in (home.http, home.mia_http):
        hubs = http.get("/hubs").json()["MediaContainer"]["Hub"]
        (shown,) = [one for one in hubs if one["title"] == "Shelf"]
        assert [item["title"] for item in shown["Metadata"]] == titles(shelf.items())
    shelf.visibility().remove()
    assert not shelf.reload().collectionPublished


def test_what_clients_ask_beside_it_is_answered(home: Home, shelf: Any) -> None:
    key = shelf.ratingKey
    for path in (
        f"/hubs/metadata/{key}/related",
        f"/library/metadata/{key}/related",
        f"/library/metadata/{key}/extras",
    ):
        assert home.container(path)["size"] == 0
    assert [item["title"] for item in home.container(f"/library/metadata/{key}/children")["Metadata"]] == titles(
        shelf.items()
    )
    (full,) = home.container(f"/library/metadata/{key}")["Metadata"]
    assert (full["type"], full["childCount"], full["librarySectionTitle"]) == ("collection", 3, "Movies")


def test_it_is_found_by_its_new_name(home: Home, shelf: Any) -> None:
    def found(query: str) -> list[str]:
        hubs = home.container("/hubs/search", query=query)["Hub"]
        (hub,) = [one for one in hubs if one["type"] == "collection"]
        return [item.get("title") or item["tag"] for item in hub.get("Directory", []) + hub.get("Metadata", [])]

    assert found("Shel") == ["Shelf"]
    shelf.editTitle("Wardrobe")
    assert found("Wardrob") == ["Wardrobe"]
    assert found("Shelf") == []
    shelf.delete()
    assert found("Wardrobe") == []


def test_a_name_is_taken_once(home: Home, shelf: Any) -> None:
    query: dict[str, str | int] = {
        "sectionId": home.sections["Movies"],
        "title": "SHELF",
        "uri": uri(home, film(home, "Glass Orchard").key),
    }
    assert home.http.post("/library/collections", params=query).status_code == 409
    assert len(shelf.reload()) == 3
    elsewhere: dict[str, str | int] = {"sectionId": home.sections["Home Videos"], "title": "Shelf"}
    made = home.http.post("/library/collections", params=elsewhere)
    assert made.status_code == 200
    (other,) = made.json()["MediaContainer"]["Metadata"]
    assert other["guid"] != shelf.guid
    key = f"/library/sections/{home.sections['Home Videos']}/collection/{other['ratingKey']}"
    wrong = f"/library/sections/{home.sections['Movies']}/collection/{other['ratingKey']}"
    assert home.http.delete(wrong).status_code == 404
    assert home.http.delete(key).status_code == 200
    assert home.http.delete(key).status_code == 404


def test_deleting_leaves_what_was_in_it(home: Home) -> None:
    made = create(home.owner, "Going", "Movies", items=[film(home, "Amber Coast")])
    assert {tag.tag for tag in film(home, "Amber Coast").collections} == {"Coast", "Going"}
    made.delete()
    with pytest.raises(NotFound):
        made.reload()
    assert {tag.tag for tag in film(home, "Amber Coast").reload().collections} == {"Coast"}


@pytest.mark.parametrize(
    ("section", "libtype", "subtype", "kind"),
    [
        ("TV Shows", "show", "show", "isVideo"),
        ("TV Shows", "season", "season", "isVideo"),
        ("TV Shows", "episode", "episode", "isVideo"),
        ("Music", "artist", "artist", "isAudio"),
        ("Music", "album", "album", "isAudio"),
        ("Music", "track", "track", "isAudio"),
        ("Photos", "photo", "photo", "isPhoto"),
    ],
)
def test_every_section_has_collections_of_all_it_holds(
    home: Home, section: str, libtype: str, subtype: str, kind: str
) -> None:
    found = home.section(section).search(libtype=libtype)[:2]
    made = home.section(section).createCollection(f"Some {libtype}", items=found)
    try:
        assert made.subtype == subtype
        assert getattr(made, kind)
        assert {item.ratingKey for item in made.items()} == {item.ratingKey for item in found}
        assert made.childCount == 2
    finally:
        made.delete()


def test_what_makes_no_sense_is_refused(home: Home, shelf: Any) -> None:
    section = home.sections["Movies"]
    episode = home.section("TV Shows").searchEpisodes()[0]
    key = f"/library/collections/{shelf.ratingKey}"
    other = f"server://{'f' * 40}/{LIBRARY}/library/metadata/1"
    wrong: tuple[tuple[str, str, dict[str, str | int]], ...] = (
        ("POST", "/library/collections", {"title": "x"}),
        ("POST", "/library/collections", {"sectionId": 999, "title": "x"}),
        ("POST", "/library/collections", {"sectionId": section}),
        ("POST", "/library/collections", {"sectionId": section, "title": "   "}),
        ("POST", "/library/collections", {"sectionId": section, "title": "x" * 501}),
        ("POST", "/library/collections", {"sectionId": section, "title": "x", "type": 99}),
        ("POST", "/library/collections", {"sectionId": section, "title": "x", "uri": other}),
        ("POST", "/library/collections", {"sectionId": section, "title": "x", "uri": uri(home, episode.key)}),
        ("POST", "/library/collections", {"sectionId": section, "title": "x", "uri": "file:///etc/passwd"}),
        ("PUT", f"{key}/items", {}),
        ("PUT", f"{key}/items", {"uri": uri(home, "/library/metadata/99999")}),
        ("PUT", f"{key}/items", {"uri": uri(home, shelf.key.replace("collections", "metadata"))}),
        ("DELETE", f"{key}/items/{episode.ratingKey}", {}),
        ("PUT", f"{key}/items/{episode.ratingKey}/move", {}),
        ("PUT", f"{key}/items/{film(home, 'Cold Lantern').ratingKey}/move", {"after": episode.ratingKey}),
        ("PUT", f"{key}/prefs", {"collectionMode": 3}),
        ("PUT", f"{key}/prefs", {"collectionMode": "x"}),
        ("PUT", f"{key}/prefs", {"collectionSort": -1}),
        ("PUT", f"{key}/prefs", {"collectionMode": 1, "collectionFilterBasedOnUser": 2}),
    )
    for method, path, query in wrong:
        answer = home.http.request(method, path, params=query)
        assert answer.status_code == 400, (method, path, query, answer.status_code, answer.text)
    assert shelf.reload().collectionMode == -1
    assert len(shelf) == 3
    assert home.section("Movies").collections(title="x") == []
    for method, path in (
        ("GET", "/library/collections/99999"),
        ("GET", f"/library/collections/{film(home, 'Cold Lantern').ratingKey}/children"),
        ("PUT", "/library/collections/99999/items?uri=/library/metadata/1"),
        ("PUT", "/library/collections/99999/prefs?collectionMode=1"),
        ("DELETE", "/library/collections/99999"),
    ):
        assert home.http.request(method, path).status_code == 404, path


def test_children_come_in_pages(home: Home, shelf: Any) -> None:
    headers = {"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"}
    answer = home.http.get(f"/library/collections/{shelf.ratingKey}/children", headers=headers)
    container = answer.json()["MediaContainer"]
    assert (container["totalSize"], container["offset"], container["size"]) == (3, 1, 1)
    assert [item["title"] for item in container["Metadata"]] == ["Cloud Harbour"]


def test_it_survives_a_rescan(fresh_home: Home) -> None:
    home = fresh_home
    section = home.section("Movies")
    made = section.createCollection("Kept", items=[section.get("Cold Lantern"), section.get("Eleven Hours")])
    made.moveItem(section.get("Eleven Hours"))
    coast = section.collection("Coast")
    coast.removeItems(section.get("Amber Coast"))
    home.http.get(f"/library/sections/{section.key}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert titles(made.reload().items()) == ["Eleven Hours", "Cold Lantern"]
    assert titles(coast.reload().items()) == ["Amber Coast 2"]
    # the section is made anew: what belongs together still does, in its order
    location, name = section.locations[0], section.title
    section.delete()
    home.owner.library.add(name, "movie", "tv.plex.agents.movie", "Plex Movie", location, language="en-US")
    home.server.wait_idle()
    home.owner.library.reload()
    again = home.owner.library.section(name).collection("Kept")
    assert again.guid == made.guid
    assert titles(again.items()) == ["Eleven Hours", "Cold Lantern"]
    assert titles(home.owner.library.section(name).collection("Coast").items()) == ["Amber Coast 2"]
