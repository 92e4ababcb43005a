"""Photographs with EXIF, XMP and IPTC as cameras and programs write them."""

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from tests.support.examples import examples
from tests.support.pictures import heic, png_bomb, save, scene

from vitascope.media.images import UnreadablePictureError
from vitascope.media.images._iptc import read_iptc
from vitascope.media.images._xmp import read_xmp
from vitascope.media.images.exif import exif
from vitascope.media.images.results import PhotoInfo

XMP = """<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
 xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:aux='http://ns.adobe.com/exif/1.0/aux/'
 xmp:Rating='4' exif:DateTimeOriginal='2020-02-29T23:59:58+05:30' exif:GPSLatitude='52,31.2N'
 exif:GPSLongitude='13,24,36W' aux:Lens='Old Glass 50'>
<dc:title><rdf:Alt><rdf:li xml:lang='de'>Der Hafen</rdf:li><rdf:li xml:lang='x-default'>The harbour</rdf:li></rdf:Alt>
</dc:title><dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Early morning</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Boote</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>""".encode()


def camera_exif(**changes: Any) -> Image.Exif:
    found = Image.Exif()
    base = found.get_ifd(0x8769)
    gps = found.get_ifd(0x8825)
    found[0x010F], found[0x0110], found[0x0112], found[0x4746] = "Fuji ", "X-T5", 6, 3
    found[0x010E], found[0x0131], found[0x013B] = "A boat", "Lightbox 1", "Me"
    base[0x9003], base[0x9011] = "2021:07:04 10:20:30", "+02:00"
    base[0x829A], base[0x829D], base[0x8827] = IFDRational(1, 250), IFDRational(28, 10), 400
    base[0x920A], base[0xA405], base[0xA434] = IFDRational(35, 1), 53, "XF35mmF2"
    gps[1], gps[2] = "S", (IFDRational(33), IFDRational(51), IFDRational(3600, 100))
    gps[3], gps[4] = "E", (IFDRational(151), IFDRational(12), IFDRational(0))
    gps[5], gps[6] = b"\x00", IFDRational(125, 10)
    for tag, value in changes.items():
        number = int(tag.rpartition("_")[2], 16)
        target = {"base": base, "gps": gps}.get(tag.partition("_")[0], found)
        target[number] = value
    return found


def jpeg(path: Path, **options: Any) -> Path:
    path.write_bytes(save(scene(60, 40), **options))
    return path


def iptc_block(*datasets: tuple[int, int, bytes]) -> bytes:
    stream = b"".join(b"\x1c" + bytes([r, d]) + struct.pack(">H", len(v)) + v for r, d, v in datasets)
    return b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(stream)) + stream + b"\0" * (len(stream) % 2)


def with_segment(data: bytes, marker: int, payload: bytes) -> bytes:
    return data[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload + data[2:]


def test_everything_a_camera_writes(tmp_path: Path) -> None:
    found = exif(jpeg(tmp_path / "a.jpg", exif=camera_exif()))
    assert found == PhotoInfo(
        width=40,
        height=60,
        orientation=6,
        taken_local="2021-07-04T10:20:30+02:00",
        taken_at=1_625_386_830,
        make="Fuji",
        model="X-T5",
        lens="XF35mmF2",
        aperture=2.8,
        exposure="1/250",
        iso=400,
        focal_length_mm=35.0,
        focal_length_35mm=53,
        latitude=-33.86,
        longitude=151.2,
        altitude_m=12.5,
        rating=3,
        caption="A boat",
        software="Lightbox 1",
        artist="Me",
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_carry_exif_too(tmp_path: Path, kind: str) -> None:
    found = exif(jpeg(tmp_path / "a.bin", kind=kind, exif=camera_exif()))
    assert (found.model, found.taken_local) == ("X-T5", "2021-07-04T10:20:30+02:00")
    assert (found.width, found.height, found.orientation) == (40, 60, 6)


def test_without_offset_the_clock_is_taken_as_utc(tmp_path: Path) -> None:
    plain = Image.Exif()
    plain.get_ifd(0x8769)[0x9003] = "2021:07:04 10:20:30"
    found = exif(jpeg(tmp_path / "a.jpg", exif=plain))
    assert (found.taken_local, found.taken_at) == ("2021-07-04T10:20:30", 1_625_394_030)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(IFDRational(1, 8000), "1/8000"), (IFDRational(10, 40), "1/4"), (IFDRational(5, 10), "0.5"),
     (IFDRational(30), "30"), (IFDRational(25, 10), "2.5"), (IFDRational(0), None)],
)  # fmt: skip
def test_exposure_as_photographers_write_it(tmp_path: Path, seconds: IFDRational, shown: str | None) -> None:
    assert exif(jpeg(tmp_path / "a.jpg", exif=camera_exif(base_829A=seconds))).exposure == shown


