"""What an ffmpeg is given to read: a file of this machine, and the right to read it alone."""

import os

from vitascope.media import reach
from vitascope.media.transcoding.production import Unplayable


def readable(path: bytes) -> str:
    """The one file that a conversion may read. Raises :class:`Unplayable`."""
    if reach.find(path) is not None:
        raise Unplayable("a source that is read directly (without a mount) is sent and copied, not converted")
    return os.fsdecode(os.path.realpath(path))
