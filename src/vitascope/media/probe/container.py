"""Opening a media file with libav, as cheaply as it allows.

The quick way reads headers only: no frame is decoded and no rate is guessed, which takes a third of a millisecond where
a full open takes twenty. The full way is for files whose headers say too little (transport streams, raw streams).
"""

import os

import av
import av.error
import av.logging
from av.container import InputContainer

from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import DEMUXER_OF, DEMUXERS, IMAGES, Format
from vitascope.media.workers.failure import MediaError, Reason

av.logging.set_level(None)

_COMMON = {"protocol_whitelist": "fd", "format_whitelist": DEMUXERS, "threads": "1"}
_QUICK = {
    "fpsprobesize": "0",
    "analyzeduration": "1",
    "max_probe_packets": "1",
    "probesize": "32768",
    "skip_frame": "all",
}
_FULL = {"probesize": "8000000", "analyzeduration": "6000000"}
_OPEN_TIMEOUT_S = 30.0


def open_container(file: MediaFile, format_: Format, *, full: bool) -> InputContainer:
    """Open for reading headers and packets; the caller closes it. Raises :class:`MediaError`."""
    if format_ in IMAGES:
        raise MediaError(Reason.UNRECOGNISED, "a picture")
    os.lseek(file.fd, 0, os.SEEK_SET)
    options = {**_COMMON, **(_FULL if full else _QUICK), "fd": str(file.fd)}
    try:
        return av.open(
            "fd:",
            mode="r",
            format=DEMUXER_OF.get(format_),
            options=options,
            metadata_errors="replace",
            timeout=_OPEN_TIMEOUT_S,
        )
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        # A failing disk looks like damage to libav, not to us.
        file.read_at(file.size_bytes - 1, 1)
        text = error.strerror.partition(":")[0] if isinstance(error, OSError) and error.strerror else "unreadable"
        if format_ is Format.UNKNOWN:
            raise MediaError(Reason.UNRECOGNISED, "not in any media format we know") from error
        raise MediaError(Reason.DAMAGED, f"{format_}: {text}") from error
