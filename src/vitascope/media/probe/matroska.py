"""A walk over the head of a Matroska or WebM file, for what libav does not tell.

That is: BCP 47 languages, rotation (Projection), and the Dolby Vision configuration (BlockAdditionMapping), per track
in file order; and whether the file is shorter than it says (RFC 9559). Only the elements up to the tracks are visited,
sizes are not believed, and the number of steps is bounded.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from vitascope.media.probe.dovi import DolbyVision, parse_configuration
from vitascope.media.probe.opening import Reads

MAX_ELEMENTS = 4096


class Ids(IntEnum):
    """Element ids of RFC 9559."""

    SEGMENT = 0x18538067
    CLUSTER = 0x1F43B675
    TRACKS = 0x1654AE6B
    TRACK_ENTRY = 0xAE
    TRACK_TYPE = 0x83
    LANGUAGE_BCP47 = 0x22B59D
    VIDEO = 0xE0
    PROJECTION = 0x7670
    POSE_ROLL = 0x7675
    ADDITION = 0x41E4
    ADDITION_TYPE = 0x41E7
    ADDITION_DATA = 0x41ED


_DOLBY_TYPES = frozenset(int.from_bytes(name, "big") for name in (b"dvcC", b"dvvC", b"dvwC"))
_HDR10_PLUS_TYPE = 4
"""Block additions with ITU-T T.35 payloads; registered for HDR10+."""
_READ_TYPES = frozenset({1, 2, 0x11, 0x21})
"""Track types that libav makes streams of: video, audio, subtitle, metadata."""


@dataclass(slots=True, kw_only=True)
class MatroskaTrack:
    kind: int = 0
    language_tag: str | None = None
    rotation: int = 0
    """Degrees clockwise by which the picture is turned for display."""
    dolby_vision: DolbyVision | None = None
    hdr10_plus: bool = False


@dataclass(slots=True, kw_only=True)
class MatroskaLayout:
    truncated: bool = False
    """The segment is longer than the file."""
    tracks: list[MatroskaTrack] = field(default_factory=list)
    """In file order, one for each stream that libav makes."""


def read_layout(window: Reads) -> MatroskaLayout:
    """Walk the file. Never raises for its content."""
    return _Walk(window).run()


class _Walk:
    def __init__(self, window: Reads) -> None:
        self._window = window
        self._left = MAX_ELEMENTS
        self._layout = MatroskaLayout()

    def run(self) -> MatroskaLayout:
        layout = self._layout
        for element, start, end, whole in self._elements(0, self._window.size):
            if element == Ids.SEGMENT:
                layout.truncated = not whole
                self._segment(start, end)
                break
        return layout

    def _segment(self, start: int, end: int) -> None:
        for element, inner, inner_end, _ in self._elements(start, end):
            if element == Ids.TRACKS:
                self._tracks(inner, inner_end)
                return
            if element == Ids.CLUSTER:
                return

    def _tracks(self, start: int, end: int) -> None:
        for element, inner, inner_end, _ in self._elements(start, end):
            if element == Ids.TRACK_ENTRY:
                track = MatroskaTrack()
                self._track(track, inner, inner_end)
                if track.kind in _READ_TYPES:
                    self._layout.tracks.append(track)

    def _track(self, track: MatroskaTrack, start: int, end: int) -> None:
        for element, inner, inner_end, _ in self._elements(start, end):
            match element:
                case Ids.TRACK_TYPE:
                    track.kind = self._number(inner, inner_end)
                case Ids.LANGUAGE_BCP47:
                    raw = self._window.get(inner, min(inner_end - inner, 64))
                    track.language_tag = raw.split(b"\0")[0].decode("ascii", "replace") or None
                case Ids.VIDEO:
                    self._video(track, inner, inner_end)
                case Ids.ADDITION:
                    self._addition(track, inner, inner_end)

    def _video(self, track: MatroskaTrack, start: int, end: int) -> None:
        for element, inner, inner_end, _ in self._elements(start, end):
            if element == Ids.PROJECTION:
                for detail, value, value_end, _ in self._elements(inner, inner_end):
                    if detail == Ids.POSE_ROLL:
                        # The roll is counter-clockwise.
                        track.rotation = round(-self._float(value, value_end)) % 360

    def _addition(self, track: MatroskaTrack, start: int, end: int) -> None:
        kind, data = 0, b""
        for element, inner, inner_end, _ in self._elements(start, end):
            if element == Ids.ADDITION_TYPE:
                kind = self._number(inner, inner_end)
            elif element == Ids.ADDITION_DATA:
                data = self._window.get(inner, min(inner_end - inner, 64))
        if kind in _DOLBY_TYPES:
            track.dolby_vision = parse_configuration(data)
        elif kind == _HDR10_PLUS_TYPE:
            track.hdr10_plus = True

    def _elements(self, start: int, end: int) -> Iterator[tuple[int, int, int, bool]]:
        """Id, where the content begins and ends, and whether all of it is there."""
        while start < end and self._left > 0:
            self._left -= 1
            header = self._window.get(start, 12)
            if not header or not header[0]:
                return
            id_length = 9 - header[0].bit_length()
            if id_length > 4 or len(header) <= id_length or not header[id_length]:
                return
            size_length = 9 - header[id_length].bit_length()
            raw = header[id_length : id_length + size_length]
            if len(raw) < size_length:
                return
            size = int.from_bytes(raw, "big") & ((1 << 7 * size_length) - 1)
            content = start + id_length + size_length
            unknown = size == (1 << 7 * size_length) - 1
            finish = end if unknown else content + size
            yield int.from_bytes(header[:id_length], "big"), content, min(finish, end), finish <= end
            start = finish

    def _number(self, start: int, end: int) -> int:
        return int.from_bytes(self._window.get(start, min(end - start, 8)), "big")

    def _float(self, start: int, end: int) -> float:
        raw = self._window.get(start, end - start if end - start in {4, 8} else 0)
        value: float = struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0] if raw else 0.0
        return value if abs(value) <= 360 else 0.0
