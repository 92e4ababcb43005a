"""Events over real sockets: every kind that the server makes, at the moment it happens, to whom it concerns."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.api.families.conftest import Home
from tests.support.hearing import PATHS, Listener
from tests.support.player import TestPlayer
from websockets.exceptions import ConnectionClosed, InvalidStatus

STATES = {"created": 0, "processed": 5, "deleted": 9}


def listen(home: Home, *, hers: bool = False, filters: str | None = None, path: str = PATHS[0]) -> Listener:
    return Listener(home.server.url, home.mia_token if hers else home.owner_token, filters=filters, path=path)


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


@pytest.fixture
def sofa(home: Home) -> Iterator[TestPlayer]:
    player = TestPlayer(url=home.server.url, token=home.owner_token)
    yield player
    player.close()


@pytest.fixture
def own(home: Home, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A section of one film, in a folder that may be changed."""
    folder = tmp_path / "own"
    shutil.copytree(home.media / "Movies" / "Amber Coast (1979)", folder / "Amber Coast (1979)")
    query = {"name": "Own", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(folder)}
    section = int(home.http.post("/library/sections", params=query).json()["MediaContainer"]["Directory"][0]["key"])
    home.server.wait_idle()
    yield section, folder
    home.http.delete(f"/library/sections/{section}")
    home.server.wait_idle()


@pytest.mark.parametrize("path", PATHS)
def test_playing_is_told_at_every_change(home: Home, sofa: TestPlayer, path: str) -> None:
    key = str(film(home, "Amber Coast").ratingKey)
    with listen(home, filters="playing", path=path) as owner, listen(home, hers=True, filters="playing") as mia:
        for state, at in (("buffering", 0), ("playing", 100), ("paused", 200), ("stopped", 300)):
            sofa.report(key, state, at, playQueueID=12, playQueueItemID=34)
            told = owner.until("playing", "PlaySessionStateNotification")
            assert (told["state"], told["viewOffset"], told["ratingKey"]) == (state, at, key)
            assert told["sessionKey"].isdecimal()
            assert told["clientIdentifier"] == "sofa"
            assert told["key"] == f"/library/metadata/{key}"
            assert told["guid"] == film(home, "Amber Coast").guid
            assert (told["playQueueID"], told["playQueueItemID"]) == (12, 34)
        hers = TestPlayer(url=home.server.url, token=home.mia_token, client="kitchen")
        hers.report(key, "playing", 0)
        assert mia.until("playing", "PlaySessionStateNotification")["clientIdentifier"] == "kitchen"
        assert owner.until("playing", "PlaySessionStateNotification")["clientIdentifier"] == "kitchen"
        hers.close()


def test_an_ended_session_is_told_as_stopped(home: Home, sofa: TestPlayer) -> None:
    with listen(home, filters="playing") as owner:
        sofa.report(str(film(home, "Cold Lantern").ratingKey), "playing", 0)
        session = owner.until("playing", "PlaySessionStateNotification")["sessionKey"]
        home.http.get("/status/sessions/terminate", params={"sessionId": session})
        told = owner.until("playing", "PlaySessionStateNotification")
        assert (told["sessionKey"], told["state"]) == (session, "stopped")


