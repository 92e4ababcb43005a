"""The longest stretch that two sounds share. Runs inside a worker process.

Known bits are +1 or -1, unknown ones 0. How well two prints agree at every offset is one correlation by Fourier
transform; at the offsets that stand out the agreement of each step is looked at, and the stretch is the one with the
largest sum of agreement above what chance gives (Kadane), which finds its ends to a step or two.
"""

import numpy as np
from numpy.typing import NDArray

from vitascope.media.markers.tasks import CENTRE_MS, STEP_MS, Shared, SoundPrint

_BITS = 32
_OFFSETS = 8
"""So many offsets are looked at."""
_APART = 8
"""Steps between two offsets that count as different ones."""
_CHANCE = 0.28
"""Agreement above this counts for a stretch; unrelated sound has 0 on average, the same sound 0.4 to 0.9."""
_LEAST_AGREEMENT = 0.34
_LEAST_KNOWN = 0.3
"""Of the bits of a stretch so many must be known, so that no hum passes for a theme."""

Floats = NDArray[np.float32]


def shared(one: SoundPrint, other: SoundPrint, least_ms: int, most_ms: int) -> Shared | None:
    """What is shared, if it is as long as ``least_ms`` and no longer than ``most_ms``."""
    a, b = values_of(one), values_of(other)
    if min(len(a), len(b)) * STEP_MS < least_ms:
        return None
    best: tuple[float, int, int] | None = None
    for offset in _offsets(a, b):
        begin_a, begin_b = max(offset, 0), max(-offset, 0)
        length = min(len(a) - begin_a, len(b) - begin_b)
        if length * STEP_MS < least_ms:
            continue
        found = _stretch(a[begin_a : begin_a + length], b[begin_b : begin_b + length])
        if found is not None and (best is None or found[0] > best[0]):
            best = found[0], begin_a + found[1], begin_a + found[2]
    if best is None:
        return None
    start_ms, end_ms = (step * STEP_MS + CENTRE_MS for step in best[1:])
    if not least_ms <= end_ms - start_ms <= most_ms:
        return None
    return Shared(start_ms=start_ms, end_ms=end_ms)


def values_of(print_: SoundPrint) -> Floats:
    """-1, 0 or +1 for each bit of each step."""
    signs, valid = (
        np.unpackbits(np.frombuffer(data, dtype=np.uint8).reshape(-1, _BITS // 8), axis=1)
        for data in (print_.signs, print_.valid)
    )
    return (signs.astype(np.float32) * 2 - 1) * valid


def _offsets(a: Floats, b: Floats) -> list[int]:
    """By how much ``a`` is later than ``b`` where they agree best."""
    size = 1 << (len(a) + len(b) - 1).bit_length()
    spectrum = (np.fft.rfft(a, size, axis=0) * np.conj(np.fft.rfft(b, size, axis=0))).sum(axis=1)
    agreement = np.fft.irfft(spectrum, size)
    found: list[int] = []
    for _ in range(_OFFSETS):
        place = int(agreement.argmax())
        if agreement[place] <= 0:
            break
        found.append(place if place < len(a) else place - size)
        near = np.arange(place - _APART, place + _APART + 1) % size
        agreement[near] = -np.inf
    return found


def _stretch(a: Floats, b: Floats) -> tuple[float, int, int] | None:
    """Sum, begin and end of the best stretch at one offset."""
    product = (a * b).sum(axis=1) / _BITS
    known = (np.abs(a) * np.abs(b)).sum(axis=1) / _BITS
    # where little can be told, little is said for or against; a longer silence ends a stretch
    gain = product - _CHANCE * np.maximum(known, 0.4)
    total = np.concatenate([[0.0], np.cumsum(gain)])
    lowest = np.minimum.accumulate(total)
    end = int((total - lowest).argmax())
    begin = int(total[: end + 1].argmin())
    if end <= begin:
        return None
    agreement = product[begin:end].sum() / max(known[begin:end].sum(), 1e-6)
    if agreement < _LEAST_AGREEMENT or known[begin:end].mean() < _LEAST_KNOWN:
        return None
    return float(total[end] - total[begin]), begin, end
