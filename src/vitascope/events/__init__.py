"""What happens in the server, as small frozen values, and the one bus that carries them.

Whoever notices something publishes; websockets, server-sent events, webhooks and the server's own parts listen. A
publisher never waits for a listener and never learns who listens.
"""

from vitascope.events.bus import Bus, Subscription
from vitascope.events.types import (
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

__all__ = [
    "AccountChanged",
    "Activity",
    "ActivityChanged",
    "ActivityEvent",
    "Bus",
    "ConversionChanged",
    "ConversionEvent",
    "Event",
    "ItemPlayed",
    "ItemRated",
    "LibraryChanged",
    "PlaySessionState",
    "PlayState",
    "PlayerName",
    "PreferenceChanged",
    "ProgressNote",
    "QueueChanged",
    "ReachabilityChanged",
    "StatusNote",
    "Subscription",
    "TimelineEntry",
    "TimelineState",
    "UpdateChanged",
]