def test_a_scan_tells_what_it_does_and_what_became_of_each_item(home: Home, own: tuple[int, Path]) -> None:
    section, folder = own

    def activities(listener: Listener) -> list[dict[str, Any]]:
        return [one["ActivityNotification"][0] for one in listener.heard if one["type"] == "activity"]

    def entry(listener: Listener, title: str, state: str) -> dict[str, Any]:
        return listener.until(
            "timeline", "TimelineEntry", lambda told: (told["title"], told["state"]) == (title, STATES[state])
        )

    with listen(home) as owner, listen(home, hers=True, filters="timeline") as mia:
        shutil.copytree(home.media / "Movies" / "Cold Lantern (1991)", folder / "Cold Lantern (1991)")
        home.http.get(f"/library/sections/{section}/refresh", params={"force": 1})
        new = entry(owner, "Cold Lantern", "created")
        assert new["metadataState"] == "created"
        assert (new["sectionID"], new["type"]) == (str(section), 1)
        assert new["identifier"] == "com.plexapp.plugins.library"
        assert entry(mia, "Cold Lantern", "created")["itemID"] == new["itemID"]
        assert entry(owner, "Cold Lantern", "processed")["itemID"] == new["itemID"]
        owner.until("status", "StatusNotification", lambda told: told["notificationName"] == "LIBRARY_UPDATE")
        told_of = {"activity", "progress", "timeline", "status", "library.update", "provider.content.change"}
        while not (told_of <= owner.types() and "ended" in {told["event"] for told in activities(owner)}):
            owner.next()  # in whatever order
        assert activities(owner)[0]["event"] == "started"
        assert activities(owner)[0]["Activity"]["type"] == "library.update.section"
        home.server.wait_idle()
        shutil.rmtree(folder / "Cold Lantern (1991)")
        home.http.get(f"/library/sections/{section}/refresh")
        gone = entry(owner, "Cold Lantern", "deleted")
        assert (gone["itemID"], gone["metadataState"]) == (new["itemID"], "deleted")


def test_an_edit_is_told(home: Home) -> None:
    movie = film(home, "Fable of Salt")
    with listen(home, filters="timeline") as owner:
        movie.editTitle("Fable of Sugar")
        told = owner.until("timeline", "TimelineEntry", lambda told: told["itemID"] == str(movie.ratingKey))
        assert (told["title"], told["state"]) == ("Fable of Sugar", 5)
    movie.editTitle("Fable of Salt")


def test_preferences_are_told_to_the_owner_alone(home: Home) -> None:
    with listen(home, filters="preference") as owner, listen(home, hers=True, filters="preference") as mia:
        home.http.put("/:/prefs", params={"FriendlyName": "Attic"})
        told = owner.until("preference", "Setting")
        assert (told["id"], told["value"], told["type"], told["group"]) == ("FriendlyName", "Attic", "text", "general")
        home.http.put("/:/prefs", params={"FriendlyName": ""})
        assert owner.until("preference", "Setting")["value"] == ""
        with pytest.raises(TimeoutError):
            mia.next(0.3)


def test_a_person_who_comes_and_goes_is_told(home: Home) -> None:
    with listen(home, filters="account") as owner:
        assert home.http.post("/vitascope/people", params={"name": "leo"}).status_code == 201
        came = owner.until("account", "AccountUpdateNotification")
        home.http.delete("/vitascope/people", params={"name": "leo"})
        went = owner.until("account", "AccountUpdateNotification")
    assert (came["event"], went["event"]) == ("added", "removed")
    assert came["accountID"] == went["accountID"]


@pytest.mark.parametrize(
    ("filters", "heard"),
    [
        ("playing", {"playing"}),
        ("preference,account", {"preference"}),
        ("-playing", {"preference"}),
        ("-log", {"playing", "preference"}),
        ("", {"playing", "preference"}),
        (None, {"playing", "preference"}),
    ],
)
def test_filters(home: Home, sofa: TestPlayer, filters: str | None, heard: set[str]) -> None:
    with listen(home, filters=filters) as owner, listen(home, filters="status,playing") as control:
        home.http.put("/:/prefs", params={"FriendlyName": "Attic"})
        sofa.report(str(film(home, "Amber Coast 2").ratingKey), "playing", 0)
        control.until("playing", "PlaySessionStateNotification")
        while heard - owner.types():
            owner.next()
        assert owner.types() & {"playing", "preference"} == heard
        home.http.put("/:/prefs", params={"FriendlyName": ""})


