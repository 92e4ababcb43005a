"""The wordings and classes that the API derives from a probe: pure functions over stored values.

Nothing here opens a file or loads libav; the API calls these while it renders.
"""

from vitascope.core.model import StreamInfo, StreamType
from vitascope.media.probe.languages import language_name

_CODEC_NAMES = {
    "aac": "AAC",
    "ac3": "AC3",
    "alac": "ALAC",
    "av1": "AV1",
    "dca": "DTS",
    "eac3": "EAC3",
    "flac": "FLAC",
    "h264": "H.264",
    "hevc": "HEVC",
    "mp3": "MP3",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
    "msmpeg4": "MS-MPEG4",
    "opus": "Opus",
    "pcm": "PCM",
    "truehd": "TRUEHD",
    "vc1": "VC-1",
    "vorbis": "Vorbis",
    "vp8": "VP8",
    "vp9": "VP9",
    "vvc": "VVC",
    "wmav2": "WMA",
    "wmv3": "WMV3",
    "srt": "SRT",
    "ass": "ASS",
    "ssa": "SSA",
    "pgs": "PGS",
    "vobsub": "VOBSUB",
    "vtt": "VTT",
    "mov_text": "MOV TEXT",
    "dvb_subtitle": "DVB",
    "lrc": "LRC",
    "txt": "TXT",
}
_DTS_NAMES = {"ma": "DTS-HD MA", "hra": "DTS-HD HRA", "es": "DTS-ES", "x": "DTS:X", "express": "DTS Express"}
_LAYOUT_NAMES = {"mono": "Mono", "stereo": "Stereo"}
_CHANNEL_NAMES = {1: "Mono", 2: "Stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_ASPECT_CLASSES = (1.33, 1.66, 1.78, 1.85, 2.20, 2.35)
_RATE_CLASSES = ((23.9, 24.1, "24p"), (24.9, 25.1, "PAL"), (29.9, 30.1, "NTSC"), (59.9, 60.1, "60p"))


def video_resolution(width: int | None, height: int | None) -> str | None:
    """The resolution class: ``sd``, ``480``, ``576``, ``720``, ``1080``, ``2k``, ``4k`` or ``8k``.

    Films are cropped in height and old ones narrow in width, so either side may prove a class.
    """
    if not width or not height:
        return None
    long, short = max(width, height), min(width, height)
    for name, least_long, least_short in (
        ("8k", 6200, 3800),
        ("4k", 3100, 1900),
        ("2k", 2000, 1300),
        ("1080", 1500, 900),
        ("720", 1100, 650),
        ("576", 1000, 520),
        ("480", 700, 460),
    ):
        if long >= least_long or short >= least_short:
            return name
    return "sd"


def resolution_name(width: int | None, height: int | None, *, interlaced: bool = False) -> str | None:
    """The resolution class as people write it: ``4K``, ``1080p``, ``576i``, ``SD``."""
    name = video_resolution(width, height)
    if name is None:
        return None
    if name.isdigit():
        return f"{name}{'i' if interlaced else 'p'}"
    return name.upper()


def frame_rate_class(rate: float | None) -> str | None:
    """``24p``, ``PAL``, ``NTSC``, ``60p``, or the rounded rate (``50p``)."""
    if not rate or rate <= 0:
        return None
    for low, high, name in _RATE_CLASSES:
        if low <= rate <= high:
            return name
    return f"{max(1, round(rate))}p"


def aspect_ratio_class(width: int | None, height: int | None, pixel_aspect_ratio: str | None = None) -> float | None:
    """The nearest of the customary ratios (1.33 to 2.35); upright pictures have their own."""
    if not width or not height:
        return None
    across, _, down = (pixel_aspect_ratio or "1:1").partition(":")
    shape = int(across) / int(down) if across.isdigit() and down.isdigit() and int(down) else 1.0
    ratio = width * shape / height
    if ratio < 1.2:
        return round(ratio, 2)
    return min(_ASPECT_CLASSES, key=lambda known: abs(known - ratio))


def codec_display_name(stream: StreamInfo) -> str:
    if stream.codec == "dca" and stream.profile in _DTS_NAMES:
        return _DTS_NAMES[stream.profile]
    return _CODEC_NAMES.get(stream.codec, stream.codec.upper())


def channel_display_name(stream: StreamInfo) -> str | None:
    """``Stereo``, ``5.1``, ``7.1``, …"""
    if stream.audio_channel_layout:
        layout = stream.audio_channel_layout.partition("(")[0]
        if layout in _LAYOUT_NAMES:
            return _LAYOUT_NAMES[layout]
        if layout.replace(".", "").isdigit():
            return layout
    return _CHANNEL_NAMES.get(stream.channels or 0, f"{stream.channels} channels" if stream.channels else None)


def dynamic_range_name(stream: StreamInfo) -> str | None:
    """``DoVi/HDR10``, ``HDR10+``, ``HLG``, …; ``None`` for ordinary video."""
    base = None
    if stream.color_trc == "smpte2084":
        base = "HDR10+" if stream.hdr10_plus else "HDR10"
    elif stream.color_trc == "arib-std-b67":
        base = "HLG"
    if not stream.dovi_present:
        return base
    return f"DoVi/{base}" if base and stream.dovi_bl_compat_id else "DoVi"


def language_display_name(stream: StreamInfo) -> str | None:
    """The English name of the stream's language."""
    return language_name(stream.language_tag) or language_name(stream.language_code)


def display_title(stream: StreamInfo) -> str:
    """One line for a menu: ``1080p (H.264)``, ``English (AAC Stereo)``, ``German Forced (SRT)``."""
    match stream.type:
        case StreamType.VIDEO:
            return _video_title(stream)
        case StreamType.AUDIO:
            details = " ".join(filter(None, (codec_display_name(stream), channel_display_name(stream))))
            return f"{language_display_name(stream) or 'Unknown'} ({details})"
        case StreamType.SUBTITLE:
            words = [language_display_name(stream) or "Unknown"]
            words += ["Forced"] if stream.forced else []
            words += ["SDH"] if stream.hearing_impaired else []
            external = " External" if stream.index is None else ""
            return f"{' '.join(words)} ({codec_display_name(stream)}{external})"
        case StreamType.LYRICS:
            return f"{codec_display_name(stream)} ({'Timed' if stream.timed else 'Plain'})"


def extended_display_title(stream: StreamInfo) -> str:
    """The same with what tells two like streams apart: ``Director's commentary (English AAC Stereo)``."""
    plain = display_title(stream)
    if not stream.title:
        return plain
    # The language may have a region in parentheses; the last pair holds the details.
    what, _, details = plain.rpartition(" (")
    return f"{stream.title} ({what} {details}"


def _video_title(stream: StreamInfo) -> str:
    name = resolution_name(stream.width, stream.height, interlaced=stream.scan_type == "interlaced")
    details = " ".join(filter(None, (codec_display_name(stream), _profile_words(stream))))
    shown = " ".join(filter(None, (name or "Unknown", dynamic_range_name(stream))))
    return f"{shown} ({details})"


def _profile_words(stream: StreamInfo) -> str | None:
    return stream.profile.title() if stream.profile and stream.codec == "hevc" else None
