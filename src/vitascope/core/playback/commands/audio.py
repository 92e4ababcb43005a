"""The sound: its place on the one grid of frames, channels, loudness, and the encoder.

Every run of a rendition cuts its frames from the same grid: frame *n* holds the samples from *n* times its length. So a
run begins a few frames early (what an encoder makes of them is dropped: it has yet to settle), at a sample that is the
same point of time before and after a change of the rate. The time of a decoded frame is snapped to the grid of the
source's own frames where the container rounds times to milliseconds; without that, two runs would be some samples
apart. Measured on both builds: runs that begin anywhere give the same samples.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from vitascope.core.model import StreamInfo
from vitascope.core.playback.commands.filters import Filter, chain, made
from vitascope.core.playback.commands.values import CommandError, decimal, number, whole
from vitascope.core.playback.renditions import AudioCodec, AudioRendition, SegmentFormat
from vitascope.core.playback.timing import frame_samples

_ENCODERS = {
    AudioCodec.AAC: "aac",
    AudioCodec.AC3: "ac3",
    AudioCodec.EAC3: "eac3",
    AudioCodec.OPUS: "libopus",
    AudioCodec.MP3: "libmp3lame",
    AudioCodec.FLAC: "flac",
}
_PADDING = {AudioCodec.AAC: 1024, AudioCodec.AC3: 256, AudioCodec.EAC3: 256, AudioCodec.OPUS: 312, AudioCodec.MP3: 1105}
"""By how many samples the first frame of an encoder lies before what it was given."""
_SETTLING = {AudioCodec.AAC: 4, AudioCodec.AC3: 3, AudioCodec.EAC3: 3, AudioCodec.OPUS: 8, AudioCodec.MP3: 6}
_MOST_CHANNELS = {AudioCodec.AC3: 6, AudioCodec.EAC3: 6, AudioCodec.MP3: 2}
_RATES = {
    AudioCodec.AC3: (32_000, 44_100, 48_000),
    AudioCodec.EAC3: (32_000, 44_100, 48_000),
    AudioCodec.OPUS: (48_000,),
    AudioCodec.MP3: (32_000, 44_100, 48_000),
}
_BIT_RATES = {
    AudioCodec.AAC: (24, 1_024),
    AudioCodec.AC3: (64, 640),
    AudioCodec.EAC3: (64, 1_024),
    AudioCodec.OPUS: (16, 510),
    AudioCodec.MP3: (32, 320),
}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_SOURCE_FRAMES = {"aac": 1024, "ac3": 1536, "eac3": 1536, "mp3": 1152, "dca": 512}
_WARM = 256
"""Samples of the source that a change of the rate needs before the first it is asked for."""
TAIL_FRAMES = 4
"""More than is wanted at the end, so that the last wanted frame is made as if the sound went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run of sound begins."""

    source_sample: int
    """Of the source, from the begin of the file; negative before it (silence)."""
    first_sample: int
    """Of the rendition: what the encoder is given first."""
    end_sample: int | None
    source_rate: int


def place(info: StreamInfo, rendition: AudioRendition, codec: AudioCodec, first: int, end: int | None) -> Place:
    """Where a run begins that is to give the frames ``first`` to ``end`` (not included)."""
    samples = frame_samples(codec)
    source_rate = whole("a sampling rate", info.sampling_rate or rendition.sampling_rate, 4_000, 768_000)
    wanted_rate = whole("a sampling rate", rendition.sampling_rate, 8_000, 192_000)
    start = (first - _SETTLING.get(codec, 0)) * samples + _PADDING.get(codec, 0)
    step = source_rate // gcd(source_rate, wanted_rate)
    source = (start * source_rate // wanted_rate - _WARM) // step * step
    return Place(
        source_sample=source,
        first_sample=start,
        end_sample=None if end is None else (end + TAIL_FRAMES) * samples,
        source_rate=source_rate,
    )


def read_from_us(at: Place) -> int:
    """Where the source is to be read from: decoders of sound settle within a second."""
    return max(0, at.source_sample * 1_000_000 // at.source_rate - 1_000_000)


def graph(
    info: StreamInfo, rendition: AudioRendition, codec: AudioCodec, at: Place | None, *, phase_us: int = 0
) -> list[str]:
    """The options that select and filter the sound. ``phase_us`` is when the stream's first frame begins."""
    filters = [*_placed(at, phase_us, info)] if at is not None else []
    filters += _mixed(info, rendition, codec)
    filters += _louder(rendition)
    filters.append(made("aresample", osr=rendition.sampling_rate))
    if at is not None:
        limits = {"start_pts": at.first_sample}
        if at.end_sample is not None:
            limits["end_pts"] = at.end_sample
        filters += [made("asettb", expr=f"1/{rendition.sampling_rate}"), made("atrim", **limits)]
    stream = f"0:{whole('a stream', rendition.index, 0, 999)}"
    return ["-map", stream, "-filter:a", chain(filters)]


