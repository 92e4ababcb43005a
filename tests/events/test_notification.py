"""Events as clients read them from the websocket: names and types of the API, each checked against its table."""

import pytest

from vitascope.core.model import ItemType
from vitascope.events import (
    AccountChanged,
    Activity,
    ActivityChanged,
    ActivityEvent,
    ConversionChanged,
    ConversionEvent,
    Event,
    ItemPlayed,
    ItemRated,
    LibraryChanged,
    PlayerName,
    PlaySessionState,
    PlayState,
    PreferenceChanged,
    ProgressNote,
    QueueChanged,
    ReachabilityChanged,
    StatusNote,
    TimelineEntry,
    TimelineState,
    UpdateChanged,
)
from vitascope.events.notification import TYPES, notifications

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
        (ProgressNote(message="Scanning"), "progress", "ProgressNotification", {"message": "Scanning"}),
        (
            AccountChanged(person_id=2, event="added"),
            "account",
            "AccountUpdateNotification",
            {"accountID": 2, "event": "added"},
        ),
        (
            QueueChanged(queue_id=1, event="queueRegenerated"),
            "backgroundProcessingQueue",
            "BackgroundProcessingQueueEventNotification",
            {"queueID": 1, "event": "queueRegenerated"},
        ),
        (
            UpdateChanged(key="/updater/1", version="2", state="available"),
            "update.statechange",
            "AutoUpdateNotification",
            {"key": "/updater/1", "version": "2", "state": "available"},
        ),
        (
            ConversionChanged(event=ConversionEvent.START, person_id=1, about={"key": "abc"}),
            "transcodeSession.start",
            "TranscodeSession",
            {"key": "abc"},
        ),
    ],
)
def test_known_events(event: Event, kind: str, element: str, expected: dict[str, object]) -> None:
    (found,) = notifications(event)
    assert kind in TYPES
    container = found.container()
    assert container["type"] == kind
    assert container["size"] == 1
    payload = found.payload
    assert container[element] == [payload]
    assert expected.items() <= payload.items()


def test_an_activity_names_its_section() -> None:
    (found,) = notifications(ActivityChanged(event=ActivityEvent.STARTED, activity=ACTIVITY))
    activity = found.payload["Activity"]
    assert isinstance(activity, dict)
    assert activity["Context"] == {"librarySectionID": "2"}
    assert activity["userID"] == 1


def test_a_new_and_a_deleted_item_say_so_in_words_too() -> None:
    def told(state: TimelineState) -> object:
        entry = TimelineEntry(
            section_id=1,
            item_id=5,
            type=ItemType.EPISODE,
            title="Pilot",
            state=state,
            updated_at=7,
            parent_id=4,
            root_id=3,
        )
        payload = notifications(entry)[0].payload
        assert (payload["parentItemID"], payload["rootItemID"]) == ("4", "3")
        return payload.get("metadataState")

    assert [told(state) for state in (TimelineState.CREATED, TimelineState.PROCESSED, TimelineState.DELETED)] == [
        "created",
        None,
        "deleted",
    ]


def test_a_changed_section_is_told_in_both_ways_that_clients_know() -> None:
    found = notifications(LibraryChanged(section_id=1))
    assert [one.type for one in found] == ["provider.content.change", "library.update"]
    assert all(one.payload["sectionID"] == "1" for one in found)


def test_inner_events_are_not_told() -> None:
    player = PlayerName(client_identifier="tv")
    assert notifications(ItemPlayed(person_id=1, item_id=1, player=player, at=1)) == ()
    assert notifications(ItemRated(person_id=1, item_id=1, rating=8, player=player, at=1)) == ()
