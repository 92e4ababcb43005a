"""The events, one frozen dataclass each.

They are in the server's own words; :mod:`vitascope.events.notification` turns those that clients know into the
notification objects of the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class ConversionEvent(StrEnum):
    """What happened to a conversion, as the ending of its type's name."""

    START = "start"
    UPDATE = "update"
    END = "end"


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
    parent_id: int | None = None
    root_id: int | None = None
    """The show or artist it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerName:
    """A device that plays, for those who are told of it."""

    client_identifier: str
    title: str = ""
    address: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaySessionState:
    """A player said what it does, or its session ended."""

    session_key: int
    client_identifier: str
    person_id: int
    item_id: int
    guid: str
    state: PlayState
    view_offset_ms: int
    play_queue_id: int | None = None
    play_queue_item_id: int | None = None
    player: PlayerName | None = None
    continuing: bool = False
    """It stopped to go on to something else."""
    conversion: str | None = None
    """The key of the conversion it reads, where one runs for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlayed:
    """A person has played an item to its end."""

    person_id: int
    item_id: int
    player: PlayerName
    at: int
    """When that was, epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRated:
    """A person rated an item, or (``None``) took it back."""

    person_id: int
    item_id: int
    rating: float | None
    player: PlayerName
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNote:
    """A sentence for whoever looks at the server: a scan began, a disk went away."""

    name: str
    """A short constant such as ``LIBRARY_UPDATE``."""
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressNote:
    """What the server is just at, for a progress bar's line."""

    message: str
    person_id: int = 1
    """Whose work it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChanged:
    """A preference has another value now."""

    name: str
    value: str | int | float | bool
    about: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    """Its other attributes, as a ``Setting`` has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChanged:
    """Something in a section changed; who keeps answers about it asks again."""

    section_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityChanged:
    """The server became reachable, or stopped being so."""

    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    """A person was added, changed or removed, or the server got an owner."""

    person_id: int
    event: str
    """``added``, ``updated``, ``removed``, ``claimed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged:
    """What waits to be converted in the background changed."""

    queue_id: int
    event: str
    """``queueRegenerated``, as clients know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateChanged:
    """The state of an update of the server changed."""

    key: str
    version: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionChanged:
    """A conversion for a player began, moved on or ended."""

    event: ConversionEvent
    person_id: int
    about: Mapping[str, str | int | float | bool | None]
    """Its attributes, as a ``TranscodeSession`` has them."""


Event = (
    ActivityChanged
    | TimelineEntry
    | PlaySessionState
    | ItemPlayed
    | ItemRated
    | StatusNote
    | ProgressNote
    | PreferenceChanged
    | LibraryChanged
    | ReachabilityChanged
    | AccountChanged
    | QueueChanged
    | UpdateChanged
    | ConversionChanged
)
