"""What becomes of awkward pictures and of many channels."""

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import cos, pi, sin
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.renditions import (
    BEGIN_US,
    AudioCodec,
    AudioRendition,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)

GRID = fixed_grid(2_000_000, target_us=1_000_000)
PLAIN = VideoRendition(
    name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=320, height=180, bitrate_kbps=800
)
TWICE = ((1, 1), (0, 0))


def facts(path: Path) -> dict[str, str]:
    """What ffprobe says of the pictures."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_streams", str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def test_hdr_becomes_sdr_and_stays_bright(tmp_path: Path) -> None:
    info = StreamInfo(type=StreamType.VIDEO, index=0, frame_rate=24.0, color_trc="smpte2084", bit_depth=10)
    made_of = kit.source(film("hdr.mkv"), video=info)
    found = facts(kit.make(tmp_path, made_of, replace(PLAIN, tone_map=True), TWICE, GRID))
    assert (found["pix_fmt"], found["color_transfer"], found["color_space"]) == ("yuv420p", "bt709", "bt709")


def test_hdr_is_kept_where_the_player_shows_it(tmp_path: Path) -> None:
    info = StreamInfo(type=StreamType.VIDEO, index=0, frame_rate=24.0, color_trc="smpte2084", bit_depth=10)
    rendition = replace(PLAIN, codec=VideoCodec.HEVC, ten_bit=True)
    found = facts(kit.make(tmp_path, kit.source(film("hdr.mkv"), video=info), rendition, TWICE, GRID))
    assert (found["pix_fmt"], found["color_transfer"], found["codec_tag_string"]) == (
        "yuv420p10le",
        "smpte2084",
        "hvc1",
    )


def test_fields_become_pictures(tmp_path: Path) -> None:
    made_of = kit.source(film("interlaced.ts"), video=StreamInfo(type=StreamType.VIDEO, index=0, frame_rate=25.0))
    joined = kit.make(tmp_path, made_of, replace(PLAIN, deinterlace=True), TWICE, GRID)
    assert facts(joined)["field_order"] == "progressive"
    assert len(kit.times(joined)) == len(kit.times(film("interlaced.ts")))


def test_pixels_become_square_and_pictures_upright(tmp_path: Path) -> None:
    wide = facts(kit.make(tmp_path / "a", kit.source(film("anamorphic.mp4")), PLAIN, TWICE, GRID))
    assert (wide["width"], wide["height"], wide["sample_aspect_ratio"]) == ("320", "180", "1:1")
    upright = replace(PLAIN, width=180, height=320)
    turned = kit.make(tmp_path / "b", kit.source(film("rotated.mp4")), upright, TWICE, GRID)
    assert (facts(turned)["width"], facts(turned)["height"]) == ("180", "320")
    assert "rotation" not in facts(turned)


def test_pictures_at_uneven_times_keep_them(tmp_path: Path) -> None:
    joined = kit.make(tmp_path, kit.source(film("variable.mkv")), PLAIN, ((2, 3), (0, 1)), _four())
    expected = [BEGIN_US / 1e6 + at / 30 for at in range(120) if at < 60 or at % 3 == 0]
    # Matroska counts milliseconds.
    assert kit.times(joined) == pytest.approx(expected, abs=0.0006)


def test_a_rate_has_one_raster_for_all_runs(tmp_path: Path) -> None:
    rendition = replace(PLAIN, frame_rate=Fraction(15))
    info = StreamInfo(type=StreamType.VIDEO, index=0, frame_rate=30.0)
    joined = kit.make(
        tmp_path, kit.source(film("variable.mkv"), video=info), rendition, ((2, 3), (1, 1), (0, 0)), _four()
    )
    assert kit.times(joined) == pytest.approx([BEGIN_US / 1e6 + at / 15 for at in range(59)], abs=0.00003)


def test_speech_is_louder_than_what_is_behind_and_a_boost_clips_nothing(tmp_path: Path) -> None:
    """The centre has 440 Hz at twice the loudness of the 1000 Hz behind."""
    info = StreamInfo(type=StreamType.AUDIO, index=0, codec="ac3", channels=6, sampling_rate=48_000)
    made_of = replace(kit.source(film("surround.mkv")), streams=(info,))
    rendition = AudioRendition(name="a", index=0, format=SegmentFormat.FMP4, codec=AudioCodec.FLAC)
    plain = kit.samples(kit.make(tmp_path / "a", made_of, rendition, ((0, 3),), _four()))
    speech, behind = _loudness(plain, 440), _loudness(plain, 1_000)
    assert speech == pytest.approx(0.16, abs=0.02)
    assert speech > 3 * behind > 0.05
    loud = kit.samples(kit.make(tmp_path / "b", made_of, replace(rendition, boost_percent=300), ((0, 3),), _four()))
    assert 2 < _loudness(loud, 440) / speech < 3
    assert max(loud) < 1


def _four() -> Grid:
    return fixed_grid(4_000_000, target_us=1_000_000)


def _loudness(samples: Sequence[float], hertz: int) -> float:
    """The amplitude of a tone."""
    part = samples[48_000:96_000]
    real = sum(value * cos(2 * pi * hertz * at / 48_000) for at, value in enumerate(part))
    imaginary = sum(value * sin(2 * pi * hertz * at / 48_000) for at, value in enumerate(part))
    return float(2 * (real**2 + imaginary**2) ** 0.5 / len(part))
