"""A part that is to be played, with what the decision asks of it again and again."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.facts import PartFacts, StreamFacts, VersionFacts
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.profiles import ClientProfile, codec_named, container_named

IMAGE_SUBTITLES = frozenset({"pgs", "vobsub", "dvb_subtitle", "xsub"})
TEXT_SUBTITLES = frozenset({"srt", "ass", "ssa", "vtt", "mov_text", "text", "smi"})
STYLED_SUBTITLES = frozenset({"ass", "ssa"})
_LOSSLESS_KBPS = {"flac": 450, "alac": 450, "truehd": 600, "mlp": 600, "pcm": 768, "dsd": 2_800}
"""A guess for each channel."""
_GUESSED_KBPS = {"ac3": 448, "eac3": 640, "dca": 1_509, "mp3": 192, "opus": 128, "vorbis": 160}


class Shown(Enum):
    """Whether a client shows the dynamic range of a picture."""

    AS_IT_IS = "as it is"
    MAPPED = "mapped"
    """Only after it was made SDR."""
    NEVER = "never"
    """Dolby Vision without a base layer: without its own decoder the colours are wrong."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A part of a version, with the streams of it that are played."""

    version: VersionFacts
    part: PartFacts
    part_index: int

    @cached_property
    def container(self) -> str:
        return container_named(self.part.container or self.version.container)

    def of_type(self, kind: StreamType) -> tuple[StreamFacts, ...]:
        """Its streams of a type."""
        return tuple(stream for stream in self.part.streams if stream.info.type is kind)

    def _played(self, kind: StreamType) -> StreamFacts | None:
        streams = self.of_type(kind)
        return next((stream for stream in streams if stream.selected), streams[0] if streams else None)

    @cached_property
    def video(self) -> StreamFacts | None:
        return self._played(StreamType.VIDEO)

    @cached_property
    def audio(self) -> StreamFacts | None:
        return self._played(StreamType.AUDIO)

    @cached_property
    def subtitle(self) -> StreamFacts | None:
        """The selected one; none is read unless it is."""
        return next((stream for stream in self.of_type(StreamType.SUBTITLE) if stream.selected), None)

    @cached_property
    def kbps(self) -> int | None:
        """What the whole needs on average; ``None`` when nobody knows."""
        if self.version.bitrate_kbps > 0:
            return self.version.bitrate_kbps
        if self.part.size_bytes > 0 and self.part.duration_ms > 0:
            return self.part.size_bytes * 8 // self.part.duration_ms
        known = [s.info.bitrate_kbps for s in self.part.streams if s.info.bitrate_kbps]
        return sum(known) if known and len(known) == len([s for s in self.part.streams if not s.external]) else None

    @property
    def required_kbps(self) -> int | None:
        """What a line must carry for it: as was measured, else the average."""
        return self.part.required_kbps or self.kbps

    @cached_property
    def audio_kbps(self) -> int:
        """What the sound that is heard needs: as the file says, or a guess that is rather too high."""
        return 0 if self.audio is None else sound_kbps(self.audio.info)

    @cached_property
    def video_kbps(self) -> int | None:
        """What the video needs; ``None`` when nobody knows."""
        if self.video is None:
            return 0
        if self.video.info.bitrate_kbps:
            return self.video.info.bitrate_kbps
        if self.kbps is None:
            return None
        others = sum(sound_kbps(stream.info) for stream in self.of_type(StreamType.AUDIO) if not stream.external)
        return max(self.kbps - others, self.kbps // 2)

    @cached_property
    def size(self) -> Size:
        """The picture as it is shown: with square pixels, and turned as the file says."""
        info = self.video.info if self.video is not None else None
        width = (info.width if info else None) or self.version.width
        height = (info.height if info else None) or self.version.height
        if info is not None and width and height:
            width = max(1, round(width * _aspect(info.pixel_aspect_ratio)))
            if turned(info):
                width, height = height, width
        return Size(width=max(width, 0), height=max(height, 0))


def codec(stream: StreamFacts) -> str:
    """A stream's codec in one spelling."""
    return codec_named(stream.info.codec)


def sound_kbps(info: StreamInfo) -> int:
    """What a sound track needs."""
    if info.bitrate_kbps and info.bitrate_kbps > 0:
        return info.bitrate_kbps
    name, channels = codec_named(info.codec), max(info.channels or 2, 1)
    if name in _LOSSLESS_KBPS:
        return _LOSSLESS_KBPS[name] * channels
    return _GUESSED_KBPS.get(name, 96 * channels)


def turned(info: StreamInfo) -> bool:
    """The picture stands on its side in the file."""
    return (info.rotation or 0) % 180 == 90


def _aspect(text: str | None) -> Fraction:
    """How wide a pixel is."""
    try:
        found = Fraction((text or "1:1").replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return Fraction(1)
    return found if Fraction(1, 10) <= found <= 10 else Fraction(1)


def hdr_of(info: StreamInfo) -> str | None:
    """``hdr10``, ``hlg`` or ``None``, of the layer that every decoder shows."""
    by_transfer = {"smpte2084": "hdr10", "arib-std-b67": "hlg"}.get(info.color_trc or "")
    if by_transfer is None and info.dovi_present:
        return {1: "hdr10", 4: "hlg", 6: "hdr10"}.get(info.dovi_bl_compat_id or 0)
    return by_transfer


def is_dovi_alone(info: StreamInfo) -> bool:
    """Dolby Vision whose base layer nothing else shows (profile 5, or a base layer that is compatible with none)."""
    if not info.dovi_present:
        return False
    if info.dovi_profile == 5:
        return True
    return info.dovi_bl_compat_id == 0 and not info.dovi_el_present and info.color_trc is None


def shown(info: StreamInfo, profile: ClientProfile) -> Shown:
    """Whether the client shows the picture. A profile that says nothing of HDR is taken to: players of such clients map
    it by themselves, as the original server assumes."""
    dovi = _names(profile.setting("DolbyVision", "none"))
    if info.dovi_present and str(info.dovi_profile) in dovi:
        return Shown.AS_IT_IS
    if is_dovi_alone(info):
        return Shown.NEVER
    hdr = hdr_of(info)
    ranges = _names(profile.setting("HDR", "any"))
    if hdr is None or "any" in ranges or hdr in ranges:
        return Shown.AS_IT_IS
    return Shown.MAPPED


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))
