"""The checks of ``tests.support.streams`` find what is wrong: segments and playlists are spoiled one way at a time."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.clips import clip
from tests.support.streams import (
    Invalid,
    check_against_grid,
    check_complete,
    check_header,
    check_media_playlist,
    check_multivariant,
    check_same_times,
    check_segments,
)

from vitascope.core.playback.grid import Grid, key_frame_grid
from vitascope.core.playback.renditions import SegmentFormat
from vitascope.media.keyframes.indexes import from_index
from vitascope.media.transcoding.copy_tasks import CutArgs
from vitascope.media.transcoding.cutting import made

PATH = clip("film.mp4")
GRID = key_frame_grid(from_index(str(PATH), 0).times_us, 13_013_000, target_us=3_000_000)


def segments_of(form: SegmentFormat, grid: Grid = GRID, path: Path = PATH, index: int = 0) -> list[bytes]:
    return [
        made(
            CutArgs(
                path=bytes(path),
                stream_index=index,
                format=form,
                target="",
                number=number,
                start_us=grid.start_us(number),
                end_us=grid.start_us(number + 1),
                last=number == len(grid) - 1,
            )
        )
        for number in range(len(grid))
    ]


HEADER = made(CutArgs.header(bytes(PATH), 0, SegmentFormat.FMP4, ""))
FMP4 = segments_of(SegmentFormat.FMP4)
TS = segments_of(SegmentFormat.MPEGTS)


def changed(data: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """With ``value`` so many bytes after the first place of ``mark``."""
    at = data.index(mark) + offset
    return data[:at] + value + data[at + len(value) :]


def bumped(data: bytes, mark: bytes, offset: int, form: str, by: int) -> bytes:
    (value,) = struct.unpack_from(form, data, data.index(mark) + offset)
    return changed(data, mark, offset, struct.pack(form, value + by))


TFDT, TRUN = b"tfdt", b"trun"
SPOILED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a segment is missing": (lambda all_: [all_[0], all_[2]], "late|key frame"),
    "a segment comes twice": (lambda all_: [all_[0], all_[0]], "sequence number|go back|before its segment"),
    "a run begins a frame later": (lambda all_: [all_[0], bumped(all_[1], TFDT, 8, ">Q", 1001)], "hole"),
    "a run begins a frame earlier": (lambda all_: [all_[0], bumped(all_[1], TFDT, 8, ">Q", -1001)], "hole|go back"),
    "a duration is off": (lambda all_: [bumped(all_[0], TRUN, 16, ">I", 7), all_[1]], "hole"),
    "no key frame first": (lambda all_: [all_[0], changed(all_[1], TRUN, 24, b"\x01\x01\x00\x00")], "key frame"),
    "a size is off": (lambda all_: [bumped(all_[0], TRUN, 20, ">I", 1)], "mdat"),
    "an offset is off": (lambda all_: [bumped(all_[0], TRUN, 12, ">i", -4)], "mdat"),
    "bytes at the end": (lambda all_: [all_[0] + b"\0\0\0"], "after the last box"),
    "cut short": (lambda all_: [all_[0][:-100]], "box"),
    "decoded after it is shown": (lambda all_: [bumped(all_[0], TRUN, 28, ">i", -4004)], "decoded|at once"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_spoiled_fragments(what: str) -> None:
    spoil, why = SPOILED[what]
    with pytest.raises(Invalid, match=why):
        check_segments(spoil(list(FMP4)), GRID, header=HEADER)


def counter(data: bytes) -> bytes:
    """With another continuity counter in the last packet."""
    at = len(data) - 188 + 3
    return data[:at] + bytes([data[at] & 0xF0 | (data[at] + 5) & 0x0F]) + data[at + 1 :]


SPOILED_TS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a segment is missing": (lambda all_: [all_[0], all_[2]], "late|key frame"),
    "a segment comes twice": (lambda all_: [all_[0], all_[0]], "goes back"),
    "no tables": (
        lambda all_: [
            b"".join(
                all_[0][at : at + 188]
                for at in range(0, len(all_[0]), 188)
                if all_[0][at + 1 : at + 3] not in (b"\x40\x00", b"\x50\x00")
            )
        ],
        "tables",
    ),
    "a packet is missing": (lambda all_: [all_[0][: 188 * 60] + all_[0][188 * 61 :]], "counter|says"),
    "a counter jumps": (lambda all_: [counter(all_[0]), all_[1]], "counter"),
    "half a packet": (lambda all_: [all_[0][:-90]], "whole packets"),
    "a table is damaged": (lambda all_: [changed(all_[0], b"\x47\x50\x00", 18, b"\xee")], "checksum|programme"),
}


@pytest.mark.parametrize("what", SPOILED_TS)
def test_spoiled_transport_streams(what: str) -> None:
    spoil, why = SPOILED_TS[what]
    with pytest.raises(Invalid, match=why):
        check_segments(spoil(list(TS)), GRID, video=True)


def test_what_is_right_passes() -> None:
    for samples in (check_segments(FMP4, GRID, header=HEADER), check_segments(TS, GRID, video=True)):
        check_complete(samples, PATH, 0)
        check_same_times(samples, PATH, 0)
    check_segments(FMP4[2:], GRID, header=HEADER, first=2)
    check_segments(TS[2:], GRID, video=True, first=2)


def test_samples_that_are_lost_doubled_or_other() -> None:
    samples = check_segments(FMP4, GRID, header=HEADER)
    for wrong in (
        samples[:-1],
        samples[1:],
        [*samples, samples[-1]],
        [*samples[:5], samples[6], *samples[5:6], *samples[7:]],
    ):
        with pytest.raises(Invalid):
            check_complete(wrong, PATH, 0)
    for wrong in (samples[:-1], [*samples, samples[-1]]):
        with pytest.raises(Invalid):
            check_same_times(wrong, PATH, 0)


def test_a_header_with_an_edit_list_or_samples() -> None:
    check_header(HEADER)
    with pytest.raises(Invalid, match="samples"):
        check_header(HEADER + FMP4[0])
    edits = struct.pack(">I4s", 8, b"edts")
    at = HEADER.index(b"trak") - 4
    (size,) = struct.unpack_from(">I", HEADER, at)
    grown = HEADER[:at] + struct.pack(">I", size + 8) + HEADER[at + 4 : at + size] + edits + HEADER[at + size :]
    movie = grown.index(b"moov") - 4
    (size,) = struct.unpack_from(">I", grown, movie)
    with pytest.raises(Invalid, match="edit list"):
        check_header(grown[:movie] + struct.pack(">I", size + 8) + grown[movie + 4 :])


GOOD = (
    "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    '#EXT-X-MAP:URI="header.mp4"\n#EXTINF:3.000000,\n0.m4s\n#EXTINF:2.500000,\n1.m4s\n#EXT-X-ENDLIST\n'
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("#EXTM3U\n", ""),
        GOOD.replace("DURATION:3", "DURATION:2"),
        GOOD.replace("VERSION:6", "VERSION:5"),
        GOOD.replace('"header.mp4"', "header.mp4"),
        GOOD.replace("3.000000", "three"),
        GOOD.replace("#EXTINF:2.500000,\n", ""),
        GOOD.replace("1.m4s", "1.m4s\r"),
        GOOD.replace("1.m4s\n", "1.m4s\n\n"),
        GOOD + "#EXTINF:1.0,\n2.m4s\n",
        GOOD.replace("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-NONSENSE"),
    ],
)
def test_spoiled_media_playlists(text: str) -> None:
    check_media_playlist(GOOD)
    with pytest.raises((Invalid, ValueError)):
        check_media_playlist(text)


def test_a_playlist_that_differs_from_its_grid() -> None:
    playlist = check_media_playlist(GOOD)
    check_against_grid(playlist, Grid(starts_us=(0, 3_000_000), end_us=5_500_000, on_key_frames=True))
    for grid in (
        Grid(starts_us=(0, 3_000_000), end_us=5_600_000, on_key_frames=True),
        Grid(starts_us=(0, 3_000_000, 4_000_000), end_us=5_500_000, on_key_frames=True),
    ):
        with pytest.raises(Invalid):
            check_against_grid(playlist, grid)
    with pytest.raises(Invalid, match="discontinuity"):
        check_against_grid(
            check_media_playlist(GOOD.replace("#EXTINF:2.5", "#EXT-X-DISCONTINUITY\n#EXTINF:2.5")),
            Grid(starts_us=(0, 3_000_000), end_us=5_500_000, on_key_frames=True),
        )


MASTER = (
    '#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=YES,AUTOSELECT=YES,URI="a"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS="avc1.640028,mp4a.40.2",AUDIO="a"\nv/index.m3u8\n'
)


@pytest.mark.parametrize(
    "text",
    [
        MASTER.replace('AUDIO="a"', 'AUDIO="b"'),
        MASTER.replace("BANDWIDTH=100", "BANDWIDTH=0"),
        MASTER.replace('NAME="English"', 'NAME="Eng"lish"'),
        MASTER.replace('NAME="English"', 'NAME="English",NAME="Twice"'),
        MASTER.replace("v/index.m3u8\n", ""),
        MASTER.replace("AUTOSELECT=YES", "AUTOSELECT=NO"),
        MASTER.replace("#EXT-X-MEDIA", "#EXT-X-MEDIUM"),
    ],
)
def test_spoiled_multivariant_playlists(text: str) -> None:
    check_multivariant(MASTER)
    with pytest.raises((Invalid, KeyError)):
        check_multivariant(text)
