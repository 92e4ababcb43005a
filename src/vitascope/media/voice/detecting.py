"""Where somebody speaks: a decision for each step of a sound. Runs inside a worker process.

Speech is loud and quiet by turns, at the rate of syllables; it is tones and hisses by turns; and what it has above
3,400 Hz comes and goes with the hisses. Steady noise lacks all of that, clicks and machines lack the tones, and music
keeps its loudness within a second and is purer. So of each second around a step four numbers are looked at: how much
the loudness of the band of speech (300 to 3,400 Hz) varies, how much its spectral flatness does, that flatness itself,
and how much the ratio to the band above varies. Where all four are those of speech, the steps that stand out of the
noise floor (the quietest tenth of the ten seconds around) are spoken, with what the voice needs to fade added.

It is our own because the small libraries there are (WebRTC's detector) take music and steady noise for speech.
"""

import numpy as np
from numpy.typing import NDArray

from vitascope.media.voice.tasks import STEP_MS

RATE = 16_000
_HOP = 320
_WINDOW = 512
_AT_ONCE = 4_096
"""Windows of which the spectrum is taken at once."""
_SECOND = RATE // _HOP
_PER_STEP = STEP_MS * RATE // 1000 / _HOP
_QUIETEST_DB = -75.0
_FLOOR_BLOCKS = 11
_ABOVE_FLOOR_DB = 6.0
_LEAST_DB = -62.0
_FADES = 6
"""Hops that count as spoken after the last that stands out."""
_LEAST_LOUDNESS_CHANGE_DB = 4.2
_LEAST_FLATNESS_CHANGE_DB = 2.5
_LEAST_FLATNESS_DB = -25.0
_LEAST_RATIO_CHANGE_DB = 4.0

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]


def voiced(samples: Floats) -> Flags:
    """For each whole step of mono samples at 16 kHz (full scale being 1) whether somebody speaks."""
    steps = len(samples) * 1000 // (RATE * STEP_MS)
    if len(samples) < max(_WINDOW, RATE):
        return np.zeros(steps, dtype=np.bool_)
    level, flatness, ratio = _measured(samples)
    like_speech = (
        (_change(np.maximum(level, _QUIETEST_DB)) >= _LEAST_LOUDNESS_CHANGE_DB)
        & (_change(flatness) >= _LEAST_FLATNESS_CHANGE_DB)
        & (_mean(flatness) >= _LEAST_FLATNESS_DB)
        & (_change(ratio) >= _LEAST_RATIO_CHANGE_DB)
    )
    stands_out = level > np.maximum(_floor(level) + _ABOVE_FLOOR_DB, _LEAST_DB)
    spoken = _held(stands_out & like_speech)
    places = np.minimum((np.arange(steps) * _PER_STEP + _PER_STEP / 2).astype(np.int64), len(spoken) - 1)
    return np.asarray(spoken[places], dtype=np.bool_)


def _measured(samples: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each hop, in dB: the level of the band of speech, its flatness, and the level above it against its own."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    window = np.hanning(_WINDOW).astype(np.float32)
    hertz = np.arange(_WINDOW // 2 + 1) * RATE / _WINDOW
    speech, above = (hertz >= 300) & (hertz <= 3_400), (hertz > 3_400) & (hertz < 7_500)
    found: list[Floats] = []
    for at in range(0, len(frames), _AT_ONCE):
        power = 2 * np.abs(np.fft.rfft(frames[at : at + _AT_ONCE] * window, axis=1)) ** 2 / window.sum() ** 2 + 1e-12
        band = power[:, speech]
        level = _decibels(band.sum(axis=1))
        flatness = 10 / np.log(10) * np.log(band).mean(axis=1) - _decibels(band.mean(axis=1))
        ratio = _decibels(power[:, above].sum(axis=1)) - level
        found.append(np.stack([level, flatness, ratio]).astype(np.float32))
    level, flatness, ratio = np.concatenate(found, axis=1)
    return level, flatness, ratio


def _decibels(power: Doubles) -> Doubles:
    return np.asarray(10 * np.log10(power), dtype=np.float64)


def _mean(values: Floats | Doubles) -> Doubles:
    """Of the second around each hop."""
    before = _SECOND // 2
    padded = np.pad(np.asarray(values, dtype=np.float64), (before, _SECOND - before - 1), mode="edge")
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    return np.asarray((sums[_SECOND:] - sums[:-_SECOND]) / _SECOND, dtype=np.float64)


def _change(values: Floats) -> Doubles:
    """The standard deviation of the second around each hop."""
    exact = values.astype(np.float64)
    return np.asarray(np.sqrt(np.maximum(_mean(np.square(exact)) - np.square(_mean(exact)), 0.0)), dtype=np.float64)


def _floor(level: Floats) -> Doubles:
    """How loud the noise is below everything, at each hop."""
    blocks = -(-len(level) // _SECOND)
    padded = np.pad(level, (0, blocks * _SECOND - len(level)), mode="edge").reshape(blocks, _SECOND)
    quiet = np.percentile(padded, 10, axis=1)
    around = np.pad(quiet, _FLOOR_BLOCKS // 2, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(around, _FLOOR_BLOCKS)
    floor = np.percentile(lowest, 20, axis=1)
    return np.asarray(np.repeat(floor, _SECOND)[: len(level)], dtype=np.float64)


def _held(spoken: Flags) -> Flags:
    held = spoken.copy()
    for hops in range(1, _FADES + 1):
        held[hops:] |= spoken[:-hops]
    return held
