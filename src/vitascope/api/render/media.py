"""The tables of Media, Part and Stream, and of what hangs on them."""

from operator import attrgetter

from vitascope.api.render.shown import ChapterShown, MediaShown, PartShown, StreamShown
from vitascope.api.render.table import Attribute, Children, Shape, Table, flag, number, text
from vitascope.core.model import StreamType
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.media.probe.describe import display_title, extended_display_title
from vitascope.store.views import MediaView, PartView


def _file(part: PartShown | PartView) -> str:
    root = part.location_path.rstrip(b"/")
    path = part.file.path if not root else root + b"/" + part.file.path
    return path.decode("utf-8", "replace")


def part_key(part: PartShown | PartView) -> str:
    """The address of a part's file; the name at its end lets a player tell the type."""
    stem, dot, suffix = part.file.path.rpartition(b".")
    known = stem and dot and suffix.isalnum()
    return f"/library/parts/{part.part.id}/{part.part.stamp}/file{'.' + suffix.decode('ascii') if known else ''}"


def _title(stream: StreamShown) -> str:
    return display_title(stream.info)


def _extended_title(stream: StreamShown) -> str:
    return extended_display_title(stream.info)


def _stream_key(stream: StreamShown) -> str | None:
    # Lyrics are always asked for by themselves, also those that lie in the tags of their track.
    row = stream.row
    kept = row.file_id is not None or stream.info.upload is not None
    outside = row.index_number is None and (kept or row.type == StreamType.LYRICS)
    return f"/library/streams/{stream.row.id}" if outside else None


def _dovi(field: str) -> Attribute[StreamShown]:
    get = attrgetter(f"info.{field}")
    names = {
        "dovi_profile": "DOVIProfile",
        "dovi_level": "DOVILevel",
        "dovi_version": "DOVIVersion",
        "dovi_bl_compat_id": "DOVIBLCompatID",
    }
    kind = text if field == "dovi_version" else number
    return kind(names[field], lambda stream: get(stream) if stream.info.dovi_present else None)


def _dovi_flag(name: str, field: str) -> Attribute[StreamShown]:
    get = attrgetter(f"info.{field}")
    return number(name, lambda stream: int(get(stream)) if stream.info.dovi_present else None)


def _playing(shape: Shape) -> bool:
    return shape.playing


def _location(stream: StreamShown) -> str | None:
    """Where a player finds it; a file that is played as it is has its streams inside."""
    if stream.decision is not None:
        return stream.decision.place
    return "direct" if stream.selected else None


STREAM: Table[StreamShown] = Table(
    "Stream",
    (
        number("id", "row.id", key=True),
        text("key", _stream_key),
        number("streamType", "row.type", key=True),
        number("index", "row.index_number"),
        text("codec", "info.codec"),
        flag("selected", "selected"),
        flag("default", "info.default"),
        flag("forced", "info.forced"),
        flag("hearingImpaired", "info.hearing_impaired"),
        flag("visualImpaired", "info.visual_impaired"),
        flag("dub", "info.dub"),
        flag("original", "info.original"),
        text("title", "info.title"),
        text("language", "language"),
        text("languageTag", "info.language_tag"),
        text("languageCode", "info.language_code"),
        number("bitrate", "info.bitrate_kbps"),
        text("displayTitle", _title),
        text("extendedDisplayTitle", _extended_title),
        text("profile", "info.profile"),
        number("level", "info.level"),
        number("width", "info.width"),
        number("height", "info.height"),
        number("codedWidth", "info.coded_width"),
        number("codedHeight", "info.coded_height"),
        number("bitDepth", "info.bit_depth"),
        text("chromaSubsampling", "info.chroma_subsampling"),
        text("chromaLocation", "info.chroma_location"),
        text("colorPrimaries", "info.color_primaries"),
        text("colorRange", "info.color_range"),
        text("colorSpace", "info.color_space"),
        text("colorTrc", "info.color_trc"),
        number("frameRate", lambda stream: round(stream.info.frame_rate, 3) if stream.info.frame_rate else None),
        number("refFrames", "info.ref_frames"),
        text("scanType", "info.scan_type"),
        flag("anamorphic", "info.anamorphic"),
        text("pixelAspectRatio", "info.pixel_aspect_ratio"),
        number(
            "hasScalingMatrix",
            lambda stream: None if stream.info.has_scaling_matrix is None else int(stream.info.has_scaling_matrix),
        ),
        number("rotation", "info.rotation"),
        flag("DOVIPresent", "info.dovi_present"),
        _dovi("dovi_profile"),
        _dovi("dovi_level"),
        _dovi("dovi_version"),
        _dovi("dovi_bl_compat_id"),
        _dovi_flag("DOVIBLPresent", "dovi_bl_present"),
        _dovi_flag("DOVIELPresent", "dovi_el_present"),
        _dovi_flag("DOVIRPUPresent", "dovi_rpu_present"),
        number("channels", "info.channels"),
        text("audioChannelLayout", "info.audio_channel_layout"),
        number("samplingRate", "info.sampling_rate"),
        number("gain", "heard.gain"),
        number("peak", "heard.peak"),
        number("loudness", lambda stream: stream.measured.integrated_lufs if stream.measured else None),
        number("lra", lambda stream: stream.measured.range_lu if stream.measured else None),
        number("albumGain", "info.album_gain"),
        number("albumPeak", "info.album_peak"),
        text("format", "info.format"),
        flag("canAutoSync", "fits"),
        text("decision", lambda stream: stream.decision.action if stream.decision else None, when=_playing),
        text("location", _location, when=_playing),
        number("timed", lambda stream: None if stream.info.timed is None else int(stream.info.timed)),
        number("minLines", "info.min_lines"),
    ),
    json_always=("key",),
)

