"""The stretches of a file, put together, are as good as the whole; what cannot be heard says so."""

import subprocess
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from tests.support.episodes import RATE, Floats
from tests.support.speech import dialogue, noise

from vitascope.media.voice.detecting import voiced
from vitascope.media.voice.listening import heard
from vitascope.media.workers.failure import MediaError, Reason

_SECONDS = 60


def _flags(data: bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8))


def _written(path: Path, *channels: Floats) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(np.stack(channels, axis=1), -1, 1) * 32767).astype("<i2").tobytes())
    return path


def _converted(source: Path, target: Path, *options: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", source, *options, target]
    subprocess.run(command, check=True, timeout=60)
    return target


def test_stretches_are_like_the_whole(tmp_path: Path) -> None:
    spoken, _ = dialogue(2, _SECONDS)
    plain = _written(tmp_path / "a.wav", spoken)
    film = _converted(plain, tmp_path / "a.mka", "-c:a", "libopus", "-output_ts_offset", "3")
    expected = voiced(spoken)
    for path in (plain, film):
        data = [heard(str(path).encode(), begin, begin + 20_000) for begin in range(0, _SECONDS * 1000, 20_000)]
        assert [len(one) for one in data] == [50, 50, 50]
        assert (_flags(b"".join(data)) != expected).mean() < 0.05
    assert not _flags(heard(str(plain).encode(), 600_000, 620_000)).any()


def test_the_centre_of_surround_sound_is_listened_to(tmp_path: Path) -> None:
    spoken, _ = dialogue(2, _SECONDS)
    loud = noise(1, _SECONDS, 0.2)
    channels = _written(tmp_path / "a.wav", loud, loud, spoken, loud, loud, loud)
    film = _converted(channels, tmp_path / "a.flac", "-af", "channelmap=0|1|2|3|4|5:5.1")
    found = _flags(heard(str(film).encode(), 0, _SECONDS * 1000))
    assert (found != voiced(spoken)).mean() < 0.02


def test_what_cannot_be_heard(tmp_path: Path) -> None:
    silent = tmp_path / "a.mkv"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "color=s=16x16:d=1:r=5", silent]
    subprocess.run(command, check=True, timeout=60)
    with pytest.raises(MediaError) as found:
        heard(str(silent).encode(), 0, 1000)
    assert found.value.reason is Reason.REFUSED
