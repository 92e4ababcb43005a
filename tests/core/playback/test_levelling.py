"""By how much sound is levelled, without clipping it."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.levelling import CEILING_DB, Levelling, gain_db, measured_gain_db

NONE, TRACK, ALBUM = Levelling


def _song(
    gain: float | None = None,
    peak: float | None = None,
    album_gain: float | None = None,
    album_peak: float | None = None,
) -> StreamInfo:
    return StreamInfo(
        type=StreamType.AUDIO, index=0, gain=gain, peak=peak, album_gain=album_gain, album_peak=album_peak
    )


@pytest.mark.parametrize(
    ("song", "levelling", "expected"),
    [
        (_song(-6, 0.9, -4, 1.0), NONE, 0),
        (_song(-6, 0.9, -4, 1.0), TRACK, -6),
        (_song(-6, 0.9, -4, 1.0), ALBUM, -4),
        (_song(-6, 0.9), ALBUM, -6),
        (_song(None, None, -4, 1.0), TRACK, -4),
        (_song(), TRACK, 0),
        (_song(6, 0.1), TRACK, 6),
        (_song(12, 0.5), TRACK, 5.02),  # its peak comes to -1 dB
        (_song(3, 0.95), TRACK, 0),  # there is no room, and it is not made quieter either
        (_song(3), TRACK, 0),  # nobody knows the peak
        (_song(3, 0.25, 9, None), ALBUM, 9),  # of this song the peak is known
        (_song(3, 1.4), TRACK, 0),
        (_song(-1, 1.0), TRACK, -1),
        (_song(-900, 1.0), TRACK, -24),
        (_song(900, 0.000001), TRACK, 24),
        (_song(nan, nan), TRACK, 0),
        (_song(inf, 0.5, -3, 0.5), TRACK, -3),
        (_song(3, 0), TRACK, 0),
    ],
)
def test_gains(song: StreamInfo, levelling: Levelling, expected: float) -> None:
    assert gain_db(song, levelling) == pytest.approx(expected, abs=0.005)


_number = st.none() | st.floats()


@given(_number, _number, _number, _number, st.sampled_from(Levelling))
def test_nothing_is_clipped_whatever_tags_say(
    gain: float | None, peak: float | None, album_gain: float | None, album_peak: float | None, levelling: Levelling
) -> None:
    found = gain_db(_song(gain, peak, album_gain, album_peak), levelling)
    assert -24 <= found <= 24
    if found > 0:
        known = [one for one in (peak, album_peak) if one is not None and one > 0]
        assert min(known) * 10 ** (found / 20) <= 10 ** ((CEILING_DB + 0.006) / 20)


def test_a_measured_loudness_comes_to_the_reference() -> None:
    assert measured_gain_db(-23.456) == 5.46
    assert measured_gain_db(-9) == -9
