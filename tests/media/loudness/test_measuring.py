"""Loudness of sounds whose loudness is known."""

import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from vitascope.media.loudness.measuring import measure
from vitascope.media.workers.failure import MediaError


def make(path: Path, source: str, *more: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, *more, path]
    subprocess.run(command, check=True)
    return path


def levels(data: bytes) -> list[float]:
    return [value / 10 for value in struct.unpack(f"<{len(data) // 2}h", data)]


@pytest.mark.parametrize(("rate", "name"), [(48_000, "a.wav"), (44_100, "a.flac")])
def test_a_tone_of_minus_23_is_minus_23(tmp_path: Path, rate: int, name: str) -> None:
    # EBU Tech 3341, case 1: a stereo sine of 1000 Hz at -23 dBFS for 20 s is -23 LUFS
    tone = f"aevalsrc=exprs='pow(10,-23/20)*sin(2*PI*1000*t)|pow(10,-23/20)*sin(2*PI*1000*t)':s={rate}:d=20"
    found = measure(str(make(tmp_path / name, tone)), 0)
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert found.range_lu == pytest.approx(0.0, abs=0.1)
    assert found.peak == pytest.approx(10 ** (-23 / 20), abs=0.002)
    assert len(levels(found.levels)) == pytest.approx(200, abs=1)
    assert levels(found.levels)[100] == pytest.approx(-23.0, abs=0.15)


def test_what_is_quiet_does_not_count(tmp_path: Path) -> None:
    # case 3: -36, -23, -36 dBFS for 10, 60 and 10 s are -23 LUFS by the gates
    level = "pow(10,(if(between(t,10,70),-23,-36))/20)*sin(2*PI*1000*t)"
    found = measure(str(make(tmp_path / "a.wav", f"aevalsrc=exprs='{level}|{level}':s=48000:d=80")), 0)
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_the_range_of_two_levels(tmp_path: Path) -> None:
    # EBU Tech 3342, case 1: 20 s at -20, then 20 s at -30 dBFS have a range of 10 LU
    level = "pow(10,(if(lt(t,20),-20,-30))/20)*sin(2*PI*1000*t)"
    found = measure(str(make(tmp_path / "a.wav", f"aevalsrc=exprs='{level}|{level}':s=48000:d=40")), 0)
    assert found.range_lu == pytest.approx(10.0, abs=1.0)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    found = measure(str(make(tmp_path / "a.wav", "anullsrc=r=48000:cl=stereo:d=1")), 0)
    assert found.integrated_lufs is None
    assert found.range_lu is None
    assert set(levels(found.levels)) == {-70.0}


def test_a_stream_that_is_none_and_a_file_that_is_none(tmp_path: Path) -> None:
    file = make(tmp_path / "a.wav", "anullsrc=r=48000:cl=mono:d=1")
    with pytest.raises(MediaError, match="no audio stream"):
        measure(str(file), 7)
    broken = tmp_path / "b.wav"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00WAVEjunk")
    with pytest.raises(MediaError):
        measure(str(broken), 0)
