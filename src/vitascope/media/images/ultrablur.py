"""Four corner colours that a client blends into a soft background behind a picture, and that background itself.

Each quadrant's colour is that of its strongest hue, because a mean over several hues is mud; the less of its colour
has that hue, the more the plain mean counts. Brightness is kept in a band in which white text stays readable, and
colours are a little stronger than in the picture.
"""

import colorsys

import numpy as np
from numpy.typing import NDArray

from vitascope.media.images._vips import Image, Source, flatten, load_scaled, open_header, read_source
from vitascope.media.images.request import UltraBlurRequest
from vitascope.media.images.results import UltraBlurColors

_SIDE = 32
_LIGHTNESS = (0.09, 0.40)
_HUES = 18
_MAX_SATURATION = 0.75


def ultrablur(source: Source) -> UltraBlurColors:
    """The colours of a picture. Raises :class:`~vitascope.media.images.errors.UnreadablePictureError`."""
    pixels = small_rgb(source, _SIDE, _SIDE)
    half = _SIDE // 2
    return UltraBlurColors(
        top_left=_background_color(pixels[:half, :half]),
        top_right=_background_color(pixels[:half, half:]),
        bottom_right=_background_color(pixels[half:, half:]),
        bottom_left=_background_color(pixels[half:, :half]),
    )


def small_rgb(source: Source, width: int, height: int) -> NDArray[np.float64]:
    """The picture squeezed to ``height`` x ``width`` x 3 values of 0..1 (sRGB)."""
    data = read_source(source)
    open_header(data)
    image = flatten(load_scaled(data, width, height), (0, 0, 0))
    pixels = np.asarray(image.numpy(), dtype=np.float64).reshape(height, width, -1) / 255
    return pixels if pixels.shape[2] == 3 else np.repeat(pixels[:, :, :1], 3, axis=2)


def _background_color(pixels: NDArray[np.float64]) -> str:
    flat = pixels.reshape(-1, 3)
    red, green, blue = _dominant(flat)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    low, high = _LIGHTNESS
    lightness = low + (high - low) * lightness**0.8
    saturation = min(saturation * 1.3, _MAX_SATURATION)
    return "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, lightness, saturation))


def _dominant(flat: NDArray[np.float64]) -> tuple[float, float, float]:
    chroma = flat.max(axis=1) - flat.min(axis=1)
    hues = np.array([colorsys.rgb_to_hls(*(float(channel) for channel in pixel))[0] for pixel in flat])
    bins = (hues * _HUES).astype(int) % _HUES
    strength = np.bincount(bins, weights=chroma, minlength=_HUES)
    windows = strength + np.roll(strength, 1) + np.roll(strength, -1)
    distance = np.abs(bins - int(windows.argmax()))
    weights = np.where(np.minimum(distance, _HUES - distance) <= 1, chroma, 0.0)
    total = float(weights.sum())
    # How much of all colour there is has this hue; little colour counts as none.
    share = total / (float(chroma.sum()) + 0.04 * len(flat))
    mean = flat.mean(axis=0)
    if total > 0:
        mean = share * (flat * weights[:, None]).sum(axis=0) / total + (1 - share) * mean
    return float(mean[0]), float(mean[1]), float(mean[2])


def ultrablur_image(request: UltraBlurRequest) -> bytes:
    """The background as a PNG."""
    colors, width, height = request.colors, request.width, request.height
    corners = [_rgb(text) for text in (colors.top_left, colors.top_right, colors.bottom_left, colors.bottom_right)]
    across = _ease(np.linspace(0, 1, width, dtype=np.float32))[None, :, None]
    down = _ease(np.linspace(0, 1, height, dtype=np.float32))[:, None, None]
    top = corners[0] * (1 - across) + corners[1] * across
    bottom = corners[2] * (1 - across) + corners[3] * across
    pixels = top * (1 - down) + bottom * down
    if request.noise:
        generator = np.random.default_rng(0)  # the same request gives the same bytes
        pixels = pixels + generator.uniform(-1.5, 1.5, size=(height, width, 1)).astype(np.float32)
    image = Image.new_from_array(np.clip(pixels + 0.5, 0, 255).astype(np.uint8)).copy(interpretation="srgb")
    return bytes(image.pngsave_buffer(compression=4, keep="none"))


def _ease(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return (values * values * (3 - 2 * values)).astype(np.float32)


def _rgb(text: str) -> NDArray[np.float32]:
    return np.frombuffer(bytes.fromhex(text), dtype=np.uint8).astype(np.float32)
