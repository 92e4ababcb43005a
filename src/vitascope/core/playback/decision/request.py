"""What a client asks for: the parameters of ``decision`` and ``start``, as checked values."""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.playback.ladder import Size
from vitascope.core.playback.levelling import Levelling
from vitascope.core.playback.profiles import Kind


class Protocol(StrEnum):
    """How a stream that is made reaches the client."""

    HTTP = "http"
    HLS = "hls"
    DASH = "dash"


class Network(StrEnum):
    """Where the client says it is."""

    LAN = "lan"
    WAN = "wan"
    CELLULAR = "cellular"


class SubtitleMode(StrEnum):
    """What is to become of the selected subtitle."""

    AUTO = "auto"
    BURN = "burn"
    NONE = "none"
    SIDECAR = "sidecar"
    EMBEDDED = "embedded"
    SEGMENTED = "segmented"


class AdvancedSubtitles(StrEnum):
    """What is to become of styled subtitles that the client does not draw."""

    BURN = "burn"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRequest:
    """What a client asks for. Bit rates in kbit/s; ``None``: it does not say."""

    kind: Kind = Kind.VIDEO
    """Of the item: a film or episode, a track, a photograph."""
    media_index: int | None = None
    """Which version; ``None``: the best one."""
    part_index: int | None = None
    """Which part of it; ``None``: all of them, one after the other."""
    protocol: Protocol | None = None
    direct_play: bool = False
    direct_stream: bool = True
    direct_stream_audio: bool = True
    has_mde: bool = False
    """With ``direct_play`` and both indexes: the client has decided by itself that it plays this."""
    offset_ms: int = 0
    bitrate_kbps: int | None = None
    """``videoBitrate`` or ``maxVideoBitrate``: of everything together."""
    peak_kbps: int | None = None
    """The most that an adaptive session may use; the fixed one otherwise."""
    music_kbps: int | None = None
    resolution: Size | None = None
    turn_resolution: bool = True
    """A resolution is turned with a picture that stands upright."""
    photo_resolution: Size | None = None
    channels: int | None = None
    """How many channels of sound at most."""
    boost_percent: int = 100
    levelling: Levelling | None = None
    """What of converted sound is brought to one loudness; ``None``: nothing."""
    adaptive: bool = False
    """``autoAdjustQuality``: one session with every quality."""
    network: Network | None = None
    segment_seconds: int | None = None
    subtitles: SubtitleMode = SubtitleMode.AUTO
    advanced_subtitles: AdvancedSubtitles = AdvancedSubtitles.TEXT
    subtitle_size_percent: int = 100
    kept: bool = False
    """What is made is a file to keep: targets for that come before those of streams."""

    @property
    def client_decided(self) -> bool:
        """The profile is passed over: ``hasMDE=1`` with ``directPlay=1`` and one version and part named."""
        return self.has_mde and self.direct_play and self.media_index is not None and self.part_index is not None

    @property
    def problem(self) -> str | None:
        """Why the request contradicts itself; ``None`` when it does not."""
        if self.direct_play and self.subtitles is SubtitleMode.BURN:
            return "directPlay=1 and subtitles=burn: what is burned in is converted, and not played as it is"
        return None
