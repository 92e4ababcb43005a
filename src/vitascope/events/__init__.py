"""What happens in the server, as small frozen values, and the one bus that carries them.

Whoever notices something publishes; websockets, server-sent events, the log and later webhooks listen. A publisher
never waits for a listener and never learns who listens.
"""

from vitascope.events.bus import Bus, Subscription
from vitascope.events.types import (
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

__all__ = [
    "Activity",
    "ActivityChanged",
    "ActivityEvent",
    "Bus",
    "Event",
    "LibraryChanged",
    "PlaySessionState",
    "PlayState",
    "PreferenceChanged",
    "ReachabilityChanged",
    "StatusNote",
    "Subscription",
    "TimelineEntry",
    "TimelineState",
]
