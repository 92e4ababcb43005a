"""Pictures as clients ask for them, judged by another library; and files that are made to hurt."""

import io
import os
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.support.pictures import heic, opened, plain, png_bomb, png_chunk, save, scene

from vitascope.media.images import PhotoRequest, PictureTooLargeError, UnreadablePictureError
from vitascope.media.images.render import transcode
from vitascope.media.workers.failure import Reason


def near(found: object, wanted: tuple[int, ...], tolerance: int = 4) -> bool:
    assert isinstance(found, tuple)
    return all(abs(int(a) - b) <= tolerance for a, b in zip(found, wanted, strict=True))


@pytest.fixture
def photo() -> bytes:
    """A JPEG of 640x400."""
    return save(scene(640, 400), quality=90)


@pytest.mark.parametrize(
    ("picture", "content_type", "kind"),
    [
        ("jpg", "image/jpeg", "JPEG"),
        ("png", "image/png", "PNG"),
        ("ppm", "image/x-portable-pixmap", "PPM"),
        ("webp", "image/webp", "WEBP"),
    ],
)
def test_every_format(photo: bytes, picture: str, content_type: str, kind: str) -> None:
    found, data = transcode(photo, PhotoRequest(width=320, height=320, format=picture))
    image = opened(data)
    assert (found, image.format, image.size) == (content_type, kind, (320, 200))
    wanted = Image.fromarray(scene(640, 400)).resize((320, 200))
    difference = np.abs(np.asarray(image.convert("RGB"), dtype=int) - np.asarray(wanted, dtype=int))
    assert difference.mean() < 6


def test_box_is_covered_or_fitted_and_never_enlarged_unasked(photo: bytes) -> None:
    def size(*, upscale: bool = False, min_size: bool = False) -> tuple[int, int]:
        request = PhotoRequest(width=1000, height=1000, upscale=upscale, min_size=min_size)
        return opened(transcode(photo, request)[1]).size

    assert size() == (640, 400)
    assert size(min_size=True) == (640, 400)
    assert size(upscale=True) == (1000, 625)
    assert size(upscale=True, min_size=True) == (1600, 1000)


def test_source_may_be_a_path_of_any_name(photo: bytes, tmp_path: Path) -> None:
    for name in ("cover.jpg", "a [Q=1].jpg", "b.jpg[page=9]", "c\udcff.jpg", "ü 'x'.png"):
        path = tmp_path / name
        path.write_bytes(photo)
        assert opened(transcode(path, PhotoRequest(width=64))[1]).size == (64, 40)


def test_opacity_zero_over_black_is_exactly_black(photo: bytes) -> None:
    for picture in ("jpg", "png"):
        request = PhotoRequest(width=100, opacity=0, background=(0, 0, 0), format=picture)
        image = opened(transcode(photo, request)[1]).convert("RGB")
        assert image.getextrema() == ((0, 0), (0, 0), (0, 0))


def test_opacity_mixes_with_the_background() -> None:
    data = save(plain((200, 100, 0)), quality=95)
    _, jpeg = transcode(data, PhotoRequest(opacity=50, background=(0, 100, 200)))
    assert near(opened(jpeg).getpixel((5, 5)), (100, 100, 100))
    _, png = transcode(data, PhotoRequest(opacity=50, format="png"))
    image = opened(png)
    assert image.mode == "RGBA"
    assert near(image.getpixel((5, 5)), (200, 100, 0, 127))


def test_saturation_zero_is_gray_everywhere(photo: bytes) -> None:
    pixels = np.asarray(opened(transcode(photo, PhotoRequest(width=200, saturation=0))[1]).convert("RGB"), dtype=int)
    assert np.ptp(pixels, axis=2).max() <= 1
    assert np.ptp(pixels) > 60


def test_half_saturation_lies_between() -> None:
    data = save(plain((255, 0, 0)), kind="PNG")
    found = opened(transcode(data, PhotoRequest(saturation=50, format="png"))[1]).getpixel((1, 1))
    assert near(found, (155, 27, 27), 3)


def test_blend_color_multiplies() -> None:
    data = save(plain((200, 100, 50)), kind="PNG")

    def blended(color: tuple[int, int, int]) -> object:
        return opened(transcode(data, PhotoRequest(blend_color=color, format="png"))[1]).getpixel((1, 1))

    assert near(blended((255, 255, 255)), (200, 100, 50), 1)
    assert near(blended((0, 0, 0)), (0, 0, 0), 0)
    assert near(blended((255, 128, 0)), (200, 50, 0), 1)


@pytest.mark.parametrize("sigma", [2, 20, 200])
def test_blur_keeps_size_and_mean_and_removes_detail(photo: bytes, sigma: int) -> None:
    sharp = opened(transcode(photo, PhotoRequest(format="png"))[1])
    blurred = opened(transcode(photo, PhotoRequest(format="png", blur=sigma))[1])
    assert blurred.size == sharp.size
    before, after = (np.asarray(image, dtype=float) for image in (sharp, blurred))
    assert abs(before.mean() - after.mean()) < 4
    assert np.abs(np.diff(after, axis=1)).mean() < 0.4 * np.abs(np.diff(before, axis=1)).mean()


