"""Runs that make segments: the whole command line of one run, and what its cutter has to know of it.

A run writes one stream to its standard output, frame by frame: fragmented MP4 with a fragment for each frame, or
MPEG-TS with a packetised unit for each. Whoever reads it cuts it into segments at exact times and drops what comes
before the first.
"""

from dataclasses import dataclass

from vitascope.core.model import StreamInfo
from vitascope.core.playback.commands import audio, video
from vitascope.core.playback.commands.inputs import BEGIN, Input
from vitascope.core.playback.commands.tools import VideoTools
from vitascope.core.playback.commands.values import CommandError, seconds
from vitascope.core.playback.grid import Grid
from vitascope.core.playback.renditions import (
    BEGIN_US,
    AudioCodec,
    AudioRendition,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)
from vitascope.core.playback.timing import TICKS, boundary_tick, first_frame

_PREROLL_US = 250_000
"""How much earlier pictures are decoded: interlacing and rates look at those before."""
_IMAGES_PREROLL_US = 4_000_000
"""The same where subtitles are pictures, which are sent once, when they appear."""
_NO_INDEX_PREROLL_US = 10_000_000
"""The same where a file has no index: reading begins somewhere near, and pictures with the next key frame."""
_NO_INDEX = frozenset({"mpegts", "mpeg", "ts", "m2ts", "vob"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A command, and how what it writes is cut. All times are ticks of ``timescale``, from the begin of the file."""

    arguments: tuple[str, ...]
    format: SegmentFormat
    video: bool
    timescale: int
    first: int
    """The number of the first segment."""
    boundaries: tuple[int, ...]
    """Where the segments begin, and where the last one ends."""
    frame_ticks: int = 0
    """Of sound: how long a frame is; 0 for pictures."""


def video_run(
    source: Input,
    info: StreamInfo,
    rendition: VideoRendition,
    grid: Grid,
    first: int,
    last: int,
    tools: VideoTools,
    *,
    text: video.TextSubtitle | None = None,
) -> Run:
    """The run that converts the pictures of the segments ``first`` to ``last``."""
    _check(grid, first, last)
    boundaries = tuple(boundary_tick(grid.start_us(number)) for number in range(first, last + 2))
    preroll_us = _PREROLL_US
    if source.container in _NO_INDEX and not grid.on_key_frames:
        preroll_us = _NO_INDEX_PREROLL_US
    if rendition.burned is not None and rendition.burned.image:
        preroll_us = max(preroll_us, _IMAGES_PREROLL_US)
    at_end = last + 1 == len(grid)
    graph = video.graph(
        info,
        rendition,
        tools,
        # What lies before 0 is shown with the first segment.
        first_tick=boundaries[0] if first else None,
        end_tick=None if at_end else boundaries[-1],
        text=text,
    )
    arguments = [
        *(*BEGIN, *video.hardware_device(tools)),
        *source.arguments(from_us=grid.start_us(first) - preroll_us, tools=tools),
        *graph,
        *video.encoding(rendition, tools, boundaries[:-1]),
        *output(rendition),
    ]
    return Run(
        arguments=tuple(arguments),
        format=rendition.format,
        video=True,
        timescale=TICKS,
        first=first,
        boundaries=boundaries,
    )


def audio_run(
    source: Input, info: StreamInfo, rendition: AudioRendition, grid: Grid, first: int, last: int, *, phase_us: int = 0
) -> Run:
    """The run that converts the sound of the segments ``first`` to ``last``."""
    _check(grid, first, last)
    if rendition.codec is None:
        raise CommandError("nothing is encoded of what is copied")
    frame = audio.frame_length(rendition, rendition.codec)
    frames = [first_frame(grid.start_us(number), frame) for number in range(first, last + 2)]
    end = None if last + 1 == len(grid) else frames[-1]
    at = audio.place(info, rendition, rendition.codec, frames[0], end)
    samples = int(frame * rendition.sampling_rate)
    arguments = [
        *BEGIN,
        *source.arguments(from_us=audio.read_from_us(at)),
        *audio.graph(info, rendition, rendition.codec, at, phase_us=phase_us),
        *audio.encoding(info, rendition, rendition.codec),
        *output(rendition),
    ]
    return Run(
        arguments=tuple(arguments),
        format=rendition.format,
        video=False,
        timescale=rendition.sampling_rate,
        first=first,
        boundaries=tuple(number * samples for number in frames),
        frame_ticks=samples,
    )


def _check(grid: Grid, first: int, last: int) -> None:
    if not 0 <= first <= last < len(grid):
        raise CommandError(f"segments from 0 to {len(grid) - 1}, not {first} to {last}")


_OUTPUT = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"),
    *("-avoid_negative_ts", "disabled", "-max_muxing_queue_size", "4096", "-flush_packets", "1"),
)
_MP4_FLAGS = "+frag_every_frame+empty_moov+default_base_moof+frag_discont+skip_trailer"
_HEADER_FROM_PACKETS = frozenset({VideoCodec.VP9, AudioCodec.AC3, AudioCodec.EAC3})
"""Codecs whose encoders say only with the first packet what belongs into the header."""


def output(rendition: VideoRendition | AudioRendition) -> list[str]:
    """How the frames are written to the pipe."""
    match rendition.format:
        case SegmentFormat.FMP4:
            flags = _MP4_FLAGS + ("+delay_moov" if rendition.codec in _HEADER_FROM_PACKETS else "")
            scale = ["-video_track_timescale", str(TICKS)] if isinstance(rendition, VideoRendition) else []
            return [*_OUTPUT, *scale, "-use_editlist", "0", "-movflags", flags, "-f", "mp4", "pipe:1"]
        case SegmentFormat.MPEGTS:
            return [
                *_OUTPUT,
                *("-output_ts_offset", seconds(BEGIN_US), "-muxdelay", "0", "-muxpreload", "0"),
                *("-pes_payload_size", "0", "-f", "mpegts", "pipe:1"),
            ]
    raise CommandError("pictures and sound are not made into text")
