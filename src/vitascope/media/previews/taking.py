"""Takes pictures along a film. Runs inside a worker process.

Each moment is sought by the file's own index and one key frame is decoded there, so little of a film is read; moments
that show the same key frame share its picture. Exact frames mean decoding everything between them.
"""

import time
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vitascope.media.images._video import open_video
from vitascope.media.images.errors import NoFrameError
from vitascope.media.images.frames import decoded_frames, finish, position_s, seek, start_s
from vitascope.media.previews.tasks import PreviewArgs, Previews

_QUALITY = 72
_SAME_S = 0.001
_MOST_PACKETS = 2_000
"""So many packets are looked through for a key frame."""


def take(args: PreviewArgs) -> Previews:
    """The pictures asked for, or as many as there was time for, but one at least. A moment at which nothing can be
    decoded shows what the one before it does. Raises :class:`NoFrameError` when nothing at all can be decoded."""
    until = time.monotonic() + args.budget_s
    pictures: list[bytes] = []
    with open_video(args.path) as (container, stream):
        taken = (_key_frames if args.key_frames_only else _exact_frames)(container, stream, args)
        missing = 0
        for picture in taken:
            if picture is not None:
                pictures += [picture] * (missing + 1)
                missing = 0
            elif pictures:
                pictures.append(pictures[-1])
            else:
                missing += 1
            if pictures and time.monotonic() > until:
                break
    if not pictures:
        raise NoFrameError("no frame of the video could be decoded")
    return Previews(pictures=pictures)


def _finisher(stream: VideoStream, args: PreviewArgs) -> Callable[[VideoFrame], bytes]:
    dolby = args.dolby_profile == 5
    return lambda frame: finish(frame, stream, args.max_side, dolby=dolby, quality=_QUALITY).jpeg


def _key_frames(container: InputContainer, stream: VideoStream, args: PreviewArgs) -> Iterator[bytes | None]:
    finished = _finisher(stream, args)
    stream.codec_context.thread_type = "SLICE"
    stream.codec_context.skip_frame = "NONKEY"
    picture: bytes | None = None
    shown_s: float | None = None
    for number in range(args.first, args.first + args.count):
        moment_s = number * args.interval_ms / 1000
        try:
            frame = key_frame_at(container, stream, moment_s, other_than_s=shown_s)
            if frame is not None:
                picture, shown_s = finished(frame), position_s(frame, stream)
        except (av.FFmpegError, ValueError):
            pass  # this place is damaged: the picture before it stands in
        yield picture


def key_frame_at(
    container: InputContainer, stream: VideoStream, moment_s: float, *, other_than_s: float | None = None
) -> VideoFrame | None:
    """The key frame before a moment; ``None`` when it is the one at ``other_than_s``, which is then not decoded again,
    and when there is none. The decoder must have been told to skip all others. Raises ``FFmpegError``."""
    seek(container, stream, moment_s)
    packet = _key_packet(container, stream)
    if packet is None:
        return None
    if other_than_s is not None and packet.pts is not None and stream.time_base is not None:
        at_s = float(packet.pts * stream.time_base) - start_s(stream)
        if abs(at_s - other_than_s) < _SAME_S:
            return None
    return _decode(stream, packet)


def _key_packet(container: InputContainer, stream: VideoStream) -> "av.Packet[VideoStream] | None":
    for number, packet in enumerate(container.demux(stream)):
        if packet.is_keyframe and packet.size:
            return packet
        if number > _MOST_PACKETS:
            break
    return None


def _decode(stream: VideoStream, packet: "av.Packet[VideoStream]") -> VideoFrame | None:
    """The frame of a key packet alone: what a decoder holds back is asked for at once; the next seek resets it."""
    for frame in [*packet.decode(), *stream.codec_context.decode(None)]:
        if stream.time_base is not None:
            frame.time_base = stream.time_base  # one that was held back has none
        return frame
    return None


def _exact_frames(container: InputContainer, stream: VideoStream, args: PreviewArgs) -> Iterator[bytes | None]:
    finished = _finisher(stream, args)
    stream.thread_type = "AUTO"
    seek(container, stream, args.first * args.interval_ms / 1000)
    frames = decoded_frames(container, stream, most_packets=None)
    frame: VideoFrame | None = None
    picture: bytes | None = None
    for number in range(args.first, args.first + args.count):
        moment_s = number * args.interval_ms / 1000
        if frame is None or _is_before(frame, stream, moment_s):
            later = next((one for one in frames if not _is_before(one, stream, moment_s)), None)
            if later is not None:
                frame, picture = later, finished(later)
        yield picture


def _is_before(frame: VideoFrame, stream: VideoStream, moment_s: float) -> bool:
    at = position_s(frame, stream)
    return at is not None and at + 0.02 < moment_s
