"""Subtitles shown later or earlier."""

import pytest

from vitascope.media.subtitles.converting import Source
from vitascope.media.subtitles.shifting import shift

SRT = "1\n00:00:01,500 --> 00:00:02,000\nAt 00:00:05,000 --> we go\n"


@pytest.mark.parametrize(
    ("source", "text", "later"),
    [
        ("srt", "1\n00:59:59,900 --> 01:00:00,100\nHello: 00:00:05,000\n",
         "1\n01:00:01,400 --> 01:00:01,600\nHello: 00:00:05,000\n"),
        ("vtt", "WEBVTT\n\n00:01.000 --> 59:58.000 line:0\nHi\n",
         "WEBVTT\n\n00:02.500 --> 59:59.500 line:0\nHi\n"),
        ("ass", "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,at 0:00:09.00\n",
         "Dialogue: 0,0:00:02.50,0:00:04.00,Default,,0,0,0,,at 0:00:09.00\n"),
        ("smi", "<SAMI><SYNC Start=1000><P>x<sync start='2000'>", "<SAMI><SYNC Start=2500><P>x<sync start='3500'>"),
    ],
)  # fmt: skip
def test_every_time_moves_and_nothing_else(source: Source, text: str, later: str) -> None:
    assert shift(text, source, 1500) == later
    assert shift(later, source, -1500) == text
    assert shift(text, source, 0) is text


def test_what_would_be_before_the_beginning_is_at_the_beginning() -> None:
    assert shift("1\n00:00:01,500 --> 00:00:02,000\nHi\n", "srt", -1800) == "1\n00:00:00,000 --> 00:00:00,200\nHi\n"
