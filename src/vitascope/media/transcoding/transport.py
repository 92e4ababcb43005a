"""MPEG transport streams (ISO/IEC 13818-1) of one segment each, that join as if one multiplexer had written them.

libav writes packets, tables first. Its continuity counters begin at 0 in each run, so a segment is given a whole number
of rounds of 16 packets on each PID: the next one then goes on where it ends, whoever makes it. The begin of the file
lies at :data:`BEGIN_US`; decode times follow from the file alone (:mod:`.samples`).
"""

import io
from fractions import Fraction
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from vitascope.core.playback.renditions import BEGIN_US
from vitascope.media.transcoding.samples import Cut, Reel
from vitascope.media.workers.failure import MediaError, Reason

_CLOCK = 90_000
_PACKET = 188
_PES_HEADER = 19
"""Bytes of the header of a PES packet at most, as libav writes it."""
_TABLES = 0x1000
_STREAM_PID = 0x0100
_OPTIONS = {
    "mpegts_copyts": "1",
    "mpegts_start_pid": str(_STREAM_PID),
    "mpegts_pmt_start_pid": str(_TABLES),
    "pes_payload_size": "0",
    "pat_period": "3600",
    "sdt_period": "3600",
    "fflags": "+bitexact",
}


def segment(reel: Reel, cut: Cut) -> bytes:
    """One segment: tables, then the packets of the stream."""
    shown = np.array([_ticks(sample.us) for sample in cut.samples], dtype=np.int64)
    decoded = reel.decode_times(shown, _CLOCK) if reel.is_video else shown
    buffer = io.BytesIO()
    try:
        with av.open(buffer, "w", format="mpegts", container_options=_OPTIONS) as output:
            stream = output.add_stream_from_template(reel.stream, opaque=True)
            for sample, pts, dts in zip(cut.samples, shown.tolist(), decoded.tolist(), strict=True):
                packet = sample.packet
                packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, _CLOCK), pts, dts
                output.mux(packet)
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(Reason.DAMAGED, f"no transport stream can be made of it: {error}") from error
    return continued(buffer.getvalue())


def _ticks(time_us: int) -> int:
    return ((time_us + BEGIN_US) * 9 + 50) // 100


# --- continuity ------------------------------------------------------------------------------------------------

Packets = NDArray[np.uint8]


def continued(data: bytes) -> bytes:
    """The same packets, as many more on each PID as make whole rounds of the counter, which is written anew.

    Tables are repeated for that; of a stream, packets that are full become two that are half full.
    """
    packets = np.frombuffer(data, dtype=np.uint8)
    if len(packets) % _PACKET:
        raise MediaError(Reason.ERROR, "a transport stream of broken packets")
    packets = packets.reshape(-1, _PACKET).copy()
    pids = _pids(packets)
    made = packets
    for pid in np.unique(pids):
        missing = -int(np.count_nonzero(pids == pid)) % 16
        if not missing:
            continue
        made = _repeated(made, int(pid), missing) if pid != _STREAM_PID else _divided(made, missing)
    pids = _pids(made)
    for pid in np.unique(pids):
        places = np.nonzero(pids == pid)[0]
        made[places, 3] = (made[places, 3] & 0xF0) | (np.arange(len(places)) & 0x0F).astype(np.uint8)
    return made.tobytes()


def _pids(packets: Packets) -> Any:
    return (packets[:, 1].astype(np.int32) & 0x1F) << 8 | packets[:, 2]


def _repeated(packets: Packets, pid: int, count: int) -> Packets:
    """A table again, at the end of the tables that begin the segment."""
    pids = _pids(packets)
    table = packets[np.nonzero(pids == pid)[0][:1]]
    first = int(np.argmax(pids == _STREAM_PID)) if (pids == _STREAM_PID).any() else len(packets)
    return np.concatenate([packets[:first], np.repeat(table, count, axis=0), packets[first:]])


def _divided(packets: Packets, count: int) -> Packets:
    """The last packets of the stream, each in parts, so that there are ``count`` more."""
    pieces: list[Packets] = []
    end = len(packets)
    for place in np.nonzero(_pids(packets) == _STREAM_PID)[0][::-1]:
        if not count:
            break
        parts = _parts(packets[place], count + 1)
        pieces += [packets[place + 1 : end], parts]
        count -= len(parts) - 1
        end = place
    return np.concatenate([packets[:end], *pieces[::-1]])


def _parts(packet: Packets, most: int) -> Packets:
    """A packet as several with parts of its payload; the rest of each is stuffing in the adaptation field."""
    field = packet[5 : 5 + int(packet[4])] if packet[3] & 0x20 else packet[:0]
    payload = packet[4 + (1 + len(field) if packet[3] & 0x20 else 0) :]
    # The header of a PES packet stays in one piece.
    least = _PES_HEADER if packet[1] & 0x40 else 1
    count = min(most, 1 + len(payload) - least)
    if count < 2 or not packet[3] & 0x10:
        return packet[None]
    first = max(least, len(payload) // count)
    made = np.full((count, _PACKET), 0xFF, dtype=np.uint8)
    for number, part in enumerate([payload[:first], *np.array_split(payload[first:], count - 1)]):
        one = made[number]
        one[:4] = packet[:4]
        one[1] &= 0xBF if number else 0xFF  # only the first begins a PES packet
        one[3] |= 0x20
        one[4] = _PACKET - 5 - len(part)
        kept = field if not number else packet[:0]
        one[5] = 0
        one[5 : 5 + len(kept)] = kept
        one[_PACKET - len(part) :] = part
    return made
