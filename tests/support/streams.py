"""Checks what players get: playlists and segments, as strictly as their standards are written.

What it is for, and how::

    header, segments = ...                         # bytes, as a client gets them
    samples = check_segments(segments, grid, header=header)          # fragmented MP4
    samples = check_segments(segments, grid, first=7)                # MPEG-TS, segments 7 and following
    check_complete(samples, source_path, stream_index)               # copied: packet by packet that of the file
    check_same_times(samples, source_path, stream_index)             # converted at the file's own rate

:func:`check_segments` reads every segment and raises :class:`Invalid` when a box or packet is malformed, a segment of
video does not begin with a key frame, decode times have a hole or go back (within segments, across them, and across
runs: hand in the segments of several runs as a player would get them), continuity counters or clocks of a transport
stream jump, the tables are not first, a sample is presented outside its segment of the grid by more than a frame, or
a segment is longer or shorter than the grid says by more than a frame. It answers the samples, whose times are
microseconds after the begin of the file (:data:`BEGIN_US` is taken off).

:func:`check_header` reads an initialisation segment. :func:`check_media_playlist` and :func:`check_multivariant` parse
playlists (RFC 8216) and answer what they say; :func:`check_against_grid` holds a media playlist against its grid.
"""

import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import BEGIN_US

TICKS = 90_000
SEAM_US = 1_000
"""What the last sample of a run may be off by where times are whole milliseconds: it does not know the next."""
_TS_BYTES = 188
_START_CODE = re.compile(rb"\x00\x00\x01")


class Invalid(AssertionError):
    """What a player gets is wrong; the text says what and where."""


