"""What an ffmpeg is given to read: a file of this machine and the right to read it alone, or one in a source that is
read directly and the way to that source."""

import os
from dataclasses import dataclass

from vitascope.core.playback.commands.inputs import Input
from vitascope.media import reach
from vitascope.media.transcoding.production import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one conversion reads its file."""

    input: Input
    readable: tuple[str, ...] = ()
    """Files of this machine that it may open for that."""
    source: str = ""
    """The socket of the source it may speak to."""


def reading_of(source: Source, start_us: int) -> Reading:
    """How a file is read whose clock shows ``start_us`` where it begins."""
    far = reach.find(source.path)
    if far is not None:
        known = Input(path=far.path, container=source.container, start_us=start_us, far=True)
        return Reading(input=known, source=far.point.socket)
    here = Input(path=source.path, container=source.container, start_us=start_us)
    return Reading(input=here, readable=(os.fsdecode(os.path.realpath(source.path)),))
