"""One text subtitle format into another."""

from collections.abc import Callable, Iterable
from typing import Literal

from vitascope.media.subtitles.cues import Cue
from vitascope.media.subtitles.parsing import parse_ass, parse_smi, parse_srt, parse_vtt
from vitascope.media.subtitles.writing import write_ass, write_srt, write_vtt

Source = Literal["srt", "vtt", "ass", "ssa", "smi"]
Target = Literal["srt", "vtt", "ass"]

MAX_TEXT_BYTES = 32 * 1024 * 1024

_PARSERS: dict[str, Callable[[str], list[Cue]]] = {
    "srt": parse_srt,
    "vtt": parse_vtt,
    "ass": parse_ass,
    "ssa": parse_ass,
    "smi": parse_smi,
}
_WRITERS: dict[str, Callable[[Iterable[Cue]], str]] = {"srt": write_srt, "vtt": write_vtt, "ass": write_ass}


def convert(text: str, source: Source, target: Target) -> str:
    """The same subtitles in another format. ASS stays as it is when ASS is wanted: its styling has no other home."""
    if source == target == "ass":
        return text.replace("\r\n", "\n")
    return _WRITERS[target](parse(text, source))


def parse(text: str, source: Source) -> list[Cue]:
    """The cues of a text; empty when it is something else."""
    return _PARSERS[source](text)
