"""Subtitles that become part of the picture: at their time, whichever run draws them, with the film's own fonts."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import FONT, film

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import fixed_grid
from vitascope.core.playback.renditions import Burned, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding import texts

GRID = fixed_grid(8_000_000, target_us=2_000_000)
needs_font = pytest.mark.skipif(not FONT.exists(), reason=f"{FONT} is missing (fonts-dejavu-core)")


def burned(subtitle: Burned, name: str = "v") -> VideoRendition:
    return VideoRendition(
        name=name,
        index=0,
        format=SegmentFormat.FMP4,
        codec=VideoCodec.H264,
        width=320,
        height=180,
        bitrate_kbps=800,
        burned=subtitle,
    )


def light(path: Path) -> dict[int, int]:
    """How many pixels are bright, at every half second."""
    command = [kit.FFMPEG, "-v", "error", "-i", str(path), "-vf", "fps=2:round=down,format=gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    size = 320 * 180
    frames = [raw[at : at + size] for at in range(0, len(raw), size)]
    return {number: sum(pixel > 100 for pixel in frame) for number, frame in enumerate(frames)}


@needs_font
def test_text_is_drawn_at_its_time_by_every_run_and_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of two seconds: four ffmpegs one after the other, each with its part of the script."""
    monkeypatch.setattr(texts, "FIRST_WINDOW_US", 2_000_000)
    monkeypatch.setattr(texts, "LONGEST_WINDOW_US", 2_000_000)
    made_of = replace(kit.source(film("written.mkv")), has_fonts=True)
    shown = light(kit.make(tmp_path, made_of, burned(Burned(index=1)), ((0, 3),), GRID))
    bright = [number for number, count in shown.items() if count > 50]
    # 0.5 to 3 s and 5 to 7 s.
    assert bright == [1, 2, 3, 4, 5, 10, 11, 12, 13]
    assert len(list(tmp_path.glob("*.ass"))) == 4


@needs_font
def test_the_font_is_that_of_the_film(tmp_path: Path) -> None:
    made_of = kit.source(film("written.mkv"))
    own = light(kit.make(tmp_path / "own", replace(made_of, has_fonts=True), burned(Burned(index=1)), ((0, 0),), GRID))
    other = light(kit.make(tmp_path / "other", made_of, burned(Burned(index=1)), ((0, 0),), GRID))
    assert own[2] > 50 and other[2] > 50
    assert abs(own[2] - other[2]) > 30


def test_a_file_beside_the_film_with_an_offset_and_a_size(tmp_path: Path) -> None:
    beside = tmp_path / "it's [a], b:c;d 'q' %d \\ file.srt"
    beside.write_text("1\n00:00:01,000 --> 00:00:02,000\nHELLO\n")
    made_of = kit.source(film("drawn.mkv"))
    plain = Burned(index=None, path=bytes(beside), offset_ms=3_000)
    later = light(kit.make(tmp_path / "a", made_of, burned(plain), ((0, 3),), GRID))
    assert [number for number, count in later.items() if count > 20] == [8, 9]
    large = light(kit.make(tmp_path / "b", made_of, burned(replace(plain, size_percent=200)), ((2, 2),), GRID))
    assert max(large.values()) > 2 * max(later.values())


def test_pictures_are_drawn_by_a_run_that_begins_while_they_are_shown(tmp_path: Path) -> None:
    made_of = kit.source(film("drawn.mkv"))
    made_of = replace(made_of, streams=(made_of.streams[0], StreamInfo(type=StreamType.SUBTITLE, index=1, codec="pgs")))
    grid = fixed_grid(8_000_000, target_us=3_000_000)
    shown = light(kit.make(tmp_path, made_of, burned(Burned(index=1, image=True)), ((1, 2), (0, 0)), grid))
    assert [number for number, count in shown.items() if count > 3_000] == [4, 5, 6, 7]
