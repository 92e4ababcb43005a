"""SubRip, WebVTT, SubStation Alpha and SAMI to cues. Parsers take what they understand and skip the rest."""

import re
from collections.abc import Iterator

from vitascope.media.subtitles.cues import MAX_CUES, Cue, to_markup

_TIMING = re.compile(
    r"^\s*(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})[.,](\d{1,3})\s*-+>\s*(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})[.,](\d{1,3})(.*)$",
    re.ASCII,
)
_ASS_TIME = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})[.:](\d{1,3})\s*", re.ASCII)
_ASS_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_ASS_SWITCH = re.compile(r"\\([biu])(\d{0,3})(?![a-zA-Z])", re.ASCII)
_ASS_DRAWING = re.compile(r"\\p([0-9]+)", re.ASCII)
_ASS_TOP = re.compile(r"\\an[789](?!\d)|\\a(?:5|6|7)(?!\d)", re.ASCII)
_VTT_TOP = re.compile(r"\bline:\s*(?:[0-9]%?|[1-3][0-9]%)(?![0-9])", re.ASCII)
# Bounded, and never past the next tag: a file that opens a thousand tags and closes none must not cost a million steps.
_SYNC = re.compile(r"<sync\b[^<>]{0,200}?start\s{0,9}=\s{0,9}[\"']?(-?\d{1,9})[^<>]{0,200}>", re.IGNORECASE | re.ASCII)
_PARAGRAPH = re.compile(r"<p\b([^<>]{0,500})>", re.IGNORECASE)
_CLASS = re.compile(r"class\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_LONGEST_SAMI_CUE_MS = 10_000
_SSA_FIELDS = ("marked", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")


def parse_srt(text: str) -> list[Cue]:
    return _timed_blocks(text, escaped=False)


def parse_vtt(text: str) -> list[Cue]:
    return _timed_blocks(text, escaped=True)


def _timed_blocks(text: str, *, escaped: bool) -> list[Cue]:
    """Both formats: a line with an arrow, then lines until a blank one (or the next arrow)."""
    cues: list[Cue] = []
    timing: re.Match[str] | None = None
    body: list[str] = []
    for line in [*text.splitlines(), ""]:
        arrow = _TIMING.match(line)
        if arrow is None and line.strip():
            body.append(line)
            continue
        if timing is not None and (arrow is not None or not line.strip()):
            if arrow is not None and body and body[-1].strip().isdigit():
                body.pop()
            if body or arrow is not None:
                cues += _block(timing, body, escaped=escaped)
                timing = None
            if len(cues) >= MAX_CUES:
                break
        if arrow is not None:
            timing = arrow
        body = []
    return cues


def _block(timing: re.Match[str], body: list[str], *, escaped: bool) -> Iterator[Cue]:
    raw = "\n".join(body)
    at_top = _ASS_TOP.search(raw) is not None if not escaped else _VTT_TOP.search(timing[9]) is not None
    markup = to_markup(_ASS_OVERRIDE.sub("", raw) if "{\\" in raw else raw, escaped=escaped)
    start, end = _ms(*timing.group(1, 2, 3, 4)), _ms(*timing.group(5, 6, 7, 8))
    if markup and end > start:
        yield Cue(start_ms=start, end_ms=end, markup=markup, at_top=at_top)


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def parse_ass(text: str) -> list[Cue]:
    """SSA and ASS: the lines of the events section, as its format line orders them."""
    cues: list[Cue] = []
    fields: tuple[str, ...] = _SSA_FIELDS
    in_events = False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            in_events = line.lower().startswith("[events]")
        elif in_events and line.lower().startswith("format:"):
            named = tuple(name.strip().lower() for name in line.partition(":")[2].split(","))
            fields = named if named[-1:] == ("text",) and {"start", "end"} <= set(named) else fields
        elif in_events and line.lower().startswith("dialogue:"):
            values = line.partition(":")[2].split(",", len(fields) - 1)
            if len(values) == len(fields) and (cue := _dialogue(dict(zip(fields, values, strict=True)))):
                cues.append(cue)
                if len(cues) >= MAX_CUES:
                    break
    return sorted(cues, key=lambda cue: cue.start_ms)


def _dialogue(values: dict[str, str]) -> Cue | None:
    start, end = _ASS_TIME.fullmatch(values["start"]), _ASS_TIME.fullmatch(values["end"])
    if start is None or end is None:
        return None
    start_ms, end_ms = _ms(*start.group(1, 2, 3, 4)), _ms(*end.group(1, 2, 3, 4))
    markup = ass_markup(values["text"])
    if not markup or end_ms <= start_ms:
        return None
    return Cue(start_ms=start_ms, end_ms=end_ms, markup=markup, at_top=_ASS_TOP.search(values["text"]) is not None)


def ass_markup(text: str) -> str:
    """The text of an event: overrides become the three known tags, drawings vanish."""
    made: list[str] = []
    is_drawing = False
    place = 0
    for block in _ASS_OVERRIDE.finditer(text):
        made += [] if is_drawing else [_ass_plain(text[place : block.start()])]
        place = block.end()
        for switch in _ASS_SWITCH.finditer(block[1]):
            made.append(f"<{switch[1]}>" if switch[2] not in {"", "0"} else f"</{switch[1]}>")
        if (drawing := _ASS_DRAWING.search(block[1])) is not None:
            is_drawing = drawing[1].strip("0") != ""
    made += [] if is_drawing else [_ass_plain(text[place:])]
    return to_markup("".join(made), escaped=True)


def _ass_plain(text: str) -> str:
    plain = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def parse_smi(text: str) -> list[Cue]:
    """SAMI. Of several language classes the one that comes first is taken."""
    points = list(_SYNC.finditer(text))[: MAX_CUES + 1]
    chosen: str | None = None
    shown: list[tuple[int, str]] = []
    for index, point in enumerate(points):
        until = points[index + 1].start() if index + 1 < len(points) else len(text)
        for language, body in _paragraphs(text[point.end() : until]):
            chosen = chosen or language
            if language in {None, chosen}:
                shown.append(
                    (max(0, int(point[1])), to_markup(body.replace("\n", " "), escaped=True).replace("\u00a0", " "))
                )
    cues = []
    for index, (start, markup) in enumerate(shown):
        end = shown[index + 1][0] if index + 1 < len(shown) else start + _LONGEST_SAMI_CUE_MS
        if markup.strip() and end > start:
            cues.append(Cue(start_ms=start, end_ms=end, markup=markup.strip()))
    return cues


def _paragraphs(block: str) -> Iterator[tuple[str | None, str]]:
    marks = list(_PARAGRAPH.finditer(block))
    if not marks:
        yield None, block
    for index, mark in enumerate(marks):
        until = marks[index + 1].start() if index + 1 < len(marks) else len(block)
        language = _CLASS.search(mark[1])
        yield (language[1].lower() if language else None), block[mark.end() : until]
