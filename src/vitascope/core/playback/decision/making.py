"""From a plan to what a session makes: renditions in checked values, and what becomes of each stream."""

from collections.abc import Iterable

from vitascope.core.model import StreamType
from vitascope.core.playback.decision import picture, sound
from vitascope.core.playback.decision.abilities import Abilities, Limits
from vitascope.core.playback.decision.answer import (
    Delivery,
    PartDecision,
    StreamAction,
    StreamDecision,
    StreamPlace,
)
from vitascope.core.playback.decision.converting import Conversion, PartPlan
from vitascope.core.playback.decision.direct import part_streams
from vitascope.core.playback.decision.picture import PicturePlan
from vitascope.core.playback.decision.reasons import Why, because
from vitascope.core.playback.decision.request import PlayRequest
from vitascope.core.playback.decision.sound import SoundPlan
from vitascope.core.playback.decision.source import IMAGE_SUBTITLES, TEXT_SUBTITLES, codec
from vitascope.core.playback.decision.subtitles import SubtitlePlan
from vitascope.core.playback.facts import StreamFacts
from vitascope.core.playback.ladder import Rung, most_kbps, rungs_below
from vitascope.core.playback.profiles import ClientProfile, Kind, TranscodeTarget
from vitascope.core.playback.renditions import (
    AudioRendition,
    Burned,
    SegmentFormat,
    SubtitleRendition,
    VideoRendition,
)

_SEGMENTED = frozenset({"hls", "dash"})
_UNUSED = because(Why.STREAM_UNUSED, "It is not selected.")


def delivery(made: Conversion, request: PlayRequest) -> Delivery:
    """The stream that is made."""
    first = made.parts[0]
    shot, heard, read = first.picture, first.sound, first.subtitle
    photo = request.kind is Kind.PHOTO
    video = first.source.video
    return Delivery(
        protocol=made.target.protocol,
        container=made.target.container,
        video_codec=made.target.container if photo else _named(shot, video),
        audio_codec=_named(heard, heard.stream if heard else None),
        subtitle_codec=None
        if read is None or read.place not in (StreamPlace.EMBEDDED, StreamPlace.SEGMENTS_SUBS)
        else read.codec or codec(read.stream),
        size=shot.size if shot else None,
        kbps=first.kbps,
        channels=heard.channels if heard else None,
        adaptive=_adaptive(request, made.target),
        target_id=made.target.id,
    )


def _named(plan: PicturePlan | SoundPlan | None, stream: StreamFacts | None) -> str | None:
    if plan is None or stream is None:
        return None
    return codec(stream) if plan.codec is None else plan.codec.value


def _adaptive(request: PlayRequest, target: TranscodeTarget) -> bool:
    return request.adaptive and target.protocol in _SEGMENTED and request.kind is Kind.VIDEO


def part(
    plan: PartPlan,
    target: TranscodeTarget,
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
) -> PartDecision:
    """What becomes of a part, and what is made of it."""
    wrapped = SegmentFormat.MPEGTS if target.container == "mpegts" else SegmentFormat.FMP4
    others = _other_sounds(plan, target, profile, request, abilities) if _adaptive(request, target) else []
    heard = [*([plan.sound] if plan.sound else []), *others]
    return PartDecision(
        part_index=plan.source.part_index,
        part_id=plan.source.part.id,
        direct=False,
        streams=tuple(_streams(plan, target, request, {one.stream.id: one for one in heard})),
        video=() if request.kind is Kind.PHOTO else tuple(_videos(plan, target, profile, request, limits, abilities)),
        audio=tuple(_audio(one, wrapped, request) for one in heard if one.stream.info.index is not None),
        subtitles=tuple(_subtitles(plan, target, request)),
    )


# --- renditions ------------------------------------------------------------------------------------------------


