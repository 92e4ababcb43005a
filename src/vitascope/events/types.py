"""The events, one frozen dataclass each.

They are in the server's own words; :mod:`vitascope.events.notification` turns those that clients know into the
notification objects of the API.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vitascope.core.model import ItemType


class ActivityEvent(StrEnum):
    """What happened to an activity."""

    STARTED = "started"
    UPDATED = "updated"
    PROGRESS = "progress"
    ENDED = "ended"


class PlayState(StrEnum):
    """What a player does with what it plays, in the words of the timeline."""

    PLAYING = "playing"
    PAUSED = "paused"
    BUFFERING = "buffering"
    STOPPED = "stopped"


class TimelineState(IntEnum):
    """How far the server is with an item, in the numbers of the API."""

    CREATED = 0
    PROCESSING = 1
    MATCHING = 2
    DOWNLOADING = 3
    LOADING = 4
    PROCESSED = 5
    ANALYZING = 6
    DELETED = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A piece of work that takes a while and that its owner may want to see, and perhaps to stop."""

    uuid: str
    type: str
    """In the API's words: ``library.update.section``, ``library.refresh.items``, …"""
    title: str
    subtitle: str = ""
    progress: int = 0
    """Percent, or -1 when nobody can say."""
    cancellable: bool = False
    person_id: int = 1
    section_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChanged:
    """An activity began, moved on or ended."""

    event: ActivityEvent
    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """An item was made, changed or removed."""

    section_id: int
    item_id: int
    type: ItemType
    title: str
    state: TimelineState
    updated_at: int
    """Epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySessionState:
    """A player said what it does."""

    session_key: int
    client_identifier: str
    person_id: int
    item_id: int
    guid: str
    state: PlayState
    view_offset_ms: int
    play_queue_id: int | None = None
    play_queue_item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNote:
    """A sentence for whoever looks at the server: a scan began, a disk went away."""

    name: str
    """A short constant such as ``LIBRARY_UPDATE``."""
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChanged:
    """A preference has another value now."""

    name: str
    value: str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChanged:
    """Something in a section changed; who keeps answers about it asks again."""

    section_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityChanged:
    """The server became reachable, or stopped being so."""

    reachable: bool


Event = (
    ActivityChanged
    | TimelineEntry
    | PlaySessionState
    | StatusNote
    | PreferenceChanged
    | LibraryChanged
    | ReachabilityChanged
)
