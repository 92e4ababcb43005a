"""What the preferences say of conversions, as values."""

from dataclasses import dataclass

from vitascope.core.playback.commands import Preset, Quality, ToneMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionSettings:
    """How conversions are made; each field is a preference of the API."""

    preset: Preset = Preset.VERYFAST
    """``TranscoderH264Preset``."""
    quality: Quality = Quality.AUTOMATIC
    """``TranscoderQuality``."""
    minimum_crf: float = 16.0
    """``TranscoderH264MinimumCRF``."""
    tone_mapping: ToneMapping = ToneMapping.HABLE
    """``TranscoderToneMappingAgorithm``."""
    hardware: bool = False
    """``HardwareAcceleratedCodecs``: devices are used at all."""
    hardware_encoding: bool = True
    """``HardwareAcceleratedEncoders``."""
    device: str = ""
    """``HardwareDevicePath``: the render node, when it is not the first one that works."""
