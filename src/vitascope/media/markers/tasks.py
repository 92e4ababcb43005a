"""The tasks that find intros, credits and advertisements."""

from msgspec import Struct

from vitascope.core.commercials import Cut
from vitascope.core.cut_list import CutList
from vitascope.media.workers.registry import task


class SoundArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    length_ms: int
    """How much of the beginning is listened to."""


class SoundPrint(Struct, frozen=True, kw_only=True):
    """How a file sounds, in a form that survives coding: see :mod:`vitascope.media.markers.sound`."""

    signs: bytes
    """For each step of :data:`STEP_MS` 32 bits: whether a band grew against its neighbour."""
    valid: bytes
    """For each step 32 bits: whether that can be told."""


STEP_MS = 64
CENTRE_MS = 384
"""What a step tells of lies around this much after its number times :data:`STEP_MS`."""


class ShareArgs(Struct, frozen=True, kw_only=True):
    one: SoundPrint
    others: list[SoundPrint]
    least_ms: int
    most_ms: int


class Shared(Struct, frozen=True, kw_only=True):
    """The longest stretch that two sounds share, in the first of them."""

    start_ms: int
    end_ms: int


class EndingArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    from_ms: int
    duration_ms: int


class Ending(Struct, frozen=True, kw_only=True):
    """Where the credits are."""

    start_ms: int
    end_ms: int


class CutsArgs(Struct, frozen=True, kw_only=True):
    """A stretch of a file."""

    path: bytes
    from_ms: int
    to_ms: int
    duration_ms: int


class CutListArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    """Of the list, not of the film."""
    duration_ms: int
    """Of the film."""


@task("sound-print")
def take_sound_print(args: SoundArgs) -> SoundPrint:
    from vitascope.media.markers.sound import sound_print

    return sound_print(args.path, args.length_ms)


@task("shared-sound")
def find_shared(args: ShareArgs) -> list[Shared | None]:
    from vitascope.media.markers.matching import shared

    return [shared(args.one, other, args.least_ms, args.most_ms) for other in args.others]


@task("credits")
def find_credits(args: EndingArgs) -> Ending | None:
    from vitascope.media.markers.ending import find

    return find(args)


@task("cuts")
def find_cuts(args: CutsArgs) -> list[Cut]:
    """Where a stretch of a file is black and silent at once."""
    from vitascope.media.markers.cuts import find

    return find(args)


@task("cut-list")
def read_cut_list(args: CutListArgs) -> CutList | None:
    """What a cut list says; ``None`` where there is none."""
    from vitascope.media.markers.cuts import read_list

    return read_list(args)
