"""The decision: how a client plays an item. Pure and total: any values lead to an answer, none to an exception.

Each version is judged by itself: played as it is, remuxed, with its sound converted, with its video converted, in this
order. Of several versions the one wins that needs the least of it, and of those the best picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.playback.decision import converting, direct, making
from vitascope.core.playback.decision.abilities import Abilities, Limits
from vitascope.core.playback.decision.answer import Code, Decision, Means, PartDecision, Verdict
from vitascope.core.playback.decision.converting import Conversion, Failure
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import PlayRequest
from vitascope.core.playback.decision.source import Source
from vitascope.core.playback.facts import VersionFacts
from vitascope.core.playback.profiles import ClientProfile

_NEITHER = {
    Code.NEITHER: "Neither direct play nor conversion is available.",
    Code.BANDWIDTH: "Not enough bandwidth for any playback of this item.",
    Code.STREAM_LIMIT: "Stream limit reached.",
    Code.UNPLAYABLE: "This file cannot be played.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What can be done with a version."""

    index: int
    sources: tuple[Source, ...]
    refused: Reason | None
    """Why it is not played as it is."""
    made: Conversion | Failure | None
    """What is made of it; ``None`` when it is played as it is."""

    @property
    def means(self) -> Means | None:
        if self.refused is None:
            return Means.DIRECT_PLAY
        return self.made.means if isinstance(self.made, Conversion) else None

    @property
    def rank(self) -> tuple[int, ...]:
        """The less, the better."""
        first = self.sources[0]
        own = first.size.width * first.size.height
        if self.means is None:
            return (9, 0, 0, 0, self.index)
        if isinstance(self.made, Conversion) and self.means is Means.VIDEO:
            shot = self.made.parts[0].picture
            area = 0 if shot is None else shot.size.width * shot.size.height
            # As good as it gets, from the smallest source that is good enough.
            return (self.means, -area, own, -(first.kbps or 0), self.index)
        return (self.means, -own, -(first.kbps or 0), 0, self.index)


def decide(
    versions: Sequence[VersionFacts],
    profile: ClientProfile,
    request: PlayRequest,
    *,
    limits: Limits,
    abilities: Abilities,
) -> Decision:
    """How an item is played."""
    available = direct.ceiling(request, limits)
    candidates = _candidates(versions, request)
    if not candidates:
        reason = because(Why.VERSION_NONE, "There is no such version or part.")
        return _refused(Code.NEITHER, reason, request, available)
    if limits.streams_left is not None and limits.streams_left <= 0:
        reason = because(Why.STREAMS_LIMIT, "This person plays as much at once as the owner allows.")
        return _refused(Code.STREAM_LIMIT, reason, request, available)
    judged = [_judge(index, sources, profile, request, limits, abilities) for index, sources in candidates.items()]
    best = min(judged, key=lambda one: one.rank)
    return _answer(best, len(judged) > 1, profile, request, limits, abilities, available)


def _candidates(versions: Sequence[VersionFacts], request: PlayRequest) -> dict[int, tuple[Source, ...]]:
    """The parts that would be played, by the index of their version."""
    found: dict[int, tuple[Source, ...]] = {}
    for index, version in enumerate(versions):
        if request.media_index is not None and index != request.media_index:
            continue
        sources = tuple(
            Source(version=version, part=part, part_index=place)
            for place, part in enumerate(version.parts)
            if request.part_index is None or place == request.part_index
        )
        if sources:
            found[index] = sources
    return found


def _judge(
    index: int,
    sources: tuple[Source, ...],
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
) -> _Judged:
    refusals = (direct.refusal(source, profile, request, limits) for source in sources)
    refused = next((reason for reason in refusals if reason is not None), None)
    made = None if refused is None else converting.conversion(sources, profile, request, limits, abilities)
    return _Judged(index=index, sources=sources, refused=refused, made=made)


def _answer(
    best: _Judged,
    chosen: bool,
    profile: ClientProfile,
    request: PlayRequest,
    limits: Limits,
    abilities: Abilities,
    available: int | None,
) -> Decision:
    reasons: list[Reason] = []
    if chosen:
        size = best.sources[0].size
        said = f"Of several versions number {best.index} ({size.width}x{size.height}) needs the least done to it."
        reasons.append(because(Why.VERSION_TAKEN, said))
    required = best.sources[0].required_kbps
    direct_play = direct.verdict(best.refused)
    if best.refused is None:
        why, said = Why.DIRECT_OK, "The client plays the file as it is."
        if request.client_decided:
            why, said = Why.DIRECT_CLIENT, "The client has decided by itself that it plays the file as it is."
        return Decision(
            general=direct_play,
            direct_play=direct_play,
            mde=direct_play if request.has_mde else None,
            means=Means.DIRECT_PLAY,
            version_index=best.index,
            parts=tuple(_as_it_is(source, profile, request) for source in best.sources),
            available_kbps=available,
            required_kbps=required,
            reasons=(*reasons, because(why, said)),
        )
    reasons.append(best.refused)
    if not isinstance(best.made, Conversion):
        failure = best.made
        code = Code.NEITHER if failure is None else failure.general
        if code is Code.NEITHER and direct_play.code is Code.DIRECT_PLAY_BANDWIDTH:
            code = Code.BANDWIDTH
        general = Verdict(code=code, text=_NEITHER[code])
        return Decision(
            general=general,
            direct_play=direct_play,
            transcode=None if failure is None else failure.verdict,
            mde=general if request.has_mde else None,
            version_index=best.index,
            available_kbps=available,
            required_kbps=required,
            reasons=(*reasons, *(failure.reasons if failure else ())),
        )
    made = best.made
    target = made.target
    reasons += made.passed_over
    said = f"It is made as {target.container} over {target.protocol}."
    reasons.append(because(Why.TARGET_TAKEN, said))
    parts = tuple(making.part(plan, target, profile, request, limits, abilities) for plan in made.parts)
    reasons += [reason for one in parts[0].streams for reason in one.reasons if reason.why is not Why.STREAM_UNUSED]
    if any(len(part.video) > 1 for part in parts):
        rungs = ", ".join(f"{one.height} lines at {one.bitrate_kbps} kbit/s" for one in parts[0].video[1:])
        reasons.append(because(Why.LADDER, f"The player may climb down to {rungs}."))
    return Decision(
        general=converting.OK,
        direct_play=direct_play,
        transcode=converting.OK,
        mde=converting.OK if request.has_mde else None,
        means=made.means,
        version_index=best.index,
        parts=parts,
        delivery=making.delivery(made, request),
        available_kbps=available,
        required_kbps=required,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _as_it_is(source: Source, profile: ClientProfile, request: PlayRequest) -> PartDecision:
    return PartDecision(
        part_index=source.part_index,
        part_id=source.part.id,
        direct=True,
        streams=tuple(direct.streams(source, profile, request)),
    )


def _refused(code: Code, reason: Reason, request: PlayRequest, available: int | None) -> Decision:
    general = Verdict(code=code, text=f"{_NEITHER[code]} {reason.says}")
    return Decision(
        general=general,
        direct_play=general if code is not Code.NEITHER else None,
        transcode=general if code is not Code.NEITHER else None,
        mde=general if request.has_mde else None,
        available_kbps=available,
        reasons=(reason,),
    )
