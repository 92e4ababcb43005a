"""Corner colours follow the picture and stay quiet enough to write on."""

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.pictures import opened, plain, save

from vitascope.media.images import UltraBlurRequest, UnreadablePictureError
from vitascope.media.images.results import UltraBlurColors
from vitascope.media.images.ultrablur import ultrablur, ultrablur_image


def rgb(text: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def quadrants(*colors: tuple[int, int, int]) -> bytes:
    top = np.concatenate([plain(colors[0]), plain(colors[1])], axis=1)
    bottom = np.concatenate([plain(colors[2]), plain(colors[3])], axis=1)
    return save(np.concatenate([top, bottom]), kind="PNG")


def test_each_corner_has_its_own_hue() -> None:
    found = ultrablur(quadrants((220, 20, 20), (20, 200, 20), (20, 20, 220), (210, 200, 20)))
    red, green, blue, yellow = (
        rgb(corner) for corner in (found.top_left, found.top_right, found.bottom_left, found.bottom_right)
    )
    assert red[0] > 2 * max(red[1:])
    assert green[1] > 2 * max(green[0], green[2])
    assert blue[2] > 2 * max(blue[:2])
    assert min(yellow[:2]) > 2 * yellow[2]
    assert found.joined == f"{found.top_left},{found.top_right},{found.bottom_right},{found.bottom_left}"


def test_colorful_parts_count_more_than_gray_ones() -> None:
    pixels = plain((128, 128, 128), (64, 64))
    pixels[8:24, 8:24] = (230, 40, 20)
    red, green, blue = rgb(ultrablur(save(pixels, kind="PNG")).top_left)
    assert red > 1.5 * max(green, blue)


@examples(30)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_brightness_and_saturation_stay_in_their_band(color: tuple[int, int, int]) -> None:
    for corner in ultrablur(save(plain(color, (8, 8)), kind="PNG")).joined.split(","):
        _, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in rgb(corner)))
        assert 0.08 <= lightness <= 0.41
        assert saturation <= 0.8


def test_gray_stays_gray() -> None:
    for picture in (save(plain((90, 90, 90)), kind="PNG", mode="L"), save(plain((90, 90, 90)))):
        assert np.ptp(rgb(ultrablur(picture).top_left)) <= 2


def test_not_a_picture() -> None:
    with pytest.raises(UnreadablePictureError):
        ultrablur(b"junk")


COLORS = UltraBlurColors(top_left="401010", top_right="104010", bottom_right="101040", bottom_left="404010")


@pytest.mark.parametrize("noise", [False, True])
def test_background_has_its_colors_in_its_corners(noise: bool) -> None:
    image = opened(ultrablur_image(UltraBlurRequest(colors=COLORS, width=320, height=240, noise=noise)))
    assert (image.format, image.size) == ("PNG", (320, 240))
    pixels = np.asarray(image.convert("RGB"), dtype=int)
    for (row, column), color in (
        ((0, 0), COLORS.top_left),
        ((0, -1), COLORS.top_right),
        ((-1, -1), COLORS.bottom_right),
        ((-1, 0), COLORS.bottom_left),
    ):
        assert np.abs(pixels[row, column] - rgb(color)).max() <= 3
    assert np.abs(np.diff(pixels, axis=1)).max() <= 5
