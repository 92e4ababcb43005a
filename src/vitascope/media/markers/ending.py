"""Where the credits of a film are, by how its end looks. Runs inside a worker process.

Key frames of the last part are looked at, small and grey: *text* is thin bright strokes in rows on darkness, *black*
is next to nothing, *other* is all else. The credits are the stretch with the largest sum when text counts for it, black
hardly, and other against it, so that a card between pictures or a short scene inside the roll does not end them. Where
they begin is then looked for frame by frame.
"""

from collections.abc import Iterator
from enum import Enum

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vitascope.media.images._video import open_video
from vitascope.media.images.frames import decoded_frames, position_s, seek
from vitascope.media.markers.tasks import Ending, EndingArgs
from vitascope.media.previews.taking import key_frame_at

_WIDTH, _HEIGHT = 320, 180
_STEP_S = 2.0
_FINE_S = 0.2
_LEAST_S = 8.0
_LEAST_TEXT = 0.4
"""Share of the stretch in which text is seen."""
_END_S = 5.0
"""What comes after the credits for no longer than this belongs to them."""

_DARK, _BRIGHT = 56, 110
_DARK_GROUND = 0.70
_BLACK_GROUND = 0.985
_BRIGHT_SHARE = (0.0015, 0.22)
_LEAST_EDGES = 4
_TEXT_ROWS = (0.02, 0.9)
_THICKEST_STROKE = 16.0
"""Pixels of the small picture that a bright run is long on average."""


class Look(Enum):
    """What a frame shows, and what a second of it counts."""

    TEXT = 1.0
    BLACK = 0.1
    OTHER = -1.2


def look_at(gray: NDArray[np.uint8]) -> Look:
    """What a small grey picture shows."""
    bright = gray > _BRIGHT
    dark_share, bright_share = float((gray < _DARK).mean()), float(bright.mean())
    if dark_share >= _BLACK_GROUND and bright_share < _BRIGHT_SHARE[0]:
        return Look.BLACK
    if dark_share < _DARK_GROUND or not _BRIGHT_SHARE[0] <= bright_share <= _BRIGHT_SHARE[1]:
        return Look.OTHER
    edges = np.abs(np.diff(bright.astype(np.int8), axis=1)).sum(axis=1)
    rows = edges >= _LEAST_EDGES
    if not _TEXT_ROWS[0] <= float(rows.mean()) <= _TEXT_ROWS[1]:
        return Look.OTHER
    stroke = float(bright[rows].sum()) / max(float(edges[rows].sum()) / 2, 1.0)
    in_rows = float(bright[rows].sum()) / max(float(bright.sum()), 1.0)
    return Look.TEXT if stroke <= _THICKEST_STROKE and in_rows >= 0.6 else Look.OTHER


def find(args: EndingArgs) -> Ending | None:
    """The credits, if there are any. Raises :class:`~vitascope.media.images.errors.NoFrameError`."""
    with open_video(args.path) as (container, stream):
        end_s = args.duration_ms / 1000
        seen = list(_key_frames(container, stream, args.from_ms / 1000, end_s))
        stretch = _stretch(seen, end_s)
        if stretch is None:
            return None
        first, start_s, stop_s = stretch
        if first:
            start_s = _exact_start(container, stream, seen[first - 1][0], start_s)
    if end_s - stop_s <= _END_S:
        stop_s = end_s
    return Ending(start_ms=round(start_s * 1000), end_ms=round(stop_s * 1000))


def _key_frames(
    container: InputContainer, stream: VideoStream, from_s: float, end_s: float
) -> Iterator[tuple[float, Look]]:
    """The key frames of the last part, at most one in two seconds."""
    stream.codec_context.thread_type = "SLICE"
    stream.codec_context.skip_frame = "NONKEY"
    last: float | None = None
    moment = from_s
    while moment < end_s:
        try:
            frame = key_frame_at(container, stream, moment, other_than_s=last)
        except av.FFmpegError:
            frame = None  # this place is damaged: the key frames around it tell enough
        if frame is not None and (at := position_s(frame, stream)) is not None and (last is None or at > last):
            last = at
            yield at, look_at(_gray(frame))
        moment += _STEP_S


def _gray(frame: VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(frame.reformat(width=_WIDTH, height=_HEIGHT, format="gray").to_ndarray(), dtype=np.uint8)


def _stretch(seen: list[tuple[float, Look]], end_s: float) -> tuple[int, float, float] | None:
    """Which key frame the credits begin with, and where they begin and end."""
    if not seen:
        return None
    times = np.array([at for at, _ in seen] + [end_s])
    lengths = np.maximum(np.diff(times), 0.0)
    total = np.concatenate([[0.0], np.cumsum(lengths * np.array([look.value for _, look in seen]))])
    stop = int((total - np.minimum.accumulate(total)).argmax())
    first = int(total[: stop + 1].argmin())
    length = float(lengths[first:stop].sum())
    text = sum(float(lengths[at]) for at in range(first, stop) if seen[at][1] is Look.TEXT)
    if length < _LEAST_S or text < _LEAST_TEXT * length:
        return None
    return first, float(times[first]), float(times[stop])


def _exact_start(container: InputContainer, stream: VideoStream, after_s: float, start_s: float) -> float:
    """Since when nothing but text and black is seen, between a key frame before the credits and the first of them."""
    stream.codec_context.skip_frame = "DEFAULT"
    found = start_s
    unbroken = False
    looked_s = -1.0
    try:
        seek(container, stream, after_s)
        for frame in decoded_frames(container, stream):
            at = position_s(frame, stream)
            if at is None or at >= start_s:
                break
            if at < looked_s + _FINE_S:
                continue
            looked_s = at
            if look_at(_gray(frame)) is Look.OTHER:
                unbroken, found = False, start_s
            elif not unbroken:
                unbroken, found = True, at
    except av.FFmpegError:
        return start_s
    return found
