"""What a stream that is made is, for those who list sessions: what was decided, and how its making goes."""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.playback.decision import Decision


class Made(StrEnum):
    """What becomes of a stream of the file."""

    COPY = "copy"
    TRANSCODE = "transcode"
    BURN = "burn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What was decided, in the words of the API; ``None`` where the file has no such stream, or it is left out."""

    protocol: str
    """``hls``, ``dash`` or ``http``."""
    container: str
    duration_ms: int
    source_video_codec: str | None = None
    source_audio_codec: str | None = None
    video: Made | None = None
    audio: Made | None = None
    subtitle: Made | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    audio_channels: int | None = None
    width: int | None = None
    height: int | None = None
    bitrate_kbps: int | None = None
    context: str = "streaming"
    decision: Decision | None = None
    """All of it, where somebody plays it: lists of who plays show the item as its player gets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How the making of a stream goes."""

    key: str
    conversion: Conversion
    started_at: float
    """On the wall clock."""
    held: bool
    complete: bool
    made_ms: int
    """The end of what is there without a gap, from where the player is."""
    size_bytes: int
    speed: float
    """Seconds of the stream made in a second; 0 while nothing is made."""
    hardware: str = ""
    problem: str | None = None

    @property
    def percent(self) -> float:
        """How much of the stream is there, from 0 to 100."""
        if self.complete or not self.conversion.duration_ms:
            return 100.0 if self.complete else 0.0
        return min(100.0, self.made_ms * 100 / self.conversion.duration_ms)
