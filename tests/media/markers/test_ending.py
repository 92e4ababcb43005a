"""Credits are found where they begin, and no dark or busy end passes for them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.support.episodes import FPS, Gray, credits_frame, music, scene, write

from vitascope.core.markers import searched_ending_ms
from vitascope.media.images.errors import NoFrameError
from vitascope.media.markers.ending import Look, find, look_at
from vitascope.media.markers.tasks import Ending, EndingArgs

BLACK: Gray = np.full((180, 320), 8, dtype=np.uint8)


def ending(path: Path, frame: Callable[[int], Gray], seconds: int = 60, key_every_s: int = 2) -> Ending | None:
    write(path, music(1, seconds) * 0, frame, key_every_s=key_every_s)
    from_ms = searched_ending_ms(seconds * 1000)
    return find(EndingArgs(path=bytes(path), from_ms=from_ms, duration_ms=seconds * 1000))


@pytest.mark.parametrize("key_every_s", [2, 8])
def test_credits_to_the_end_begin_where_the_pictures_end(tmp_path: Path, key_every_s: int) -> None:
    start = 43 * FPS + 2
    found = ending(
        tmp_path / "a.mkv", lambda n: scene(1, n) if n < start else credits_frame(n), key_every_s=key_every_s
    )
    assert found is not None
    assert found.start_ms == pytest.approx(43_400, abs=400)
    assert found.end_ms == 60_000


def test_a_scene_after_the_credits_ends_them(tmp_path: Path) -> None:
    def frame(n: int) -> Gray:
        second = n / FPS
        return credits_frame(n) if 36 <= second < 50 else BLACK if 35 <= second < 36 else scene(1, n)

    found = ending(tmp_path / "a.mkv", frame)
    assert found is not None
    assert found.start_ms == pytest.approx(35_000, abs=400)
    assert found.end_ms == pytest.approx(50_000, abs=2_100)


def _candles(n: int) -> Gray:
    """A dark room with some round lights."""
    y, x = np.mgrid[0:180, 0:320]
    lights = [(40 + 30 * k, 50 + (17 * k + n) % 90, 12) for k in range(8)]
    made = np.full((180, 320), 12, dtype=np.uint8)
    for at_x, at_y, size in lights:
        made[(x - at_x) ** 2 + (y - at_y) ** 2 < size**2] = 220
    return made


@pytest.mark.parametrize(
    "frame",
    [lambda n: scene(2, n), lambda _: BLACK, _candles, lambda n: credits_frame(n) if n > 56 * FPS else scene(1, n)],
    ids=["day", "black", "candles", "one card"],
)
def test_what_is_no_credits(tmp_path: Path, frame: Callable[[int], Gray]) -> None:
    assert ending(tmp_path / "a.mkv", frame) is None


def test_looks() -> None:
    assert look_at(BLACK) is Look.BLACK
    assert look_at(scene(1, 1)) is Look.OTHER
    assert look_at(credits_frame(9)) is Look.TEXT
    assert look_at(_candles(3)) is Look.OTHER
    white = np.asarray(Image.new("L", (320, 180), 235), dtype=np.uint8)
    assert look_at(white) is Look.OTHER


def test_what_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"no film")
    with pytest.raises(NoFrameError):
        find(EndingArgs(path=bytes(tmp_path / "a.mkv"), from_ms=0, duration_ms=60_000))
