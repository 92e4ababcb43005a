"""Segments that several runs made are one stream: nothing is lost, nothing doubled, every picture at its time."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import fixed_grid
from vitascope.core.playback.renditions import (
    BEGIN_US,
    AudioCodec,
    AudioRendition,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)
from vitascope.core.playback.timing import boundary_tick

RUNS = ((2, 3), (1, 1), (0, 0))
"""Backwards: every run begins in the middle, and none knows of another."""


def video(form: SegmentFormat, codec: VideoCodec = VideoCodec.H264) -> VideoRendition:
    return VideoRendition(name="v", index=0, format=form, codec=codec, width=160, height=90, bitrate_kbps=400)


@pytest.mark.parametrize("form", [SegmentFormat.FMP4, SegmentFormat.MPEGTS])
@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.ts"])
def test_every_picture_is_there_once_and_at_its_time(tmp_path: Path, name: str, form: SegmentFormat) -> None:
    made_of = kit.source(film(name))
    joined = kit.make(tmp_path, made_of, video(form), RUNS)
    expected = [time + (BEGIN_US - kit.start_us(film(name))) / 1e6 for time in kit.times(film(name))]
    assert kit.times(joined) == pytest.approx(expected, abs=0.00003)
    assert kit.complaints(joined) == []


@pytest.mark.parametrize("codec", [VideoCodec.HEVC, VideoCodec.AV1, VideoCodec.VP9])
def test_each_segment_of_each_codec_begins_with_a_key_frame_and_has_no_other(tmp_path: Path, codec: VideoCodec) -> None:
    joined = kit.make(tmp_path, kit.source(film("plain.mp4")), video(SegmentFormat.FMP4, codec), RUNS)
    ticks = [
        round((float(row[0]) - BEGIN_US / 1e6) * 90_000)
        for row in kit.probed(joined, show="pts_time,flags")
        if "K" in row[1]
    ]
    every = [round(time * 90_000) for time in kit.times(film("plain.mp4"))]
    begins = [min(tick for tick in every if tick >= boundary_tick(start)) for start in kit.GRID.starts_us]
    assert ticks == begins
    assert len(kit.times(joined)) == len(every)


@pytest.mark.parametrize("form", [SegmentFormat.FMP4, SegmentFormat.MPEGTS])
@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.ts"])
def test_sound_joins_without_a_lost_or_doubled_sample(tmp_path: Path, name: str, form: SegmentFormat) -> None:
    rendition = AudioRendition(name="a", index=1, format=form, codec=AudioCodec.AAC)
    pieces = kit.samples(kit.make(tmp_path / "pieces", kit.source(film(name)), rendition, RUNS))
    whole = kit.samples(kit.make(tmp_path / "whole", kit.source(film(name)), rendition))
    assert len(pieces) == len(whole)
    # A sweep: one sample too many or too few would show as a phase that grows.
    assert _difference(pieces, whole) < 0.02


@pytest.mark.parametrize("codec", list(AudioCodec))
def test_each_codec_of_sound_joins(tmp_path: Path, codec: AudioCodec) -> None:
    rendition = AudioRendition(name="a", index=1, format=SegmentFormat.FMP4, codec=codec)
    pieces = kit.samples(kit.make(tmp_path / "pieces", kit.source(film("plain.mp4")), rendition, RUNS))
    whole = kit.samples(kit.make(tmp_path / "whole", kit.source(film("plain.mp4")), rendition))
    assert len(pieces) == len(whole)
    assert _difference(pieces, whole) < 0.03


def _difference(one: Sequence[float], other: Sequence[float]) -> float:
    """The middle deviation after the start, at places all over."""
    places = range(4_800, len(one) - 4_800, 97)
    return sum(abs(one[at] - other[at]) for at in places) / len(places)


def test_sound_whose_frames_begin_beside_zero_joins(tmp_path: Path) -> None:
    """AC-3 in Matroska: its first frame begins some milliseconds before the file, rounded to one."""
    info = StreamInfo(type=StreamType.AUDIO, index=0, codec="ac3", channels=6, sampling_rate=48_000)
    made_of = replace(kit.source(film("surround.mkv")), streams=(info,))
    rendition = AudioRendition(name="a", index=0, format=SegmentFormat.FMP4, codec=AudioCodec.FLAC, channels=6)
    grid = fixed_grid(4_000_000, target_us=1_000_000)
    pieces = kit.samples(kit.make(tmp_path / "pieces", made_of, rendition, RUNS, grid))
    whole = kit.samples(kit.make(tmp_path / "whole", made_of, rendition, ((0, 3),), grid))
    assert len(pieces) == len(whole)
    assert _difference(pieces, whole) < 0.001
