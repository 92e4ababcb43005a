"""The packets of one stream that belong to a segment, out of a file that stays open. Runs inside a worker process.

What is cut depends on the file and the grid alone, never on what was cut before, so that segments of different runs
join without a picture or a frame of sound lost or doubled:

- A segment of video begins with the key frame at its start and holds all packets up to that of the next one, in the
  order of decoding. In an open group of pictures the few that are shown just before a key frame come after it, and are
  of its segment: without it nobody could decode them.
- A segment of sound holds the frames that begin in it.
- When a picture is decoded is not taken from the file, where it is often missing: as many pictures are decoded before
  each as are shown before it in its segment, earlier than these by a delay that is one for the whole file.

Where the next segment is the one asked for next, reading simply goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import av.error
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from vitascope.media.keyframes.timeline import Timeline, timeline
from vitascope.media.probe.codecs import codec_name
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import Format, sniff_file
from vitascope.media.workers.failure import MediaError, Reason

_BACK_US = (0, 1_000_000, 5_000_000, 30_000_000)
"""How much earlier reading begins when a seek arrived too late."""
_REORDERED = 3
"""Pictures by which decoding is ahead of showing at least, where any are reordered; encoders seldom use more."""
_LOOKED_AT = 64
_UNSEEKABLE = frozenset(
    {Format.MP3, Format.AAC, Format.FLAC, Format.OGG, Format.WAV, Format.APE, Format.WAVPACK, Format.TTA}
)
"""Music without an index: libav guesses where a time is, and what it then says of times is a guess as well."""


@dataclass(frozen=True, slots=True)
class Sample:
    packet: "Packet[Any]"
    stamp: int
    """When it is presented, in the units of the stream."""
    us: int
    """The same in microseconds after the begin of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The samples of a segment in decoding order, and when the first of the next one is presented (a time stamp of the
    stream; ``None`` at the end)."""

    samples: list[Sample]
    next_stamp: int | None


class Reel:
    """One stream of a file. Raises :class:`MediaError` when it cannot be opened."""

    def __init__(self, path: bytes, stream_index: int) -> None:
        self._file = MediaFile(path)
        try:
            self._format = sniff_file(self._file)
            self._container: InputContainer = open_container(self._file, self._format, full=True)
        except BaseException:
            self._file.close()
            raise
        try:
            self.stream = self._select(stream_index)
        except BaseException:
            self.close()
            raise
        self.timeline: Timeline = timeline(self._container, self.stream)
        self._packets: Iterator[Any] = iter(())
        self._held: list[Sample] = []
        self._held_for_us: int | None = None

    def close(self) -> None:
        self._container.close()
        self._file.close()

    @property
    def is_video(self) -> bool:
        return isinstance(self.stream, VideoStream)

    @property
    def codec(self) -> str:
        """Of the stream, in the API's spelling."""
        return codec_name(self.stream.codec_context.codec.canonical_name)

    def first_packet(self) -> "Packet[Any]":
        """The first packet with anything in it."""
        for sample in self._from_us(None):
            return sample.packet
        raise MediaError(Reason.DAMAGED, "the stream is empty")

    def delay(self, scale: int) -> int:
        """How much earlier pictures are decoded than shown, in units of a ``scale`` per second."""
        return round(self._delay_s * scale)

    def decode_times(self, shown: Any, scale: int) -> Any:
        """When the pictures of a segment are decoded that are shown at these times; growing, never after that."""
        times = np.sort(shown) - self.delay(scale)
        if (times <= shown).all():
            return times
        # More pictures wait for a later one than anybody knew of.
        times = np.minimum(times, shown)
        for place in range(len(times) - 2, -1, -1):
            times[place] = min(times[place], times[place + 1] - 1)
        return times

    @cached_property
    def _delay_s(self) -> float:
        if not isinstance(self.stream, VideoStream):
            return 0.0
        stamps = [sample.stamp for sample in islice(self._from_us(None), _LOOKED_AT)]
        observed = max((early - late for early, late in zip(sorted(stamps), stamps, strict=True)), default=0)
        usual = _REORDERED / (self.stream.average_rate or 24) if self.stream.codec_context.has_b_frames else 0
        return float(max(observed * self.timeline.base, usual))

    def cut(self, start_us: int, end_us: int, *, first: bool, last: bool) -> Cut:
        """The segment from ``start_us`` to ``end_us``; the first and the last one hold what lies outside as well.

        Raises :class:`MediaError`.
        """
        try:
            if self.is_video:
                self.delay(1)  # looks at the first pictures, once
            make = self._video if self.is_video else self._audio
            return make(start_us, end_us, first=first, last=last)
        except av.error.FFmpegError as error:
            self._held_for_us = None
            raise MediaError(Reason.DAMAGED, f"it cannot be read: {error.strerror}") from error

    # --- reading --------------------------------------------------------------------------------------------

    def _select(self, stream_index: int) -> AudioStream | VideoStream:
        found: AudioStream | VideoStream | None = None
        self._has_video = False
        for stream in self._container.streams:
            if stream.index == stream_index and isinstance(stream, AudioStream | VideoStream):
                found = stream
                continue
            if isinstance(stream, VideoStream) and not stream.disposition & Disposition.attached_pic:
                self._has_video = True
            stream.discard = Discard.all
        if found is None:
            raise MediaError(Reason.MISSING, f"no video or audio stream with index {stream_index}")
        return found

    def _from_us(self, time_us: int | None) -> Iterator[Sample]:
        """The samples from a place at or before a time; ``None``: from the beginning."""
        self._held, self._held_for_us = [], None
        if time_us is None or self._format in _UNSEEKABLE:
            self._rewind()
        elif self.is_video or self._format is Format.MP4 or not self._has_video:
            self._container.seek(self.timeline.stamp(time_us), stream=self.stream)
        else:
            # Sound is seldom in the index; the picture beside it is.
            self._container.seek(max(0, time_us + self.timeline.origin_us))
        self._packets = self._container.demux(self.stream)
        return self._more()

    def _rewind(self) -> None:
        """To the very first packet, which may lie before the begin; not every demuxer seeks to before it."""
        begin_us = self._container.start_time or 0
        try:
            self._container.seek(min(0, begin_us) - 1_000_000)
        except av.error.PermissionError:
            self._container.seek(begin_us)

    def _more(self) -> Iterator[Sample]:
        for packet in self._packets:
            if packet.size == 0:
                continue
            if packet.pts is None:
                raise MediaError(Reason.DAMAGED, "its packets carry no times")
            yield Sample(packet, packet.pts, self.timeline.us(packet.pts))

    def _begin(self, start_us: int, *, first: bool) -> Iterator[Sample]:
        """Samples from at or before the start on."""
        if self._held_for_us == start_us and not first:
            held, self._held = self._held, []
            yield from held
            yield from self._more()
            return
        for back_us in () if first else _BACK_US:
            samples = self._from_us(max(0, start_us - back_us))
            sample = next(samples, None)
            if sample is not None and sample.us <= start_us:
                yield sample
                yield from samples
                return
        yield from self._from_us(None)

    def _keep(self, samples: list[Sample], for_us: int) -> None:
        self._held, self._held_for_us = samples, for_us

    # --- cutting --------------------------------------------------------------------------------------------

    def _video(self, start_us: int, end_us: int, *, first: bool, last: bool) -> Cut:
        samples: list[Sample] = []
        ahead: list[Sample] = []
        for sample in self._begin(start_us, first=first):
            if ahead:
                # Until the first picture that is shown after the key frame: those before it lead to it.
                ahead.append(sample)
                if sample.us > ahead[0].us:
                    break
            elif sample.packet.is_keyframe and not last and sample.us >= end_us:
                ahead.append(sample)
            elif samples or (sample.packet.is_keyframe and (first or sample.us >= start_us)):
                samples.append(sample)
        if not first and (not samples or samples[0].us != start_us):
            raise MediaError(Reason.DAMAGED, f"no key frame at {start_us / 1e6:.3f} s")
        if not ahead:
            self._keep([], -1)
            return Cut(samples=samples, next_stamp=None)
        if ahead[0].us != end_us:
            raise MediaError(Reason.DAMAGED, f"no key frame at {end_us / 1e6:.3f} s")
        self._keep(ahead, end_us)
        return Cut(samples=samples, next_stamp=min(sample.stamp for sample in ahead))

    def _audio(self, start_us: int, end_us: int, *, first: bool, last: bool) -> Cut:
        samples: list[Sample] = []
        for sample in self._begin(start_us, first=first):
            if not last and sample.us >= end_us:
                self._keep([sample], end_us)
                return Cut(samples=samples, next_stamp=sample.stamp)
            if first or sample.us >= start_us:
                samples.append(sample)
        self._keep([], -1)
        return Cut(samples=samples, next_stamp=None)
