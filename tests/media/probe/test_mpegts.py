"""Dolby Vision in transport streams: no muxer at hand writes the descriptor, so it is put in by hand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.samples import dolby_record, sample

from vitascope.media.probe import probe_file
from vitascope.media.probe.mpegts import dolby_streams
from vitascope.media.probe.opening import MediaFile

PROGRAM_MAP = 0x1000
"""Where ffmpeg puts it."""


def checksum(data: bytes) -> bytes:
    """CRC-32 as MPEG writes it."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value.to_bytes(4, "big")


def with_descriptor(data: bytes, descriptor: bytes) -> bytes:
    """The stream with the descriptor on the only stream of its program map, wherever the map is repeated."""
    made = bytearray(data)
    for place in range(0, len(data), 188):
        if (data[place + 1] & 0x1F) << 8 | data[place + 2] != PROGRAM_MAP:
            continue
        start = place + 5
        length = int.from_bytes(data[start + 1 : start + 3], "big") & 0xFFF
        section = bytearray(data[start : start + 3 + length - 4]) + descriptor
        section[1:3] = (0xB000 | length + len(descriptor)).to_bytes(2, "big")
        info_at = 12 + (int.from_bytes(section[10:12], "big") & 0xFFF) + 3
        old = int.from_bytes(section[info_at : info_at + 2], "big") & 0xFFF
        section[info_at : info_at + 2] = (0xF000 | old + len(descriptor)).to_bytes(2, "big")
        whole = bytes(section) + checksum(bytes(section))
        made[start : start + len(whole)] = whole
    return bytes(made)


@pytest.mark.parametrize("wide", [False, True], ids=["ts", "m2ts"])
def test_base_layer_with_its_metadata(tmp_path: Path, wide: bool) -> None:
    record = dolby_record(8, 6, rpu=True, el=False, bl=True, compat=1)[:5]
    data = with_descriptor(sample("hdr10.ts").read_bytes(), bytes([0xB0, len(record)]) + record)
    if wide:
        data = b"".join(bytes(4) + data[place : place + 188] for place in range(0, len(data), 188))
    path = tmp_path / "dolby.ts"
    path.write_bytes(data)
    found = probe_file(str(path)).streams[0]
    assert (found.codec, found.dovi_present, found.dovi_profile, found.dovi_level) == ("hevc", True, 8, 6)
    assert (found.dovi_bl_compat_id, found.dovi_rpu_present, found.dovi_el_present) == (1, True, False)


def test_an_enhancement_layer_names_its_base(tmp_path: Path) -> None:
    record = dolby_record(7, 6, rpu=True, el=True, bl=False, compat=0)[:4] + b"\xf0\x11\x60"
    path = tmp_path / "dolby.ts"
    path.write_bytes(with_descriptor(sample("hdr10.ts").read_bytes(), bytes([0xB0, len(record)]) + record))
    found = probe_file(str(path)).streams[0]
    assert (found.dovi_profile, found.dovi_bl_present, found.dovi_bl_compat_id) == (7, False, 6)


def test_without_a_descriptor() -> None:
    assert not probe_file(str(sample("hdr10.ts"))).streams[0].dovi_present


class Bytes:
    def __init__(self, data: bytes) -> None:
        self.head = data

    def read_at(self, offset: int, count: int, /) -> bytes:
        return self.head[offset : offset + count]


PROGRAMS = b"\x47\x40\x00\x10\x00\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01\xf0\x00".ljust(188, b"\xff")


@given(st.binary(max_size=180))
def test_nothing_makes_it_raise(data: bytes) -> None:
    for packets in (data, b"\x47" + data, PROGRAMS + (b"\x47\x50\x00\x10" + data).ljust(188, b"\0")):
        assert isinstance(dolby_streams(Bytes(packets)), dict)


def test_the_descriptor_is_found_by_identifier(tmp_path: Path) -> None:
    record = dolby_record(5, 3, rpu=True, el=False, bl=True, compat=0)[:5]
    path = tmp_path / "dolby.ts"
    path.write_bytes(with_descriptor(sample("hdr10.ts").read_bytes(), bytes([0xB0, len(record)]) + record))
    with MediaFile(str(path)) as file:
        assert {number: vision.profile for number, vision in dolby_streams(file).items()} == {0x100: 5}
