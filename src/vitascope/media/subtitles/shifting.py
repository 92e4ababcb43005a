"""Subtitles later or earlier, with everything else in the file as it was.

Only the times are rewritten, so styles and notes survive. Times never go below zero: what would is shown at the start.
"""

import re
from collections.abc import Callable

from vitascope.media.subtitles.converting import Source

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})([.,])(\d{1,3})")
_SYNC = re.compile(r"(<\s*sync\b[^>]*?\bstart\s*=\s*[\"']?)(\d+)", re.IGNORECASE)
_ASS_LINE = re.compile(r"^(\s*(?:Dialogue|Comment)\s*:[^,]*,)([^,]*),([^,]*)", re.IGNORECASE | re.MULTILINE)
_ARROW = re.compile(r"^.*-->.*$", re.MULTILINE)


def shift(text: str, source: Source, offset_ms: int) -> str:
    """The text with every time ``offset_ms`` later; a negative number makes it earlier."""
    if not offset_ms:
        return text
    if source == "smi":
        return _SYNC.sub(lambda found: f"{found[1]}{max(int(found[2]) + offset_ms, 0)}", text)
    if source in ("ass", "ssa"):
        move = _moved(offset_ms, _ass_time)
        return _ASS_LINE.sub(lambda found: f"{found[1]}{_CLOCK.sub(move, found[2])},{_CLOCK.sub(move, found[3])}", text)
    move = _moved(offset_ms, _block_time)
    return _ARROW.sub(lambda line: _CLOCK.sub(move, line[0]), text)


def _moved(offset_ms: int, write: Callable[[int, re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    def move(found: re.Match[str]) -> str:
        hours, minutes, seconds, _, fraction = found.groups()
        at = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
        return write(max(at + offset_ms, 0), found)

    return move


def _parts(at: int) -> tuple[int, int, int, int]:
    seconds, fraction = divmod(at, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, fraction


def _block_time(at: int, found: re.Match[str]) -> str:
    hours, minutes, seconds, fraction = _parts(at)
    start = f"{hours:02}:" if found[1] is not None or hours else ""
    return f"{start}{minutes:02}:{seconds:02}{found[4]}{fraction:03}"


def _ass_time(at: int, _found: re.Match[str]) -> str:
    hours, minutes, seconds, fraction = _parts(at)
    return f"{hours}:{minutes:02}:{seconds:02}.{fraction // 10:02}"
