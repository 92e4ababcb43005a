"""High dynamic range to sRGB, on numbers."""

import numpy as np
import pytest

from vitascope.media.images import tonemap


def pq(nits: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    light = (np.maximum(nits, 0) / 10_000) ** (2610 / 16384)
    return np.asarray(((3424 / 4096 + 2413 / 128 * light) / (1 + 2392 / 128 * light)) ** (2523 / 32))


def test_brightness_only_rises() -> None:
    ramp = np.linspace(0, 1, 400, dtype=np.float32)[None, :, None].repeat(3, 2)
    for transfer in (tonemap.PQ, tonemap.HLG):
        shown = tonemap.to_sdr(ramp, transfer=transfer)[0, :, 0].astype(int)
        assert (np.diff(shown) >= 0).all()
        assert (shown[0], shown[-1]) == (0, 255)


def test_gray_stays_gray() -> None:
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[None, :, None].repeat(3, 2)
    assert np.ptp(tonemap.to_sdr(ramp, transfer=tonemap.PQ).astype(int), axis=2).max() <= 1


def test_without_wide_gamut_colors_are_left_where_they_are() -> None:
    red = np.array([[[0.5, 0.1, 0.1]]], dtype=np.float32)
    wide = tonemap.to_sdr(red, transfer=tonemap.PQ)[0, 0].astype(int)
    narrow = tonemap.to_sdr(red, transfer=tonemap.PQ, wide_gamut=False)[0, 0].astype(int)
    assert wide[0] - wide[1] > narrow[0] - narrow[1]


@pytest.mark.parametrize("full_range", [True, False])
def test_yuv_in_both_ranges(full_range: bool) -> None:
    low, high, middle = (0, 65535, 32768) if full_range else (16 << 8, 235 << 8, 128 << 8)
    planes = np.array([[[low, high]], [[middle, middle]], [[middle, middle]]], dtype=np.uint16)
    rgb = tonemap.yuv_to_rgb(planes, full_range=full_range)
    assert np.allclose(rgb[0, 0], 0, atol=2e-3)
    assert np.allclose(rgb[0, 1], 1, atol=2e-3)


@pytest.mark.parametrize("nits", [(100, 100, 100), (200, 20, 20), (10, 120, 15), (5, 5, 90), (800, 700, 600)])
def test_dolby_planes_show_the_same_picture_as_pq(nits: tuple[int, int, int]) -> None:
    light = np.array(nits, dtype=np.float64)
    cones = np.linalg.inv(tonemap._CONES_TO_BT2020.astype(np.float64)) @ light
    ipt = np.linalg.inv(tonemap._IPT_TO_CONES.astype(np.float64)) @ pq(cones) + (0, 0.5, 0.5)
    planes = np.round(ipt * 65535).astype(np.uint16)[:, None, None]
    wanted = tonemap.to_sdr(pq(light).astype(np.float32)[None, None], transfer=tonemap.PQ)
    assert np.abs(tonemap.dolby_ipt_to_sdr(planes).astype(int) - wanted.astype(int)).max() <= 3


def test_dolby_gray_has_no_color_difference() -> None:
    planes = np.array([[[20000, 40000]], [[32768, 32768]], [[32768, 32768]]], dtype=np.uint16)
    assert np.ptp(tonemap.dolby_ipt_to_sdr(planes).astype(int), axis=2).max() <= 2
