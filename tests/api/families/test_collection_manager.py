"""A collection manager at work: everything it does in a night, in its order."""

from collections.abc import Iterator

import pytest
from tests.api.families.conftest import Home
from tests.support.collection_manager import CollectionManager
from tests.support.media_files import Media, make_originals


@pytest.fixture(scope="module")
def manager(home: Home) -> Iterator[CollectionManager]:
    made = CollectionManager(home.server.url, home.owner_token)
    made.prepare("Movies")
    yield made
    made.close()


@pytest.fixture(scope="module")
def section(home: Home) -> str:
    return str(home.sections["Movies"])


def _keys(manager: CollectionManager, section: str) -> dict[str, str]:
    return {each.attrib["title"]: each.attrib["ratingKey"] for each in manager.everything(section, 1)}


def _titles(manager: CollectionManager, key: str) -> list[str]:
    return [each.attrib["title"] for each in manager.children(key)]


def test_it_learns_what_it_needs(manager: CollectionManager, home: Home, section: str) -> None:
    found = manager.prepare("Movies")
    assert len(found.machine_identifier) == 40
    assert found.writable
    assert int(found.prefs["DatabaseCacheSize"]) > 0
    assert int(found.prefs["butlerEndHour"]) > int(found.prefs["butlerStartHour"])
    assert set(found.sections) == set(home.sections)
    films = list(manager.everything(section, 1))
    assert len(films) == 13
    assert all(film.find("Guid") is not None for film in films)


def test_a_tag_makes_a_collection(manager: CollectionManager, section: str) -> None:
    keys = _keys(manager, section)
    wanted = ["Cold Lantern", "Cloud Harbour", "Glass Orchard"]
    assert manager.collection(section, "Mia Stone films") is None
    manager.tag(section, 1, [keys[title] for title in wanted], "Mia Stone films")
    made = manager.collection(section, "Mia Stone films")
    assert made is not None
    assert (made.tag, made.attrib["type"], made.attrib["childCount"]) == ("Directory", "collection", "3")
    key = made.attrib["ratingKey"]
    assert _titles(manager, key) == ["Cold Lantern", "Cloud Harbour", "Glass Orchard"]
    assert [field.attrib["name"] for field in manager.item(keys["Cold Lantern"]).findall("Field")] == []
    manager.untag(section, 1, [keys["Cloud Harbour"]], "Mia Stone films")
    assert _titles(manager, key) == ["Cold Lantern", "Glass Orchard"]
    manager.untag(section, 1, [keys["Cold Lantern"], keys["Glass Orchard"]], "Mia Stone films")
    assert manager.collection(section, "Mia Stone films") is None


def test_smart_collections_are_probed_made_and_changed(manager: CollectionManager, section: str) -> None:
    assert manager.probe(section, 1, "sort=titleSort&year=2006") == 0
    query = "sort=titleSort&push=1&year=2015&or=1&year=2001&pop=1"
    assert manager.probe(section, 1, query) == 4
    manager.create_smart(section, 1, "Two years", query)
    made = manager.collection(section, "Two years")
    assert made is not None
    key = made.attrib["ratingKey"]
    assert made.attrib["smart"] == "1"
    assert made.attrib["content"] == manager.uri(f"/library/sections/{section}/all?type=1&{query}")
    assert _titles(manager, key) == ["Déjà Lumière", "Fable of Salt", "Fable of Salt", "Glass Orchard"]
    manager.update_smart(key, section, 1, "sort=titleSort&year=2015")
    assert len(_titles(manager, key)) == 3
    manager.delete(key)
    assert manager.collection(section, "Two years") is None


