"""Key frames by the file's own index. Runs inside a worker process.

An index may be wrong: Cues that name blocks which are no key frames, tables that an edit list makes void, a file that
was cut. So what it says is held against the file itself at a few places (a seek each), and is taken only when it is
right there: each time is exactly that of a key frame. An index that leaves out some key frames is good, one with holes
longer than :data:`WIDEST_US` is not.
"""

import itertools
from collections.abc import Sequence

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from vitascope.media.keyframes import mp4
from vitascope.media.keyframes.tasks import THIN_US, KeyFrames, pack
from vitascope.media.keyframes.timeline import Timeline, timeline
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile, Window
from vitascope.media.probe.sniff import Format, sniff_file
from vitascope.media.workers.failure import MediaError, Reason

WIDEST_US = 30_000_000
BEGINS_WITHIN = "it begins within a group of pictures"
"""Whose first ones are decoded and not shown, as an edit list says: nothing that is copied can say that."""
_LOOKED_AT = 5
_LEADING = 24
"""How many pictures after a key frame are looked at for one that is shown before it."""
_MOST_SKIPPED = 2_000


class _WrongIndex(Exception):
    """The text says in what way."""


def from_index(path: str | bytes, stream_index: int) -> KeyFrames:
    """The key frames of a video stream; ``why_not`` is said where its index does not tell them.

    Raises :class:`MediaError` when the file cannot be opened.
    """
    with MediaFile(path) as file:
        format_ = sniff_file(file)
        if format_ not in {Format.MP4, Format.MATROSKA}:
            return KeyFrames(why_not=f"{format_} files carry no index of key frames")
        container = open_container(file, format_, full=True)
        try:
            stream = find_video(container, stream_index)
            clock = timeline(container, stream)
            if format_ is Format.MP4:
                times = _mp4(file, container, stream, clock)
            else:
                times = _matroska(container, stream, clock)
            independent = _checked(container, stream, clock, times)
        except _WrongIndex as error:
            return KeyFrames(why_not=str(error))
        except av.error.FFmpegError as error:
            return KeyFrames(why_not=f"its index leads nowhere: {error.strerror}")
        finally:
            container.close()
    return KeyFrames(times=pack(thinned(times)), independent=independent)


def find_video(container: InputContainer, stream_index: int) -> VideoStream:
    """The stream, the others being passed over by the demuxer."""
    found: VideoStream | None = None
    for stream in container.streams:
        if stream.index == stream_index and isinstance(stream, VideoStream):
            found = stream
        else:
            stream.discard = Discard.all
    if found is None:
        raise MediaError(Reason.MISSING, f"no video stream with index {stream_index}")
    return found


def thinned(times_us: Sequence[int]) -> list[int]:
    """Without those that follow another within :data:`THIN_US`."""
    kept: list[int] = []
    for time_us in times_us:
        if not kept or time_us - kept[-1] >= THIN_US:
            kept.append(time_us)
    return kept


def _mp4(file: MediaFile, container: InputContainer, stream: VideoStream, clock: Timeline) -> list[int]:
    index = mp4.read_index(Window(file), stream.id)
    if index is None or not len(index.times):
        raise _WrongIndex("it has no table of key frames")
    if clock.numerator * index.timescale != clock.denominator:
        # A sidx may count in units of its own.
        scaled = index.times * clock.denominator / (clock.numerator * index.timescale)
        times = np.rint(scaled).astype(np.int64)
    else:
        times = index.times
    # What an edit list does to the times is the same for all of them, or the check at other places fails.
    shift = _first(container, stream).pts - int(times[0])
    return [clock.us(int(time) + shift) for time in times]


def _matroska(container: InputContainer, stream: VideoStream, clock: Timeline) -> list[int]:
    # libav reads the Cues when it first seeks.
    container.seek(clock.stamp(0) + 1, stream=stream)
    times = sorted({clock.us(entry.timestamp) for entry in stream.index_entries if entry.is_keyframe})
    if not times:
        raise _WrongIndex("it has no Cues")
    return times


def _first(container: InputContainer, stream: VideoStream) -> "_Key":
    container.seek(container.start_time or 0)
    return _next_key(container, stream)


class _Key:
    """A key frame of the file, and whether a picture near it is shown before it though it comes later."""

    __slots__ = ("led", "pts")

    def __init__(self, pts: int, *, led: bool) -> None:
        self.pts = pts
        self.led = led


def _next_key(container: InputContainer, stream: VideoStream, at_least: int | None = None) -> _Key:
    """The next key frame from where the file stands, of those that are not before a time stamp: seeking in fragments
    may arrive one too early."""
    skipped = 0
    found: int | None = None
    following = 0
    packet: Packet[VideoStream]
    for packet in container.demux(stream):
        if packet.size == 0:
            break
        if found is None:
            if packet.is_keyframe and (at_least is None or packet.pts is None or packet.pts >= at_least):
                if packet.is_discard:
                    raise _WrongIndex(BEGINS_WITHIN)
                if packet.pts is None:
                    raise _WrongIndex("its pictures carry no times")
                found = packet.pts
            else:
                skipped += 1
                if skipped > _MOST_SKIPPED:
                    break
            continue
        following += 1
        if packet.pts is not None and packet.pts < found:
            return _Key(found, led=True)
        if packet.is_keyframe or following >= _LEADING:
            break
    if found is None:
        raise _WrongIndex("no key frame is where it says")
    return _Key(found, led=False)


def _checked(container: InputContainer, stream: VideoStream, clock: Timeline, times_us: Sequence[int]) -> bool:
    """Whether groups of pictures stand for themselves. Raises :class:`_WrongIndex`."""
    if times_us[0] < 0:
        raise _WrongIndex(BEGINS_WITHIN)
    # The duration of a Matroska file counts from 0, wherever its first block lies.
    end_us = (container.duration or 0) - max(0, clock.origin_us)
    edges = [*times_us, max(end_us, times_us[-1])]
    widest = max(after - before for before, after in itertools.pairwise(edges))
    if widest > WIDEST_US:
        raise _WrongIndex(f"its index says nothing of {widest / 1e6:.0f} seconds")
    first = _first(container, stream)
    if clock.us(first.pts) != times_us[0]:
        raise _WrongIndex("its first key frame is not where its index says")
    independent = True
    places = {round(part * (len(times_us) - 1) / (_LOOKED_AT - 1)) for part in range(1, _LOOKED_AT)} - {0}
    for place in sorted(places):
        stamp = clock.stamp(times_us[place])
        container.seek(stamp, stream=stream)
        key = _next_key(container, stream, stamp)
        if clock.us(key.pts) != times_us[place]:
            raise _WrongIndex("a key frame is not where its index says")
        independent = independent and not key.led
    return independent
