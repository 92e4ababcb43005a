"""What a probe finds in a media file: the Stream model of the API, in its own terms.

The field names are those of the API in snake case; an absent value is ``None`` and is left out of every answer.
Durations are milliseconds, bit rates kbit/s, sizes bytes.
"""

from msgspec import Struct

from vitascope.core.model.kinds import StreamType


class StreamInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One elementary stream, or a sidecar subtitle or lyrics file or lyrics in tags (``index`` is then ``None``)."""

    type: StreamType
    index: int | None = None
    codec: str = ""
    """In the API's spelling: ``h264``, ``hevc``, ``aac``, ``ac3``, ``eac3``, ``dca``, ``pgs``, ``srt``, …"""
    language_code: str | None = None
    """Three letters, ISO 639-2/B as clients expect it (``ger``, ``fre``), or ``None`` when unknown."""
    language_tag: str | None = None
    """BCP 47 (``de``, ``pt-BR``)."""
    title: str | None = None
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False
    visual_impaired: bool = False
    dub: bool = False
    original: bool = False
    commentary: bool = False
    bitrate_kbps: int | None = None
    profile: str | None = None
    level: int | None = None
    # video
    width: int | None = None
    height: int | None = None
    coded_width: int | None = None
    coded_height: int | None = None
    bit_depth: int | None = None
    chroma_subsampling: str | None = None
    chroma_location: str | None = None
    color_primaries: str | None = None
    color_range: str | None = None
    color_space: str | None = None
    color_trc: str | None = None
    frame_rate: float | None = None
    ref_frames: int | None = None
    scan_type: str | None = None
    anamorphic: bool = False
    pixel_aspect_ratio: str | None = None
    has_scaling_matrix: bool | None = None
    rotation: int | None = None
    dovi_present: bool = False
    dovi_profile: int | None = None
    dovi_level: int | None = None
    dovi_version: str | None = None
    dovi_bl_present: bool = False
    dovi_el_present: bool = False
    dovi_rpu_present: bool = False
    dovi_bl_compat_id: int | None = None
    hdr10_plus: bool = False
    # audio
    channels: int | None = None
    audio_channel_layout: str | None = None
    sampling_rate: int | None = None
    gain: float | None = None
    peak: float | None = None
    album_gain: float | None = None
    album_peak: float | None = None
    # subtitles and lyrics
    format: str | None = None
    timed: bool | None = None
    min_lines: int | None = None
    upload: str | None = None
    """Of a subtitle that was handed in: under which name its bytes are kept."""


class ChapterInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    start_ms: int
    end_ms: int
    title: str | None = None


class ProbedFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a probe of one file says that the Media, Part and Stream elements need."""

    container: str
    """In the API's spelling: ``mkv``, ``mp4``, ``mpegts``, ``avi``, ``flac``, ``mp3``, ``ogg``, ``jpeg``, …"""
    duration_ms: int | None = None
    bitrate_kbps: int | None = None
    size_bytes: int = 0
    streams: tuple[StreamInfo, ...] = ()
    chapters: tuple[ChapterInfo, ...] = ()
    attachments: tuple[str, ...] = ()
    """Names of attached files (fonts of ASS subtitles)."""
    optimized_for_streaming: bool = False
    has_64bit_offsets: bool = False
    has_embedded_picture: bool = False
    problem: str | None = None
    """Why the file is only partly usable, though it can be listed (``truncated``)."""
    fingerprint: bytes = b""
    """16 bytes of BLAKE2b over size and samples of the content: equal for a moved or renamed file."""
