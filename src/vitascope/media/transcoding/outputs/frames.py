"""A frame as both readers give it."""

from dataclasses import dataclass


class CutError(Exception):
    """What came is not what was asked for; the text says how."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, or one frame of sound, as it is wrapped. Times are ticks of the run's timescale."""

    pts: int
    dts: int
    duration: int
    key: bool
    data: bytes
