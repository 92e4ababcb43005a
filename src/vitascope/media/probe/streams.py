"""The streams of an opened container, in the terms of the API.

Three sources are laid over each other for each stream: what libav tells, what its sequence header says
(:mod:`bitstream`), and what the container's own structure says that libav keeps to itself (:class:`TrackDetail`).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av.error
import msgspec
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.video.format import VideoFormat
from av.video.stream import VideoStream

from vitascope.core.model import StreamInfo, StreamType
from vitascope.media.probe import codecs
from vitascope.media.probe.bitstream import SequenceInfo, av1_sequence, h264_sequence
from vitascope.media.probe.dovi import DolbyVision
from vitascope.media.probe.languages import parse_language

_INTERLACED_ORDERS = frozenset({2, 3, 4, 5})
_COMMENTARY = re.compile(r"\bcomment(?:ary|aries)?\b", re.IGNORECASE)
_HEARING_IMPAIRED = re.compile(r"\b(?:sdh|cc|hearing[ -]impaired)\b", re.IGNORECASE)
_VISUAL_IMPAIRED = re.compile(r"\b(?:audio[ -]descri\w*|descriptive|visual(?:ly)?[ -]impaired)\b", re.IGNORECASE)
_FORCED = re.compile(r"\bforced\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class TrackDetail:
    """What the container's own structure says about one stream."""

    language_tag: str | None = None
    title: str | None = None
    rotation: int = 0
    dolby_vision: DolbyVision | None = None
    hdr10_plus: bool = False


def describe_stream(stream: Stream, detail: TrackDetail, *, full: bool = False) -> StreamInfo | None:
    """The stream in the API's terms; ``None`` for what is no stream there (data, attachments, pictures).

    ``full``: the container was opened fully, so that libav's guesses rest on packets.
    """
    if isinstance(stream, VideoStream):
        if stream.disposition & Disposition.attached_pic:
            return None
        return _video(stream, detail, full=full)
    if isinstance(stream, AudioStream):
        return _audio(stream, detail)
    if isinstance(stream, SubtitleStream):
        return _subtitle(stream, detail)
    return None


def _common(stream: Stream, detail: TrackDetail, kind: StreamType) -> dict[str, Any]:
    """The fields that every kind of stream has, as keyword arguments of :class:`StreamInfo`."""
    metadata = stream.metadata
    title = detail.title or metadata.get("title") or None
    marks = stream.disposition
    language = parse_language(detail.language_tag) or parse_language(metadata.get("language"))
    words = title or ""
    return {
        "type": kind,
        "index": stream.index,
        "codec": _codec(stream),
        "language_code": language.code if language else None,
        "language_tag": language.tag if language else None,
        "title": title,
        "default": bool(marks & Disposition.default),
        "forced": bool(marks & Disposition.forced)
        or (kind is StreamType.SUBTITLE and _FORCED.search(words) is not None),
        "hearing_impaired": bool(marks & (Disposition.hearing_impaired | Disposition.captions))
        or (kind is StreamType.SUBTITLE and _HEARING_IMPAIRED.search(words) is not None),
        "visual_impaired": bool(marks & (Disposition.visual_impaired | Disposition.descriptions))
        or (kind is StreamType.AUDIO and _VISUAL_IMPAIRED.search(words) is not None),
        "dub": bool(marks & Disposition.dub),
        "original": bool(marks & Disposition.original),
        "commentary": bool(marks & Disposition.comment) or _COMMENTARY.search(words) is not None,
        "bitrate_kbps": _bitrate_kbps(stream),
    }


def _codec(stream: Stream) -> str:
    context: object = stream.codec_context
    if context is None:
        # Without a decoder PyAV does not even tell the name.
        return "unknown"
    return codecs.codec_name(stream.codec_context.codec.canonical_name)


def _bitrate_kbps(stream: Stream) -> int | None:
    """What the stream declares, or what a Matroska muxer counted."""
    context: object = stream.codec_context
    rate = stream.codec_context.bit_rate if context is not None else None
    if not rate:
        counted = stream.metadata.get("BPS") or stream.metadata.get("BPS-eng") or ""
        rate = int(counted) if counted.isascii() and counted.isdigit() and len(counted) < 13 else 0
    return max(1, round(rate / 1000)) if rate else None


