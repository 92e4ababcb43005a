"""What every picture here is painted with: colours, gradients, noise, glows, ridges, and the JPEG at the end.

Pictures are ``uint8`` arrays of rows, columns and red, green, blue. Noise and ridges repeat after their own
width, so that whatever scrolls over them comes back to where it began: films are loops.
"""

from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Field = NDArray[np.float32]
Colour = tuple[int, int, int]


def rgb(code: str) -> Colour:
    """``"ff8800"`` as three numbers."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def ramp(stops: str, steps: int) -> NDArray[np.float32]:
    """``steps`` colours from first to last of space-separated stops such as ``"000020 404080@0.7 ff8800"``.

    Stops without a place are spread evenly. Returned as floats, 0..255.
    """
    parts = [stop.partition("@") for stop in stops.split()]
    places = [float(place) if place else index / max(1, len(parts) - 1) for index, (_, _, place) in enumerate(parts)]
    colours = np.array([rgb(code) for code, _, _ in parts], dtype=np.float32)
    at = np.linspace(0.0, 1.0, steps)
    return np.stack([np.interp(at, places, colours[:, band]) for band in range(3)], axis=1).astype(np.float32)


def smooth(low: float, high: float, value: Field) -> Field:
    """0 below ``low``, 1 above ``high``, an even curve between."""
    step = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(step * step * (3.0 - 2.0 * step), dtype=np.float32)


def noise(
    rng: np.random.Generator, rows: int, columns: int, *, grain: float, octaves: int = 5, fall: float = 0.5
) -> Field:
    """Soft cloud noise 0..1 that repeats in both directions; ``grain`` is the size of its largest blobs in pixels."""
    total = np.zeros((rows, columns), dtype=np.float64)
    strength, size = 1.0, grain
    for _ in range(octaves):
        lattice = rng.random((max(2, round(rows / size)), max(2, round(columns / size))))
        total += strength * _stretch(_stretch(lattice, rows).T, columns).T
        strength *= fall
        size /= 2
        if size < 2:
            break
    total -= total.min()
    return np.asarray(total / total.max(), dtype=np.float32)


def _stretch(lattice: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Cubic interpolation of cyclic rows to ``length`` rows."""
    count = lattice.shape[0]
    at = np.arange(length) * (count / length)
    cell = at.astype(np.intp)
    part = (at - cell)[:, None]
    before, here, after, beyond = (lattice[(cell + shift) % count] for shift in (-1, 0, 1, 2))
    slope, later = (after - before) / 2, (beyond - here) / 2
    square, cube = part**2, part**3
    curve = here * (2 * cube - 3 * square + 1) + slope * (cube - 2 * square + part)
    return np.asarray(curve + after * (3 * square - 2 * cube) + later * (cube - square))


def outline(rng: np.random.Generator, columns: int, *, grain: float, octaves: int = 6, fall: float = 0.5) -> Field:
    """One cyclic line of noise, 0..1: the crest of a mountain range."""
    line: Field = noise(rng, 2, columns, grain=grain, octaves=octaves, fall=fall)[0]
    return line


def disc(radius: float, *, soft: float = 1.0) -> Field:
    """A round spot, 1 inside and fading over ``soft`` pixels at the rim."""
    reach = int(radius + soft) + 1
    ys, xs = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(np.clip((radius - np.hypot(xs, ys)) / soft + 0.5, 0.0, 1.0), dtype=np.float32)


def halo(reach: int, *, power: float = 2.0) -> Field:
    """A glow, 1 in the middle and 0 at ``reach`` pixels."""
    ys, xs = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(np.clip(1.0 - np.hypot(xs, ys) / reach, 0.0, 1.0) ** power, dtype=np.float32)


