"""The tasks that cut copied segments: in a warm worker that may write into the folder for segments and nowhere else."""

import errno
import os
from pathlib import Path
from typing import Self

from msgspec import Struct

from vitascope.core.playback.renditions import SegmentFormat
from vitascope.media.reach.dial import patiently
from vitascope.media.workers.registry import task


class CutArgs(Struct, frozen=True, kw_only=True):
    """A segment of one stream (``number``), or the header that all of them share (``None``)."""

    path: bytes
    stream_index: int
    format: SegmentFormat
    target: str
    """Where it shall lie. The folder exists."""
    number: int | None = None
    start_us: int = 0
    end_us: int = 0
    last: bool = False

    @classmethod
    def header(cls, path: bytes, stream_index: int, form: SegmentFormat, target: str) -> Self:
        return cls(path=path, stream_index=stream_index, format=form, target=target)


class CutDone(Struct, frozen=True, kw_only=True):
    """What was written; ``full``: nothing, for want of space."""

    size_bytes: int = 0
    full: bool = False


@task("cut")
def cut(args: CutArgs) -> CutDone:
    from vitascope.media.transcoding.cutting import made

    with patiently(PATIENCE_S):
        return written(args.target, made(args))


def written(target: str, data: bytes) -> CutDone:
    """Writes a piece to its place."""
    try:
        _write(Path(target), data)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return CutDone(full=True)
        raise
    return CutDone(size_bytes=len(data))


def _write(target: Path, data: bytes) -> None:
    """Whole or not at all, under its name."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb", buffering=0) as file:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


PATIENCE_S = 15.0
"""So long a source that went away is waited for while somebody watches: what supervises it begins it anew."""


class WarmArgs(Struct, frozen=True, kw_only=True):
    """Nothing but the wish that a worker be ready."""


@task("warm")
def warm(_: WarmArgs) -> bool:
    """Load what cutting needs."""
    import vitascope.media.transcoding.cutting  # noqa: F401 - for its being loaded

    return True
