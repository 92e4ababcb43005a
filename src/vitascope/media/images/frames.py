"""One well-chosen picture from a video.

Where a film has no poster, a frame stands in for it. A fixed position often hits black, a fade or a logo on one
colour, so key frames at several places are looked at, small and grey, and the first that has light and detail is
taken; when none has, the best of them. The chosen frame is turned upright, brought to square pixels, and tone-mapped
when the film is HDR.
"""

import os
from collections.abc import Iterator

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vitascope.media.images import tonemap
from vitascope.media.images._video import open_video
from vitascope.media.images._vips import Image, save_jpeg
from vitascope.media.images.errors import NoFrameError
from vitascope.media.images.results import FramePicture

_PLACES = (0.33, 0.42, 0.24, 0.55, 0.15, 0.68, 0.08, 0.82, 0.92)
_GOOD_SCORE = 0.55
_MAX_PACKETS = 4000
_WHOLE_PICTURES = {"mp4", "matroska"}
"""Containers whose packets hold a picture each; elsewhere it may be one of its two fields."""
_BT2020 = 9
_JPEG_RANGE = 2


def frame(
    path: str | bytes | os.PathLike[str],
    at_ms: int | None = None,
    *,
    max_width: int = 1280,
    dolby_profile: int | None = None,
) -> FramePicture:
    """The frame at ``at_ms`` (exactly), or a well-chosen one. Raises :class:`NoFrameError`.

    ``dolby_profile`` is what a probe found: of Dolby Vision, profile 5 has colours of its own.
    """
    with open_video(path, here_and_there=True) as (container, stream):
        try:
            stream.thread_type = "AUTO"
            chosen = _at(container, stream, at_ms) if at_ms is not None else _choose(container, stream)
            return finish(chosen, stream, max_width, dolby=dolby_profile == 5)
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise NoFrameError(f"the video cannot be decoded: {error}") from error


def _at(container: InputContainer, stream: VideoStream, at_ms: int) -> VideoFrame:
    seconds = at_ms / 1000
    last: VideoFrame | None = None
    for start in (seconds, 0.0):
        seek(container, stream, start)
        for decoded in decoded_frames(container, stream):
            last = decoded
            position = position_s(decoded, stream)
            if position is None or position + 0.02 >= seconds:
                return decoded
        if last is not None:
            return last
    raise NoFrameError("the video has no frame there")


def _choose(container: InputContainer, stream: VideoStream) -> VideoFrame:
    stream.codec_context.skip_frame = "NONKEY"
    duration_s = _duration_s(container, stream)
    best: tuple[float, VideoFrame] | None = None
    seen: set[int | None] = set()
    for place in _PLACES if duration_s > 1 else (0.33,):
        decoded = _first_frame_at(container, stream, place * duration_s)
        if decoded is None or (decoded.pts is not None and decoded.pts in seen):
            continue
        seen.add(decoded.pts)
        score = _score(decoded)
        if best is None or score > best[0]:
            best = score, decoded
        if score >= _GOOD_SCORE:
            break
    if best is None or (best[0] < 0.1 and len(seen) < 3):
        # Few key frames, or none that could be sought: look at the beginning frame by frame.
        stream.codec_context.skip_frame = "DEFAULT"
        best = _best_of_beginning(container, stream, best)
    if best is None:
        raise NoFrameError("no frame of the video could be decoded")
    return best[1]


def _best_of_beginning(
    container: InputContainer, stream: VideoStream, best: tuple[float, VideoFrame] | None
) -> tuple[float, VideoFrame] | None:
    seek(container, stream, 0.0)
    for number, decoded in enumerate(decoded_frames(container, stream)):
        if number % 12 == 0:
            score = _score(decoded)
            if best is None or score > best[0]:
                best = score, decoded
        if number >= 240 or (best is not None and best[0] >= _GOOD_SCORE):
            break
    return best


def _first_frame_at(container: InputContainer, stream: VideoStream, seconds: float) -> VideoFrame | None:
    try:
        seek(container, stream, seconds)
        decoded = _of_one_packet(container, stream) if _WHOLE_PICTURES & set(container.format.name.split(",")) else None
        return decoded or next(iter(decoded_frames(container, stream)), None)
    except av.FFmpegError:
        return None


