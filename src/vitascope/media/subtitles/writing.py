"""Cues to SubRip, WebVTT and Advanced SubStation Alpha."""

from collections.abc import Iterable

from vitascope.media.subtitles.cues import Cue, from_markup

_SRT_TAGS = {f"<{slash}{name}>": f"<{slash}{name}>" for slash in ("", "/") for name in "biu"}
_ASS_TAGS = {f"<{slash}{name}>": f"{{\\{name}{number}}}" for slash, number in (("", 1), ("/", 0)) for name in "biu"}
_ASS_HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_srt(cues: Iterable[Cue]) -> str:
    blocks = []
    for number, cue in enumerate(cues, 1):
        text = from_markup(cue.markup, _SRT_TAGS)
        top = "{\\an8}" if cue.at_top else ""
        blocks.append(f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{top}{text}\n")
    return "\n".join(blocks)


def write_vtt(cues: Iterable[Cue]) -> str:
    blocks = ["WEBVTT\n"]
    for cue in cues:
        settings = " line:0" if cue.at_top else ""
        # "-->" ends a cue wherever it stands; the markup has its ">" escaped already.
        blocks.append(f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}{settings}\n{cue.markup}\n")
    return "\n".join(blocks)


def write_ass(cues: Iterable[Cue]) -> str:
    lines = []
    for cue in cues:
        text = from_markup(cue.markup.replace("{", "(").replace("}", ")"), _ASS_TAGS).replace("\n", "\\N")
        top = "{\\an8}" if cue.at_top else ""
        lines.append(f"Dialogue: 0,{ass_clock(cue.start_ms)},{ass_clock(cue.end_ms)},Default,,0,0,0,,{top}{text}\n")
    return _ASS_HEADER + "".join(lines)


def ass_clock(time_ms: int) -> str:
    """``H:MM:SS.cc``."""
    centiseconds = time_ms // 10
    hours, rest = divmod(centiseconds, 360_000)
    minutes, rest = divmod(rest, 6000)
    return f"{hours}:{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def _clock(time_ms: int, point: str) -> str:
    hours, rest = divmod(time_ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
