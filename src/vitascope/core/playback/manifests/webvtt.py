"""WebVTT segments on the grid (RFC 8216, 3.5): each holds the cues that are shown in it, whole, with their own times.

A cue that reaches over segments is in each of them, with the same times, so that players know it for one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import BEGIN_US

MEDIA_TYPE = "text/vtt"
_MAP = f"\nX-TIMESTAMP-MAP=MPEGTS:{BEGIN_US * 9 // 100},LOCAL:00:00:00.000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A cue. ``markup`` is escaped already (``vitascope.media.subtitles``)."""

    start_ms: int
    end_ms: int
    markup: str
    settings: str = ""
    """Such as ``line:0``."""


def segment(cues: Sequence[Text], grid: Grid, number: int) -> str:
    """A segment of ``cues``, which are in the order of their starts. The last one holds what comes after it too."""
    return between(cues, grid.start_us(number), grid.start_us(number + 1), last=number == len(grid) - 1)


def between(cues: Sequence[Text], start_us: int, end_us: int, *, last: bool = False, mapped: bool = True) -> str:
    """The segment of the cues that are shown from ``start_us`` to ``end_us``, or with ``last`` to the end of all.

    ``mapped``: it says where its times lie in those of the other segments; a file on its own has no others.
    """
    blocks = [f"WEBVTT{_MAP if mapped else ''}\n"]
    # None that starts at or after the end is shown in it.
    until = len(cues) if last else bisect_left(cues, end_us, key=lambda cue: cue.start_ms * 1000)
    for cue in cues[:until]:
        if cue.end_ms * 1000 > start_us and cue.end_ms > cue.start_ms:
            settings = f" {cue.settings}" if cue.settings else ""
            blocks.append(f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}{settings}\n{_lines(cue.markup)}\n")
    return "\n".join(blocks)


def _lines(markup: str) -> str:
    """Without what ends a cue: empty lines, and an arrow."""
    lines = (line for line in markup.replace("\r", "\n").replace("-->", "--&gt;").split("\n") if line.strip())
    return "\n".join(lines)


def _clock(time_ms: int) -> str:
    hours, rest = divmod(max(0, time_ms), 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
