"""Pictures: scaling for ``/photo/:/transcode``, frames, composites, colours and hashes, and what photographs say.

See ``docs/pictures.md``. What is named here costs nothing to import and is what the server process uses. The modules
that load libvips or FFmpeg run in worker processes: ``render``, ``frames``, ``composites``, ``ultrablur``,
``blurhash``, ``exif``. ``tasks`` has all of them as worker tasks, and is as cheap to import as this.
"""

from vitascope.media.images.cache import CachedPicture, PictureCache, SourceIdentity, SweepResult
from vitascope.media.images.errors import (
    NoFrameError,
    PictureError,
    PictureRequestError,
    PictureTooLargeError,
    UnreadablePictureError,
)
from vitascope.media.images.request import PhotoRequest, UltraBlurRequest
from vitascope.media.images.results import FramePicture, PhotoInfo, PictureAnalysis, RenderedPicture, UltraBlurColors

__all__ = [
    "CachedPicture",
    "FramePicture",
    "NoFrameError",
    "PhotoInfo",
    "PhotoRequest",
    "PictureAnalysis",
    "PictureCache",
    "PictureError",
    "PictureRequestError",
    "PictureTooLargeError",
    "RenderedPicture",
    "SourceIdentity",
    "SweepResult",
    "UltraBlurColors",
    "UltraBlurRequest",
    "UnreadablePictureError",
]
