"""Fragmented MP4 (ISO/IEC 14496-12, CMAF 23000-19): the header of a rendition, and its segments.

The header is libav's, which knows the sample entry of every codec; the fragments are written here, since their decode
times have to follow from the file alone (:mod:`.samples`). The begin of the file lies at :data:`BEGIN_US`, so that
there is neither an edit list nor a negative offset, which players based on libav take for a shift of the picture; times
of presentation are exactly those of the file, and where one run ends the next begins.
"""

import io
import re
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import av.error
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream

from vitascope.core.playback.renditions import BEGIN_US
from vitascope.media.transcoding.samples import Cut, Reel
from vitascope.media.workers.failure import MediaError, Reason

_STYP = struct.pack(">I4s4sI8s", 24, b"styp", b"msdh", 0, b"msdhiso6")
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
_LEAST_SCALE = 1000
_SNAP = 0.0011
"""Seconds by which the times of sound may be off in a container that counts milliseconds."""
_START_CODE = re.compile(rb"\x00\x00\x01")
_OPTIONS = {
    "movflags": "empty_moov+delay_moov+default_base_moof+frag_custom+skip_trailer",
    "use_editlist": "0",
    "write_tmcd": "0",
    "fflags": "+bitexact",
    "strict": "unofficial",
}


def timescale(reel: Reel) -> int:
    """The units per second of a rendition's times: those of the file, and samples for sound."""
    if isinstance(reel.stream, AudioStream):
        return reel.stream.codec_context.sample_rate or 48_000
    scale = reel.timeline.denominator
    return scale if scale >= _LEAST_SCALE else scale * -(-_LEAST_SCALE // scale)


def header(reel: Reel) -> bytes:
    """``ftyp`` and ``moov`` of a stream; the same for every run. Raises :class:`MediaError`."""
    buffer = io.BytesIO()
    packet = reel.first_packet()
    options = dict(_OPTIONS)
    if reel.is_video:
        options["video_track_timescale"] = str(timescale(reel))
    try:
        with av.open(buffer, "w", format="mp4", container_options=options) as output:
            stream = output.add_stream_from_template(reel.stream, opaque=True)
            if reel.codec == "hevc":
                stream.codec_context.codec_tag = "hvc1"
            if _in_adts(reel):
                stream.codec_context.extradata = _audio_configuration(bytes(packet))
                packet = Packet(_without_adts(bytes(packet)))
            # A header says nothing about times.
            packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, timescale(reel)), 0, 0
            output.mux(packet)
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(Reason.DAMAGED, f"no header can be made of it: {error}") from error
    return b"".join(data for kind, data in _boxes(buffer.getvalue()) if kind in {b"ftyp", b"moov"})


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8:
            break
        found.append((kind, data[at : at + size]))
        at += size
    return found


def segment(reel: Reel, cut: Cut, number: int) -> bytes:
    """One segment: ``styp``, ``moof``, ``mdat``; without samples ``styp`` alone."""
    if not cut.samples:
        return _STYP
    payload = _payloads(reel, cut)
    begin, columns = _video_times(reel, cut) if reel.is_video else _audio_times(reel, cut)
    table = np.empty((len(payload), columns.shape[1] + 1), dtype=">u4")
    table[:, 0] = columns[:, 0]
    table[:, 1] = [len(data) for data in payload]
    table[:, 2:] = columns[:, 1:] & 0xFFFFFFFF
    # duration and size; of pictures also flags and composition offset
    flags = 0x000F01 if reel.is_video else 0x000301
    fragment = _fragment(number, begin, table.tobytes(), len(payload), flags)
    data_bytes = sum(map(len, payload))
    mdat = struct.pack(">I4s", data_bytes + 8, b"mdat")
    if data_bytes + 8 >= 1 << 32:
        raise MediaError(Reason.TOO_LARGE, "a segment of more than 4 GiB")
    return b"".join((_STYP, fragment, mdat, *payload))


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _fragment(number: int, begin: int, table: bytes, count: int, flags: int) -> bytes:
    default = _NOT_SYNC if flags & 0x400 else _SYNC
    tfhd = _box(b"tfhd", struct.pack(">III", 0x020020, 1, default))
    tfdt = _box(b"tfdt", struct.pack(">IQ", 0x01000000, begin))
    mfhd = _box(b"mfhd", struct.pack(">II", 0, number + 1))
    # moof, mfhd, traf, tfhd, tfdt, trun: all sizes are known but that of the table
    moof_bytes = 8 + len(mfhd) + 8 + len(tfhd) + len(tfdt) + 20 + len(table)
    trun = _box(b"trun", struct.pack(">IIi", 0x01000000 | flags, count, moof_bytes + 8), table)
    return _box(b"moof", mfhd, _box(b"traf", tfhd, tfdt, trun))


# --- times -----------------------------------------------------------------------------------------------------

Times = tuple[int, Any]
"""The decode time of the first sample, and for each its duration; of pictures flags and composition offset as well."""


