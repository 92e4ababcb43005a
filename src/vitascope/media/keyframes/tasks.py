"""The tasks that find key frames."""

import os
from array import array
from collections.abc import Iterable
from typing import Self

from msgspec import Struct

from vitascope.media.workers.registry import task

THIN_US = 250_000
"""Of key frames nearer to each other than this only the first is told: no segment is that short."""


class KeyFramesArgs(Struct, frozen=True, kw_only=True):
    """Which stream of which file. ``from_us`` is for reading: where to go on."""

    path: bytes
    stream_index: int
    from_us: int = 0

    @classmethod
    def of(cls, path: str | bytes, stream_index: int, from_us: int = 0) -> Self:
        return cls(path=os.fsencode(path), stream_index=stream_index, from_us=from_us)


class KeyFrames(Struct, frozen=True, kw_only=True):
    """When key frames are shown, in microseconds after the begin of the file (:mod:`.timeline`)."""

    times: bytes = b""
    """Signed 64 bit, of this machine's byte order, growing."""
    independent: bool = True
    """No picture refers back over a key frame, as far as was looked (closed groups of pictures)."""
    why_not: str = ""
    """Why there are none: no index, or one that is wrong. Empty when there are."""
    reached_us: int = 0
    """Of reading: how far it came."""
    complete: bool = True
    """Of reading: it came to the end."""

    @property
    def times_us(self) -> tuple[int, ...]:
        return unpack(self.times)


def pack(times_us: Iterable[int]) -> bytes:
    return array("q", times_us).tobytes()


def unpack(times: bytes) -> tuple[int, ...]:
    return tuple(array("q", times))


@task("key-frames")
def key_frames(args: KeyFramesArgs) -> KeyFrames:
    """Key frames by the file's own index, without reading the file."""
    from vitascope.media.keyframes.indexes import from_index

    return from_index(args.path, args.stream_index)


@task("read-key-frames")
def read_key_frames(args: KeyFramesArgs) -> KeyFrames:
    """Key frames by reading the file from ``from_us`` on, for a few seconds of work."""
    from vitascope.media.keyframes.reading import by_reading

    return by_reading(args.path, args.stream_index, args.from_us)
