"""By how much converted sound is made louder or quieter so that one song is as loud as the next.

The gain is that of ReplayGain: what the tags of a file say, or what follows from a loudness that was measured (EBU
R 128). It clips nothing: sound whose peak is known is raised to :data:`CEILING_DB` at most, and sound whose peak nobody
knows is not raised.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite, log10

from vitascope.core.model import StreamInfo

REFERENCE_LUFS = -18.0
"""What ReplayGain 2 brings sound to."""
CEILING_DB = -1.0
"""Of full scale: encoders overshoot a little."""
_MOST_DB = 24.0
"""More than that is no song, or a tag that lies."""


class Levelling(StrEnum):
    """What is brought to one loudness."""

    NONE = "none"
    TRACK = "track"
    """Each song."""
    ALBUM = "album"
    """Each album, so that the songs of one keep what is between them; where its gain is unknown, each song."""


def measured_gain_db(integrated_lufs: float) -> float:
    """The gain of sound of that loudness."""
    return round(REFERENCE_LUFS - integrated_lufs, 2)


def gain_db(info: StreamInfo, levelling: Levelling) -> float:
    """The gain of a track of sound that is converted; 0 leaves it as it is."""
    if levelling is Levelling.NONE:
        return 0.0
    gains, peaks = [info.gain, info.album_gain], [info.peak, info.album_peak]
    if levelling is Levelling.ALBUM:
        gains, peaks = gains[::-1], peaks[::-1]
    gain, peak = _first(gains), _first(peaks)
    if gain is None:
        return 0.0
    return round(max(min(gain, _headroom_db(peak), _MOST_DB), -_MOST_DB), 2)


def _first(values: Sequence[float | None]) -> float | None:
    return next((value for value in values if value is not None and isfinite(value)), None)


def _headroom_db(peak: float | None) -> float:
    if peak is None or peak <= 0:
        return 0.0
    return max(CEILING_DB - 20 * log10(peak), 0.0)
