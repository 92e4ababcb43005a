import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.media.subtitles import Cue, convert, parse
from vitascope.media.subtitles.converting import Source, Target

SRT = """\ufeff1
00:00:01,000 --> 00:00:02,500
Hello <i>there</i>

2
00:00:03,000 --> 00:00:04,000  X1:10 X2:20
{\\an8}Two
lines & <more>

3
00:01:00.5 --> 1:02:03,004
Late
"""

ASS = """[Script Info]
Title: Example

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\an8\\i1}Second{\\i0}, with commas
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,First\\Nline {\\b1}bold{\\b0} {\\bord2}end
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
"""

SMI = """<SAMI><HEAD><STYLE>P {}</STYLE></HEAD><BODY>
<SYNC Start=1000><P Class=ENCC>Hello<br>you &amp; me
<P Class=KRCC>other
<SYNC Start=3000><P Class=ENCC>&nbsp;
<SYNC Start="4000"><P Class=ENCC><font color="red"><i>Bye</i></font>
</BODY></SAMI>"""


def test_srt_parses_with_all_its_habits() -> None:
    assert parse(SRT, "srt") == [
        Cue(start_ms=1000, end_ms=2500, markup="Hello <i>there</i>"),
        Cue(start_ms=3000, end_ms=4000, markup="Two\nlines &amp;", at_top=True),
        Cue(start_ms=60_500, end_ms=3_723_004, markup="Late"),
    ]


def test_srt_without_blank_lines_between_cues() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB"
    assert [cue.markup for cue in parse(text, "srt")] == ["A", "B"]


def test_vtt_skips_notes_styles_and_identifiers() -> None:
    text = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE a remark\n\nintro\n"
        "00:01.000 --> 00:02.000 line:0 align:start\n<v Bob>Hi &amp; <c.yellow>bye</c>\n"
    )
    assert parse(text, "vtt") == [Cue(start_ms=1000, end_ms=2000, markup="Hi &amp; bye", at_top=True)]


def test_ass_events_are_sorted_and_their_overrides_mapped() -> None:
    assert parse(ASS, "ass") == [
        Cue(start_ms=1000, end_ms=2500, markup="First\nline <b>bold</b> end"),
        Cue(start_ms=5000, end_ms=6000, markup="<i>Second</i>, with commas", at_top=True),
    ]


def test_sami_takes_the_first_language_and_ends_cues() -> None:
    assert parse(SMI, "smi") == [
        Cue(start_ms=1000, end_ms=3000, markup="Hello\nyou &amp; me"),
        Cue(start_ms=4000, end_ms=14_000, markup="<i>Bye</i>"),
    ]


def test_srt_to_vtt() -> None:
    assert convert(SRT, "srt", "vtt") == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.500\nHello <i>there</i>\n\n"
        "00:00:03.000 --> 00:00:04.000 line:0\nTwo\nlines &amp;\n\n"
        "00:01:00.500 --> 01:02:03.004\nLate\n"
    )


def test_vtt_to_srt_unescapes() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\na &lt;b&gt; &amp; c\n"
    assert convert(vtt, "vtt", "srt") == "1\n00:00:01,000 --> 00:00:02,000\na <b> & c\n"


def test_srt_to_ass_has_a_style_and_escapes_braces() -> None:
    made = convert("1\n00:00:01,000 --> 00:00:02,000\n<i>x</i> {y}\nz\n", "srt", "ass")
    assert "Style: Default," in made
    assert made.endswith("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}x{\\i0} (y)\\Nz\n")


def test_ass_to_ass_keeps_its_styling() -> None:
    assert convert(ASS.replace("\n", "\r\n"), "ass", "ass") == ASS


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<i onclick=alert(1)>x</i>",
        "<!--<script>-->alert",
        "<scr<b>ipt>alert(1)</scr</b>ipt>",
        "a --> b",
    ],
)
def test_no_foreign_markup_reaches_a_browser(hostile: str) -> None:
    made = convert(f"1\n00:00:01,000 --> 00:00:02,000\n{hostile}\n", "srt", "vtt")
    body = "".join(made.split("\n")[3:])
    assert re.sub(r"</?[biu]>", "", body).count("<") == 0
    assert "-->" not in body


SOURCES: tuple[Source, ...] = ("srt", "vtt", "ass", "ssa", "smi")
TARGETS: tuple[Target, ...] = ("srt", "vtt", "ass")


@given(st.text(alphabet=st.sampled_from("<>/biu{}\\-:,.0123456789 \n[]DialogueEvents&;\r\0WEBVTT"), max_size=400))
def test_nothing_makes_a_parser_raise(text: str) -> None:
    for source in SOURCES:
        for target in TARGETS:
            assert isinstance(convert(text, source, target), str)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**7),
            st.integers(1, 10**5),
            st.text(st.characters(categories=["L", "N", "P"], exclude_characters="{}<>\\"), min_size=1, max_size=30),
        ),
        max_size=20,
    )
)
def test_cues_survive_srt_and_vtt(events: list[tuple[int, int, str]]) -> None:
    srt = "".join(
        f"{number}\n{clock(start)} --> {clock(start + length)}\nx{text}\n\n"
        for number, (start, length, text) in enumerate(events, 1)
    )
    cues = parse(srt, "srt")
    assert [(cue.start_ms, cue.end_ms - cue.start_ms) for cue in cues] == [event[:2] for event in events]
    assert parse(convert(srt, "srt", "vtt"), "vtt") == cues
    assert parse(convert(srt, "srt", "srt"), "srt") == cues


def clock(time_ms: int) -> str:
    return f"{time_ms // 3_600_000:02d}:{time_ms // 60_000 % 60:02d}:{time_ms // 1000 % 60:02d},{time_ms % 1000:03d}"


@pytest.mark.parametrize("piece", ["<SYNC Start=", "<SYNC ", "<P ", "<P Class=", "<!--"])
@pytest.mark.parametrize("source", ["smi", "srt"])
def test_tags_that_never_end_cost_no_more_than_their_length(source: Literal["smi", "srt"], piece: str) -> None:
    """Quadratic, this takes an hour; so it ends at all, or the run does not."""
    head = "1\n00:00:00,000 --> 00:00:01,000\n" if source == "srt" else "<SAMI><BODY><SYNC Start=1><P>"
    convert(head + piece * (2_000_000 // len(piece)), source, "srt")
