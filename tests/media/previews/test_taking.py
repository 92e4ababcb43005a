"""Pictures along films whose colours are known, moment by moment."""

from pathlib import Path

import pytest
import pyvips
from tests.support.known_films import STEPS, run_ffmpeg, stepped_film

from vitascope.core import bif
from vitascope.media.images.errors import NoFrameError
from vitascope.media.previews.sheets import lay_out
from vitascope.media.previews.taking import take
from vitascope.media.previews.tasks import PreviewArgs, SheetArgs
from vitascope.media.workers import MediaError

_RGB = {"black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255),
        "yellow": (255, 255, 0)}  # fmt: skip


def colour(jpeg: bytes) -> str:
    """The name of the colour that a picture is of."""
    image = pyvips.Image.new_from_buffer(jpeg, "")
    mean = [image[band].avg() for band in range(3)]
    return min(_RGB, key=lambda name: sum((a - b) ** 2 for a, b in zip(_RGB[name], mean, strict=True)))


def args(path: Path, *, first: int = 0, count: int = 12, exact: bool = False) -> PreviewArgs:
    return PreviewArgs(
        path=bytes(path), first=first, count=count, interval_ms=2000, max_side=320, key_frames_only=not exact,
        budget_s=60,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "libx264"), ("a.mp4", "libx265"), ("a.avi", "mpeg4")])
@pytest.mark.parametrize("exact", [False, True])
def test_each_moment_shows_what_the_film_shows_then(tmp_path: Path, name: str, codec: str, exact: bool) -> None:
    film = stepped_film(tmp_path / name, codec=codec)
    pictures = take(args(film, exact=exact)).pictures
    expected = [STEPS[n] for n in range(6) for _ in range(2)]
    assert [colour(one) for one in pictures] == expected
    assert [colour(one) for one in take(args(film, first=5, count=3, exact=exact)).pictures] == expected[5:8]


def test_moments_with_one_key_frame_share_its_picture(tmp_path: Path) -> None:
    film = stepped_film(tmp_path / "a.mkv", key_every_s=24)
    run_ffmpeg("-i", film, "-c:v", "libx264", "-g", "1000", "-sc_threshold", "0", tmp_path / "one.mkv")
    pictures = take(args(tmp_path / "one.mkv")).pictures
    assert len(pictures) == 12
    assert len(set(pictures)) == 1
    assert len(set(map(colour, take(args(tmp_path / "one.mkv", exact=True)).pictures))) == 6


def test_after_its_time_it_answers_with_what_it_has(tmp_path: Path) -> None:
    film = stepped_film(tmp_path / "a.mkv")
    few = PreviewArgs(
        path=bytes(film), first=3, count=9, interval_ms=2000, max_side=320, key_frames_only=True, budget_s=0
    )
    assert [colour(one) for one in take(few).pictures] == ["red"]


def test_a_film_that_is_cut_off_shows_what_is_left_to_the_end(tmp_path: Path) -> None:
    whole = stepped_film(tmp_path / "a.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) * 2 // 3])
    pictures = take(args(tmp_path / "cut.mkv")).pictures
    assert len(pictures) == 12
    assert colour(pictures[0]) == "black"


def test_what_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"#EXTM3U\nhttp://127.0.0.1/secret\n" * 40)
    with pytest.raises(NoFrameError):
        take(args(tmp_path / "a.mkv"))


def test_a_sheet_has_the_pictures_row_by_row(tmp_path: Path) -> None:
    pictures = take(args(stepped_film(tmp_path / "a.mkv"))).pictures
    index = tmp_path / "index-sd.bif"
    index.write_bytes(bif.front([len(one) for one in pictures], 2000) + b"".join(pictures))
    sheet = lay_out(SheetArgs(path=bytes(index), first=2, count=5, columns=3))
    assert (sheet.width, sheet.height) == (160, 90)
    image = pyvips.Image.new_from_buffer(sheet.jpeg, "")
    assert (image.width, image.height) == (480, 180)
    cells = [image.crop(x * 160 + 20, y * 90 + 20, 100, 50) for y in range(2) for x in range(3)][:5]
    assert [colour(cell.jpegsave_buffer()) for cell in cells] == [colour(one) for one in pictures[2:7]]
    index.write_bytes(index.read_bytes()[:80])
    with pytest.raises(MediaError, match="cannot be read"):
        lay_out(SheetArgs(path=bytes(index), first=0, count=5, columns=3))