def _overlap(picture: Picture, mask: Field, x: int, y: int) -> tuple[Picture, Field] | None:
    rows, columns = picture.shape[:2]
    top, left = max(0, y), max(0, x)
    bottom, right = min(rows, y + mask.shape[0]), min(columns, x + mask.shape[1])
    if top >= bottom or left >= right:
        return None
    return picture[top:bottom, left:right], mask[top - y : bottom - y, left - x : right - x]


def lay(picture: Picture, mask: Field, x: int, y: int, colour: Colour, opacity: float = 1.0) -> None:
    """Paint a colour through a mask whose upper left corner comes to (x, y)."""
    if (met := _overlap(picture, mask, x, y)) is None:
        return
    window, part = met
    cover = (part * np.float32(opacity))[..., None]
    window[:] = (window + (np.array(colour, np.float32) - window) * cover + 0.5).astype(np.uint8)


def shine(picture: Picture, mask: Field, x: int, y: int, colour: Colour, strength: float = 1.0) -> None:
    """Add light of a colour through a mask whose upper left corner comes to (x, y)."""
    if (met := _overlap(picture, mask, x, y)) is None:
        return
    window, part = met
    light = (part * np.float32(strength))[..., None] * np.array(colour, np.float32)
    window[:] = np.minimum(window + light, 255.0).astype(np.uint8)


def light(mask: Field, colour: Colour, strength: float = 1.0) -> Picture:
    """A glow made ready for ``add``: its light in every pixel."""
    beam = (mask * np.float32(strength))[..., None] * np.array(colour, np.float32)
    return np.asarray(np.clip(beam, 0, 255).astype(np.uint8))


def add(picture: Picture, beam: Picture, x: int, y: int) -> None:
    """Add light whose upper left corner comes to (x, y); what is white stays white."""
    rows, columns = picture.shape[:2]
    top, left, height, width = max(0, y), max(0, x), len(beam), beam.shape[1]
    bottom, right = min(rows, y + height), min(columns, x + width)
    if top < bottom and left < right:
        window = picture[top:bottom, left:right]
        window += np.minimum(~window, beam[top - y : bottom - y, left - x : right - x])


def centred(mask: NDArray[np.generic], x: float, y: float) -> tuple[int, int]:
    """Where the upper left corner of a mask or light goes if its middle is to be at (x, y)."""
    return round(x - mask.shape[1] / 2), round(y - mask.shape[0] / 2)


def shade(picture: Picture, darkness: Field) -> None:
    """Darken by 0..1, given for every pixel or for every row."""
    keep = 1.0 - (darkness[:, None, None] if darkness.ndim == 1 else darkness[..., None])
    picture[:] = (picture * keep).astype(np.uint8)


def vignette(picture: Picture, strength: float = 0.45) -> None:
    """Darken towards the corners."""
    rows, columns = picture.shape[:2]
    ys, xs = np.ogrid[-1.0 : 1.0 : rows * 1j, -1.0 : 1.0 : columns * 1j]
    shade(picture, np.asarray(np.clip((xs**2 + ys**2) / 2, 0, 1) * strength, dtype=np.float32))


def film_grain(picture: Picture, rng: np.random.Generator, amount: float = 5.0) -> None:
    """A little noise, which also hides the steps of a gradient."""
    speck = rng.normal(0.0, amount, picture.shape[:2])[..., None]
    picture[:] = np.clip(picture + speck, 0, 255).astype(np.uint8)


def _image(picture: Picture) -> pyvips.Image:
    rows, columns, bands = picture.shape
    return pyvips.Image.new_from_memory(np.ascontiguousarray(picture).data, columns, rows, bands, "uchar")


def jpeg(picture: Picture, *, quality: int = 86) -> bytes:
    """The picture as a JPEG file."""
    return bytes(_image(picture).jpegsave_buffer(Q=quality, optimize_coding=True))


def png(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    return bytes(_image(picture).pngsave_buffer())


def save_jpeg(picture: Picture, path: Path, *, quality: int = 86) -> None:
    """Write the picture as a JPEG file."""
    path.write_bytes(jpeg(picture, quality=quality))
