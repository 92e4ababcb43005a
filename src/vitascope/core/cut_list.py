"""Cut lists that other tools leave beside a recording: ``.edl`` as MPlayer has it and Kodi reads it.

A line is ``start end action``, in seconds or ``hours:minutes:seconds``; action 0 is to be cut out, 1 muted, 2 a mark of
a scene, 3 a break of advertisements. Cuts and breaks are taken. A line that cannot be is refused with a reason which
repeats nothing of it: whatever lies there under that name, its text is shown to nobody.
"""

import re

from msgspec import Struct

from vitascope.core.commercials import Break

MOST_BYTES = 64 * 1024
_MOST_BREAKS = 200
_TAKEN, _PASSED_OVER = frozenset("03"), frozenset("12")
_BEYOND_MS = 5_000
"""A break may end so much after the film, whose length others measure otherwise."""
_LEAST_MS = 1_000
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,9})?")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)")


class Refused(Struct, frozen=True):
    """A line that is not followed."""

    line: int
    """From 1."""
    reason: str


class CutList(Struct, frozen=True, kw_only=True):
    """What a list says."""

    breaks: tuple[Break, ...] = ()
    """In order; none overlaps another."""
    refused: tuple[Refused, ...] = ()


def read(data: bytes, duration_ms: int) -> CutList:
    """What the list beside a film of this length says."""
    if len(data) > MOST_BYTES:
        return CutList(refused=(Refused(1, f"the list is longer than {MOST_BYTES} bytes"),))
    found: list[Break] = []
    refused: list[Refused] = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("##"):
            continue
        one = _line(text, duration_ms)
        if isinstance(one, str):
            refused.append(Refused(number, one))
        elif one is not None and any(one.start_ms < other.end_ms and other.start_ms < one.end_ms for other in found):
            refused.append(Refused(number, "overlaps a line before it"))
        elif one is not None and len(found) >= _MOST_BREAKS:
            refused.append(Refused(number, f"more than {_MOST_BREAKS} breaks"))
            break
        elif one is not None:
            found.append(one)
    return CutList(breaks=tuple(sorted(found)), refused=tuple(refused))


def _line(text: str, duration_ms: int) -> Break | str | None:
    """A break, why the line is refused, or nothing where it speaks of something else."""
    words = text.split()
    if len(words) != 3:
        return "not a start, an end and an action"
    start, end = _milliseconds(words[0]), _milliseconds(words[1])
    if start is None or end is None:
        return "a time that is neither seconds nor hours:minutes:seconds"
    if words[2] in _PASSED_OVER:
        return None
    if words[2] not in _TAKEN:
        return "an unknown action"
    if end - start < _LEAST_MS:
        return "it ends before it begins, or at once"
    if start >= duration_ms or end > duration_ms + _BEYOND_MS:
        return "it lies after the end of the film"
    if start == 0 and end >= duration_ms:
        return "it is the whole film"
    return Break(start, min(end, duration_ms))


def _milliseconds(word: str) -> int | None:
    if not word.isascii():
        return None
    if _SECONDS.fullmatch(word):
        return round(float(word) * 1000)
    clock = _CLOCK.fullmatch(word)
    if clock is None:
        return None
    return (int(clock[1]) * 60 + int(clock[2])) * 60_000 + round(float(clock[3]) * 1000)
