"""A print of how a file sounds. Runs inside a worker process.

After Haitsma and Kalker (ISMIR 2002): of every 64 ms the loudness of 33 bands from 300 to 3,000 Hz, and for each two
neighbouring bands whether their difference grew since a quarter of a second ago. That survives coding, another volume
and another offset between the steps. Unlike theirs a bit may also be unknown: where hardly anything changed, or nothing
is to be heard, chance (or a tone without end) would decide, and silence would be like all other silence.

It is our own and not Chromaprint, because the builds of FFmpeg that come with Python packages have no such muxer.
"""

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from numpy.typing import NDArray

from vitascope.media.markers.tasks import STEP_MS, SoundPrint
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.workers.failure import MediaError, Reason

_RATE = 8_000
_STEP = _RATE * STEP_MS // 1000
_WINDOW = 4_096
_BANDS = 33
_LOWEST_HZ, _HIGHEST_HZ = 300.0, 3_000.0
_BACK = 4
"""Steps between which a change is looked at."""
_LEAST_CHANGE_DB = 0.75
_SILENCE_DB = -65.0
_AT_ONCE = 512
"""Steps of which the spectrum is taken at once."""

Floats = NDArray[np.float32]


def sound_print(path: bytes, length_ms: int) -> SoundPrint:
    """The print of the beginning of a file's first sound. Raises :class:`MediaError`."""
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=False)
        try:
            samples = _samples(container, _first(container), _RATE * length_ms // 1000)
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaError(Reason.DAMAGED, f"the sound cannot be decoded: {error}") from error
        finally:
            container.close()
    return print_of(samples)


def print_of(samples: Floats) -> SoundPrint:
    """The print of mono samples at 8 kHz, full scale being 1."""
    levels = _levels(samples)
    if len(levels) <= _BACK:
        return SoundPrint(signs=b"", valid=b"")
    between = levels[:, :-1] - levels[:, 1:]
    change = between[_BACK:] - between[:-_BACK]
    loud = levels.max(axis=1) > _SILENCE_DB
    heard = (loud[_BACK:] & loud[:-_BACK])[:, None]
    known = (np.abs(change) >= _LEAST_CHANGE_DB) & heard
    return SoundPrint(signs=_packed((change > 0) & known), valid=_packed(known))


def _packed(bits: NDArray[np.bool_]) -> bytes:
    return np.packbits(bits, axis=1).tobytes()


def _levels(samples: Floats) -> Floats:
    """Decibels of each band at each step."""
    if len(samples) < _WINDOW:
        return np.zeros((0, _BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_STEP]
    window = np.hanning(_WINDOW).astype(np.float32)
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1) * _WINDOW / _RATE
    places = np.unique(np.round(edges).astype(np.int64))
    if len(places) != _BANDS + 1:
        raise AssertionError("the bands are narrower than what can be told apart")
    found: list[Floats] = []
    for at in range(0, len(frames), _AT_ONCE):
        power = np.abs(np.fft.rfft(frames[at : at + _AT_ONCE] * window, axis=1)) ** 2
        bands = np.add.reduceat(power[:, : places[-1]], places[:-1], axis=1)
        found.append((10 * np.log10(bands / _WINDOW**2 + 1e-12)).astype(np.float32))
    return np.concatenate(found)


def _first(container: InputContainer) -> AudioStream:
    found: AudioStream | None = None
    for stream in container.streams:
        if found is None and isinstance(stream, AudioStream):
            found = stream
        else:
            stream.discard = Discard.all
    if found is None:
        raise MediaError(Reason.MISSING, "there is no sound in it")
    return found


def _samples(container: InputContainer, stream: AudioStream, most: int) -> Floats:
    resampler = AudioResampler(format="flt", layout="mono", rate=_RATE)
    pieces: list[Floats] = []
    length = 0
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue  # one broken packet is not the whole sound
        for frame in decoded:
            if isinstance(frame, AudioFrame):
                frame.pts = None
                for made in resampler.resample(frame):
                    pieces.append(made.to_ndarray().ravel().astype(np.float32))
                    length += len(pieces[-1])
        if length >= most:
            break
    return np.concatenate(pieces)[:most] if pieces else np.zeros(0, dtype=np.float32)
