import os
from pathlib import Path

import pytest
from tests.support.samples import sample

from vitascope.media.subtitles import parse
from vitascope.media.subtitles.tasks import SidecarArgs, SubtitleArgs, sidecar, subtitle
from vitascope.media.workers import MediaError, Reason, WorkerPool

SRT = "1\n00:00:00,200 --> 00:00:00,900\nHello <i>world</i>\n\n2\n00:00:01,000 --> 00:00:01,500\nA & B\n"


def test_subrip_out_of_matroska() -> None:
    assert subtitle(SubtitleArgs.of(str(sample("everything.mkv")), 4, "srt")) == SRT


def test_subrip_as_webvtt() -> None:
    made = subtitle(SubtitleArgs.of(str(sample("everything.mkv")), 5, "vtt"))
    assert made.startswith("WEBVTT\n")
    assert [cue.markup for cue in parse(made, "vtt")] == ["Hello <i>world</i>", "A &amp; B"]


def test_ass_keeps_its_script_when_ass_is_wanted() -> None:
    made = subtitle(SubtitleArgs.of(str(sample("everything.mkv")), 6, "ass"))
    assert "Style: Sign,Arial" in made
    assert made.endswith("Dialogue: 0,0:00:00.20,0:00:00.90,Sign,,0,0,0,,{\\i1}Slanted{\\i0}, with a comma\n")


def test_ass_as_subrip() -> None:
    made = subtitle(SubtitleArgs.of(str(sample("everything.mkv")), 6, "srt"))
    assert made == "1\n00:00:00,200 --> 00:00:00,900\n<i>Slanted</i>, with a comma\n"


def test_timed_text_out_of_mp4() -> None:
    cues = parse(subtitle(SubtitleArgs.of(str(sample("timed-text.mp4")), 2, "vtt")), "vtt")
    assert [(cue.start_ms, cue.end_ms, cue.markup) for cue in cues] == [
        (200, 900, "Hello world"),
        (1000, 1500, "A &amp; B"),
    ]


@pytest.mark.parametrize(
    ("name", "index", "reason"),
    [
        ("pgs.mkv", 1, Reason.REFUSED),
        ("everything.mkv", 0, Reason.MISSING),
        ("everything.mkv", 99, Reason.MISSING),
        ("cover.jpg", 0, Reason.UNRECOGNISED),
    ],
)
def test_what_has_no_text(name: str, index: int, reason: Reason) -> None:
    with pytest.raises(MediaError) as caught:
        subtitle(SubtitleArgs.of(str(sample(name)), index))
    assert caught.value.reason is reason


def test_through_a_pool_with_a_name_that_is_not_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.mkv"
    os.link(sample("everything.mkv"), path)
    with WorkerPool(1) as pool:
        assert pool.submit(subtitle, SubtitleArgs.of(path, 4)).result() == SRT


def test_a_file_beside_the_media_is_read_and_converted_in_a_worker() -> None:
    data = "1\r\n00:00:01,000 --> 00:00:02,500\r\nGrüße aus Köln\r\n".encode("latin-1")
    with WorkerPool(1) as pool:
        plain = pool.submit(sidecar, SidecarArgs(data=data)).result()
        converted = pool.submit(sidecar, SidecarArgs(data=data, source="srt", target="vtt")).result()
    assert "Grüße aus Köln" in plain
    assert converted.startswith("WEBVTT")
    assert "00:00:01.000 --> 00:00:02.500\nGrüße aus Köln" in converted
