"""From what a probe found to the rows of Media, Part and Stream, and to the classes clients show and filter by.

Ids of parts and streams stay where a file is still the same one: what people chose for a part (its audio, its
subtitles) and addresses that players hold would otherwise be lost with every touch of a file.
"""

import os
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from vitascope.core.model import FileClass, ItemType, ProbedFile, StreamInfo, StreamType
from vitascope.core.naming.made_versions import target_of
from vitascope.library.scan.finds import Sidecar
from vitascope.library.scan.known import OldItem
from vitascope.media.probe.describe import aspect_ratio_class, frame_rate_class, video_resolution
from vitascope.store.rows import FileRow, MediaRow, PartRow, StreamRow

# Lines of each resolution class: what a sort by resolution compares.
_LINES = {"sd": 0, "480": 480, "576": 576, "720": 720, "1080": 1080, "2k": 1440, "4k": 2160, "8k": 4320}
_encode = msgspec.json.Encoder().encode
_SUBTITLE_CODECS = {"vtt": "webvtt", "idx": "vobsub", "sup": "pgs"}


class ProbedPart(Struct, kw_only=True):
    """One file of a version, probed, with its sidecars and their file rows."""

    file: FileRow
    probe: ProbedFile
    sidecars: tuple[tuple[Sidecar, FileRow], ...] = ()


class ProbedVersion(Struct, kw_only=True):
    parts: list[ProbedPart]
    label: str | None = None


class MediaPlan(Struct, kw_only=True):
    """What has to be written so that an item has exactly these versions."""

    media: list[MediaRow] = []
    parts: list[PartRow] = []
    streams: list[StreamRow] = []
    new: set[tuple[str, int]] = set()
    """(table, id) of the rows that are not there yet."""
    gone_media: list[int] = []
    gone_parts: list[int] = []
    gone_streams: list[int] = []


def plan_media(
    item_id: int,
    versions: Sequence[ProbedVersion],
    old: OldItem | None,
    kept: Sequence[int],
    new_id: Callable[[str], int],
) -> MediaPlan:
    """Rows for all versions of an item, the best first. ``kept`` are ids of old media that stay as they are."""
    plan = MediaPlan(media=[], parts=[], streams=[], new=set(), gone_media=[], gone_parts=[], gone_streams=[])
    old_parts = {part.file_id: part for part in old.parts} if old else {}
    old_streams: dict[int, list[StreamRow]] = {}
    for stream in old.streams if old else ():
        old_streams.setdefault(stream.part_id, []).append(stream)
    used_media: set[int] = set(kept)
    used_parts: set[int] = set()
    for version in versions:
        matched = [old_parts.get(part.file.id) for part in version.parts]
        media_id = next((part.media_id for part in matched if part and part.media_id not in used_media), None)
        if media_id is None:
            media_id = new_id("media")
            plan.new.add(("media", media_id))
        used_media.add(media_id)
        rows = [
            _plan_part(plan, item_id, media_id, at, part, known if known and known.id not in used_parts else None,
                       old_streams, new_id)
            for at, (part, known) in enumerate(zip(version.parts, matched, strict=True))
        ]  # fmt: skip
        used_parts.update(row.id for row in rows)
        target = target_of(os.fsdecode(version.parts[0].file.path))
        plan.media.append(media_row(media_id, item_id, [part.probe for part in version.parts], target))
    plan.media += [medium for medium in (old.media if old else ()) if medium.id in kept]
    plan.media = in_order(plan.media)
    for medium in old.media if old else ():
        if medium.id not in used_media:
            plan.gone_media.append(medium.id)
    for part in old.parts if old else ():
        if part.id not in used_parts and part.media_id in used_media and part.media_id not in kept:
            plan.gone_parts.append(part.id)
    return plan


def _plan_part(
    plan: MediaPlan,
    item_id: int,
    media_id: int,
    ordering: int,
    part: ProbedPart,
    known: PartRow | None,
    old_streams: dict[int, list[StreamRow]],
    new_id: Callable[[str], int],
) -> PartRow:
    part_id = known.id if known else new_id("parts")
    if known is None:
        plan.new.add(("parts", part_id))
    row = part_row(part_id, media_id, item_id, ordering, part)
    plan.parts.append(row)
    # What was handed in lies with no file: it goes when it is taken away, or with its part.
    before = {
        (stream.type, stream.index_number, stream.file_id): stream
        for stream in old_streams.get(part_id, ())
        if '"upload":' not in stream.info
    }
    # Lyrics beside a track were put there on purpose; those in its tags only count without.
    beside = any(sidecar.entry.file_class is FileClass.LYRICS for sidecar, _ in part.sidecars)
    infos: list[tuple[StreamInfo, int | None]] = [
        (info, None) for info in part.probe.streams if not (beside and info.type is StreamType.LYRICS)
    ]
    infos += [(sidecar_info(sidecar), file.id) for sidecar, file in part.sidecars]
    for info, file_id in infos:
        stays = before.pop((int(info.type), info.index, file_id), None)
        stream_id = stays.id if stays else new_id("streams")
        if stays is None:
            plan.new.add(("streams", stream_id))
        plan.streams.append(
            StreamRow(
                id=stream_id,
                part_id=part_id,
                item_id=item_id,
                type=int(info.type),
                index_number=info.index,
                file_id=file_id,
                codec=info.codec,
                language_code=info.language_code,
                channels=info.channels,
                info=_encode(info).decode(),
            )
        )
    plan.gone_streams += [stream.id for stream in before.values()]
    return row