def _placed(at: Place, phase_us: int, info: StreamInfo) -> list[Filter]:
    rate = at.source_rate
    phase = whole("a begin", phase_us, -(10**12), 10**12) * rate // 1_000_000
    # By its end: of the first frame, what prepares the decoder is cut off.
    length = _SOURCE_FRAMES.get(info.codec, "NB_SAMPLES")
    nearest = f"round((ld(0)+NB_SAMPLES)/{length})*{length}-NB_SAMPLES"
    # A millisecond and a bit: further off it is no rounding, and the time is taken as it is.
    snapped = (
        f"st(0,PTS-({phase}));st(1,{nearest});if(lte(abs(ld(1)-ld(0)),{rate * 11 // 10_000}),ld(1),ld(0))+({phase})"
    )
    return [
        made("asettb", expr=f"1/{rate}"),
        made("asetpts", expr=snapped),
        made("aresample", osr=rate, min_comp=0.000001, min_hard_comp=0.01, first_pts=at.source_sample),
        made("atrim", start_pts=at.source_sample),
    ]


def channels(info: StreamInfo, rendition: AudioRendition, codec: AudioCodec) -> int:
    """How many channels come out: never more than there are."""
    wanted = whole("channels", rendition.channels, 1, 8)
    return min(wanted, info.channels or 2, _MOST_CHANNELS.get(codec, 8))


def _mixed(info: StreamInfo, rendition: AudioRendition, codec: AudioCodec) -> list[Filter]:
    wanted, there = channels(info, rendition, codec), info.channels or 2
    if wanted == 2 and there >= 6:
        source = "7.1" if there >= 8 else "5.1"
        return [made("aformat", channel_layouts=source), Filter("pan", (("args", _stereo(source)),))]
    if wanted == 2 and there == 5:
        return [made("aformat", channel_layouts="5.0"), Filter("pan", (("args", _stereo("5.0")),))]
    return [made("aformat", channel_layouts=_LAYOUTS[wanted])]


def _stereo(source: str) -> str:
    """Weights of the two channels that are made of many: speech, which is in the centre, a little above the front.

    Their sum is 1, so that nothing is clipped.
    """
    sides = []
    for side, out in (("L", "FL"), ("R", "FR")):
        rear = f"0.13*B{side}+0.11*S{side}" if source == "7.1" else f"0.24*B{side}"
        low = "" if source == "5.0" else "+0.05*LFE"
        sides.append(f"{out}=0.40*FC+0.31*F{side}+{rear}{low}")
    return "|".join(["stereo", *sides])


def _louder(rendition: AudioRendition) -> list[Filter]:
    boost = whole("a boost", rendition.boost_percent, 1, 1_000) / 100
    gain = number("a gain", rendition.gain_db, -60, 60)
    factor = boost * 10 ** (gain / 20)
    if abs(factor - 1) < 0.0005:
        return []
    filters = [made("volume", volume=decimal(factor), precision="float")]
    if boost > 1 and factor > 1:
        # A gain alone clips nothing. Without a memory of what was before, so that runs join; a limiter has one.
        filters.append(made("asoftclip", type="quintic"))
    return filters


def encoding(info: StreamInfo, rendition: AudioRendition, codec: AudioCodec) -> list[str]:
    """The encoder and its options."""
    if rendition.format is SegmentFormat.MPEGTS and codec is AudioCodec.FLAC:
        raise CommandError("MPEG-TS carries no FLAC")
    allowed = _RATES.get(codec)
    if allowed is not None and rendition.sampling_rate not in allowed:
        raise CommandError(f"{codec.value} is not made at {rendition.sampling_rate} Hz")
    options = ["-c:a", _ENCODERS[codec]]
    if codec is AudioCodec.FLAC:
        return [*options, "-frame_size", str(frame_samples(codec)), "-sample_fmt", _flac_format(info)]
    low, high = _BIT_RATES[codec]
    count = channels(info, rendition, codec)
    wanted = rendition.bitrate_kbps or min(high, (96 if codec is AudioCodec.AC3 else 64) * count + 32)
    options += ["-b:a", f"{min(max(whole('a bit rate', wanted, 1, 100_000), low), high)}k"]
    if codec is AudioCodec.OPUS:
        options += ["-frame_duration", "20", *(["-mapping_family", "1"] if count > 2 else [])]
    if codec is AudioCodec.MP3:
        options += ["-reservoir", "0"]
    return options


def _flac_format(info: StreamInfo) -> str:
    return "s32" if (info.bit_depth or 16) > 16 else "s16"


def frame_length(rendition: AudioRendition, codec: AudioCodec) -> Fraction:
    """How many seconds a frame lasts."""
    return Fraction(frame_samples(codec), whole("a sampling rate", rendition.sampling_rate, 8_000, 192_000))
