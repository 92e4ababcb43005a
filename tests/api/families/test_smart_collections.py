"""Smart collections: queries that are kept as they were sent and asked whenever somebody looks."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from plexapi.collection import Collection
from plexapi.exceptions import BadRequest
from tests.api.families.conftest import Home

LIBRARY = "com.plexapp.plugins.library"
create: Callable[..., Any] = Collection.create  # the library has no types


def uri(home: Home, key: str) -> str:
    return f"server://{home.owner.machineIdentifier}/{LIBRARY}{key}"


def titles(found: Any) -> list[str]:
    return [item.title for item in found]


def make(home: Home, title: str, query: str, *, section: str = "Movies", kind: int = 1) -> dict[str, Any]:
    """A smart collection with exactly this query."""
    number = home.sections[section]
    sent: dict[str, str | int] = {
        "sectionId": number,
        "title": title,
        "smart": 1,
        "type": kind,
        "uri": uri(home, f"/library/sections/{number}/all?{query}"),
    }
    answer = home.http.post("/library/collections", params=sent)
    assert answer.status_code == 200, answer.text
    (made,) = answer.json()["MediaContainer"]["Metadata"]
    found: dict[str, Any] = made
    return found


@pytest.fixture
def smart(home: Home) -> Iterator[Any]:
    """The films since 2000, newest first, as python-plexapi makes it."""
    made = create(
        home.owner, "Newer", "Movies", smart=True, sort="year:desc", filters={"year>>": 1999, "genre!": "War"}
    )
    yield made
    home.http.delete(f"/library/collections/{made.ratingKey}")


def test_it_holds_what_its_query_finds(home: Home, smart: Any) -> None:
    wanted = home.section("Movies").search(sort="year:desc", filters={"year>>": 1999, "genre!": "War"})
    assert titles(smart.items()) == titles(wanted)
    assert smart.smart
    assert smart.subtype == "movie"
    assert smart.childCount == len(wanted)
    assert (smart.minYear, smart.maxYear) == (2001, 2015)
    assert smart.index > 0
    assert smart.collectionFilterBasedOnUser == 0
    assert home.owner._session.get(home.owner.url(smart.thumb, includeToken=True)).status_code == 200
    (listed,) = home.section("Movies").collections(title="Newer")
    assert listed.smart
    assert listed.childCount == len(wanted)
    assert titles(home.mia.fetchItem(smart.ratingKey).items()) == titles(wanted)


def test_its_filters_come_back_as_they_were_sent(home: Home, smart: Any) -> None:
    section = home.section("Movies")
    assert smart.content.startswith(uri(home, f"/library/sections/{section.key}/all?"))
    filters = smart.filters()
    assert filters["libtype"] == "movie"
    assert filters["sort"] == ["movie.year:desc"]
    assert titles(section.search(**filters)) == titles(smart.items())


@pytest.mark.parametrize(
    "query",
    [
        "type=1&push=1&genre=Drama&or=1&push=1&year%3E%3E=2000&and=1&contentRating=R&pop=1&pop=1&sort=titleSort",
        "type=1&sort=titleSort%3Adesc&title%3D=Big%20Paper%20Rabbit&or=1&title=Amber%2CCold",
        "sort=year&type=1&limit=3&year%21=1979",
        "type=1&studio=Peach%26Co&addedAt%3E%3E=-10y",
    ],
)
def test_the_content_is_kept_to_the_letter(home: Home, query: str) -> None:
    made = make(home, f"Q {query[:20]}", query)
    key = f"/library/collections/{made['ratingKey']}"
    number = home.sections["Movies"]
    try:
        (shown,) = home.container(key)["Metadata"]
        assert shown["content"] == uri(home, f"/library/sections/{number}/all?{query}")
        items = home.container(f"{key}/children").get("Metadata", [])
        wanted = home.http.get(f"/library/sections/{number}/all?{query}").json()["MediaContainer"].get("Metadata", [])
        assert [item["title"] for item in items] == [item["title"] for item in wanted]
        assert shown["childCount"] == len(items)
    finally:
        home.http.delete(key)


def test_other_filters_take_the_place_of_the_first(home: Home, smart: Any) -> None:
    smart.updateFilters(sort="titleSort", filters={"director": "Mia Stone"}, limit=2)
    smart.reload()
    assert titles(smart.items()) == ["Cloud Harbour", "Cold Lantern"]
    assert smart.filters()["sort"] == ["movie.titleSort"]
    assert smart.filters()["limit"] == 2
    assert titles(home.section("Movies").search(**smart.filters())) == titles(smart.items())


def test_it_follows_what_happens(home: Home) -> None:
    made = home.owner.fetchItem(int(make(home, "Green", "type=1&label=green")["ratingKey"]))
    film = home.section("Movies").get("Cold Lantern")
    assert (titles(made.items()), made.childCount) == ([], 0)
    film.addLabel("green")
    assert (titles(made.reload().items()), made.childCount) == (["Cold Lantern"], 1)
    film.removeLabel("green")
    assert (titles(made.reload().items()), made.childCount) == ([], 0)
    made.delete()


def test_watch_state_is_the_owners_or_the_viewers(home: Home) -> None:
    made = home.owner.fetchItem(int(make(home, "To watch", "type=1&unwatched=1&director=Mia%20Stone")["ratingKey"]))
    home.section("Movies").get("Cold Lantern").markPlayed()
    home.mia.library.section("Movies").get("Cloud Harbour").markPlayed()
    theirs = home.mia.fetchItem(made.ratingKey)
    mine = ["Cloud Harbour", "Glass Orchard"]
    assert titles(made.reload().items()) == titles(theirs.items()) == mine
    made.filterUserUpdate("user")
    assert made.reload().collectionFilterBasedOnUser == 1
    assert titles(made.items()) == mine
    assert titles(theirs.reload().items()) == ["Cold Lantern", "Glass Orchard"]
    assert (made.childCount, theirs.childCount) == (2, 2)
    made.filterUserUpdate("admin")
    assert titles(theirs.reload().items()) == mine
    made.delete()


def test_nothing_is_put_in_by_hand(home: Home, smart: Any) -> None:
    film = home.section("Movies").get("Cold Lantern")
    for change in (smart.addItems, smart.removeItems, smart.moveItem):
        with pytest.raises(BadRequest):
            change(film)
    with pytest.raises(BadRequest):
        smart.sortUpdate("alpha")
    key = f"/library/collections/{smart.ratingKey}"
    before = titles(smart.items())
    for method, path, query in (
        ("PUT", f"{key}/items", {"uri": uri(home, film.key)}),
        ("DELETE", f"{key}/items/{film.ratingKey}", {}),
        ("PUT", f"{key}/items/{film.ratingKey}/move", {}),
        ("PUT", f"{key}/prefs", {"collectionSort": "1"}),
    ):
        assert home.http.request(method, path, params=query).status_code == 400, path
    assert titles(smart.reload().items()) == before


def test_a_query_that_means_nothing_is_refused(home: Home) -> None:
    number, shows = home.sections["Movies"], home.sections["TV Shows"]
    for key in (
        "/library/metadata/1",
        f"/library/sections/{shows}/all?type=2",
        f"/library/sections/{number}/all?nothing!=1",
        f"/library/sections/{number}/all?year%3E%3E=x",
        f"/library/sections/{number}/all?push=1&year=2000",
        f"/library/sections/{number}/all?type=18",
        f"/library/sections/{number}/all?sort=nothing",
        "/library/sections/999/all",
    ):
        query: dict[str, str | int] = {"sectionId": number, "title": "No", "smart": 1, "uri": uri(home, key)}
        answer = home.http.post("/library/collections", params=query)
        assert answer.status_code == 400, (key, answer.status_code)
    missing: dict[str, str | int] = {"sectionId": number, "title": "No", "smart": 1}
    assert home.http.post("/library/collections", params=missing).status_code == 400
    assert home.section("Movies").collections(title="No") == []


def test_it_stands_in_the_place_of_what_it_finds(home: Home, smart: Any) -> None:
    members = set(titles(smart.items()))
    smart.modeUpdate("hideItems")
    found = home.container(f"/library/sections/{home.sections['Movies']}/all", includeCollections=1)["Metadata"]
    listed = {item["title"] for item in found}
    assert "Newer" in listed
    assert not members & listed


@pytest.mark.parametrize(
    ("libtype", "kind", "section"),
    [("show", 2, "TV Shows"), ("episode", 4, "TV Shows"), ("album", 9, "Music"), ("track", 10, "Music")],
)
def test_every_type_has_smart_collections(home: Home, libtype: str, kind: int, section: str) -> None:
    found = make(home, f"All {libtype}", f"type={kind}", section=section, kind=kind)
    made = home.owner.fetchItem(int(found["ratingKey"]))
    assert made.subtype == libtype
    assert len(made.items()) == made.childCount == len(home.section(section).search(libtype=libtype))
    made.delete()


def test_a_library_uri_is_a_content_too(home: Home) -> None:
    section = home.section("Movies")
    key = f"/library/sections/{section.key}/all?type=1&director=Mia%20Stone"
    content = f"library://{section.uuid}/directory/{quote(key, safe='')}"
    query: dict[str, str | int] = {"sectionId": section.key, "title": "By uuid", "smart": 1, "uri": content}
    (made,) = home.http.post("/library/collections", params=query).json()["MediaContainer"]["Metadata"]
    assert made["content"] == content
    assert made["childCount"] == 3
    home.http.delete(f"/library/collections/{made['ratingKey']}")


def test_it_comes_back_with_its_section(fresh_home: Home) -> None:
    home = fresh_home
    section = home.section("Movies")
    made = create(home.owner, "Newer", "Movies", smart=True, filters={"year>>": 2009})
    wanted = titles(made.items())
    location, name = section.locations[0], section.title
    section.delete()
    home.owner.library.add(name, "movie", "tv.plex.agents.movie", "Plex Movie", location, language="en-US")
    home.server.wait_idle()
    home.owner.library.reload()
    again = home.owner.library.section(name).collection("Newer")
    assert (again.guid, again.smart) == (made.guid, True)
    assert sorted(titles(again.items())) == sorted(wanted)