def _video_times(reel: Reel, cut: Cut) -> Times:
    scale = timescale(reel)
    shown = _scaled(reel, [sample.stamp for sample in cut.samples], scale)
    decoded = reel.decode_times(shown, scale)
    # The next segment is decoded from when its first picture is shown, less the same delay.
    following = None if cut.next_stamp is None else _scaled(reel, [cut.next_stamp], scale) - reel.delay(scale)
    flags = [_SYNC if sample.packet.is_keyframe else _NOT_SYNC for sample in cut.samples]
    durations = _durations(decoded, following, _usual(reel, cut))
    columns = np.stack([durations, np.array(flags, dtype=np.int64), shown - decoded], axis=1)
    return int(decoded[0]), columns


def _audio_times(reel: Reel, cut: Cut) -> Times:
    scale = timescale(reel)
    times = _regular(reel, [sample.stamp for sample in cut.samples], scale)
    following = None if cut.next_stamp is None else _regular(reel, [cut.next_stamp], scale)
    return int(times[0]), _durations(times, following, _usual(reel, cut)).reshape(-1, 1)


def _scaled(reel: Reel, stamps: Sequence[int], scale: int) -> Any:
    """Time stamps of the stream in units of the rendition."""
    clock = reel.timeline
    exact = np.array(stamps, dtype=np.int64) * clock.numerator * scale // clock.denominator
    return exact + round((BEGIN_US - clock.origin_us) * scale / 1_000_000)


def _regular(reel: Reel, stamps: Sequence[int], scale: int) -> Any:
    """The times of frames of sound in samples; where a container rounds to milliseconds, as they were before."""
    times = _scaled(reel, stamps, scale)
    frame = int(getattr(reel.stream.codec_context, "frame_size", 0) or 0)
    coarse = reel.timeline.denominator < scale
    if not coarse or not frame or reel.stream.start_time is None:
        return times
    base = int(_scaled(reel, [reel.stream.start_time], scale)[0])
    regular = base + np.rint((times - base) / frame).astype(np.int64) * frame
    return np.where(np.abs(regular - times) <= _SNAP * scale, regular, times)


def _durations(times: Any, following: Any, usual: int) -> Any:
    end = times[-1] + usual if following is None else following[0]
    return np.maximum(np.diff(np.append(times, end)), 0)


def _usual(reel: Reel, cut: Cut) -> int:
    """How long the very last sample is."""
    scale = timescale(reel)
    frame = int(getattr(reel.stream.codec_context, "frame_size", 0) or 0)
    if not reel.is_video and frame:
        return frame
    if isinstance(reel.stream, VideoStream) and (rate := reel.stream.average_rate):
        return round(scale / rate)
    duration = cut.samples[-1].packet.duration or 0
    return max(1, duration * reel.timeline.numerator * scale // reel.timeline.denominator)


# --- payloads --------------------------------------------------------------------------------------------------


def _payloads(reel: Reel, cut: Cut) -> list[bytes]:
    """The bytes of samples as MP4 wants them: lengths before units (not start codes), no ADTS headers."""
    data = [bytes(sample.packet) for sample in cut.samples]
    extradata = reel.stream.codec_context.extradata or b""
    if reel.codec in {"h264", "hevc"} and not extradata.startswith(b"\x01"):
        return [_with_lengths(one) for one in data]
    if _in_adts(reel):
        return [_without_adts(one) for one in data]
    return data


def _with_lengths(data: bytes) -> bytes:
    """Annex B (ISO/IEC 14496-10) to units with their length in four bytes before them."""
    starts = [found.end() for found in _START_CODE.finditer(data)]
    pieces: list[bytes] = []
    for place, start in enumerate(starts):
        end = starts[place + 1] - 3 if place + 1 < len(starts) else len(data)
        unit = data[start:end].rstrip(b"\0") if place + 1 < len(starts) else data[start:end]
        pieces += [len(unit).to_bytes(4, "big"), unit]
    return b"".join(pieces)


def _in_adts(reel: Reel) -> bool:
    """Whether it is AAC whose frames carry headers, as in a transport stream."""
    return reel.codec == "aac" and not reel.stream.codec_context.extradata


def _audio_configuration(adts: bytes) -> bytes:
    """What an ADTS header says (ISO/IEC 14496-3, 1.A.2.2), as an AudioSpecificConfig: type, rate, channels."""
    if len(adts) < 7 or _without_adts(adts) is adts:
        raise MediaError(Reason.DAMAGED, "AAC that says nothing of itself")
    kind, rate, channels = (adts[2] >> 6) + 1, adts[2] >> 2 & 0xF, (adts[2] & 1) << 2 | adts[3] >> 6
    return (kind << 11 | rate << 7 | channels << 3).to_bytes(2, "big")


def _without_adts(data: bytes) -> bytes:
    """AAC without the header that it has in streams; nine bytes with a checksum, else seven."""
    if len(data) < 9 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return data
    return data[7 if data[1] & 1 else 9 :]
