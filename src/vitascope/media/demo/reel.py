"""Filming and cutting: frames to packets, packets to files, without a process or a temporary film.

A *segment* is a stretch of encoded pictures that begins with a key frame. Segments shot with one *coder* fit
together, so that an intro is encoded once and stands in every episode, and a minute fills ten: cutting copies
packets. Sound is encoded in one piece per file, or, for a loop, one round of its packets is repeated.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vitascope.media.demo import sound
from vitascope.media.demo.painting import Picture

if TYPE_CHECKING:
    from av.container.core import Chapter as Marker  # these exist for the type checker only

    Packet = av.Packet[Any]
    Timed = tuple[float, Packet]

FPS = 24
HOLD = 2
"""Pictures that show the same moment of a scene: places drift slowly, and only words need every picture."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """How pictures are encoded. Segments of equal coders can be joined."""

    codec: str
    columns: int
    rows: int
    options: tuple[tuple[str, str], ...]
    pixels: str = "yuv420p"
    hdr: bool = False

    def open(self) -> av.VideoCodecContext:
        """A fresh encoder with its headers kept apart, as every container here wants them."""
        context = av.CodecContext.create(self.codec, "w")
        if not isinstance(context, av.VideoCodecContext):
            raise TypeError(f"{self.codec} encodes no pictures")
        self.configure(context)
        context.options = dict(self.options)
        context.flags |= int(av.codec.context.Flags.global_header)
        return context

    def configure(self, context: av.VideoCodecContext) -> None:
        """Size, clock and colours of an encoder."""
        context.width, context.height, context.pix_fmt = self.columns, self.rows, self.pixels
        context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
        context.thread_count = 1
        context.color_range = 1
        if self.hdr:
            context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        else:
            context.color_primaries, context.color_trc, context.colorspace = 1, 1, 1


def h264(columns: int, rows: int, *, crf: int = 25, preset: str = "superfast") -> Coder:
    """H.264 as every browser plays it, without reordered pictures."""
    options = {"preset": preset, "crf": str(crf), "bf": "0", "g": "96", "profile": "high", "x264-params": "threads=1"}
    return Coder(codec="libx264", columns=columns, rows=rows, options=tuple(options.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One encoded picture; times in frames."""

    data: bytes
    key: bool
    pts: int
    dts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Encoded pictures from a key frame on."""

    coder: Coder
    shots: tuple[Shot, ...]
    frames: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / FPS


class Overlay(Protocol):
    """Something laid over finished pictures, such as a title."""

    def covers(self, second: float) -> bool:
        """Whether it changes the picture at a time."""
        ...

    def apply(self, luma: Plane, blue: Plane, red: Plane, second: float) -> None:
        """Paint onto the planes of a 4:2:0 picture at a time."""
        ...


Develop = Callable[[Picture], av.VideoFrame]


def plain(picture: Picture) -> av.VideoFrame:
    """A picture as a frame, as it is."""
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def planes(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """The three planes of an 8-bit picture, writable."""
    views = []
    for plane in frame.planes[:3]:
        whole = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(plane.height, plane.line_size)
        views.append(whole[:, : plane.width])
    return views[0], views[1], views[2]


def _copy(frame: av.VideoFrame) -> av.VideoFrame:
    """A picture of the same kind to paint on, while the encoder may still hold the first."""
    twin = av.VideoFrame(frame.width, frame.height, frame.format.name)
    twin.colorspace, twin.color_range = frame.colorspace, frame.color_range
    for target, source in zip(planes(twin), planes(frame), strict=True):
        target[:] = source
    return twin


def shoot(
    coder: Coder,
    picture_at: Callable[[float], Picture],
    seconds: float,
    *,
    overlays: Sequence[Overlay] = (),
    develop: Develop = plain,
    check: Callable[[], None] = lambda: None,
) -> Segment:
    """Film ``seconds`` of ``picture_at(second)``, which is asked for every second picture.

    ``check`` is called for every picture and may raise to stop.
    """
    (segment,) = shoot_takes(coder, picture_at, seconds, takes=(overlays,), develop=develop, check=check)
    return segment


def shoot_takes(
    coder: Coder,
    picture_at: Callable[[float], Picture],
    seconds: float,
    *,
    takes: Sequence[Sequence[Overlay]],
    develop: Develop = plain,
    check: Callable[[], None] = lambda: None,
) -> list[Segment]:
    """Film the same stretch with each set of overlays: a picture is painted once for all of them."""
    contexts = [coder.open() for _ in takes]
    packets: list[list[Packet]] = [[] for _ in takes]
    frames = round(seconds * FPS)
    reformatter = av.video.reformatter.VideoReformatter()  # one for all, since the first use prepares its tables
    clean: av.VideoFrame | None = None
    for number in range(frames):
        check()
        if clean is None or number % HOLD == 0:
            clean = reformatter.reformat(
                develop(picture_at(number / FPS)),
                coder.columns,
                coder.rows,
                coder.pixels,
                dst_colorspace=9 if coder.hdr else 1,
                dst_color_range=1,
                interpolation="BICUBIC",
                threads=1,
            )
        for context, overlays, made in zip(contexts, takes, packets, strict=True):
            frame = clean
            if active := [overlay for overlay in overlays if overlay.covers(number / FPS)]:
                frame = _copy(clean)
                views = planes(frame)
                for overlay in active:
                    overlay.apply(*views, number / FPS)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            made += context.encode(frame)
    return [
        _segment(coder, made + context.encode(None), frames) for context, made in zip(contexts, packets, strict=True)
    ]


def _segment(coder: Coder, packets: Sequence[Packet], frames: int) -> Segment:
    shots = []
    for packet in packets:
        pts, dts = packet.pts, packet.dts
        if pts is None or dts is None:
            raise ValueError(f"{coder.codec} gave a picture without a time")
        shots.append(Shot(data=bytes(packet), key=packet.is_keyframe, pts=pts, dts=dts))
    return Segment(coder=coder, shots=tuple(shots), frames=frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTrack:
    """Sound for a file: channels by samples at 48 kHz, and how it is encoded."""

    pcm: sound.Pcm
    codec: str = "aac"
    kbps: int = 128
    language: str = "eng"
    title: str = ""
    default: bool = True
    commentary: bool = False
    rounds: tuple[int, int, int] | None = None
    """Packets of an opening, of the round that is repeated, and how often: for sound that loops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTrack:
    """Subtitles as the file that a person would have: format ``srt``, ``ass`` or ``sup``."""

    data: bytes
    format: str
    language: str
    title: str = ""
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A named stretch of a film, in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A finished film before it is written."""

    video: Sequence[Segment]
    audio: Sequence[AudioTrack] = ()
    texts: Sequence[TextTrack] = ()
    chapters: Sequence[Chapter] = ()
    tags: dict[str, str] = field(default_factory=dict)


_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
_SAMPLE_FORMATS = {"aac": "fltp", "ac3": "fltp", "eac3": "fltp", "libopus": "flt", "libmp3lame": "fltp", "flac": "s16"}

_QUICK = {
    "aac": {"aac_coder": "fast", "aac_ms": "0", "aac_is": "0", "aac_tns": "0", "aac_pns": "0"},
    "libmp3lame": {"compression_level": "7"},
    "libopus": {"compression_level": "5"},
}


def encode_sound(stream: AudioStream, track: AudioTrack) -> list[Packet]:
    """All packets of a track, with the loop already repeated."""
    context = stream.codec_context
    layout = _LAYOUTS[track.pcm.shape[0]]
    source = av.AudioFrame.from_ndarray(np.ascontiguousarray(track.pcm), format="fltp", layout=layout)
    source.sample_rate, source.pts = sound.RATE, 0
    context.open()
    resampler = av.AudioResampler(
        format=_SAMPLE_FORMATS[track.codec], layout=layout, rate=sound.RATE, frame_size=context.frame_size or 1024
    )
    packets: list[Packet] = []
    for frame in [*resampler.resample(source), *resampler.resample(None)]:
        packets += stream.encode(frame)
    packets += stream.encode(None)
    if track.rounds is None:
        return packets
    opening, length, times = track.rounds
    order = [*range(opening + length), *list(range(opening, opening + length)) * (times - 1)]
    order += range(opening + length, len(packets))
    spacing = context.frame_size
    first = packets[0].pts or 0
    repeated = []
    for place, index in enumerate(order):
        packet = av.Packet(bytes(packets[index]))
        packet.pts = packet.dts = first + place * spacing
        packet.time_base, packet.duration = Fraction(1, sound.RATE), spacing
        packet.is_keyframe, packet.stream = True, stream
        repeated.append(packet)
    return repeated


def add_sound(output: av.container.OutputContainer, track: AudioTrack) -> AudioStream:
    """A stream for a track, with its language and title."""
    stream = output.add_stream(track.codec, rate=sound.RATE)
    if not isinstance(stream, AudioStream):
        raise TypeError(f"{track.codec} encodes no sound")
    stream.codec_context.layout = _LAYOUTS[track.pcm.shape[0]]
    stream.codec_context.format = _SAMPLE_FORMATS[track.codec]
    stream.codec_context.options = dict(_QUICK.get(track.codec, {}))
    if track.codec != "flac":
        stream.bit_rate = track.kbps * 1000
    _label(stream, track.language, track.title)
    marks = av.stream.Disposition
    stream.disposition = (marks.default if track.default else marks(0)) | (
        marks.comment if track.commentary else marks(0)
    )
    return stream


def _label(stream: AudioStream | SubtitleStream | VideoStream, language: str, title: str) -> None:
    if language:
        stream.metadata["language"] = language
    if title:
        stream.metadata["title"] = title


def _pictures(stream: VideoStream, cut: Cut) -> Iterator[Timed]:
    start = 0
    clock = Fraction(1, FPS)
    for segment in cut.video:
        for shot in segment.shots:
            packet = av.Packet(shot.data)
            packet.pts, packet.dts, packet.time_base = shot.pts + start, shot.dts + start, clock
            packet.duration, packet.is_keyframe, packet.stream = 1, shot.key, stream
            yield (shot.dts + start) / FPS, packet
        start += segment.frames


def chapter_marks(chapters: Iterable[Chapter]) -> list[Marker]:
    """The chapters as the container writes them, in milliseconds."""
    return [
        {
            "id": number,
            "start": round(chapter.start * 1000),
            "end": round(chapter.end * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(chapters, 1)
    ]


def evenly(titles: Sequence[str], seconds: float) -> tuple[Chapter, ...]:
    """Chapters of the same length that fill a film or a book."""
    step = seconds / max(1, len(titles))
    return tuple(Chapter(title=title, start=index * step, end=(index + 1) * step) for index, title in enumerate(titles))


def _seconds(packet: Packet) -> float:
    at = packet.dts if packet.dts is not None else packet.pts
    return float((at or 0) * packet.time_base)


def assemble(path: Path, cut: Cut, *, container: str) -> None:
    """Write a film: ``container`` is ``mp4``, ``mov``, ``matroska`` or ``webm``."""
    options = {"movflags": "+faststart"} if container in ("mp4", "mov") else {}
    with av.open(str(path), "w", format=container, options=options) as output:
        output.metadata.update(cut.tags)
        coder = cut.video[0].coder
        picture_stream = output.add_stream(coder.codec, rate=FPS, options=dict(coder.options))
        if not isinstance(picture_stream, VideoStream):
            raise TypeError(f"{coder.codec} encodes no pictures")
        coder.configure(picture_stream.codec_context)
        picture_stream.codec_context.flags |= int(av.codec.context.Flags.global_header)
        picture_stream.codec_context.open()
        timed: list[Timed] = list(_pictures(picture_stream, cut))
        for track in cut.audio:
            stream = add_sound(output, track)
            timed += [(_seconds(packet), packet) for packet in encode_sound(stream, track)]
        sources = []
        for text in cut.texts:
            source = av.open(io.BytesIO(text.data), "r", format=text.format)
            sources.append(source)
            template = source.streams.subtitles[0]
            subtitle = output.add_stream_from_template(template)
            _label(subtitle, text.language, text.title)
            marks = av.stream.Disposition
            subtitle.disposition = (
                (marks.default if text.default else marks(0))
                | (marks.forced if text.forced else marks(0))
                | (marks.hearing_impaired if text.hearing_impaired else marks(0))
            )
            for packet in source.demux(template):
                if packet.dts is not None:
                    at = _seconds(packet)
                    packet.stream = subtitle
                    timed.append((at, packet))
        if cut.chapters:
            output.set_chapters(chapter_marks(cut.chapters))
        timed.sort(key=lambda pair: pair[0])
        for _, packet in timed:
            output.mux(packet)
        for source in sources:
            source.close()
