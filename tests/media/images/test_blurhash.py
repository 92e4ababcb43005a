"""BlurHash by its published properties, and there and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.pictures import plain, save, scene

from vitascope.media.images import blurhash


def test_length_and_header_say_how_many_components() -> None:
    pixels = scene(40, 40) / 255
    for across in (1, 4, 9):
        for down in (1, 3, 9):
            text = blurhash.encode(pixels, across=across, down=down)
            assert len(text) == 4 + 2 * across * down
            first = blurhash._VALUES[text[0]]
            assert (first % 9 + 1, first // 9 + 1) == (across, down)


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (200, 30, 90)])
def test_a_plain_color_comes_back_exactly(color: tuple[int, int, int]) -> None:
    text = blurhash.encode(plain(color) / 255, across=1, down=1)
    back = blurhash.decode(text, width=4, height=3)
    assert back.shape == (3, 4, 3)
    assert np.allclose(back * 255, color, atol=1)


def test_known_hashes_of_plain_colors() -> None:
    # Size flag, no alternating part, then the colour in base 83: 0xFFFFFF is T S U A in that alphabet.
    assert blurhash.encode(plain((0, 0, 0)) / 255, across=1, down=1) == "000000"
    assert blurhash.encode(plain((255, 255, 255)) / 255, across=1, down=1) == "00TSUA"


def test_a_published_hash_decodes_to_its_picture() -> None:
    # The example on the algorithm's own page: 4 x 3 components, light sky above darker ground.
    back = blurhash.decode("LEHV6nWB2yk8pyo0adR*.7kCMdnj", width=32, height=32)
    assert back[:6].mean() > back[-6:].mean()
    assert np.allclose(back.mean(axis=(0, 1)), (0.55, 0.52, 0.50), atol=0.1)


def test_there_and_back_keeps_the_broad_strokes() -> None:
    pixels = scene(48, 32).astype(float) / 255
    back = blurhash.decode(blurhash.encode(pixels, across=5, down=5), width=48, height=32)
    smooth = pixels.reshape(4, 8, 6, 8, 3).mean(axis=(1, 3))
    assert np.abs(back.reshape(4, 8, 6, 8, 3).mean(axis=(1, 3)) - smooth).max() < 0.15


def test_the_longer_side_has_more_components() -> None:
    assert blurhash.blur_hash(save(scene(80, 40)))[0] == "L"  # 4 x 3
    upright = blurhash.blur_hash(save(scene(40, 80)))
    assert (len(upright), blurhash._VALUES[upright[0]]) == (28, 29)  # 3 x 4


@examples(40)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 1000))
def test_every_hash_decodes(across: int, down: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).random((7, 9, 3))
    back = blurhash.decode(blurhash.encode(pixels, across=across, down=down), width=9, height=7)
    assert back.min() >= 0
    assert back.max() <= 1


@pytest.mark.parametrize("text", ["", "00", "LEHV6n", "LEHV6nWB2yk8pyo0adR*.7kCMdn\u00e9", '"' * 6])
def test_what_is_no_hash(text: str) -> None:
    with pytest.raises(ValueError, match="BlurHash"):
        blurhash.decode(text, width=4, height=4)


def test_component_limits() -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        blurhash.encode(plain((1, 2, 3)) / 255, across=10, down=1)
