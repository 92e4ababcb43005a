"""Opening a video for its pictures: through a descriptor, with nothing else within reach.

The file is opened here and handed over as ``fd:``, the only protocol that is allowed. So a name needs no escaping and
no decoding, and a file that is really a playlist of addresses (HLS, concat, DASH) has nothing that it could open.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from vitascope.media.images.errors import NoFrameError
from vitascope.media.probe.opening import MediaFile
from vitascope.media.workers.failure import MediaError, Reason

_DEMUXERS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,ogg,rm,mxf,gxf,ivf,wtv,nut,dv,"
    "h264,hevc,av1,obu,vc1,m4v,yuv4mpegpipe,amv,nsv,gif,ape,flac,mp3,wav,aiff"
)


@contextmanager
def open_video(
    path: str | bytes | os.PathLike[str], *, here_and_there: bool = False
) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its main video stream, for a few pictures of it (``here_and_there``) or many. Raises
    :class:`NoFrameError` when there is none."""
    try:
        file = MediaFile(os.fsencode(path), here_and_there=here_and_there)
    except MediaError as error:
        raise NoFrameError(error.detail, error.reason) from error
    except ValueError as error:  # a NUL in the name
        raise NoFrameError(str(error), Reason.MISSING) from error
    with file:
        opened, only = file.for_libav()
        try:
            container = av.open(
                opened,
                "r",
                options={**only, "format_whitelist": _DEMUXERS, "probesize": "2000000"},
                metadata_errors="replace",
            )
        except (av.FFmpegError, ValueError, OSError) as error:
            _check_disk(file)
            raise NoFrameError(f"not a readable video: {error}", Reason.UNRECOGNISED) from error
        with container:
            yield container, _main_stream(container)


def _check_disk(file: MediaFile) -> None:
    """A failing disk looks like damage to libav, not to us. Raises :class:`NoFrameError` when it fails."""
    try:
        file.read_at(file.size_bytes - 1, 1)
    except MediaError as error:
        raise NoFrameError(error.detail, error.reason) from error


def _main_stream(container: InputContainer) -> VideoStream:
    # Embedded covers are video streams too.
    streams = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not streams:
        raise NoFrameError("the file has no moving pictures")
    return max(streams, key=lambda stream: stream.width * stream.height)
