"""One segment of subtitles as bytes. Runs inside a worker process, which remembers what it read last.

A file beside the film is read whole; it is small. Inside an MP4 the track has an index, and its samples alone are read.
Elsewhere (Matroska, transport streams) subtitles lie between the pictures: only what lies from :data:`BACK_US` before
the segment to its end is read, never the whole film, and reading goes on from there when the next segment is asked for.
A cue that stands longer than that, and began before, is missed by who seeks into it.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import av.error
from av.stream import Discard
from av.subtitles.stream import SubtitleStream

from vitascope.core.playback.manifests.webvtt import Text, between
from vitascope.media import reach
from vitascope.media.keyframes.timeline import timeline
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import Format, sniff_file
from vitascope.media.subtitles import Cue, decode_text, parse
from vitascope.media.subtitles.converting import MAX_TEXT_BYTES
from vitascope.media.subtitles.cues import MAX_CUES
from vitascope.media.subtitles.extracting import DEFAULT_DURATION_MS, TEXT_CODECS, codec_of, cue_of
from vitascope.media.transcoding.subtitle_tasks import FORMATS, WordsArgs
from vitascope.media.workers.failure import MediaError, Reason

BACK_US = 10_000_000
_INTERLEAVED_US = 1_000_000
"""How much later than the pictures of its time a packet may lie in a file."""
_TO_THE_END_US = 1 << 60
_KEPT = 8


class Words(Protocol):
    """The cues of one track."""

    def shown(self, start_us: int, end_us: int) -> Sequence[Cue]:
        """Those shown in a stretch, and maybe others, in order. Raises :class:`MediaError`."""

    def close(self) -> None: ...


_open: OrderedDict[tuple[bytes, int | None, str | None, int, int, int], Words] = OrderedDict()


def made(args: WordsArgs) -> bytes:
    """The segment. Raises :class:`MediaError`."""
    offset_us = args.offset_ms * 1000
    until_us = args.end_us - offset_us if not args.last else _TO_THE_END_US
    cues = _words(args).shown(args.start_us - offset_us, until_us)
    texts = [
        Text(
            start_ms=max(0, cue.start_ms + args.offset_ms),
            end_ms=cue.end_ms + args.offset_ms,
            markup=cue.markup,
            settings="line:0" if cue.at_top else "",
        )
        for cue in cues
    ]
    return between(texts, args.start_us, args.end_us, last=args.last, mapped=args.mapped).encode()


def _words(args: WordsArgs) -> Words:
    """An open one, unless the file is another by now."""
    try:
        status = reach.stat(args.path)
    except OSError as error:
        raise MediaError(Reason.MISSING, error.strerror or "") from error
    key = (args.path, args.stream_index, args.language, status.st_mtime_ns, status.st_size, status.st_ino)
    found = _open.get(key)
    if found is None:
        found = _open[key] = _opened(args)
        while len(_open) > _KEPT:
            _open.popitem(last=False)[1].close()
    _open.move_to_end(key)
    return found


def _opened(args: WordsArgs) -> Words:
    if args.stream_index is None:
        return Whole(_of_file(args.path, args.language))
    track = Track(args.path, args.stream_index)
    if not track.indexed:
        return track
    try:
        return Whole(track.all())
    finally:
        track.close()


def _of_file(path: bytes, language: str | None) -> list[Cue]:
    kind: Any = FORMATS.get(Path(os.fsdecode(path)).suffix.lower())
    if kind is None:
        raise MediaError(Reason.UNRECOGNISED, "no subtitles by its name")
    with MediaFile(path) as file:
        if file.size_bytes > MAX_TEXT_BYTES:
            raise MediaError(Reason.TOO_LARGE, "subtitles of this size are none")
        return parse(decode_text(file.read_at(0, file.size_bytes), language), kind)


class Whole:
    """Cues that are all known."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = sorted((cue for cue in cues if cue.markup), key=lambda cue: cue.start_ms)

    def shown(self, start_us: int, end_us: int) -> Sequence[Cue]:  # noqa: ARG002 - of the protocol
        return self._cues

    def close(self) -> None:
        """Nothing is open."""


class Track:
    """A track inside a film, read where it is asked for."""

    def __init__(self, path: bytes, stream_index: int) -> None:
        self._file = MediaFile(path)
        try:
            format_ = sniff_file(self._file)
            self._container = open_container(self._file, format_, full=True)
        except BaseException:
            self._file.close()
            raise
        try:
            self._stream = self._select(stream_index)
        except BaseException:
            self.close()
            raise
        self._codec = codec_of(self._stream)
        self.indexed = format_ is Format.MP4
        self._packets: Iterator[Any] = iter(())
        self._cues: dict[tuple[int, bytes], Cue] = {}
        self._from_us = self._to_us = 0

    def close(self) -> None:
        self._container.close()
        self._file.close()

    def all(self) -> list[Cue]:
        """Every cue, by the index of the track."""
        try:
            self._container.seek(self._container.start_time or 0)
            self._read(self._container.demux(self._stream), None)
        except av.error.FFmpegError as error:
            raise MediaError(Reason.DAMAGED, f"the subtitles cannot be read: {error.strerror}") from error
        return list(self._cues.values())

    def shown(self, start_us: int, end_us: int) -> Sequence[Cue]:
        """As :class:`Words`."""
        back_us = max(0, start_us - BACK_US)
        try:
            if not self._from_us <= back_us <= self._to_us or self._to_us == 0:
                self._cues.clear()
                self._container.seek(back_us + (self._container.start_time or 0))
                self._packets = self._container.demux()
                self._from_us = self._to_us = back_us
            if self._to_us < end_us:
                self._read(self._packets, end_us)
                self._to_us = end_us
        except av.error.FFmpegError as error:
            self._from_us = self._to_us = 0
            raise MediaError(Reason.DAMAGED, f"the subtitles cannot be read: {error.strerror}") from error
        return sorted(self._cues.values(), key=lambda cue: cue.start_ms)

    def _select(self, stream_index: int) -> SubtitleStream:
        found: SubtitleStream | None = None
        clock: Any = None
        for stream in self._container.streams:
            if stream.index == stream_index and isinstance(stream, SubtitleStream):
                found = stream
                continue
            # One other stream tells how far reading came: subtitles may be minutes apart.
            if clock is None and stream.type in {"video", "audio"}:
                clock = stream
            else:
                stream.discard = Discard.all
        if found is None:
            raise MediaError(Reason.MISSING, f"no subtitle stream with index {stream_index}")
        if codec_of(found) not in TEXT_CODECS:
            raise MediaError(Reason.REFUSED, "these subtitles are pictures")
        return found

    def _read(self, packets: Iterator[Any], end_us: int | None) -> None:
        for packet in packets:
            stamp = packet.dts if packet.dts is not None else packet.pts
            if not packet.size or stamp is None:
                continue
            if packet.stream is not self._stream and packet.stream.index != self._stream.index:
                clock = timeline(self._container, packet.stream)
                if end_us is not None and clock.us(stamp) >= end_us + _INTERLEAVED_US:
                    return
                continue
            self._take(packet)

    def _take(self, packet: Any) -> None:
        if packet.pts is None or len(self._cues) >= MAX_CUES:
            return
        clock = timeline(self._container, self._stream)
        start_ms = clock.us(packet.pts) // 1000
        length_ms = round((packet.duration or 0) * clock.base * 1000)
        data = bytes(packet)
        cue = cue_of(self._codec, start_ms, start_ms + (length_ms if length_ms > 0 else DEFAULT_DURATION_MS), data)
        if cue.markup:
            self._cues[start_ms, data] = cue
