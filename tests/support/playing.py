"""Media and clients of decision tests, written in a line each.

A file is its container and its streams: ``mkv hevc:2160:24000:10bit:hdr10 eac3:6 srt*``

- video ``codec:lines[:kbit/s][:marks]`` with the marks ``10bit``, ``hdr10``, ``hlg``, ``dv5``, ``dv7``, ``dv8``,
  ``interlaced``, ``upright`` (turned by 90 degrees), ``60fps``, ``l51`` (level), ``anamorphic``, ``high10`` (profile);
- sound ``codec:channels[:kbit/s]``; a subtitle is its codec, with ``+`` before it when it lies beside the file;
- ``*`` behind a stream: it is selected; ``!noindex``: its key frames are not known; ``!kbps=N``: of the whole file.

Several versions are separated by ``|``, several parts of one by ``&``.
"""

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.decision import Abilities
from vitascope.core.playback.facts import PartFacts, StreamFacts, VersionFacts
from vitascope.core.playback.renditions import AudioCodec, VideoCodec

VIDEO = {"h264", "hevc", "av1", "vp9", "vp8", "mpeg2video", "mpeg4", "vc1", "theora", "jpeg", "heic", "png", "vvc"}
AUDIO = {"aac", "ac3", "eac3", "dca", "truehd", "mp3", "flac", "opus", "vorbis", "pcm", "alac", "mp2", "wmav2"}
_KBPS = {2160: 24_000, 1440: 14_000, 1080: 8_000, 720: 4_000, 576: 2_500, 480: 1_800, 240: 500}
_DURATION_MS = 3_600_000

OUTPUTS = frozenset(
    {
        *((protocol, "mp4") for protocol in ("hls", "dash", "http")),
        *(("http", name) for name in ("mkv", "mp3", "flac", "jpeg", "ogg")),
        ("hls", "mpegts"),
    }
)
EVERYTHING = Abilities(
    outputs=OUTPUTS,
    video_encoders=frozenset(VideoCodec),
    audio_encoders=frozenset(AudioCodec),
    tone_map=True,
    dovi_reshape=True,
    burn_text=True,
    burn_images=True,
    text_segments=True,
    text_files=True,
    subtitles_inside=True,
)
USUAL = Abilities(
    outputs=OUTPUTS,
    video_encoders=frozenset({VideoCodec.H264, VideoCodec.HEVC}),
    audio_encoders=frozenset(AudioCodec),
    undecodable=frozenset({"vvc"}),
    tone_map=True,
    burn_text=True,
    burn_images=True,
    text_segments=True,
    text_files=True,
    subtitles_inside=True,
)
"""A machine with a common ffmpeg and no special hardware."""


def versions(text: str) -> tuple[VersionFacts, ...]:
    """The versions that a line describes."""
    return tuple(_version(number, one) for number, one in enumerate(text.split("|"), 1))


def _version(number: int, text: str) -> VersionFacts:
    parts = [_part(number * 10 + place, one) for place, one in enumerate(text.split("&"))]
    known = [stream.info for stream in parts[0].streams if stream.info.type is StreamType.VIDEO]
    total = next((int(word[6:]) for word in text.split() if word.startswith("!kbps=")), None)
    sizes = sum(stream.info.bitrate_kbps or 0 for stream in parts[0].streams)
    return VersionFacts(
        id=number,
        container=parts[0].container,
        bitrate_kbps=sizes if total is None else total,
        duration_ms=_DURATION_MS,
        width=known[0].width or 0 if known else 0,
        height=known[0].height or 0 if known else 0,
        parts=tuple(parts),
    )


def _part(number: int, text: str) -> PartFacts:
    container, *words = text.split()
    streams = [_stream(number * 100 + at, at, word) for at, word in enumerate(w for w in words if w[0] != "!")]
    return PartFacts(
        id=number,
        container=container,
        size_bytes=sum(stream.info.bitrate_kbps or 0 for stream in streams) * 125 * _DURATION_MS // 1_000,
        duration_ms=_DURATION_MS,
        indexed="!noindex" not in words,
        streams=tuple(streams),
    )


def _stream(number: int, index: int, word: str) -> StreamFacts:
    selected = word.endswith("*")
    external = word.startswith("+")
    codec, *rest = word.strip("+*").split(":")
    if codec in VIDEO:
        info = _video(index, codec, rest)
    elif codec in AUDIO:
        channels = int(rest[0]) if rest else 2
        kbps = int(rest[1]) if len(rest) > 1 else {"ac3": 448, "eac3": 640, "dca": 1_509}.get(codec, 96 * channels)
        info = StreamInfo(
            type=StreamType.AUDIO, index=index, codec=codec, channels=channels, bitrate_kbps=kbps, sampling_rate=48_000
        )
    else:
        info = StreamInfo(type=StreamType.SUBTITLE, index=None if external else index, codec=codec)
    return StreamFacts(
        id=number, info=info, selected=selected, path=f"/media/{number}.{codec}".encode() if external else None
    )


def _video(index: int, codec: str, rest: list[str]) -> StreamInfo:
    height = int(rest[0]) if rest else 1_080
    kbps = int(rest[1]) if len(rest) > 1 and rest[1].isdecimal() else _KBPS.get(height, 8_000)
    marks = set(rest[1:])
    dovi = next((int(mark[2:]) for mark in marks if mark.startswith("dv")), None)
    hdr10 = "hdr10" in marks or dovi in (7, 8)
    return StreamInfo(
        type=StreamType.VIDEO,
        index=index,
        codec=codec,
        width=height * 16 // 9,
        height=height,
        bitrate_kbps=kbps,
        bit_depth=10 if marks & {"10bit", "hdr10", "hlg", "dv5", "dv7", "dv8", "high10"} else 8,
        frame_rate=59.94 if "60fps" in marks else 23.976,
        level=next((int(mark[1:]) for mark in marks if mark[0] == "l" and mark[1:].isdecimal()), None),
        profile="high 10" if "high10" in marks else {"h264": "high"}.get(codec),
        scan_type="interlaced" if "interlaced" in marks else "progressive",
        rotation=90 if "upright" in marks else None,
        anamorphic="anamorphic" in marks,
        color_trc="smpte2084" if hdr10 else "arib-std-b67" if "hlg" in marks else None,
        dovi_present=dovi is not None,
        dovi_profile=dovi,
        dovi_bl_present=dovi is not None,
        dovi_el_present=dovi == 7,
        dovi_rpu_present=dovi is not None,
        dovi_bl_compat_id={5: 0, 7: 6, 8: 1}.get(dovi or 0),
    )
