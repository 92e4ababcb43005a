"""What is like an item, who made it, and what is offered after it was played."""

from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home


def hubs(client: httpx.Client, path: str, **query: str | int) -> list[dict[str, Any]]:
    answer = client.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["MediaContainer"].get("Hub", [])
    return found


def titles(hub: dict[str, Any]) -> list[str]:
    return [item["title"] for item in hub["Metadata"]]


def film(home: Home, title: str) -> int:
    return int(home.section("Movies").get(title).ratingKey)


@pytest.mark.parametrize("path", ["/library/metadata/{}/related", "/hubs/metadata/{}/related"])
def test_beside_a_film(home: Home, path: str) -> None:
    found = hubs(home.http, path.format(film(home, "Amber Coast")))
    assert [(hub["context"], hub["title"]) for hub in found] == [
        ("hub.movie.similar", "Related Movies"),
        ("hub.movie.collection", "Coast"),
        ("hub.movie.by.actor.or.director", "More by Ada Holm"),
        ("hub.movie.by.actor.or.director", "More with Ines Lind"),
        ("hub.movie.by.actor.or.director", "More with Otto Berg"),
    ]
    similar, collection, director, ines, otto = found
    assert titles(similar)[0] == "Amber Coast 2"  # collection, director, actor and genre
    assert titles(similar)[1] == "Fable of Salt"  # director and genre
    assert (similar["hubIdentifier"], similar["style"]) == ("movie.similar", "shelf")
    assert titles(collection) == ["Amber Coast 2"]
    assert set(titles(director)) == {"Amber Coast 2", "Fable of Salt"}
    assert titles(ines) == ["The Iron Meadow", "Cloud Harbour", "Amber Coast 2"]
    assert titles(otto) == ["Straße der Möwen", "Cold Lantern"]


def test_every_hub_goes_on_where_its_key_says(home: Home) -> None:
    for title in ("Amber Coast", "Glass Orchard", "The Iron Meadow"):
        for hub in hubs(home.http, f"/hubs/metadata/{film(home, title)}/related", count=2):
            whole = home.http.get(hub["key"]).json()["MediaContainer"]["Metadata"]
            shown = [item["ratingKey"] for item in hub["Metadata"]]
            if hub["context"] != "hub.movie.collection":  # its key lists the film itself as well
                assert [item["ratingKey"] for item in whole][: len(shown)] == shown
                assert len(whole) == hub["totalSize"]