def sidecar_info(sidecar: Sidecar) -> StreamInfo:
    """The stream that a subtitle or lyrics file is."""
    extension = sidecar.entry.name.rpartition(b".")[2].decode("ascii", "replace").lower()
    is_lyrics = sidecar.entry.file_class is FileClass.LYRICS
    return StreamInfo(
        type=StreamType.LYRICS if is_lyrics else StreamType.SUBTITLE,
        codec=extension if is_lyrics else _SUBTITLE_CODECS.get(extension, extension),
        format=extension if is_lyrics else _SUBTITLE_CODECS.get(extension, extension),
        language_code=sidecar.language_code,
        language_tag=sidecar.language_tag,
        title=sidecar.title,
        forced=sidecar.forced,
        default=sidecar.default,
        hearing_impaired=sidecar.hearing_impaired,
        commentary=sidecar.commentary,
        timed=extension == "lrc" if is_lyrics else None,
    )


def part_row(part_id: int, media_id: int, item_id: int, ordering: int, part: ProbedPart) -> PartRow:
    probe = part.probe
    video, audio = _first(probe, StreamType.VIDEO), _first(probe, StreamType.AUDIO)
    return PartRow(
        id=part_id,
        media_id=media_id,
        item_id=item_id,
        file_id=part.file.id,
        ordering=ordering,
        duration_ms=probe.duration_ms,
        size_bytes=part.file.size_bytes,
        container=probe.container,
        stamp=part.file.mtime_ns // 1_000_000_000,
        optimized_for_streaming=probe.optimized_for_streaming,
        has_64bit_offsets=probe.has_64bit_offsets,
        video_profile=_lower(video.profile) if video else None,
        audio_profile=_lower(audio.profile) if audio else None,
        has_embedded_picture=probe.has_embedded_picture,
        chapters=_encode(probe.chapters).decode() if probe.chapters else None,
        attachments=_encode(probe.attachments).decode() if probe.attachments else None,
    )


def media_row(media_id: int, item_id: int, probes: Sequence[ProbedFile], target: str | None = None) -> MediaRow:
    """The Media of one version; a split film's length is that of its parts together."""
    first = probes[0]
    video, audio = _first(first, StreamType.VIDEO), _first(first, StreamType.AUDIO)
    durations = [probe.duration_ms for probe in probes if probe.duration_ms]
    rates = [probe.bitrate_kbps for probe in probes if probe.bitrate_kbps]
    width, height = (video.width, video.height) if video else (None, None)
    if video is not None and video.rotation in (90, 270) and first.container not in ("jpeg", "heic"):
        width, height = height, width
    return MediaRow(
        id=media_id,
        item_id=item_id,
        duration_ms=sum(durations) or None,
        bitrate_kbps=sum(rates) // len(rates) if rates else None,
        width=width,
        height=height,
        aspect_ratio=aspect_ratio_class(width, height, video.pixel_aspect_ratio) if video else None,
        container=first.container,
        video_codec=video.codec if video else None,
        video_resolution=video_resolution(width, height),
        video_frame_rate=frame_rate_class(video.frame_rate) if video else None,
        video_profile=_lower(video.profile) if video else None,
        audio_codec=audio.codec if audio else None,
        audio_channels=audio.channels if audio else None,
        audio_profile=_lower(audio.profile) if audio else None,
        optimized_for_streaming=all(probe.optimized_for_streaming for probe in probes),
        has_64bit_offsets=any(probe.has_64bit_offsets for probe in probes),
        target=target,
    )


class BestMedia(Struct, frozen=True, kw_only=True):
    """What an item's row repeats of its media, for filters and sorts."""

    duration_ms: int | None = None
    height: int | None = None
    bitrate_kbps: int | None = None
    size_bytes: int | None = None
    hdr: bool = False
    dovi: bool = False


def best_of(plan: MediaPlan, all_parts: Sequence[PartRow], streams: Sequence[StreamRow]) -> BestMedia:
    if not plan.media:
        return BestMedia()
    best = plan.media[0]
    sizes = [part.size_bytes for part in all_parts if part.media_id == best.id]
    part_ids = {part.id for part in all_parts if part.media_id == best.id}
    hdr = dovi = False
    for stream in streams:
        if stream.type == StreamType.VIDEO and stream.part_id in part_ids:
            hdr = hdr or '"color_trc":"smpte2084"' in stream.info or '"color_trc":"arib-std-b67"' in stream.info
            dovi = dovi or '"dovi_present":true' in stream.info
    return BestMedia(
        duration_ms=max((medium.duration_ms or 0 for medium in plan.media), default=0) or None,
        height=_LINES.get(best.video_resolution or ""),
        bitrate_kbps=best.bitrate_kbps,
        size_bytes=sum(sizes) or None,
        hdr=hdr or dovi,
        dovi=dovi,
    )


def is_playable(item_type: ItemType, probe: ProbedFile) -> str | None:
    """Why a file cannot be an item of this type although it was read, or ``None``."""
    kinds = {stream.type for stream in probe.streams}
    if item_type is ItemType.TRACK and StreamType.AUDIO not in kinds:
        return "there is no sound in it"
    if item_type in (ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP) and StreamType.VIDEO not in kinds:
        return "there is no picture in it"
    return None


def in_order(media: Sequence[MediaRow]) -> list[MediaRow]:
    """Versions with the best first; what a server made comes after all others."""
    return [replace(one, ordering=at) for at, one in enumerate(sorted(media, key=_quality, reverse=True))]


def _quality(medium: MediaRow) -> tuple[bool, int, int, int]:
    size = (medium.height or 0) * (medium.width or 0)
    return medium.target is None, size, medium.bitrate_kbps or 0, -medium.id


def _first(probe: ProbedFile, kind: StreamType) -> StreamInfo | None:
    found = [stream for stream in probe.streams if stream.type is kind]
    return next((stream for stream in found if stream.default), found[0] if found else None)


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
