"""Pictures: scaling for ``/photo/:/transcode``, frames, composites, colours and hashes, and what photographs say.

See ``docs/pictures.md``. What is named here costs nothing to import and is what the server process uses. The modules
that load libvips or FFmpeg run in worker processes and are imported from their own names: ``render``, ``frames``,
``composites``, ``ultrablur``, ``blurhash``, ``exif``, and ``tasks`` with all of them as worker tasks.
"""

from vitascope.media.images.cache import CachedPicture, PictureCache, SourceIdentity, SweepResult
from vitascope.media.images.errors import (
    NoFrameError,
    PictureError,
    PictureRequestError,
    PictureTooLargeError,
    UnreadablePictureError,
)
from vitascope.media.images.request import PhotoRequest

__all__ = [
    "CachedPicture",
    "NoFrameError",
    "PhotoRequest",
    "PictureCache",
    "PictureError",
    "PictureRequestError",
    "PictureTooLargeError",
    "SourceIdentity",
    "SweepResult",
    "UnreadablePictureError",
]
