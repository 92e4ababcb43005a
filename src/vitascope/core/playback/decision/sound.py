"""What becomes of the sound when a stream is made: copied where the client plays it, else converted with care for its
channels and for what the bandwidth leaves."""

from dataclasses import dataclass

from vitascope.core.playback.decision.abilities import Abilities
from vitascope.core.playback.decision.reasons import Reason, Why, because
from vitascope.core.playback.decision.request import PlayRequest
from vitascope.core.playback.decision.source import Source, codec, sound_kbps
from vitascope.core.playback.facts import StreamFacts
from vitascope.core.playback.levelling import Levelling, gain_db
from vitascope.core.playback.profiles import (
    Bound,
    ClientProfile,
    Kind,
    Scope,
    Subject,
    TranscodeTarget,
    broken,
    named_in,
)
from vitascope.core.playback.profiles.limits import number
from vitascope.core.playback.renditions import AudioCodec

LEAST_KBPS = 32
_HELD = {
    "mpegts": ("aac", "ac3", "eac3", "mp3", "mp2", "dca"),
    "mp4": ("aac", "ac3", "eac3", "mp3", "alac", "flac", "opus", "dca"),
    "webm": ("opus", "vorbis"),
    "mp3": ("mp3",),
    "flac": ("flac",),
    "ogg": ("opus", "vorbis", "flac"),
    "aac": ("aac",),
    "adts": ("aac",),
}
"""What a container holds; any other one holds everything."""
_MOST_CHANNELS = {AudioCodec.MP3: 2, AudioCodec.AC3: 6, AudioCodec.EAC3: 6}
_BEST_KBPS = {
    # mono or stereo, up to 5.1, more
    AudioCodec.AAC: (192, 384, 512),
    AudioCodec.AC3: (192, 448, 448),
    AudioCodec.EAC3: (192, 448, 448),
    AudioCodec.OPUS: (128, 320, 448),
    AudioCodec.MP3: (192, 192, 192),
    AudioCodec.FLAC: (900, 2_700, 3_600),
}
_STEPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512)
"""Bit rates that every codec knows."""
_LEAST_SURROUND_KBPS = 160
_RATES = (48_000, 44_100, 32_000)


def holds(container: str, name: str) -> bool:
    """Whether a container holds that sound."""
    held = _HELD.get(container)
    return held is None or name in held


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPlan:
    """What becomes of a sound track. ``codec is None``: it is copied."""

    stream: StreamFacts
    codec: AudioCodec | None
    channels: int
    sampling_rate: int
    kbps: int
    gain_db: float = 0.0
    reasons: tuple[Reason, ...]


def scope_of(kind: Kind) -> Scope:
    """Which limitations are on its sound."""
    return Scope.MUSIC_CODEC if kind is Kind.MUSIC else Scope.VIDEO_AUDIO_CODEC


def most_channels(profile: ClientProfile, request: PlayRequest, name: str) -> int:
    """How many channels of a codec the client takes."""
    most = request.channels if request.channels is not None and request.channels > 0 else 8
    for one in profile.of(scope_of(request.kind), name):
        bound = number(one.values[0]) if one.values else None
        if one.name == "audio.channels" and one.bound is Bound.UPPER and bound is not None:
            most = min(most, max(int(bound), 1))
    return most


def not_copied(
    stream: StreamFacts, source: Source, profile: ClientProfile, target: TranscodeTarget, request: PlayRequest
) -> Reason | None:
    """Why a track is not copied, but for the bandwidth; ``None`` when it is."""
    name, info = codec(stream), stream.info
    if not request.direct_stream_audio:
        return because(Why.COPY_OFF, "Copying of sound is disabled.")
    if not named_in(name, target.audio_codecs):
        return because(Why.AUDIO_CODEC, f"The client does not take {name} in {target.container}.")
    if not holds(target.container, name):
        return because(Why.CONTAINER_HOLDS_NOT, f"{target.container} does not hold {name}.")
    if request.boost_percent != 100:
        return because(Why.AUDIO_BOOSTED, f"Its loudness is to be {request.boost_percent} %.")
    if request.channels is not None and request.channels > 0 and (info.channels or 0) > request.channels:
        return because(Why.AUDIO_CHANNELS, f"It has {info.channels} channels, and {request.channels} are asked for.")
    same = [one.info for one in source.part.streams if one.info.type is info.type and codec(one) == name]
    found = broken(
        profile.of(scope_of(request.kind), name), Subject(played=[info], all=same or [info], part=source.part)
    )
    return None if found is None else because(Why.AUDIO_LIMIT, f"{name}: {found}.")


def best_kbps(
    stream: StreamFacts,
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    abilities: Abilities,
) -> int:
    """What the track costs where nothing is scarce."""
    found = plan(stream, source, profile, target, request, abilities, budget_kbps=None)
    return LEAST_KBPS if found is None else found.kbps