def _video(stream: VideoStream, detail: TrackDetail, *, full: bool) -> StreamInfo:
    fields = _common(stream, detail, StreamType.VIDEO)
    context: Any = stream.codec_context
    if context is None:
        return StreamInfo(**fields)
    codec = fields["codec"]
    sequence = _sequence(codec, context)
    width, height = context.width or None, context.height or None
    color = [context.color_primaries, context.color_trc, context.colorspace, context.color_range]
    if sequence is not None:
        known = [sequence.color_primaries, sequence.color_transfer, sequence.color_space]
        color[:3] = [own if own not in {0, 2} else other for own, other in zip(color[:3], known, strict=True)]
        color[3] = color[3] or sequence.color_range
    aspect = _pixel_aspect(context.sample_aspect_ratio, sequence)
    depth, chroma = _depth_and_chroma(context, sequence)
    fields |= {
        "profile": codecs.profile_name(codec, context.profile),
        "level": context.level if context.level >= (0 if codec == "av1" else 1) else None,
        "width": width,
        "height": height,
        "coded_width": context.coded_width or _coded(width),
        "coded_height": context.coded_height or _coded(height),
        "bit_depth": depth,
        "chroma_subsampling": chroma,
        "chroma_location": sequence.chroma_location if sequence else ("left" if chroma == "4:2:0" else None),
        "color_primaries": codecs.color_primaries_name(color[0]),
        "color_trc": codecs.color_transfer_name(color[1]),
        "color_space": codecs.color_space_name(color[2]) if color[2] or chroma == "4:4:4" else None,
        "color_range": codecs.color_range_name(color[3]),
        "frame_rate": frame_rate(stream, full=full),
        "ref_frames": sequence.ref_frames if sequence else None,
        "has_scaling_matrix": sequence.has_scaling_matrix if sequence else None,
        "scan_type": _scan_type(context, sequence),
        "anamorphic": aspect is not None and aspect != 1,
        "pixel_aspect_ratio": f"{aspect.numerator}:{aspect.denominator}" if aspect else None,
        "rotation": detail.rotation or None,
        "hdr10_plus": detail.hdr10_plus,
    }
    if (vision := detail.dolby_vision) is not None:
        fields |= {
            "dovi_present": True,
            "dovi_profile": vision.profile,
            "dovi_level": vision.level,
            "dovi_version": vision.version,
            "dovi_bl_present": vision.bl_present,
            "dovi_el_present": vision.el_present,
            "dovi_rpu_present": vision.rpu_present,
            "dovi_bl_compat_id": vision.bl_compat_id,
        }
    return StreamInfo(**fields)


def _sequence(codec: str, context: Any) -> SequenceInfo | None:
    """Parameter sets, from the stored header; for HEVC libav's own context takes them in as it opens."""
    extradata = context.extradata
    if not extradata:
        return None
    match codec:
        case "h264":
            return h264_sequence(extradata)
        case "av1":
            return av1_sequence(extradata)
        case "hevc":
            try:
                if not context.is_open:
                    context.thread_count = 1
                    context.open(strict=False)
            except (av.error.FFmpegError, ValueError):
                return None
    return None


def _depth_and_chroma(context: Any, sequence: SequenceInfo | None) -> tuple[int | None, str | None]:
    if sequence is not None:
        return sequence.bit_depth, sequence.chroma_subsampling
    pixels: VideoFormat | None = context.format
    if pixels is None:
        return None, None
    depth = max((component.bits for component in pixels.components), default=8)
    if pixels.is_rgb or len(pixels.components) < 3:
        return depth, None
    across, down = 16 // max(1, pixels.chroma_width(16)), 16 // max(1, pixels.chroma_height(16))
    return depth, {(2, 2): "4:2:0", (2, 1): "4:2:2", (1, 1): "4:4:4", (4, 1): "4:1:1"}.get((across, down))


def _pixel_aspect(given: Fraction | None, sequence: SequenceInfo | None) -> Fraction | None:
    if given:
        return given
    if sequence is not None and sequence.sample_aspect is not None and all(sequence.sample_aspect):
        return Fraction(*sequence.sample_aspect)
    return None


def _scan_type(context: Any, sequence: SequenceInfo | None) -> str:
    if context.field_order in _INTERLACED_ORDERS:
        return "interlaced"
    if context.field_order == 0 and sequence is not None and sequence.progressive is False:
        return "interlaced"
    return "progressive"


def frame_rate(stream: VideoStream, *, full: bool) -> float | None:
    """Frames per second, to three places; ``None`` when unknown or absurd.

    libav's guess counts only after a full look: from headers alone it takes fields for frames.
    """
    for rate in (stream.average_rate, stream.guessed_rate if full else None):
        if rate and 0 < rate <= 1000:
            return round(float(rate), 3)
    return None


def _coded(size: int | None) -> int | None:
    return (size + 15) // 16 * 16 if size else None


