"""A typeface of our own, drawn with a round pen.

The demo library must look the same on a machine without a single font, so its titles are strokes: every
glyph is a few lines and arcs in units of the capital height (baseline 0, capitals 1, x-height 0.64), and
the picture of a text is the distance of each pixel from the nearest stroke. That gives smooth edges at any
size and weight, and a glow for the price of a second threshold. Accents are strokes laid over the letter
that Unicode decomposes to.
"""

import math
import unicodedata
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.float32]
"""Coverage 0..1, rows by columns."""

Polyline = tuple[tuple[float, float], ...]

_BOWL = "A .32 .32 .32 .32 0 360"

# Width, then strokes: "L x y x y ..." is a line, "A cx cy rx ry from to" an arc in degrees.
_GLYPHS: dict[str, tuple[float, str]] = {
    " ": (0.30, ""),
    "A": (0.86, "L 0 0 .43 1 .86 0;L .15 .34 .71 .34"),
    "B": (0.62, "L .32 1 0 1 0 0 .34 0;A .32 .76 .25 .24 90 -90;L 0 .52 .34 .52;A .34 .26 .28 .26 90 -90"),
    "C": (0.86, "A .5 .5 .5 .5 46 314"),
    "D": (0.80, "L .3 0 0 0 0 1 .3 1;A .3 .5 .5 .5 90 -90"),
    "E": (0.56, "L .56 0 0 0 0 1 .56 1;L 0 .52 .48 .52"),
    "F": (0.54, "L 0 0 0 1 .54 1;L 0 .52 .46 .52"),
    "G": (1.00, "A .5 .5 .5 .5 46 360;L 1 .5 .6 .5"),
    "H": (0.72, "L 0 0 0 1;L .72 0 .72 1;L 0 .52 .72 .52"),
    "I": (0.00, "L 0 0 0 1"),
    "J": (0.40, "L .4 1 .4 .25;A .16 .25 .24 .25 0 -125"),
    "K": (0.64, "L 0 0 0 1;L .6 1 0 .40;L .21 .61 .64 0"),
    "L": (0.50, "L 0 1 0 0 .5 0"),
    "M": (0.92, "L 0 0 .08 1 .46 .18 .84 1 .92 0"),
    "N": (0.76, "L 0 0 0 1 .76 0 .76 1"),
    "O": (1.00, "A .5 .5 .5 .5 0 360"),
    "P": (0.58, "L 0 0 0 1 .3 1;A .3 .74 .28 .26 90 -90;L .3 .48 0 .48"),
    "Q": (1.00, "A .5 .5 .5 .5 0 360;L .62 .28 .96 -.05"),
    "R": (0.60, "L 0 0 0 1 .3 1;A .3 .74 .28 .26 90 -90;L .3 .48 0 .48;L .27 .48 .6 0"),
    "S": (0.56, "A .28 .755 .25 .245 38 270;A .28 .255 .28 .255 90 -142"),
    "T": (0.70, "L 0 1 .7 1;L .35 1 .35 0"),
    "U": (0.70, "L 0 1 0 .35;A .35 .35 .35 .35 180 360;L .7 .35 .7 1"),
    "V": (0.80, "L 0 1 .4 0 .8 1"),
    "W": (1.20, "L 0 1 .3 0 .6 .92 .9 0 1.2 1"),
    "X": (0.70, "L 0 0 .7 1;L 0 1 .7 0"),
    "Y": (0.72, "L 0 1 .36 .48 .72 1;L .36 .48 .36 0"),
    "Z": (0.64, "L 0 1 .64 1 0 0 .64 0"),
    "a": (0.64, f"{_BOWL};L .64 .64 .64 0"),
    "b": (0.64, f"{_BOWL};L 0 1.02 0 0"),
    "c": (0.54, "A .32 .32 .32 .32 46 314"),
    "d": (0.64, f"{_BOWL};L .64 1.02 .64 0"),
    "e": (0.64, "L 0 .32 .64 .32;A .32 .32 .32 .32 0 312"),
    "f": (0.36, "A .36 .82 .2 .2 65 180;L .16 .82 .16 0;L 0 .62 .34 .62"),
    "g": (0.64, f"{_BOWL};L .64 .64 .64 .02;A .32 .02 .32 .32 0 -145"),
    "h": (0.54, "L 0 1.02 0 0;A .27 .37 .27 .27 180 0;L .54 .37 .54 0"),
    "i": (0.00, "L 0 .64 0 0;L 0 .89 0 .91"),
    "j": (0.14, "L .14 .64 .14 -.14;A -.02 -.14 .16 .17 0 -90;L .14 .89 .14 .91"),
    "k": (0.48, "L 0 1.02 0 0;L .44 .64 0 .23;L .16 .38 .48 0"),
    "l": (0.00, "L 0 1.02 0 0"),
    "m": (
        0.88,
        "L 0 .64 0 0;A .22 .42 .22 .22 180 0;L .44 .42 .44 0;A .66 .42 .22 .22 180 0;L .88 .42 .88 0",
    ),
    "n": (0.54, "L 0 .64 0 0;A .27 .37 .27 .27 180 0;L .54 .37 .54 0"),
    "o": (0.64, _BOWL),
    "p": (0.64, f"{_BOWL};L 0 .64 0 -.32"),
    "q": (0.64, f"{_BOWL};L .64 .64 .64 -.32"),
    "r": (0.32, "L 0 .64 0 0;A .24 .4 .24 .24 180 62"),
    "s": (0.40, "A .2 .48 .18 .16 38 270;A .2 .16 .2 .16 90 -142"),
    "t": (0.34, "L .16 .88 .16 0;L 0 .62 .34 .62"),
    "u": (0.54, "L 0 .64 0 .27;A .27 .27 .27 .27 180 360;L .54 .64 .54 0"),
    "v": (0.52, "L 0 .64 .26 0 .52 .64"),
    "w": (0.88, "L 0 .64 .22 0 .44 .6 .66 0 .88 .64"),
    "x": (0.46, "L 0 0 .46 .64;L 0 .64 .46 0"),
    "y": (0.54, "L 0 .64 .27 0;L .54 .64 .14 -.32"),
    "z": (0.46, "L 0 .64 .46 .64 0 0 .46 0"),
    "ß": (0.48, "L 0 0 0 .8;A .2 .8 .2 .22 180 -45;L .341 .644 .2 .58;A .2 .29 .28 .29 90 -110"),
    "0": (0.64, "A .32 .5 .32 .5 0 360"),
    "1": (0.26, "L 0 .78 .26 1 .26 0"),
    "2": (0.62, "A .3 .7 .3 .3 165 -35;L .546 .528 0 0 .62 0"),
    "3": (0.57, "A .28 .76 .25 .24 145 -90;A .28 .26 .29 .26 90 -150"),
    "4": (0.68, "L .5 0 .5 1 0 .28 .68 .28"),
    "5": (0.59, "L .54 1 .12 1 .07 .56;A .29 .33 .3 .33 132 -148"),
    "6": (0.62, "A .31 .31 .31 .31 0 360;L .46 1 .05 .47"),
    "7": (0.60, "L 0 1 .6 1 .18 0"),
    "8": (0.58, "A .29 .76 .23 .24 0 360;A .29 .26 .29 .26 0 360"),
    "9": (0.62, "A .31 .69 .31 .31 0 360;L .57 .53 .16 0"),
    ".": (0.00, "L 0 0 0 .02"),
    ",": (0.06, "L .06 .03 0 -.16"),
    ":": (0.00, "L 0 .08 0 .1;L 0 .52 0 .54"),
    ";": (0.06, "L .06 .06 0 -.14;L .05 .52 .05 .54"),
    "'": (0.00, "L 0 1 0 .78"),
    "’": (0.06, "L .06 1 0 .78"),
    "“": (0.24, "L 0 .78 .06 1;L .18 .78 .24 1"),
    "”": (0.24, "L .06 1 0 .78;L .24 1 .18 .78"),
    '"': (0.18, "L 0 1 0 .78;L .18 1 .18 .78"),
    "!": (0.00, "L 0 1 0 .28;L 0 0 0 .02"),
    "?": (0.52, "A .26 .74 .26 .26 165 -60;L .39 .515 .26 .36 .26 .26;L .26 0 .26 .02"),
    "-": (0.34, "L 0 .4 .34 .4"),
    "–": (0.56, "L 0 .4 .56 .4"),
    "—": (0.90, "L 0 .4 .9 .4"),
    "·": (0.00, "L 0 .48 0 .5"),
    "…": (0.48, "L 0 0 0 .02;L .24 0 .24 .02;L .48 0 .48 .02"),
    "/": (0.44, "L 0 -.08 .44 1.06"),
    "(": (0.20, "A .52 .46 .52 .68 138 222"),
    ")": (0.20, "A -.32 .46 .52 .68 42 -42"),
    "+": (0.56, "L 0 .42 .56 .42;L .28 .14 .28 .7"),
    "&": (
        0.74,
        "L .74 0 .14 .66;A .32 .79 .21 .21 222 -45;L .47 .64 .1 .41;A .28 .235 .28 .235 130 330;L .5 .1 .7 .42",
    ),
    "#": (0.64, "L .14 0 .26 1;L .4 0 .52 1;L .02 .32 .6 .32;L .06 .68 .64 .68"),
    "♪": (0.46, "A .14 .12 .14 .11 0 360;L .28 .12 .28 1 .46 .76"),
}

