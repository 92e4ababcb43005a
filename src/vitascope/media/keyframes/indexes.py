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
from vitascope.media.keyframes.leading import to_look_at
from vitascope.media.keyframes.tasks import THIN_US, KeyFrames, pack
from vitascope.media.keyframes.timeline import Timeline, timeline
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile, Window
from vitascope.media.probe.sniff import Format, sniff_file
from vitascope.media.workers.failure import MediaError, Reason

WIDEST_US = 30_000_000
BEGINS_WITHIN = "it begins within a group of pictures"
"""Whose first ones are decoded and not shown, as an edit list says: nothing that is copied can say that."""
_LOOKED_AT = 4
_MOST_SKIPPED = 2_000


class _WrongIndex(Exception):
    """The text says in what way."""


def from_index(path: str | bytes, stream_index: int) -> KeyFrames:
    """The key frames of a video stream; ``why_not`` is said where its index does not tell them.

    Raises :class:`MediaError` when the file cannot be opened.
    """
    with MediaFile(path, here_and_there=True) as file:
        format_ = sniff_file(file)
        if format_ not in {Format.MP4, Format.MATROSKA}:
            return KeyFrames(why_not=f"{format_} files carry no index of key frames")
        container = open_container(file, format_, full=True)
        try:
            stream = find_video(container, stream_index)
            clock = timeline(container, stream)
            # libav reads the Cues of Matroska when it first seeks.
            container.seek(clock.stamp(0) + 1, stream=stream)
            first = _first(container, stream)
            times = _mp4(file, stream, clock, first) if format_ is Format.MP4 else _matroska(stream, clock)
            # Seeking the last of its Cues, libav reads on to the end of a Matroska file.
            looked_at = times if format_ is Format.MP4 or len(times) < 3 else times[:-1]
            independent = _checked(container, stream, clock, times, first, _some(looked_at))
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


def _mp4(file: MediaFile, stream: VideoStream, clock: Timeline, first: "_Key") -> list[int]:
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
    shift = first.pts - int(times[0])
    return [clock.us(int(time) + shift) for time in times]


def _matroska(stream: VideoStream, clock: Timeline) -> list[int]:
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
    left = 0
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
                left = to_look_at(stream.codec_context.name, stream.codec_context.extradata or b"", memoryview(packet))
                if not left:
                    break
            else:
                skipped += 1
                if skipped > _MOST_SKIPPED:
                    break
            continue
        left -= 1
        if packet.pts is not None and packet.pts < found:
            return _Key(found, led=True)
        if packet.is_keyframe or not left:
            break
    if found is None:
        raise _WrongIndex("no key frame is where it says")
    return _Key(found, led=False)


def _some(times_us: Sequence[int]) -> list[int]:
    """The times at which the file is looked into: spread over all of it, without the first, which is known."""
    places = {round(part * (len(times_us) - 1) / (_LOOKED_AT - 1)) for part in range(1, _LOOKED_AT)} - {0}
    return [times_us[place] for place in sorted(places)]


def _checked(
    container: InputContainer,
    stream: VideoStream,
    clock: Timeline,
    times_us: Sequence[int],
    first: _Key,
    looked_at: Sequence[int],
) -> bool:
    """Whether groups of pictures stand for themselves. Raises :class:`_WrongIndex`."""
    if times_us[0] < 0:
        raise _WrongIndex(BEGINS_WITHIN)
    # The duration of a Matroska file counts from 0, wherever its first block lies.
    end_us = (container.duration or 0) - max(0, clock.origin_us)
    edges = [*times_us, max(end_us, times_us[-1])]
    widest = max(after - before for before, after in itertools.pairwise(edges))
    if widest > WIDEST_US:
        raise _WrongIndex(f"its index says nothing of {widest / 1e6:.0f} seconds")
    if clock.us(first.pts) != times_us[0]:
        raise _WrongIndex("its first key frame is not where its index says")
    independent = True
    for time_us in looked_at:
        stamp = clock.stamp(time_us)
        container.seek(stamp, stream=stream)
        key = _next_key(container, stream, stamp)
        if clock.us(key.pts) != time_us:
            raise _WrongIndex("a key frame is not where its index says")
        independent = independent and not key.led
    return independent
