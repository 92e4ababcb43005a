"""Words on moving pictures: title cards, captions that come and go, rolling credits, fades to black.

They are painted onto the planes of the finished picture at its full size, so that letters stay sharp where
the scene behind them was enlarged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitascope.media.demo import lettering
from vitascope.media.demo.painting import Field
from vitascope.media.demo.reel import FPS, Overlay, Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text; ``size`` is its capital height as a share of the picture's height."""

    text: str
    size: float = 0.05
    tracking: float = 0.3
    weight: float = 0.085
    gap: float = 1.0


def _stack(lines: Sequence[Line], columns: int, rows: int, *, width: float, left: bool = False) -> Field:
    """The lines under each other as one mask, each made smaller if it is wider than ``width`` of the picture."""
    masks, heights = [], []
    for line in lines:
        size = lettering.fit(line.text, width=columns * width, size=line.size * rows, tracking=line.tracking)
        masks.append(lettering.write(line.text, size=size, weight=max(1.3, size * line.weight), tracking=line.tracking))
        heights.append(round(size * (1.0 + line.gap)))
    total = np.zeros((sum(heights) + max(len(mask) for mask in masks), max(m.shape[1] for m in masks)), np.float32)
    y = 0
    for mask, height in zip(masks, heights, strict=True):
        x = 0 if left else (total.shape[1] - mask.shape[1]) // 2
        spot = total[y : y + len(mask), x : x + mask.shape[1]]
        np.maximum(spot, mask, out=spot)
        y += height
    return total