def _videos(
    plan: PartPlan,
    target: TranscodeTarget,
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
) -> Iterable[VideoRendition]:
    """The quality that was decided for, and those below it for a session that changes between them."""
    source, top = plan.source, plan.picture
    if top is None or source.video is None or source.video.info.index is None:
        return
    wrapped = SegmentFormat.MPEGTS if target.container == "mpegts" else SegmentFormat.FMP4
    burned = _burned(plan.subtitle, request)
    yield _video(top, source.video.info.index, wrapped, burned)
    made = picture.encoder(source, target, abilities, limits)
    may = not limits.remux_only and limits.conversions_left != 0 and codec(source.video) not in abilities.undecodable
    if made is None or not may or not _adaptive(request, target):
        return
    lines = max(top.size.height, top.size.width * 9 // 16)
    seen = {top.size} if top.codec is not None else set()
    for rung in rungs_below(Rung(height=lines, kbps=top.kbps or most_kbps(top.size))):
        lower = picture.converted(source, profile, request, limits, made, abilities, budget_kbps=rung.kbps)
        if lower.size not in seen:
            seen.add(lower.size)
            yield _video(lower, source.video.info.index, wrapped, burned)


def _video(plan: PicturePlan, index: int, wrapped: SegmentFormat, burned: Burned | None) -> VideoRendition:
    if plan.codec is None:
        return VideoRendition(
            name="original",
            index=index,
            format=wrapped,
            width=plan.size.width,
            height=plan.size.height,
            bitrate_kbps=plan.kbps,
        )
    return VideoRendition(
        name=f"v{plan.size.height}-{plan.kbps}",
        index=index,
        format=wrapped,
        codec=plan.codec,
        width=plan.size.width,
        height=plan.size.height,
        bitrate_kbps=plan.kbps,
        frame_rate=plan.frame_rate,
        ten_bit=plan.ten_bit,
        tone_map=plan.tone_map,
        deinterlace=plan.deinterlace,
        burned=burned,
    )


def _burned(plan: SubtitlePlan | None, request: PlayRequest) -> Burned | None:
    if plan is None or not plan.burned:
        return None
    return Burned(
        index=plan.stream.info.index,
        path=plan.stream.path if plan.stream.external else None,
        image=codec(plan.stream) in IMAGE_SUBTITLES,
        offset_ms=plan.stream.offset_ms,
        size_percent=request.subtitle_size_percent,
    )


def _other_sounds(
    plan: PartPlan, target: TranscodeTarget, profile: ClientProfile, request: PlayRequest, abilities: Abilities
) -> list[SoundPlan]:
    """The tracks that a player may change to: in the codec of the one that plays, since players set up one decoder for
    all, and a list of codecs in which one is not theirs would have them refuse the whole. Where nothing on this machine
    makes that codec, each is what it would be alone."""
    like = _named(plan.sound, plan.sound.stream if plan.sound else None)
    budget = None if plan.sound is None else max(plan.sound.kbps, sound.LEAST_KBPS)
    found: list[SoundPlan] = []
    for stream in plan.source.of_type(StreamType.AUDIO):
        if plan.sound is None or stream.id == plan.sound.stream.id or stream.external:
            continue
        # What is without loss takes what it takes: better a little more of it than a second codec.
        for only, limit_kbps in ((like, budget), (like, None), (None, budget)):
            one = sound.plan(
                stream, plan.source, profile, target, request, abilities, budget_kbps=limit_kbps, like=only
            )
            if one is not None:
                found.append(one)
                break
    return found


def _audio(plan: SoundPlan, wrapped: SegmentFormat, request: PlayRequest) -> AudioRendition:
    return AudioRendition(
        name=f"a{plan.stream.info.index}",
        index=plan.stream.info.index or 0,
        format=wrapped,
        codec=plan.codec,
        channels=plan.channels,
        sampling_rate=plan.sampling_rate,
        bitrate_kbps=plan.kbps,
        boost_percent=request.boost_percent if plan.codec is not None else 100,
        gain_db=plan.gain_db,
    )


def _subtitles(plan: PartPlan, target: TranscodeTarget, request: PlayRequest) -> Iterable[SubtitleRendition]:
    read = plan.subtitle
    if read is not None and read.place is StreamPlace.SEGMENTS_SUBS:
        yield _segmented(read.stream, target)
    if not _adaptive(request, target) or "vtt" not in target.subtitle_codecs:
        return
    for stream in plan.source.of_type(StreamType.SUBTITLE):
        if codec(stream) in TEXT_SUBTITLES and (read is None or stream.id != read.stream.id):
            yield _segmented(stream, target)


def _segmented(stream: StreamFacts, target: TranscodeTarget) -> SubtitleRendition:
    return SubtitleRendition(
        name=f"s{stream.id}",
        index=stream.info.index,
        path=stream.path if stream.external else None,
        offset_ms=stream.offset_ms,
        whole=target.protocol == "dash",
    )


# --- streams ---------------------------------------------------------------------------------------------------


def _streams(
    plan: PartPlan, target: TranscodeTarget, request: PlayRequest, heard: dict[int, SoundPlan]
) -> Iterable[StreamDecision]:
    segmented = target.protocol in _SEGMENTED
    video_place = StreamPlace.SEGMENTS_VIDEO if segmented else StreamPlace.DIRECT
    audio_place = StreamPlace.SEGMENTS_AUDIO if segmented else StreamPlace.DIRECT
    for stream in part_streams(plan.source):
        if plan.picture is not None and plan.source.video is not None and stream.id == plan.source.video.id:
            yield _of_picture(stream, plan.picture, target, request, video_place)
        elif stream.id in heard:
            one = heard[stream.id]
            yield StreamDecision(
                stream_id=stream.id,
                action=StreamAction.COPY if one.codec is None else StreamAction.TRANSCODE,
                place=audio_place,
                codec=None if one.codec is None else one.codec.value,
                kbps=None if one.codec is None else one.kbps,
                channels=None if one.codec is None else one.channels,
                reasons=one.reasons,
            )
        elif plan.subtitle is not None and stream.id == plan.subtitle.stream.id:
            yield StreamDecision(
                stream_id=stream.id,
                action=plan.subtitle.action,
                place=plan.subtitle.place,
                codec=plan.subtitle.codec,
                reasons=(plan.subtitle.reason,),
            )
        elif stream.selected and stream.info.type is StreamType.SUBTITLE:
            off = because(Why.SUBTITLE_OFF, "No subtitles are asked for.")
            yield StreamDecision(stream_id=stream.id, action=StreamAction.IGNORE, reasons=(off,))
        else:
            yield StreamDecision(stream_id=stream.id, action=StreamAction.IGNORE, reasons=(_UNUSED,))


def _of_picture(
    stream: StreamFacts, shot: PicturePlan, target: TranscodeTarget, request: PlayRequest, place: StreamPlace
) -> StreamDecision:
    if shot.codec is None:
        return StreamDecision(stream_id=stream.id, action=StreamAction.COPY, place=place, reasons=shot.reasons)
    return StreamDecision(
        stream_id=stream.id,
        action=StreamAction.TRANSCODE,
        place=place,
        codec=target.container if request.kind is Kind.PHOTO else shot.codec.value,
        size=shot.size,
        kbps=shot.kbps or None,
        reasons=shot.reasons,
    )