def test_orientation_is_obeyed_unless_refused() -> None:
    pixels = np.concatenate([plain((255, 0, 0), (40, 20)), plain((0, 0, 255), (40, 20))])  # red above blue
    for orientation, size, top_left in (
        (1, (40, 40), (255, 0, 0)),
        (3, (40, 40), (0, 0, 255)),
        (6, (40, 40), (0, 0, 255)),
        (8, (40, 40), (255, 0, 0)),
    ):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = save(pixels, quality=95, exif=exif)
        image = opened(transcode(data, PhotoRequest())[1])
        assert image.size == size
        assert near(image.getpixel((3, 3)), top_left, 12), orientation
        assert near(opened(transcode(data, PhotoRequest(rotate=False))[1]).getpixel((3, 3)), (255, 0, 0), 12)


def test_a_turned_picture_swaps_its_sides() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = save(scene(640, 400), exif=exif)
    _, upright = transcode(data, PhotoRequest(width=200, height=200))
    assert opened(upright).size == (125, 200)
    assert not opened(upright).getexif()
    assert opened(transcode(data, PhotoRequest(width=200, height=200, rotate=False))[1]).size == (200, 125)


def test_alpha_is_flattened_for_jpeg_and_kept_for_png() -> None:
    pixels = np.zeros((20, 20, 4), dtype=np.uint8)
    pixels[:, :10] = (255, 0, 0, 255)
    data = save(pixels, kind="PNG", mode="RGBA")
    assert near(opened(transcode(data, PhotoRequest())[1]).getpixel((17, 5)), (0, 0, 0), 12)
    _, on_white = transcode(data, PhotoRequest(background=(255, 255, 255)))
    assert near(opened(on_white).getpixel((17, 5)), (255, 255, 255), 12)
    assert opened(transcode(data, PhotoRequest(format="png"))[1]).getpixel((17, 5)) == (0, 0, 0, 0)
    _, opaque = transcode(data, PhotoRequest(format="png", background=(0, 255, 0)))
    assert opened(opaque).getpixel((17, 5)) == (0, 255, 0)


def test_chroma_subsampling() -> None:
    data = save(scene(64, 64), kind="PNG")
    full = transcode(data, PhotoRequest())[1]
    half = transcode(data, PhotoRequest(chroma_subsampling=1))[1]
    assert len(half) < len(full)


def test_quality(photo: bytes) -> None:
    sizes = [len(transcode(photo, PhotoRequest(quality=quality))[1]) for quality in (10, 60, -1)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "CMYK", "RGBA"])
@pytest.mark.parametrize("picture", ["jpg", "png", "ppm", "webp"])
def test_every_kind_of_pixel(mode: str, picture: str) -> None:
    if mode == "CMYK":
        data = save(scene(60, 40), kind="JPEG", mode="CMYK")
    elif mode == "I;16":
        buffer = io.BytesIO()
        Image.fromarray(scene(60, 40)[:, :, 0].astype(np.uint16) * 257).save(buffer, "PNG")
        data = buffer.getvalue()
    else:
        data = save(scene(60, 40), kind="PNG", mode=mode)
    request = PhotoRequest(width=30, format=picture, saturation=80, blur=1, opacity=90, blend_color=(250, 250, 250))
    image = opened(transcode(data, request)[1])
    assert image.size == (30, 20)


def test_cmyk_comes_out_in_its_colors() -> None:
    buffer = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(buffer, "JPEG", quality=95)  # magenta and yellow: red
    assert near(opened(transcode(buffer.getvalue(), PhotoRequest())[1]).getpixel((5, 5)), (235, 35, 40), 40)


def test_sixteen_bits_become_eight() -> None:
    rows = b"".join(b"\0" + b"\xff\xff\x80\x00\x00\x00" * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(rows))
    image = opened(transcode(data + png_chunk(b"IEND", b""), PhotoRequest(format="png"))[1])
    assert near(image.getpixel((1, 1)), (255, 128, 0), 2)


def test_color_profiles_are_applied_and_dropped() -> None:
    # A profile with red and blue swapped: whoever obeys it shows blue for (255, 0, 0).
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(srgb)
    tags = {bytes(srgb[at : at + 4]): at for at in range(132, 132 + 12 * 20, 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    swapped[red + 4 : red + 12], swapped[blue + 4 : blue + 12] = srgb[blue + 4 : blue + 12], srgb[red + 4 : red + 12]
    odd = bytes(swapped).replace(b"sRGB", b"oRGB").replace("sRGB".encode("utf-16-be"), "oRGB".encode("utf-16-be"))
    pixels = plain((255, 0, 0))
    image = opened(transcode(save(pixels, kind="PNG", icc_profile=odd), PhotoRequest(format="png"))[1])
    assert near(image.getpixel((3, 3)), (0, 0, 255), 8)
    assert "icc_profile" not in image.info
    same = opened(transcode(save(pixels, kind="PNG", icc_profile=srgb), PhotoRequest(format="png"))[1])
    assert near(same.getpixel((3, 3)), (255, 0, 0), 1)


def test_a_broken_profile_is_ignored() -> None:
    data = save(plain((10, 200, 30)), quality=95, icc_profile=b"not a profile" * 20)
    assert near(opened(transcode(data, PhotoRequest())[1]).getpixel((3, 3)), (10, 200, 30))


def test_an_animation_shows_its_first_picture() -> None:
    buffer = io.BytesIO()
    pictures = [Image.fromarray(plain(color)) for color in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=50)
    image = opened(transcode(buffer.getvalue(), PhotoRequest())[1])
    assert image.size == (64, 48)
    assert near(image.getpixel((5, 5)), (255, 0, 0), 6)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "AVIF"])
