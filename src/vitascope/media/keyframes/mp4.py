"""Key frames in the tables of MP4 and QuickTime files (ISO/IEC 14496-12).

``stss`` numbers the sync samples, ``stts`` and ``ctts`` give their times; a fragmented file may have a ``sidx``
(8.16.3) or an ``mfra`` at its end (8.8.10). Times are those of the media, in the units of the track: what an edit list
does to them is for the caller to see. Sizes are not believed, tables are bounded, and nothing but tables is read.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitascope.media.probe.mp4 import Boxes
from vitascope.media.probe.opening import Reads

Times = NDArray[np.int64]
_MAX_BOXES = 20_000
_MOST_SAMPLES = 2_000_000
_MAX_TABLE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What was found for one track."""

    timescale: int
    times: Times


def read_index(window: Reads, track_id: int) -> Index | None:
    """The sync samples of a track by their media times, growing; ``None`` without an index."""
    return _Walk(window, track_id).run()


@dataclass(slots=True, kw_only=True)
class _Tables:
    timescale: int = 0
    stss: Times | None = None
    stts: Times | None = None
    ctts: Times | None = None


class _Walk:
    def __init__(self, window: Reads, track_id: int) -> None:
        self._window = window
        self._track_id = track_id
        self._walk = Boxes(window, _MAX_BOXES)

    def run(self) -> Index | None:
        tables: _Tables | None = None
        sidx: Index | None = None
        fragmented = False
        for kind, start, end in self._boxes(0, self._window.size):
            if kind == b"moov":
                tables = self._movie(start, end)
            elif kind == b"sidx" and sidx is None:
                sidx = self._sidx(start, end)
            elif kind == b"moof":
                fragmented = True
                break
            elif kind == b"mdat" and tables is not None:
                break
        if tables is None or not tables.timescale:
            return None
        if not fragmented:
            times = _of_tables(tables)
            return None if times is None else Index(timescale=tables.timescale, times=times)
        if sidx is not None:
            return sidx
        times = self._mfra()
        return None if times is None else Index(timescale=tables.timescale, times=times)

    def _boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """Kind, and where the content begins and ends."""
        for kind, content, after in self._walk.within(start, end):
            yield kind, content, min(after, end)

    def _movie(self, start: int, end: int) -> _Tables | None:
        for kind, inner, inner_end in self._boxes(start, end):
            if kind == b"trak":
                tables = _Tables()
                if self._track(tables, inner, inner_end) == self._track_id:
                    return tables
        return None

    def _track(self, tables: _Tables, start: int, end: int) -> int:
        track_id = 0
        for kind, inner, inner_end in self._boxes(start, end):
            match kind:
                case b"tkhd":
                    data = self._window.get(inner, 24)
                    if len(data) == 24:
                        (track_id,) = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)
                    if track_id != self._track_id:
                        return track_id
                case b"mdhd":
                    data = self._window.get(inner, 24)
                    if len(data) == 24:
                        (tables.timescale,) = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)
                case b"mdia" | b"minf" | b"stbl":
                    self._track(tables, inner, inner_end)
                case b"stss":
                    tables.stss = self._table(inner, inner_end, ">u4", 1)
                case b"stts":
                    tables.stts = self._table(inner, inner_end, ">u4", 2)
                case b"ctts":
                    # Offsets of version 0 are unsigned, but everybody writes and reads them with a sign.
                    tables.ctts = self._table(inner, inner_end, ">i4", 2)
        return track_id or self._track_id

    def _table(self, start: int, end: int, form: str, columns: int) -> Times | None:
        """A table of ``columns`` with version, flags and count before it; ``None`` for one that is cut."""
        count = int.from_bytes(self._window.get(start + 4, 4), "big")
        size = count * columns * 4
        if size > min(end - start - 8, _MAX_TABLE_BYTES):
            return None
        data = self._window.get(start + 8, size) if size else b""
        if len(data) < size:
            return None
        return np.frombuffer(data, dtype=form).astype(np.int64).reshape(count, columns)

    def _sidx(self, start: int, end: int) -> Index | None:
        """A flat segment index of this track whose subsegments begin with key frames."""
        data = self._window.get(start, min(end - start, _MAX_TABLE_BYTES))
        if len(data) < 32:
            return None
        version = data[0]
        reference, timescale = struct.unpack_from(">II", data, 4)
        if reference != self._track_id or not timescale:
            return None
        (time,) = struct.unpack_from(">Q" if version else ">I", data, 12)
        place = 28 if version else 20
        (count,) = struct.unpack_from(">H", data, place + 2)
        if len(data) < place + 4 + 12 * count or not count:
            return None
        rows = np.frombuffer(data, dtype=">u4", count=3 * count, offset=place + 4).astype(np.int64).reshape(count, 3)
        hierarchical, begins_with_key = rows[:, 0] >> 31, rows[:, 2] >> 31
        if hierarchical.any() or not begins_with_key.all():
            return None
        times = time + np.concatenate(([0], np.cumsum(rows[:-1, 1])))
        return Index(timescale=timescale, times=times)

    def _mfra(self) -> Times | None:
        """The random access points that a fragmented file lists at its end."""
        size = self._window.size
        tail = self._window.get(size - 16, 16)
        if len(tail) < 16 or tail[4:8] != b"mfro":
            return None
        start = size - int.from_bytes(tail[12:16], "big")
        for kind, inner, inner_end in self._boxes(max(0, start), size):
            if kind != b"mfra":
                return None
            for entry, place, place_end in self._boxes(inner, inner_end):
                if entry == b"tfra":
                    times = self._tfra(place, place_end)
                    if times is not None:
                        return times
        return None

    def _tfra(self, start: int, end: int) -> Times | None:
        data = self._window.get(start, min(end - start, _MAX_TABLE_BYTES))
        if len(data) < 16:
            return None
        track_id, sizes, count = struct.unpack_from(">III", data, 4)
        if track_id != self._track_id:
            return None
        width = 8 if data[0] else 4
        row = 2 * width + sum((sizes >> shift & 3) + 1 for shift in (4, 2, 0))
        if len(data) < 16 + row * count:
            return None
        rows = np.frombuffer(data, dtype=np.uint8, count=row * count, offset=16).reshape(count, row)[:, :width]
        return np.ascontiguousarray(rows).view(f">u{width}").astype(np.int64).reshape(count)


def _of_tables(tables: _Tables) -> Times | None:
    if tables.stts is None or not len(tables.stts):
        return None
    counts, deltas = tables.stts[:, 0], tables.stts[:, 1]
    total = int(counts.sum())
    # Without the table every sample is a sync sample.
    samples = np.arange(min(total, _MOST_SAMPLES)) if tables.stss is None else tables.stss[:, 0] - 1
    if not len(samples) or samples.min() < 0 or samples.max() >= total:
        return None
    ends = np.cumsum(counts)
    run = np.searchsorted(ends, samples, side="right")
    run_times = np.concatenate(([0], np.cumsum(counts * deltas)))
    times = run_times[run] + (samples - (ends - counts)[run]) * deltas[run]
    if tables.ctts is not None and len(tables.ctts):
        offset_ends = np.cumsum(tables.ctts[:, 0])
        if int(offset_ends[-1]) < total:
            return None
        times = times + tables.ctts[np.searchsorted(offset_ends, samples, side="right"), 1]
    return np.sort(times)
