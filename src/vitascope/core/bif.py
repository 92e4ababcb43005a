"""BIF files: small pictures along a film, one after the other, with an index in front (Roku's Base Index Frames).

64 bytes of head (magic, version 0, number of pictures, unit of the timestamps in milliseconds), then for each picture
its timestamp and where it begins, a last entry with the timestamp of all ones and the end, then the pictures. Numbers
are 32 bits, little-endian. The unit is the interval, so timestamps count the pictures, as the original server has it.
"""

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass

HEAD_BYTES = 64
MOST_PICTURES = 1_000_000
_MAGIC = b"\x89BIF\r\n\x1a\n"
_HEAD = struct.Struct("<8s3I")
_ENTRY = struct.Struct("<2I")
_LAST = 0xFFFFFFFF
_USUAL_UNIT_MS = 1_000


class BifError(ValueError):
    """It is no BIF file, or one that is not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BifHead:
    """What the first 64 bytes say."""

    count: int
    interval_ms: int

    @property
    def index_bytes(self) -> int:
        """How long the index is that follows."""
        return (self.count + 1) * _ENTRY.size


def read_head(data: bytes) -> BifHead:
    """The head of a file. Raises :class:`BifError`."""
    if len(data) < HEAD_BYTES:
        raise BifError("it is too short")
    magic, version, count, unit = _HEAD.unpack_from(data)
    if magic != _MAGIC or version != 0 or count > MOST_PICTURES:
        raise BifError("it does not begin as a BIF file does")
    return BifHead(count=count, interval_ms=unit or _USUAL_UNIT_MS)


def read_index(head: BifHead, data: bytes, file_bytes: int) -> list[tuple[int, int]]:
    """Where each picture begins and ends in the file. Raises :class:`BifError`."""
    if len(data) < head.index_bytes:
        raise BifError("its index is not whole")
    begins = [begin for _, begin in _ENTRY.iter_unpack(data[: head.index_bytes])]
    first = HEAD_BYTES + head.index_bytes
    if any(a > b for a, b in itertools.pairwise(begins)) or begins[0] < first or begins[-1] > file_bytes:
        raise BifError("its index leads out of it")
    return list(itertools.pairwise(begins))


def front(sizes: Sequence[int], interval_ms: int) -> bytes:
    """Head and index of a file of pictures of these sizes. Raises :class:`BifError` when it would be too large."""
    at = HEAD_BYTES + (len(sizes) + 1) * _ENTRY.size
    if len(sizes) > MOST_PICTURES or at + sum(sizes) > _LAST:
        raise BifError("there are too many pictures")
    made = bytearray(_HEAD.pack(_MAGIC, 0, len(sizes), interval_ms).ljust(HEAD_BYTES, b"\0"))
    for number, size in enumerate(sizes):
        made += _ENTRY.pack(number, at)
        at += size
    return bytes(made + _ENTRY.pack(_LAST, at))


def place_at(head: BifHead, offset_ms: int) -> int:
    """Which picture shows this moment: the last that is not later, of a moment after the end the last of all."""
    return min(max(offset_ms, 0) // head.interval_ms, head.count - 1)
