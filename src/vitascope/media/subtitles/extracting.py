"""A text subtitle stream out of a film. Runs inside a worker process.

The packets of text codecs carry the text itself, so nothing is decoded: SubRip and WebVTT packets are the text of one
cue, ASS packets an event without its times, MP4 timed text a length and a text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.subtitles.stream import SubtitleStream

from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.subtitles.converting import Target
from vitascope.media.subtitles.cues import MAX_CUES, Cue, to_markup
from vitascope.media.subtitles.parsing import ass_markup
from vitascope.media.subtitles.writing import ass_clock, write_ass, write_srt, write_vtt
from vitascope.media.workers.failure import MediaError, Reason

DEFAULT_DURATION_MS = 4000
_EVENT_FIELDS = 9
"""Of an ASS packet: read order, layer, style, name, three margins, effect, text."""
TEXT_CODECS = frozenset({"subrip", "ass", "ssa", "webvtt", "mov_text", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of a file, so that what lies outside need not be read. Milliseconds after its begin."""

    from_ms: int
    to_ms: int
    start_ms: int = 0
    """What the file's clock shows where it begins."""


def extract_subtitle(path: str | bytes, stream_index: int, target: Target, window: Window | None = None) -> str:
    """The text of the stream with that index. Raises :class:`MediaError`, also for picture subtitles.

    With a window only that part of the file is read, and what is shown before it or after it may be missing.
    """
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=False)
        try:
            stream = _find(container, stream_index)
            return _extract(container, stream, target, window)
        except av.error.FFmpegError as error:
            raise MediaError(Reason.DAMAGED, "the subtitles cannot be read") from error
        finally:
            container.close()


def _find(container: InputContainer, stream_index: int) -> SubtitleStream:
    found: SubtitleStream | None = None
    for stream in container.streams:
        if stream.index == stream_index and isinstance(stream, SubtitleStream):
            found = stream
        else:
            stream.discard = Discard.all
    if found is None:
        raise MediaError(Reason.MISSING, f"no subtitle stream with index {stream_index}")
    if codec_of(found) not in TEXT_CODECS:
        raise MediaError(Reason.REFUSED, "these subtitles are pictures")
    return found


def codec_of(stream: Stream) -> str:
    """The codec of a subtitle stream in libav's spelling; empty for one it does not know."""
    context: object = stream.codec_context
    return stream.codec_context.codec.canonical_name if context is not None else ""


def _extract(container: InputContainer, stream: SubtitleStream, target: Target, window: Window | None) -> str:
    codec = codec_of(stream)
    packets = _timed(container, stream) if window is None else _windowed(container, stream, window)
    if codec in {"ass", "ssa"} and target == "ass":
        return _as_ass(stream, packets)
    cues = (cue_of(codec, *packet) for packet in packets)
    ordered = sorted((cue for cue in cues if cue.markup), key=lambda cue: cue.start_ms)
    return {"srt": write_srt, "vtt": write_vtt, "ass": write_ass}[target](ordered)


def _timed(container: InputContainer, stream: SubtitleStream) -> Iterator[tuple[int, int, bytes]]:
    """Start and end in milliseconds, and the bytes, of each packet."""
    count = 0
    packet: Packet[SubtitleStream]
    for packet in container.demux(stream):
        base = packet.time_base
        if packet.pts is None or not packet.size or base is None:
            continue
        start = max(0, round(packet.pts * base * 1000))
        length = round(packet.duration * base * 1000) if packet.duration else 0
        yield start, start + (length if length > 0 else DEFAULT_DURATION_MS), bytes(packet)
        count += 1
        if count >= MAX_CUES:
            return


_EARLIER_MS = 10_000
"""How much earlier than a window is read: for what appeared then and is still to be seen."""


def _windowed(container: InputContainer, stream: SubtitleStream, window: Window) -> Iterator[tuple[int, int, bytes]]:
    """The same, of a window. The pictures' packets say where one is, when there is nothing to be read for long."""
    video = next(iter(container.streams.video), None)
    if video is not None:
        video.discard = Discard.nonkey
    first_ms = max(0, window.from_ms - _EARLIER_MS)
    if first_ms:
        container.seek((first_ms + window.start_ms) * 1000)
    for packet in container.demux([one for one in (video, stream) if one is not None]):
        base = packet.time_base
        if packet.pts is None or not packet.size or base is None:
            continue
        start = round(packet.pts * base * 1000) - window.start_ms
        if packet.stream_index != stream.index:
            if start > window.to_ms:
                return
            continue
        if start <= window.to_ms:
            length = round(packet.duration * base * 1000) if packet.duration else 0
            yield max(0, start), start + (length if length > 0 else DEFAULT_DURATION_MS), bytes(packet)


def cue_of(codec: str, start_ms: int, end_ms: int, data: bytes) -> Cue:
    """The cue in a packet; its markup is empty where there is none."""
    if codec in {"ass", "ssa"}:
        fields = _event(data)
        markup = ass_markup(fields[-1]) if len(fields) == _EVENT_FIELDS else ""
        return Cue(start_ms=start_ms, end_ms=end_ms, markup=markup)
    if codec == "mov_text":
        length = int.from_bytes(data[:2], "big")
        data = data[2 : 2 + length]
    text = data.decode("utf-8", "replace")
    if codec in {"mov_text", "text"}:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Cue(start_ms=start_ms, end_ms=end_ms, markup=to_markup(text, escaped=codec != "subrip"))


def _event(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r", "").strip("\n\0").split(",", _EVENT_FIELDS - 1)


def _as_ass(stream: SubtitleStream, packets: Iterator[tuple[int, int, bytes]]) -> str:
    """The whole script again: the header from the container, events in their reading order."""
    header = (stream.codec_context.extradata or b"").decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n\0")
    lines: list[tuple[int, str]] = []
    for start_ms, end_ms, data in packets:
        fields = _event(data)
        if len(fields) == _EVENT_FIELDS:
            order = int(fields[0]) if fields[0].isascii() and fields[0].isdigit() else 0
            text = ",".join(fields[2:]).replace("\n", "\\N")
            lines.append((order, f"Dialogue: {fields[1]},{ass_clock(start_ms)},{ass_clock(end_ms)},{text}"))
    if "[events]" not in header.lower():
        header += "\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
    return "\n".join([header, *(line for _, line in sorted(lines))]) + "\n"
