"""What an activity monitor needs, during real playbacks: it hears, looks and reads from the start to the scrobble."""

import pytest
from tests.api.families.conftest import Home
from tests.support.monitor import Monitor
from tests.support.player import TestPlayer


def test_a_monitor_follows_a_playback_from_its_start_to_the_scrobble(home: Home) -> None:
    monitor = Monitor(url=home.server.url, token=home.owner_token)
    tv = TestPlayer(url=home.server.url, token=home.mia_token, client="tv", name="Living Room", session="play-1")
    film = tv.item(str(home.section("Movies").get("Cloud Harbour").ratingKey))
    key, duration, part = film["ratingKey"], film["duration"], film["Media"][0]["Part"][0]
    queue: dict[str, str | int] = {"containerKey": "/playQueues/7?own=1", "playQueueItemID": 70}
    with monitor.begin() as events:
        movies = home.container(f"/library/sections/{home.sections['Movies']}/all", type=1)
        assert monitor.libraries["Movies"] == movies["size"]
        assert monitor.activity() == {}
        step = part["size"] // 4 + 1
        read = b""
        states = [("buffering", 0), ("playing", 0), ("playing", duration // 4), ("paused", duration // 2)]
        keys = set()
        for at, (state, time_ms) in enumerate(states):
            answer = tv.http.get(part["key"], headers={"Range": f"bytes={at * step}-{(at + 1) * step - 1}"})
            assert answer.status_code == 206
            read += answer.content
            tv.report(key, state, time_ms, **queue)
            told = monitor.heard(events)
            keys.add(told["sessionKey"])
            assert (told["state"], told["viewOffset"], told["ratingKey"]) == (state, time_ms, key)
            assert (told["playQueueID"], told["playQueueItemID"]) == (7, 70)
            (line,) = monitor.activity().values()
            assert line.session_key == told["sessionKey"]
            assert (line.state, line.view_offset, line.title) == (state, time_ms, "Cloud Harbour")
        (line,) = monitor.activity().values()
        assert len(read) == part["size"]
        assert len(keys) == 1
        assert (line.user, line.player, line.machine_id) == ("mia", "Living Room", "tv")
        assert (line.session_id, line.location, line.local) == ("play-1", "lan", True)
        assert (line.platform, line.product, line.address) == ("Linux", "Test Player", "127.0.0.1")
        assert line.progress_percent in (49, 50)
        assert line.video_decision == "directplay"
        assert line.stream_video_codec
        assert line.stream_audio_codec
        assert line.bandwidth > 0
        assert monitor.history(key) == []
        tv.report(key, "playing", duration * 95 // 100, **queue)
        assert monitor.heard(events)["state"] == "playing"
        assert len(monitor.history(key)) == 1
        tv.report(key, "stopped", duration, **queue)
        assert monitor.heard(events)["state"] == "stopped"
        assert monitor.activity() == {}
    (played,) = monitor.history(key)
    accounts = {account.name: account.id for account in home.owner.systemAccounts()}
    devices = {device.clientIdentifier: device.id for device in home.owner.systemDevices()}
    assert (played["accountID"], played["deviceID"]) == (str(accounts["mia"]), str(devices["tv"]))
    assert (played["title"], played["type"], played["ratingKey"]) == ("Cloud Harbour", "movie", key)
    assert monitor.metadata(key).attrib["title"] == "Cloud Harbour"
    assert tv.item(key)["viewCount"] == 1
    assert "viewCount" not in monitor.metadata(key).attrib  # the monitor looks with the owner's eyes
    monitor.close()
    tv.close()


def test_a_monitor_ends_a_playback(home: Home) -> None:
    monitor = Monitor(url=home.server.url, token=home.owner_token)
    tv = TestPlayer(url=home.server.url, token=home.mia_token, client="tv", session="play-2")
    key = str(home.section("TV Shows").searchEpisodes()[0].ratingKey)
    with monitor.begin() as events:
        tv.report(key, "playing", 0)
        line = monitor.activity()[monitor.heard(events)["sessionKey"]]
        monitor.http.get("/status/sessions/terminate", params={"sessionId": line.session_id, "reason": "Bedtime"})
        assert monitor.heard(events)["state"] == "stopped"
        assert monitor.activity() == {}
        assert "Bedtime" in tv.report(key, "playing", 100)["terminationText"]
    tv.close()
    monitor.close()


@pytest.mark.parametrize(
    "path",
    [
        "/servers",
        "/:/prefs",
        "/updater/status",
        "/hubs/home/recentlyAdded?type=1",
        "/hubs/home/recentlyAdded?type=2",
        "/hubs/home/recentlyAdded?type=1&personal=1",
        "/hubs/home/recentlyAdded?type=8",
        "/hubs/search?query=amber",
        "/library/metadata/{show}/children",
        "/library/metadata/{show}/grandchildren",
        "/library/metadata/{show}/allLeaves",
        "/hubs/metadata/{show}/related",
    ],
)
def test_what_else_a_monitor_reads(home: Home, path: str) -> None:
    monitor = Monitor(url=home.server.url, token=home.owner_token)
    show = home.section("TV Shows").get("Harbour Lights").ratingKey
    address, _, query = path.format(show=show).partition("?")
    monitor.xml(address, **dict(pair.split("=") for pair in query.split("&") if pair))
    monitor.close()


def test_its_posters(home: Home) -> None:
    monitor = Monitor(url=home.server.url, token=home.owner_token)
    key = home.section("Movies").get("Amber Coast").ratingKey
    url = f"http://127.0.0.1:32400/library/metadata/{key}/thumb?X-Plex-Token={home.owner_token}"
    answer = monitor.http.get("/photo/:/transcode", params={"url": url, "width": 300, "height": 450, "format": "jpeg"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert monitor.http.put("/myplex/refreshReachability").status_code == 200
    monitor.xml("/myplex/account", root="MyPlex")
    monitor.close()
