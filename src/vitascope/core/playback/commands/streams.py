"""Streams in one piece: a whole file, from anywhere, into a container that can be written without going back."""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.model import StreamInfo
from vitascope.core.playback.commands import audio, video
from vitascope.core.playback.commands.inputs import BEGIN, Input
from vitascope.core.playback.commands.tools import VideoTools
from vitascope.core.playback.commands.values import CommandError, seconds, whole
from vitascope.core.playback.renditions import AudioRendition, VideoRendition


class StreamFormat(StrEnum):
    """What a progressive stream is wrapped in."""

    MKV = "mkv"
    MP4 = "mp4"
    WEBM = "webm"
    MPEGTS = "mpegts"
    MP3 = "mp3"
    AAC = "aac"
    FLAC = "flac"
    OGG = "ogg"
    WAV = "wav"

    @property
    def sound_only(self) -> bool:
        """It holds no pictures."""
        return self in _SOUND


_SOUND = frozenset({StreamFormat.MP3, StreamFormat.AAC, StreamFormat.FLAC, StreamFormat.OGG, StreamFormat.WAV})
_MUXERS: dict[StreamFormat, tuple[str, ...]] = {
    StreamFormat.MKV: ("-cluster_time_limit", "1000", "-f", "matroska"),
    StreamFormat.WEBM: ("-cluster_time_limit", "1000", "-f", "webm"),
    StreamFormat.MP4: (
        *("-movflags", "+frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer"),
        *("-frag_duration", "1000000", "-min_frag_duration", "500000", "-f", "mp4"),
    ),
    StreamFormat.MPEGTS: ("-mpegts_flags", "+resend_headers", "-f", "mpegts"),
    StreamFormat.MP3: ("-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"),
    StreamFormat.AAC: ("-f", "adts"),
    StreamFormat.FLAC: ("-f", "flac"),
    StreamFormat.OGG: ("-page_duration", "500000", "-f", "ogg"),
    StreamFormat.WAV: ("-f", "wav"),
}
_KEY_FRAMES_S = 3
_REPORTS = ("-nostats", "-progress", "pipe:2", "-stats_period", "0.5")
"""How far it is, between what it complains of."""
_TEXT_CODECS = {"srt": "subrip", "ass": "ass", "vtt": "webvtt", "mov_text": "mov_text"}
_WITH_SUBTITLES = frozenset({StreamFormat.MKV, StreamFormat.MP4, StreamFormat.MPEGTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a stream is to hold. A rendition without a codec is copied."""

    format: StreamFormat
    video: VideoRendition | None = None
    audio: AudioRendition | None = None
    subtitle: int | None = None
    """A subtitle stream of the file that goes along, in MKV, MP4 or MPEG-TS."""
    subtitle_codec: str | None = None
    """What text becomes, in the API's spelling; ``None``: it is copied."""
    offset_us: int = 0
    """Where it begins; with copied video at the key frame before."""
    keep_times: bool = False
    """Times are those of the file; otherwise the stream begins at 0."""


def stream_command(
    source: Input,
    streams: dict[int, StreamInfo],
    wanted: Wanted,
    tools: VideoTools,
    *,
    text: video.TextSubtitle | None = None,
) -> tuple[str, ...]:
    """The command line that writes a stream to its standard output."""
    if wanted.format.sound_only and wanted.video is not None:
        raise CommandError(f"{wanted.format} holds no pictures")
    if wanted.video is None and wanted.audio is None:
        raise CommandError("a stream of nothing")
    offset = whole("an offset", wanted.offset_us, 0, 10**12)
    copies_video = wanted.video is not None and wanted.video.codec is None
    used = tools if wanted.video is not None and not copies_video else VideoTools()
    options = [
        *(*BEGIN, *_REPORTS, *video.hardware_device(used)),
        *source.arguments(from_us=offset, tools=used, accurate=not copies_video),
    ]
    if wanted.video is not None:
        options += _video(wanted.video, streams, used, text)
    if wanted.audio is not None:
        options += _audio(wanted.audio, streams)
    if wanted.subtitle is not None:
        options += _subtitle(wanted, wanted.subtitle)
    options += ["-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096", "-flush_packets", "1"]
    if not wanted.keep_times and offset:
        options += ["-output_ts_offset", seconds(-offset)]
    return (*options, *_MUXERS[wanted.format], "pipe:1")


def _video(
    rendition: VideoRendition, streams: dict[int, StreamInfo], tools: VideoTools, text: video.TextSubtitle | None
) -> list[str]:
    if rendition.codec is None:
        return ["-map", f"0:{whole('a stream', rendition.index, 0, 999)}", "-c:v", "copy"]
    info = streams[rendition.index]
    graph = video.graph(info, rendition, tools, first_tick=None, end_tick=None, text=text)
    return [*graph, *video.encoding(rendition, tools, (), every_s=_KEY_FRAMES_S)]


def _subtitle(wanted: Wanted, index: int) -> list[str]:
    if wanted.format not in _WITH_SUBTITLES:
        raise CommandError(f"{wanted.format} holds no subtitles")
    codec = "copy" if wanted.subtitle_codec is None else _TEXT_CODECS.get(wanted.subtitle_codec)
    if codec is None:
        raise CommandError(f"no subtitle becomes {wanted.subtitle_codec}")
    # Nobody says anything for minutes: what is ready then does not wait for the next line.
    apart = ("-max_interleave_delta", "500000")
    return ["-map", f"0:{whole('a stream', index, 0, 999)}", "-c:s", codec, *apart]


def _audio(rendition: AudioRendition, streams: dict[int, StreamInfo]) -> list[str]:
    if rendition.codec is None:
        return ["-map", f"0:{whole('a stream', rendition.index, 0, 999)}", "-c:a", "copy"]
    info = streams[rendition.index]
    graph = audio.graph(info, rendition, rendition.codec, None)
    return [*graph, *audio.encoding(info, rendition, rendition.codec)]
