"""What a decision is: codes and texts as clients read them, what becomes of each part and stream, and what is made."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vitascope.core.playback.decision.reasons import Reason
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.renditions import AudioRendition, SubtitleRendition, VideoRendition


class Code(IntEnum):
    """The codes of the protocol: 1xxx is played, 2xxx cannot be, 3xxx is about direct play, 4xxx about conversion."""

    DIRECT_PLAY_OK = 1000
    CONVERSION_OK = 1001
    NEITHER = 2000
    BANDWIDTH = 2001
    STREAM_LIMIT = 2002
    UNPLAYABLE = 2003
    NO_DIRECT_PLAY = 3000
    DIRECT_PLAY_BANDWIDTH = 3001
    NO_CONVERSION = 4000
    CONVERSION_BANDWIDTH = 4001
    NO_TARGET = 4005


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A code with its text."""

    code: Code
    text: str

    @property
    def fine(self) -> bool:
        """It can be played."""
        return self.code < Code.NEITHER


class Means(IntEnum):
    """How something is played, the cheapest first."""

    DIRECT_PLAY = 0
    REMUX = 1
    AUDIO = 2
    """Sound is converted and video is not."""
    VIDEO = 3


class StreamAction(StrEnum):
    """``Stream.decision``."""

    COPY = "copy"
    TRANSCODE = "transcode"
    BURN = "burn"
    IGNORE = "ignore"
    UNAVAILABLE = "unavailable"
    NONE = "none"


class StreamPlace(StrEnum):
    """``Stream.location``."""

    DIRECT = "direct"
    EMBEDDED = "embedded"
    SIDECAR = "sidecar"
    SIDECAR_SUBS = "sidecar-subs"
    SEGMENTS_VIDEO = "segments-video"
    SEGMENTS_AUDIO = "segments-audio"
    SEGMENTS_SUBS = "segments-subs"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDecision:
    """What becomes of a stream. What is ``None`` stays as it is."""

    stream_id: int
    action: StreamAction
    place: StreamPlace | None = None
    codec: str | None = None
    size: Size | None = None
    kbps: int | None = None
    channels: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDecision:
    """What becomes of a part that is played."""

    part_index: int
    part_id: int
    direct: bool
    """It is played as it is."""
    streams: tuple[StreamDecision, ...] = ()
    video: tuple[VideoRendition, ...] = ()
    """Of a session that is made: the best first, and the rungs below it when it is adaptive."""
    audio: tuple[AudioRendition, ...] = ()
    """The one that is heard first."""
    subtitles: tuple[SubtitleRendition, ...] = ()
    """In segments; the one that is read first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The stream that is made: how it is wrapped, and what is in it."""

    protocol: str
    container: str
    video_codec: str | None = None
    audio_codec: str | None = None
    subtitle_codec: str | None = None
    """Inside the stream or its segments."""
    size: Size | None = None
    kbps: int = 0
    """Of everything together."""
    channels: int | None = None
    adaptive: bool = False
    target_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How an item is played."""

    general: Verdict
    direct_play: Verdict | None = None
    transcode: Verdict | None = None
    mde: Verdict | None = None
    """When the client decides by itself (``hasMDE``)."""
    means: Means | None = None
    """``None``: it cannot be played."""
    version_index: int = 0
    """Of the versions that were given: the one that is played, or that the verdicts speak of."""
    parts: tuple[PartDecision, ...] = ()
    delivery: Delivery | None = None
    """Of what is converted."""
    available_kbps: int | None = None
    """The bandwidth that it was decided for; ``None``: without a limit."""
    required_kbps: int | None = None
    """What the version needs as it is; ``None`` when nobody knows."""
    reasons: tuple[Reason, ...] = ()
    """Step by step."""
