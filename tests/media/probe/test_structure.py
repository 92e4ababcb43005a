"""The walks over MP4 boxes and Matroska elements, on bytes made by hand and on anything at all."""

import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vitascope.media.probe import matroska, mp4
from vitascope.media.probe.opening import MediaFile, Window


class Bytes:
    """A window over bytes, for the walks."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def get(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count]


def element(number: int, content: bytes) -> bytes:
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (len(content) | 1 << 56).to_bytes(8, "big") + content


def matroska_file(*tracks: bytes, size: int | None = None) -> bytes:
    inner = element(0x1654AE6B, b"".join(element(0xAE, track) for track in tracks))
    segment = element(0x18538067, inner)
    if size is not None:
        segment = segment[:4] + (size | 1 << 56).to_bytes(8, "big") + segment[12:]
    return element(0x1A45DFA3, element(0x4282, b"matroska")) + segment


VIDEO, SOUND, BUTTONS = element(0x83, b"\x01"), element(0x83, b"\x02"), element(0x83, b"\x12")


def test_matroska_tracks_keep_the_order_libav_gives_them() -> None:
    language = element(0x22B59D, b"pt-BR")
    layout = matroska.read_layout(Bytes(matroska_file(VIDEO, BUTTONS, SOUND + language)))
    assert [(track.kind, track.language_tag) for track in layout.tracks] == [(1, None), (2, "pt-BR")]
    assert not layout.truncated


def test_matroska_rotation_is_clockwise() -> None:
    def rotated(roll: float) -> int:
        projection = element(0x7670, element(0x7675, struct.pack(">f", roll)))
        return matroska.read_layout(Bytes(matroska_file(VIDEO + element(0xE0, projection)))).tracks[0].rotation

    assert rotated(-90.0) == 90
    assert rotated(90.0) == 270
    assert rotated(180.0) == 180
    assert rotated(float("nan")) == 0


def test_matroska_hdr10_plus_mapping() -> None:
    mapping = element(0x41E4, element(0x41E7, b"\x04"))
    assert matroska.read_layout(Bytes(matroska_file(VIDEO + mapping))).tracks[0].hdr10_plus


def test_matroska_that_says_it_is_longer() -> None:
    assert matroska.read_layout(Bytes(matroska_file(VIDEO, size=10**9))).truncated
    # All ones: the size was unknown when the file was written.
    assert not matroska.read_layout(Bytes(matroska_file(VIDEO, size=(1 << 56) - 1))).truncated


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def track_header(matrix: tuple[int, int, int, int]) -> bytes:
    a, b, c, d = (each << 16 for each in matrix)
    return box(
        b"tkhd",
        struct.pack(">IIIII", 0, 0, 0, 7, 0)
        + bytes(20)
        + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
        + bytes(8),
    )


def test_mp4_rotations() -> None:
    for matrix, degrees in (
        ((1, 0, 0, 1), 0),
        ((0, 1, -1, 0), 90),
        ((-1, 0, 0, -1), 180),
        ((0, -1, 1, 0), 270),
    ):
        data = box(b"moov", box(b"trak", track_header(matrix)))
        assert mp4.read_layout(Bytes(data)).tracks[7].rotation == degrees


def test_mp4_titles_of_tracks() -> None:
    named = box(b"trak", track_header((1, 0, 0, 1)) + box(b"udta", box(b"name", b"Kommentar")))
    assert mp4.read_layout(Bytes(box(b"moov", named))).tracks[7].title == "Kommentar"


def test_mp4_boxes_without_end() -> None:
    """A walk over a million empty boxes stops early."""
    layout = mp4.read_layout(Bytes(box(b"free", b"") * 1_000_000 + box(b"moov", b"")))
    assert not layout.index_first


@given(st.binary(max_size=400))
def test_nothing_makes_the_walks_raise(data: bytes) -> None:
    for content in (data, box(b"moov", box(b"trak", data)), box(b"moov", box(b"trak", box(b"mdia", data)))):
        mp4.read_layout(Bytes(content))
    for content in (data, matroska_file(data), matroska_file(VIDEO + element(0xE0, data)), matroska_file(data, size=5)):
        matroska.read_layout(Bytes(content))


def test_windows_serve_what_the_file_holds(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1024
    path = tmp_path / "bytes"
    path.write_bytes(data)
    with MediaFile(str(path)) as file:
        window = Window(file)
        for offset, count in ((0, 16), (65_530, 16), (200_000, 70_000), (0, 1), (262_140, 16), (300_000, 4), (5, 0)):
            assert window.get(offset, count) == data[offset : offset + count]
