"""Subtitles as a person would have them: SubRip and SSA text, and PGS pictures as they come on discs.

PGS is written here because ffmpeg encodes no image subtitles from text: each cue is a palette and a
run-length coded picture of our own letters (the format is described in US patent 2009/0185789 A1).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from vitascope.media.demo import lettering
from vitascope.media.demo.painting import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A line that is said from one second to another."""

    start: float
    end: float
    text: str


def spread(lines: Sequence[str], seconds: float, *, lead: float = 4.0, step: float = 6.0) -> tuple[Cue, ...]:
    """The lines one after the other over a film, with a breath between them."""
    step = min(step, (seconds - lead - 1.0) / max(1, len(lines)))
    return tuple(
        Cue(start=lead + index * step, end=lead + index * step + min(3.6, step * 0.86), text=line)
        for index, line in enumerate(lines)
    )


def _clock(second: float, *, comma: bool) -> str:
    whole = round(second * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, thousandth = divmod(rest, 1000)
    if comma:
        return f"{hours:02}:{minutes:02}:{seconds:02},{thousandth:03}"
    return f"{hours}:{minutes:02}:{seconds:02}.{thousandth // 10:02}"


def srt(cues: Iterable[Cue]) -> bytes:
    """A SubRip file."""
    blocks = (
        f"{number}\n{_clock(cue.start, comma=True)} --> {_clock(cue.end, comma=True)}\n{cue.text}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks).encode()


def ass(cues: Iterable[Cue], *, title: str) -> bytes:
    """An Advanced SubStation Alpha file with one style of its own."""
    head = (
        f"[Script Info]\nTitle: {title}\nScriptType: v4.00+\nPlayResX: 854\nPlayResY: 480\n\n"
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
        "BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, "
        "Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
        "Style: Default,sans-serif,30,&H0082E0FF,&H000000FF,&H00201020,&H80000000,0,-1,0,0,100,100,1,0,1,2,1,"
        "2,30,30,26,1\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    )
    fade = r"{\fad(200,200)}"
    events = (
        f"Dialogue: 0,{_clock(cue.start, comma=False)},{_clock(cue.end, comma=False)},Default,,0,0,0,,{fade}"
        + cue.text.replace("\n", r"\N")
        for cue in cues
    )
    return (head + "\n".join(events) + "\n").encode()


_LEVELS = 15  # palette entries from outline to full letter; entry 0 is clear


def _letters(text: str, columns: int, rows: int) -> Field:
    """0 where nothing is, up to 0.5 in the outline, 1 in the letters."""
    lines = text.split("\n")
    size = rows * 0.042
    parts = []
    for line in lines:
        fitted = lettering.fit(line, width=columns * 0.9, size=size, tracking=0.2)
        field = lettering.distance(line, size=fitted, tracking=0.2, margin=size * 0.3)
        pen = fitted * 0.11
        letter = np.clip(pen / 2 + 0.5 - field, 0, 1)
        border = np.clip(pen / 2 + size * 0.13 + 0.5 - field, 0, 1)
        parts.append(np.maximum(letter, border * 0.5))
    step = round(size * 1.55)
    total = np.zeros((step * (len(parts) - 1) + len(parts[-1]), max(part.shape[1] for part in parts)), np.float32)
    for index, part in enumerate(parts):
        x = (total.shape[1] - part.shape[1]) // 2
        spot = total[index * step : index * step + len(part), x : x + part.shape[1]]
        np.maximum(spot, part[: len(spot)], out=spot)
    return total


def _runs(indexes: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> bytes:
    out = bytearray()
    for row in indexes:
        for colour, group in groupby(row.tolist()):
            left = sum(1 for _ in group)
            while left:
                run = min(left, 0x3FFF)
                left -= run
                if colour and run < 3:
                    out += bytes((colour,)) * run
                    continue
                flag = 0x80 if colour else 0x00
                out += bytes((0, flag | run)) if run < 64 else bytes((0, flag | 0x40 | run >> 8, run & 0xFF))
                if colour:
                    out.append(colour)
        out += b"\0\0"
    return bytes(out)


def _packet(second: float, kind: int, body: bytes) -> bytes:
    return struct.pack(">2sIIBH", b"PG", round(second * 90_000), 0, kind, len(body)) + body


def _palette() -> bytes:
    entries = bytearray((0, 0))
    for level in range(1, _LEVELS + 1):
        share = level / _LEVELS
        luma = 16 if share <= 0.5 else round(16 + (share - 0.5) * 2 * 214)
        alpha = round(min(1.0, share * 2) * 255)
        entries += bytes((level, luma, 132, 120, alpha))
    return bytes(entries)


def pgs(cues: Iterable[Cue], *, columns: int, rows: int) -> bytes:
    """A PGS stream (``.sup``) for a picture of the given size."""
    out = bytearray()
    for number, cue in enumerate(cues):
        field = _letters(cue.text, columns, rows)
        indexes = np.round(field * _LEVELS).astype(np.uint8)
        height, width = indexes.shape
        x, y = (columns - width) // 2, rows - height - round(rows * 0.05)
        window = struct.pack(">BBHHHH", 1, 0, x, y, width, height)
        frame = struct.pack(">HHBH", columns, rows, 0x10, 2 * number)
        shown = frame + struct.pack(">BBBBHBBHH", 0x80, 0, 0, 1, 0, 0, 0, x, y)
        coded = _runs(indexes)
        picture = struct.pack(">HBB", 0, 0, 0xC0) + (len(coded) + 4).to_bytes(3, "big")
        picture += struct.pack(">HH", width, height) + coded
        if len(picture) > 0xFFFF:
            raise ValueError(f"the subtitle {cue.text!r} is too large for one PGS object")
        for kind, body in ((0x16, shown), (0x17, window), (0x14, _palette()), (0x15, picture), (0x80, b"")):
            out += _packet(cue.start, kind, body)
        gone = struct.pack(">HHBH", columns, rows, 0x10, 2 * number + 1) + struct.pack(">BBBB", 0, 0, 0, 0)
        for kind, body in ((0x16, gone), (0x17, window), (0x80, b"")):
            out += _packet(cue.end, kind, body)
    return bytes(out)
