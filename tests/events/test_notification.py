"""Events as clients read them from the websocket: names and types of the API, each checked against its table."""

import pytest

from vitascope.core.model import ItemType
from vitascope.events import (
    Activity,
    ActivityChanged,
    ActivityEvent,
    Event,
    LibraryChanged,
    PlaySessionState,
    PlayState,
    PreferenceChanged,
    ReachabilityChanged,
    StatusNote,
    TimelineEntry,
    TimelineState,
)
from vitascope.events.notification import notification

ACTIVITY = Activity(uuid="u", type="library.update.section", title="Scanning Movies", progress=40, section_id=2)


@pytest.mark.parametrize(
    ("event", "kind", "element", "expected"),
    [
        (
            ActivityChanged(event=ActivityEvent.PROGRESS, activity=ACTIVITY),
            "activity",
            "ActivityNotification",
            {"event": "progress", "uuid": "u"},
        ),
        (
            PlaySessionState(
                session_key=3,
                client_identifier="tv",
                person_id=1,
                item_id=9,
                guid="local://a",
                state=PlayState.PAUSED,
                view_offset_ms=1500,
            ),
            "playing",
            "PlaySessionStateNotification",
            {"sessionKey": "3", "ratingKey": "9", "key": "/library/metadata/9", "viewOffset": 1500, "state": "paused"},
        ),
        (
            TimelineEntry(
                section_id=1,
                item_id=5,
                type=ItemType.EPISODE,
                title="Pilot",
                state=TimelineState.PROCESSED,
                updated_at=7,
            ),
            "timeline",
            "TimelineEntry",
            {"sectionID": "1", "itemID": "5", "type": 4, "state": 5, "updatedAt": 7},
        ),
        (
            StatusNote(name="LIBRARY_UPDATE", title="Scanning"),
            "status",
            "StatusNotification",
            {"notificationName": "LIBRARY_UPDATE", "title": "Scanning"},
        ),
        (PreferenceChanged(name="FriendlyName", value="x"), "preference", "Setting", {"id": "FriendlyName"}),
        (ReachabilityChanged(reachable=True), "reachability", "ReachabilityNotification", {"reachability": True}),
    ],
)
def test_known_events(event: Event, kind: str, element: str, expected: dict[str, object]) -> None:
    found = notification(event)
    assert found is not None
    container = found.container()
    assert container["type"] == kind
    assert container["size"] == 1
    payload = found.payload
    assert container[element] == [payload]
    assert expected.items() <= payload.items()


def test_an_activity_names_its_section() -> None:
    found = notification(ActivityChanged(event=ActivityEvent.STARTED, activity=ACTIVITY))
    assert found is not None
    activity = found.payload["Activity"]
    assert isinstance(activity, dict)
    assert activity["Context"] == {"librarySectionID": "2"}
    assert activity["userID"] == 1


def test_inner_events_are_not_told() -> None:
    assert notification(LibraryChanged(section_id=1)) is None
