"""What becomes of the video when a stream is made: copied where the client plays it, else converted to the best picture
that the bandwidth carries.

A bit rate is split so that more bandwidth never makes the picture worse: what is kept for the sound grows with it only
as far as the sound can use it.
"""

from dataclasses import dataclass
from fractions import Fraction

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.decision.abilities import Abilities, HevcEncoding, Limits
from vitascope.core.playback.decision.direct import asked_box
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import PlayRequest
from vitascope.core.playback.decision.source import Shown, Source, codec, hdr_of, shown, turned
from vitascope.core.playback.ladder import Size, box, fitted, most_kbps, tallest
from vitascope.core.playback.profiles import (
    Bound,
    ClientProfile,
    Scope,
    Subject,
    TranscodeTarget,
    broken,
    named_in,
)
from vitascope.core.playback.profiles.limits import number
from vitascope.core.playback.renditions import VideoCodec

_HELD = {
    "mpegts": ("h264", "hevc", "mpeg2video", "mpeg1video", "vc1"),
    "mp4": ("h264", "hevc", "av1", "vp9", "mpeg4"),
    "webm": ("vp8", "vp9", "av1"),
}
"""What a container holds; any other one holds everything."""
_SEGMENTED = frozenset({"hls", "dash"})
_EFFICIENCY = {"h264": 1.0, "hevc": 1.7, "av1": 2.0, "vp9": 1.6, "mpeg2video": 0.55, "mpeg4": 0.7, "vc1": 0.9}
"""How far a bit goes, compared with H.264."""
_TALLEST = 1_080
"""Lines that are made unless more are asked for."""
_CELLULAR_KBPS = 4_000
LEAST_KBPS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePlan:
    """What becomes of the video. ``codec is None``: it is copied."""

    codec: VideoCodec | None
    size: Size
    kbps: int
    frame_rate: Fraction | None
    ten_bit: bool
    tone_map: bool
    deinterlace: bool
    reasons: tuple[Reason, ...]


def holds(container: str, name: str) -> bool:
    """Whether a container holds that video."""
    held = _HELD.get(container)
    return held is None or name in held


def not_copied(source: Source, profile: ClientProfile, target: TranscodeTarget, request: PlayRequest) -> Reason | None:
    """Why the video is not copied, but for bandwidth and subtitles; ``None`` when it is."""
    stream = source.video
    if stream is None:
        return None
    name, info = codec(stream), stream.info
    if not request.direct_stream:
        return because(Why.COPY_OFF, "Copying of video is disabled.")
    if not named_in(name, target.video_codecs):
        return because(Why.VIDEO_CODEC, f"The client does not take {name} in {target.container}.")
    if not holds(target.container, name):
        return because(Why.CONTAINER_HOLDS_NOT, f"{target.container} does not hold {name}.")
    same = [one.info for one in source.part.streams if one.info.type is info.type and codec(one) == name]
    found = broken(profile.of(Scope.VIDEO_CODEC, name), Subject(played=[info], all=same, part=source.part))
    if found is not None:
        return because(Why.VIDEO_LIMIT, f"{name}: {found}.")
    match shown(info, profile):
        case Shown.NEVER:
            return because(Why.DOVI_UNSHOWN, "The client does not show Dolby Vision, and there is no other layer.")
        case Shown.MAPPED:
            return because(Why.HDR_UNSHOWN, f"The client does not show {hdr_of(info)}.")
        case Shown.AS_IT_IS:
            pass
    asked = asked_box(source, request)
    if asked is not None and (source.size.width > asked.width or source.size.height > asked.height):
        return because(
            Why.RESOLUTION_ASKED,
            f"The picture is {source.size.width}x{source.size.height}, and {asked.width}x{asked.height} is asked for.",
        )
    if turned(info) and target.container == "mpegts":
        return because(Why.VIDEO_ROTATED, "It is turned, and mpegts cannot say so.")
    if target.protocol in _SEGMENTED and not source.part.indexed:
        return because(Why.VIDEO_UNINDEXED, "Its key frames are not known yet, so it cannot be cut into segments.")
    return None


def encoder(source: Source, target: TranscodeTarget, abilities: Abilities, limits: Limits) -> VideoCodec | None:
    """What the video becomes: the first that the client wants and the server makes; HEVC where the owner allows it."""
    made = [
        one
        for name in target.video_codecs
        for one in VideoCodec
        if one in abilities.video_encoders and name in ("*", one.value) and holds(target.container, one)
    ]
    from_hevc = source.video is not None and codec(source.video) == "hevc"
    if limits.hevc is HevcEncoding.NEVER or (limits.hevc is HevcEncoding.HEVC_SOURCES and not from_hevc):
        return next((one for one in made if one is not VideoCodec.HEVC), None)
    return next((one for one in made if one is VideoCodec.HEVC), made[0] if made else None)


