"""Events in the shape in which the API's websocket and event stream carry them.

A notification is ``{"type": …, "size": 1, "<payload element>": [{…}]}``; the websocket wraps it in
``NotificationContainer``, the event stream names it in ``event:``. Events that clients do not know have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.events.types import (
    AccountChanged,
    Activity,
    ActivityChanged,
    ConversionChanged,
    ConversionEvent,
    Event,
    LibraryChanged,
    PlaySessionState,
    PreferenceChanged,
    ProgressNote,
    QueueChanged,
    ReachabilityChanged,
    StatusNote,
    TimelineEntry,
    TimelineState,
    UpdateChanged,
)

LIBRARY_PROVIDER = "com.plexapp.plugins.library"

Json = str | int | float | bool | None | list["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification: its type, the name of its payload element and that element."""

    type: str
    element: str
    payload: Mapping[str, Json]

    def container(self) -> dict[str, Json]:
        """The notification as it lies inside ``NotificationContainer``."""
        return {"type": self.type, "size": 1, self.element: [self.payload]}


def _activity(activity: Activity) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "uuid": activity.uuid,
        "type": activity.type,
        "cancellable": activity.cancellable,
        "userID": activity.person_id,
        "title": activity.title,
        "subtitle": activity.subtitle,
        "progress": activity.progress,
    }
    if activity.section_id is not None:
        shown["Context"] = {"librarySectionID": str(activity.section_id)}
    return shown


def _playing(event: PlaySessionState) -> dict[str, Json]:
    key = f"/library/metadata/{event.item_id}"
    shown: dict[str, Json] = {
        "sessionKey": str(event.session_key),
        "clientIdentifier": event.client_identifier,
        "guid": event.guid,
        "ratingKey": str(event.item_id),
        "url": "",
        "key": key,
        "viewOffset": event.view_offset_ms,
        "state": event.state.value,
    }
    if event.play_queue_id is not None:
        shown["playQueueID"] = event.play_queue_id
    if event.play_queue_item_id is not None:
        shown["playQueueItemID"] = event.play_queue_item_id
    if event.conversion is not None:
        shown["transcodeSession"] = event.conversion
    return shown


_METADATA_STATES = {TimelineState.CREATED: "created", TimelineState.DELETED: "deleted"}
"""What clients tell a new and a deleted item by, beside the number."""


def _entry(event: TimelineEntry) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "identifier": LIBRARY_PROVIDER,
        "sectionID": str(event.section_id),
        "itemID": str(event.item_id),
        "type": int(event.type),
        "title": event.title,
        "state": int(event.state),
        "updatedAt": event.updated_at,
    }
    if event.parent_id is not None:
        shown["parentItemID"] = str(event.parent_id)
    if event.root_id is not None:
        shown["rootItemID"] = str(event.root_id)
    metadata_state = _METADATA_STATES.get(event.state)
    if metadata_state is not None:
        shown["metadataState"] = metadata_state
    return shown


def _library(event: LibraryChanged) -> tuple[Notification, ...]:
    about: dict[str, Json] = {"identifier": LIBRARY_PROVIDER, "sectionID": str(event.section_id)}
    return (
        Notification(type="provider.content.change", element="ProviderContentChangeNotification", payload=about),
        Notification(type="library.update", element="LibraryUpdateNotification", payload=about),
    )


CONVERSION_TYPES = {event: f"transcodeSession.{event.value}" for event in ConversionEvent}
TYPES = frozenset(
    {
        "account",
        "activity",
        "backgroundProcessingQueue",
        "library.update",
        "playing",
        "preference",
        "progress",
        "provider.content.change",
        "reachability",
        "status",
        "timeline",
        "update.statechange",
        *CONVERSION_TYPES.values(),
    }
)
"""The types of all notifications there are."""


def notifications(event: Event) -> tuple[Notification, ...]:
    """The notifications of an event: none when clients are not told of it."""
    match event:
        case LibraryChanged():
            return _library(event)
        case _:
            found = _notification(event)
            return () if found is None else (found,)


def _notification(event: Event) -> Notification | None:
    match event:
        case ActivityChanged():
            payload: dict[str, Json] = {
                "event": event.event.value,
                "uuid": event.activity.uuid,
                "Activity": _activity(event.activity),
            }
            return Notification(type="activity", element="ActivityNotification", payload=payload)
        case PlaySessionState():
            return Notification(type="playing", element="PlaySessionStateNotification", payload=_playing(event))
        case TimelineEntry():
            return Notification(type="timeline", element="TimelineEntry", payload=_entry(event))
        case StatusNote():
            note: dict[str, Json] = {
                "title": event.title,
                "description": event.description,
                "notificationName": event.name,
            }
            return Notification(type="status", element="StatusNotification", payload=note)
        case ProgressNote():
            return Notification(type="progress", element="ProgressNotification", payload={"message": event.message})
        case PreferenceChanged():
            setting: dict[str, Json] = {**event.about, "id": event.name, "value": event.value}
            return Notification(type="preference", element="Setting", payload=setting)
        case ReachabilityChanged():
            reach: dict[str, Json] = {"reachability": event.reachable}
            return Notification(type="reachability", element="ReachabilityNotification", payload=reach)
        case AccountChanged():
            account: dict[str, Json] = {"accountID": event.person_id, "event": event.event}
            return Notification(type="account", element="AccountUpdateNotification", payload=account)
        case QueueChanged():
            queue: dict[str, Json] = {"queueID": event.queue_id, "event": event.event}
            return Notification(
                type="backgroundProcessingQueue", element="BackgroundProcessingQueueEventNotification", payload=queue
            )
        case UpdateChanged():
            update: dict[str, Json] = {"key": event.key, "version": event.version, "state": event.state}
            return Notification(type="update.statechange", element="AutoUpdateNotification", payload=update)
        case ConversionChanged():
            return Notification(
                type=CONVERSION_TYPES[event.event], element="TranscodeSession", payload=dict(event.about)
            )
        case _:
            return None
