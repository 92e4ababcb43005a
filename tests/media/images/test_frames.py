"""Frames of real clips: the right one, the right way up, in the right colours."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.support.pictures import Pixels, clip, opened, plain, save, scene

from vitascope.media.images import NoFrameError
from vitascope.media.images.frames import frame
from vitascope.media.workers.failure import Reason


def mean(data: bytes) -> tuple[float, float, float]:
    red, green, blue = np.asarray(opened(data).convert("RGB"), dtype=float).mean(axis=(0, 1))
    return float(red), float(green), float(blue)


def test_black_and_flat_places_are_passed_over(tmp_path: Path) -> None:
    black, white, good = plain((0, 0, 0), (320, 180)), plain((255, 255, 255), (320, 180)), scene(320, 180)
    # A third of the way in, where one would look first, is black; then white; the picture comes late.
    path = clip(tmp_path / "a.mp4", [black] * 60 + [white] * 20 + [good] * 20)
    found = frame(path)
    assert (found.width, found.height) == (320, 180)
    assert found.at_ms is not None
    assert 3200 <= found.at_ms <= 4000
    difference = np.abs(np.asarray(opened(found.jpeg), dtype=float) - good)
    assert difference.mean() < 20


def test_the_asked_place_is_exact(tmp_path: Path) -> None:
    pictures = [plain((20 + 2 * number, 60, 120), (64, 64)) for number in range(100)]
    path = clip(tmp_path / "a.mkv", pictures, gop=50)
    for at_ms in (0, 1000, 2520, 3960):
        found = frame(path, at_ms)
        assert found.at_ms == at_ms
        assert abs(mean(found.jpeg)[0] - (20 + 2 * at_ms / 40)) < 6
    assert frame(path, 99_000).at_ms == 3960


def test_one_key_frame_only(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", [plain((0, 0, 0), (160, 90))] * 30 + [scene(160, 90)] * 30, gop=600)
    found = frame(path)
    assert found.at_ms is not None
    assert found.at_ms >= 1200


def test_an_all_black_clip_still_gives_a_picture(tmp_path: Path) -> None:
    assert max(mean(frame(clip(tmp_path / "a.mp4", [plain((0, 0, 0))] * 30)).jpeg)) < 5


def test_pixels_become_square(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", [scene(180, 144)] * 10, aspect=Fraction(16, 11))
    found = frame(path)
    assert (found.width, found.height) == (262, 144)
    assert opened(found.jpeg).size == (262, 144)


@pytest.mark.parametrize(("rotation", "bright"), [(90, "left"), (-90, "right"), (180, "bottom"), (0, "top")])
def test_turned_films_stand_upright(tmp_path: Path, rotation: int, bright: str) -> None:
    pixels = np.concatenate([plain((230, 230, 230), (160, 40)), plain((30, 30, 30), (160, 40))])
    found = frame(clip(tmp_path / "a.mp4", [pixels] * 10, rotation=rotation))
    assert (found.width, found.height) == ((80, 160) if rotation in {90, -90} else (160, 80))
    gray = np.asarray(opened(found.jpeg).convert("L"), dtype=float)
    middle_row, middle_column = gray.shape[0] // 2, gray.shape[1] // 2
    halves = {
        "left": gray[:, :middle_column],
        "right": gray[:, middle_column:],
        "top": gray[:middle_row],
        "bottom": gray[middle_row:],
    }
    assert max(halves, key=lambda name: halves[name].mean()) == bright


def test_large_films_are_scaled_down(tmp_path: Path) -> None:
    found = frame(clip(tmp_path / "a.mp4", [scene(640, 360)] * 5), max_width=160)
    assert (found.width, found.height) == (160, 90)


def pq(nits: float) -> float:
    light = (nits / 10_000) ** (2610 / 16384)
    return float(((3424 / 4096 + 2413 / 128 * light) / (1 + 2392 / 128 * light)) ** (2523 / 32))


def test_pq_is_brought_to_what_a_screen_shows(tmp_path: Path) -> None:
    bands = [round(255 * pq(nits)) for nits in (0.01, 26, 100, 203, 1000, 4000)]
    pixels: Pixels = np.repeat(np.array(bands, dtype=np.uint8), 32)[None, :, None].repeat(96, 0).repeat(3, 2)
    row = np.asarray(opened(frame(clip(tmp_path / "a.mkv", [pixels] * 3, transfer=16)).jpeg).convert("L"))[48]
    black, dim, gray, white, bright, brightest = (int(row[16 + 32 * band]) for band in range(6))
    assert black < 8
    assert 80 < dim < 125
    assert 165 < gray < 205  # half of diffuse white is a middle gray, not washed out
    assert 210 < white <= 245
    assert white < bright <= brightest
    assert brightest >= 250


def test_hlg_is_brought_to_what_a_screen_shows(tmp_path: Path) -> None:
    pixels: Pixels = (
        np.repeat(np.array([0, 97, 191, 255], dtype=np.uint8), 32)[None, :, None].repeat(96, 0).repeat(3, 2)
    )
    row = np.asarray(opened(frame(clip(tmp_path / "a.mkv", [pixels] * 3, transfer=18)).jpeg).convert("L"))[48]
    black, gray, white, peak = (int(row[16 + 32 * band]) for band in range(4))
    assert black < 8
    assert 80 < gray < 150
    assert 205 < white < 250  # 75 % is diffuse white
    assert peak >= 250


def test_wide_colors_keep_their_hue(tmp_path: Path) -> None:
    reddish = plain((round(255 * pq(150)), round(255 * pq(15)), round(255 * pq(15))), (96, 96))
    red, green, blue = mean(frame(clip(tmp_path / "a.mkv", [reddish] * 3, transfer=16)).jpeg)
    assert red > 190
    assert max(green, blue) < 70


def test_standard_colors_survive(tmp_path: Path) -> None:
    for size in ((64, 64), (1280, 720)):
        path = clip(tmp_path / f"{size[0]}.mp4", [plain((200, 60, 40), size)] * 3)
        assert np.allclose(mean(frame(path).jpeg), (200, 60, 40), atol=22)


def test_combs_of_moving_interlaced_pictures_are_removed(tmp_path: Path) -> None:
    still = scene(320, 240)
    still[:, 100:140] = 255
    moving = still.copy()
    moving[1::2] = np.roll(still, 24, axis=1)[1::2]  # the second field, a moment later

    def comb(path: Path) -> float:
        gray = np.asarray(opened(frame(path).jpeg).convert("L"), dtype=float)
        return float(np.abs(2 * gray[1:-1] - gray[:-2] - gray[2:]).mean())

    woven = comb(clip(tmp_path / "a.mkv", [moving] * 4))
    assert comb(clip(tmp_path / "b.mkv", [moving] * 4, interlaced=True)) < woven / 2
    flagged, plain_film = (clip(tmp_path / f"{flag}.mkv", [still] * 4, interlaced=flag) for flag in (True, False))
    assert abs(comb(flagged) - comb(plain_film)) < 3  # nothing moves: no line is thrown away


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing" * 100,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nreal.mp4\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile real.mp4\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_what_is_no_video_is_refused(data: bytes, tmp_path: Path) -> None:
    clip(tmp_path / "real.mp4", [scene(64, 48)] * 3)
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    with pytest.raises(NoFrameError):
        frame(path)


def test_reasons(tmp_path: Path) -> None:
    with pytest.raises(NoFrameError) as caught:
        frame(tmp_path / "gone.mp4")
    assert caught.value.reason is Reason.MISSING


def test_a_truncated_film_gives_a_frame_or_a_reason(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", [scene(160, 90, seed) for seed in range(40)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert opened(frame(path).jpeg).size == (160, 90)
    path.write_bytes(whole[:600])
    with pytest.raises(NoFrameError):
        frame(path)


def test_names_need_not_be_text(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", [scene(64, 48)] * 3)
    odd = tmp_path / "a:b%d \udcff'.mp4"
    path.rename(odd)
    assert frame(odd).width == 64


def test_a_song_with_a_cover_has_no_moving_pictures(tmp_path: Path) -> None:
    path = tmp_path / "cover.jpg"
    path.write_bytes(save(scene(64, 48)))
    with pytest.raises(NoFrameError):
        frame(path)
