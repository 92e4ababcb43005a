"""What makes streams on this machine, put together: the launcher of ffmpeg, the workers that copy, what was proved."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from vitascope.core.playback.commands import Preset, Quality, StreamFormat, ToneMapping
from vitascope.core.playback.decision import Abilities
from vitascope.core.playback.renditions import AudioCodec, VideoCodec
from vitascope.media.transcoding.abilities import TEXT, TONE_MAPPING, Report
from vitascope.media.transcoding.abilities import Abilities as Proofs
from vitascope.media.transcoding.converting import ConvertingProducer
from vitascope.media.transcoding.copying import CopyingProducer, cutting_pool
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.progressive import ProgressiveProducer
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.transcoding.subtitling import SubtitlingProducer
from vitascope.media.transcoding.texts import Texts
from vitascope.ops.preferences import Preferences
from vitascope.playback.transcode.producers import Producers

_OUTPUTS = frozenset(
    {("hls", "mpegts"), ("hls", "mp4"), ("dash", "mp4"), *(("http", one.value) for one in StreamFormat)}
)
_UNTRIED_VIDEO = frozenset({VideoCodec.H264})
_UNTRIED_AUDIO = frozenset({AudioCodec.AAC, AudioCodec.MP3})
"""What every build of ffmpeg can; believed until all was tried, which takes some seconds of the first start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The makers of segments, and what they can."""

    producers: Producers
    streams: ProgressiveProducer
    """Of streams in one piece."""
    unhurried: ConvertingProducer
    """Makes segments for later, of the lowest priority."""
    abilities: Callable[[], Abilities]
    proved: Callable[[], Report]
    tried: Callable[[], Awaitable[object]]
    """Waits until all was tried."""


UNHURRIED_NICENESS = 19
"""The priority of what nobody waits for."""


def settings_of(preferences: Preferences) -> ConversionSettings:
    """How conversions are made, as the preferences say; what they do not say well is as it is by itself."""
    usual = ConversionSettings()
    with suppress(ValueError):
        usual = ConversionSettings(preset=Preset(preferences.text("TranscoderH264Preset")))
    quality, tone_mapping = usual.quality, usual.tone_mapping
    with suppress(ValueError):
        quality = Quality(preferences.number("TranscoderQuality"))
    with suppress(ValueError):
        tone_mapping = ToneMapping(preferences.text("TranscoderToneMappingAgorithm"))
    return ConversionSettings(
        preset=usual.preset,
        quality=quality,
        minimum_crf=float(preferences.get("TranscoderH264MinimumCRF") or usual.minimum_crf),
        tone_mapping=tone_mapping,
        hardware=preferences.flag("HardwareAcceleratedCodecs"),
        hardware_encoding=preferences.flag("HardwareAcceleratedEncoders"),
        device=preferences.text("HardwareDevicePath"),
    )


def abilities_of(report: Report) -> Abilities:
    """What the decision may count on."""
    if not report.abilities:
        return Abilities(
            outputs=_OUTPUTS,
            video_encoders=_UNTRIED_VIDEO,
            audio_encoders=_UNTRIED_AUDIO,
            burn_images=True,
            text_segments=True,
            text_files=True,
            subtitles_inside=True,
        )
    return Abilities(
        outputs=_OUTPUTS,
        video_encoders=frozenset(codec for codec in VideoCodec if report.find(codec.value)),
        audio_encoders=frozenset(codec for codec in AudioCodec if report.find(codec.value)),
        tone_map=report.find(TONE_MAPPING) is not None,
        burn_text=report.find(TEXT) is not None,
        burn_images=True,
        text_segments=True,
        text_files=True,
        subtitles_inside=True,
    )


async def make_workshop(stack: AsyncExitStack, folder: Path, kept: Path, preferences: Preferences) -> Workshop:
    """The makers of segments below ``folder``, which is there.

    What this machine can is tried in the background, and kept in the file ``kept``.
    """
    launcher = Launcher()
    stack.push_async_callback(launcher.close)
    proofs = Proofs(launcher, kept)
    proving = asyncio.create_task(proofs.prove(), name="prove-conversions")

    async def stop_proving() -> None:
        proving.cancel()
        with suppress(asyncio.CancelledError):
            await proving

    stack.push_async_callback(stop_proving)
    cutting = cutting_pool(folder)
    stack.callback(cutting.close)
    texts = Texts(cutting)

    def settings() -> ConversionSettings:
        return settings_of(preferences)

    copying = CopyingProducer(cutting)

    def unhurried_settings() -> ConversionSettings:
        preset = settings().preset
        with suppress(ValueError):
            preset = Preset(preferences.text("TranscoderH264BackgroundPreset"))
        return replace(settings(), preset=preset)

    producers = Producers(
        copying=copying,
        converting=ConvertingProducer(launcher, proofs, settings, texts),
        subtitles=SubtitlingProducer(cutting),
        warm=copying.warm,
    )
    streams = ProgressiveProducer(launcher, proofs, settings, texts)
    unhurried = ConvertingProducer(launcher, proofs, unhurried_settings, texts, niceness=UNHURRIED_NICENESS)
    return Workshop(
        producers=producers,
        streams=streams,
        unhurried=unhurried,
        abilities=lambda: abilities_of(proofs.report),
        proved=lambda: proofs.report,
        tried=lambda: asyncio.wait([proving]),
    )
