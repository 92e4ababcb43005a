"""Whether a client plays a part as it is, and if not, the first reason why."""

from vitascope.core.model import StreamType
from vitascope.core.playback.decision.abilities import Limits, least
from vitascope.core.playback.decision.answer import (
    Code,
    StreamAction,
    StreamDecision,
    StreamPlace,
    Verdict,
)
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import PlayRequest, SubtitleMode
from vitascope.core.playback.decision.source import TEXT_SUBTITLES, Shown, Source, codec, hdr_of, shown
from vitascope.core.playback.facts import StreamFacts
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.profiles import (
    ClientProfile,
    DirectPlayProfile,
    Kind,
    Scope,
    Subject,
    broken,
    named_in,
)

OK = Verdict(code=Code.DIRECT_PLAY_OK, text="Direct play OK.")
_CONTAINERS = {
    Kind.VIDEO: Scope.VIDEO_CONTAINER,
    Kind.MUSIC: Scope.MUSIC_CONTAINER,
    Kind.PHOTO: Scope.PHOTO_CONTAINER,
}


def ceiling(request: PlayRequest, limits: Limits) -> int | None:
    """The bandwidth for everything together: what the client asks for, and what the owner allows. It is never less
    than none, also where more is taken already than there is."""
    asked = request.music_kbps if request.kind is Kind.MUSIC else None
    if asked is None:
        asked = least(request.bitrate_kbps, request.peak_kbps)
    found = least(asked, limits.kbps)
    return None if found is None else max(found, 0)


def refusal(source: Source, profile: ClientProfile, request: PlayRequest, limits: Limits) -> Reason | None:
    """Why a part is not played as it is; ``None`` when it is."""
    if not request.direct_play:
        return because(Why.DIRECT_OFF, "Direct play is disabled.")
    if request.subtitles is SubtitleMode.BURN and source.subtitle is not None:
        return because(Why.SUBTITLE_BURN_ASKED, "The subtitle is to be burned in.")
    if not request.client_decided:
        unfit = _by_profile(source, profile, request) or _by_range(source, profile) or _by_size(source, request)
        if unfit is not None:
            return unfit
    return _by_bandwidth(source, ceiling(request, limits))


def verdict(reason: Reason | None) -> Verdict:
    """What the client is told about direct play."""
    if reason is None:
        return OK
    if reason.why is Why.BANDWIDTH_SHORT:
        return Verdict(
            code=Code.DIRECT_PLAY_BANDWIDTH, text=f"Not enough bandwidth for direct play of this item. {reason.says}"
        )
    return Verdict(code=Code.NO_DIRECT_PLAY, text=f"App cannot direct play this item. {reason.says}")


def _by_bandwidth(source: Source, kbps: int | None) -> Reason | None:
    if kbps is None:
        return None
    needed = source.required_kbps
    if needed is not None and needed <= kbps:
        return None
    said = "unknown" if needed is None else f"{needed}kbps"
    return because(Why.BANDWIDTH_SHORT, f"Required bandwidth is {said} and only {kbps}kbps is available.")


def _by_range(source: Source, profile: ClientProfile) -> Reason | None:
    if source.video is None:
        return None
    match shown(source.video.info, profile):
        case Shown.NEVER:
            return because(
                Why.DOVI_UNSHOWN, "The client does not show Dolby Vision, and the file has no other layer to show."
            )
        case Shown.MAPPED:
            return because(Why.HDR_UNSHOWN, f"The client does not show {hdr_of(source.video.info)}.")
        case Shown.AS_IT_IS:
            return None


def asked_box(source: Source, request: PlayRequest) -> Size | None:
    """The frame that the client asks for, turned with the picture."""
    asked = request.photo_resolution if request.kind is Kind.PHOTO else request.resolution
    if asked is None:
        return None
    if request.turn_resolution and (source.size.height > source.size.width) != (asked.height > asked.width):
        return Size(width=asked.height, height=asked.width)
    return asked


def _by_size(source: Source, request: PlayRequest) -> Reason | None:
    box = asked_box(source, request)
    if box is None or (source.size.width <= box.width and source.size.height <= box.height):
        return None
    size = source.size
    return because(
        Why.RESOLUTION_ASKED,
        f"The picture is {size.width}x{size.height}, and at most {box.width}x{box.height} is asked for.",
    )


# --- the profile -----------------------------------------------------------------------------------------------


def _by_profile(source: Source, profile: ClientProfile, request: PlayRequest) -> Reason | None:
    """The reason of the profile that comes nearest to playing it."""
    fitting = [one for one in profile.direct_play if one.kind is request.kind]
    held = [one for one in fitting if named_in(source.container, one.containers)]
    if not held:
        return because(Why.CONTAINER_UNLISTED, f"The client does not play {source.container or 'this'} files.")
    reasons = [_by_streams(source, profile, one, request) for one in held]
    nearest = max(reasons, key=lambda pair: pair[0])[1]
    return nearest or _by_limits(source, profile, request)


def _by_streams(
    source: Source, profile: ClientProfile, one: DirectPlayProfile, request: PlayRequest
) -> tuple[int, Reason | None]:
    """How far a part gets with a direct-play profile, and what stops it."""
    video, audio = source.video, source.audio
    if request.kind is Kind.VIDEO and video is not None and not named_in(codec(video), one.video_codecs):
        return 0, because(Why.VIDEO_CODEC, f"The client does not play {codec(video)} in {source.container}.")
    if request.kind is not Kind.PHOTO and audio is not None and not named_in(codec(audio), one.audio_codecs):
        return 1, because(Why.AUDIO_CODEC, f"The client does not play {codec(audio)} in {source.container}.")
    if request.kind is Kind.VIDEO and _is_selected_unheard(source, profile):
        return 2, because(
            Why.AUDIO_SELECTION, "The client plays the first sound track of a file only, and another one is selected."
        )
    subtitle = wanted_subtitle(source, request)
    if subtitle is not None and _subtitle_place(subtitle, profile, one) is None:
        return 3, because(Why.SUBTITLE_UNREAD, f"The client does not read {codec(subtitle)} subtitles here.")
    return 4, None


