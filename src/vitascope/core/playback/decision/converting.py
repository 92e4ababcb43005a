"""What is made for a client that does not play a part as it is: the target that has the least converted.

Of the targets of a profile that the server can make, the one wins that leaves most as it is; of equals the first, as
the profile orders them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitascope.core.playback.decision import picture, sound, subtitles
from vitascope.core.playback.decision.abilities import Abilities, Limits
from vitascope.core.playback.decision.answer import Code, Means, Verdict
from vitascope.core.playback.decision.direct import ceiling
from vitascope.core.playback.decision.picture import PicturePlan
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import PlayRequest
from vitascope.core.playback.decision.sound import SoundPlan
from vitascope.core.playback.decision.source import Shown, Source, codec, shown
from vitascope.core.playback.decision.subtitles import SubtitlePlan
from vitascope.core.playback.facts import StreamFacts
from vitascope.core.playback.profiles import (
    ClientProfile,
    Context,
    Kind,
    Scope,
    Subject,
    TranscodeTarget,
    broken,
)
from vitascope.core.playback.renditions import VideoCodec

OK = Verdict(code=Code.CONVERSION_OK, text="Direct play not available; Conversion OK.")
_CONTEXTS = (Context.STREAMING, Context.ALL)
_KEPT_CONTEXTS = (Context.STATIC, Context.ALL)
_KEPT_FOR_SOUND_KBPS = 128
"""Copied video leaves at least that much, or what the sound needs when that is less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why nothing is made."""

    verdict: Verdict
    general: Code
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """What becomes of the streams of a part that are played."""

    source: Source
    picture: PicturePlan | None
    sound: SoundPlan | None
    subtitle: SubtitlePlan | None

    @property
    def means(self) -> Means:
        if self.picture is not None and self.picture.codec is not None:
            return Means.VIDEO
        return Means.AUDIO if self.sound is not None and self.sound.codec is not None else Means.REMUX

    @property
    def kbps(self) -> int:
        return (self.picture.kbps if self.picture else 0) + (self.sound.kbps if self.sound else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is made of the parts of a version."""

    target: TranscodeTarget
    parts: tuple[PartPlan, ...]
    passed_over: tuple[Reason, ...]
    """Why targets that come before it are not taken."""

    @property
    def means(self) -> Means:
        return max((part.means for part in self.parts), default=Means.REMUX)


class _Stop(Exception):
    """A target, or everything, is out of the question."""

    def __init__(self, code: Code, reason: Reason, general: Code = Code.NEITHER) -> None:
        super().__init__(reason.says)
        self.failure = Failure(verdict=_said(code, reason), general=general, reasons=(reason,))


def _said(code: Code, reason: Reason) -> Verdict:
    match code:
        case Code.NO_TARGET:
            text = f"No usable transcode target. {reason.says}"
        case Code.CONVERSION_BANDWIDTH:
            text = f"Not enough bandwidth for conversion of this item. {reason.says}"
        case Code.STREAM_LIMIT:
            text = f"Stream limit reached. {reason.says}"
        case _:
            text = f"Cannot convert this item. {reason.says}"
    return Verdict(code=code, text=text)


def conversion(
    sources: Sequence[Source], profile: ClientProfile, request: PlayRequest, limits: Limits, abilities: Abilities
) -> Conversion | Failure:
    """What is made of the parts, or why nothing is."""
    try:
        targets, passed_over = _targets(sources, profile, request, abilities)
    except _Stop as stop:
        return stop.failure
    made: list[Conversion] = []
    failures: list[Failure] = []
    for target in targets:
        try:
            plans = tuple(_plan(source, profile, target, request, limits, abilities) for source in sources)
        except _Stop as stop:
            failures.append(stop.failure)
            passed_over = (*passed_over, *stop.failure.reasons)
        else:
            made.append(Conversion(target=target, parts=plans, passed_over=()))
    if not made:
        first = failures[0]
        return replace(first, reasons=tuple(dict.fromkeys(passed_over)))
    best = min(made, key=lambda one: one.means)
    return replace(best, passed_over=tuple(dict.fromkeys(passed_over)))


