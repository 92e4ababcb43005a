"""People who took part in films and shows."""

from tests.api.families.conftest import Home


def test_a_person_and_what_they_took_part_in(home: Home) -> None:
    film = home.section("Movies").get("Amber Coast").reload()
    ines = next(role for role in film.roles if role.tag == "Ines Lind")
    (found,) = home.mia_http.get(f"/library/people/{ines.id}").json()["MediaContainer"]["Directory"]
    assert (found["id"], found["tag"], found["tagType"], found["filter"]) == (
        ines.id,
        "Ines Lind",
        6,
        f"actor={ines.id}",
    )
    media = home.container(f"/library/people/{ines.id}/media")["Metadata"]
    assert {one["title"] for one in media} >= {"Amber Coast", "Amber Coast 2", "Cloud Harbour", "The Iron Meadow"}
    assert {one["type"] for one in media} == {"movie", "show"}
    years = [one["year"] for one in media]
    assert years == sorted(years, reverse=True)
    page = home.http.get(f"/library/people/{ines.id}/media", headers={"X-Plex-Container-Start": "0",
                                                                      "X-Plex-Container-Size": "2"})  # fmt: skip
    assert page.json()["MediaContainer"]["totalSize"] == len(media)
    assert "<Directory " in home.xml.get(f"/library/people/{film.directors[0].id}").text


def test_who_is_none(home: Home) -> None:
    genre = home.section("Movies").get("Amber Coast").reload().genres[0].id
    for wrong in ("99999999", str(genre), "x", "5d9c07f1"):
        assert home.http.get(f"/library/people/{wrong}").status_code == 404
        assert home.http.get(f"/library/people/{wrong}/media").status_code == 404
