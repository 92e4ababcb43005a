"""Lyrics: LRC files (timed, plain, or both mixed) and plain text.

LRC was never written down; taken here is what players accept: several time stamps before a line, ``[offset:…]`` in
milliseconds (positive shows lines earlier), metadata such as ``[ar:…]``, and word stamps inside lines, which are
tolerated and left out.
"""

import re

from msgspec import Struct

MAX_LINES = 10_000
MAX_LINE = 1000

_TIME = r"(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_STAMP = re.compile(rf"\s*\[{_TIME}\]", re.ASCII)
_WORD_STAMP = re.compile(rf"\s?[<\[]{_TIME}[>\]]", re.ASCII)
_METADATA = re.compile(r"\s*\[([a-zA-Z#][a-zA-Z0-9_ ]{0,31}):([^\]]*)\]\s*$")


class LyricLine(Struct, frozen=True, kw_only=True):
    text: str
    start_ms: int | None = None


class Lyrics(Struct, frozen=True, kw_only=True):
    """Lines in order of time; a line without text is a pause."""

    lines: tuple[LyricLine, ...]
    timed: bool
    metadata: tuple[tuple[str, str], ...] = ()
    """Pairs such as ``("ar", "Artist")``, keys in lower case."""


def parse_lyrics(text: str) -> Lyrics:
    """Lyrics from an LRC or plain text file."""
    timed: list[tuple[int, str]] = []
    plain: list[str] = []
    metadata: dict[str, str] = {}
    for raw in text.splitlines()[:MAX_LINES]:
        line = raw[:MAX_LINE]
        stamps: list[int] = []
        place = 0
        while (stamp := _STAMP.match(line, place)) is not None:
            stamps.append(_ms(stamp))
            place = stamp.end()
        if stamps:
            words = _WORD_STAMP.sub(lambda found: " " if found[0].startswith(" ") else "", line[place:])
            timed += [(start, " ".join(words.split())) for start in stamps]
        elif (found := _METADATA.match(line)) is not None:
            metadata.setdefault(found[1].lower(), found[2].strip())
        else:
            plain.append(line.strip())
    pairs = tuple(metadata.items())
    if not timed:
        return Lyrics(lines=tuple(LyricLine(text=line) for line in _trimmed(plain)), timed=False, metadata=pairs)
    offset = metadata.get("offset", "")
    shift = int(offset) if re.fullmatch(r"[-+]?\d{1,7}", offset, re.ASCII) else 0
    timed.sort(key=lambda each: each[0])
    lines = tuple(LyricLine(text=words, start_ms=max(0, start - shift)) for start, words in timed)
    return Lyrics(lines=lines, timed=True, metadata=pairs)


def _ms(stamp: re.Match[str]) -> int:
    fraction = (stamp[3] or "0").ljust(3, "0")
    return (int(stamp[1]) * 60 + int(stamp[2])) * 1000 + int(fraction)


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    kept = [index for index, line in enumerate(lines) if line]
    return lines[kept[0] : kept[-1] + 1] if kept else []