def test_other_raster_formats(kind: str) -> None:
    image = opened(transcode(save(scene(64, 48), kind=kind), PhotoRequest(width=32))[1])
    assert image.size == (32, 24)


def test_photographs_of_telephones() -> None:
    pixels = scene(128, 96)
    upright = opened(transcode(heic(pixels), PhotoRequest())[1])
    assert upright.size == (128, 96)
    assert np.abs(np.asarray(upright, dtype=int) - pixels).mean() < 14
    turned = opened(transcode(heic(pixels, quarter_turns=1), PhotoRequest(width=48))[1])
    assert turned.size == (48, 64)
    wanted = Image.fromarray(np.rot90(pixels).copy()).resize((48, 64))
    assert np.abs(np.asarray(turned, dtype=int) - np.asarray(wanted, dtype=int)).mean() < 8


def test_a_damaged_heic_is_refused() -> None:
    data = heic(scene(128, 96))
    for damaged in (data[:-4000], data[:200], data.replace(b"hvcC", b"xxxx")):
        with pytest.raises(UnreadablePictureError):
            transcode(damaged, PhotoRequest(width=10))


def test_a_truncated_jpeg_shows_what_is_there(photo: bytes) -> None:
    image = opened(transcode(photo[: len(photo) // 2], PhotoRequest(width=320))[1])
    assert image.size == (320, 200)
    wanted = Image.fromarray(scene(640, 400)).resize((320, 200))
    top = np.abs(np.asarray(image, dtype=int)[:60] - np.asarray(wanted, dtype=int)[:60])
    assert top.mean() < 8


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PictureTooLargeError, match="60000x60000") as caught:
        transcode(png_bomb(), PhotoRequest(width=10))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_progressive_jpeg_may_be_less_large() -> None:
    plain_one = bytearray(save(scene(64, 64)))
    progressive = bytearray(save(scene(64, 64), progressive=True))
    for data, marker in ((plain_one, b"\xff\xc0"), (progressive, b"\xff\xc2")):
        at = data.index(marker) + 5
        data[at : at + 4] = struct.pack(">HH", 12_000, 12_000)
    with pytest.raises(PictureTooLargeError):
        transcode(bytes(progressive), PhotoRequest(width=10))
    assert opened(transcode(bytes(plain_one), PhotoRequest(width=10))[1]).size == (10, 10)


def test_a_thread_is_no_picture() -> None:
    with pytest.raises(PictureTooLargeError, match="shape"):
        transcode(save(np.zeros((2, 4000, 3), dtype=np.uint8), kind="PNG"), PhotoRequest(width=10, min_size=True))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/hostname"/></svg>'


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"%PDF-1.7\n1 0 obj",
        b"push graphic-context\nimage over 0,0 0,0 'https://example.org/x'\n",
        b"P6 2 2 255 123456789012",
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\n",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"\x00" * 500,
        b"hello",
        b"BM" + b"\x00" * 60,
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, tmp_path: Path) -> None:
    disguised = tmp_path / "poster.jpg"
    disguised.write_bytes(data)
    for source in (data, disguised):
        with pytest.raises(UnreadablePictureError):
            transcode(source, PhotoRequest(width=10))


def test_reasons_for_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePictureError) as caught:
        transcode(b"", PhotoRequest())
    assert caught.value.reason is Reason.EMPTY
    with pytest.raises(UnreadablePictureError) as caught:
        transcode(tmp_path / "gone.jpg", PhotoRequest())
    assert caught.value.reason is Reason.MISSING
    os.mkfifo(tmp_path / "poster.jpg")
    for path in (tmp_path, tmp_path / "poster.jpg"):
        with pytest.raises(UnreadablePictureError) as caught:
            transcode(path, PhotoRequest())
        assert caught.value.reason is Reason.NOT_A_FILE
    with pytest.raises(UnreadablePictureError):
        transcode(str(tmp_path) + "/a\0b", PhotoRequest())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_damage_anywhere_never_does_worse_than_refuse(kind: str) -> None:
    whole = save(scene(48, 32), kind=kind)
    chance = random.Random(kind)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            _, data = transcode(bytes(damaged[: chance.randint(8, len(damaged))]), PhotoRequest(width=16, height=16))
        except UnreadablePictureError:
            continue
        assert opened(data).format == "JPEG"