def plan(
    stream: StreamFacts,
    source: Source,
    profile: ClientProfile,
    target: TranscodeTarget,
    request: PlayRequest,
    abilities: Abilities,
    *,
    budget_kbps: int | None,
    like: str | None = None,
) -> SoundPlan | None:
    """What becomes of a track when it may take so much; ``None`` when nothing can be made that the client plays.

    ``like``: the only codec that will do, that of the track beside it.
    """
    info = stream.info
    channels = max(info.channels or 2, 1)
    refused = not_copied(stream, source, profile, target, request)
    needed = sound_kbps(info)
    if refused is None and like is not None and codec(stream) != like:
        refused = because(Why.AUDIO_MIXED, f"The tracks of a stream have one codec: the chosen one has {like}.")
    if refused is None and budget_kbps is not None and needed > budget_kbps:
        refused = because(Why.BANDWIDTH_SHORT, f"It needs {needed} kbit/s, and there are {budget_kbps} for it.")
    if refused is None:
        return SoundPlan(
            stream=stream,
            codec=None,
            channels=channels,
            sampling_rate=info.sampling_rate or 48_000,
            kbps=needed,
            reasons=(because(Why.AUDIO_COPIED, f"The client takes {codec(stream)}."),),
        )
    if codec(stream) in abilities.undecodable:
        return None
    best = _best(target, profile, request, abilities, channels, budget_kbps, like)
    if best is None:
        return None
    chosen, count = best
    kbps = _affordable(chosen, count, budget_kbps)
    reasons = [refused, because(Why.AUDIO_CONVERTED, f"It becomes {chosen} with {count} channels at {kbps} kbit/s.")]
    if count < channels and refused.why is not Why.AUDIO_CHANNELS:
        reasons.insert(1, because(Why.AUDIO_CHANNELS, f"Of {channels} channels the client gets {count}."))
    gain = gain_db(info, request.levelling or Levelling.NONE)
    if gain:
        reasons.append(because(Why.AUDIO_LEVELLED, f"Its loudness is changed by {gain:+.2f} dB."))
    return SoundPlan(
        stream=stream,
        codec=chosen,
        channels=count,
        sampling_rate=_rate(chosen, info.sampling_rate, profile, request),
        kbps=kbps,
        gain_db=gain,
        reasons=tuple(reasons),
    )


def _best(
    target: TranscodeTarget,
    profile: ClientProfile,
    request: PlayRequest,
    abilities: Abilities,
    channels: int,
    budget_kbps: int | None,
    like: str | None,
) -> tuple[AudioCodec, int] | None:
    """The first codec that keeps the most channels, and how many: 5.1 is not folded down for a codec that comes earlier
    in a list."""
    scarce = budget_kbps is not None and budget_kbps < _LEAST_SURROUND_KBPS
    kept: dict[AudioCodec, int] = {}
    for name in target.audio_codecs:
        for one in _encoders(name, abilities):
            count = min(channels, most_channels(profile, request, one), _MOST_CHANNELS.get(one, 8), 2 if scarce else 8)
            too_much = (
                budget_kbps is not None and one is AudioCodec.FLAC and _affordable(one, count, None) > budget_kbps
            )
            if holds(target.container, one) and not too_much and like in (None, one.value):
                kept.setdefault(one, count)
    return max(kept.items(), key=lambda pair: pair[1]) if kept else None


def _encoders(name: str, abilities: Abilities) -> list[AudioCodec]:
    return [one for one in AudioCodec if one in abilities.audio_encoders and name in ("*", one.value)]


def _affordable(chosen: AudioCodec, channels: int, budget_kbps: int | None) -> int:
    best = _BEST_KBPS[chosen][0 if channels <= 2 else 1 if channels <= 6 else 2]
    if chosen is AudioCodec.FLAC:
        return best
    most = best if budget_kbps is None else min(best, budget_kbps)
    return max((step for step in _STEPS if step <= most), default=LEAST_KBPS)


def _rate(chosen: AudioCodec, rate: int | None, profile: ClientProfile, request: PlayRequest) -> int:
    """The sampling rate that is made: of the source where it is a common one and the client takes it."""
    most = 48_000
    for one in profile.of(scope_of(request.kind), chosen):
        bound = number(one.values[0]) if one.values else None
        if one.name == "audio.samplingRate" and one.bound is Bound.UPPER and bound is not None:
            most = min(most, int(bound))
    if rate in _RATES and rate <= most and chosen is not AudioCodec.OPUS:
        return rate
    return 48_000 if chosen is AudioCodec.OPUS else max((one for one in _RATES if one <= most), default=_RATES[-1])
