"""Fragmented MP4 (ISO/IEC 14496-12): read with a fragment for each frame, written with one for each segment.

Decode times follow from the times of presentation alone: these in growing order, less a delay that is the same in every
run and for every encoder; so they grow across the segments of any runs. (The encoder's own begin anew with each run,
wrong where pictures lie at uneven times.) What is written lies :data:`BEGIN_US` later than in the file, so that none is
negative. (Offsets below 0, which ``trun`` allows as well, are shown late by libav and so by half of all players.)
"""

import struct
from collections.abc import Iterator, Sequence

from vitascope.core.playback.renditions import BEGIN_US
from vitascope.media.transcoding.outputs.frames import CutError, Frame

MOST_BYTES = 256 << 20
"""Of a box; no frame is as large."""
_NOT_SYNC = 0x10000
_STYP = struct.pack(">I4s4sI12s", 28, b"styp", b"msdh", 0, b"msdhmsixcmfs")
_SYNC_FLAGS, _OTHER_FLAGS = 0x02000000, 0x01010000


class FragmentReader:
    """Bytes in any portions; :meth:`feed` gives the frames that are whole by then."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._samples: list[tuple[int, int, int, bool, int]] = []
        self._header: list[bytes] = []
        self.header: bytes | None = None
        """The initialisation segment, once it has come."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._buffer += data
        at = 0
        try:
            while len(self._buffer) - at >= 8:
                size, kind = struct.unpack_from(">I4s", self._buffer, at)
                if not 8 <= size <= MOST_BYTES:
                    raise CutError(f"a box of {size} bytes")
                if len(self._buffer) - at < size:
                    break
                body = bytes(self._buffer[at + 8 : at + size])
                if kind == b"mdat":
                    yield from self._frames(body)
                else:
                    self._take(kind, body, bytes(self._buffer[at : at + size]))
                at += size
        finally:
            del self._buffer[:at]

    def _take(self, kind: bytes, body: bytes, whole: bytes) -> None:
        if kind == b"moof":
            self._samples = list(_samples(body))
        elif kind in (b"ftyp", b"moov") and self.header is None:
            self._header.append(whole)
            if kind == b"moov":
                self.header = b"".join(self._header)

    def _frames(self, body: bytes) -> Iterator[Frame]:
        at = 0
        for pts, dts, duration, key, size in self._samples:
            if at + size > len(body):
                raise CutError("a frame is longer than its box")
            yield Frame(pts, dts, duration, key, body[at : at + size])
            at += size
        self._samples = []


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while len(data) - at >= 8:
        size, kind = struct.unpack_from(">I4s", data, at)
        if not 8 <= size <= len(data) - at:
            raise CutError("a box is longer than the one around it")
        yield kind, data[at + 8 : at + size]
        at += size


def _samples(moof: bytes) -> Iterator[tuple[int, int, int, bool, int]]:
    """Times of presentation and decoding, duration, is it a key frame, size: of each frame of a fragment."""
    try:
        for kind, traf in _boxes(moof):
            if kind != b"traf":
                continue
            defaults, decode_time = (0, 0, 0), 0
            for inner, body in _boxes(traf):
                if inner == b"tfhd":
                    defaults = _defaults(body)
                elif inner == b"tfdt":
                    decode_time = struct.unpack_from(">q" if body[0] else ">i", body, 4)[0]
                elif inner == b"trun":
                    for sample in _run(body, defaults, decode_time):
                        yield sample
                        decode_time += sample[2]
    except (struct.error, IndexError) as error:
        raise CutError("a fragment ends too early") from error


def _defaults(body: bytes) -> tuple[int, int, int]:
    """Duration, size and flags."""
    flags, at = int.from_bytes(body[1:4], "big"), 8
    at += (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    found = []
    for bit in (0x8, 0x10, 0x20):
        found.append(struct.unpack_from(">I", body, at)[0] if flags & bit else 0)
        at += 4 if flags & bit else 0
    return found[0], found[1], found[2]


def _run(body: bytes, defaults: tuple[int, int, int], decode_time: int) -> Iterator[tuple[int, int, int, bool, int]]:
    flags = int.from_bytes(body[1:4], "big")
    count, at = struct.unpack_from(">I", body, 4)[0], 8
    if count > 100_000:
        raise CutError(f"a fragment of {count} frames")
    at += 4 if flags & 0x1 else 0
    first_flags = struct.unpack_from(">I", body, at)[0] if flags & 0x4 else None
    at += 4 if flags & 0x4 else 0
    for number in range(count):
        duration, size, sample_flags = defaults
        if number == 0 and first_flags is not None:
            sample_flags = first_flags
        offset = 0
        if flags & 0x100:
            duration, at = struct.unpack_from(">I", body, at)[0], at + 4
        if flags & 0x200:
            size, at = struct.unpack_from(">I", body, at)[0], at + 4
        if flags & 0x400:
            sample_flags, at = struct.unpack_from(">I", body, at)[0], at + 4
        if flags & 0x800:
            offset, at = struct.unpack_from(">i" if body[0] else ">I", body, at)[0], at + 4
        yield decode_time + offset, decode_time, duration, not sample_flags & _NOT_SYNC, size
        decode_time += duration


# --- written ---------------------------------------------------------------------------------------------------


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)


def _decode_times(frames: Sequence[Frame], delay: int) -> list[int]:
    shown = sorted(frame.pts for frame in frames)
    times: list[int] = []
    for frame, place in zip(reversed(frames), reversed(shown), strict=True):
        # Never after it is shown, however long the pictures before it stand.
        latest = min(place - delay, frame.pts)
        times.append(min(latest, times[-1] - 1) if times else latest)
    return times[::-1]


def fragment(number: int, start: int, frames: Sequence[Frame], timescale: int, *, delay: int) -> bytes:
    """A segment of these frames, in the order of their decoding; ``start`` is its time when there are none."""
    times = _decode_times(frames, delay)
    entries = []
    for at, frame in enumerate(frames):
        duration = times[at + 1] - times[at] if at + 1 < len(times) else frame.duration
        flags = _SYNC_FLAGS if frame.key else _OTHER_FLAGS
        entries.append(struct.pack(">IIIi", duration, len(frame.data), flags, frame.pts - times[at]))
    decode_time = (times[0] if times else start) + BEGIN_US * timescale // 1_000_000

    def moof(data_offset: int) -> bytes:
        run = struct.pack(">IIi", 1 << 24 | 0xF01, len(entries), data_offset) + b"".join(entries)
        traf = _box(
            b"traf",
            _box(b"tfhd", struct.pack(">II", 0x020000, 1)),
            _box(b"tfdt", struct.pack(">IQ", 1 << 24, decode_time)),
            _box(b"trun", run),
        )
        return _box(b"moof", _box(b"mfhd", struct.pack(">II", 0, number + 1)), traf)

    head = moof(len(moof(0)) + 8)
    return b"".join([_STYP, head, _box(b"mdat", *(frame.data for frame in frames))])
