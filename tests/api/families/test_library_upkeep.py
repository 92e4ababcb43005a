"""What keeps a library tidy, its preferences, and what several items have in common."""

import pytest
from tests.api.families.conftest import Home


def test_what_items_have_in_common(home: Home) -> None:
    section = home.section("Movies")
    films = [section.get("Amber Coast"), section.get("Amber Coast 2")]
    films[0].addLabel("Both")
    films[1].addLabel(["Both", "One"])
    common = section.common(films)
    assert (common.type, common.contentRating, common.studio) == ("common", "PG", "Fjord Film")
    assert common.title is None and common.year is None
    assert {"title", "year", "ratingKey", "genre", "label"} <= set(common.mixedFields)
    assert [genre.tag for genre in common.genres] == ["Drama"]
    assert [label.tag for label in common.labels] == ["Both"]
    assert [field.name for field in common.fields] == ["label"]
    assert common.items() == films
    assert home.mia.library.section("Movies").common(films).studio == "Fjord Film"


def test_one_item_has_everything_in_common(home: Home) -> None:
    film = home.section("Movies").get("Eleven Hours")
    path = f"/library/sections/{home.sections['Movies']}/common"
    (found,) = home.container(path, id=film.ratingKey, type=1)["Metadata"]
    assert (found["title"], found["ratingKey"], found["mixedFields"]) == ("Eleven Hours", str(film.ratingKey), "")
    assert [role["role"] for role in found["Role"]] == ["Role 1", "Role 2"]
    (found,) = home.container(path, type=1, year=2015)["Metadata"]
    assert found["year"] == 2015 and "title" in found["mixedFields"].split(",")
    assert home.container(path, type=1, year=1901)["size"] == 0
    show = home.section("TV Shows").get("Small Machines")
    assert home.http.get(path, params={"id": show.ratingKey}).status_code == 404
    assert home.http.get(path, params={"id": film.ratingKey, "type": 2}).status_code == 400
    assert home.http.get(path, params={"id": "x"}).status_code == 400


def test_upkeep_as_clients_ask_for_it(home: Home) -> None:
    section = home.sections["Movies"]
    for method, path in (
        ("PUT", f"/library/sections/{section}/emptyTrash"),
        ("PUT", "/library/clean/bundles?async=1"),
        ("PUT", "/library/optimize?async=1"),
        ("DELETE", "/library/caches"),
        ("DELETE", f"/library/sections/{section}/indexes"),
        ("DELETE", f"/library/sections/{section}/intros"),
    ):
        assert home.mia_http.request(method, path).status_code == 403, path
        assert home.http.request(method, path).status_code in (200, 202), path
    home.server.wait_idle()
    assert len(home.mia.library.section("Movies").all()) == 13
    home.owner.library.cleanBundles()
    home.owner.library.optimize()
    home.owner.library.emptyTrash()


def test_lists_are_right_after_the_caches_are_gone(home: Home) -> None:
    before = [film.title for film in home.section("Movies").all()]
    choices = [choice.title for choice in home.section("Movies").listFilterChoices("genre")]
    assert home.http.delete("/library/caches").status_code == 200
    assert [film.title for film in home.section("Movies").all()] == before
    assert [choice.title for choice in home.section("Movies").listFilterChoices("genre")] == choices


@pytest.mark.parametrize(
    ("kind", "known"), [(1, "collectionMode"), (2, "episodeSort"), (8, "albumSort"), (13, "hidden")]
)
def test_preferences_before_a_section_is_made(home: Home, kind: int, known: str) -> None:
    settings = home.container("/library/sections/prefs", type=kind)["Setting"]
    assert known in [setting["id"] for setting in settings]
    assert all(setting["value"] == setting["default"] for setting in settings)
    assert home.http.get("/library/sections/prefs").status_code == 400
    assert home.http.get("/library/sections/prefs", params={"type": 99}).status_code == 400


def test_advanced_preferences_of_a_section(home: Home) -> None:
    section = home.section("TV Shows")
    section.editAdvanced(hidden=1, episodeSort=1)
    values = {setting.id: setting.value for setting in section.settings()}
    assert (values["hidden"], values["episodeSort"]) == (1, 1)
    section.defaultAdvanced()
    assert all(setting.value == setting.default for setting in section.settings())
    path = f"/library/sections/{home.sections['TV Shows']}"
    assert home.http.put(path, params={"prefs[episodeSort]": 99}).status_code == 400
    assert home.mia_http.put(path, params={"prefs[episodeSort]": 1}).status_code == 403
