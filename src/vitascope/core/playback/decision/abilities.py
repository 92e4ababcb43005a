"""What the server can do, and what it may: handed to the decision, which assumes nothing of either."""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.playback.ladder import Size
from vitascope.core.playback.renditions import AudioCodec, VideoCodec


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What this server can make. The default is: nothing."""

    outputs: frozenset[tuple[str, str]] = frozenset()
    """(protocol, container) of the streams that it makes: ``("hls", "mpegts")``, ``("http", "mkv")``, …"""
    video_encoders: frozenset[VideoCodec] = frozenset()
    audio_encoders: frozenset[AudioCodec] = frozenset()
    undecodable: frozenset[str] = frozenset()
    """Codecs that it cannot read, though it knows them."""
    tone_map: bool = False
    """HDR10 and HLG to SDR."""
    dovi_reshape: bool = False
    """Dolby Vision without a base layer that others show (profile 5) to something they show."""
    burn_text: bool = False
    burn_images: bool = False
    text_segments: bool = False
    """It cuts text subtitles into WebVTT segments."""
    text_files: bool = False
    """It takes text subtitles out of a file, to be read beside a stream."""
    subtitles_inside: bool = False
    """Its streams in one piece hold subtitles of the file: copied, and text in another format."""


NO_ABILITIES = Abilities()


class HevcEncoding(StrEnum):
    """``TranscoderHEVCEncoding``: when video is converted to HEVC."""

    NEVER = "never"
    HEVC_SOURCES = "hevc-sources"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the owner allows. ``None``: without a limit."""

    stream_kbps: int | None = None
    """Of this stream."""
    server_kbps: int | None = None
    """What is left of everything that leaves the own networks."""
    streams_left: int | None = None
    """How many more this person may play."""
    conversions_left: int | None = None
    """How many more this server may convert."""
    remux_only: bool = False
    """Video is never converted."""
    resolution: Size | None = None
    """The largest picture that is made."""
    tone_mapping: bool = True
    hevc: HevcEncoding = HevcEncoding.NEVER

    @property
    def kbps(self) -> int | None:
        """The narrower of the two bandwidths."""
        return least(self.stream_kbps, self.server_kbps)


def least(*numbers: int | None) -> int | None:
    """The smallest of those that are given; ``None`` when none is."""
    return min((number for number in numbers if number is not None), default=None)
