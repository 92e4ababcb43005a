"""The room's work as tasks of worker processes, where every picture and video is opened."""

import os

from msgspec import Struct

from vitascope.media.images import blurhash, composites, exif, frames, render, ultrablur
from vitascope.media.images._vips import open_header, read_source, upright_size
from vitascope.media.images.exif import PhotoInfo
from vitascope.media.images.frames import FramePicture
from vitascope.media.images.request import PhotoRequest
from vitascope.media.images.ultrablur import UltraBlurColors
from vitascope.media.workers.registry import task

MAX_SIDECAR_BYTES = 4 << 20


class PictureSource(Struct, frozen=True, kw_only=True):
    """A picture on disk, or its bytes where it has no file of its own (an embedded cover, an upload)."""

    path: bytes | None = None
    data: bytes | None = None

    def read(self) -> bytes:
        return read_source(self.data if self.data is not None else os.fsdecode(self.path or b""))


class TranscodeArgs(Struct, frozen=True, kw_only=True):
    source: PictureSource
    request: PhotoRequest


class RenderedPicture(Struct, frozen=True, kw_only=True):
    content_type: str
    data: bytes


class FrameArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    at_ms: int | None = None
    max_width: int = 1280


class CompositeArgs(Struct, frozen=True, kw_only=True):
    sources: list[PictureSource]
    width: int = 600
    height: int = 600


class PictureAnalysis(Struct, frozen=True, kw_only=True):
    """What is kept about a picture in the database. Width and height as it is shown."""

    width: int
    height: int
    blur_hash: str
    colors: UltraBlurColors


class PhotoArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    sidecar_path: bytes | None = None


@task("transcode")
def transcode_picture(args: TranscodeArgs) -> RenderedPicture:
    content_type, data = render.transcode(args.source.read(), args.request)
    return RenderedPicture(content_type=content_type, data=data)


@task("frame")
def take_frame(args: FrameArgs) -> FramePicture:
    return frames.frame(args.path, args.at_ms, max_width=args.max_width)


@task("composite")
def make_composite(args: CompositeArgs) -> bytes:
    pictures = (source.data if source.data is not None else os.fsdecode(source.path or b"") for source in args.sources)
    return composites.composite(list(pictures), width=args.width, height=args.height)


@task("analyze")
def analyze_picture(args: PictureSource) -> PictureAnalysis:
    data = args.read()
    width, height = upright_size(open_header(data))
    return PictureAnalysis(
        width=width, height=height, blur_hash=blurhash.blur_hash(data), colors=ultrablur.ultrablur(data)
    )


@task("photo")
def read_photo(args: PhotoArgs) -> PhotoInfo:
    sidecar: bytes | None = None
    if args.sidecar_path is not None:
        try:
            with open(args.sidecar_path, "rb") as file:  # noqa: PTH123 - the path is bytes, as it lies on disk
                sidecar = file.read(MAX_SIDECAR_BYTES)
        except OSError:
            sidecar = None  # gone again: the photograph itself still counts
    return exif.exif(args.path, sidecar=sidecar)