def _is_selected_unheard(source: Source, profile: ClientProfile) -> bool:
    if profile.setting("DirectPlayStreamSelection", "true") not in ("false", "0"):
        return False
    streams = source.of_type(StreamType.AUDIO)
    return source.audio is not None and bool(streams) and source.audio is not streams[0]


def wanted_subtitle(source: Source, request: PlayRequest) -> StreamFacts | None:
    """The subtitle that is to be read."""
    if request.kind is not Kind.VIDEO or request.subtitles is SubtitleMode.NONE:
        return None
    return source.subtitle


def beside(subtitle: StreamFacts, profile: ClientProfile) -> str | None:
    """The format in which a client reads a subtitle of its own beside the media; ``None``: in none."""
    name = codec(subtitle)
    read = [
        codec
        for one in profile.direct_play
        if one.kind is Kind.SUBTITLE
        for codec in (one.subtitle_codecs or one.containers)
    ]
    if named_in(name, read):
        return name
    return next((one for one in ("vtt", "srt", "ass") if one in read), None) if name in TEXT_SUBTITLES else None


def _subtitle_place(
    subtitle: StreamFacts, profile: ClientProfile, one: DirectPlayProfile
) -> tuple[StreamPlace, str] | None:
    """Where a client that plays the part as it is finds its subtitle, and in which format."""
    name = codec(subtitle)
    if not subtitle.external:
        if named_in(name, one.subtitle_codecs):
            return StreamPlace.DIRECT, name
        return None
    read = beside(subtitle, profile)
    return None if read is None else (StreamPlace.SIDECAR, read)


def _by_limits(source: Source, profile: ClientProfile, request: PlayRequest) -> Reason | None:
    kind, part = request.kind, source.part
    streams = [s.info for s in (source.video, source.audio) if s is not None]
    found = broken(
        profile.of(_CONTAINERS[kind], source.container),
        Subject(played=streams, all=[s.info for s in part.streams], part=part),
    )
    if found is not None:
        return because(Why.CONTAINER_LIMIT, f"{source.container}: {found}.")
    checks: list[tuple[StreamFacts | None, Scope, StreamType, Why]] = []
    if kind is Kind.VIDEO:
        checks.append((source.video, Scope.VIDEO_CODEC, StreamType.VIDEO, Why.VIDEO_LIMIT))
        checks.append((source.audio, Scope.VIDEO_AUDIO_CODEC, StreamType.AUDIO, Why.AUDIO_LIMIT))
        subtitle = wanted_subtitle(source, request)
        checks.append((subtitle, Scope.SUBTITLE_CODEC, StreamType.SUBTITLE, Why.SUBTITLE_UNREAD))
    elif kind is Kind.MUSIC:
        checks.append((source.audio, Scope.MUSIC_CODEC, StreamType.AUDIO, Why.AUDIO_LIMIT))
    for stream, scope, type_, why in checks:
        if stream is None:
            continue
        same = [s.info for s in source.of_type(type_) if codec(s) == codec(stream)]
        found = broken(profile.of(scope, codec(stream)), Subject(played=[stream.info], all=same, part=part))
        if found is not None:
            return because(why, f"{codec(stream)}: {found}.")
    return None


# --- what becomes of the streams -------------------------------------------------------------------------------


def streams(source: Source, profile: ClientProfile, request: PlayRequest) -> list[StreamDecision]:
    """What becomes of each stream of a part that is played as it is."""
    made: list[StreamDecision] = []
    subtitle = wanted_subtitle(source, request)
    for stream in part_streams(source):
        if stream.info.type is not StreamType.SUBTITLE:
            made.append(StreamDecision(stream_id=stream.id, action=StreamAction.COPY, place=StreamPlace.DIRECT))
        elif stream is subtitle:
            made.append(_read_directly(stream, profile))
        elif stream.external:
            reason = because(Why.STREAM_UNUSED, "It is not selected.")
            made.append(StreamDecision(stream_id=stream.id, action=StreamAction.IGNORE, reasons=(reason,)))
        else:
            made.append(StreamDecision(stream_id=stream.id, action=StreamAction.COPY, place=StreamPlace.DIRECT))
    return made


def part_streams(source: Source) -> tuple[StreamFacts, ...]:
    """The streams that a decision speaks of: lyrics are read apart from what is played."""
    return tuple(stream for stream in source.part.streams if stream.info.type is not StreamType.LYRICS)


def _read_directly(stream: StreamFacts, profile: ClientProfile) -> StreamDecision:
    if not stream.external:
        return StreamDecision(stream_id=stream.id, action=StreamAction.COPY, place=StreamPlace.DIRECT)
    read = beside(stream, profile) or codec(stream)
    same = read == codec(stream)
    reason = because(Why.SUBTITLE_BESIDE, f"It is read from a file of its own, as {read}.")
    return StreamDecision(
        stream_id=stream.id,
        action=StreamAction.COPY if same else StreamAction.TRANSCODE,
        place=StreamPlace.SIDECAR,
        codec=None if same else read,
        reasons=(reason,),
    )
