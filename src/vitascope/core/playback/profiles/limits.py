"""Limitations, held against streams.

Whatever a profile says comes from a client, so a comparison costs little whatever is compared: a regular expression
that could take long is refused when it is read (:func:`regex_problem`).
"""

import functools
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vitascope.core.model import StreamInfo
from vitascope.core.playback.facts import PartFacts
from vitascope.core.playback.profiles.model import Bound, Limitation, Names, Scope
from vitascope.core.playback.profiles.names import codec_named, container_named

Value = str | int | float | bool | None
_LONGEST_SUBJECT = 64
_LONGEST_REGEX = 80
_MOST_REPEATS = 2
_MOST_OPTIONAL = 6


def _hdr(info: StreamInfo) -> str:
    return {"smpte2084": "hdr10", "arib-std-b67": "hlg"}.get(info.color_trc or "", "sdr")


_OF_STREAM: Mapping[str, Callable[[StreamInfo], Value]] = {
    "video.width": lambda info: info.width,
    "video.height": lambda info: info.height,
    "video.bitDepth": lambda info: info.bit_depth,
    "video.level": lambda info: info.level,
    "video.frameRate": lambda info: info.frame_rate,
    "video.bitrate": lambda info: info.bitrate_kbps,
    "video.profile": lambda info: info.profile,
    "video.refFrames": lambda info: info.ref_frames,
    "video.anamorphic": lambda info: info.anamorphic,
    "video.interlaced": lambda info: None if info.scan_type is None else info.scan_type == "interlaced",
    "video.scanType": lambda info: info.scan_type,
    "video.chromaSubsampling": lambda info: info.chroma_subsampling,
    "video.colorTrc": lambda info: info.color_trc,
    "video.colorPrimaries": lambda info: info.color_primaries,
    "video.colorSpace": lambda info: info.color_space,
    "video.colorRange": lambda info: info.color_range,
    "video.dynamicRange": _hdr,
    "video.hasScalingMatrix": lambda info: info.has_scaling_matrix,
    "video.rotation": lambda info: info.rotation,
    "audio.channels": lambda info: info.channels,
    "audio.bitrate": lambda info: info.bitrate_kbps,
    "audio.samplingRate": lambda info: info.sampling_rate,
    "audio.bitDepth": lambda info: info.bit_depth,
    "audio.profile": lambda info: info.profile,
    "audio.channelLayout": lambda info: info.audio_channel_layout,
    "photo.width": lambda info: info.width,
    "photo.height": lambda info: info.height,
    "subtitle.format": lambda info: info.format,
}
_OF_PART: Mapping[str, Callable[[PartFacts], Value]] = {
    "container.size": lambda part: part.size_bytes or None,
    "container.duration": lambda part: part.duration_ms or None,
    "container.bitrate": lambda part: part.size_bytes * 8 // part.duration_ms if part.duration_ms else None,
}
LIMIT_NAMES = frozenset((*_OF_STREAM, *_OF_PART))
"""Everything that a limitation can be about."""


class LimitationError(ValueError):
    """A limitation that means nothing; the message says why."""


