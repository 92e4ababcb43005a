"""High dynamic range to what a JPEG can show.

A still from an HDR10 or HLG film that is merely converted looks grey and washed out. Here the transfer function is
undone (SMPTE ST 2084, ITU-R BT.2100 HLG), the colours are brought from BT.2020 to BT.709 in light, highlights are
rolled off towards white without changing the hue, and the result gets the curve of sRGB. Diffuse white is 203 cd/m2
(ITU-R BT.2408).

Dolby Vision profile 5 is a case of its own: its planes are not Y'CbCr but intensity and two colour differences of cone
responses (IPT), and shown as the former they are green and violet. The per-scene curves of its metadata are left out: a
still without them is close enough.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PQ = 16
HLG = 18
"""``color_trc`` numbers (ITU-T H.273) of the curves that need it."""

Floats = NDArray[np.float32]

_WHITE_NITS = 203.0
_PEAK_NITS = 1000.0
_BT2020_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float32
)
_IPT_TO_CONES = np.array([[8192, 799, 1681], [8192, -933, 1091], [8192, 267, -5545]]) / 8192
_CROSSTALK = np.array([[17081, -349, -349], [-349, 17081, -349], [-349, -349, 17081]]) / 16384
_CONES_TO_BT2020 = (
    np.array(
        [
            [3.06441879, -2.16597676, 0.10155818],
            [-0.65612108, 1.78554118, -0.12943749],
            [0.01736321, -0.04725154, 1.03004253],
        ]
    )
    @ _CROSSTALK
)
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)


def yuv_to_rgb(planes: NDArray[np.uint16], *, full_range: bool) -> Floats:
    """Three planes of 16 bits (Y, Cb, Cr of BT.2020, non-constant luminance) to R'G'B' of 0..1."""
    y, cb, cr = (planes[index].astype(np.float32) / 65535 for index in range(3))
    if full_range:
        cb, cr = cb - np.float32(32768 / 65535), cr - np.float32(32768 / 65535)
    else:
        scale = np.float32(65535 / 256)
        y = (y * scale - 16) / 219
        cb, cr = (cb * scale - 128) / 224, (cr * scale - 128) / 224
    red = y + 1.4746 * cr
    blue = y + 1.8814 * cb
    green = (y - 0.2627 * red - 0.0593 * blue) / 0.6780
    return _floats(np.clip(np.stack([red, green, blue], axis=-1), 0, 1))


def to_sdr(rgb: Floats, *, transfer: int, wide_gamut: bool = True) -> NDArray[np.uint8]:
    """Signal values of 0..1 on the curve ``transfer`` (16 or 18) to 8-bit sRGB."""
    nits = _from_hlg(rgb) if transfer == HLG else _from_pq(rgb)
    return _shown(nits, wide_gamut=wide_gamut)


def dolby_ipt_to_sdr(planes: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Three planes of 16 bits of a Dolby Vision profile 5 base layer (full range) to 8-bit sRGB."""
    ipt = np.moveaxis(planes.astype(np.float32) / 65535, 0, -1) - np.array([0, 0.5, 0.5], dtype=np.float32)
    cones = _from_pq(_floats(np.clip(ipt @ _IPT_TO_CONES.T, 0, 1)))
    return _shown(_floats(np.maximum(cones @ _CONES_TO_BT2020.T, 0)), wide_gamut=True)


def _shown(nits: Floats, *, wide_gamut: bool) -> NDArray[np.uint8]:
    light = nits / np.float32(_WHITE_NITS)
    if wide_gamut:
        light = np.maximum(light @ _BT2020_TO_709.T, 0)
    brightest = light.max(axis=-1, keepdims=True)
    return _srgb(light * (_roll_off(brightest) / np.maximum(brightest, 1e-6)))


def _from_pq(signal: Floats) -> Floats:
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = np.power(signal, 1 / m2)
    return _floats(10000 * np.power(np.maximum(root - c1, 0) / (c2 - c3 * root), 1 / m1))


def _from_hlg(signal: Floats) -> Floats:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal * signal / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = (scene @ _LUMA_2020)[..., None]
    return _floats(_PEAK_NITS * np.power(np.maximum(luma, 1e-6), 0.2) * scene)


def _roll_off(light: Floats) -> Floats:
    # Unchanged up to the knee, from there a smooth bend that reaches 1 at the mastering peak.
    knee, peak = 0.6, _PEAK_NITS / _WHITE_NITS
    over = np.clip((light - knee) / (peak - knee), 0, 1)
    slope = (peak - knee) / (1 - knee)
    bent = knee + (1 - knee) * (slope * over / (1 + (slope - 1) * over))
    return _floats(np.where(light <= knee, light, bent))


def _srgb(light: Floats) -> NDArray[np.uint8]:
    clipped = np.clip(light, 0, 1)
    curved = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    return (curved * 255 + 0.5).astype(np.uint8)


def _floats(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)