def test_a_camera_without_a_fix_has_no_place(tmp_path: Path) -> None:
    zero = (IFDRational(0), IFDRational(0), IFDRational(0))
    found = exif(jpeg(tmp_path / "a.jpg", exif=camera_exif(gps_2=zero, gps_4=zero)))
    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.parametrize("date", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2021:13:40 99:99:99", "soon", ""])
def test_impossible_dates_are_no_dates(tmp_path: Path, date: str) -> None:
    assert exif(jpeg(tmp_path / "a.jpg", exif=camera_exif(base_9003=date))).taken_at is None


def test_xmp_in_the_file(tmp_path: Path) -> None:
    found = exif(jpeg(tmp_path / "a.jpg", xmp=XMP))
    assert (found.title, found.caption, found.keywords) == ("The harbour", "Early morning", ("sea", "Boote"))
    assert (found.rating, found.lens) == (4, "Old Glass 50")
    assert (found.taken_local, found.taken_at) == ("2020-02-29T23:59:58+05:30", 1_583_000_998)
    assert (found.latitude, found.longitude) == (52.52, -13.41)


def test_a_sidecar_is_believed_before_the_file(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", exif=camera_exif())
    found = exif(path, sidecar=XMP)
    assert (found.rating, found.title, found.caption) == (4, "The harbour", "Early morning")
    assert found.taken_local == "2020-02-29T23:59:58+05:30"
    assert found.lens == "XF35mmF2"  # what the camera measured stays


def test_a_rejected_picture_has_no_stars(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", exif=camera_exif())
    assert exif(path, sidecar=XMP.replace(b"xmp:Rating='4'", b"xmp:Rating='-1'")).rating is None


def test_iptc_in_the_file(tmp_path: Path) -> None:
    block = iptc_block((1, 90, b"\x1b%G"), (2, 5, "Häfen".encode()), (2, 25, b"sea"), (2, 25, b"boat"),
                       (2, 120, b"Long caption"), (2, 55, b"20190102"), (2, 60, b"030405+0100"))  # fmt: skip
    path = tmp_path / "a.jpg"
    path.write_bytes(with_segment(save(scene(60, 40)), 0xED, b"Photoshop 3.0\0" + block))
    found = exif(path)
    assert (found.title, found.caption, found.keywords) == ("Häfen", "Long caption", ("sea", "boat"))
    assert found.taken_local == "2019-01-02T03:04:05+01:00"


def test_iptc_in_old_encodings_and_damaged() -> None:
    assert read_iptc(iptc_block((2, 5, "Häfen".encode("latin-1")))).title == "Häfen"
    whole = iptc_block((2, 5, b"title"), (2, 120, b"caption"))
    for end in range(len(whole)):
        read_iptc(whole[:end])
    assert read_iptc(b"8BIM\x04\x04\x00\x00\xff\xff\xff\xff\x1c\x02\x05\xff\xff").title is None


def test_words_that_windows_writes(tmp_path: Path) -> None:
    written = camera_exif(top_9C9B="Hafen\0".encode("utf-16-le"), top_9C9E="sea;boat\0".encode("utf-16-le"))
    found = exif(jpeg(tmp_path / "a.jpg", exif=written))
    assert (found.title, found.keywords) == ("Hafen", ("sea", "boat"))


def test_plain_pictures_and_odd_names(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a[1]\udcff.jpg")
    assert exif(path) == PhotoInfo(width=60, height=40)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff\xe1\xff\xff", b"GIF89a"])
def test_what_is_no_picture(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(UnreadablePictureError):
        exif(path)
    with pytest.raises(UnreadablePictureError):
        exif(tmp_path / "gone.jpg")


def test_a_telephones_photograph_is_measured_upright(tmp_path: Path) -> None:
    path = tmp_path / "a.heic"
    path.write_bytes(heic(scene(128, 96), quarter_turns=3))
    assert exif(path) == PhotoInfo(width=96, height=128)


def test_a_bomb_is_only_measured(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bomb())
    assert exif(path).width == 60_000


def test_xmp_that_attacks_is_ignored(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    attack = XMP.replace(b"<x:xmpmeta", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x:xmpmeta'.encode(), 1)
    assert read_xmp(attack.replace(b"Early morning", b"&e;")) == read_xmp(b"")
    assert read_xmp(b"<a>" * 100_000) == read_xmp(b"")


@examples(150)
@given(st.binary(max_size=300))
def test_no_packet_raises(data: bytes) -> None:
    read_xmp(data)
    read_xmp(b"<rdf:RDF>" + data)
    read_iptc(data)
    read_iptc(b"8BIM\x04\x04\x00\x00" + data)


def test_damaged_exif_never_raises(tmp_path: Path) -> None:
    whole = save(scene(16, 16), exif=camera_exif(), xmp=XMP)
    path = tmp_path / "a.jpg"
    start = whole.index(b"Exif")
    for position in range(start, start + 400, 3):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        path.write_bytes(bytes(damaged))
        try:
            found = exif(path)
        except UnreadablePictureError:
            continue
        assert isinstance(found, PhotoInfo)