def limitation(
    *,
    scope: Scope,
    scope_name: str,
    bound: Bound,
    name: str,
    values: Names = (),
    substring: str = "",
    regex: str = "",
    required: bool = False,
    all_streams: bool = False,
) -> Limitation:
    """A limitation, checked. Raises :class:`LimitationError` for one that means nothing."""
    if name not in LIMIT_NAMES:
        raise LimitationError(f"nothing is known of {name[:60]!r}")
    values = tuple(one for one in values if one.strip())
    if bound in (Bound.UPPER, Bound.LOWER) and (len(values) != 1 or number(values[0]) is None):
        raise LimitationError("a bound is a number")
    if not (values or substring or regex):
        raise LimitationError("there is nothing to compare with")
    problem = regex_problem(regex) if regex else None
    if problem is not None:
        raise LimitationError(problem)
    spell = container_named if scope.value.endswith("Container") else codec_named
    return Limitation(
        scope=scope,
        scope_name=scope_name if scope is Scope.TRANSCODE_TARGET else spell(scope_name),
        bound=bound,
        name=name,
        values=values,
        substring=substring,
        regex=regex,
        required=required,
        all_streams=all_streams,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What limitations are held against: streams of one type that are played, and all of that type."""

    played: Sequence[StreamInfo] = ()
    all: Sequence[StreamInfo] = ()
    part: PartFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A limitation that does not hold, and for which value."""

    limitation: Limitation
    value: Value

    def __str__(self) -> str:
        found = "unknown" if self.value is None else spelled(self.value)
        return f"{self.limitation.name} is {found}, and {wanted(self.limitation)}"


def spelled(value: Value) -> str:
    """A value as profiles write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def wanted(limitation: Limitation) -> str:
    """What a limitation wants, in words."""
    if limitation.regex:
        said = f"like /{limitation.regex}/"
    elif limitation.substring:
        said = f"with {limitation.substring!r} in it"
    else:
        said = " or ".join(limitation.values)
    match limitation.bound:
        case Bound.MATCH:
            return f"must be {said}"
        case Bound.NOT_MATCH:
            return f"must not be {said}"
        case Bound.UPPER:
            return f"may be at most {said}"
    return f"must be at least {said}"


def broken(limitations: Sequence[Limitation], subject: Subject) -> Broken | None:
    """The first limitation that does not hold; ``None`` when all do."""
    for limitation in limitations:
        of_part = _OF_PART.get(limitation.name)
        if of_part is not None:
            values = [] if subject.part is None else [of_part(subject.part)]
        else:
            get = _OF_STREAM.get(limitation.name)
            streams = subject.all if limitation.all_streams else subject.played
            values = [] if get is None else [get(info) for info in streams]
        for value in values:
            if not holds(limitation, value):
                return Broken(limitation=limitation, value=value)
    return None


def holds(limitation: Limitation, value: Value) -> bool:
    """Whether a value is as a limitation wants it."""
    if value is None:
        return not limitation.required
    if limitation.bound is Bound.MATCH:
        return _matches(limitation, value)
    if limitation.bound is Bound.NOT_MATCH:
        return not _matches(limitation, value)
    bound = number(limitation.values[0]) if limitation.values else None
    found = number(spelled(value))
    if bound is None or found is None:
        return not limitation.required
    return found <= bound if limitation.bound is Bound.UPPER else found >= bound


def _matches(limitation: Limitation, value: Value) -> bool:
    text = spelled(value)[:_LONGEST_SUBJECT].lower()
    if limitation.regex:
        return expression(limitation.regex).search(text) is not None
    if limitation.substring:
        return limitation.substring.lower() in text
    return any(_equal(value, text, one.strip().lower()) for one in limitation.values)


def _equal(value: Value, text: str, wanted_text: str) -> bool:
    if isinstance(value, bool):
        return value is (wanted_text in ("1", "true", "yes"))
    if text == wanted_text:
        return True
    ours, theirs = number(text), number(wanted_text)
    return ours is not None and ours == theirs


def number(text: str) -> float | None:
    """A finite number; ``None`` for anything else."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


@functools.lru_cache(maxsize=256)
def expression(pattern: str) -> re.Pattern[str]:
    """What a profile's expression means, in letters of either case. Raises what :func:`re.compile` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # "[[" is a letter in a set, whatever it may become
        return re.compile(pattern, re.IGNORECASE)


def regex_problem(pattern: str) -> str | None:
    """Why a regular expression is not used: it is broken, or could take long. Few repeats, none of a group, and nothing
    that looks around or back keep the steps below a million for the short texts that are compared."""
    if len(pattern) > _LONGEST_REGEX:
        return f"the expression is longer than {_LONGEST_REGEX} letters"
    bare = re.sub(r"\\.", "x", re.sub(r"\\[0-9]", "\0", pattern), flags=re.DOTALL)
    bare = re.sub(r"\[[^\]]*\]", "x", bare)
    if "\0" in bare or "(?" in bare:
        return "an expression does not look around or back"
    if re.search(r"\)[*+?{]", bare):
        return "an expression repeats no group"
    if len(re.findall(r"[*+{]", bare)) > _MOST_REPEATS or bare.count("?") > _MOST_OPTIONAL:
        return "the expression repeats too much"
    try:
        expression(pattern)
    except (re.error, RecursionError, OverflowError):
        return "this is no regular expression"
    return None