ANALYSIS_VERSION = 6
"""Which analysis of the original the measured bandwidths are like."""
_PLAYED = (
    flag("selected", "selected", when=_playing),
    text("protocol", lambda shown: shown.delivery.protocol if shown.delivery else None, when=_playing),
)

_PART = (
    number("id", "part.id", key=True),
    text("key", part_key, key=True),
    number("duration", "part.duration_ms"),
    text("file", _file),
    number("size", "part.size_bytes"),
    text("container", "part.container"),
    text("indexes", lambda part: "sd" if part.has_previews else None),
    flag("has64bitOffsets", "part.has_64bit_offsets"),
    flag("optimizedForStreaming", "part.optimized_for_streaming"),
    flag("hasThumbnail", "part.has_embedded_picture"),
    text("audioProfile", "part.audio_profile"),
    text("videoProfile", "part.video_profile"),
    number("deepAnalysisVersion", lambda part: None if part.required_bandwidths is None else ANALYSIS_VERSION),
    text("requiredBandwidths", "required_bandwidths"),
)
_CHECKED = (
    number("accessible", lambda part: None if part.exists is None else int(part.exists)),
    number("exists", lambda part: None if part.exists is None else int(part.exists)),
)

PART: Table[PartShown] = Table(
    "Part",
    (*_PART, *_CHECKED, *_PLAYED, text("decision", "decision", when=_playing)),
    (Children("Stream", lambda part: part.streams, STREAM, when=lambda shape: shape.detail),),
)
LISTED_PART: Table[PartView] = Table("Part", _PART)

_MEDIA = (
    number("id", "media.id", key=True),
    number("duration", "media.duration_ms"),
    number("bitrate", "media.bitrate_kbps"),
    number("width", "media.width"),
    number("height", "media.height"),
    number("aspectRatio", "media.aspect_ratio"),
    number("audioChannels", "media.audio_channels"),
    text("audioCodec", "media.audio_codec"),
    text("videoCodec", "media.video_codec"),
    text("videoResolution", "media.video_resolution"),
    text("container", "media.container"),
    text("videoFrameRate", "media.video_frame_rate"),
    flag("optimizedForStreaming", "media.optimized_for_streaming"),
    text("audioProfile", "media.audio_profile"),
    flag("has64bitOffsets", "media.has_64bit_offsets"),
    text("videoProfile", "media.video_profile"),
    number("proxyType", lambda media: None if media.media.target is None else PROXY_TYPE),
    text("target", "media.target"),
    text("title", lambda media: media.media.target),
)


def _camera(key: str) -> Attribute[MediaShown]:
    def get(media: MediaShown) -> str | None:
        value = media.extra.get(key)
        return None if value is None else str(value)

    return text(key, get, when=lambda shape: shape.detail)


_VOICE = flag("hasVoiceActivity", lambda media: any(part.has_voice for part in media.parts))
_ABR = flag("abr", lambda media: bool(media.delivery and media.delivery.adaptive), when=_playing)

MEDIA: Table[MediaShown] = Table(
    "Media",
    (
        *_MEDIA,
        _VOICE,
        *_PLAYED,
        _ABR,
        *(_camera(key) for key in ("make", "model", "lens", "aperture", "exposure", "iso")),
    ),
    (Children("Part", lambda media: media.parts, PART),),
)
LISTED_MEDIA: Table[MediaView] = Table("Media", _MEDIA, (Children("Part", lambda media: media.parts, LISTED_PART),))

CHAPTER: Table[ChapterShown] = Table(
    "Chapter",
    (
        number("id", "chapter.id", key=True),
        number("index", "number"),
        text("tag", lambda shown: shown.chapter.title or f"Chapter {shown.number}"),
        number("startTimeOffset", "chapter.start_ms"),
        number("endTimeOffset", "chapter.end_ms"),
        text("thumb", "thumb"),
    ),
)
