"""An item as it is about to be played, or is: its version, parts and streams as the decision makes them.

The rows of the item are copied and overwritten with what comes out of a conversion, so that a client reads the codecs
and sizes that it gets, and the same tables write it.
"""

import copy
from collections.abc import Sequence

import msgspec

from vitascope.api.render.shown import MediaShown, PartShown, Shown, StreamShown
from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.decision import Decision, Delivery, PartDecision, StreamDecision
from vitascope.media.probe.describe import video_resolution
from vitascope.store.rows import MediaRow


def decided_versions(shown: Shown, decision: Decision) -> Sequence[MediaShown]:
    """The versions of an item, the one that is played as it will be; the others are not played."""
    versions = [media for media in shown.media if isinstance(media, MediaShown)]
    made: list[MediaShown] = []
    for index, version in enumerate(versions):
        chosen = decision.means is not None and index == decision.version_index
        made.append(_version(version, decision if chosen else None))
    return made


def decided(shown: Shown, decision: Decision) -> Shown:
    """The item with those versions. Made on a copy."""
    other = copy.copy(shown)
    other.media = decided_versions(shown, decision)
    return other


def _version(version: MediaShown, decision: Decision | None) -> MediaShown:
    other = copy.copy(version)
    parts = {} if decision is None else {part.part_id: part for part in decision.parts}
    other.selected = decision is not None
    other.delivery = None if decision is None else decision.delivery
    other.parts = [_part(part, parts.get(part.part.id), other.delivery) for part in version.parts]
    if other.delivery is not None:
        other.media = _media(version.media, other.delivery)
    return other


def _media(row: MediaRow, delivery: Delivery) -> MediaRow:
    size = delivery.size
    return msgspec.structs.replace(
        row,
        container=delivery.container,
        bitrate_kbps=delivery.kbps or None,
        width=size.width if size else None,
        height=size.height if size else None,
        video_codec=delivery.video_codec,
        video_resolution=video_resolution(size.width, size.height) if size else None,
        video_profile=row.video_profile if delivery.video_codec == row.video_codec else None,
        audio_codec=delivery.audio_codec,
        audio_channels=delivery.channels,
        audio_profile=row.audio_profile if delivery.audio_codec == row.audio_codec else None,
        optimized_for_streaming=False,
        has_64bit_offsets=False,
    )


def _part(part: PartShown, decision: PartDecision | None, delivery: Delivery | None) -> PartShown:
    other = copy.copy(part)
    other.decision = "none" if decision is None else "directplay" if decision.direct else "transcode"
    other.selected = decision is not None
    if delivery is not None and decision is not None:
        other.delivery = delivery
        other.part = msgspec.structs.replace(part.part, container=delivery.container)
    by_id = {} if decision is None else {stream.stream_id: stream for stream in decision.streams}
    other.streams = [_stream(stream, by_id.get(stream.row.id)) for stream in part.streams]
    return other


def _stream(stream: StreamShown, decision: StreamDecision | None) -> StreamShown:
    other = copy.copy(stream)
    other.decision = decision
    if decision is not None and decision.codec is not None:
        other.info = _made(stream.info, decision)
    return other


def _made(info: StreamInfo, decision: StreamDecision) -> StreamInfo:
    """What is known of a stream that is converted; the rest of what was known holds no longer."""
    size = decision.size
    kept = StreamInfo(
        type=info.type,
        index=info.index,
        codec=decision.codec or info.codec,
        language_code=info.language_code,
        language_tag=info.language_tag,
        title=info.title,
        default=info.default,
        forced=info.forced,
        hearing_impaired=info.hearing_impaired,
        visual_impaired=info.visual_impaired,
        bitrate_kbps=decision.kbps,
        width=size.width if size else None,
        height=size.height if size else None,
        frame_rate=info.frame_rate,
        channels=decision.channels,
    )
    if info.type is StreamType.SUBTITLE:
        return msgspec.structs.replace(kept, format=decision.codec)
    return kept
