"""Edits of many items at once, with and without naming them."""

import pytest
from plexapi.exceptions import BadRequest
from tests.api.families.conftest import Home


def path(home: Home, section: str) -> str:
    return f"/library/sections/{home.sections[section]}/all"


def test_several_films_in_one_call(home: Home) -> None:
    section = home.section("Movies")
    films = [section.get(title) for title in ("Amber Coast", "Cold Lantern", "Eleven Hours")]
    section.batchMultiEdits(films)
    section.editTagline("Together").addLabel("Set").addCollection("Trio").removeGenre("Horror")
    section.saveMultiEdits()
    for film in films:
        seen = home.mia.fetchItem(film.ratingKey)
        assert seen.tagline == "Together"
        assert [label.tag for label in seen.labels] == ["Set"]
        assert "Trio" in [collection.tag for collection in seen.collections]
        assert "Horror" not in [genre.tag for genre in seen.genres]
    assert "Drama" in [genre.tag for genre in films[0].reload().genres]
    assert section.collection("Trio").childCount == 3


def test_all_that_a_query_selects(home: Home) -> None:
    section = home.section("Movies")
    answer = home.http.put(path(home, "Movies"), params={"type": 1, "year": 2015, "label[0].tag.tag": "Fifteen"})
    assert answer.status_code == 200
    labelled = section.search(label="Fifteen")
    assert {film.year for film in labelled} == {2015} and len(labelled) == 3
    answer = home.http.put(path(home, "Movies"), params={"type": 1, "filters": "year=1954", "label[0].tag.tag": "Old"})
    assert answer.status_code == 200
    assert [film.year for film in section.search(label="Old")] == [1954]


def test_locking_and_unlocking_a_whole_section(home: Home) -> None:
    section = home.section("TV Shows")
    section.lockAllField("title")
    assert all("title" in {field.name for field in show.reload().fields} for show in section.all())
    section.lockAllField("title", libtype="episode")
    episode = section.searchEpisodes()[0].reload()
    assert [field.name for field in episode.fields] == ["title"]
    section.unlockAllField("title")
    assert all(not show.reload().fields for show in section.all())
    assert [field.name for field in episode.reload().fields] == ["title"]


def test_items_of_other_sections_and_types_are_refused_whole(home: Home) -> None:
    film = home.section("Movies").get("Amber Coast 2")
    show = home.section("TV Shows").get("Harbour Lights")
    mixed = f"{film.ratingKey},{show.ratingKey}"
    wrong: list[tuple[dict[str, str | int], int]] = [
        ({"type": 1, "id": mixed}, 404),
        ({"type": 2, "id": film.ratingKey}, 400),
        ({"type": 1, "id": f"{film.ratingKey},99999999"}, 404),
        ({"type": 1, "id": "all"}, 400),
        ({"type": 1, "id": ""}, 400),
        ({"type": 777}, 400),
        ({"type": 1, "year>>": "soon"}, 400),
        ({"type": 1, "nonsense>": "1"}, 400),
    ]
    for query, status in wrong:
        answer = home.http.put(path(home, "Movies"), params=query | {"studio.value": "Nobody"})
        assert answer.status_code == status, (query, answer.text)
    assert film.reload().studio == "Fjord Film"
    assert home.http.put("/library/sections/999/all", params={"studio.value": "x"}).status_code == 404


def test_a_hundred_ids_and_ten_thousand(home: Home) -> None:
    films = home.section("Movies").all()
    hundred = ",".join(str(films[number % len(films)].ratingKey) for number in range(100))
    query: dict[str, str | int] = {"type": 1, "id": hundred, "label[0].tag.tag": "Hundred", "label.locked": 0}
    assert home.http.put(path(home, "Movies"), params=query).status_code == 200
    assert len(home.section("Movies").search(label="Hundred")) == len(films)
    many = ",".join(str(number) for number in range(1_000_000, 1_010_000))
    answer = home.http.put(path(home, "Movies"), params={"type": 1}, data={"id": many, "studio.value": "Nobody"})
    assert answer.status_code == 404
    with pytest.raises(BadRequest):  # too long for an address
        home.owner.query(f"{path(home, 'Movies')}?type=1&id={many}&studio.value=x", method=home.owner._session.put)
    everyone = ",".join(str(film.ratingKey) for film in films)
    answer = home.http.put(path(home, "Movies"), data={"type": "1", "id": everyone, "studio.value": "One for all"})
    assert answer.status_code == 200
    assert {film.studio for film in home.mia.library.section("Movies").all()} == {"One for all"}
