"""MPEG-TS (ISO/IEC 13818-1): one stream, read unit by unit, written as segments that begin with PAT and PMT.

Counters of continuity go on from one segment to the next, whichever runs made them: the packets of a segment are a
multiple of sixteen (some are divided in two), so that every segment begins at 0.
"""

from collections.abc import Iterator, Sequence

from vitascope.core.playback.renditions import BEGIN_US
from vitascope.core.playback.timing import TICKS
from vitascope.media.transcoding.outputs.frames import CutError, Frame

PACKET = 188
_SYNC = 0x47
_DELAY = BEGIN_US * TICKS // 1_000_000
_WRAP = 1 << 33
MOST_BYTES = 256 << 20


class TransportReader:
    """Packets in any portions; :meth:`feed` gives the units that are whole, :meth:`end` the last one.

    ``near`` is a time (ticks from the begin of the file) that no unit is far from: the clock has 33 bits.
    """

    header: bytes | None = None

    def __init__(self, near: int) -> None:
        self._near = near
        self._buffer = bytearray()
        self._unit = bytearray()
        self._pts = 0
        self._key = False
        self._pmt_pid: int | None = None
        self._pid: int | None = None
        self.tables: dict[int, bytes] = {}
        """The packets of PAT and PMT, by their PID."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._buffer += data
        whole = len(self._buffer) // PACKET * PACKET
        packets, self._buffer = bytes(self._buffer[:whole]), self._buffer[whole:]
        for at in range(0, whole, PACKET):
            yield from self._packet(packets[at : at + PACKET])

    def end(self) -> Iterator[Frame]:
        if self._unit:
            yield self._frame()

    def _frame(self) -> Frame:
        frame = Frame(self._pts, self._pts, 0, self._key, bytes(self._unit))
        self._unit.clear()
        return frame

    def _packet(self, packet: bytes) -> Iterator[Frame]:
        if packet[0] != _SYNC:
            raise CutError("the transport stream is out of step")
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        begins = bool(packet[1] & 0x40)
        if pid == 0:
            section = _payload(packet)
            if len(section) > 12:
                self._pmt_pid = (section[10] & 0x1F) << 8 | section[11]
                self.tables[0] = packet
        elif pid == self._pmt_pid:
            section = _payload(packet)
            if len(section) > 15:
                # There is one stream; descriptors of the programme may lie before it.
                at = 12 + ((section[10] & 0x0F) << 8 | section[11])
                if len(section) > at + 2:
                    self._pid = (section[at + 1] & 0x1F) << 8 | section[at + 2]
                    self.tables[1] = packet
        elif pid == self._pid:
            if begins:
                if self._unit:
                    yield self._frame()
                self._pts = self._time(packet)
                self._key = bool(packet[3] & 0x20 and packet[4] and packet[5] & 0x40)
            if begins or self._unit:
                self._unit += packet
            if len(self._unit) > MOST_BYTES:
                raise CutError("a unit without end")

    def _time(self, packet: bytes) -> int:
        payload = _payload(packet)
        if len(payload) < 14 or payload[:3] != b"\0\0\1" or not payload[7] & 0x80:
            raise CutError("a unit without a time")
        field = payload[9:14]
        pts = (field[0] >> 1 & 7) << 30 | field[1] << 22 | field[2] >> 1 << 15 | field[3] << 7 | field[4] >> 1
        return (pts - _DELAY - self._near + _WRAP // 2) % _WRAP - _WRAP // 2 + self._near


def _payload(packet: bytes) -> bytes:
    """Without the header, and without what a section's pointer skips."""
    at = 4
    if packet[3] & 0x20:
        at = 5 + packet[4]
    payload = packet[at:]
    if packet[1] & 0x40 and payload and payload[:3] != b"\0\0\1":
        return payload[1 + payload[0] :]
    return payload


def segment(number: int, tables: Sequence[bytes], frames: Sequence[Frame]) -> bytes:
    """PAT, PMT and the units, with the counters set."""
    packets = []
    for frame in frames:
        packets += [frame.data[at : at + PACKET] for at in range(0, len(frame.data), PACKET)]
    packets = _filled(packets)
    counted = [_counted(table, number) for table in tables]
    counter = -1
    for packet in packets:
        counter += _carries(packet)
        counted.append(_counted(packet, counter))
    return b"".join(counted)


def _carries(packet: bytes) -> bool:
    """It has a payload; only such packets are counted."""
    return bool(packet[3] & 0x10)


def _counted(packet: bytes, counter: int) -> bytes:
    return packet[:3] + bytes([packet[3] & 0xF0 | counter & 0x0F]) + packet[4:]


def _filled(packets: list[bytes]) -> list[bytes]:
    """The same in a multiple of sixteen packets, as far as there is something to divide."""
    missing = -sum(map(_carries, packets)) % 16
    while missing:
        filled: list[bytes] = []
        for packet in packets:
            parts = _divided(packet) if missing else (packet,)
            filled += parts
            missing -= len(parts) - 1
        if len(filled) == len(packets):
            break
        packets = filled
    return packets


def _divided(packet: bytes) -> tuple[bytes, ...]:
    """A packet as two, each with half of the payload; itself when it has too little."""
    at = 5 + packet[4] if packet[3] & 0x20 else 4
    payload = packet[at:]
    if not _carries(packet) or len(payload) < 2:
        return (packet,)
    half = len(payload) // 2
    first = _stuffed(packet[1], packet, packet[5:at], payload[:half])
    return first, _stuffed(packet[1] & ~0x40, packet, b"", payload[half:])


def _stuffed(second_byte: int, packet: bytes, field: bytes, payload: bytes) -> bytes:
    """A packet with an adaptation field that fills what the payload leaves."""
    length = PACKET - 5 - len(payload)
    field = (field or b"\0").ljust(length, b"\xff")
    return bytes([packet[0], second_byte, packet[2], packet[3] & 0xC0 | 0x30, length]) + field + payload
