"""Opening a media file with libav, as cheaply as it allows.

The quick way reads headers only: no frame is decoded and no rate is guessed, which takes a third of a millisecond where
a full open takes twenty. The full way is for files whose headers say too little (transport streams, raw streams).

The time to open an MP4 grows with its samples, for an index that only players need. Where the caller knows the long
sample tables, libav reads the file through a view in which these have a few entries: 3 ms instead of 25 for a film.
"""

import os
from collections.abc import Sequence

import av
import av.error
import av.logging
from av.container import InputContainer

from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import DEMUXER_OF, DEMUXERS, IMAGES, Format
from vitascope.media.workers.failure import MediaError, Reason

av.logging.set_level(None)

_COMMON = {"format_whitelist": DEMUXERS, "threads": "1"}
_QUICK = {
    "fpsprobesize": "0",
    "analyzeduration": "1",
    "max_probe_packets": "1",
    "probesize": "32768",
    "skip_frame": "all",
}
_FULL = {"probesize": "8000000", "analyzeduration": "6000000"}
_OPEN_TIMEOUT_S = 30.0
_SHOWN_ENTRIES = (64).to_bytes(4, "big")
_VIEW_BUFFER_BYTES = 64 * 1024


class ShortTables:
    """The file, but for the entry counts at ``places``; in the form PyAV takes a file."""

    def __init__(self, file: MediaFile, places: Sequence[int]) -> None:
        self._file = file
        self._places = places
        self._at = 0

    def read(self, count: int) -> bytes:
        data = self._file.read_at(self._at, count)
        start, self._at = self._at, self._at + len(data)
        for place in self._places:
            if place + 4 > start and place < self._at:
                data = self._with_count(data, place - start)
        return data

    @staticmethod
    def _with_count(data: bytes, place: int) -> bytes:
        """The count may lie across the border of two reads."""
        shown = _SHOWN_ENTRIES[max(0, -place) : len(data) - place]
        place = max(0, place)
        return data[:place] + shown + data[place + len(shown) :]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at


def open_container(file: MediaFile, format_: Format, *, full: bool, long_tables: Sequence[int] = ()) -> InputContainer:
    """Open for reading headers and packets; the caller closes it. Raises :class:`MediaError`.

    ``long_tables`` are the places of entry counts to be cut short; then only the first packets can be read.
    """
    if format_ in IMAGES:
        raise MediaError(Reason.UNRECOGNISED, "a picture")
    opened, only = file.for_libav()
    options = {**_COMMON, **(_FULL if full else _QUICK), **only}
    try:
        return av.open(
            ShortTables(file, long_tables) if long_tables else opened,
            mode="r",
            format=DEMUXER_OF.get(format_),
            options=options,
            metadata_errors="replace",
            buffer_size=_VIEW_BUFFER_BYTES,
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