def _targets(
    sources: Sequence[Source], profile: ClientProfile, request: PlayRequest, abilities: Abilities
) -> tuple[list[TranscodeTarget], tuple[Reason, ...]]:
    """The targets that come into question."""
    fitting = [
        one
        for one in profile.targets
        if one.kind is request.kind
        and (request.protocol is None or request.kind is Kind.PHOTO or one.protocol in ("*", request.protocol.value))
    ]
    wanted = [one for one in fitting if one.context in (_KEPT_CONTEXTS if request.kept else _CONTEXTS)]
    if request.kept and not wanted:
        wanted = [one for one in fitting if one.context in _CONTEXTS]
    if not wanted:
        by = "" if request.protocol is None else f" over {request.protocol}"
        raise _Stop(Code.NO_TARGET, because(Why.TARGET_NONE, f"The client takes nothing that is made for it{by}."))
    found: list[TranscodeTarget] = []
    passed_over: list[Reason] = []
    for target in wanted:
        if (target.protocol, target.container) not in abilities.outputs:
            said = f"This server does not make {target.container} over {target.protocol}."
            passed_over.append(because(Why.TARGET_UNMADE, said))
            continue
        limit = _target_limit(sources, profile, target)
        if limit is not None:
            passed_over.append(limit)
            continue
        found.append(target)
    if not found:
        only_unmade = all(reason.why is Why.TARGET_UNMADE for reason in passed_over)
        raise _Stop(Code.NO_CONVERSION if only_unmade else Code.NO_TARGET, passed_over[0])
    return found, tuple(passed_over)


def _target_limit(sources: Sequence[Source], profile: ClientProfile, target: TranscodeTarget) -> Reason | None:
    limitations = profile.of(Scope.TRANSCODE_TARGET, target.id)
    for source in sources if limitations else ():
        played = [stream.info for stream in (source.video, source.audio, source.subtitle) if stream is not None]
        for one in limitations:
            kind = one.name.partition(".")[0]
            like = [info for info in played if kind in ("container", info.type.name.lower())]
            found = broken([one], Subject(played=like, all=like, part=source.part))
            if found is not None:
                return because(Why.TARGET_LIMIT, f"The target {target.id or target.container}: {found}.")
    return None


