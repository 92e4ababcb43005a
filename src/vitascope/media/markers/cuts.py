"""Where a recording is black and silent at once, and the cut lists that other tools left. Runs inside a worker process.

Sound is much cheaper to read than pictures, so a stretch is listened to first, and only around its silences pictures
are looked at, small and grey. What is dark for longer than the silence and some more is a scene and no cut.
"""

import os
from collections.abc import Iterator
from itertools import chain

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vitascope.core import cut_list
from vitascope.core.commercials import LONGEST_CUT_MS, Cut
from vitascope.core.cut_list import CutList
from vitascope.media.images._video import open_video
from vitascope.media.images.frames import decoded_frames, position_s, seek, start_s
from vitascope.media.markers.tasks import CutListArgs, CutsArgs
from vitascope.media.probe.opening import MediaFile
from vitascope.media.voice.detecting import RATE
from vitascope.media.voice.listening import stretch
from vitascope.media.workers.failure import MediaError, Reason

_HOP = RATE // 50
_HOP_MS = 20
_SILENT = 10 ** (-50 / 20)
_LEAST_SILENCE_MS, _MOST_SILENCE_MS = 80, 10_000
_AROUND_MS = 6_000
"""Listened to before and after the stretch, so that a silence at its edge is heard whole."""
_LOOKED_MS = 1_500
"""Before and after a silence pictures are looked at, to see when the black ends."""
_ASIDE_MS = 100
"""Sound and picture may be so far apart."""
_LEAST_BLACK_MS = 60
_READ_ON_MS = 4_000
"""To seek is dearer than to decode so much."""
_BACK_S = (0.0, 10.0, 30.0)
"""Some formats are sought by guess, and are gone back in until the moment is found."""
_WIDTH, _HEIGHT = 160, 90
_DARK, _BLACK_GROUND = 40, 0.99

Frame = tuple[int, bool]
"""When one is shown, and whether it is black."""


def find(args: CutsArgs) -> list[Cut]:
    """The cuts whose silence has its middle in the stretch. Raises :class:`MediaError`, and
    :class:`~vitascope.media.images.errors.NoFrameError`."""
    first_ms = max(args.from_ms - _AROUND_MS, 0)
    last_ms = min(args.to_ms + _AROUND_MS, args.duration_ms)
    sound = stretch(args.path, first_ms, last_ms, centre=False)
    silences = [
        Cut(first_ms + begin, first_ms + end)
        for begin, end in silences_of(sound)
        if args.from_ms <= first_ms + (begin + end) // 2 < args.to_ms
    ]
    if not silences:
        return []
    with open_video(args.path) as (container, stream):
        stream.codec_context.thread_type = "SLICE"
        found = [black_within(silence, frames) for silence, frames in _looked(container, stream, silences)]
    return [one for one in found if one is not None]


def silences_of(samples: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Begin and end in milliseconds of what is silent for as long as a cut is, or a bit longer."""
    hops = len(samples) // _HOP
    power = np.square(samples[: hops * _HOP].reshape(hops, _HOP)).mean(axis=1)
    silent = np.concatenate([[False], power <= _SILENT**2, [False]])
    edges = np.flatnonzero(silent[1:] != silent[:-1])
    spans = [(int(begin) * _HOP_MS, int(end) * _HOP_MS) for begin, end in edges.reshape(-1, 2)]
    return [span for span in spans if _LEAST_SILENCE_MS <= span[1] - span[0] <= _MOST_SILENCE_MS]


def black_within(silence: Cut, frames: list[Frame]) -> Cut | None:
    """The longest black that lies in a silence, of the frames around it; none where it does not end there."""
    best: Cut | None = None
    began: int | None = None
    before = True
    for at, black in frames:
        if black and not before:
            began = at
        elif not black and began is not None:
            one = Cut(max(began, silence.start_ms - _ASIDE_MS, 0), min(at, silence.end_ms + _ASIDE_MS))
            if at - began <= LONGEST_CUT_MS and one.end_ms - one.start_ms >= _LEAST_BLACK_MS:
                best = one if best is None or _length(one) > _length(best) else best
            began = None
        before = black
    return best


def _length(one: Cut) -> int:
    return one.end_ms - one.start_ms


def _looked(container: InputContainer, stream: VideoStream, silences: list[Cut]) -> Iterator[tuple[Cut, list[Frame]]]:
    """Each silence with the frames around it."""
    seen: list[Frame] = []
    source: Iterator[Frame] = iter(())
    for silence in silences:
        begin, end = silence.start_ms - _LOOKED_MS, silence.end_ms + _LOOKED_MS
        if not seen or begin - seen[-1][0] > _READ_ON_MS:
            source, seen = _frames(container, stream, begin), []
        seen = [one for one in seen if one[0] >= begin]
        try:
            while (not seen or seen[-1][0] <= end) and (frame := next(source, None)) is not None:
                if frame[0] >= begin:
                    seen.append(frame)
        except av.FFmpegError:
            seen = []  # this place is damaged, which says nothing of the others
        yield silence, [one for one in seen if one[0] <= end]


def _frames(container: InputContainer, stream: VideoStream, from_ms: int) -> Iterator[Frame]:
    """Frames by the clock of the file, from before a moment on."""
    later_s = start_s(stream) - (container.start_time or 0) / av.time_base
    scaler = VideoReformatter()
    for frame in _decoded(container, stream, from_ms / 1000 - later_s):
        place_s = position_s(frame, stream)
        if place_s is not None:
            yield round((place_s + later_s) * 1000), _is_black(frame, scaler)


def _decoded(container: InputContainer, stream: VideoStream, from_s: float) -> Iterator[VideoFrame]:
    for back_s in _BACK_S:
        moment_s = max(from_s - back_s, 0.0)
        seek(container, stream, moment_s)
        decoded = decoded_frames(container, stream, most_packets=None)
        first = next(decoded, None)
        at_s = None if first is None else position_s(first, stream)
        if moment_s == 0 or back_s == _BACK_S[-1] or (at_s is not None and at_s <= from_s):
            return chain(() if first is None else (first,), decoded)
    return iter(())


def _is_black(frame: VideoFrame, scaler: VideoReformatter) -> bool:
    """Whether hardly anything is to be seen."""
    gray = scaler.reformat(frame, width=_WIDTH, height=_HEIGHT, format="gray").to_ndarray()
    return float((gray < _DARK).mean()) >= _BLACK_GROUND


def read_list(args: CutListArgs) -> CutList | None:
    """What a list says. A link is none: it may lead anywhere. Raises :class:`MediaError`."""
    if os.path.islink(args.path):  # noqa: PTH114  # bytes, as they lie on disk
        return None
    try:
        with MediaFile(args.path) as file:
            return cut_list.read(file.read_at(0, cut_list.MOST_BYTES + 1), args.duration_ms)
    except MediaError as error:
        if error.reason in (Reason.MISSING, Reason.EMPTY, Reason.NOT_A_FILE):
            return None
        raise
