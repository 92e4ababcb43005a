"""What a stream can be made into: renditions of its video, of its sound, of its subtitles.

A rendition says everything that the maker of its segments has to know, in checked values: no text of a client or a
file ever becomes an option. Video and sound are renditions of their own in everything that is segmented.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class SegmentFormat(StrEnum):
    """What the segments are wrapped in."""

    FMP4 = "fmp4"
    MPEGTS = "mpegts"
    WEBVTT = "webvtt"

    @property
    def extension(self) -> str:
        """The ending of a segment's name."""
        return {"fmp4": "m4s", "mpegts": "ts", "webvtt": "vtt"}[self.value]


COPIED = {
    SegmentFormat.FMP4: frozenset({"h264", "hevc", "av1", "vp9", "aac", "ac3", "eac3", "mp3", "opus", "flac", "alac"}),
    SegmentFormat.MPEGTS: frozenset({"h264", "hevc", "aac", "mp3", "ac3", "eac3"}),
    SegmentFormat.WEBVTT: frozenset[str](),
}
"""Which codecs are copied into what, in the API's spelling."""

BEGIN_US = 10_000_000
"""Where in the segments of every rendition the begin of the file lies, in fragmented MP4 as in MPEG-TS: what is decoded
before it is shown, and sound that prepares a decoder, has times below 0, which neither can write. Players count from
the first segment, manifests say the offset where they can."""


class VideoCodec(StrEnum):
    """What video is converted to, in the API's spelling."""

    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"
    VP9 = "vp9"


class AudioCodec(StrEnum):
    """What sound is converted to, in the API's spelling."""

    AAC = "aac"
    AC3 = "ac3"
    EAC3 = "eac3"
    OPUS = "opus"
    MP3 = "mp3"
    FLAC = "flac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Burned:
    """A subtitle that becomes part of the picture."""

    index: int | None
    """The stream in the file; ``None``: the file at ``path``."""
    path: bytes | None = None
    image: bool = False
    """Pictures (PGS, VobSub, DVB) rather than text."""
    offset_ms: int = 0
    size_percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRendition:
    """A quality of the video. ``codec is None``: its packets are copied, and what is asked of the picture is void."""

    name: str
    """Of its folder and in addresses: lower-case letters, digits and hyphens."""
    index: int
    """Which stream of the file."""
    format: SegmentFormat
    codec: VideoCodec | None = None
    width: int = 0
    """Even; of the picture as it is shown, after rotation and with square pixels."""
    height: int = 0
    bitrate_kbps: int = 0
    """On average; a peak is at most half as much again. Of what is copied: what the file's size tells, if anything."""
    frame_rate: Fraction | None = None
    """At most; ``None``: as in the file."""
    ten_bit: bool = False
    tone_map: bool = False
    """HDR to SDR."""
    deinterlace: bool = False
    burned: Burned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRendition:
    """A rendition of a sound track. ``codec is None``: its packets are copied."""

    name: str
    index: int
    format: SegmentFormat
    codec: AudioCodec | None = None
    channels: int = 2
    sampling_rate: int = 48_000
    bitrate_kbps: int = 0
    boost_percent: int = 100
    gain_db: float = 0.0
    """ReplayGain or a loudness that was measured, as ``levelling`` has it: it clips nothing; 0 leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleRendition:
    """Text subtitles cut into WebVTT segments."""

    name: str
    index: int | None
    path: bytes | None = None
    offset_ms: int = 0
    whole: bool = False
    """All of it is one segment, as DASH has bare WebVTT."""
    format: SegmentFormat = SegmentFormat.WEBVTT


Rendition = VideoRendition | AudioRendition | SubtitleRendition
