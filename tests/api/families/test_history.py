"""The history over HTTP: filters, orders, pages, whose lines one sees, and lines of what is gone."""

import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.support.player import TestPlayer

HISTORY = "/status/sessions/history/all"
DAY = 86_400
START = 1_700_000_000


@pytest.fixture(scope="module", autouse=True)
def played(home: Home) -> Iterator[None]:
    """Mia and the owner have played things, a day apart each, on two devices."""
    sofa = TestPlayer(url=home.server.url, token=home.owner_token, client="sofa")
    phone = TestPlayer(url=home.server.url, token=home.mia_token, client="phone", name="Phone")
    movies, shows, music = (home.section(title) for title in ("Movies", "TV Shows", "Music"))
    episodes = shows.get("Harbour Lights").season(1).episodes()
    for at, (player, item) in enumerate(
        [
            (sofa, movies.get("Amber Coast")),
            (sofa, episodes[0]),
            (phone, episodes[1]),
            (phone, music.get("Nora Vale").tracks()[0]),
            (sofa, movies.get("Amber Coast")),
        ]
    ):
        when = START + at * DAY
        player.report(str(item.ratingKey), "stopped", item.duration, offline=1, updated=when)
    yield
    sofa.close()
    phone.close()


def days(home: Home, times: Mapping[str, int] | None = None, *, hers: bool = False, **query: str | int) -> list[int]:
    """On which days the lines of an answer were played."""
    answer = (home.mia_http if hers else home.http).get(HISTORY, params={**query, **(times or {})})
    assert answer.status_code == 200, answer.text
    lines = answer.json()["MediaContainer"].get("Metadata", [])
    return [(line["viewedAt"] - START) // DAY for line in lines]


def test_the_latest_comes_first_and_orders_can_be_asked_for(home: Home) -> None:
    assert days(home) == days(home, sort="viewedAt:desc") == [4, 3, 2, 1, 0]
    assert days(home, sort="viewedAt") == days(home, sort="viewedAt:asc") == [0, 1, 2, 3, 4]
    assert days(home, sort="accountID:desc,viewedAt:asc") == [2, 3, 0, 1, 4]


@pytest.mark.parametrize("sort", ["metadataItemID", "viewedAt:up", "title", ","])
def test_orders_that_there_are_not(home: Home, sort: str) -> None:
    assert home.http.get(HISTORY, params={"sort": sort}).status_code == 400


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("viewedAt>", 2), [4, 3, 2]),
        (("viewedAt>>", 2), [4, 3]),
        (("viewedAt<", 1), [1, 0]),
        (("viewedAt<<", 1), [0]),
        (("viewedAt", 3), [3]),
        (("viewedAt!", 3), [4, 2, 1, 0]),
    ],
)
def test_when(home: Home, condition: tuple[str, int], found: list[int]) -> None:
    name, day = condition
    assert days(home, {name: START + day * DAY}) == found


def test_between_two_times(home: Home) -> None:
    assert days(home, {"viewedAt>": START + DAY, "viewedAt<<": START + 3 * DAY}) == [2, 1]


@pytest.mark.parametrize("query", [{"viewedAt>": "soon"}, {"accountID": "x"}, {"metadataItemID": "x"}])
def test_filters_that_mean_nothing(home: Home, query: dict[str, str]) -> None:
    assert home.http.get(HISTORY, params=query).status_code == 400