_MARKS: dict[str, str] = {  # centred on x = 0, lifted for capitals
    "\u0300": "L -.12 .98 .05 .82",
    "\u0301": "L .12 .98 -.05 .82",
    "\u0302": "L -.16 .8 0 .96 .16 .8",
    "\u0303": "A -.09 .86 .09 .07 180 0;A .09 .86 .09 .07 180 360",
    "\u0308": "L -.14 .87 -.14 .89;L .14 .87 .14 .89",
    "\u030a": "A 0 .92 .1 .1 0 360",
    "\u030c": "L -.16 .96 0 .8 .16 .96",
    "\u0327": "L 0 -.02 .08 -.14 -.04 -.24",
}

_KERNS: dict[str, float] = {
    pair: amount
    for amount, pairs in ((-0.16, "AV VA AT TA AY YA LT LY LV AW WA"), (-0.08, "To Te Ta Yo Ye Wa Va Vo Ko RT FA PA"))
    for pair in pairs.split()
}


def _strokes(path: str) -> list[Polyline]:
    lines: list[Polyline] = []
    for stroke in filter(None, path.split(";")):
        kind, *rest = stroke.split()
        numbers = [float(number) for number in rest]
        if kind == "L":
            lines.append(tuple(zip(numbers[0::2], numbers[1::2], strict=True)))
            continue
        cx, cy, rx, ry, start, end = numbers
        steps = max(4, round(abs(end - start) / 10))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
        lines.append(tuple((cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles))
    return lines


@lru_cache(maxsize=512)
def _glyph(character: str) -> tuple[float, tuple[Polyline, ...]]:
    base, *marks = list(unicodedata.normalize("NFD", character))
    width, path = _GLYPHS.get(base, _GLYPHS["?"])
    lines = _strokes(path)
    lift = 0.0 if base.islower() else 0.3
    for mark in marks:
        height = lift if mark != "\u0327" else 0.0
        lines += [tuple((x + width / 2, y + height) for x, y in line) for line in _strokes(_MARKS.get(mark, ""))]
    return width, tuple(lines)


def has_glyph(character: str) -> bool:
    """Whether the face draws this character itself, rather than a question mark for it."""
    base, *marks = list(unicodedata.normalize("NFD", character))
    return base in _GLYPHS and all(mark in _MARKS for mark in marks)


def _layout(text: str, tracking: float) -> tuple[float, list[Polyline]]:
    """Width of a line in capital heights, and its strokes."""
    x, previous, lines = 0.0, "", list[Polyline]()
    for character in text:
        width, strokes = _glyph(character)
        x += _KERNS.get(previous + character, 0.0)
        lines += [tuple((px + x, py) for px, py in line) for line in strokes]
        x += width + tracking
        previous = character
    return max(0.0, x - tracking), lines


def width_of(text: str, *, size: float, tracking: float = 0.22) -> float:
    """Pixels a line is wide at a capital height of ``size`` pixels, without the pen's own width."""
    return _layout(text, tracking)[0] * size


def fit(text: str, *, width: float, size: float, tracking: float = 0.22) -> float:
    """The largest capital height up to ``size`` at which the line is no wider than ``width`` pixels."""
    unit = _layout(text, tracking)[0]
    return min(size, width / unit) if unit else size


def distance(text: str, *, size: float, tracking: float = 0.22, margin: float = 4.0) -> Mask:
    """Distance in pixels of each pixel from the pen's path, at most ``margin``.

    The picture is as large as the text (1.34 capital heights above the baseline, 0.36 below) plus the margin.
    """
    width, lines = _layout(text, tracking)
    rows = math.ceil(size * 1.70 + 2 * margin)
    columns = math.ceil(width * size + 2 * margin) + 1
    field = np.full((rows, columns), margin, dtype=np.float32)
    baseline = margin + size * 1.34
    for line in lines:
        points = [(margin + x * size, baseline - y * size) for x, y in line]
        for (x0, y0), (x1, y1) in pairwise(points):
            left, right = max(0, int(min(x0, x1) - margin)), min(columns, int(max(x0, x1) + margin) + 2)
            top, bottom = max(0, int(min(y0, y1) - margin)), min(rows, int(max(y0, y1) + margin) + 2)
            ys, xs = np.ogrid[top:bottom, left:right]
            dx, dy = x1 - x0, y1 - y0
            square = dx * dx + dy * dy
            if square:
                along = np.clip(((xs - x0) * dx + (ys - y0) * dy) / square, 0.0, 1.0)
            else:
                along = np.zeros((bottom - top, right - left))
            nearest = np.hypot(xs - x0 - along * dx, ys - y0 - along * dy)
            window = field[top:bottom, left:right]
            np.minimum(window, nearest, out=window)
    return field


def write(text: str, *, size: float, weight: float | None = None, tracking: float = 0.22) -> Mask:
    """Coverage of a line of text: capital height ``size`` and pen ``weight`` in pixels."""
    pen = size * 0.09 if weight is None else weight
    field = distance(text, size=size, tracking=tracking, margin=pen / 2 + 2)
    return np.asarray(np.clip(pen / 2 + 0.5 - field, 0.0, 1.0), dtype=np.float32)


def glow(text: str, *, size: float, reach: float, tracking: float = 0.22) -> Mask:
    """A soft halo around a line of text, fading out over ``reach`` pixels."""
    field = distance(text, size=size, tracking=tracking, margin=reach)
    fade = 1.0 - field / np.float32(reach)
    return np.asarray(fade * fade, dtype=np.float32)
