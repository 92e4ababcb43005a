"""BIF files: what is written is what is read, and nothing leads out of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core import bif
from vitascope.core.bif import BifError, BifHead


def whole(pictures: list[bytes], interval_ms: int = 2000) -> bytes:
    return bif.front([len(one) for one in pictures], interval_ms) + b"".join(pictures)


def read(data: bytes) -> tuple[BifHead, list[bytes]]:
    head = bif.read_head(data)
    places = bif.read_index(head, data[bif.HEAD_BYTES :], len(data))
    return head, [data[begin:end] for begin, end in places]


def test_the_bytes_are_those_of_the_format() -> None:
    data = whole([b"first", b"second!"])
    assert data[:8] == bytes.fromhex("894249460d0a1a0a")
    assert data[8:20] == bytes.fromhex("00000000 02000000 d0070000".replace(" ", ""))
    assert data[20:64] == bytes(44)
    # 64 bytes of head and three entries of 8: the first picture begins at 88
    assert data[64:88] == bytes.fromhex("00000000 58000000 01000000 5d000000 ffffffff 64000000".replace(" ", ""))
    assert data[88:] == b"firstsecond!"


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 2**31))
def test_what_is_written_is_read(pictures: list[bytes], interval_ms: int) -> None:
    head, found = read(whole(pictures, interval_ms))
    assert found == pictures
    assert (head.count, head.interval_ms) == (len(pictures), interval_ms)


@given(st.binary(max_size=200), st.integers(0, 7))
def test_no_bytes_lead_out_of_the_file(noise: bytes, count: int) -> None:
    data = whole([b"x"] * count)[:64] + noise
    try:
        _, found = read(data)
    except BifError:
        return
    assert sum(map(len, found)) <= len(data)


def test_what_is_none_and_what_is_cut_off() -> None:
    good = whole([b"first", b"second"])
    for wrong in (b"", good[:63], b"x" + good[1:], good[:8] + b"\x01" + good[9:], good[:70], good[:-1]):
        with pytest.raises(BifError):
            read(wrong)


@pytest.mark.parametrize(
    ("offset_ms", "place"), [(0, 0), (1999, 0), (2000, 1), (5999, 2), (6000, 2), (10**12, 2), (-5, 0)]
)
def test_the_picture_of_a_moment_is_the_last_that_is_not_later(offset_ms: int, place: int) -> None:
    assert bif.place_at(BifHead(count=3, interval_ms=2000), offset_ms) == place
