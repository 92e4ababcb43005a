"""How something is played: the decision, from what is known of the media and what the client says it can."""

from vitascope.core.playback.decision.abilities import NO_ABILITIES, Abilities, HevcEncoding, Limits
from vitascope.core.playback.decision.answer import (
    Code,
    Decision,
    Delivery,
    Means,
    PartDecision,
    StreamAction,
    StreamDecision,
    StreamPlace,
    Verdict,
)
from vitascope.core.playback.decision.deciding import decide
from vitascope.core.playback.decision.reasons import Reason, Why
from vitascope.core.playback.decision.request import (
    AdvancedSubtitles,
    Network,
    PlayRequest,
    Protocol,
    SubtitleMode,
)

__all__ = [
    "NO_ABILITIES",
    "Abilities",
    "AdvancedSubtitles",
    "Code",
    "Decision",
    "Delivery",
    "HevcEncoding",
    "Limits",
    "Means",
    "Network",
    "PartDecision",
    "PlayRequest",
    "Protocol",
    "Reason",
    "StreamAction",
    "StreamDecision",
    "StreamPlace",
    "SubtitleMode",
    "Verdict",
    "Why",
    "decide",
]
