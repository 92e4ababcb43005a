"""Composites show each picture in its own tile."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.pictures import opened, plain, png_bomb, save

from vitascope.media.images import UnreadablePictureError
from vitascope.media.images.composites import composite, layout

COLORS = [(220, 30, 30), (30, 200, 40), (40, 60, 220), (220, 200, 40), (200, 40, 200)]


def pictures(count: int) -> list[bytes]:
    return [save(plain(color, (120, 80)), quality=95) for color in COLORS[:count]]


def color_at(data: bytes, x: float, y: float) -> tuple[int, int, int]:
    image = opened(data).convert("RGB")
    found = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(found, tuple)
    nearest = min(COLORS, key=lambda color: sum(abs(a - b) for a, b in zip(color, found, strict=True)))
    assert np.allclose(nearest, found, atol=12)
    return nearest


@pytest.mark.parametrize(
    ("count", "corners"),
    [(1, (0, 0, 0, 0)), (2, (0, 1, 0, 1)), (3, (0, 1, 0, 2)), (4, (0, 1, 2, 3)), (5, (0, 1, 2, 3))],
)
def test_square(count: int, corners: tuple[int, ...]) -> None:
    data = composite(pictures(count), width=300, height=300)
    assert opened(data).size == (300, 300)
    found = [color_at(data, x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))]
    assert found == [COLORS[index] for index in corners]


def test_upright_stacks_two() -> None:
    data = composite(pictures(2), width=200, height=300)
    assert [color_at(data, x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))] == [
        COLORS[0],
        COLORS[0],
        COLORS[1],
        COLORS[1],
    ]


def test_unreadable_pictures_are_left_out(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    good.write_bytes(save(plain(COLORS[2]), kind="PNG"))
    data = composite([b"junk", tmp_path / "gone.jpg", png_bomb(), good], width=100, height=100)
    assert color_at(data, 0.5, 0.5) == COLORS[2]
    with pytest.raises(UnreadablePictureError):
        composite([b"junk"])
    with pytest.raises(UnreadablePictureError):
        composite([])


def test_gray_and_transparent_pictures_fit_in() -> None:
    clear = save(np.zeros((50, 50, 4), dtype=np.uint8), kind="PNG", mode="RGBA")
    gray = save(plain((128, 128, 128)), kind="PNG", mode="L")
    image = opened(composite([clear, gray], width=100, height=100)).convert("RGB")
    assert np.allclose(np.asarray(image)[50, 75], 128, atol=4)
    assert np.asarray(image)[50, 25].max() < 40


@given(st.integers(1, 6), st.integers(16, 2000), st.integers(16, 2000))
def test_tiles_lie_inside_and_apart(count: int, width: int, height: int) -> None:
    boxes = layout(count, width, height)
    assert len(boxes) == min(count, 4)
    covered = np.zeros((height, width), dtype=np.uint8)
    for left, top, tile_width, tile_height in boxes:
        assert tile_width > 0
        assert tile_height > 0
        assert left + tile_width <= width
        assert top + tile_height <= height
        covered[top : top + tile_height, left : left + tile_width] += 1
    assert covered.max() == 1
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert covered[corner] == 1