def _blur(mask: Field, reach: int) -> Field:
    """A soft shadow of a mask, with ``reach`` pixels more on each side."""
    width = max(1, reach // 3)
    soft = np.pad(mask, reach).astype(np.float64)
    for axis in (0, 1):
        for _ in range(3):
            ahead = [(0, 0), (0, 0)]
            ahead[axis] = (width + 1, width)
            total = np.cumsum(np.pad(soft, ahead), axis=axis)
            span = 2 * width + 1
            late, early = (total[span:], total[:-span]) if axis == 0 else (total[:, span:], total[:, :-span])
            soft = (late - early) / span
    return np.asarray(np.clip(soft, 0, 1), dtype=np.float32)


class Card(Overlay):
    """Lines of text that fade in and out over a soft shadow."""

    def __init__(
        self,
        columns: int,
        rows: int,
        lines: Sequence[Line],
        *,
        start: float,
        end: float,
        y: float = 0.5,
        x: float = 0.5,
        width: float = 0.84,
        fade: float = 0.9,
        left: bool = False,
        shadow: float = 0.75,
        dark: bool = False,
    ) -> None:
        mask = _stack(lines, columns, rows, width=width, left=left)
        reach = max(6, rows // 28)
        halo = np.minimum(_blur(mask, reach) * 2.6, 1.0) * np.float32(shadow)
        mask = np.pad(mask, reach)
        height, wide = mask.shape
        top = int(np.clip(y * rows - height / 2, 0, max(0, rows - height)))
        side = x * columns if left else x * columns - wide / 2
        first = int(np.clip(side, 0, max(0, columns - wide)))
        self._top, self._left = top & ~1, first & ~1
        self._mask = (mask[: rows - self._top, : columns - self._left] * 256).astype(np.int32)
        self._halo = (halo[: rows - self._top, : columns - self._left] * 256).astype(np.int32)
        self._start, self._end, self._fade = start, end, fade
        self._ink, self._ground = (34, 235) if dark else (232, 16)

    def covers(self, second: float) -> bool:
        return self._start < second < self._end

    def apply(self, luma: Plane, blue: Plane, red: Plane, second: float) -> None:
        power = max(0.0, min(1.0, (second - self._start) / self._fade, (self._end - second) / self._fade))
        level = np.int32(power * 256)
        rows, columns = self._mask.shape
        spot = luma[self._top : self._top + rows, self._left : self._left + columns]
        halo, ink = (self._halo * level) >> 9, (self._mask * level) >> 8
        ground = spot + (((self._ground - spot.astype(np.int32)) * halo) >> 8)
        spot[:] = ground + (((self._ink - ground) * ink) >> 8)
        half = ink[::2, ::2]
        for plane, colour in ((blue, 122), (red, 133)):
            part = plane[self._top // 2 : self._top // 2 + half.shape[0], self._left // 2 :][:, : half.shape[1]]
            cover = half[: part.shape[0], : part.shape[1]]
            part[:] = (part + (((colour - part.astype(np.int32)) * cover) >> 8)).astype(np.uint8)


class Roll(Overlay):
    """Credits that rise through the picture from the bottom edge to beyond the top."""

    def __init__(
        self, columns: int, rows: int, lines: Sequence[Line], *, start: float, end: float, dim: float = 0.55
    ) -> None:
        mask = _stack(lines, columns, rows, width=0.8)
        self._mask: NDArray[np.uint16] = (mask * 256).astype(np.uint16)
        self._left = ((columns - mask.shape[1]) // 2) & ~1
        self._start, self._end = start, end
        self._dim = dim

    def covers(self, second: float) -> bool:
        return self._start <= second <= self._end

    def apply(self, luma: Plane, blue: Plane, red: Plane, second: float) -> None:
        if not self._start <= second <= self._end:
            return
        rows = luma.shape[0]
        dim = self._dim * min(1.0, (second - self._start) / 1.5)
        luma[:] = ((luma * np.uint16((1 - dim) * 256)) >> 8).astype(np.uint8) + np.uint8(16 * dim)
        for plane in (blue, red):
            keep = np.int16((1 - dim * 0.6) * 128)
            plane[:] = (((plane.astype(np.int16) - 128) * keep >> 7) + 128).astype(np.uint8)
        height = len(self._mask)
        y = round(rows - (second - self._start) / (self._end - self._start) * (rows + height))
        top, bottom = max(0, y), min(rows, y + height)
        if top >= bottom:
            return
        ink = self._mask[top - y : bottom - y].astype(np.int32)
        spot = luma[top:bottom, self._left : self._left + ink.shape[1]]
        spot[:] = (spot + (((230 - spot.astype(np.int32)) * ink) >> 8)).astype(np.uint8)


class Fade(Overlay):
    """From black at the beginning and to black at the end."""

    def __init__(self, seconds: float, *, rise: float = 1.0, fall: float = 1.0) -> None:
        self._seconds, self._rise, self._fall = seconds, rise, fall

    def _power(self, second: float) -> float:
        up = second / self._rise if self._rise else 1.0
        down = (self._seconds - second - 1 / FPS) / self._fall if self._fall else 1.0
        return max(0.0, min(1.0, up, down))

    def covers(self, second: float) -> bool:
        return self._power(second) < 1.0

    def apply(self, luma: Plane, blue: Plane, red: Plane, second: float) -> None:
        power = self._power(second)
        level = np.uint16(power * 256)
        luma[:] = (((luma.astype(np.uint16) - np.minimum(luma, 16)) * level >> 8) + 16).astype(np.uint8)
        keep = np.int16(power * 128)
        for plane in (blue, red):
            plane[:] = (((plane.astype(np.int16) - 128) * keep >> 7) + 128).astype(np.uint8)


class Stamp(Card):
    """The date in the corner of a home video."""

    def __init__(self, columns: int, rows: int, text: str, *, seconds: float) -> None:
        super().__init__(
            columns, rows, (Line(text=text, size=0.034, tracking=0.25, weight=0.12),),
            start=-1, end=seconds + 1, x=0.82, y=0.93, fade=0.01, width=0.4,
        )  # fmt: skip


def title_lines(title: str, *, small: str = "", large: float = 0.10) -> tuple[Line, ...]:
    """A title in capitals, on two lines if it is long, with a small line above or below."""
    upper = title.upper()
    words = upper.split()
    lines = [upper]
    if len(upper) > 16 and len(words) > 2:
        cut = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))))
        lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    result = [Line(text=line, size=large, tracking=0.34, weight=0.075, gap=0.62) for line in lines]
    result[-1] = replace(result[-1], gap=0.95)
    if small:
        result.append(Line(text=small, size=large * 0.34, tracking=0.5, weight=0.1))
    return tuple(result)
