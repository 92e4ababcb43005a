"""What a manifest says of each rendition: the rendition, the stream it is made of, and where its pieces are.

Addresses are relative to the manifest, as they are to be written; what may not stand in one is escaped.
"""

from dataclasses import dataclass
from fractions import Fraction

from vitascope.core.model import StreamInfo
from vitascope.core.playback.renditions import AudioRendition, SubtitleRendition, VideoRendition

NUMBER = "$Number$"
"""In ``media_uri``: stands for the number of a segment."""
_PEAK = Fraction(3, 2)
_WRAPPING_KBPS = 16
_UNKNOWN_KBPS = {"video": 8_000, "audio": 640}
_PQ, _HLG = "smpte2084", "arib-std-b67"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTrack:
    """A quality of the video."""

    rendition: VideoRendition
    info: StreamInfo
    """Of the stream in the file."""
    playlist_uri: str = ""
    """Of its media playlist (HLS)."""
    header_uri: str = ""
    media_uri: str = ""
    """Of its segments (DASH), with :data:`NUMBER` in it."""

    @property
    def copied(self) -> bool:
        return self.rendition.codec is None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as it is shown; zeros when nobody knows."""
        if not self.copied:
            return self.rendition.width, self.rendition.height
        width, height = self.info.width or 0, self.info.height or 0
        return (height, width) if (self.info.rotation or 0) % 180 else (width, height)

    @property
    def frame_rate(self) -> Fraction | None:
        """Pictures per second."""
        of_file = _exact(self.info.frame_rate) if self.info.frame_rate else None
        cap = self.rendition.frame_rate if not self.copied else None
        return min((rate for rate in (of_file, cap) if rate), default=None)

    @property
    def average_bps(self) -> int:
        """Bits per second on average, wrapping included."""
        kbps = (self.info.bitrate_kbps if self.copied else None) or self.rendition.bitrate_kbps
        return ((kbps or _UNKNOWN_KBPS["video"]) + _WRAPPING_KBPS) * 1000

    @property
    def peak_bps(self) -> int:
        return int(self.average_bps * _PEAK)

    @property
    def range(self) -> str:
        """``SDR``, ``PQ`` or ``HLG``."""
        keeps = self.copied or (self.rendition.ten_bit and not self.rendition.tone_map)
        return {_PQ: "PQ", _HLG: "HLG"}.get(self.info.color_trc or "", "SDR") if keeps else "SDR"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTrack:
    """A sound track. The first one with ``default`` plays by itself."""

    rendition: AudioRendition
    info: StreamInfo
    name: str
    """As people read it."""
    default: bool = False
    playlist_uri: str = ""
    header_uri: str = ""
    media_uri: str = ""

    @property
    def channels(self) -> int:
        if self.rendition.codec is None:
            return self.info.channels or 2
        return self.rendition.channels

    @property
    def average_bps(self) -> int:
        """Bits per second, wrapping included."""
        kbps = (self.info.bitrate_kbps if self.rendition.codec is None else None) or self.rendition.bitrate_kbps
        return ((kbps or _UNKNOWN_KBPS["audio"]) + _WRAPPING_KBPS) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleTrack:
    """Text subtitles."""

    rendition: SubtitleRendition
    info: StreamInfo
    name: str
    default: bool = False
    playlist_uri: str = ""
    whole_uri: str = ""
    """Of all of it in one WebVTT file (DASH)."""


def _exact(rate: float) -> Fraction:
    """A rate that was rounded for people: 23.976 is 24000/1001."""
    slowed = Fraction(round(rate * 1.001) * 1000, 1001)
    return slowed if abs(float(slowed) - rate) < 0.002 else Fraction(rate).limit_denominator(100)