def test_what_and_where(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    season = show.season(1)
    assert days(home, metadataItemID=show.ratingKey) == days(home, metadataItemID=season.ratingKey) == [2, 1]
    assert days(home, metadataItemID=season.episodes()[1].ratingKey) == [2]
    artist = home.section("Music").get("Nora Vale")
    track = artist.tracks()[0]
    assert days(home, metadataItemID=artist.ratingKey) == days(home, metadataItemID=track.parentRatingKey) == [3]
    assert days(home, librarySectionID=home.sections["Movies"]) == [4, 0]
    assert days(home, metadataItemID=999_999) == []


def test_whose_and_on_which_device(home: Home) -> None:
    accounts = {account.name: account.id for account in home.owner.systemAccounts()}
    assert days(home, accountID=accounts["mia"]) == [3, 2]
    devices = {device.clientIdentifier: device.id for device in home.owner.systemDevices()}
    assert days(home, deviceID=devices["sofa"]) == [4, 1, 0]
    assert days(home, hers=True) == [3, 2]
    assert days(home, hers=True, accountID=accounts["mia"]) == [3, 2]
    assert days(home, hers=True, accountID=1) == []


def test_as_python_plexapi_reads_it(home: Home) -> None:
    found = home.owner.history(maxresults=3)
    assert [type(entry).__name__ for entry in found] == ["MovieHistory", "TrackHistory", "EpisodeHistory"]
    assert found[0].title == "Amber Coast"
    assert found[2].grandparentTitle == "Harbour Lights"
    assert found[0].source().ratingKey == home.section("Movies").get("Amber Coast").ratingKey
    assert all(entry.historyKey.startswith("/status/sessions/history/") for entry in found)
    assert len(home.section("Movies").get("Amber Coast").history()) == 2
    assert len(home.section("TV Shows").history()) == 1  # it asks for the owner alone


def test_pages(home: Home) -> None:
    answer = home.http.get(HISTORY, headers={"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "2"})
    found = answer.json()["MediaContainer"]
    assert (found["offset"], found["size"], found["totalSize"]) == (1, 2, 5)
    assert [(line["viewedAt"] - START) // DAY for line in found["Metadata"]] == [3, 2]
    assert answer.headers["x-plex-container-total-size"] == "5"
    beyond = home.http.get(HISTORY, headers={"X-Plex-Container-Start": "9", "X-Plex-Container-Size": "2"})
    assert beyond.json()["MediaContainer"]["size"] == 0
    assert home.http.get(HISTORY, params={"X-Plex-Container-Size": "0"}).json()["MediaContainer"]["totalSize"] == 5


def test_one_line_is_its_persons_and_only_the_owner_deletes(home: Home) -> None:
    lines: list[dict[str, Any]] = home.container(HISTORY)["Metadata"]
    mine, hers = lines[0]["historyKey"], lines[1]["historyKey"]
    assert home.http.get(mine).json()["MediaContainer"]["Metadata"] == [lines[0]]
    assert "<Video " in home.xml.get(mine).text
    assert "<Track " in home.xml.get(hers).text
    assert home.mia_http.get(hers).json()["MediaContainer"]["Metadata"][0]["title"] == "Attic"
    assert home.mia_http.get(mine).status_code == 404
    assert home.mia_http.delete(hers).status_code == 403
    assert home.http.get("/status/sessions/history/999999").status_code == 404
    assert home.http.delete("/status/sessions/history/999999").status_code == 404
    home.owner.history(maxresults=1)[0].delete()
    assert days(home) == [3, 2, 1, 0]
    assert home.owner.fetchItem(int(lines[0]["ratingKey"])).viewCount == 2


def test_what_is_gone_can_still_be_read_and_leads_back_when_it_returns(fresh_home: Home, tmp_path: Path) -> None:
    home, folder = fresh_home, tmp_path / "own"
    name = "Cold Lantern (1991)"
    film = folder / name / f"{name}.mp4"
    film.parent.mkdir(parents=True)
    shutil.copy(home.media / "Movies" / name / f"{name}.mp4", film)
    shutil.copytree(home.media / "Movies" / "Amber Coast (1979)", folder / "Amber Coast (1979)")
    query = {"name": "Own", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(folder)}
    section = int(home.http.post("/library/sections", params=query).json()["MediaContainer"]["Directory"][0]["key"])
    home.server.wait_idle()
    before = next(
        item
        for item in home.http.get(f"/library/sections/{section}/all").json()["MediaContainer"]["Metadata"]
        if item["title"] == "Cold Lantern"
    )
    # The one of the golden library has the same name, and so the same identity: without it the item is really gone.
    home.http.delete(f"/library/sections/{home.sections['Movies']}")
    player = TestPlayer(url=home.server.url, token=home.owner_token)
    player.report(before["ratingKey"], "playing", 0)
    player.report(before["ratingKey"], "stopped", before["duration"])
    player.close()
    away = tmp_path / "away.mp4"
    film.rename(away)
    _scan(home, section)
    (line,) = home.http.get(HISTORY).json()["MediaContainer"]["Metadata"]
    assert (line["title"], line["type"], line.get("ratingKey"), line.get("key")) == (
        "Cold Lantern",
        "movie",
        None,
        None,
    )
    (entry,) = home.owner.history()
    assert entry.source() is None
    again = folder / "Lantern" / "Cold.Lantern.1991.mp4"
    again.parent.mkdir()
    away.rename(again)
    _scan(home, section)
    (line,) = home.http.get(HISTORY).json()["MediaContainer"]["Metadata"]
    assert home.owner.fetchItem(int(line["ratingKey"])).viewCount == 1
    assert abs(line["viewedAt"] - time.time()) < 300


def _scan(home: Home, section: int) -> None:
    home.http.get(f"/library/sections/{section}/refresh")
    home.server.wait_idle()
