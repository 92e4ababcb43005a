"""The task that measures one audio stream."""

import os
from typing import Self

from msgspec import Struct

from vitascope.media.workers.registry import task


class LoudnessArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    stream_index: int

    @classmethod
    def of(cls, path: str | bytes, stream_index: int) -> Self:
        return cls(path=os.fsencode(path), stream_index=stream_index)


class Measured(Struct, frozen=True, kw_only=True):
    """What was measured."""

    integrated_lufs: float | None
    """``None`` for silence."""
    range_lu: float | None
    peak: float
    """The largest sample, 1.0 being full scale."""
    levels: bytes
    """Tenths of a dB for every 100 ms, signed 16 bit, little-endian."""


@task("loudness")
def measure_loudness(args: LoudnessArgs) -> Measured:
    from vitascope.media.loudness.measuring import measure

    return measure(args.path, args.stream_index)
