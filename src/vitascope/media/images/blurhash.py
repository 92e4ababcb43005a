"""BlurHash: a picture in some thirty characters, shown until the picture itself has arrived.

Our own implementation of the public algorithm (a few cosine components of the picture in linear light, written in
base 83), with numpy.
"""

import math

import numpy as np
from numpy.typing import NDArray

from vitascope.media.images._vips import Source, open_header, read_source, upright_size
from vitascope.media.images.ultrablur import small_rgb

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_SIDE = 48

Floats = NDArray[np.float64]


def blur_hash(source: Source) -> str:
    """The hash of a picture: four components along the longer side and three along the other."""
    data = read_source(source)
    width, height = upright_size(open_header(data))
    across, down = (3, 4) if height > width else (4, 3)
    return encode(small_rgb(data, _SIDE, _SIDE), across=across, down=down)


def encode(pixels: Floats, *, across: int, down: int) -> str:
    """Hash of ``pixels`` (rows x columns x 3, sRGB of 0..1) with 1..9 components each way."""
    if not (1 <= across <= 9 and 1 <= down <= 9):
        raise ValueError("a BlurHash has 1 to 9 components each way")
    rows, columns = pixels.shape[:2]
    vertical, horizontal = _cosines(rows, down), _cosines(columns, across)
    factors = np.einsum("yj,xi,yxc->jic", vertical, horizontal, _to_linear(pixels)) / (rows * columns)
    factors[1:, :] *= 2
    factors[0, 1:] *= 2
    dc, ac = factors[0, 0], factors.reshape(-1, 3)[1:]
    text = _base83((across - 1) + (down - 1) * 9, 1)
    if len(ac):
        level = max(0, min(82, math.floor(float(np.abs(ac).max()) * 166 - 0.5)))
        maximum = (level + 1) / 166
    else:
        level, maximum = 0, 1.0
    text += _base83(level, 1)
    red, green, blue = (int(value) for value in np.round(_to_srgb(dc) * 255))
    text += _base83((red << 16) | (green << 8) | blue, 4)
    roots = np.sign(ac) * np.sqrt(np.abs(ac) / maximum)
    for r, g, b in np.clip(np.floor(roots * 9 + 9.5), 0, 18).astype(int):
        text += _base83(int(r) * 361 + int(g) * 19 + int(b), 2)
    return text


def decode(text: str, *, width: int, height: int) -> Floats:
    """The blurred picture again: ``height`` x ``width`` x 3, sRGB of 0..1. Raises ``ValueError``."""
    try:
        numbers = [_VALUES[character] for character in text]
    except KeyError as error:
        raise ValueError("a character that no BlurHash has") from error
    if len(numbers) < 6:
        raise ValueError("too short for a BlurHash")
    across, down = numbers[0] % 9 + 1, numbers[0] // 9 + 1
    if len(numbers) != 4 + 2 * across * down:
        raise ValueError("a BlurHash of the wrong length")
    maximum = (numbers[1] + 1) / 166
    packed = ((numbers[2] * 83 + numbers[3]) * 83 + numbers[4]) * 83 + numbers[5]
    factors = np.zeros((down * across, 3))
    factors[0] = _to_linear(np.array([packed >> 16 & 255, packed >> 8 & 255, packed & 255]) / 255)
    for index in range(1, across * down):
        value = numbers[4 + 2 * index] * 83 + numbers[5 + 2 * index]
        roots = (np.array([value // 361, value // 19 % 19, value % 19]) - 9) / 9
        factors[index] = np.sign(roots) * roots**2 * maximum
    light = np.einsum(
        "yj,xi,jic->yxc", _cosines(height, down), _cosines(width, across), factors.reshape(down, across, 3)
    )
    return _to_srgb(np.clip(light, 0, 1))


def _cosines(samples: int, components: int) -> Floats:
    positions = np.arange(samples)[:, None] * np.arange(components)[None, :]
    return np.asarray(np.cos(np.pi * positions / samples), dtype=np.float64)


def _to_linear(values: Floats) -> Floats:
    return np.asarray(np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4))


def _to_srgb(values: Floats) -> Floats:
    clipped = np.clip(values, 0, 1)
    return np.asarray(np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055))


def _base83(value: int, length: int) -> str:
    return "".join(_ALPHABET[value // 83 ** (length - place) % 83] for place in range(1, length + 1))
