"""Loudness as ITU-R BS.1770-4 and EBU R 128 measure it. Runs inside a worker process.

Sound is brought to 48 kHz and through the two filters of the K weighting by libavfilter; what follows is arithmetic on
the energy of steps of 100 ms: the integrated loudness with its two gates (blocks of 400 ms), the loudness range (EBU
Tech 3342, windows of 3 s), and the level of each step. The peak is that of the samples.
"""

from collections.abc import Iterator
from fractions import Fraction

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.stream import Discard
from numpy.typing import NDArray

from vitascope.media.loudness.tasks import Measured
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.workers.failure import MediaError, Reason

_RATE = 48_000
_STEP = _RATE // 10
_SILENCE_DB = -70.0
_OFFSET = -0.691
# The head, then the revised low-frequency weighting, for 48 kHz (BS.1770-4, tables 1 and 2).
_FILTERS = (
    "b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285:a0=1:a1=-1.69065929318241:a2=0.73248077421585",
    "b0=1:b1=-2:b2=1:a0=1:a1=-1.99004745483398:a2=0.99007225036621",
)
_USUAL_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_SURROUND = frozenset({"BL", "BR", "SL", "SR", "BC"})
_LOW_FREQUENCY = frozenset({"LFE", "LFE2"})

Floats = NDArray[np.float64]


def measure(path: str | bytes, stream_index: int) -> Measured:
    """The loudness of the audio stream with that index. Raises :class:`MediaError`."""
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=False)
        try:
            stream = _find(container, stream_index)
            energy, peak = _energy(container, stream)
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaError(Reason.DAMAGED, f"the sound cannot be decoded: {error}") from error
        finally:
            container.close()
    if not len(energy):
        raise MediaError(Reason.DAMAGED, "there is no sound in it")
    levels = np.maximum(_decibels(energy), _SILENCE_DB)
    return Measured(
        integrated_lufs=_integrated(energy),
        range_lu=_range(energy),
        peak=round(peak, 6),
        levels=np.round(levels * 10).astype("<i2").tobytes(),
    )


def _find(container: InputContainer, stream_index: int) -> AudioStream:
    found: AudioStream | None = None
    for stream in container.streams:
        if stream.index == stream_index and isinstance(stream, AudioStream):
            found = stream
        else:
            stream.discard = Discard.all
    if found is None:
        raise MediaError(Reason.MISSING, f"no audio stream with index {stream_index}")
    return found


def _named_layout(stream: AudioStream) -> str:
    """The layout of the channels. The filters pass over channels that have no place, so some get their usual one."""
    name, channels = stream.layout.name, stream.layout.nb_channels
    return _USUAL_LAYOUTS.get(channels, "stereo") if "channels" in name else name


def _weights(layout: str, channels: int) -> Floats:
    names = [channel.name for channel in av.AudioLayout(layout).channels]
    weights = [0.0 if name in _LOW_FREQUENCY else 1.41 if name in _SURROUND else 1.0 for name in names]
    return np.array(weights if len(weights) == channels else [1.0] * channels)


def _energy(container: InputContainer, stream: AudioStream) -> tuple[Floats, float]:
    """The weighted energy of every step of 100 ms, and the largest sample."""
    steps: list[Floats] = []
    peak = 0.0
    graph: _Weighting | None = None
    rest = np.zeros((0, 0))
    weights = np.zeros(0)
    for samples, layout in _samples(container, stream):
        if graph is None:
            graph = _Weighting(layout)
            weights = _weights(layout, samples.shape[0])
            rest = np.zeros((samples.shape[0], 0))
        peak = max(peak, float(np.abs(samples).max(initial=0.0)))
        rest = np.concatenate([rest, graph.push(samples)], axis=1)
        whole = rest.shape[1] // _STEP
        if whole:
            squares = np.square(rest[:, : whole * _STEP]).reshape(len(rest), whole, _STEP).mean(axis=2)
            steps.append(weights @ squares)
            rest = rest[:, whole * _STEP :]
    if not steps and rest.shape[1]:
        steps.append(weights @ np.square(rest).mean(axis=1, keepdims=True))
    return (np.concatenate(steps) if steps else np.zeros(0)), peak


def _samples(container: InputContainer, stream: AudioStream) -> Iterator[tuple[Floats, str]]:
    layout = _named_layout(stream)
    resampler = AudioResampler(format="fltp", layout=layout, rate=_RATE)
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue  # one broken packet is not the whole stream
        for frame in decoded:
            if isinstance(frame, AudioFrame):
                frame.pts = None
                for made in resampler.resample(frame):
                    yield made.to_ndarray().astype(np.float64), layout
    for made in resampler.resample(None):
        if made.samples:
            yield made.to_ndarray().astype(np.float64), layout


class _Weighting:
    """The filters of the K weighting, which remember what went through them."""

    def __init__(self, layout: str) -> None:
        self._graph = Graph()
        self._layout = layout
        self._at = 0
        source = self._graph.add_abuffer(sample_rate=_RATE, format="fltp", layout=layout, time_base=Fraction(1, _RATE))
        last = source
        for values in _FILTERS:
            following = self._graph.add("biquad", values)
            last.link_to(following)
            last = following
        last.link_to(self._graph.add("abuffersink"))
        self._graph.configure()

    def push(self, samples: Floats) -> Floats:
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, dtype=np.float32), format="fltp", layout=self._layout
        )
        frame.sample_rate = _RATE
        frame.pts = self._at
        self._at += samples.shape[1]
        self._graph.push(frame)
        made: list[Floats] = []
        while True:
            try:
                pulled = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            if isinstance(pulled, AudioFrame):
                made.append(pulled.to_ndarray().astype(np.float64))
        return np.concatenate(made, axis=1) if made else np.zeros((samples.shape[0], 0))


# --- from energy to loudness -----------------------------------------------------------------------------------


def _decibels(energy: Floats) -> Floats:
    return _OFFSET + 10 * np.log10(np.maximum(energy, 1e-12))


def _windows(energy: Floats, steps: int) -> Floats:
    """The mean energy of overlapping windows; of a shorter sound the one there is."""
    if len(energy) < steps:
        return np.array([energy.mean()])
    return np.convolve(energy, np.ones(steps) / steps, mode="valid")


def _integrated(energy: Floats) -> float | None:
    blocks = _windows(energy, 4)
    blocks = blocks[_decibels(blocks) > _SILENCE_DB]
    if not len(blocks):
        return None
    gate = _decibels(np.array([blocks.mean()]))[0] - 10
    loud = blocks[_decibels(blocks) > gate]
    return round(float(_decibels(np.array([loud.mean()]))[0]), 2) if len(loud) else None


def _range(energy: Floats) -> float | None:
    windows = _windows(energy, 30)
    windows = windows[_decibels(windows) > _SILENCE_DB]
    if not len(windows):
        return None
    gate = _decibels(np.array([windows.mean()]))[0] - 20
    loud = np.sort(_decibels(windows[_decibels(windows) > gate]))
    if not len(loud):
        return None
    low, high = np.percentile(loud, [10, 95])
    return round(float(high - low), 2)
