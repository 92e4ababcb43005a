"""Who plays what: two people, two devices, versions, and how the owner ends a session."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.support.player import TestPlayer

Players = Callable[..., TestPlayer]


@pytest.fixture
def player(home: Home) -> Iterator[Players]:
    made: list[TestPlayer] = []

    def make(token: str | None = None, **more: str) -> TestPlayer:
        made.append(TestPlayer(url=home.server.url, token=token or home.owner_token, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


def sessions(home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.container("/status/sessions").get("Metadata", [])
    return found


def key_of(home: Home, title: str) -> str:
    return str(home.section("Movies").get(title).ratingKey)


def test_two_people_play_one_film(home: Home, player: Players) -> None:
    key = key_of(home, "Cloud Harbour")
    player().report(key, "playing", 100)
    player(home.mia_token, client="kitchen", name="Kitchen").report(key, "paused", 200)
    mine, hers = sessions(home)
    assert mine["sessionKey"].isdecimal()
    assert (mine["ratingKey"], mine["viewOffset"], mine["type"]) == (key, 100, "movie")
    assert mine["User"]["id"] == "1"
    assert (hers["User"]["title"], hers["viewOffset"], hers["Player"]["state"]) == ("mia", 200, "paused")
    seen = mine["Player"]
    assert seen["machineIdentifier"] == "sofa"
    assert seen["address"] == "127.0.0.1"
    assert (seen["device"], seen["platform"], seen["product"]) == ("Television", "Linux", "Test Player")
    assert (seen["title"], seen["version"], seen["state"]) == ("Sofa", "1.2", "playing")
    assert (seen["local"], seen["relayed"], seen["secure"]) == (True, False, False)
    assert seen["profile"]
    assert mine["Session"]["location"] == "lan"
    assert mine["Session"]["id"] == "sofa"
    assert mine["Session"]["bandwidth"] > 0
    (version,) = mine["Media"]
    (part,) = version["Part"]
    assert (version["selected"], part["selected"], part["decision"]) == (True, True, "directplay")
    assert {stream["streamType"] for stream in part["Stream"]} >= {1, 2}
    chosen = [stream for stream in part["Stream"] if stream.get("selected")]
    assert {stream["location"] for stream in chosen} == {"direct"}
    assert "TranscodeSession" not in mine


def test_python_plexapi_reads_it_and_ends_it(home: Home, player: Players) -> None:
    sofa, key = player(session="tab-1"), key_of(home, "Cold Lantern")
    sofa.report(key, "playing", 100)
    (session,) = home.owner.sessions()
    assert session.title == "Cold Lantern"
    assert session.usernames == ["owner"]
    assert session.player.machineIdentifier == "sofa"
    assert session.session.id == "tab-1"
    assert session.transcodeSession is None
    session.stop(reason="Good night")
    assert home.owner.sessions() == []
    told = sofa.report(key, "playing", 200)
    assert told["terminationCode"] == 2006
    assert told["terminationText"] == "Admin terminated playback with reason: Good night"
    assert sofa.report(key, "stopped", 200)["terminationCode"] == 2006
    assert "terminationCode" not in sofa.report(key, "playing", 0)
    assert len(sessions(home)) == 1


def test_in_xml(home: Home, player: Players) -> None:
    player().report(key_of(home, "Cold Lantern"), "playing", 100)
    text = home.xml.get("/status/sessions").text
    for element in ("<Video ", "<Media ", "<Part ", "<Stream ", "<User ", "<Player ", "<Session "):
        assert element in text


def test_tracks_and_photos_are_sessions_too(home: Home, player: Players) -> None:
    track = home.section("Music").searchTracks()[0]
    photo = home.section("Photos").search(libtype="photo")[0]
    player().report(str(track.ratingKey), "playing", 100)
    player(client="frame").report(str(photo.ratingKey), "playing", 0)
    found = sessions(home)
    assert [session["type"] for session in found] == ["track", "photo"]
    assert found[0]["grandparentTitle"]
    assert [type(session).__name__ for session in home.owner.sessions()] == ["TrackSession", "PhotoSession"]


def test_of_several_versions_the_one_that_is_read_is_shown(home: Home, player: Players) -> None:
    sofa, key = player(), key_of(home, "Eleven Hours")
    versions = sofa.item(key)["Media"]
    assert len(versions) == 2
    sofa.report(key, "playing", 0)
    assert [version["id"] for version in sessions(home)[0]["Media"]] == [versions[0]["id"]]
    sofa.http.get(versions[1]["Part"][0]["key"], headers={"Range": "bytes=0-99"})
    assert [version["id"] for version in sessions(home)[0]["Media"]] == [versions[1]["id"]]


def test_streams_are_those_of_who_plays(home: Home, player: Players) -> None:
    key = key_of(home, "Cloud Harbour")
    hers = player(home.mia_token, client="kitchen")
    part = hers.item(key)["Media"][0]["Part"][0]
    subtitle = next(stream["id"] for stream in part["Stream"] if stream["streamType"] == 3)
    hers.http.put(f"/library/parts/{part['id']}", params={"subtitleStreamID": subtitle})
    hers.report(key, "playing", 0)
    player().report(key, "playing", 0)
    by_user = {
        session["User"]["title"]: [s["id"] for s in session["Media"][0]["Part"][0]["Stream"] if s.get("selected")]
        for session in sessions(home)
    }
    assert subtitle in by_user.pop("mia")
    assert all(subtitle not in chosen for chosen in by_user.values())


def test_only_the_owner_sees_and_ends_sessions(home: Home, player: Players) -> None:
    player(home.mia_token).report(key_of(home, "Cold Lantern"), "playing", 0)
    key = sessions(home)[0]["sessionKey"]
    for client, status in ((home.mia_http, 403), (home.server.client(), 401)):
        with contextlib.closing(client) if status == 401 else contextlib.nullcontext(client) as used:
            headers = {"X-Forwarded-For": "1.2.3.4"} if status == 401 else {}
            assert used.get("/status/sessions", headers=headers).status_code == status
            ending = used.get("/status/sessions/terminate", params={"sessionId": key}, headers=headers)
            assert ending.status_code == status
    assert len(sessions(home)) == 1
    assert home.http.get("/status/sessions/terminate").status_code == 400
    assert home.http.get("/status/sessions/terminate", params={"sessionId": "nobody"}).status_code == 404
    assert home.http.post("/status/sessions/terminate", params={"sessionId": key, "reason": "x"}).status_code == 200
    assert sessions(home) == []


def test_an_ended_player_reads_no_more_until_it_begins_anew(home: Home, player: Players) -> None:
    sofa, key = player(), key_of(home, "Amber Coast")
    other = player(home.mia_token, client="kitchen")
    part = sofa.part(key)
    beginning = {"Range": "bytes=0-99"}
    sofa.report(key, "playing", 0)
    assert sofa.http.get(part, headers=beginning).status_code == 206
    home.http.post("/status/sessions/terminate", params={"sessionId": "sofa", "reason": "Good night"})
    refused = sofa.http.get(part, headers=beginning)
    assert refused.status_code == 403
    assert "Good night" in refused.text
    assert other.http.get(part, headers=beginning).status_code == 206
    assert sofa.http.get(sofa.part(key_of(home, "Cold Lantern")), headers=beginning).status_code == 206
    bare = home.server.client(home.owner_token)
    assert bare.get(part, headers=beginning).status_code == 403
    sofa.report(key, "stopped", 0)
    assert sofa.http.get(part, headers=beginning).status_code == 206
    assert bare.get(part, headers=beginning).status_code == 206


def test_a_player_goes_on_to_the_next_item_of_its_queue(home: Home, player: Players) -> None:
    sofa = player()
    first, second = key_of(home, "Amber Coast"), key_of(home, "Amber Coast 2")
    sofa.report(first, "playing", 0, containerKey="/playQueues/12?own=1", playQueueItemID=34)
    before = sessions(home)[0]["sessionKey"]
    sofa.report(second, "playing", 0, playQueueID=12, playQueueItemID=35)
    (now,) = sessions(home)
    assert now["ratingKey"] == second
    assert now["sessionKey"] != before


def test_nothing_is_converted_in_the_background(home: Home) -> None:
    assert home.container("/status/sessions/background") == {"size": 0}
