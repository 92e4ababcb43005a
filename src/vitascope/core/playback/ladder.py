"""The rungs of quality: which bit rate carries which picture, and the rungs below a stream that players climb down to.

The steps are those that the API announces (``transcoderVideoBitrates``, ``transcoderVideoResolutions``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A quality of video."""

    height: int
    kbps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height of a picture as it is shown."""

    width: int
    height: int


_STEPS = (
    Rung(height=128, kbps=64),
    Rung(height=160, kbps=208),
    Rung(height=240, kbps=320),
    Rung(height=320, kbps=720),
    Rung(height=480, kbps=1_500),
    Rung(height=720, kbps=3_000),
    Rung(height=1_080, kbps=6_000),
    Rung(height=2_160, kbps=16_000),
)
"""From which bit rate on a height is worth its pictures."""
_MOST_KBPS = ((160, 320), (240, 720), (320, 1_500), (480, 4_000), (720, 10_000), (1_080, 20_000), (2_160, 40_000))
_LADDER = (
    Rung(height=1_080, kbps=8_000),
    Rung(height=720, kbps=4_000),
    Rung(height=480, kbps=2_000),
    Rung(height=320, kbps=720),
    Rung(height=240, kbps=320),
)
ANNOUNCED = tuple(
    Rung(height=height, kbps=kbps)
    for height, kbps in (
        (128, 64),
        (128, 96),
        (160, 208),
        (240, 320),
        (320, 720),
        (480, 1_500),
        (768, 2_000),
        (720, 3_000),
        (720, 4_000),
        (1_080, 8_000),
        (1_080, 10_000),
        (1_080, 12_000),
        (1_080, 20_000),
    )
)
"""The qualities among which a client lets people choose, as the original lists them (and counts them, from 0)."""
_WIDE = Fraction(16, 9)


def tallest(kbps: int) -> int:
    """The height that a bit rate carries."""
    return max((step.height for step in _STEPS if step.kbps <= kbps), default=_STEPS[0].height)


def most_kbps(size: Size) -> int:
    """What a picture of that size is worth at most."""
    lines = max(size.height, int(size.width / _WIDE))
    return next((kbps for height, kbps in _MOST_KBPS if lines <= height), 80_000)


def box(height: int) -> Size:
    """The wide frame that pictures of a height are fitted into."""
    return Size(width=ceil(height * _WIDE), height=height)


def fitted(source: Size, boxes: Sequence[Size]) -> Size:
    """The source, made as large as all boxes allow, never larger than it is; even, and at least 2 by 2."""
    if source.width < 1 or source.height < 1:
        return Size(width=0, height=0)
    scale = min(
        Fraction(1),
        *(Fraction(max(one.width, 2), source.width) for one in boxes),
        *(Fraction(max(one.height, 2), source.height) for one in boxes),
    )
    return Size(width=_even(source.width * scale), height=_even(source.height * scale))


def _even(length: Fraction) -> int:
    return max(2, int(length) // 2 * 2)


def rungs_below(top: Rung) -> tuple[Rung, ...]:
    """The rungs below a quality, from the best down: each clearly cheaper than the one before."""
    found: list[Rung] = []
    above = top.kbps
    for rung in _LADDER:
        if rung.height <= top.height and rung.kbps * 4 <= above * 3:
            found.append(rung)
            above = rung.kbps
    return tuple(found)
