"""Subtitles: text files as players read them, and PGS that ffmpeg decodes back to pictures."""

import io
from itertools import pairwise
from typing import Any

import av
from av.subtitles.subtitle import BitmapSubtitle

from vitascope.media.demo import captions
from vitascope.media.demo.captions import Cue

CUES = (Cue(start=1.5, end=3.25, text="Count the seconds."), Cue(start=3661.0, end=3662.0, text="Two\nlines"))


def test_srt() -> None:
    assert captions.srt(CUES).decode() == (
        "1\n00:00:01,500 --> 00:00:03,250\nCount the seconds.\n\n2\n01:01:01,000 --> 01:01:02,000\nTwo\nlines\n"
    )


def test_ass_has_a_style_and_its_lines() -> None:
    text = captions.ass(CUES, title="A title").decode()
    assert "Title: A title" in text
    assert r"Dialogue: 0,0:00:01.50,0:00:03.25,Default,,0,0,0,,{\fad(200,200)}Count the seconds." in text
    assert r"Two\Nlines" in text


def test_spread_stays_inside_the_film_and_in_order() -> None:
    cues = captions.spread(("a", "b", "c"), 20)
    assert [cue.text for cue in cues] == ["a", "b", "c"]
    assert all(one.end <= two.start for one, two in pairwise(cues))
    assert cues[0].start >= 0
    assert cues[-1].end <= 20


def test_pgs_is_decoded_to_a_picture_of_the_text() -> None:
    data = captions.pgs(CUES, columns=854, rows=480)
    with av.open(io.BytesIO(data), "r", format="sup") as source:
        stream = source.streams.subtitles[0]
        assert stream.codec_context.name == "pgssub"
        shown = []
        for packet in source.demux(stream):
            if not packet.size:
                continue
            for subtitle in packet.decode():
                assert isinstance(subtitle, BitmapSubtitle)
                shown.append((float((packet.pts or 0) * packet.time_base), subtitle))
    assert [start for start, _ in shown] == [1.5, 3661.0]
    for _, subtitle in shown:
        assert subtitle.width < 854
        assert 0 < subtitle.x < 854 - subtitle.width + 1
        assert subtitle.y + subtitle.height <= 480
        plane: Any = subtitle.planes[0]  # a buffer, which its type does not say
        assert len(set(bytes(plane))) > 4
