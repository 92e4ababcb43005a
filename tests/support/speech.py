"""Dialogue that is really spoken, by the synthesiser that Debian's ffmpeg has (flite), with its times."""

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from tests.support.episodes import RATE, Floats

_SENTENCES = (
    ("slt", "Good evening. I have been waiting for you since the afternoon."),
    ("rms", "Where did you put the keys to the old house?"),
    ("slt", "You should never have come back here, you know that."),
    ("rms", "Listen to me. There is a train at half past nine."),
    ("awb", "She said that the river would rise again in the spring."),
    ("rms", "No."),
)
Spans = list[tuple[int, int]]


@cache
def _spoken(number: int) -> Floats:
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("no ffmpeg on PATH, which would speak")
    voice, text = _SENTENCES[number]
    command = [program, "-v", "error", "-f", "lavfi", "-i", f"flite=text='{text}':voice={voice}",
               "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    if b"flite" in done.stderr:
        pytest.skip("the ffmpeg on PATH cannot speak (no flite)")
    assert done.returncode == 0, done.stderr
    sound = np.frombuffer(done.stdout, dtype="<f4")
    heard = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[heard[0] : heard[-1]].astype(np.float32)


def dialogue(seed: int, seconds: int) -> tuple[Floats, Spans]:
    """Sound of people who speak by turns, with pauses, and when each sentence is spoken in milliseconds."""
    chance = np.random.default_rng(seed)
    made = np.zeros(seconds * RATE, dtype=np.float32)
    spans: Spans = []
    at = float(chance.uniform(2, 5))
    while True:
        sentence = _spoken(int(chance.integers(len(_SENTENCES))))
        length = len(sentence) / RATE
        if at + length > seconds - 1:
            return made, spans
        begin = int(at * RATE)
        made[begin : begin + len(sentence)] += sentence * np.float32(chance.uniform(0.3, 1.0))
        spans.append((int(at * 1000), int((at + length) * 1000)))
        at += length + float(chance.uniform(0.3, 1.5) if chance.random() < 0.7 else chance.uniform(3, 9))


def later(spans: Sequence[tuple[int, int]], by_ms: int) -> Spans:
    """The same at other times, without what would be before the beginning."""
    return [(begin + by_ms, end + by_ms) for begin, end in spans if begin + by_ms >= 0]


def noise(seed: int, seconds: float, loudness: float, *, pink: bool = False) -> Floats:
    """White or pink noise of that root mean square."""
    samples = np.random.default_rng(seed).standard_normal(int(seconds * RATE))
    if pink:
        spectrum = np.fft.rfft(samples)
        samples = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(samples))
    return np.asarray(samples / samples.std() * loudness, dtype=np.float32)


def srt(spans: Sequence[tuple[int, int]]) -> str:
    """A SubRip file with a cue at each of these times."""

    def clock(at: int) -> str:
        return f"{at // 3_600_000:02}:{at // 60_000 % 60:02}:{at // 1000 % 60:02},{at % 1000:03}"

    return "\n".join(f"{n}\n{clock(a)} --> {clock(b)}\nLine {n}\n" for n, (a, b) in enumerate(spans, 1))