def _of_one_packet(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """The picture of the next packet, if that is a key frame, without reading on: decoders else keep it back until
    others came, each as dear as the key frame where bytes come over a network."""
    packet = next(iter(container.demux(stream)), None)
    if packet is None or not packet.is_keyframe:
        return None
    frames = [*stream.codec_context.decode(packet), *stream.codec_context.decode(None)]
    stream.codec_context.flush_buffers()
    if not frames:
        return None
    if stream.time_base is not None:
        frames[0].time_base = stream.time_base  # which one that came last has not
    return frames[0]


def decoded_frames(
    container: InputContainer, stream: VideoStream, *, most_packets: int | None = _MAX_PACKETS
) -> Iterator[VideoFrame]:
    """Frames from here on; damaged packets are passed over, and a hopeless file ends the search."""
    damaged = 0
    for number, packet in enumerate(container.demux(stream)):
        try:
            for decoded in packet.decode():
                if isinstance(decoded, VideoFrame):
                    yield decoded
        except av.FFmpegError:
            damaged += 1
        if damaged > 200 or (most_packets is not None and number > most_packets):
            return


def seek(container: InputContainer, stream: VideoStream, seconds: float) -> None:
    """Go to the key frame before a moment, counted from the first frame of the stream."""
    if stream.time_base is None:
        return
    target = int((seconds + start_s(stream)) / float(stream.time_base))
    try:
        container.seek(target, stream=stream, backward=True)
    except av.FFmpegError:
        container.seek(0)


def position_s(decoded: VideoFrame, stream: VideoStream) -> float | None:
    """Where a frame stands, counted from the first of its stream; ``None`` where the file does not say."""
    return None if decoded.pts is None else decoded.time - start_s(stream)


def start_s(stream: VideoStream) -> float:
    """Where the stream begins by its own clock."""
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _duration_s(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration and container.duration > 0 else 0.0


def _score(decoded: VideoFrame) -> float:
    """0 for one flat colour, towards 1 for a well-lit picture with detail."""
    gray = decoded.reformat(width=96, height=54, format="gray").to_ndarray().astype(np.float32) / 255
    mean, spread = float(gray.mean()), float(gray.std())
    counts = np.bincount((gray * 31).astype(np.int64).ravel(), minlength=32)
    shares = counts[counts > 0] / gray.size
    entropy = float(-(shares * np.log2(shares)).sum()) / 5
    detail = float(np.abs(np.diff(gray, axis=1)).mean() + np.abs(np.diff(gray, axis=0)).mean())
    light = 1.0 if 0.12 <= mean <= 0.85 else max(0.0, min(mean / 0.12, (1 - mean) / 0.15))
    flat = float(shares.max())
    score = 0.5 * entropy + 0.3 * min(spread / 0.2, 1) + 0.2 * min(detail / 0.06, 1)
    return score * (0.25 + 0.75 * light) * (0.3 if flat > 0.85 else 1.0)


def finish(decoded: VideoFrame, stream: VideoStream, max_width: int, *, dolby: bool, quality: int = 88) -> FramePicture:
    """A frame as a picture: upright, in square pixels and sRGB, at most ``max_width`` on the longer side."""
    width, height = _display_size(decoded, stream, max_width)
    pixels = _to_srgb(decoded, width, height, dolby=dolby)
    quarter_turns = round(decoded.rotation / 90) % 4
    if quarter_turns:
        pixels = np.ascontiguousarray(np.rot90(pixels, quarter_turns))
    image = Image.new_from_array(pixels)
    jpeg = save_jpeg(image.copy(interpretation="srgb"), quality=quality)
    position = position_s(decoded, stream)
    at_ms = None if position is None else max(0, round(position * 1000))
    return FramePicture(jpeg=jpeg, width=image.width, height=image.height, at_ms=at_ms)


def _display_size(decoded: VideoFrame, stream: VideoStream, max_width: int) -> tuple[int, int]:
    """In square pixels, at most ``max_width`` on the longer side."""
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    ratio = float(aspect) if aspect and 0.2 < float(aspect) < 5 else 1.0
    width, height = decoded.width * ratio, float(decoded.height)
    scale = min(1.0, max_width / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _to_srgb(decoded: VideoFrame, width: int, height: int, *, dolby: bool) -> NDArray[np.uint8]:
    smooth = Interpolation.AREA if decoded.width > 2 * width else Interpolation.BICUBIC
    if (dolby or decoded.color_trc in {tonemap.PQ, tonemap.HLG}) and not decoded.format.is_rgb:
        planes = np.asarray(
            decoded.reformat(width=width, height=height, format="yuv444p16le", interpolation=smooth).to_ndarray(),
            dtype=np.uint16,
        )
        if planes.shape[-1] == 3:
            planes = np.moveaxis(planes, -1, 0)
        if dolby:
            return tonemap.dolby_ipt_to_sdr(planes)
        rgb = tonemap.yuv_to_rgb(planes, full_range=decoded.color_range == _JPEG_RANGE)
        return tonemap.to_sdr(rgb, transfer=decoded.color_trc, wide_gamut=decoded.color_primaries in {_BT2020, 2})
    space = _matrix(decoded)
    if decoded.interlaced_frame and decoded.height >= 240:
        whole = _rgb(decoded, decoded.width, decoded.height, space, Interpolation.BICUBIC)
        if _is_combed(whole):
            field = Image.new_from_array(np.ascontiguousarray(whole[::2])).copy(interpretation="srgb")
            scaled = field.thumbnail_image(width, height=height, size="force")
            return np.asarray(scaled.numpy())
    return _rgb(decoded, width, height, space, smooth)


def _rgb(
    decoded: VideoFrame, width: int, height: int, space: Colorspace, interpolation: Interpolation
) -> NDArray[np.uint8]:
    return np.asarray(
        decoded.reformat(
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=space,
            dst_color_range=ColorRange.JPEG,
            interpolation=interpolation | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
        ).to_ndarray()
    )


def _is_combed(pixels: NDArray[np.uint8]) -> bool:
    """Whether the two fields show different moments: lines are then liker their second neighbours than their first."""
    luma = pixels[:, :, 1].astype(np.float32)
    first = np.abs(luma[1:-1] - luma[:-2]).mean(axis=1)
    second = np.abs(luma[2:] - luma[:-2]).mean(axis=1)
    # A film flagged as interlaced by habit has no such lines; one with a moving part has many.
    return bool(np.mean(first > second * 1.15 + 0.5) > 0.2)


def _matrix(decoded: VideoFrame) -> Colorspace:
    # Many files do not say which matrix they use; players then go by the height.
    known = {1: Colorspace.ITU709, 5: Colorspace.ITU601, 6: Colorspace.SMPTE170M, 7: Colorspace.SMPTE240M,
             4: Colorspace.FCC, 9: Colorspace.BT2020, 10: Colorspace.BT2020}  # fmt: skip
    fallback = Colorspace.ITU709 if decoded.height >= 720 else Colorspace.ITU601
    return known.get(int(decoded.colorspace), fallback)