def test_similar_is_a_list(home: Home) -> None:
    path = f"/library/metadata/{film(home, 'Amber Coast')}/similar"
    whole = home.container(path)["Metadata"]
    assert whole[0]["title"] == "Amber Coast 2"
    assert len(home.container(path, count=2)["Metadata"]) == 2
    page = home.http.get(path, headers={"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "2"}).json()
    assert [item["title"] for item in page["MediaContainer"]["Metadata"]] == [item["title"] for item in whole[1:3]]
    assert "Amber Coast" not in [item["title"] for item in whole]
    assert home.http.get(path, params={"count": 0}).status_code == 400


def test_as_python_plexapi_reads_it(home: Home) -> None:
    movie = home.section("Movies").get("Amber Coast")
    first = movie.hubs()[0]
    assert (first.context, first.hubIdentifier, first.title) == ("hub.movie.similar", "movie.similar", "Related Movies")
    assert (first.more, first.style, first.random) == (False, "shelf", False)
    assert len(first.items()) == first.size
    answer = home.container(f"/library/metadata/{movie.ratingKey}", includeRelated=1)
    assert answer["Metadata"][0]["Related"]["Hub"][0]["title"] == "Related Movies"


def test_beside_a_show_an_album_and_an_artist(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    found = hubs(home.http, f"/hubs/metadata/{show.ratingKey}/related")
    assert {hub["title"] for hub in found} >= {"More with Ines Lind", "More with Otto Berg"}
    episode = show.episode(season=1, episode=1)
    assert hubs(home.http, f"/hubs/metadata/{episode.ratingKey}/related") == found
    album = home.section("Music").searchAlbums(title="First Snow")[0]
    beside = {hub["title"]: titles(hub) for hub in hubs(home.http, f"/hubs/metadata/{album.ratingKey}/related")}
    assert beside["More by Nora Vale"] == ["Second Thaw"]
    assert beside["Related Albums"] == ["Second Thaw"]
    artist = home.section("Music").get("Nora Vale")
    page = {hub["title"]: titles(hub) for hub in hubs(home.http, f"/hubs/metadata/{artist.ratingKey}")}
    assert page["Albums"] == ["Second Thaw", "First Snow"]
    artist.album("First Snow").track("Birch").markPlayed()
    page = {hub["title"]: titles(hub) for hub in hubs(home.http, f"/hubs/metadata/{artist.ratingKey}")}
    assert page["Popular Tracks"] == ["Birch"]
    hers = {hub["title"] for hub in hubs(home.mia_http, f"/hubs/metadata/{artist.ratingKey}")}
    assert "Popular Tracks" not in hers
    path = f"/library/metadata/{artist.ratingKey}"
    ask = {"includePopularLeaves": 1, "includeRelatedCount": 1}
    (mine,) = home.container(path, **ask)["Metadata"]
    assert titles(mine["PopularLeaves"]) == ["Birch"]
    (theirs,) = home.mia_http.get(path, params=ask).json()["MediaContainer"]["Metadata"]
    assert theirs["PopularLeaves"] == {"size": 0}
    similar = home.http.get(f"{path}/similar").json()["MediaContainer"]
    assert mine["relatedCount"] == similar["size"]
    (plain,) = home.container(path)["Metadata"]
    assert not {"PopularLeaves", "relatedCount", "Concerts"} & plain.keys()
    assert '<PopularLeaves size="1">' in home.xml.get(path, params=ask).text
    film_ = home.container(f"/library/metadata/{film(home, 'Amber Coast')}", **ask)["Metadata"][0]
    assert film_["relatedCount"] == len(
        home.container(f"/library/metadata/{film(home, 'Amber Coast')}/similar")["Metadata"]
    )
    assert "PopularLeaves" not in film_


def test_after_an_episode_comes_the_next_one_also_of_the_next_season(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    for episode, upcoming in (((1, 1), (1, 2)), ((1, 4), (2, 1))):
        item = show.episode(season=episode[0], episode=episode[1])
        first = hubs(home.http, f"/hubs/metadata/{item.ratingKey}/postplay")[0]
        assert first["context"] == "hub.tv.upnext"
        assert [(each["parentIndex"], each["index"]) for each in first["Metadata"]] == [upcoming]
    last = show.episode(season=2, episode=3)
    contexts = [hub["context"] for hub in hubs(home.http, f"/hubs/metadata/{last.ratingKey}/postplay")]
    assert "hub.tv.upnext" not in contexts


def test_after_a_film_comes_the_next_one_of_its_collection(home: Home) -> None:
    first = hubs(home.http, f"/hubs/metadata/{film(home, 'Amber Coast')}/postplay")[0]
    assert (first["title"], titles(first)) == ("Next in Coast", ["Amber Coast 2"])
    after_last = hubs(home.http, f"/hubs/metadata/{film(home, 'Amber Coast 2')}/postplay")
    assert after_last[0]["context"] == "hub.movie.similar"


def test_after_playback_one_may_also_go_on_with_something_else(home: Home) -> None:
    home.mia.library.section("TV Shows").get("Small Machines").episode(season=1, episode=1).markPlayed()
    path = f"/hubs/metadata/{film(home, 'Cold Lantern')}/postplay"
    hers = {hub["context"]: titles(hub) for hub in hubs(home.mia_http, path)}
    assert hers["hub.home.continue"] == ["Part 2"]
    assert "hub.home.continue" not in {hub["context"] for hub in hubs(home.http, path)}
    assert [hub["context"] for hub in hubs(home.mia_http, path, onlyTransient=1)] == ["hub.home.continue"]


def test_nothing_is_like_a_photo_and_nothing_is_beside_what_is_not_there(home: Home) -> None:
    photo = home.section("Photos").all()[0].photos()[0]
    assert hubs(home.http, f"/hubs/metadata/{photo.ratingKey}/related") == []
    for path in ("related", "similar"):
        assert home.http.get(f"/library/metadata/999999/{path}").status_code == 404
    for path in ("", "/related", "/postplay"):
        assert home.http.get(f"/hubs/metadata/999999{path}").status_code == 404
