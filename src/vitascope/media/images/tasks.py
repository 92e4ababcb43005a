"""The room's work as tasks of worker processes, where every picture and video is opened.

Importing this module is cheap, because callers do: libvips, FFmpeg and the others are loaded by the first call.
"""

import os
from contextlib import suppress

from msgspec import Struct

from vitascope.media.images.errors import UnreadablePictureError
from vitascope.media.images.request import PhotoRequest, UltraBlurRequest
from vitascope.media.images.results import FramePicture, PhotoInfo, PictureAnalysis, RenderedPicture
from vitascope.media.workers.registry import task

MAX_SIDECAR_BYTES = 4 << 20


class PictureSource(Struct, frozen=True, kw_only=True):
    """A picture on disk, or its bytes where it has no file of its own (an embedded cover, an upload)."""

    path: bytes | None = None
    data: bytes | None = None

    def read(self) -> bytes:
        from vitascope.media.images._vips import read_source

        return read_source(self.data if self.data is not None else os.fsdecode(self.path or b""))


class TranscodeArgs(Struct, frozen=True, kw_only=True):
    source: PictureSource
    request: PhotoRequest


class FrameArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    at_ms: int | None = None
    max_width: int = 1280
    dolby_profile: int | None = None


class CompositeArgs(Struct, frozen=True, kw_only=True):
    sources: list[PictureSource]
    width: int = 600
    height: int = 600


class PhotoArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    sidecar_path: bytes | None = None


@task("transcode")
def transcode_picture(args: TranscodeArgs) -> RenderedPicture:
    from vitascope.media.images import render

    content_type, data = render.transcode(args.source.read(), args.request)
    return RenderedPicture(content_type=content_type, data=data)


@task("frame")
def take_frame(args: FrameArgs) -> FramePicture:
    from vitascope.media.images import frames

    return frames.frame(args.path, args.at_ms, max_width=args.max_width, dolby_profile=args.dolby_profile)


@task("composite")
def make_composite(args: CompositeArgs) -> bytes:
    from vitascope.media.images import composites

    pictures = (source.data if source.data is not None else os.fsdecode(source.path or b"") for source in args.sources)
    return composites.composite(list(pictures), width=args.width, height=args.height)


@task("analyze")
def analyze_picture(args: PictureSource) -> PictureAnalysis:
    from vitascope.media.images import blurhash, ultrablur
    from vitascope.media.images._vips import extension_of, open_header, upright_size

    data = args.read()
    header = open_header(data)
    width, height = upright_size(header)
    return PictureAnalysis(
        width=width,
        height=height,
        blur_hash=blurhash.blur_hash(data),
        colors=ultrablur.ultrablur(data),
        extension=extension_of(header),
    )


@task("photo")
def read_photo(args: PhotoArgs) -> PhotoInfo:
    from vitascope.media.images import exif
    from vitascope.media.images._files import picture_file

    sidecar: bytes | None = None
    if args.sidecar_path is not None:
        # Gone again, or no file at all: the photograph itself still counts.
        with suppress(UnreadablePictureError), picture_file(args.sidecar_path) as file:
            sidecar = file.read_at(0, MAX_SIDECAR_BYTES)
    return exif.exif(args.path, sidecar=sidecar)


@task("ultrablur")
def paint_ultrablur(request: UltraBlurRequest) -> RenderedPicture:
    from vitascope.media.images import ultrablur

    return RenderedPicture(content_type="image/png", data=ultrablur.ultrablur_image(request))
