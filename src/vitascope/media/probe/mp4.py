"""A walk over the boxes of an MP4 or QuickTime file, for what libav does not tell.

That is: the order of index and data (can playback start before the end has arrived?), 64-bit offsets, rotation,
extended language tags, track titles, and the Dolby Vision configuration (ISO/IEC 14496-12; Dolby Vision Streams
Within the ISO Base Media File Format). It also notes where the long sample tables are: a film of two hours has half a
million samples, and libav spends 25 ms on an index of them that a probe never uses (see :mod:`container`).

Boxes are only looked at by header; nothing is believed about sizes, and the number of steps is bounded.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from vitascope.media.probe.dovi import DolbyVision, parse_configuration
from vitascope.media.probe.opening import Reads

MAX_BOXES = 4096
_VISUAL_ENTRY_BYTES = 78
LONG_TABLE = 8192
"""Entries; shorter tables are not worth the trouble, and those of chapter tracks must stay whole."""


@dataclass(slots=True, kw_only=True)
class Mp4Track:
    track_id: int = 0
    rotation: int = 0
    """Degrees clockwise by which the picture is turned for display."""
    language_tag: str | None = None
    title: str | None = None
    dolby_vision: DolbyVision | None = None


@dataclass(slots=True, kw_only=True)
class Mp4Layout:
    """What the walk found."""

    index_first: bool = False
    has_64bit_offsets: bool = False
    truncated: bool = False
    """A box is longer than the file."""
    duration_ms: int | None = None
    """Of the presentation, as the movie header says it."""
    tracks: dict[int, Mp4Track] = field(default_factory=dict)
    long_tables: list[int] = field(default_factory=list)
    """Where the entry counts of the long sample tables are."""


def read_layout(window: Reads) -> Mp4Layout:
    """Walk the file. Never raises for its content."""
    return _Walk(window).run()


class Boxes:
    """Boxes by their headers; ``most`` of them, all walks together."""

    def __init__(self, window: Reads, most: int) -> None:
        self._window = window
        self._left = most

    def within(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """Kind, where the content begins, and where the box ends by its own word: behind ``end``, if it lies."""
        while start + 8 <= end and self._left > 0:
            self._left -= 1
            header = self._window.get(start, 16)
            if len(header) < 8:
                return
            size, kind = struct.unpack_from(">I4s", header)
            content = start + 8
            if size == 1 and len(header) == 16:
                (size,) = struct.unpack_from(">Q", header, 8)
                content += 8
            elif size == 0:
                size = end - start
            if size < content - start:
                return
            yield kind, content, start + size
            start += size


class _Walk:
    def __init__(self, window: Reads) -> None:
        self._window = window
        self._walk = Boxes(window, MAX_BOXES)
        self._layout = Mp4Layout()

    def run(self) -> Mp4Layout:
        layout = self._layout
        data_at: int | None = None
        index_at: int | None = None
        for kind, start, end in self._boxes(0, self._window.size, top=True):
            if kind in {b"mdat", b"moof"} and data_at is None:
                data_at = start
            elif kind == b"moov" and index_at is None:
                index_at = start
                self._index(start, end)
            if data_at is not None and index_at is not None:
                break
        layout.index_first = index_at is not None and (data_at is None or index_at < data_at)
        return layout

    def _boxes(self, start: int, end: int, *, top: bool = False) -> Iterator[tuple[bytes, int, int]]:
        """Kind, and where the content begins and ends."""
        for kind, content, after in self._walk.within(start, end):
            if top and after > end:
                self._layout.truncated = True
            yield kind, content, min(after, end)

    def _index(self, start: int, end: int) -> None:
        for kind, inner, inner_end in self._boxes(start, end):
            if kind == b"trak":
                track = Mp4Track()
                self._track(track, inner, inner_end)
                self._layout.tracks[track.track_id] = track
            elif kind == b"mvhd":
                self._movie_header(self._window.get(inner, 32))

    def _movie_header(self, data: bytes) -> None:
        if len(data) < 32:
            return
        scale, duration = struct.unpack_from(">IQ", data, 20) if data[0] == 1 else struct.unpack_from(">II", data, 12)
        if scale and duration not in {0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}:
            self._layout.duration_ms = round(duration * 1000 / scale)

    def _track(self, track: Mp4Track, start: int, end: int) -> None:
        for kind, inner, inner_end in self._boxes(start, end):
            match kind:
                case b"tkhd":
                    self._track_header(track, self._window.get(inner, 84))
                case b"mdia" | b"minf" | b"stbl" | b"udta":
                    self._track(track, inner, inner_end)
                case b"elng":
                    track.language_tag = _text(self._window.get(inner + 4, min(inner_end - inner - 4, 64)))
                case b"name":
                    track.title = _text(self._window.get(inner, min(inner_end - inner, 512)))
                case b"co64":
                    self._layout.has_64bit_offsets = True
                case b"stsz" | b"ctts" | b"stss":
                    self._sample_table(kind, inner)
                case b"stsd":
                    self._sample_entries(track, inner + 8, inner_end)

    def _track_header(self, track: Mp4Track, data: bytes) -> None:
        if len(data) < 84:
            return
        wide = data[0] == 1
        (track.track_id,) = struct.unpack_from(">I", data, 20 if wide else 12)
        matrix = data[52 if wide else 40 :]
        a, b = struct.unpack_from(">ii", matrix)
        c, d = struct.unpack_from(">ii", matrix, 12)
        one = 1 << 16
        track.rotation = {
            (0, one, -one, 0): 90,
            (-one, 0, 0, -one): 180,
            (0, -one, one, 0): 270,
        }.get((a, b, c, d), 0)

    def _sample_table(self, kind: bytes, start: int) -> None:
        """Sizes have a field more before their count; when all are equal there is no table."""
        header = self._window.get(start, 12)
        place = 4
        if kind == b"stsz":
            if header[4:8] != bytes(4):
                return
            place = 8
        if int.from_bytes(header[place : place + 4], "big") > LONG_TABLE:
            self._layout.long_tables.append(start + place)

    def _sample_entries(self, track: Mp4Track, start: int, end: int) -> None:
        for _, inner, inner_end in self._boxes(start, end):
            for kind, detail, detail_end in self._boxes(inner + _VISUAL_ENTRY_BYTES, inner_end):
                if kind in {b"dvcC", b"dvvC", b"dvwC"}:
                    track.dolby_vision = parse_configuration(self._window.get(detail, detail_end - detail))
            return


def _text(raw: bytes) -> str | None:
    text = raw.split(b"\0")[0].decode("utf-8", "replace").strip()
    return text or None
