"""Events in the shape in which the API's websocket and event stream carry them.

A notification is ``{"type": …, "size": 1, "<payload element>": [{…}]}``; the websocket wraps it in
``NotificationContainer``, the event stream names it in ``event:``. Events that clients do not know have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.events.types import (
    Activity,
    ActivityChanged,
    Event,
    PlaySessionState,
    PreferenceChanged,
    ReachabilityChanged,
    StatusNote,
    TimelineEntry,
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
    return shown


def notification(event: Event) -> Notification | None:
    """The notification of an event, or ``None`` when clients are not told of it."""
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
            entry: dict[str, Json] = {
                "identifier": LIBRARY_PROVIDER,
                "sectionID": str(event.section_id),
                "itemID": str(event.item_id),
                "type": int(event.type),
                "title": event.title,
                "state": int(event.state),
                "updatedAt": event.updated_at,
            }
            return Notification(type="timeline", element="TimelineEntry", payload=entry)
        case StatusNote():
            note: dict[str, Json] = {
                "title": event.title,
                "description": event.description,
                "notificationName": event.name,
            }
            return Notification(type="status", element="StatusNotification", payload=note)
        case PreferenceChanged():
            return Notification(type="preference", element="Setting", payload={"id": event.name, "value": event.value})
        case ReachabilityChanged():
            reach: dict[str, Json] = {"reachability": event.reachable}
            return Notification(type="reachability", element="ReachabilityNotification", payload=reach)
        case _:
            return None
