"""The task that wraps finished pieces and copied streams into one file, in a worker that may write into one folder."""

import errno

from msgspec import Struct

from vitascope.media.workers.registry import task

FORMATS = {
    "mp4": "mp4",
    "mkv": "matroska",
    "webm": "webm",
    "mpegts": "mpegts",
    "mp3": "mp3",
    "flac": "flac",
    "ogg": "ogg",
    "aac": "adts",
}
"""The containers that a file can be made in, as the API spells them, with what libav calls them."""


class Track(Struct, frozen=True, kw_only=True):
    """One stream of the file that is made: pieces of a rendition, or a stream of a file as it is."""

    pieces: tuple[str, ...] = ()
    """The header and the segments, in order."""
    path: bytes = b""
    stream_index: int = 0
    language: str | None = None
    video: bool = False


class GatherArgs(Struct, frozen=True, kw_only=True):
    tracks: tuple[Track, ...]
    container: str
    """One of :data:`FORMATS`."""
    target: str
    """What lies there is replaced."""


class Gathered(Struct, frozen=True, kw_only=True):
    """What was written; ``full``: nothing that could be used, for want of space."""

    size_bytes: int = 0
    full: bool = False


@task("gather")
def gather(args: GatherArgs) -> Gathered:
    from vitascope.media.transcoding.gathering import gathered

    try:
        return Gathered(size_bytes=gathered(args))
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return Gathered(full=True)
        raise