def test_order_mode_and_fields_are_set(manager: CollectionManager, section: str) -> None:
    keys = _keys(manager, section)
    manager.create_blank(section, 1, "Waiting")
    made = manager.collection(section, "Waiting")
    assert made is not None
    key = made.attrib["ratingKey"]
    titles = ["Eleven Hours", "Cold Lantern", "Big Paper Rabbit"]
    manager.tag(section, 1, [keys[title] for title in titles], "Waiting")
    manager.set_prefs(key, collectionMode=1)
    manager.set_prefs(key, collectionSort=2)
    before: str | None = None
    for title in titles:
        manager.move(key, keys[title], before)
        before = keys[title]
    assert _titles(manager, key) == titles
    manager.edit(section, 18, [key], {"titleSort.value": "+1_Waiting", "titleSort.locked": "1"})
    manager.edit(section, 18, [key], {"summary.value": "Films that wait", "summary.locked": "1"})
    manager.edit(section, 18, [key], {"label[0].tag.tag": "Managed", "label.locked": "0"})
    (full,) = manager.send("GET", f"/library/collections/{key}")
    assert full.attrib["titleSort"] == "+1_Waiting"
    assert full.attrib["summary"] == "Films that wait"
    assert (full.attrib["collectionMode"], full.attrib["collectionSort"]) == ("1", "2")
    assert [label.attrib["tag"] for label in full.findall("Label")] == ["Managed"]
    (labelled,) = manager.send("GET", f"/library/sections/{section}/all?type=18&label=Managed")
    assert labelled.attrib["ratingKey"] == key
    manager.edit(section, 18, [key], {"label[].tag.tag-": "Managed", "label.locked": "0"})
    assert list(manager.send("GET", f"/library/sections/{section}/all?type=18&label=Managed")) == []
    assert {each.attrib["title"] for each in manager.collections(section)} == {"Coast", "Waiting"}
    manager.delete(key)


def test_pictures_are_sent(manager: CollectionManager, section: str) -> None:
    coast = manager.collection(section, "Coast")
    assert coast is not None
    key = coast.attrib["ratingKey"]
    picture = Media(make_originals()).content("jpg")
    for element, attribute in (("posters", "thumb"), ("arts", "art")):
        wanted = manager.upload(key, element, picture)
        selected = [each.attrib["ratingKey"] for each in manager.pictures(key, element) if each.get("selected") == "1"]
        assert selected == [wanted]
        (full,) = manager.send("GET", f"/library/collections/{key}")
        assert full.attrib[attribute].startswith(f"/library/metadata/{key}/{attribute}/")
        assert attribute in {field.attrib["name"] for field in full.findall("Field")}


def test_collections_are_shown_on_the_start_pages(manager: CollectionManager, section: str) -> None:
    coast = manager.collection(section, "Coast")
    assert coast is not None
    key = coast.attrib["ratingKey"]
    identifier = f"custom.collection.{section}.{key}"
    manager.promote(section, key, library=1, home=1, shared=0)
    (hub,) = manager.managed(section, key)
    assert hub.attrib["identifier"] == identifier
    assert hub.attrib["title"] == "Coast"
    promoted = [hub.attrib[name] for name in ("promotedToRecommended", "promotedToOwnHome", "promotedToSharedHome")]
    assert promoted == ["1", "1", "0"]
    (full,) = manager.send("GET", f"/library/collections/{key}")
    assert full.attrib["collectionPublished"] == "1"
    manager.move_hub(section, identifier, None)
    assert manager.managed(section)[0].attrib["identifier"] == identifier


def test_many_items_are_edited_at_once(manager: CollectionManager, section: str) -> None:
    keys = list(_keys(manager, section).values())
    ids = [keys[number % len(keys)] for number in range(100)]
    manager.edit(section, 1, ids, {"studio.value": "Every Studio", "studio.locked": "1"})
    found = manager.send("GET", f"/library/sections/{section}/all?type=1&studio={'Every%20Studio'}")
    assert len(found) >= len(keys)
    manager.edit(section, 1, ids, {"studio.locked": "0"})


def test_actors_are_looked_for(manager: CollectionManager, section: str) -> None:
    hubs = manager.send("GET", f"/hubs/search?query=Ines+Lind&sectionId={section}")
    tags = [tag for hub in hubs if hub.attrib["type"] == "actor" for tag in hub]
    assert {tag.attrib["tag"] for tag in tags} == {"Ines Lind"}
    (here,) = [tag for tag in tags if tag.attrib["librarySectionID"] == section]
    assert len(manager.send("GET", f"/library/sections/{section}/all?type=1&{here.attrib['filter']}")) == 4


def test_it_tidies_up(manager: CollectionManager, section: str) -> None:
    manager.tidy(section)
    assert manager.collection(section, "Coast") is not None
