"""The tasks that tell where somebody speaks, and by how much subtitles are beside that."""

from typing import Literal

from msgspec import Struct

from vitascope.media.workers.registry import task

STEP_MS = 50
"""A decision for so much of a sound."""


class ListenArgs(Struct, frozen=True, kw_only=True):
    """A stretch of a file."""

    path: bytes
    from_ms: int
    to_ms: int


class Heard(Struct, frozen=True, kw_only=True):
    spoken: bytes
    """A bit for each step of :data:`STEP_MS`, the first in the highest bit of the first byte."""


class FitArgs(Struct, frozen=True, kw_only=True):
    """The bytes of a subtitle file, and where somebody speaks in what it belongs to."""

    data: bytes
    source: Literal["srt", "vtt", "ass", "ssa", "smi"]
    spoken: bytes


class Fit(Struct, frozen=True, kw_only=True):
    """How much later a subtitle has to be shown."""

    offset_ms: int


@task("listen")
def listen(args: ListenArgs) -> Heard:
    """Where somebody speaks in a stretch of the sound that is heard by default."""
    from vitascope.media.voice.listening import heard

    return Heard(spoken=heard(args.path, args.from_ms, args.to_ms))


@task("fit-subtitle")
def fit_subtitle(args: FitArgs) -> Fit | None:
    """How a subtitle fits; ``None`` where that cannot be told for sure."""
    from vitascope.media.subtitles import decode_text, parse
    from vitascope.media.voice.fitting import fit

    spans = [(cue.start_ms, cue.end_ms) for cue in parse(decode_text(args.data), args.source)]
    offset_ms = fit(spans, args.spoken)
    return None if offset_ms is None else Fit(offset_ms=offset_ms)
