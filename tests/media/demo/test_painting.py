"""Colours, noise and light: the arithmetic under every picture."""

import numpy as np
import pytest
import pyvips

from vitascope.media.demo import painting


def test_a_ramp_begins_and_ends_with_its_colours() -> None:
    ramp = painting.ramp("000000 ff8000@.25 ffffff", 101)
    assert ramp[0].tolist() == [0, 0, 0]
    assert ramp[25].tolist() == [255, 128, 0]
    assert ramp[-1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("shape", [(64, 96), (33, 50)])
def test_noise_fills_its_range_and_has_no_seam(shape: tuple[int, int]) -> None:
    field = painting.noise(np.random.default_rng(1), *shape, grain=24)
    assert field.shape == shape
    assert field.min() == 0
    assert field.max() == 1
    inside = np.abs(np.diff(field, axis=1)).max()
    assert np.abs(field[:, 0] - field[:, -1]).max() <= inside * 1.5


def test_noise_is_the_same_for_the_same_seed() -> None:
    one, two = (painting.noise(np.random.default_rng(5), 20, 20, grain=8) for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("corner", [(-5, -5), (18, 18), (-30, 0), (40, 40)])
def test_light_beyond_the_edge_is_cut_off(corner: tuple[int, int]) -> None:
    picture = np.full((20, 20, 3), 100, dtype=np.uint8)
    painting.add(picture, painting.light(painting.disc(4), (50, 50, 50)), *corner)
    assert picture.min() == 100
    assert picture.max() <= 150


def test_light_does_not_wrap_around_at_white() -> None:
    picture = np.full((9, 9, 3), 250, dtype=np.uint8)
    painting.add(picture, painting.light(painting.disc(3), (200, 100, 50)), 0, 0)
    assert picture[4, 4].tolist() == [255, 255, 255]


def test_paint_covers_what_is_under_it() -> None:
    picture = np.zeros((9, 9, 3), dtype=np.uint8)
    painting.lay(picture, np.ones((3, 3), np.float32), 3, 3, (10, 20, 30))
    assert picture[4, 4].tolist() == [10, 20, 30]
    assert picture[2, 2].tolist() == [0, 0, 0]


def test_a_jpeg_is_what_was_painted() -> None:
    picture = np.zeros((48, 64, 3), dtype=np.uint8)
    picture[:, 32:] = (200, 40, 90)
    image = pyvips.Image.new_from_buffer(painting.jpeg(picture, quality=95), "")
    assert (image.width, image.height, image.bands) == (64, 48, 3)
    assert np.allclose(image.getpoint(60, 20), (200, 40, 90), atol=12)
