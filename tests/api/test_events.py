"""Events over real sockets: what a scan tells, what filters keep away, and who is told what."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest
from tests.api.conftest import Library
from websockets.sync.client import ClientConnection, connect

from vitascope.api.routes.events import visible_to, wanted
from vitascope.core.model import ItemType, Viewer
from vitascope.events import (
    Activity,
    ActivityChanged,
    ActivityEvent,
    Event,
    PlaySessionState,
    PlayState,
    PreferenceChanged,
    StatusNote,
    TimelineEntry,
    TimelineState,
)
from vitascope.events.notification import Notification


def listen(library: Library, query: str = "", token: str | None = None) -> ClientConnection:
    url = library.server.url.replace("http", "ws") + "/:/websockets/notifications" + query
    return connect(url, additional_headers={"X-Plex-Token": token or library.owner_token})


def messages(socket: ClientConnection, until: str) -> Iterator[dict[str, object]]:
    """Notifications up to and including one of a type, at most for half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = json.loads(socket.recv(timeout=30))["NotificationContainer"]
        yield found
        if found["type"] == until:
            return
    raise AssertionError(f"no {until}")


def test_a_scan_is_told_from_beginning_to_end(library: Library) -> None:
    with listen(library) as socket:
        library.owner.get(f"/library/sections/{library.sections['Home Videos']}/refresh?force=1")
        found = list(messages(socket, "status"))
    events = [one["ActivityNotification"][0] for one in found if one["type"] == "activity"]  # type: ignore[index]
    assert [event["event"] for event in events][:1] == ["started"]
    assert events[-1]["event"] == "ended"
    assert events[0]["Activity"]["type"] == "library.update.section"
    assert len(found) >= 3
    library.server.wait_idle()


def test_filters_choose_the_types(library: Library) -> None:
    with listen(library, "?filters=status") as socket:
        library.owner.get(f"/library/sections/{library.sections['Home Videos']}/refresh")
        assert [one["type"] for one in messages(socket, "status")] == ["status"]
    library.server.wait_idle()


def test_what_one_plays_is_told_to_the_owner_and_to_oneself(library: Library) -> None:
    film = library.items("Movies")[0]
    report = {"ratingKey": film["ratingKey"], "state": "playing", "time": "5000", "duration": "12000"}
    headers = {"X-Plex-Client-Identifier": "sofa"}
    with listen(library) as owner, listen(library, token=library.guest_token) as guest:
        library.owner.get("/:/timeline", params=report, headers=headers)
        mine = next(one for one in messages(owner, "playing") if one["type"] == "playing")
        state = mine["PlaySessionStateNotification"][0]  # type: ignore[index]
        assert state["ratingKey"] == film["ratingKey"]
        assert state["viewOffset"] == 5000
        assert state["sessionKey"].isdecimal()
        library.guest.get("/:/timeline", params=report, headers={"X-Plex-Client-Identifier": "kitchen"})
        theirs = next(messages(guest, "playing"))["PlaySessionStateNotification"][0]  # type: ignore[index]
        assert theirs["clientIdentifier"] == "kitchen"
    playing = library.owner.get("/status/sessions").json()["MediaContainer"]["Metadata"]
    assert {one["User"]["title"]: one["Player"]["machineIdentifier"] for one in playing} == {
        "owner": "sofa",
        "guest": "kitchen",
    }
    for client, device in ((library.owner, "sofa"), (library.guest, "kitchen")):
        client.get("/:/timeline", params=report | {"state": "stopped"}, headers={"X-Plex-Client-Identifier": device})
    assert library.owner.get("/status/sessions").json()["MediaContainer"]["size"] == 0


def test_server_sent_events(library: Library) -> None:
    with httpx.stream(
        "GET", f"{library.server.url}/:/eventsource/notifications?X-Plex-Token={library.owner_token}", timeout=30
    ) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        library.owner.put("/:/prefs", params={"FriendlyName": "Attic"})
        event = next(line for line in lines if line.startswith("event:"))
        data = next(line for line in lines if line.startswith("data:"))
    assert event == "event: preference"
    setting = json.loads(data.removeprefix("data: "))["Setting"]
    assert (setting["id"], setting["value"]) == ("FriendlyName", "Attic")
    library.owner.put("/:/prefs", params={"FriendlyName": ""})


def test_apps_may_log_and_cannot_forge_lines(library: Library) -> None:
    said = {"level": "1", "source": "app", "message": "one\ntwo X-Plex-Token=secret123"}
    assert library.guest.put("/log", params=said).status_code == 200
    log = library.server.log_with("one two")
    assert "[guest] app: one two X-Plex-Token=xxxx" in log
    assert "secret123" not in log


OWNER = Viewer(is_owner=True)
GUEST = Viewer(person_id=2, sections=frozenset({1}))
LIMITED = Viewer(person_id=2, allowed_content_ratings=frozenset({"G"}))
ACTIVITY = Activity(uuid="u", type="t", title="t", person_id=1)
ITEM = TimelineEntry(
    section_id=1, item_id=1, type=ItemType.MOVIE, title="t", state=TimelineState.PROCESSED, updated_at=1
)
PLAYING = PlaySessionState(
    session_key=1, client_identifier="c", person_id=2, item_id=1, guid="", state=PlayState.PLAYING, view_offset_ms=0
)


@pytest.mark.parametrize(
    ("event", "viewer", "told"),
    [
        (ActivityChanged(event=ActivityEvent.STARTED, activity=ACTIVITY), OWNER, True),
        (ActivityChanged(event=ActivityEvent.STARTED, activity=ACTIVITY), GUEST, False),
        (ITEM, GUEST, True),
        (ITEM, LIMITED, False),
        (ITEM, Viewer(person_id=2, sections=frozenset({9})), False),
        (PLAYING, GUEST, True),
        (PLAYING, Viewer(person_id=3), False),
        (PLAYING, OWNER, True),
        (PreferenceChanged(name="FriendlyName", value="x"), GUEST, False),
        (StatusNote(name="A", title="b"), GUEST, True),
    ],
)
def test_who_is_told(event: Event, viewer: Viewer, told: bool) -> None:
    assert visible_to(event, viewer) is told


@pytest.mark.parametrize(
    ("filters", "kept"),
    [(None, True), ("", True), ("-log", True), ("status", True), ("a,status", True), ("a", False), ("-status", False)],
)
def test_filters(filters: str | None, kept: bool) -> None:
    assert wanted(filters)(Notification(type="status", element="E", payload={})) is kept