def _audio(stream: AudioStream, detail: TrackDetail) -> StreamInfo:
    fields = _common(stream, detail, StreamType.AUDIO)
    context: Any = stream.codec_context
    if context is None:
        return StreamInfo(**fields)
    codec = fields["codec"]
    profile = context.profile
    if codec == "aac" and not profile:
        profile = aac_profile(context.extradata)
    fields |= {
        "channels": context.channels or None,
        "audio_channel_layout": _layout(context),
        "sampling_rate": context.sample_rate or None,
        "profile": codecs.profile_name(codec, profile),
        "bit_depth": sample_depth(codec, stream.codec_context),
    }
    return StreamInfo(**fields)


def _layout(context: Any) -> str | None:
    """The name of the speaker layout; where only a count is known, that is enough for one and two."""
    name: str = context.layout.name if context.layout is not None else ""
    if name and "channel" not in name:
        return name
    return {1: "mono", 2: "stereo"}.get(context.channels)


def sample_depth(codec: str, context: Any) -> int | None:
    """Bits per sample, for lossless codecs, where it means something."""
    if codec not in {"flac", "alac", "pcm", "truehd", "mlp", "ape", "wavpack", "tta"} or context.format is None:
        return None
    for name, bits in (("s16", 16), ("u8", 8), ("s24", 24), ("f64", 64)):
        if context.codec.canonical_name.startswith(f"pcm_{name}") or context.format.name.startswith(name):
            return bits
    extradata = context.extradata or b""
    if codec == "flac" and len(extradata) >= 34:
        return ((extradata[12] & 1) << 4 | extradata[13] >> 4) + 1
    if codec == "alac" and len(extradata) >= 18:
        return int(extradata[17])
    return 32 if codec == "pcm" else 24


def aac_profile(configuration: bytes | None) -> str | None:
    """The profile in an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), as libav would name it."""
    if not configuration or len(configuration) < 2:
        return None
    return {
        1: "Main",
        2: "LC",
        3: "SSR",
        4: "LTP",
        5: "HE-AAC",
        23: "LD",
        29: "HE-AACv2",
        39: "ELD",
        42: "xHE-AAC",
    }.get(configuration[0] >> 3)


def _subtitle(stream: SubtitleStream, detail: TrackDetail) -> StreamInfo:
    fields = _common(stream, detail, StreamType.SUBTITLE)
    fields["format"] = codecs.subtitle_format(fields["codec"])
    return StreamInfo(**fields)


def refine(container: InputContainer, infos: list[StreamInfo]) -> list[StreamInfo]:
    """Look at the first packet of streams whose headers leave something open.

    Decoding one audio packet tells layout and profile (AC-3 and DTS in Matroska have them nowhere else); the first
    video packet of an HDR stream tells whether dynamic HDR10+ metadata travels with it.
    """
    open_audio = {info.index for info in infos if info.type is StreamType.AUDIO and not info.audio_channel_layout}
    open_audio |= {info.index for info in infos if info.codec == "dca" and not info.profile}
    open_video = {
        info.index
        for info in infos
        if info.color_trc == "smpte2084" and info.codec in {"hevc", "av1"} and not info.hdr10_plus
    }
    if not open_audio | open_video:
        return infos
    found: dict[int, dict[str, Any]] = {}
    wanted = open_audio | open_video
    for packet in _first_packets(container, wanted):
        stream = packet.stream
        if isinstance(stream, VideoStream):
            found[stream.index] = {"hdr10_plus": _HDR10_PLUS in bytes(packet)}
        elif isinstance(stream, AudioStream):
            found[stream.index] = _decoded_audio(stream, packet)
    return [
        msgspec.structs.replace(info, **found.get(info.index if info.index is not None else -1, {})) for info in infos
    ]


_HDR10_PLUS = bytes.fromhex("b5003c000104")
"""ITU-T T.35: United States, Samsung, application 4."""
_MAX_PACKETS = 200


def _first_packets(container: InputContainer, wanted: set[int | None]) -> list[Any]:
    packets: list[Any] = []
    missing = set(wanted)
    try:
        for count, packet in enumerate(container.demux()):
            if packet.stream.index in missing and packet.size:
                missing.discard(packet.stream.index)
                packets.append(packet)
            if not missing or count >= _MAX_PACKETS:
                break
    except (av.error.FFmpegError, ValueError):
        return packets
    return packets


def _decoded_audio(stream: AudioStream, packet: Any) -> dict[str, Any]:
    context: Any = stream.codec_context
    if context is None:
        return {}
    try:
        context.decode(packet)
    except (av.error.FFmpegError, ValueError):
        return {}
    codec = _codec(stream)
    seen = {
        "channels": context.channels or None,
        "audio_channel_layout": _layout(context),
        "sampling_rate": context.sample_rate or None,
        "profile": codecs.profile_name(codec, context.profile),
        "bitrate_kbps": _bitrate_kbps(stream),
    }
    return {name: value for name, value in seen.items() if value is not None}
