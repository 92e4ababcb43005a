"""Watch state over HTTP: reports, marks, ratings and Continue Watching, of two people who do not see each other's."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.support.player import TestPlayer

Players = Callable[..., TestPlayer]


@pytest.fixture(scope="module", autouse=True)
def short_progress(home: Home) -> None:
    """The films of these tests last a second or two."""
    home.http.put("/:/prefs", params={"MinimumProgressTime": "50"})


@pytest.fixture
def player(home: Home) -> Iterator[Players]:
    made: list[TestPlayer] = []

    def make(token: str | None = None, **more: str) -> TestPlayer:
        made.append(TestPlayer(url=home.server.url, token=token or home.owner_token, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


def length(found: dict[str, Any]) -> int:
    duration = found["duration"]
    assert isinstance(duration, int)
    return duration


def test_a_film_is_stopped_in_the_middle_gone_on_with_and_finished(home: Home, player: Players) -> None:
    sofa, key = player(), str(film(home, "Amber Coast").ratingKey)
    duration = length(sofa.item(key))
    sofa.report(key, "playing", 0)
    sofa.report(key, "stopped", duration // 2)
    assert sofa.item(key)["viewOffset"] == duration // 2
    assert "viewCount" not in sofa.item(key)
    sofa.report(key, "playing", duration // 2)
    sofa.report(key, "playing", duration * 95 // 100)
    sofa.report(key, "stopped", duration)
    found = sofa.item(key)
    assert (found["viewCount"], found.get("viewOffset")) == (1, None)
    assert abs(found["lastViewedAt"] - time.time()) < 60
    assert "viewCount" not in home.mia_http.get(f"/library/metadata/{key}").json()["MediaContainer"]["Metadata"][0]


def test_the_reports_of_two_people_do_not_mix(home: Home, player: Players) -> None:
    key = str(film(home, "Amber Coast 2").ratingKey)
    mine, hers = player(), player(home.mia_token)
    duration = length(mine.item(key))
    mine.report(key, "playing", 300)
    hers.report(key, "playing", 400)
    mine.report(key, "stopped", 300)
    hers.report(key, "stopped", duration)
    assert mine.item(key)["viewOffset"] == 300
    assert hers.item(key)["viewCount"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"ratingKey": "x"}, 400),
        ({"ratingKey": "999999"}, 404),
        ({"ratingKey": "FILM", "state": "dancing"}, 400),
        ({"ratingKey": "FILM", "time": "soon"}, 400),
        ({"ratingKey": "SHOW"}, 400),
        ({"ratingKey": "FILM", "offline": "1"}, 400),
        ({"ratingKey": "FILM", "offline": "1", "updated": "-1"}, 400),
        ({"ratingKey": "FILM", "playQueueItemID": "x"}, 400),
    ],
)
def test_a_report_that_means_nothing(home: Home, query: dict[str, str], status: int) -> None:
    keys = {"FILM": str(film(home, "Cold Lantern").ratingKey), "SHOW": home.section("TV Shows").all()[0].ratingKey}
    sent = {name: str(keys.get(value, value)) for name, value in query.items()}
    answer = home.http.post("/:/timeline", params=sent)
    assert answer.status_code == status
    assert home.container("/status/sessions")["size"] == 0


def test_times_out_of_this_world_do_no_harm(home: Home, player: Players) -> None:
    sofa, key = player(), str(film(home, "Cold Lantern").ratingKey)
    for value in (-5, 2**62):
        sofa.report(key, "playing", value)
    sofa.report(key, "stopped", 0)
    assert sofa.item(key).get("viewOffset") is None


def test_what_happened_offline(home: Home, player: Players) -> None:
    phone, key = player(client="phone", name="Phone"), str(film(home, "Fable of Salt").ratingKey)
    duration, when = length(phone.item(key)), int(time.time()) - 86_400
    for _ in range(2):
        phone.report(key, "stopped", duration, offline=1, updated=when)
    assert home.container("/status/sessions")["size"] == 0
    found = phone.item(key)
    assert (found["viewCount"], found["lastViewedAt"]) == (1, when)
    lines = home.container("/status/sessions/history/all", metadataItemID=key)["Metadata"]
    assert [line["viewedAt"] for line in lines] == [when]
    phone.report(key, "stopped", 400, offline=1, updated=when - 50)
    assert phone.item(key).get("viewOffset") is None


def test_marks_reach_everything_below_and_leave_no_history(home: Home) -> None:
    before = home.container("/status/sessions/history/all")["totalSize"]
    show = home.section("TV Shows").get("Uncharted Kitchen")
    show.markPlayed()
    assert {episode.viewCount for episode in show.episodes()} == {1}
    season = show.seasons()[0]
    season.markUnplayed()
    show.reload()
    assert show.viewedLeafCount == show.leafCount - season.leafCount
    theirs = home.mia.library.section("TV Shows").get("Uncharted Kitchen")
    assert theirs.viewedLeafCount == 0
    assert not any(episode.isPlayed for episode in theirs.episodes())
    album = home.section("Music").get("Nora Vale").albums()[0]
    album.markPlayed()
    assert all(track.viewCount for track in album.tracks())
    assert home.container("/status/sessions/history/all")["totalSize"] == before
    movie = film(home, "Eleven Hours")
    movie.markPlayed()
    movie.markPlayed()
    movie.reload()
    assert movie.viewCount == 2
    movie.markUnplayed()
    movie.reload()
    assert movie.viewCount == 0
    assert home.container("/status/sessions/history/all")["totalSize"] == before


def test_a_mark_by_an_address(home: Home) -> None:
    key = film(home, "Glass Orchard").ratingKey
    uri = f"server://{home.owner.machineIdentifier}/com.plexapp.plugins.library/library/metadata/{key}"
    sent = {"identifier": "com.plexapp.plugins.library", "uri": uri}
    assert home.mia_http.put("/:/scrobble", params=sent).status_code == 200
    assert home.mia.fetchItem(key).isPlayed
    assert not home.owner.fetchItem(key).isPlayed
    assert home.http.get("/:/scrobble").status_code == 400
    assert home.http.get("/:/scrobble", params={"key": "999999"}).status_code == 404


def test_progress_by_hand(home: Home) -> None:
    movie = film(home, "Big Paper Rabbit")
    movie.updateProgress(300)
    movie.reload()
    assert movie.viewOffset == 300
    assert home.http.get("/:/progress", params={"key": movie.ratingKey, "time": 0}).status_code == 200
    assert home.http.get("/:/progress", params={"key": movie.ratingKey, "time": "x"}).status_code == 400
    movie.reload()
    assert movie.viewOffset == 300
    assert home.mia.fetchItem(movie.ratingKey).viewOffset == 0


@pytest.mark.parametrize("title", ["Movies", "TV Shows", "Music", "Photos"])
def test_everything_can_be_rated(home: Home, title: str) -> None:
    item = home.section(title).all()[0]
    items = [item]
    if title == "TV Shows":
        items += [item.seasons()[0], item.episodes()[0]]
    elif title == "Music":
        items += [item.albums()[0], item.tracks()[0]]
    for each in items:
        each.rate(7.5)
        each.reload()
        assert each.userRating == 7.5
        assert abs(each.lastRatedAt.timestamp() - time.time()) < 60
        assert home.mia.fetchItem(each.ratingKey).userRating is None
        each.rate()
        each.reload()
        assert each.userRating is None


def test_a_collection_can_be_rated(home: Home) -> None:
    collection = home.section("Movies").collections()[0]
    assert home.http.put("/:/rate", params={"key": collection.ratingKey, "rating": 6}).status_code == 200
    assert home.owner.fetchItem(f"/library/collections/{collection.ratingKey}").userRating == 6
    assert home.mia.fetchItem(f"/library/collections/{collection.ratingKey}").userRating is None


def test_a_collection_is_marked_with_all_that_is_in_it(home: Home) -> None:
    collection = home.mia.library.section("Movies").collection("Coast")
    films = collection.items()
    films[0].markPlayed()
    assert home.mia_http.get("/:/scrobble", params={"key": collection.ratingKey}).status_code == 200
    assert [home.mia.fetchItem(film.ratingKey).viewCount for film in films] == [1] * len(films)
    assert len(films) == 2
    home.mia_http.get("/:/unscrobble", params={"key": collection.ratingKey})
    assert not any(home.mia.fetchItem(film.ratingKey).isPlayed for film in films)


def test_ratings_that_mean_nothing_and_when_they_were_made(home: Home) -> None:
    key = film(home, "Déjà Lumière").ratingKey
    for rating in ("11", "nan", "ten", ""):
        assert home.http.put("/:/rate", params={"key": key, "rating": rating}).status_code == 400
    assert home.http.put("/:/rate", params={"key": key, "rating": 8, "ratedAt": 1_700_000_000}).status_code == 200
    found = home.container(f"/library/metadata/{key}")["Metadata"][0]
    assert (found["userRating"], found["lastRatedAt"]) == (8, 1_700_000_000)
    home.http.put("/:/rate", params={"key": key, "rating": 3, "ratedAt": 1_600_000_000})
    assert home.container(f"/library/metadata/{key}")["Metadata"][0]["userRating"] == 8


def deck(home: Home, *, hers: bool = False) -> list[str]:
    client = home.mia_http if hers else home.http
    found = client.get("/library/onDeck").json()["MediaContainer"].get("Metadata", [])
    return [f"{one.get('grandparentTitle', '')} {one['title']}".strip() for one in found]


def episodes(home: Home, show: str) -> list[Any]:
    return list(home.section("TV Shows").get(show).episodes())


def test_what_to_go_on_with(home: Home, player: Players) -> None:
    hers = player(home.mia_token)
    first, second = episodes(home, "Small Machines")[:2]
    hers.report(str(first.ratingKey), "playing", 10)
    hers.report(str(first.ratingKey), "stopped", first.duration)
    assert deck(home, hers=True)[0] == f"Small Machines {second.title}"
    hers.report(str(second.ratingKey), "playing", 10)
    hers.report(str(second.ratingKey), "stopped", 300)
    assert deck(home, hers=True)[0] == f"Small Machines {second.title}"
    sent = {"ratingKey": str(second.ratingKey)}
    assert home.mia_http.put("/actions/removeFromContinueWatching", params=sent).status_code == 200
    assert not any("Small Machines" in title for title in deck(home, hers=True))
    assert not any("Small Machines" in title for title in deck(home))


def test_premieres_and_the_window_are_preferences(home: Home, player: Players) -> None:
    phone = player(home.mia_token, client="phone")
    last = next(
        episode for episode in episodes(home, "Uncharted Kitchen") if (episode.seasonNumber, episode.index) == (1, 2)
    )
    phone.report(str(last.ratingKey), "stopped", last.duration, offline=1, updated=int(time.time()) - 20 * 7 * 86_400)
    assert not any("Uncharted" in title for title in deck(home, hers=True))
    home.http.put("/:/prefs", params={"OnDeckWindow": "30"})
    assert any("Uncharted" in title for title in deck(home, hers=True))
    home.http.put("/:/prefs", params={"OnDeckIncludePremieres": "0"})
    assert not any("Uncharted" in title for title in deck(home, hers=True))
    home.http.put("/:/prefs", params={"OnDeckIncludePremieres": "1", "OnDeckLimit": "1"})
    assert len(deck(home, hers=True)) <= 1
    home.http.put("/:/prefs", params={"OnDeckWindow": "16", "OnDeckLimit": "40"})


def test_a_track_resumes_only_where_progress_is_stored(home: Home, player: Players) -> None:
    sofa, track = player(), home.section("Music").searchTracks()[0]
    key, middle = str(track.ratingKey), track.duration // 2
    sofa.report(key, "playing", 10)
    sofa.report(key, "stopped", middle)
    assert "viewOffset" not in sofa.item(key)
    section = home.sections["Music"]
    home.http.put(f"/library/sections/{section}/prefs", params={"enableTrackOffsets": "1"})
    sofa.report(key, "playing", 10)
    sofa.report(key, "stopped", middle)
    assert sofa.item(key)["viewOffset"] == middle
    home.http.put(f"/library/sections/{section}/prefs", params={"enableTrackOffsets": "0"})
    sofa.report(key, "playing", 10)
    sofa.report(key, "stopped", 20, continuing=1)
    assert sofa.item(key)["skipCount"] == 1
