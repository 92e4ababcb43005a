"""A stretch of the sound of a file, as speech is looked for in it. Runs inside a worker process.

A stretch is decoded with some seconds around it and laid out by its times, so that the stretches of a file, put
together, are as good as the whole; and no more than one is ever in memory. Of surround sound the centre is listened
to, which is where films have their dialogue.
"""

from collections.abc import Iterator

import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition
from numpy.typing import NDArray

from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.voice.detecting import RATE, voiced
from vitascope.media.voice.tasks import STEP_MS
from vitascope.media.workers.failure import MediaError, Reason

_AROUND_MS = 6_000
_ASTRAY = RATE // 20
"""Samples by which a frame may be beside its time before its time counts."""

Floats = NDArray[np.float32]


def heard(path: bytes, from_ms: int, to_ms: int) -> bytes:
    """A bit for each step from one moment to another, as :class:`~vitascope.media.voice.tasks.Heard` has it. Raises
    :class:`MediaError`."""
    first_ms = max(from_ms - _AROUND_MS, 0)
    spoken = voiced(stretch(path, first_ms, to_ms + _AROUND_MS))[(from_ms - first_ms) // STEP_MS :]
    steps = (to_ms - from_ms) // STEP_MS
    return np.packbits(spoken[:steps]).tobytes()


def stretch(path: bytes, first_ms: int, last_ms: int, *, centre: bool = True) -> Floats:
    """The samples of one channel from one moment to another, at :data:`RATE`: of surround sound those of the centre, or
    of all channels mixed. Where there are none it is silent. Raises :class:`MediaError`."""
    samples = np.zeros((last_ms - first_ms) * RATE // 1000, dtype=np.float32)
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=False)
        try:
            stream = _default(container)
            begin_us = int(container.start_time or 0)
            if first_ms:
                container.seek(begin_us + first_ms * 1000)
            for at, piece in _placed(container, stream, begin_us / 1_000_000 + first_ms / 1000, centre=centre):
                if at >= len(samples):
                    break
                begin, end = max(at, 0), min(at + len(piece), len(samples))
                if begin < end:
                    samples[begin:end] = piece[begin - at : end - at]
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaError(Reason.DAMAGED, f"the sound cannot be decoded: {error}") from error
        finally:
            container.close()
    return samples


def _default(container: InputContainer) -> AudioStream:
    streams = container.streams.audio
    if not streams:
        raise MediaError(Reason.REFUSED, "there is no sound in it")
    found = next((one for one in streams if one.disposition & Disposition.default), streams[0])
    for stream in container.streams:
        if stream is not found and stream.index != found.index:
            stream.discard = Discard.all
    return found


def _placed(
    container: InputContainer, stream: AudioStream, origin_s: float, *, centre: bool
) -> Iterator[tuple[int, Floats]]:
    """Samples of one channel, and which of all samples since ``origin_s`` the first of them is."""
    cursor: int | None = None
    resampler: AudioResampler | None = None
    channel: int | None = None
    for frame in _decoded(container, stream):
        if resampler is None:
            channel = _centre(frame) if centre else None
            layout = "mono" if channel is None else frame.layout.name
            resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        time_s = frame.time
        expected = cursor if time_s is None else round((time_s - origin_s) * RATE)
        if cursor is None or (expected is not None and abs(expected - cursor) > _ASTRAY):
            cursor = expected or 0
        frame.pts = None
        for made in resampler.resample(frame):
            piece = made.to_ndarray()[channel or 0].astype(np.float32)
            yield cursor, piece
            cursor += len(piece)


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue  # one broken packet is not the whole sound
        for frame in decoded:
            if isinstance(frame, AudioFrame):
                yield frame


def _centre(frame: AudioFrame) -> int | None:
    """Which channel of surround sound is the centre."""
    names = [one.name for one in frame.layout.channels]
    return names.index("FC") if len(names) > 2 and "FC" in names else None
