"""With what a conversion is carried out: encoders, filters and presets, as preferences and the machine allow.

What a machine can do is found out by trying (``media.transcoding.abilities``); here are only the names, so that nothing
else can be named.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vitascope.core.playback.renditions import VideoCodec


class Hardware(StrEnum):
    """What encodes when it is not the processor."""

    NONE = ""
    NVENC = "nvenc"
    VAAPI = "vaapi"
    QSV = "qsv"


class Preset(StrEnum):
    """The presets of x264, which those of the other encoders follow."""

    ULTRAFAST = "ultrafast"
    SUPERFAST = "superfast"
    VERYFAST = "veryfast"
    FASTER = "faster"
    FAST = "fast"
    MEDIUM = "medium"
    SLOW = "slow"
    SLOWER = "slower"
    VERYSLOW = "veryslow"

    @property
    def effort(self) -> int:
        """From 0, the quickest, to 8."""
        return list(Preset).index(self)


class ToneMapping(StrEnum):
    """``TranscoderToneMappingAgorithm``."""

    LINEAR = "linear"
    GAMMA = "gamma"
    CLIP = "clip"
    REINHARD = "reinhard"
    HABLE = "hable"
    MOBIUS = "mobius"


class Quality(IntEnum):
    """``TranscoderQuality``: what is dearer, the picture or the processor's time."""

    AUTOMATIC = 0
    SPEED = 1
    PICTURE = 2
    HURT_MY_CPU = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTools:
    """How video is converted."""

    hardware: Hardware = Hardware.NONE
    device: str = ""
    """The render node, for VAAPI and Quick Sync."""
    hardware_decoding: bool = False
    preset: Preset = Preset.VERYFAST
    quality: Quality = Quality.AUTOMATIC
    minimum_crf: float = 16.0
    tone_mapping: ToneMapping = ToneMapping.HABLE
    bwdif: bool = True
    """The better of the two deinterlacers is there."""
    in_band_headers: bool = False
    """Parameter sets in each key frame: when another encoder goes on for one that failed."""

    @property
    def effective_preset(self) -> Preset:
        """The preset, as the quality that is wished for moves it."""
        shift = {Quality.SPEED: -2, Quality.PICTURE: 2, Quality.HURT_MY_CPU: 4}.get(self.quality, 0)
        return list(Preset)[min(max(self.preset.effort + shift, 0), len(Preset) - 1)]

    def encoder(self, codec: VideoCodec) -> str:
        """The encoder's name."""
        return encoder_name(codec, self.hardware)


_SOFTWARE = {
    VideoCodec.H264: "libx264",
    VideoCodec.HEVC: "libx265",
    VideoCodec.AV1: "libsvtav1",
    VideoCodec.VP9: "libvpx-vp9",
}


def encoder_name(codec: VideoCodec, hardware: Hardware) -> str:
    """What ffmpeg calls the encoder of a codec."""
    return f"{codec.value}_{hardware.value}" if hardware else _SOFTWARE[codec]
