"""Music files without libav: mutagen, which reads their tags anyway, knows their properties too.

That is three times as fast as asking both, and a music library is where the number of files is. What mutagen does not
know for sure (streams in several layers, chapters of audiobooks) stays with libav.
"""

from pathlib import PurePath
from typing import Any

from mutagen import FileType

from vitascope.core.model import ProbedFile, StreamInfo, StreamType
from vitascope.media.probe import mp4
from vitascope.media.probe.fingerprint import fingerprint
from vitascope.media.probe.opening import MediaFile, Window
from vitascope.media.probe.sniff import Format
from vitascope.media.tags.model import AudioTags

AUDIO_FORMATS = frozenset(
    {
        Format.MP3,
        Format.AAC,
        Format.FLAC,
        Format.OGG,
        Format.WAV,
        Format.AIFF,
        Format.APE,
        Format.WAVPACK,
        Format.MUSEPACK,
        Format.DSF,
        Format.TTA,
    }
)
_LAYOUTS = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1", 8: "7.1"}
_CONTAINERS = {Format.ASF: "asf", Format.AAC: "aac", Format.MUSEPACK: "mpc"}
_CODECS = {
    Format.FLAC: "flac",
    Format.APE: "ape",
    Format.WAVPACK: "wavpack",
    Format.MUSEPACK: "musepack8",
    Format.DSF: "dsd",
    Format.TTA: "tta",
    Format.AIFF: "pcm",
    Format.AAC: "aac",
}
_OGG_CODECS = {"OggVorbis": "vorbis", "OggOpus": "opus", "OggFLAC": "flac", "OggSpeex": "speex"}
_MP4_CODECS = {"mp4a": "aac", "alac": "alac", "ac-3": "ac3", "ec-3": "eac3", "fLaC": "flac", "Opus": "opus"}
_AAC_PROFILES = {"2": "lc", "5": "he-aac", "29": "he-aacv2", "42": "xhe-aac"}
_WMA_CODECS = (
    (" 9 professional", "wmapro"),
    (" 10 professional", "wmapro"),
    ("lossless", "wmalossless"),
    ("voice", "wmavoice"),
)


def probe_audio(file: MediaFile, format_: Format, opened: FileType, tags: AudioTags) -> ProbedFile | None:
    """The probe of a music file; ``None`` when libav has to look."""
    info: Any = opened.info
    codec, profile = _codec(format_, opened, info)
    duration_s = getattr(info, "length", 0) or 0
    # Mutagen gives a truth value for the channels of some WavPack files.
    channels = int(getattr(info, "channels", 0) or 0)
    rate = int(getattr(info, "sample_rate", 0) or (48000 if codec == "opus" else 0))
    if codec is None or not duration_s > 0 or not channels or not rate or getattr(info, "sketchy", False):
        return None
    flags: dict[str, Any] = {}
    if format_ is Format.MP4:
        layout = mp4.read_layout(Window(file))
        flags = {
            "optimized_for_streaming": layout.index_first,
            "has_64bit_offsets": layout.has_64bit_offsets,
            "problem": "truncated" if layout.truncated else None,
        }
    lossless = codec in {"flac", "alac", "pcm", "ape", "wavpack", "tta", "wmalossless"}
    whole = file.size_bytes * 8 / duration_s
    # What a lossless file declares is the rate of the unpacked sound.
    bitrate = whole if lossless else getattr(info, "bitrate", 0) or whole
    bitrate_kbps = max(1, round(bitrate / 1000))
    gain = tags.replay_gain
    stream = StreamInfo(
        type=StreamType.AUDIO,
        index=0,
        codec=codec,
        default=True,
        bitrate_kbps=bitrate_kbps,
        profile=profile,
        channels=channels,
        audio_channel_layout=_LAYOUTS.get(channels),
        sampling_rate=rate,
        bit_depth=(getattr(info, "bits_per_sample", 0) or None) if lossless else None,
        gain=gain.track_gain if gain else None,
        peak=gain.track_peak if gain else None,
        album_gain=gain.album_gain if gain else None,
        album_peak=gain.album_peak if gain else None,
    )
    return ProbedFile(
        container=_container(file, format_),
        duration_ms=round(duration_s * 1000),
        bitrate_kbps=bitrate_kbps,
        size_bytes=file.size_bytes,
        streams=(stream,),
        has_embedded_picture=tags.has_picture,
        fingerprint=fingerprint(file),
        **flags,
    )


def _codec(format_: Format, opened: FileType, info: Any) -> tuple[str | None, str | None]:
    match format_:
        case Format.MP3:
            return f"mp{info.layer}", None
        case Format.OGG:
            return _OGG_CODECS.get(type(opened).__name__), None
        case Format.MP4:
            family, _, details = str(info.codec).partition(".")
            return _MP4_CODECS.get(family), _AAC_PROFILES.get(details.partition(".")[2])
        case Format.ASF:
            name = str(info.codec_name).lower()
            return next((codec for word, codec in _WMA_CODECS if word in name), "wmav2"), None
        case Format.WAV:
            return ("pcm" if getattr(info, "audio_format", 0) in {1, 3} else None), None
        case Format.AAC:
            return "aac", "lc"
    return _CODECS.get(format_), None


def _container(file: MediaFile, format_: Format) -> str:
    if format_ is Format.MP4:
        suffix = PurePath(file.path.decode("utf-8", "surrogateescape")).suffix.lower()
        return suffix[1:] if suffix in {".m4a", ".m4b"} else "mp4"
    return _CONTAINERS.get(format_, str(format_))
