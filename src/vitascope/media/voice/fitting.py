"""By how much a subtitle is beside what is spoken. Runs inside a worker process.

What is shown when is correlated with what is spoken when, at every offset of two minutes either way. An offset counts
only when it convinces: the correlation stands far out of what all other offsets give, and each half of the subtitles
alone says the same. The second is what other subtitles do not do: those of another film, or of the same at
another speed, whose halves are beside it by different times.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vitascope.media.voice.tasks import STEP_MS

_MOST_MS = 120_000
_LEAST_CUES = 20
_LEAST_SPOKEN_MS = 15_000
_STANDS_OUT = 5.5
"""Standard deviations above the mean of all offsets."""
_LEAST_AHEAD = 1.4
"""Against the best of the offsets that are farther away than :data:`_APART_MS`."""
_APART_MS = 3_000
_HALVES_MS = 400
"""The halves may say offsets that are so far apart."""
_HALVES_STAND_OUT = 3.0
_LONGEST_CUE_MS = 8_000

Floats = NDArray[np.float64]


def fit(spans: Sequence[tuple[int, int]], spoken: bytes) -> int | None:
    """How many milliseconds later cues of these begins and ends belong; ``None`` where nothing convinces."""
    voice = np.unpackbits(np.frombuffer(spoken, dtype=np.uint8)).astype(np.float64)
    cues = sorted({(begin, min(end, begin + _LONGEST_CUE_MS)) for begin, end in spans if 0 <= begin < end})
    if len(cues) < _LEAST_CUES or voice.sum() * STEP_MS < _LEAST_SPOKEN_MS:
        return None
    whole = _best(_shown(cues), voice)
    half = len(cues) // 2
    halves = [_best(_shown(some), voice) for some in (cues[:half], cues[half:])]
    if whole is None or whole[1] < _STANDS_OUT or whole[2] < _LEAST_AHEAD:
        return None
    for one in halves:
        if one is None or one[1] < _HALVES_STAND_OUT or abs(one[0] - whole[0]) > _HALVES_MS:
            return None
    return whole[0]


def _shown(cues: Sequence[tuple[int, int]]) -> Floats:
    """1 for each step with a cue; 0 elsewhere."""
    shown = np.zeros(cues[-1][1] // STEP_MS + 1, dtype=np.float64)
    for begin, end in cues:
        shown[begin // STEP_MS : max(end // STEP_MS, begin // STEP_MS + 1)] = 1.0
    return shown


def _best(shown: Floats, voice: Floats) -> tuple[int, float, float] | None:
    """The best offset in milliseconds, how far it stands out, and how far it is ahead of the next best."""
    most = _MOST_MS // STEP_MS
    size = 1 << (len(shown) + len(voice) + most).bit_length()
    spectrum = np.fft.rfft(voice - voice.mean(), size) * np.conj(np.fft.rfft(shown, size))
    every = np.fft.irfft(spectrum, size)
    agreement = np.concatenate([every[-most:], every[: most + 1]])
    spread = float(agreement.std())
    if spread <= 0:
        return None
    place = int(agreement.argmax())
    score = (agreement - np.median(agreement)) / spread
    apart = _APART_MS // STEP_MS
    others = np.concatenate([score[: max(place - apart, 0)], score[place + apart + 1 :]])
    next_best = float(others.max(initial=0.0))
    return (place - most) * STEP_MS, float(score[place]), float(score[place]) / max(next_best, 1e-6)
