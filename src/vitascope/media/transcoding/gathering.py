"""One file of finished pieces and copied streams: packets as they are, in one wrapping. Runs inside a worker process.

Pieces of a rendition are read as the one file that they are when they lie one after the other. All times are brought to
those of the file that everything was made of, whose begin is 0 (see ``BEGIN_US`` for the pieces). MP4 gets its index in
front, so that a player which has only begun to fetch it can seek.
"""

import heapq
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from vitascope.core.playback.renditions import BEGIN_US
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.transcoding.gather_tasks import FORMATS, GatherArgs, Track
from vitascope.media.workers.failure import MediaError, Reason

_OPTIONS = {"mp4": {"movflags": "faststart"}}
_APPLE_TAG = {"hevc": "hvc1"}
_MICROSECONDS = 1_000_000


class Pieces:
    """Files one after the other, read as one; in the form PyAV takes a file."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._starts = [0, *accumulate(Path(path).stat().st_size for path in paths)]
        self._at = 0
        self._open: tuple[int, Any] | None = None

    def read(self, count: int) -> bytes:
        number = bisect_right(self._starts, self._at) - 1
        if number >= len(self._paths):
            return b""
        if self._open is None or self._open[0] != number:
            self.close()
            self._open = (number, Path(self._paths[number]).open("rb"))  # noqa: SIM115  # closed with the next
        file = self._open[1]
        file.seek(self._at - self._starts[number])
        data: bytes = file.read(min(count, self._starts[number + 1] - self._at))
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


class _Reading:
    """One track on its way: its packets, with the times of the finished file."""

    def __init__(self, stack: ExitStack, track: Track) -> None:
        self.track = track
        container, self.stream, origin_us = _opened(stack, track)
        base = self.stream.time_base or Fraction(1, _MICROSECONDS)
        self._origin = round(Fraction(origin_us, _MICROSECONDS) / base)
        self._base = base
        self._packets = container.demux(self.stream)

    def packets(self) -> Iterator[tuple[float, "Packet[Any]"]]:
        """(seconds, packet) in the order of decoding."""
        last: int | None = None
        for packet in self._packets:
            if packet.size == 0:
                continue
            stamp = packet.dts if packet.dts is not None else packet.pts
            if packet.pts is None or stamp is None:
                raise MediaError(Reason.DAMAGED, "its packets carry no times")
            decoded = stamp - self._origin
            if last is not None and decoded <= last:
                decoded = last + 1
            last = decoded
            packet.pts = max(packet.pts - self._origin, decoded)
            packet.dts = decoded
            yield float(decoded * self._base), packet


def gathered(args: GatherArgs) -> int:
    """Writes the file; its size. Raises :class:`MediaError`, and ``OSError`` when it cannot be written."""
    with ExitStack() as stack:
        readings = [_Reading(stack, track) for track in args.tracks]
        options = dict(_OPTIONS.get(args.container, {}))
        try:
            with av.open(args.target, "w", format=FORMATS[args.container], options=options) as output:
                _write(output, readings, args.container)
        except av.error.FFmpegError as error:
            if isinstance(error, OSError) and error.errno in range(1, 200):
                raise OSError(error.errno, error.strerror) from error
            raise MediaError(Reason.DAMAGED, f"it cannot be wrapped into {args.container}: {error.strerror}") from error
    return Path(args.target).stat().st_size


def _write(output: OutputContainer, readings: Sequence[_Reading], container: str) -> None:
    targets: list[Stream] = []
    for reading in readings:
        stream: Any = output.add_stream_from_template(reading.stream)
        tag = _APPLE_TAG.get(stream.codec_context.name) if container == "mp4" else None
        if tag is not None:
            stream.codec_context.codec_tag = tag
        if reading.track.language:
            stream.metadata["language"] = reading.track.language
        targets.append(stream)
    merged = heapq.merge(
        *(_numbered(reading, place) for place, reading in enumerate(readings)), key=lambda one: (one[0], one[1])
    )
    for _, place, packet in merged:
        packet.stream = targets[place]
        output.mux(packet)


def _numbered(reading: _Reading, place: int) -> Iterator[tuple[float, int, "Packet[Any]"]]:
    for seconds, packet in reading.packets():
        yield seconds, place, packet


def _opened(stack: ExitStack, track: Track) -> tuple[InputContainer, Stream, int]:
    """The container of a track, its stream, and where on the clock of it the file begins."""
    if track.pieces:
        pieces = Pieces(track.pieces)
        stack.callback(pieces.close)
        whole = av.open(pieces, "r", format="mov", options={"ignore_editlist": "1"})
        stack.callback(whole.close)
        return whole, whole.streams[0], BEGIN_US
    file = MediaFile(track.path)
    stack.callback(file.close)
    container = open_container(file, sniff_file(file), full=True)
    stack.callback(container.close)
    found = next((one for one in container.streams if one.index == track.stream_index), None)
    if found is None:
        raise MediaError(Reason.MISSING, f"the file has no stream {track.stream_index}")
    return container, found, int(container.start_time or 0)
