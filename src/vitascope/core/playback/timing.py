"""On which segment a picture or a frame of sound falls, in whole numbers: one rule for all who make segments.

Grids count microseconds, video is made in ticks of 1/90000 s, sound in frames of samples. Each of these rounds; a
picture that begins a segment may come out half a tick before the microsecond it was noted at. The rules here are exact
about it, so that the encoder is told to make a key frame of the very picture that the cutter then takes for the first.
"""

from fractions import Fraction

from vitascope.core.playback.renditions import AudioCodec

TICKS = 90_000
"""In a second: the clock of video, and of MPEG-TS."""

_FRAME_SAMPLES = {
    AudioCodec.AAC: 1024,
    AudioCodec.AC3: 1536,
    AudioCodec.EAC3: 1536,
    AudioCodec.OPUS: 960,
    AudioCodec.MP3: 1152,
    AudioCodec.FLAC: 4096,
}


def boundary_tick(start_us: int) -> int:
    """The first tick that belongs to a segment which begins at ``start_us``.

    A picture at that time lies at most half a tick before it, and its time in microseconds half a microsecond off.
    """
    return -((55 - 9 * start_us) // 100)


def tick_us(tick: int) -> int:
    """A tick in microseconds, so that it is the same tick again when rounded back."""
    return (tick * 100 + 4) // 9 if tick >= 0 else -((-tick * 100 + 4) // 9)


def frame_samples(codec: AudioCodec) -> int:
    """How many samples a frame of sound has."""
    return _FRAME_SAMPLES[codec]


def first_frame(start_us: int, frame: Fraction) -> int:
    """The first frame of sound of a segment: frames of ``frame`` seconds lie end to end from 0, and one belongs where
    its begin, rounded to a microsecond, lies."""
    number = int(Fraction(2 * start_us - 1, 2_000_000) / frame)
    while round(number * frame * 1_000_000) < start_us:
        number += 1
    return max(number, 0)
