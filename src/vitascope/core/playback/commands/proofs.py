"""Small conversions that prove an ability: the very options of a real one, on a few pictures that are made up.

An encoder that is compiled in says nothing of the device and the driver behind it; only what came out counts.
"""

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import audio, video
from vitascope.core.playback.commands.inputs import BEGIN
from vitascope.core.playback.commands.segments import output
from vitascope.core.playback.commands.tools import VideoTools
from vitascope.core.playback.renditions import (
    AudioCodec,
    AudioRendition,
    Burned,
    SegmentFormat,
    VideoCodec,
    VideoRendition,
)

_PICTURES = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=0.25")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.25")
_INFO = StreamInfo(type=StreamType.VIDEO, index=0, width=320, height=180, frame_rate=24.0)


def video_proof(
    codec: VideoCodec,
    tools: VideoTools,
    *,
    ten_bit: bool = False,
    tone_map: bool = False,
    deinterlace: bool = False,
    text: video.TextSubtitle | None = None,
) -> tuple[str, ...]:
    """Six pictures, encoded."""
    rendition = VideoRendition(
        name="proof",
        index=0,
        format=SegmentFormat.FMP4,
        codec=codec,
        width=256,
        height=144,
        bitrate_kbps=1_000,
        ten_bit=ten_bit,
        tone_map=tone_map,
        deinterlace=deinterlace,
        burned=None if text is None else Burned(index=None),
    )
    graph = video.graph(_INFO, rendition, tools, first_tick=None, end_tick=None, text=text)
    encoding = video.encoding(rendition, tools, [0])
    return (*BEGIN, *video.hardware_device(tools), *_PICTURES, *graph, *encoding, *output(rendition))


def audio_proof(codec: AudioCodec) -> tuple[str, ...]:
    """A quarter of a second of sound, encoded."""
    info = StreamInfo(type=StreamType.AUDIO, index=0, channels=1, sampling_rate=48_000)
    rendition = AudioRendition(name="proof", index=0, format=SegmentFormat.FMP4, codec=codec, channels=2)
    graph = audio.graph(info, rendition, codec, None)
    return (*BEGIN, *_SOUND, *graph, *audio.encoding(info, rendition, codec), *output(rendition))
