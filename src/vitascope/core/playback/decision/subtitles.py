"""What becomes of the selected subtitle when a stream is made.

Burning it in is the last resort, since it has the whole video converted; it is what is left for pictures (PGS, VobSub,
DVB) unless the client draws them, and for text that the client reads in no form.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vitascope.core.playback.decision.abilities import Abilities
from vitascope.core.playback.decision.answer import StreamAction, StreamPlace
from vitascope.core.playback.decision.direct import beside, wanted_subtitle
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import AdvancedSubtitles, PlayRequest, SubtitleMode
from vitascope.core.playback.decision.source import (
    IMAGE_SUBTITLES,
    STYLED_SUBTITLES,
    TEXT_SUBTITLES,
    Source,
    codec,
)
from vitascope.core.playback.facts import StreamFacts
from vitascope.core.playback.profiles import ClientProfile, Kind, TranscodeTarget, named_in

_HELD = {
    "mkv": ("srt", "ass", "ssa", "vtt", "pgs", "vobsub", "dvb_subtitle"),
    "mp4": ("mov_text",),
    "mpegts": ("dvb_subtitle",),
}
"""What a container can hold."""
_WRITTEN = {"mkv": ("srt", "ass", "vtt"), "mp4": ("mov_text",)}
"""What text can be turned into inside of it."""
_SEGMENTED = frozenset({"hls", "dash"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitlePlan:
    """What becomes of a subtitle."""

    stream: StreamFacts
    action: StreamAction
    place: StreamPlace | None
    codec: str | None
    """What it becomes; ``None``: what it is."""
    reason: Reason

    @property
    def burned(self) -> bool:
        return self.action is StreamAction.BURN


def plan(
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    abilities: Abilities,
    *,
    may_burn: bool,
) -> SubtitlePlan | None:
    """What becomes of the subtitle that is selected; ``None`` when none is wanted."""
    stream = wanted_subtitle(source, request)
    if stream is None:
        return None
    name = codec(stream)
    image = name in IMAGE_SUBTITLES
    if request.subtitles is not SubtitleMode.BURN:
        for one in _ways(stream, profile, target, request, abilities):
            return one
    can_burn = may_burn and source.video is not None and (abilities.burn_images if image else abilities.burn_text)
    if can_burn and (image or name in TEXT_SUBTITLES):
        if request.subtitles is SubtitleMode.BURN:
            said = "The client asks for it in the picture."
        elif image:
            said = f"It is made of pictures ({name}) that the client does not draw."
        elif name in STYLED_SUBTITLES and request.advanced_subtitles is AdvancedSubtitles.BURN:
            said = "Its styles are to be kept, and the client does not draw them."
        else:
            said = f"The client reads {name} subtitles in no form that can be made."
        return SubtitlePlan(
            stream=stream,
            action=StreamAction.BURN,
            place=None,
            codec=None,
            reason=because(Why.SUBTITLE_BURNED, said),
        )
    if request.subtitles is SubtitleMode.BURN:  # better read some other way than not at all
        for one in _ways(stream, profile, target, request, abilities):
            return one
    return SubtitlePlan(
        stream=stream,
        action=StreamAction.UNAVAILABLE,
        place=None,
        codec=None,
        reason=because(
            Why.SUBTITLE_IMPOSSIBLE, f"The client does not read {name} subtitles, and this server cannot burn them in."
        ),
    )


def _ways(
    stream: StreamFacts,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    abilities: Abilities,
) -> Iterator[SubtitlePlan]:
    """The ways in which a subtitle is read without being burned in, the wanted one first."""
    inside = _inside(stream, target, request, abilities)
    segments = _in_segments(stream, target, request, abilities)
    aside = _aside(stream, profile, request, abilities)
    order = {
        SubtitleMode.EMBEDDED: (inside, segments, aside),
        SubtitleMode.SEGMENTED: (segments, inside, aside),
        SubtitleMode.SIDECAR: (aside, segments, inside),
    }.get(request.subtitles, (inside, segments, aside))
    yield from (one for one in order if one is not None)


def _keeps_styles(name: str, becomes: str, request: PlayRequest) -> bool:
    """Whether a styled subtitle may become that: markup is only lost where the client is content with it."""
    if name not in STYLED_SUBTITLES or becomes in STYLED_SUBTITLES:
        return True
    return request.advanced_subtitles is AdvancedSubtitles.TEXT


def _inside(
    stream: StreamFacts, target: TranscodeTarget, request: PlayRequest, abilities: Abilities
) -> SubtitlePlan | None:
    name = codec(stream)
    if target.protocol in _SEGMENTED or stream.external or not abilities.subtitles_inside:
        return None
    if named_in(name, target.subtitle_codecs) and name in _HELD.get(target.container, ()):
        return SubtitlePlan(
            stream=stream,
            action=StreamAction.COPY,
            place=StreamPlace.EMBEDDED,
            codec=None,
            reason=because(Why.SUBTITLE_INSIDE, f"The client reads {name} inside {target.container}."),
        )
    if name not in TEXT_SUBTITLES:
        return None
    for becomes in _WRITTEN.get(target.container, ()):
        if named_in(becomes, target.subtitle_codecs) and _keeps_styles(name, becomes, request):
            return SubtitlePlan(
                stream=stream,
                action=StreamAction.TRANSCODE,
                place=StreamPlace.EMBEDDED,
                codec=becomes,
                reason=because(Why.SUBTITLE_INSIDE, f"The client reads {becomes} inside {target.container}."),
            )
    return None


def _in_segments(
    stream: StreamFacts, target: TranscodeTarget, request: PlayRequest, abilities: Abilities
) -> SubtitlePlan | None:
    name = codec(stream)
    if target.protocol not in _SEGMENTED or name not in TEXT_SUBTITLES or not abilities.text_segments:
        return None
    if not named_in("vtt", target.subtitle_codecs) or not _keeps_styles(name, "vtt", request):
        return None
    return SubtitlePlan(
        stream=stream,
        action=StreamAction.TRANSCODE,
        place=StreamPlace.SEGMENTS_SUBS,
        codec="vtt",
        reason=because(Why.SUBTITLE_SEGMENTED, "The client reads WebVTT in segments."),
    )


def _aside(
    stream: StreamFacts, profile: ClientProfile, request: PlayRequest, abilities: Abilities
) -> SubtitlePlan | None:
    name = codec(stream)
    if stream.external:
        read = beside(stream, profile)
        if read is not None and _keeps_styles(name, read, request):
            return SubtitlePlan(
                stream=stream,
                action=StreamAction.COPY if read == name else StreamAction.TRANSCODE,
                place=StreamPlace.SIDECAR,
                codec=None if read == name else read,
                reason=because(Why.SUBTITLE_BESIDE, f"It is read from a file of its own, as {read}."),
            )
    if name not in TEXT_SUBTITLES or not abilities.text_files:
        return None
    made = [
        wanted
        for one in profile.targets
        if one.kind is Kind.SUBTITLE
        for wanted in (one.subtitle_codecs or (one.container,))
        if wanted in ("vtt", "srt", "ass") and _keeps_styles(name, wanted, request)
    ]
    if not made:
        return None
    becomes = name if name in made else made[0]
    return SubtitlePlan(
        stream=stream,
        action=StreamAction.TRANSCODE,
        place=StreamPlace.SIDECAR_SUBS,
        codec=becomes,
        reason=because(Why.SUBTITLE_BESIDE, f"It is taken out of the file and read beside it, as {becomes}."),
    )
