"""The times of a file as players see them: microseconds after its begin, where pictures and sound are presented.

The begin is the earliest start of its streams, as libav finds it (``start_time``): what ffmpeg calls 0 with ``-ss``,
and with ``-copyts -start_at_zero``. Edit lists of MP4 are applied by libav already; samples that they only need for
decoding have times below 0.
"""

from dataclasses import dataclass
from fractions import Fraction

from av.container import InputContainer
from av.stream import Stream

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Converts between the time stamps of one stream and microseconds."""

    numerator: int
    denominator: int
    origin_us: int

    def us(self, stamp: int) -> int:
        """A time stamp in microseconds after the begin, to the nearest (halves upward)."""
        return (2 * stamp * self.numerator * MICROSECONDS + self.denominator) // (2 * self.denominator) - self.origin_us

    def stamp(self, time_us: int) -> int:
        """The last time stamp that is not after a time, for seeking."""
        # A time was rounded, so half a microsecond is added before it is cut off.
        return (2 * (time_us + self.origin_us) + 1) * self.denominator // (2 * self.numerator * MICROSECONDS)

    @property
    def base(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


def timeline(container: InputContainer, stream: Stream) -> Timeline:
    """The times of a stream. ``container`` was opened fully, or the begin is a guess."""
    base = stream.time_base or Fraction(1, MICROSECONDS)
    return Timeline(numerator=base.numerator, denominator=base.denominator, origin_us=container.start_time or 0)
