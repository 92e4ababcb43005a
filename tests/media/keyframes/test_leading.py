"""How far is looked behind a key frame, by the kind of picture that it is."""

import pytest

from vitascope.media.keyframes.leading import MOST, to_look_at

AVCC = b"\x01\x64\x00\x1f\xff"
HVCC = b"\x01" + bytes(20) + b"\xff"


def units(*first: int, size: int = 4) -> memoryview:
    """NAL units behind lengths, each of its header and nothing."""
    return memoryview(b"".join(size.to_bytes(4, "big") + bytes([one]) + bytes(size - 1) for one in first))


def marked(*first: int) -> memoryview:
    """The same behind start codes."""
    return memoryview(b"".join(b"\x00\x00\x01" + bytes([one]) + b"\xff\xff" for one in first))


def hevc(kind: int) -> int:
    """The first byte of a NAL unit header of HEVC."""
    return kind << 1


@pytest.mark.parametrize(
    ("codec", "extradata", "packet", "looked_at"),
    [
        ("h264", AVCC, units(0x67, 0x68, 6, 0x65), 0),
        ("h264", AVCC, units(9, 6, 0x41), MOST),
        ("h264", b"", marked(9, 0x67, 0x65), 0),
        ("h264", b"", marked(9, 0x67, 0x41), MOST),
        ("hevc", HVCC, units(hevc(32), hevc(39), hevc(20)), 0),
        ("hevc", HVCC, units(hevc(32), hevc(19)), 2),
        ("hevc", HVCC, units(hevc(21)), 2),
        ("hevc", b"", marked(hevc(35), hevc(21)), 2),
        ("vp9", b"", memoryview(b"\x82"), 0),
        ("av1", b"", units(10), MOST),
        ("mpeg2video", b"", marked(0xB3, 0), MOST),
        # Nothing is taken for what it cannot be seen to be.
        ("h264", AVCC, memoryview(b""), MOST),
        ("h264", AVCC, units(0x67, size=0xFFFF)[:100], MOST),
        ("h264", AVCC, memoryview(bytes(400)), MOST),
        ("hevc", HVCC[:10], units(hevc(20)), MOST),
        ("hevc", HVCC, units(hevc(32)), MOST),
    ],
)
def test_the_kind_of_key_frame_says_how_far(codec: str, extradata: bytes, packet: memoryview, looked_at: int) -> None:
    assert to_look_at(codec, extradata, packet) == looked_at
