"""The tasks that take small pictures along a film, and that lay them out on a sheet."""

from msgspec import Struct

from vitascope.media.workers.registry import task


class PreviewArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    first: int
    """The number of the first picture wanted; the one numbered n shows the moment n * ``interval_ms``."""
    count: int
    interval_ms: int
    max_side: int
    key_frames_only: bool
    """Shows for each moment the key frame before it, which costs one frame and not all since the key frame."""
    dolby_profile: int | None = None
    budget_s: float = 5.0
    """After this long it answers with what it has."""


class Previews(Struct, frozen=True, kw_only=True):
    """The pictures that were taken, as JPEG, in their order."""

    pictures: list[bytes]


class SheetArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    """Of the BIF file."""
    first: int
    count: int
    columns: int


class Sheet(Struct, frozen=True, kw_only=True):
    jpeg: bytes
    width: int
    """Of one picture on it."""
    height: int


@task("previews")
def take_previews(args: PreviewArgs) -> Previews:
    from vitascope.media.previews.taking import take

    return take(args)


@task("sheet")
def lay_out(args: SheetArgs) -> Sheet:
    from vitascope.media.previews.sheets import lay_out

    return lay_out(args)
