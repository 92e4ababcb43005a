"""Nothing that a file or a client said becomes an option or a filter."""

import os
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import CommandError, Input, TextSubtitle, VideoTools, audio_run, video_run
from vitascope.core.playback.commands.filters import made
from vitascope.core.playback.commands.values import device, escaped, file_url, number, rate, seconds, whole
from vitascope.core.playback.grid import fixed_grid
from vitascope.core.playback.renditions import (
    AudioCodec,
    AudioRendition,
    Burned,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)

NASTY = (
    "it's",
    "a:b",
    "a,b;c",
    "[in]",
    "back\\slash",
    "'quoted'",
    " spaces ",
    "a=b:force_style='Fontsize=99'",
    "x',drawtext=text=hello,'",
    "%{eif}",
    "new\nline",
    "-y",
    "tab\there",
)
GRID = fixed_grid(60_000_000, target_us=6_000_000)
PROGRAMS = [program for program in (imageio_ffmpeg.get_ffmpeg_exe(), shutil.which("ffmpeg")) if program]


def _token(text: str, ends: str) -> tuple[str, str]:
    """``av_get_token`` of libavutil: what is taken, and what is left."""
    out, end, at = "", 0, 0
    text = text.lstrip(" \n\t\r")
    while at < len(text) and text[at] not in ends:
        if text[at] == "\\" and at + 1 < len(text):
            out += text[at + 1]
            at += 2
            end = len(out)
        elif text[at] == "'":
            at += 1
            while at < len(text) and text[at] != "'":
                out += text[at]
                at += 1
            at += at < len(text)
            end = len(out)
        else:
            out += text[at]
            at += 1
    while len(out) > end and out[-1] in " \n\t\r":
        out = out[:-1]
    return out, text[at:]


@pytest.mark.property
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1))
def test_a_text_in_a_graph_comes_out_as_it_went_in(value: str) -> None:
    inside, left = _token(f"{escaped(value)},null", "[],;")
    assert left == ",null"
    assert _token(f"{inside}:x=1", ":") == (value, ":x=1")


@pytest.mark.parametrize("program", PROGRAMS)
def test_ffmpeg_reads_the_same(tmp_path: Path, program: str) -> None:
    """One graph that names every nasty file: each must be there, and nothing else may be made of it."""
    filters = []
    for name in NASTY:
        path = tmp_path / name
        path.write_text("1\n00:00:00,000 --> 00:00:01,000\nx\n")
        filters.append(str(made("subtitles", filename=str(path))))
    command = [program, "-v", "error", "-f", "lavfi", "-i", "color=size=64x64:duration=0.1", "-vf", ",".join(filters)]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.property
@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_a_name_is_a_file_and_nothing_else(name: bytes) -> None:
    assert file_url(b"/" + name) == "file:/" + os.fsdecode(name)


@pytest.mark.parametrize("path", [b"", b"http://example.org/", b"relative", b"-i", b"concat:/a|/b", b"/a\0b"])
def test_what_is_no_absolute_path_is_refused(path: bytes) -> None:
    with pytest.raises(CommandError):
        file_url(path)


def test_numbers_have_bounds_and_are_numbers() -> None:
    for wrong in (0, 11, "5", 5.0, True, None):
        with pytest.raises(CommandError):
            whole("x", wrong, 1, 10)  # type: ignore[arg-type]
    for wrong in (float("nan"), float("inf"), "1", None):
        with pytest.raises(CommandError):
            number("x", wrong, 0, 1)  # type: ignore[arg-type]
    for odd in (Fraction(0), Fraction(1000), 24, "24"):
        with pytest.raises(CommandError):
            rate("x", odd, 1, 240)  # type: ignore[arg-type]
    for wrong in ("/dev/sda", "/dev/dri/renderD128,x", "/dev/dri/renderD128\n", "", "renderD128"):
        with pytest.raises(CommandError):
            device(wrong)
    assert (seconds(1), seconds(-1_500_000), seconds(0)) == ("0.000001", "-1.500000", "0.000000")


@pytest.mark.property
@given(word=st.text(min_size=6, max_size=40), path=st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_no_word_of_a_file_gets_into_a_command(word: str, path: bytes) -> None:
    hostile = f"\u2620{word}"
    info = StreamInfo(
        type=StreamType.VIDEO,
        index=0,
        codec=hostile,
        title=hostile,
        profile=hostile,
        language_code=hostile,
        color_trc=hostile,
        color_primaries=hostile,
        color_space=hostile,
        scan_type=hostile,
        pixel_aspect_ratio=hostile,
        audio_channel_layout=hostile,
    )
    source = Input(path=b"/" + path, container=hostile)
    video = VideoRendition(
        name=hostile,
        index=0,
        format=SegmentFormat.FMP4,
        codec=VideoCodec.H264,
        width=640,
        height=360,
        bitrate_kbps=1_000,
        tone_map=True,
        deinterlace=True,
        frame_rate=Fraction(24),
        burned=Burned(index=None, path=hostile.encode("utf-8", "replace")),
    )
    audio = AudioRendition(name=hostile, index=1, format=SegmentFormat.FMP4, codec=AudioCodec.AAC)
    text = TextSubtitle(path="/made/by/us.ass", fonts="/made/by/fonts")
    runs = [video_run(source, info, video, GRID, 1, 2, VideoTools(), text=text)]
    runs.append(audio_run(source, info, audio, GRID, 1, 2))
    for run in runs:
        at = run.arguments.index("-i")
        assert run.arguments[at + 1] == "file:/" + os.fsdecode(path)
        assert not any("\u2620" in one for number, one in enumerate(run.arguments) if number != at + 1)


@pytest.mark.parametrize(
    "change",
    [
        {"width": 0},
        {"width": 641},
        {"width": 100_000},
        {"bitrate_kbps": -1},
        {"index": -1},
        {"index": 10_000},
        {"frame_rate": Fraction(10_000)},
    ],
)
def test_a_rendition_out_of_bounds_makes_no_command(change: dict[str, object]) -> None:
    fields: dict[str, object] = {"width": 640, "height": 360, "bitrate_kbps": 1_000, "index": 0, **change}
    rendition = VideoRendition(
        name="v",
        format=SegmentFormat.FMP4,
        codec=VideoCodec.H264,
        **fields,  # type: ignore[arg-type]
    )
    info = StreamInfo(type=StreamType.VIDEO, index=0)
    with pytest.raises(CommandError):
        video_run(Input(path=b"/a.mkv", container="mkv"), info, rendition, GRID, 0, 1, VideoTools())
