"""One file in, everything the Media, Part and Stream elements need out. Runs inside a worker process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import av.error
import msgspec
from av.container import InputContainer
from av.stream import AttachmentStream, Disposition, Stream
from av.video.stream import VideoStream

from vitascope.core.model import ChapterInfo, ProbedFile, StreamInfo, StreamType
from vitascope.media.probe import matroska, mp4, mpegts
from vitascope.media.probe.container import open_container
from vitascope.media.probe.fingerprint import fingerprint
from vitascope.media.probe.images import image_size
from vitascope.media.probe.opening import MediaFile, Window
from vitascope.media.probe.sniff import IMAGES, Format, sniff_file
from vitascope.media.probe.streams import TrackDetail, describe_stream, refine
from vitascope.media.workers.failure import MediaError, Reason

MAX_STREAMS = 256
MAX_CHAPTERS = 2000
_CONTAINERS = {"mpegvideo": "mpeg", "wv": "wavpack", "mpc8": "mpc"}


def probe_file(path: str | bytes, *, full: bool = False) -> ProbedFile:
    """Probe a video, audio or picture file. ``full`` reads into the streams at once instead of when needed.

    Raises :class:`MediaError`; for files that are not media too.
    """
    with MediaFile(path, here_and_there=True) as file:
        return probe_open_file(file, sniff_file(file), full=full)


def attached_picture(file: MediaFile, format_: Format) -> bytes | None:
    """The first picture that libav finds beside the streams."""
    container = open_container(file, format_, full=False)
    try:
        pictures = [stream for stream in container.streams.video if _is_picture(stream)]
        if pictures:
            for packet in container.demux(pictures[0]):
                if packet.size:
                    return bytes(packet)
    except av.error.FFmpegError as error:
        raise MediaError(Reason.DAMAGED, "the embedded picture cannot be read") from error
    finally:
        container.close()
    return None


def probe_open_file(file: MediaFile, format_: Format, *, full: bool = False) -> ProbedFile:
    """The same for a file that is open already."""
    return probe_with_metadata(file, format_, full=full)[0]


def probe_with_metadata(
    file: MediaFile, format_: Format, *, full: bool = False
) -> tuple[ProbedFile, Mapping[str, str]]:
    """Beside the probe, the tags of the container as libav has them."""
    if format_ in IMAGES:
        return _picture(file, format_), {}
    structure = _structure(file, format_)
    # From the cheapest way to the dearest, until nothing is missing: over short tables, headers only, fully.
    ways: list[tuple[bool, list[int]]] = [(True, [])]
    if not full:
        ways = [(False, []), *ways]
        if structure.long_tables:
            ways = [(False, structure.long_tables), *ways]
    for full_now, long_tables in ways:
        container = open_container(file, format_, full=full_now, long_tables=long_tables)
        try:
            infos = refine(container, _infos(container, structure.details, full=full_now))
            is_last = full_now
            if is_last or not _is_incomplete(container, infos, is_short=bool(long_tables)):
                duration_ms = structure.duration_ms if long_tables else None
                return _assemble(file, format_, container, infos, structure.flags, duration_ms), container.metadata
        finally:
            container.close()
    raise AssertionError("the last way always ends")


@dataclass(slots=True, kw_only=True)
class _Structure:
    """What the container's own structure tells. Details go by track id (negative keys), Matroska's by position."""

    details: dict[int, TrackDetail] = field(default_factory=dict)
    flags: dict[str, Any] = field(default_factory=dict)
    long_tables: list[int] = field(default_factory=list)
    duration_ms: int | None = None


def _structure(file: MediaFile, format_: Format) -> _Structure:
    if format_ is Format.MP4:
        layout = mp4.read_layout(Window(file))
        return _Structure(
            details={
                -number: TrackDetail(
                    language_tag=track.language_tag,
                    title=track.title,
                    rotation=track.rotation,
                    dolby_vision=track.dolby_vision,
                )
                for number, track in layout.tracks.items()
            },
            flags={
                "optimized_for_streaming": layout.index_first,
                "has_64bit_offsets": layout.has_64bit_offsets,
                "problem": "truncated" if layout.truncated else None,
            },
            long_tables=layout.long_tables,
            duration_ms=layout.duration_ms,
        )
    if format_ is Format.MATROSKA:
        segment = matroska.read_layout(Window(file))
        return _Structure(
            details={
                place: TrackDetail(
                    language_tag=each.language_tag,
                    rotation=each.rotation,
                    dolby_vision=each.dolby_vision,
                    hdr10_plus=each.hdr10_plus,
                )
                for place, each in enumerate(segment.tracks)
            },
            flags={"problem": "truncated" if segment.truncated else None},
        )
    if format_ is Format.MPEGTS:
        found = mpegts.dolby_streams(file)
        return _Structure(details={-number: TrackDetail(dolby_vision=vision) for number, vision in found.items()})
    return _Structure()


def _infos(container: InputContainer, details: dict[int, TrackDetail], *, full: bool) -> list[StreamInfo]:
    nothing = TrackDetail()
    infos = []
    for stream in list(container.streams)[:MAX_STREAMS]:
        detail = details.get(-stream.id) or details.get(stream.index, nothing)
        info = describe_stream(stream, detail, full=full)
        if info is not None:
            infos.append(info)
    return infos


def _is_incomplete(container: InputContainer, infos: list[StreamInfo], *, is_short: bool) -> bool:
    """Is something missing that a client needs and a closer look may tell?

    Over short tables libav cannot count bytes: with one rate unknown it follows from the others, with two it does not.
    """
    if not container.duration or not infos:
        return True
    weighty = [info for info in infos if info.type in {StreamType.VIDEO, StreamType.AUDIO}]
    if is_short and sum(info.bitrate_kbps is None for info in weighty) > 1:
        return True
    return any(
        (info.type is StreamType.VIDEO and not (info.width and info.bit_depth and info.frame_rate))
        or (info.type is StreamType.AUDIO and not (info.channels and info.sampling_rate))
        for info in infos
    )


def _assemble(
    file: MediaFile,
    format_: Format,
    container: InputContainer,
    infos: list[StreamInfo],
    flags: dict[str, Any],
    duration_ms: int | None,
) -> ProbedFile:
    if not infos:
        raise MediaError(Reason.DAMAGED, "no playable stream in it")
    duration = duration_ms * 1000 if duration_ms else container.duration
    bitrate = container.bit_rate or (file.size_bytes * 8_000_000 // duration if duration else 0)
    bitrate_kbps = max(1, round(bitrate / 1000)) if bitrate > 0 else None
    streams = list(container.streams)[:MAX_STREAMS]
    return ProbedFile(
        container=_container_name(container, file, format_, infos),
        duration_ms=round(duration / 1000) if duration and duration > 0 else None,
        bitrate_kbps=bitrate_kbps,
        size_bytes=file.size_bytes,
        streams=tuple(_with_remaining_bitrate(infos, bitrate_kbps)),
        chapters=_chapters(container),
        attachments=tuple(stream.name or "" for stream in streams if isinstance(stream, AttachmentStream)),
        has_embedded_picture=any(_is_picture(stream) for stream in streams),
        fingerprint=fingerprint(file),
        **flags,
    )


def _is_picture(stream: Stream) -> bool:
    return isinstance(stream, VideoStream) and bool(stream.disposition & Disposition.attached_pic)


def _with_remaining_bitrate(infos: list[StreamInfo], total_kbps: int | None) -> list[StreamInfo]:
    """When the rate of one stream alone is unknown, it is what the others leave of the whole.

    A rate far above the whole is a format's way to say that it varies.
    """
    if total_kbps is None:
        return infos
    infos = [
        msgspec.structs.replace(info, bitrate_kbps=None) if (info.bitrate_kbps or 0) > 2 * total_kbps + 64 else info
        for info in infos
    ]
    weighty = [info for info in infos if info.type in {StreamType.VIDEO, StreamType.AUDIO}]
    unknown = [info for info in weighty if info.bitrate_kbps is None]
    rest = total_kbps - sum(info.bitrate_kbps or 0 for info in weighty)
    if len(unknown) != 1 or rest <= 0:
        return infos
    return [msgspec.structs.replace(info, bitrate_kbps=rest) if info is unknown[0] else info for info in infos]


def _chapters(container: InputContainer) -> tuple[ChapterInfo, ...]:
    chapters = []
    for chapter in container.chapters()[:MAX_CHAPTERS]:
        base = chapter["time_base"]
        if base is None:
            continue
        start, end = round(chapter["start"] * base * 1000), round(chapter["end"] * base * 1000)
        title = chapter["metadata"].get("title", "").strip()
        chapters.append(ChapterInfo(start_ms=max(0, start), end_ms=max(start, end, 0), title=title or None))
    return tuple(chapters)


def _container_name(container: InputContainer, file: MediaFile, format_: Format, infos: list[StreamInfo]) -> str:
    if format_ is Format.MP4:
        suffix = PurePath(os.fsdecode(file.path)).suffix.lower()
        if file.head[4:12] == b"ftypqt  " or suffix == ".mov":
            return "mov"
        has_video = any(info.type is StreamType.VIDEO for info in infos)
        return suffix[1:] if suffix in {".m4a", ".m4b"} and not has_video else "mp4"
    if format_ is Format.MATROSKA:
        return "webm" if b"webm" in file.head[:64] else "mkv"
    name = container.format.name.partition(",")[0]
    return _CONTAINERS.get(name, name)


def _picture(file: MediaFile, format_: Format) -> ProbedFile:
    width, height = image_size(file, format_)
    name = "avif" if format_ is Format.HEIF and file.head[8:12] in {b"avif", b"avis"} else str(format_)
    if name == "heif":
        name = "heic"
    return ProbedFile(
        container=name,
        size_bytes=file.size_bytes,
        streams=(StreamInfo(type=StreamType.VIDEO, index=0, codec=name, width=width, height=height),),
        fingerprint=fingerprint(file),
    )