def _bound(profile: ClientProfile, name: str, what: str) -> float | None:
    """The narrowest upper bound that the profile sets for what is made."""
    bounds = [
        found
        for one in profile.of(Scope.VIDEO_CODEC, name)
        if one.name == what and one.bound is Bound.UPPER and one.values
        for found in (number(one.values[0]),)
        if found is not None
    ]
    return min(bounds, default=None)


def converted(
    source: Source,
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    made: VideoCodec,
    abilities: Abilities,
    *,
    budget_kbps: int | None,
) -> PicturePlan:
    """The best picture that can be made for so much."""
    stream = source.video
    info = stream.info if stream is not None else StreamInfo(type=StreamType.VIDEO)
    budget = budget_kbps
    reasons: list[Reason] = []
    if budget is None and request.network == "cellular":
        budget = _CELLULAR_KBPS
        reasons.append(
            because(Why.BANDWIDTH_CELLULAR, f"On a mobile network {budget} kbit/s are made when none asked.")
        )
    size = _size(source, profile, request, limits, made, budget)
    efficiency = _EFFICIENCY.get(codec(stream) if stream else "", 1.0) / _EFFICIENCY.get(made, 1.0)
    worth = most_kbps(size)
    if source.video_kbps:
        worth = min(worth, max(int(source.video_kbps * max(efficiency, 1.0)), LEAST_KBPS))
    limit = _bound(profile, made, "video.bitrate")
    if limit is not None:
        worth = min(worth, max(int(limit), LEAST_KBPS))
    kbps = worth if budget is None else max(min(worth, budget), LEAST_KBPS)
    mapped = hdr_of(info) is not None or shown(info, profile) is Shown.NEVER
    can_map = limits.tone_mapping and abilities.tone_map
    if mapped:
        reasons.append(
            because(Why.HDR_MAPPED, "Its dynamic range is mapped to SDR.")
            if can_map
            else because(Why.HDR_KEPT, "Its dynamic range is not mapped: the colours are dull.")
        )
    deep = (info.bit_depth or 8) > 8 and made in (VideoCodec.HEVC, VideoCodec.AV1)
    most_bits = _bound(profile, made, "video.bitDepth")
    rate = _frame_rate(profile, made, info.frame_rate, size)
    reasons.append(because(Why.VIDEO_CONVERTED, f"It becomes {made}, {size.width}x{size.height} at {kbps} kbit/s."))
    return PicturePlan(
        codec=made,
        size=size,
        kbps=kbps,
        frame_rate=rate,
        ten_bit=deep and not (mapped and can_map) and (most_bits is None or most_bits >= 10),
        tone_map=mapped and can_map,
        deinterlace=info.scan_type == "interlaced",
        reasons=tuple(reasons),
    )


def photograph(source: Source, request: PlayRequest) -> PicturePlan:
    """A photograph, scaled and turned into a picture that every client shows."""
    asked = asked_box(source, request)
    size = source.size if asked is None else fitted(source.size, [asked])
    return PicturePlan(
        codec=VideoCodec.H264,
        size=size,
        kbps=0,
        frame_rate=None,
        ten_bit=False,
        tone_map=False,
        deinterlace=False,
        reasons=(because(Why.VIDEO_CONVERTED, f"It becomes a picture of {size.width}x{size.height}."),),
    )


def _size(
    source: Source,
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    made: VideoCodec,
    budget: int | None,
) -> Size:
    asked = asked_box(source, request)
    boxes = [asked if asked is not None else _wide(box(_TALLEST), source)]
    if limits.resolution is not None:
        boxes.append(_wide(limits.resolution, source))
    width, height = _bound(profile, made, "video.width"), _bound(profile, made, "video.height")
    if width is not None or height is not None:
        boxes.append(Size(width=int(width or 16_384), height=int(height or 16_384)))
    if budget is not None:
        boxes.append(_wide(box(tallest(budget)), source))
    if source.size.width < 1 or source.size.height < 1:  # nobody knows: what most players show
        return fitted(box(480), boxes)
    return fitted(source.size, boxes)


def _wide(frame: Size, source: Source) -> Size:
    """A frame, standing upright for a picture that does."""
    if (source.size.height > source.size.width) == (frame.height > frame.width):
        return frame
    return Size(width=frame.height, height=frame.width)


def _frame_rate(profile: ClientProfile, made: VideoCodec, rate: float | None, size: Size) -> Fraction | None:
    """The most pictures in a second, when there are more in the source."""
    most = _bound(profile, made, "video.frameRate")
    level = _bound(profile, made, "video.level")
    if made is VideoCodec.H264 and level is not None and level <= 41 and size.height > 720:
        most = min(most or 30.0, 30.0)
    if most is None or rate is None or rate <= most + 0.1 or most < 1:
        return None
    return Fraction(most).limit_denominator(1_001)