def _plan(
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
) -> PartPlan:
    """What becomes of a part with a target."""
    if request.kind is Kind.PHOTO:
        return PartPlan(source=source, picture=picture.photograph(source, request), sound=None, subtitle=None)
    if source.video is None and source.audio is None:
        reason = because(Why.CODEC_UNREADABLE, "Nothing that can be played was found in the file.")
        raise _Stop(Code.NO_CONVERSION, reason, Code.UNPLAYABLE)
    video = source.video if request.kind is Kind.VIDEO else None
    cap = ceiling(request, limits)
    least = (picture.LEAST_KBPS if video is not None else 0) + sound.LEAST_KBPS
    if cap is not None and cap < least:
        said = f"At least {least}kbps are needed and only {cap}kbps are available."
        raise _Stop(Code.CONVERSION_BANDWIDTH, because(Why.BANDWIDTH_NONE, said), Code.BANDWIDTH)
    wanted = 0
    if source.audio is not None:
        wanted = sound.best_kbps(source.audio, source, profile, target, request, abilities)
    subtitle: SubtitlePlan | None = None
    shot: PicturePlan | None = None
    for_sound = cap
    if video is not None:
        subtitle, refused = _picture_refused(source, profile, target, request, limits, abilities, cap, wanted)
        if refused is None:
            shot = _copied(source)
            for_sound = None if cap is None or source.video_kbps is None else cap - source.video_kbps
        else:
            made = _encoder(video, source, profile, target, limits, abilities, refused)
            kept = 0 if cap is None else min(wanted, max(cap // 8, sound.LEAST_KBPS))
            budget = None if cap is None else cap - kept
            shot = picture.converted(source, profile, request, limits, made, abilities, budget_kbps=budget)
            shot = replace(shot, reasons=(refused, *shot.reasons))
            for_sound = None if cap is None else kept
    heard: SoundPlan | None = None
    if source.audio is not None:
        heard = sound.plan(source.audio, source, profile, target, request, abilities, budget_kbps=for_sound)
        if heard is None:
            name = codec(source.audio)
            if name in abilities.undecodable:
                unreadable = because(Why.CODEC_UNREADABLE, f"This server cannot read {name}.")
                raise _Stop(Code.NO_CONVERSION, unreadable, Code.UNPLAYABLE)
            said = f"None of the sound that the client takes in {target.container} can be made."
            raise _Stop(Code.NO_CONVERSION, because(Why.CODEC_UNMADE, said))
    return PartPlan(source=source, picture=shot, sound=heard, subtitle=subtitle)


def _picture_refused(
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
    cap: int | None,
    wanted_kbps: int,
) -> tuple[SubtitlePlan | None, Reason | None]:
    """What becomes of the subtitle, and why the video is converted; ``None`` when it is copied."""
    may_burn = (
        not limits.remux_only
        and limits.conversions_left != 0
        and picture.encoder(source, target, abilities, limits) is not None
    )
    subtitle = subtitles.plan(source, profile, target, request, abilities, may_burn=may_burn)
    refused = picture.not_copied(source, profile, target, request)
    if refused is None and subtitle is not None and subtitle.burned:
        refused = subtitle.reason
    if refused is None and cap is not None:
        needed = source.video_kbps
        left = min(wanted_kbps, _KEPT_FOR_SOUND_KBPS)
        if needed is None or needed + left > cap:
            said = "unknown" if needed is None else f"{needed + left}kbps"
            refused = because(Why.BANDWIDTH_SHORT, f"Required bandwidth is {said} and only {cap}kbps is available.")
    return subtitle, refused


def _copied(source: Source) -> PicturePlan:
    name = codec(source.video) if source.video is not None else ""
    return PicturePlan(
        codec=None,
        size=source.size,
        kbps=source.video_kbps or 0,
        frame_rate=None,
        ten_bit=False,
        tone_map=False,
        deinterlace=False,
        reasons=(because(Why.VIDEO_COPIED, f"The client takes {name}."),),
    )


def _encoder(
    stream: StreamFacts,
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    limits: Limits,
    abilities: Abilities,
    refused: Reason,
) -> VideoCodec:
    """The codec that the video becomes."""
    if shown(stream.info, profile) is Shown.NEVER and not abilities.dovi_reshape:
        reason = because(
            Why.DOVI_UNSHOWN, "Its Dolby Vision has no layer that others show, and this server cannot make one."
        )
        raise _Stop(Code.NO_CONVERSION, reason, Code.UNPLAYABLE)
    if codec(stream) in abilities.undecodable:
        reason = because(Why.CODEC_UNREADABLE, f"This server cannot read {codec(stream)}.")
        raise _Stop(Code.NO_CONVERSION, reason, Code.UNPLAYABLE)
    if limits.remux_only:
        said = f"{refused.says} The owner does not have video converted."
        general = Code.BANDWIDTH if refused.why is Why.BANDWIDTH_SHORT else Code.NEITHER
        raise _Stop(Code.NO_CONVERSION, because(Why.REMUX_ONLY, said), general)
    if limits.conversions_left == 0:
        reason = because(Why.CONVERSIONS_LIMIT, "The server converts as much as the owner allows.")
        raise _Stop(Code.STREAM_LIMIT, reason, Code.STREAM_LIMIT)
    made = picture.encoder(source, target, abilities, limits)
    if made is None:
        said = f"None of the video that the client takes in {target.container} can be made."
        raise _Stop(Code.NO_CONVERSION, because(Why.CODEC_UNMADE, said))
    return made