def test_an_idle_websocket_is_pinged_in_time(home: Home) -> None:
    parts = urlsplit(home.server.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as raw:
        head = (
            "GET /:/websockets/notifications?filters=account HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"X-Plex-Token: {home.owner_token}",
        )
        raw.sendall("\r\n".join([*head, "", ""]).encode())
        raw.settimeout(30)
        reader = raw.makefile("rb")
        while reader.readline() != b"\r\n":
            pass
        assert reader.read(1)[0] & 0x0F == 0x9  # a ping (RFC 6455, section 5.5.2)


def test_server_sent_events(home: Home, sofa: TestPlayer) -> None:
    url = f"{home.server.url}/:/eventsource/notifications"
    query = {"X-Plex-Token": home.owner_token, "filters": "preference"}
    with httpx.stream("GET", url, params=query, timeout=30) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        sofa.report(str(film(home, "Amber Coast").ratingKey), "playing", 0)
        home.http.put("/:/prefs", params={"FriendlyName": "Attic"})
        assert next(line for line in lines if line.startswith("event:")) == "event: preference"
        data = next(line for line in lines if line.startswith("data:"))
        setting = json.loads(data.removeprefix("data: "))["Setting"]
        assert (setting["id"], setting["value"]) == ("FriendlyName", "Attic")
        assert next(line for line in lines if line.startswith(":"))  # a comment, when nothing happens
    home.http.put("/:/prefs", params={"FriendlyName": ""})


@pytest.mark.parametrize("path", [*PATHS, "/:/eventsource/notifications"])
def test_nobody_listens_without_a_token(home: Home, path: str) -> None:
    if path.startswith("/:/eventsource"):
        answer = httpx.get(home.server.url + path, headers={"X-Forwarded-For": "1.2.3.4"}, timeout=60)
        assert answer.status_code == 401
    else:
        with pytest.raises(InvalidStatus), Listener(home.server.url, "wrong", path=path):
            raise AssertionError("it may listen")


def test_who_does_not_read_is_let_go_and_the_others_hear_on(home: Home) -> None:
    parts = urlsplit(home.server.url)
    with socket.socket() as slow, listen(home, filters="preference") as quick:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        slow.connect((parts.hostname or "", parts.port or 0))
        slow.sendall(
            f"GET /:/eventsource/notifications?X-Plex-Token={home.owner_token} HTTP/1.1\r\n"
            f"Host: {parts.netloc}\r\n\r\n".encode()
        )
        assert slow.recv(200).startswith(b"HTTP/1.1 200")
        name = "x" * 20_000
        for number in range(1, 1_200):
            home.http.put("/:/prefs", content=b"", params={"FriendlyName": f"{name[:8000]}{number}"})
            quick.until("preference", "Setting")
            if number % 100 == 0 and _is_let_go(home):
                break
        else:
            raise AssertionError("the reader that does not read was not let go")
        home.http.put("/:/prefs", params={"FriendlyName": ""})
        assert quick.until("preference", "Setting")["value"] == ""
        slow.settimeout(30)
        while slow.recv(65_536):
            pass  # what was on its way, and then the end


def _is_let_go(home: Home) -> bool:
    return "a listener did not keep up" in home.server.log()


def test_who_loses_their_rights_hears_no_more(home: Home) -> None:
    home.http.post("/vitascope/people", params={"name": "zoe"})
    made = home.http.post("/vitascope/people/tokens", params={"name": "zoe"}).json()["MediaContainer"]
    with Listener(home.server.url, made["token"], filters="status,activity,playing,account") as zoe:
        player = TestPlayer(url=home.server.url, token=made["token"], client="zoe's")
        player.report(str(film(home, "Amber Coast").ratingKey), "playing", 0)
        zoe.until("playing", "PlaySessionStateNotification")
        player.close()
        home.http.delete("/vitascope/people", params={"name": "zoe"})
        section = home.sections["Home Videos"]
        home.http.get(f"/library/sections/{section}/refresh")
        with pytest.raises(ConnectionClosed):
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                zoe.next()
    home.server.wait_idle()
