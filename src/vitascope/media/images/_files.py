"""Pictures on disk, opened as :class:`~vitascope.media.probe.opening.MediaFile` does it: regular files only (a pipe
called ``poster.jpg`` would hang its reader), of any name and any length of path, with this room's errors.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from vitascope.media.images.errors import UnreadablePictureError
from vitascope.media.probe.opening import MediaFile
from vitascope.media.workers.failure import MediaError, Reason

Path = str | bytes | os.PathLike[str]


@contextmanager
def picture_file(path: Path) -> Iterator[MediaFile]:
    """An open file. Raises :class:`UnreadablePictureError` with the reason when there is none to open."""
    try:
        file = MediaFile(os.fsencode(path))
    except MediaError as error:
        raise UnreadablePictureError(error.detail, error.reason) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadablePictureError(str(error), Reason.MISSING) from error
    with file:
        yield file
