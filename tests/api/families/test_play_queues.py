"""Play queues of two people, through python-plexapi and through plain HTTP."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree
from plexapi.exceptions import BadRequest
from plexapi.playqueue import PlayQueue
from tests.api.families.conftest import Home
from tests.support.running import start_server

Json = dict[str, Any]
Queues: Any = PlayQueue  # the library has no types
_CLIENT = {"X-Plex-Client-Identifier": "tv-in-the-kitchen"}


def play(home: Home, **query: str | int) -> Json:
    answer = home.http.post("/playQueues", params={"type": "video", **query}, headers=_CLIENT)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["MediaContainer"]
    return found


def titles(queue: Any) -> list[str]:
    found = queue.get("Metadata", []) if isinstance(queue, dict) else queue.items
    return [item["title"] if isinstance(item, dict) else item.title for item in found]


def numbers(queue: Json) -> list[int]:
    return [item["playQueueItemID"] for item in queue.get("Metadata", [])]


def rating_key(item: Any) -> int:
    key: int = item.ratingKey
    return key


@pytest.fixture
def episodes(home: Home) -> list[Any]:
    found: list[Any] = home.section("TV Shows").get("Harbour Lights").episodes()
    return [episode for episode in found if episode.seasonNumber]


def test_a_queue_of_items_says_what_clients_read(home: Home, episodes: list[Any]) -> None:
    queue = home.owner.createPlayQueue(episodes[:3])
    assert len(queue) == queue.playQueueTotalCount == queue.size == 3
    assert queue.playQueueVersion == 1
    assert queue.playQueueShuffled is False
    assert queue.playQueueLastAddedItemID is None
    assert queue.playQueueSelectedItemOffset == 0
    assert queue.playQueueSelectedItemID == queue.items[0].playQueueItemID
    assert queue.playQueueSelectedMetadataItemID == episodes[0].ratingKey
    assert queue.selectedItem.ratingKey == episodes[0].ratingKey
    keys = quote(",".join(str(episode.ratingKey) for episode in episodes[:3]), safe="")
    assert queue.playQueueSourceURI.startswith("library:///directory/")
    assert keys.replace("%2C", ",") in queue.playQueueSourceURI.replace("%2C", ",")
    assert queue.identifier == "com.plexapp.plugins.library"
    assert (queue.mediaTagPrefix, queue.mediaTagVersion) == ("/system/bundle/media/flags/", 1)
    assert queue.playQueueID > 1
    assert [item.ratingKey for item in queue] == [episode.ratingKey for episode in episodes[:3]]
    assert queue.items[1] in queue
    assert queue[2].media[0].parts[0].streams  # full items: one call feeds "Up Next"
    again = Queues.get(home.owner, queue.playQueueID)
    assert [item.playQueueItemID for item in again] == [item.playQueueItemID for item in queue]
    with pytest.raises(BadRequest):
        queue.getQueueItem(episodes[4])


def test_a_queue_begins_where_one_says(home: Home, episodes: list[Any]) -> None:
    queue = home.owner.createPlayQueue(episodes[:3], startItem=episodes[1])
    assert queue.playQueueSelectedMetadataItemID == episodes[1].ratingKey
    assert queue.playQueueSelectedItemOffset == 1
    assert queue.selectedItem.ratingKey == episodes[1].ratingKey


def test_editing_through_the_library(home: Home, episodes: list[Any]) -> None:
    queue = home.owner.createPlayQueue(episodes[:3])
    queue.addItem(episodes[4])
    assert [item.ratingKey for item in queue] == [rating_key(episodes[at]) for at in (0, 4, 1, 2)]
    assert queue.playQueueLastAddedItemID == queue[1].playQueueItemID
    queue.addItem(episodes[5])
    queue.addItem(episodes[6], playNext=True)
    assert [item.ratingKey for item in queue] == [rating_key(episodes[at]) for at in (0, 6, 4, 5, 1, 2)]
    assert queue.playQueueLastAddedItemID == queue[3].playQueueItemID
    assert queue.playQueueVersion == 4
    queue.moveItem(episodes[2])
    assert queue[0].ratingKey == episodes[2].ratingKey
    queue.moveItem(episodes[2], after=queue.getQueueItem(episodes[1]))
    assert queue[5].ratingKey == episodes[2].ratingKey
    assert queue.playQueueSelectedMetadataItemID == episodes[0].ratingKey
    queue.removeItem(queue.getQueueItem(episodes[6]))
    assert [item.ratingKey for item in queue] == [rating_key(episodes[at]) for at in (0, 4, 5, 1, 2)]
    assert queue.playQueueVersion == 7
    queue.refresh()
    assert queue.playQueueVersion == 7
    queue.clear()
    assert (len(queue), queue.items, queue.playQueueVersion) == (0, [], 8)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (lambda home: home.section("Movies").get("Cold Lantern"), ["Cold Lantern"]),
        (
            lambda home: home.section("TV Shows").get("Small Machines"),
            [f"Part {n}" for n in range(1, 6)],
        ),
        (lambda home: home.section("TV Shows").get("Harbour Lights").season(2), ["Part 1", "Part 2", "Part 3"]),
        (lambda home: home.section("Music").get("Nora Vale").album("First Snow"), ["Attic", "Birch", "Candle"]),
        (
            lambda home: home.section("Music").get("The Copper Wires"),
            ["Amp", "Buzz", "Current", "Earth", "Fuse"],
        ),
        (
            lambda home: next(one for one in home.section("Movies").collections() if one.title == "Coast"),
            ["Amber Coast", "Amber Coast 2"],
        ),
        (lambda home: home.section("Photos").get("Mountains"), [f"Mountains {n}" for n in range(1, 4)]),
    ],
    ids=["film", "show", "season", "album", "artist", "collection", "photo album"],
)
def test_anything_that_is_played_makes_a_queue(home: Home, source: Callable[[Home], Any], expected: list[str]) -> None:
    item = source(home)
    queue = Queues.create(home.owner, item)
    found = [re.sub(r"^.* (Part \d)$", r"\1", title) for title in titles(queue)]
    assert found == expected
    assert queue.playQueueSourceURI.endswith(item.key)


def test_a_playlist_makes_a_queue_and_counts_as_played(home: Home) -> None:
    tracks = home.section("Music").get("Nora Vale").tracks()
    playlist = home.owner.createPlaylist("Twice", items=[tracks[0], tracks[1], tracks[0]])
    queue = Queues.create(home.owner, playlist, startItem=tracks[1])
    names = [track.title for track in tracks]
    assert titles(queue) == [names[0], names[1], names[0]]
    assert queue.playQueueSelectedItemOffset == 1
    assert len({item.playQueueItemID for item in queue}) == 3
    seen = home.container(f"/playlists/{playlist.ratingKey}")["Metadata"][0]
    assert seen["viewCount"] == 1
    assert seen["lastViewedAt"]
    other = Queues.create(home.owner, tracks[3])
    other.addItem(playlist)
    assert titles(other) == [names[3], names[0], names[1], names[0]]
    saved = home.http.post("/playlists", params={"title": "Saved", "playQueueID": other.playQueueID}).json()
    assert saved["MediaContainer"]["Metadata"][0]["leafCount"] == 4
    for key in (playlist.ratingKey, saved["MediaContainer"]["Metadata"][0]["ratingKey"]):
        home.http.delete(f"/playlists/{key}")


def test_a_query_and_a_smart_playlist_make_queues(home: Home) -> None:
    path = f"/library/sections/{home.sections['Movies']}/all?type=1&studio=Peach&sort=year"
    queue = play(home, uri=f"server://{home.owner.machineIdentifier}/com.plexapp.plugins.library{path}")
    assert titles(queue) == ["Big Paper Rabbit", "Eleven Hours", "Glass Orchard"]
    smart = home.owner.createPlaylist("S", section="Movies", smart=True, sort="year:desc", filters={"studio": "Peach"})
    assert titles(Queues.create(home.owner, smart)) == ["Glass Orchard", "Eleven Hours", "Big Paper Rabbit"]
    smart.delete()


def test_every_hub_that_is_shown_can_be_played(fresh_home: Home) -> None:
    home = fresh_home
    shows = home.section("TV Shows")
    shows.get("Small Machines").episodes()[0].markPlayed()
    film = home.section("Movies").get("Amber Coast")
    pages = ["/hubs", "/hubs/promoted", f"/hubs/metadata/{film.ratingKey}/related"]
    pages += [f"/hubs/sections/{number}" for number in home.sections.values()]
    played: dict[str, int] = {}
    for page in pages:
        for hub in home.container(page)["Hub"]:
            if "key" not in hub or hub["type"] == "playlist":
                continue
            kind = {"album": "audio", "artist": "audio", "track": "audio", "photo": "photo"}.get(hub["type"], "video")
            uri = f"server://{home.owner.machineIdentifier}/com.plexapp.plugins.library{hub['key']}"
            answer = home.http.post("/playQueues", params={"type": kind, "uri": uri}, headers=_CLIENT)
            assert answer.status_code == 200, (hub["hubIdentifier"], hub["key"], answer.text)
            played[hub["hubIdentifier"]] = answer.json()["MediaContainer"]["playQueueTotalCount"]
    assert all(played.values())
    assert {"home.continue", "home.movies.recent", "home.television.recent", "movie.similar"} <= set(played)
    assert (played["home.continue"], played["home.movies.recent"]) == (1, 13)
    query = {"type": "video", "uri": "/hubs/home/continueWatching"}
    nothing = home.mia_http.post("/playQueues", params=query, headers=_CLIENT)
    assert nothing.status_code == 400, "she is in the middle of nothing"


def test_a_station_plays_and_goes_on(home: Home) -> None:
    key = f"/library/sections/{home.sections['Music']}/stations/1"
    queue = Queues.fromStationKey(home.owner, key)
    assert queue.playQueueTotalCount > 5
    assert {item.type for item in queue} == {"track"}


def test_shuffling_keeps_what_is_selected(home: Home, episodes: list[Any]) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    queue = Queues.create(home.owner, show, shuffle=True, startItem=episodes[3])
    assert queue.playQueueShuffled
    assert queue.selectedItem.ratingKey == queue[0].ratingKey == episodes[3].ratingKey
    address = f"/playQueues/{queue.playQueueID}"
    natural = home.http.put(f"{address}/unshuffle").json()["MediaContainer"]
    everything = [str(episode.ratingKey) for episode in show.episodes()]
    assert sorted(item["ratingKey"] for item in natural["Metadata"]) == sorted(everything)
    assert natural["playQueueShuffled"] == 0
    assert natural["playQueueSelectedMetadataItemID"] == episodes[3].ratingKey
    assert natural["playQueueVersion"] == 2
    mixed = home.http.put(f"{address}/shuffle").json()["MediaContainer"]
    assert mixed["playQueueShuffled"] == 1
    assert mixed["playQueueSelectedItemOffset"] == 0
    assert mixed["playQueueSelectedItemID"] == natural["playQueueSelectedItemID"]
    assert sorted(numbers(mixed)) == sorted(numbers(natural))
    first = numbers(mixed)[1]
    home.http.put(address, params={"uri": f"/library/metadata/{episodes[0].ratingKey}"})
    assert home.http.put(f"{address}/shuffle").status_code == 400
    assert home.http.put(f"{address}/unshuffle").status_code == 400
    assert home.http.put(f"{address}/items/{first}/move").status_code == 200
    reset = home.http.put(f"{address}/reset").json()["MediaContainer"]
    assert reset["playQueueSelectedItemID"] == first
    assert "playQueueLastAddedItemID" not in reset


def test_after_an_episode_its_show_goes_on(home: Home, episodes: list[Any]) -> None:
    queue = Queues.create(home.owner, episodes[2], continuous=True)
    assert [item.ratingKey for item in queue] == [episode.ratingKey for episode in episodes[2:]]
    alone = Queues.create(home.owner, episodes[2])
    assert len(alone) == 1
    film = Queues.create(home.owner, home.section("Movies").get("Cold Lantern"), continuous=True)
    assert titles(film) == ["Cold Lantern"]


def test_a_show_begins_where_one_is_with_it(home: Home) -> None:
    show = home.section("TV Shows").get("Uncharted Kitchen")
    show.episodes()[0].markPlayed()
    queue = play(home, uri=f"/library/metadata/{show.ratingKey}", onDeck=1)
    assert queue["playQueueSelectedItemOffset"] == 1
    theirs = home.mia_http.post(
        "/playQueues",
        params={"type": "video", "uri": f"/library/metadata/{show.ratingKey}", "onDeck": 1},
        headers=_CLIENT,
    ).json()["MediaContainer"]
    assert theirs["playQueueSelectedItemOffset"] == 0
    show.episodes()[0].markUnplayed()


def test_trailers_come_before_a_film(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    queue = play(home, uri=f"/library/metadata/{film.ratingKey}", extrasPrefixCount=3)
    assert titles(queue) == ["First Look", "Cold Lantern"]
    assert queue["playQueueSelectedItemOffset"] == 0
    own = home.section("Movies").get("Eleven Hours")
    assert titles(play(home, uri=f"/library/metadata/{own.ratingKey}", extrasPrefixCount=3)) == ["Eleven Hours"]
    home.http.put("/:/prefs", params={"CinemaTrailersFromLibrary": 0})
    assert titles(play(home, uri=f"/library/metadata/{film.ratingKey}", extrasPrefixCount=3)) == ["Cold Lantern"]
    home.http.put("/:/prefs", params={"CinemaTrailersFromLibrary": 1})


def test_windows(home: Home) -> None:
    show = home.section("TV Shows").get("Harbour Lights")
    queue = play(home, uri=f"/library/metadata/{show.ratingKey}", key=show.episodes()[4].key)
    everything, address = numbers(queue), f"/playQueues/{queue['playQueueID']}"
    selected = queue["playQueueSelectedItemID"]
    at = everything.index(selected)

    def shown(**query: int) -> list[int]:
        return numbers(home.container(address, **query))

    assert shown(window=1) == everything[at - 1 : at + 2]
    assert shown(window=2, includeBefore=0) == everything[at + 1 : at + 3]
    assert shown(window=2, includeAfter=0) == everything[at - 2 : at]
    assert shown(window=1, center=everything[0]) == everything[:2]
    assert home.container(address, center=everything[0])["playQueueSelectedItemID"] == selected
    got = Queues.get(home.owner, queue["playQueueID"], window=4, center=everything[2], includeAfter=True)
    assert [item.playQueueItemID for item in got.items] == everything[:7]
    last = everything[-1]
    assert shown(window=2, center=last) == everything[-3:]
    assert home.http.put(address, params={"repeat": 1}).status_code == 200
    assert shown(window=2, center=last) == everything[-3:] + everything[:2]
    assert home.http.get(address, params={"center": 999_999}).status_code == 400
    xml = etree.fromstring(home.xml.get(address).content)
    assert xml.attrib["playQueueTotalCount"] == str(len(everything))
    assert [int(video.attrib["playQueueItemID"]) for video in xml.findall("Video")] == everything


def test_the_selection_follows_the_player(home: Home, episodes: list[Any]) -> None:
    queue = home.owner.createPlayQueue(episodes[:3])
    second = queue[1]
    report = {
        "ratingKey": second.ratingKey,
        "key": second.key,
        "state": "playing",
        "time": 10,
        "duration": second.duration,
        "playQueueItemID": second.playQueueItemID,
        "containerKey": f"/playQueues/{queue.playQueueID}",
    }
    assert home.mia_http.post("/:/timeline", params=report, headers=_CLIENT).status_code == 200
    queue.refresh()
    assert queue.playQueueSelectedItemOffset == 0  # nobody moves the queue of somebody else
    assert home.http.post("/:/timeline", params=report, headers=_CLIENT).status_code == 200
    home.http.post("/:/timeline", params=report | {"state": "stopped"}, headers=_CLIENT)
    queue.refresh()
    assert queue.playQueueSelectedItemID == second.playQueueItemID
    assert queue.selectedItem.ratingKey == second.ratingKey
    assert queue.playQueueVersion == 1


def test_a_queue_is_one_persons(home: Home, episodes: list[Any]) -> None:
    queue = home.owner.createPlayQueue(episodes[:2])
    theirs = home.mia.createPlayQueue(episodes[:2])
    for client, mine in ((home.mia_http, queue), (home.http, theirs)):
        address, entry = f"/playQueues/{mine.playQueueID}", mine[0].playQueueItemID
        calls = (
            client.get(address, params={"own": 1}, headers=_CLIENT),
            client.put(address, params={"uri": f"/library/metadata/{episodes[0].ratingKey}"}),
            client.delete(f"{address}/items"),
            client.delete(f"{address}/items/{entry}"),
            client.put(f"{address}/items/{entry}/move"),
            client.put(f"{address}/shuffle"),
            client.put(f"{address}/unshuffle"),
            client.put(f"{address}/reset"),
            client.post("/playlists", params={"title": "x", "playQueueID": mine.playQueueID}),
        )
        assert [answer.status_code for answer in calls] == [404] * len(calls)
        mine.refresh()
        assert (len(mine), mine.playQueueVersion) == (2, 1)
    assert home.http.get(f"/playQueues/{queue.playQueueID}", params={"own": 1}, headers=_CLIENT).status_code == 200


def test_nonsense_makes_no_queue(home: Home, episodes: list[Any]) -> None:
    machine = home.owner.machineIdentifier
    for query in (
        {},
        {"type": "video"},
        {"type": "smell", "uri": "/library/metadata/1"},
        {"type": "video", "uri": "nonsense"},
        {"type": "video", "uri": f"server://other{machine}/com.plexapp.plugins.library/library/metadata/1"},
        {"type": "video", "uri": "/library/metadata/999999"},
        {"type": "audio", "uri": f"/library/metadata/{episodes[0].ratingKey}"},
        {"type": "video", "uri": "/library/sections/1/all?nonsense>>=1"},
        {"type": "video", "uri": f"/library/metadata/{episodes[0].ratingKey}", "key": "x"},
        {"type": "audio", "uri": f"/library/sections/{home.sections['Music']}/stations/99"},
    ):
        answer = home.http.post("/playQueues", params=query, headers=_CLIENT)
        assert answer.status_code == 400, (query, answer.text)
    assert (
        home.http.post("/playQueues", params={"type": "video", "playlistID": 999_999}, headers=_CLIENT).status_code
        == 404
    )
    nameless = home.http.post(
        "/playQueues", params={"type": "video", "uri": f"/library/metadata/{episodes[0].ratingKey}"}
    )
    assert nameless.status_code == 200
    assert nameless.json()["MediaContainer"] == {"size": 0}
    queue = play(home, uri=f"/library/metadata/{episodes[0].ratingKey}")
    address = f"/playQueues/{queue['playQueueID']}"
    calls = (
        home.http.get("/playQueues/999999"),
        home.http.delete(f"{address}/items/999999"),
        home.http.put(f"{address}/items/999999/move"),
        home.http.put(f"{address}/items/{numbers(queue)[0]}/move", params={"after": 999_999}),
    )
    assert [answer.status_code for answer in calls] == [404] * len(calls)
    for query in ({}, {"uri": "nonsense"}, {"uri": "/library/metadata/999999"}):
        assert home.http.put(address, params=query).status_code == 400
    assert home.container(address)["playQueueVersion"] == 1


def test_nothing_waits_for_conversion(home: Home) -> None:
    assert home.owner.conversions() == []
    assert home.mia_http.get("/playQueues/1").status_code == 404


def test_what_the_library_no_longer_has_is_left_out(fresh_home: Home) -> None:
    home = fresh_home
    film = home.section("Movies").get("Cold Lantern")
    clip = home.section("Home Videos").get("Birthday")
    queue = home.owner.createPlayQueue([film, clip])
    home.http.delete(f"/library/sections/{home.sections['Home Videos']}")
    assert titles(home.container(f"/playQueues/{queue.playQueueID}")) == ["Cold Lantern"]


def test_a_queue_survives_a_restart(fresh_home: Home) -> None:
    home = fresh_home
    show = home.section("TV Shows").get("Harbour Lights")
    queue = Queues.create(home.owner, show, shuffle=True)
    queue.addItem(home.section("TV Shows").get("Small Machines").episodes()[0])
    before = [item.playQueueItemID for item in queue]
    assert home.server.end() == 0
    arguments = list(home.server.process.args)  # type: ignore[arg-type]  # it was started with a list
    again = start_server(home.server.config, *map(str, arguments[arguments.index("--port") + 2 :]))
    try:
        client = again.client(home.owner_token, accept="application/json")
        found = client.get(f"/playQueues/{queue.playQueueID}").json()["MediaContainer"]
        assert numbers(found) == before
        assert (found["playQueueVersion"], found["playQueueShuffled"]) == (2, 1)
        assert found["playQueueLastAddedItemID"] == queue.playQueueLastAddedItemID
        assert found["playQueueSelectedItemID"] == queue.playQueueSelectedItemID
    finally:
        again.end()