def _require(holds: object, what: str) -> None:
    if not holds:
        raise Invalid(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A picture or a frame of sound; times in microseconds after the begin of the file."""

    shown_us: int
    decoded_us: int
    key: bool
    data: bytes
    duration_us: int | None = None
    """``None`` in a transport stream, which does not say it."""
    annex_b: bool = False
    """Its units have start codes before them, not lengths."""


# --- fragmented MP4 (ISO/IEC 14496-12) -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """An initialisation segment."""

    timescale: int
    handler: str
    """``vide``, ``soun``."""
    entry: str
    """``avc1``, ``hvc1``, ``mp4a``, …"""


def boxes(data: bytes, what: str) -> Iterator[tuple[str, bytes]]:
    """The boxes in ``data``, which they fill exactly."""
    at = 0
    while at < len(data):
        _require(at + 8 <= len(data), f"{what}: {len(data) - at} bytes after the last box")
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            start += 8
        _require(size >= start - at and at + size <= len(data), f"{what}: box {kind!r} of {size} bytes")
        yield kind.decode("latin-1"), data[start : at + size]
        at += size


def _only(data: bytes, what: str, *path: str) -> bytes:
    for name in path:
        found = [content for kind, content in boxes(data, what) if kind == name]
        _require(len(found) == 1, f"{what}: {len(found)} boxes {name}")
        data = found[0]
    return data


def check_header(data: bytes) -> Header:
    """One track, no samples, no edit list, the boxes a player needs."""
    kinds = [kind for kind, _ in boxes(data, "header")]
    _require(kinds[0] == "ftyp" and kinds.count("moov") == 1, f"header: its boxes are {kinds}")
    _require("moof" not in kinds and "mdat" not in kinds, "header: there are samples in it")
    movie = _only(data, "header", "moov")
    names = [kind for kind, _ in boxes(movie, "header")]
    _require(names.count("trak") == 1 and names.count("mvex") == 1, f"header: moov has {names}")
    track = _only(movie, "header", "trak")
    _require("edts" not in [kind for kind, _ in boxes(track, "header")], "header: an edit list shifts the times")
    head = _only(track, "header", "mdia", "mdhd")
    (timescale,) = struct.unpack_from(">I", head, 20 if head[0] == 1 else 12)
    handler = _only(track, "header", "mdia", "hdlr")[8:12].decode("latin-1")
    description = _only(track, "header", "mdia", "minf", "stbl", "stsd")
    entries = list(boxes(description[8:], "header: stsd"))
    _require(len(entries) == 1, f"header: {len(entries)} sample entries")
    for table in ("stts", "stsc", "stco"):
        content = _only(track, "header", "mdia", "minf", "stbl", table)
        _require(content[4:8] == bytes(4), f"header: {table} has entries")
    return Header(timescale=timescale, handler=handler, entry=entries[0][0])


def read_fragment(data: bytes, header: Header, what: str) -> tuple[int, list[Sample]]:
    """The sequence number and the samples of one media segment; decode times and durations fit exactly."""
    kinds = [kind for kind, _ in boxes(data, what)]
    _require(
        [kind for kind in kinds if kind in ("moof", "mdat")] == ["moof", "mdat"] * kinds.count("moof"),
        f"{what}: {kinds}",
    )
    _require(kinds.count("moof") >= 1, f"{what}: no fragment in it")
    samples: list[Sample] = []
    number, at, ends = -1, 0, None
    for kind, content in boxes(data, what):
        if kind == "moof":
            (number_here,) = struct.unpack_from(">I", _only(content, what, "mfhd"), 4)
            _require(number_here > number, f"{what}: sequence numbers {number}, {number_here}")
            number = number_here
            made, ends_here = _track_fragment(data, at, content, header, what)
            _require(ends is None or ends == made[0][0], f"{what}: fragments do not follow each other")
            samples += [sample for _, sample in made]
            ends = ends_here
        at += len(content) + 8
    return number, samples


def _track_fragment(
    data: bytes, moof_at: int, moof: bytes, header: Header, what: str
) -> tuple[list[tuple[int, Sample]], int]:
    track = _only(moof, what, "traf")
    tfhd = _only(track, what, "tfhd")
    flags = int.from_bytes(tfhd[1:4], "big")
    _require(flags & 0x020000, f"{what}: offsets do not count from the fragment (default-base-is-moof)")
    place = 8
    place += 8 if flags & 1 else 0
    place += 4 if flags & 2 else 0
    defaults: dict[int, int] = {}
    for bit in (0x08, 0x10, 0x20):
        if flags & bit:
            (defaults[bit],) = struct.unpack_from(">I", tfhd, place)
            place += 4
    tfdt = _only(track, what, "tfdt")
    (time,) = struct.unpack_from(">Q", tfdt, 4) if tfdt[0] == 1 else struct.unpack_from(">I", tfdt, 4)
    made: list[tuple[int, Sample]] = []
    mdat_at = moof_at + len(moof) + 8
    (mdat_bytes,) = struct.unpack_from(">I", data, mdat_at)
    offset = None
    for kind, trun in boxes(track, what):
        if kind != "trun":
            continue
        bits = int.from_bytes(trun[1:4], "big")
        (count,) = struct.unpack_from(">I", trun, 4)
        place = 8
        if bits & 1:
            offset = moof_at + struct.unpack_from(">i", trun, place)[0]
            place += 4
        _require(offset is not None, f"{what}: nobody says where the samples lie")
        first_flags = None
        if bits & 4:
            (first_flags,) = struct.unpack_from(">I", trun, place)
            place += 4
        for index in range(count):
            fields: dict[int, int] = {}
            for bit, form in ((0x100, ">I"), (0x200, ">I"), (0x400, ">I"), (0x800, ">i" if trun[0] else ">I")):
                if bits & bit:
                    (fields[bit],) = struct.unpack_from(form, trun, place)
                    place += 4
            duration = fields.get(0x100, defaults.get(0x08))
            size = fields.get(0x200, defaults.get(0x10))
            _require(duration is not None and size is not None, f"{what}: a sample without duration or size")
            assert duration is not None
            assert size is not None
            assert offset is not None
            own = fields.get(0x400, first_flags if index == 0 and first_flags is not None else defaults.get(0x20, 0))
            _require(mdat_at + 8 <= offset and offset + size <= mdat_at + mdat_bytes, f"{what}: a sample outside mdat")
            shown = time + fields.get(0x800, 0)
            made.append(
                (
                    time,
                    Sample(
                        shown_us=_us(shown, header.timescale),
                        decoded_us=_us(time, header.timescale),
                        duration_us=_us(time + duration, header.timescale) - _us(time, header.timescale),
                        key=not own & 0x00010000,
                        data=data[offset : offset + size],
                    ),
                )
            )
            offset += size
            time += duration
        _require(place == len(trun), f"{what}: trun has {len(trun)} bytes and says {place}")
    _require(made, f"{what}: a fragment without samples")
    _require(offset == mdat_at + mdat_bytes, f"{what}: bytes in mdat that are no sample's")
    return made, time


def _us(ticks: int, scale: int) -> int:
    return (2 * ticks * 1_000_000 + scale) // (2 * scale) - BEGIN_US


# --- MPEG transport streams (ISO/IEC 13818-1) ----------------------------------------------------------------------


@dataclass(slots=True)
class TransportReader:
    """Reads segments one after the other as one stream, as a player does."""

    counters: dict[int, int] = field(default_factory=dict)
    clock: int | None = None
    """The last clock reference, in 27 MHz."""

    def read(self, data: bytes, what: str) -> list[Sample]:
        """The samples of the next segment, one for each PES packet."""
        _require(data and len(data) % _TS_BYTES == 0, f"{what}: {len(data)} bytes are no whole packets")
        programme: int | None = None
        stream: tuple[int, int] | None = None
        units: list[tuple[bool, bytearray]] = []
        for at in range(0, len(data), _TS_BYTES):
            packet = data[at : at + _TS_BYTES]
            _require(packet[0] == 0x47, f"{what}: no sync byte at {at}")
            _require(not packet[1] & 0x80, f"{what}: a packet marked as broken")
            _require(packet[3] & 0xC0 == 0, f"{what}: a scrambled packet")
            pid = (packet[1] & 0x1F) << 8 | packet[2]
            if pid == 0x1FFF:
                continue
            start, random_access = 4, False
            if packet[3] & 0x20:
                length = packet[4]
                _require(length <= 183, f"{what}: an adaptation field of {length} bytes")
                start = 5 + length
                if length:
                    random_access = bool(packet[5] & 0x40)
                    _require(not packet[5] & 0x80, f"{what}: a discontinuity that no playlist declares")
                    if packet[5] & 0x10:
                        self._clock(packet[6:12], what)
            if not packet[3] & 0x10:
                continue
            expected = (self.counters[pid] + 1) % 16 if pid in self.counters else packet[3] & 0x0F
            _require(packet[3] & 0x0F == expected, f"{what}: counter {packet[3] & 15} of PID {pid} is not {expected}")
            self.counters[pid] = packet[3] & 0x0F
            payload = packet[start:]
            if pid == 0:
                programme = self._associations(payload, what)
            elif pid == programme:
                stream = self._programme(payload, what)
            elif stream is not None and pid == stream[0]:
                if packet[1] & 0x40:
                    units.append((random_access, bytearray()))
                _require(units, f"{what}: it begins within a PES packet")
                units[-1][1].extend(payload)
            else:
                _require(pid in (0x11, 0x14), f"{what}: PID {pid} before the tables name it")
        _require(stream is not None, f"{what}: no tables")
        _require(units, f"{what}: no samples")
        return [_unit(key, bytes(unit), what) for key, unit in units]

    def _clock(self, raw: bytes, what: str) -> None:
        base = int.from_bytes(raw[:5], "big") >> 7
        clock = base * 300 + ((raw[4] & 1) << 8 | raw[5])
        _require(self.clock is None or clock > self.clock, f"{what}: the clock goes back from {self.clock} to {clock}")
        self.clock = clock

    def _section(self, payload: bytes, table: int, what: str) -> bytes:
        section = payload[1 + payload[0] :]
        _require(section[0] == table, f"{what}: table {section[0]} instead of {table}")
        length = (section[1] & 0x0F) << 8 | section[2]
        whole = section[: 3 + length]
        _require(_crc(whole) == 0, f"{what}: table {table} has a wrong checksum")
        return whole

    def _associations(self, payload: bytes, what: str) -> int:
        section = self._section(payload, 0, what)
        _require(len(section) == 16, f"{what}: more than one programme")
        return (section[10] & 0x1F) << 8 | section[11]

    def _programme(self, payload: bytes, what: str) -> tuple[int, int]:
        section = self._section(payload, 2, what)
        at = 12 + ((section[10] & 0x0F) << 8 | section[11])
        _require(at + 5 <= len(section) - 4, f"{what}: a programme of nothing")
        return (section[at + 1] & 0x1F) << 8 | section[at + 2], section[at]


def _unit(key: bool, pes: bytes, what: str) -> Sample:
    _require(pes[:3] == b"\0\0\1", f"{what}: a PES packet without its start code")
    length = int.from_bytes(pes[4:6], "big")
    _require(not length or length == len(pes) - 6, f"{what}: a PES packet of {len(pes) - 6} bytes says {length}")
    _require(pes[7] & 0x80, f"{what}: a PES packet without a time")
    shown = _stamp(pes[9:14])
    decoded = _stamp(pes[14:19]) if pes[7] & 0x40 else shown
    video = pes[3] & 0xF0 == 0xE0
    return Sample(
        shown_us=_us(shown, TICKS),
        decoded_us=_us(decoded, TICKS),
        key=key if video else True,
        data=pes[9 + pes[8] :],
        annex_b=True,
    )


def _stamp(raw: bytes) -> int:
    return (raw[0] >> 1 & 7) << 30 | raw[1] << 22 | (raw[2] >> 1) << 15 | raw[3] << 7 | raw[4] >> 1


def _crc(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


# --- segments of a rendition ---------------------------------------------------------------------------------------


def check_segments(
    segments: Sequence[bytes],
    grid: Grid,
    *,
    header: bytes | None = None,
    first: int = 0,
    video: bool | None = None,
    frame_us: int | None = None,
) -> list[Sample]:
    """The samples of segments ``first`` and following; ``header``: they are fragmented MP4, else a transport stream.

    ``video`` is known from a header. ``frame_us`` is how long a picture or a frame of sound is at most; by default it
    is the longest distance between two.
    """
    head = check_header(header) if header is not None else None
    video = head.handler == "vide" if head is not None else bool(video)
    transport = TransportReader()
    found: list[list[Sample]] = []
    for offset, data in enumerate(segments):
        what = f"segment {first + offset}"
        if head is not None:
            sequence, samples = read_fragment(data, head, what)
            _require(sequence >= first + offset, f"{what}: sequence number {sequence}")
        else:
            samples = transport.read(data, what)
        _require(not video or samples[0].key, f"{what}: it does not begin with a key frame")
        found.append(samples)
    together = [sample for samples in found for sample in samples]
    frame_us = frame_us or _frame_us(together)
    for offset, samples in enumerate(found):
        _check_place(samples, grid, first + offset, frame_us, video=video)
    for samples in found:
        _check_decoding(samples, frame_us)
    rounded = all(sample.shown_us % 1_000 == 0 for sample in together)
    for before, after in pairwise(found):
        _check_decoding([before[-1], after[0]], frame_us, allowed_us=SEAM_US if rounded else 2)
    return together


def _frame_us(samples: Sequence[Sample]) -> int:
    """The distance between two that is usual; a little more, since times are rounded."""
    times = sorted(sample.shown_us for sample in samples)
    distances = sorted(after - before for before, after in pairwise(times))
    return distances[len(distances) * 9 // 10] + 1_000 if distances else 100_000


def _check_place(samples: Sequence[Sample], grid: Grid, number: int, frame_us: int, *, video: bool) -> None:
    what = f"segment {number}"
    shown = sorted(sample.shown_us for sample in samples)
    start, end = grid.start_us(number), grid.start_us(number + 1)
    _require(len(set(shown)) == len(shown), f"{what}: two samples are presented at once")
    if number:
        late = shown[0] - start
        _require(late <= frame_us, f"{what}: it begins {late} us late")
        # Pictures that lead to an open key frame are shown before it.
        earliest = start - (8 * frame_us if video else 1)
        _require(shown[0] >= earliest, f"{what}: a sample is presented {start - shown[0]} us before its segment")
    if video and number:
        off = abs(samples[0].shown_us - start)
        _require(off <= frame_us, f"{what}: its key frame is {off} us from the start that the grid says")
    last = number == len(grid) - 1
    if not last:
        _require(shown[-1] < end + 1, f"{what}: a sample is presented {shown[-1] - end} us after the segment")
        missing = end - (shown[-1] + frame_us)
        allowed = 8 * frame_us if video else frame_us
        _require(missing <= allowed, f"{what}: the last {missing} us are missing")


def _check_decoding(samples: Sequence[Sample], frame_us: int, *, allowed_us: int = 2) -> None:
    for before, after in pairwise(samples):
        at = f"at {after.decoded_us / 1e6:.3f} s"
        _require(after.decoded_us > before.decoded_us - 1, f"decode times go back {at}")
        if before.duration_us is not None:
            gap = after.decoded_us - before.decoded_us - before.duration_us
            _require(abs(gap) <= allowed_us, f"a hole of {gap} us in the decode times {at}")
        else:
            gap = after.decoded_us - before.decoded_us
            _require(gap <= 4 * frame_us, f"a hole of {gap} us in the decode times {at}")
    for sample in samples:
        early = sample.decoded_us - sample.shown_us
        _require(early <= 1, f"a sample is decoded {early} us after it is shown, at {sample.shown_us / 1e6:.3f} s")


# --- against the file ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of the file: when it is presented (as :class:`Sample`), and what is in it."""

    shown_us: int
    digest: bytes


def source_packets(path: Path, stream_index: int) -> list[Packet]:
    """All packets of a stream in decoding order, read from one end to the other."""
    with av.open(str(path)) as container:
        stream = container.streams[stream_index]
        base, origin = stream.time_base, container.start_time or 0
        assert base is not None
        codec = stream.codec_context.codec.canonical_name
        annex_b = not (stream.codec_context.extradata or b"").startswith(b"\x01")
        found = []
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None:
                ticks = 2 * packet.pts * base.numerator * 1_000_000 + base.denominator
                found.append(
                    Packet(ticks // (2 * base.denominator) - origin, digest(bytes(packet), codec, annex_b=annex_b))
                )
    return found


def check_complete(samples: Sequence[Sample], path: Path, stream_index: int, *, tolerance_us: int = 20) -> None:
    """Every packet of the file is there once, in the order of the file, at its time and with its bytes."""
    expected = source_packets(path, stream_index)
    with av.open(str(path)) as container:
        codec = container.streams[stream_index].codec_context.codec.canonical_name
    got = [digest(sample.data, codec, annex_b=sample.annex_b) for sample in samples]
    wanted = [packet.digest for packet in expected]
    if got != wanted:
        place = next(
            (n for n, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), min(len(got), len(wanted))
        )
        raise Invalid(f"{len(got)} samples of {len(wanted)}; the first that differs is number {place}")
    for number, (sample, packet) in enumerate(zip(samples, expected, strict=True)):
        off = abs(sample.shown_us - packet.shown_us)
        _require(off <= tolerance_us, f"sample {number} is presented {off} us from its time in the file")


def check_same_times(samples: Sequence[Sample], path: Path, stream_index: int, *, tolerance_us: int = 1_000) -> None:
    """For each packet of the file one sample at its time: what is made anew at the rate of the file."""
    expected = sorted(packet.shown_us for packet in source_packets(path, stream_index))
    got = sorted(sample.shown_us for sample in samples)
    _require(len(got) == len(expected), f"{len(got)} samples of {len(expected)}")
    for number, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
        _require(abs(mine - theirs) <= tolerance_us, f"sample {number} is at {mine} us, in the file at {theirs}")


def digest(data: bytes, codec: str, *, annex_b: bool) -> bytes:
    """Of what is coded in a sample: of pictures the slices whatever is between them, of AAC without its header."""
    made = hashlib.blake2b(digest_size=12)
    if codec in ("h264", "hevc"):
        for unit in _units(data, annex_b=annex_b):
            kind = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
            if (1 <= kind <= 5) if codec == "h264" else kind < 32:
                made.update(unit)
    elif codec == "aac" and data[:1] == b"\xff" and data[1] & 0xF6 == 0xF0:
        made.update(data[7 if data[1] & 1 else 9 :])
    else:
        made.update(data)
    return made.digest()


def _units(data: bytes, *, annex_b: bool) -> Iterator[bytes]:
    """NAL units, by start codes or by lengths."""
    if annex_b:
        places = [found.start() for found in _START_CODE.finditer(data)]
        for start, end in pairwise([*places, len(data)]):
            unit = data[start + 3 : end].rstrip(b"\0")
            if unit:
                yield unit
        return
    at = 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        _require(at + 4 + length <= len(data), "a unit is longer than its sample")
        unit = data[at + 4 : at + 4 + length].rstrip(b"\0")
        if unit:
            yield unit
        at += 4 + length


# --- playlists (RFC 8216) ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A segment in a media playlist."""

    uri: str
    duration_us: int
    discontinuity: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """What a media playlist says."""

    version: int
    target_s: int
    map_uri: str | None
    complete: bool
    independent: bool
    segments: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multivariant:
    """What a multivariant playlist says."""

    variants: tuple[tuple[dict[str, str], str], ...]
    media: tuple[dict[str, str], ...]
    independent: bool


_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)(?:,|$)')
_QUOTED = {"URI", "CODECS", "GROUP-ID", "NAME", "LANGUAGE", "AUDIO", "SUBTITLES", "CHARACTERISTICS", "CHANNELS"}


def attributes(text: str) -> dict[str, str]:
    """An attribute list (section 4.2), strictly; texts without their quotes."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            raise Invalid(f"no attribute list: {text[at:]!r}")
        name, value = match[1], match[2]
        _require(name not in found, f"{name} is said twice")
        _require(value.startswith('"') == (name in _QUOTED), f"{name}={value}: quotes")
        found[name] = value.strip('"')
        at = match.end()
    return found


def _lines(text: str) -> list[str]:
    _require(text.startswith("#EXTM3U\n"), "it does not begin with #EXTM3U")
    _require(text.endswith("\n"), "its last line has no end")
    lines = text.split("\n")[1:-1]
    _require(all(line and line == line.strip() for line in lines), "an empty line, or spaces around one")
    _require(not re.search(r"[\x00-\x09\x0b-\x1f\x7f\ufeff]", text), "control characters")
    return lines


def check_media_playlist(text: str) -> MediaPlaylist:
    """A media playlist."""
    version, target, map_uri, complete, independent = 1, None, None, False, False
    segments: list[Listed] = []
    duration: int | None = None
    discontinuity = False
    for line in _lines(text):
        _require(not complete, "something after #EXT-X-ENDLIST")
        tag, _, value = line.partition(":")
        match tag:
            case "#EXT-X-VERSION":
                version = int(value)
            case "#EXT-X-TARGETDURATION":
                target = int(value)
            case "#EXT-X-MAP":
                map_uri = attributes(value)["URI"]
            case "#EXT-X-ENDLIST":
                complete = True
            case "#EXT-X-INDEPENDENT-SEGMENTS":
                independent = True
            case "#EXT-X-DISCONTINUITY":
                discontinuity = True
            case "#EXTINF":
                found = re.fullmatch(r"(\d+)(?:\.(\d{1,6}))?,(.*)", value)
                if found is None:
                    raise Invalid(f"no duration: {line}")
                duration = int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0"))
            case "#EXT-X-START":
                _require(float(attributes(value)["TIME-OFFSET"]) >= 0, line)
            case "#EXT-X-PLAYLIST-TYPE":
                _require(value in ("VOD", "EVENT"), line)
            case "#EXT-X-MEDIA-SEQUENCE":
                _require(not segments, "#EXT-X-MEDIA-SEQUENCE after a segment")
            case _:
                _require(not line.startswith("#EXT"), f"an unknown tag {line}")
                if not line.startswith("#"):
                    if duration is None:
                        raise Invalid(f"{line} has no duration")
                    segments.append(Listed(uri=line, duration_us=duration, discontinuity=discontinuity))
                    duration, discontinuity = None, False
    if target is None:
        raise Invalid("no #EXT-X-TARGETDURATION")
    for one in segments:
        _require(round(one.duration_us / 1_000_000) <= target, f"{one.uri} is longer than the target duration")
    _require(map_uri is None or version >= 6, "#EXT-X-MAP needs version 6")
    _require(version >= 3, "durations with a fraction need version 3")
    return MediaPlaylist(
        version=version,
        target_s=target,
        map_uri=map_uri,
        complete=complete,
        independent=independent,
        segments=tuple(segments),
    )


def check_against_grid(playlist: MediaPlaylist, grid: Grid) -> None:
    """It is complete and says exactly the segments of the grid, without a discontinuity."""
    _require(playlist.complete, "it is not complete")
    _require(len(playlist.segments) == len(grid), f"{len(playlist.segments)} segments of {len(grid)}")
    for number, one in enumerate(playlist.segments):
        off = abs(one.duration_us - grid.duration_us(number))
        _require(off <= 1, f"segment {number} differs from the grid by {off} us")
        _require(not one.discontinuity, f"a discontinuity at segment {number}")


def check_multivariant(text: str) -> Multivariant:
    """A multivariant playlist: every group that is named is there, has one default at most, names that differ."""
    variants: list[tuple[dict[str, str], str]] = []
    media: list[dict[str, str]] = []
    independent = False
    awaited: dict[str, str] | None = None
    for line in _lines(text):
        tag, _, value = line.partition(":")
        if awaited is not None:
            _require(not line.startswith("#"), f"a variant without its address: {line}")
            variants.append((awaited, line))
            awaited = None
        elif tag == "#EXT-X-STREAM-INF":
            awaited = attributes(value)
            _require(int(awaited["BANDWIDTH"]) > 0, "a variant without a bandwidth")
        elif tag == "#EXT-X-MEDIA":
            media.append(attributes(value))
        elif tag == "#EXT-X-INDEPENDENT-SEGMENTS":
            independent = True
        else:
            _require(tag == "#EXT-X-VERSION" or not line.startswith("#EXT"), f"an unknown tag {line}")
            _require(line.startswith("#"), f"an address of nothing: {line}")
    _require(awaited is None, "the last variant has no address")
    _require(variants, "no variants")
    names = {(one["TYPE"], one["GROUP-ID"], one["NAME"]) for one in media}
    _require(len(names) == len(media), "two renditions of one group have one name")
    for kind in ("AUDIO", "SUBTITLES"):
        groups = {one["GROUP-ID"] for one in media if one["TYPE"] == kind}
        for variant, uri in variants:
            _require(variant.get(kind) is None or variant[kind] in groups, f"{uri} names no group of {kind}")
        for group in groups:
            of_group = [one for one in media if one["TYPE"] == kind and one["GROUP-ID"] == group]
            _require(sum(one.get("DEFAULT") == "YES" for one in of_group) <= 1, f"two defaults in {group}")
            _require(any(variant.get(kind) == group for variant, _ in variants), f"nobody names {group}")
    for one in media:
        _require(
            one.get("DEFAULT") != "YES" or one.get("AUTOSELECT") == "YES", "a default that is not selected by itself"
        )
        _require(one["TYPE"] != "SUBTITLES" or one.get("URI"), "subtitles without an address")
    return Multivariant(variants=tuple(variants), media=tuple(media), independent=independent)
