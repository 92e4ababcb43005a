"""Posters, backgrounds, covers: the scene of a film or album, with its name set in our own letters."""

from collections.abc import Sequence

import numpy as np

from vitascope.media.demo import lettering, painting, scenes
from vitascope.media.demo.painting import Colour, Picture
from vitascope.media.demo.titles import title_lines

POSTER = (600, 900)
FANART = (1280, 720)
COVER = (600, 600)


def _centre(picture: Picture, text: str, y: float, size: float, colour: Colour, *, tracking: float = 0.3,
            weight: float = 0.09, width: float = 0.86, shadow: float = 0.0) -> float:  # fmt: skip
    """A centred line with its capitals' top at ``y``; returns the height used."""
    columns = picture.shape[1]
    size = lettering.fit(text, width=columns * width, size=size, tracking=tracking)
    if shadow:
        reach = size * 1.1
        dark = lettering.glow(text, size=size, reach=reach, tracking=tracking)
        painting.lay(picture, dark, (columns - dark.shape[1]) // 2, int(y - reach - size * 0.34), (0, 0, 0), shadow)
    mask = lettering.write(text, size=size, weight=max(1.2, size * weight), tracking=tracking)
    pen = max(1.2, size * weight) / 2 + 2
    painting.lay(picture, mask, (columns - mask.shape[1]) // 2, int(y - pen - size * 0.34), colour)
    return size


def backdrop(scene: str, *, seed: int, size: tuple[int, int] = FANART, turn: float = 0.31) -> Picture:
    """The scene alone, at the size of a background."""
    picture = scenes.scene(scene, *size, seed=seed).frame(turn)
    painting.vignette(picture, 0.3)
    painting.film_grain(picture, np.random.default_rng(seed), 2.0)
    return picture


def poster(
    scene: str,
    title: str,
    *,
    seed: int,
    above: str = "",
    below: Sequence[str] = (),
    colour: Colour = (250, 240, 222),
    top: bool = False,
    turn: float = 0.31,
) -> Picture:
    """A film poster: the names above, the title large, a line or two below it."""
    columns, rows = POSTER
    picture = scenes.scene(scene, columns, rows, seed=seed).frame(turn)
    ys = np.linspace(0, 1, rows, dtype=np.float32)
    weight = painting.smooth(0.62, 1.0, ys) * np.float32(0.75) + (1 - painting.smooth(0.0, 0.2, ys)) * np.float32(0.45)
    painting.shade(picture, np.asarray(weight, dtype=np.float32))
    painting.film_grain(picture, np.random.default_rng(seed), 2.5)
    lines = title_lines(title)
    sizes = [lettering.fit(line.text, width=columns * 0.84, size=columns * 0.125, tracking=0.24) for line in lines]
    size = min(sizes)
    height = len(lines) * size * 1.55
    y = rows * 0.115 if top else rows * 0.865 - height
    if above:
        _centre(picture, above.upper(), rows * 0.05 if top else y - size * 0.95, columns * 0.022, colour, tracking=0.55)
    for line in lines:
        _centre(picture, line.text, y, size, colour, tracking=0.24, weight=0.095, shadow=0.4)
        y += size * 1.55
    y = rows * 0.89 if top else y + columns * 0.01
    for index, text in enumerate(below):
        used = _centre(
            picture, text if index == 0 else text.upper(), y, columns * (0.027 if index == 0 else 0.017), colour,
            tracking=0.3 if index == 0 else 0.5, weight=0.1,
        )  # fmt: skip
        y += used * 2.4
    return picture


def cover(scene: str, title: str, artist: str, *, seed: int, design: str = "full") -> Picture:
    """An album cover in one of three designs: ``full``, ``circle`` on plain colour, ``frame`` on paper."""
    columns, rows = COVER
    if design == "full":
        picture = scenes.scene(scene, columns, rows, seed=seed).frame(0.31)
        ys = np.linspace(0, 1, rows, dtype=np.float32)
        painting.shade(picture, (1 - painting.smooth(0.0, 0.45, ys)) * np.float32(0.5))
        ink: Colour = (252, 244, 230)
        _centre(picture, title.upper(), rows * 0.085, columns * 0.075, ink, tracking=0.36, weight=0.085, shadow=0.3)
        _centre(picture, artist.upper(), rows * 0.205, columns * 0.026, ink, tracking=0.6)
    elif design == "circle":
        inside = scenes.scene(scene, columns, rows, seed=seed).frame(0.31)
        mean = inside.reshape(-1, 3).mean(axis=0)
        ground = np.clip(mean * 0.25 + 8, 0, 255)
        picture = np.full((rows, columns, 3), ground.astype(np.uint8), dtype=np.uint8)
        mask = painting.disc(columns * 0.335, soft=1.5)
        left, top = painting.centred(mask, columns / 2, rows * 0.44)
        window = picture[top : top + len(mask), left : left + len(mask)]
        part = inside[top : top + len(mask), left : left + len(mask)]
        window[:] = (window + (part.astype(np.float32) - window) * mask[..., None]).astype(np.uint8)
        ink = (250, 240, 224)
        _centre(picture, title.upper(), rows * 0.845, columns * 0.05, ink, tracking=0.4)
        _centre(picture, artist.upper(), rows * 0.925, columns * 0.023, ink, tracking=0.6)
    else:
        picture = np.full((rows, columns, 3), (243, 236, 222), dtype=np.uint8)
        width, height = int(columns * 0.84), int(rows * 0.70)
        inside = scenes.scene(scene, width, height, seed=seed).frame(0.31)
        left, top = (columns - width) // 2, int(rows * 0.08)
        picture[top : top + height, left : left + width] = inside
        ink = (40, 34, 40)
        _centre(picture, title.upper(), rows * 0.845, columns * 0.048, ink, tracking=0.4)
        _centre(picture, artist.upper(), rows * 0.92, columns * 0.024, ink, tracking=0.6)
    painting.film_grain(picture, np.random.default_rng(seed), 2.0)
    return picture


def banner(scene: str, title: str, *, seed: int) -> Picture:
    """A wide strip with the title on it, as shows have."""
    columns, rows = 1000, 185
    picture = scenes.scene(scene, columns, rows * 3, seed=seed).frame(0.31)[rows : rows * 2].copy()
    painting.vignette(picture, 0.5)
    _centre(picture, title.upper(), rows * 0.38, rows * 0.3, (252, 244, 230), tracking=0.5, shadow=0.5)
    return picture
