"""Pictures as ``/photo/:/transcode`` gives them: scaled, turned upright, tinted, and written in the asked format.

The order of work is that of the API: scale, blur, saturation, blend colour, opacity, background. Everything runs on
the scaled picture, so the cost hangs on the answer's size and (for decoding) on the source's.
"""

from typing import Any

from vitascope.media.images._vips import (
    Image,
    Source,
    VipsError,
    flatten,
    load_scaled,
    open_header,
    read_source,
    upright_size,
)
from vitascope.media.images.errors import UnreadablePictureError
from vitascope.media.images.request import Color, PhotoRequest

_BEST_JPEG = 90
_BEST_WEBP = 85
_LUMA = (0.2126, 0.7152, 0.0722)
_LARGEST_DIRECT_SIGMA = 6.0


def transcode(source: Source, request: PhotoRequest) -> tuple[str, bytes]:
    """Content type and bytes of the picture as asked for. Raises :class:`UnreadablePictureError`."""
    data = read_source(source)
    header = open_header(data)
    width, height = request.target(*upright_size(header, rotate=request.rotate))
    image = load_scaled(data, width, height, rotate=request.rotate)
    try:
        image = _retouch(image, request)
        return request.content_type, _write(image, request)
    except VipsError as error:
        raise UnreadablePictureError(f"the picture cannot be converted: {error.detail}".strip()) from error


def _retouch(image: Any, request: PhotoRequest) -> Any:
    if request.blur:
        image = _blur(image, float(request.blur))
    if request.saturation != 100:
        image = _on_colors(image, lambda colors: _saturate(colors, request.saturation / 100))
    if request.blend_color is not None:
        factors = [channel / 255 for channel in request.blend_color]
        image = _on_colors(image, lambda colors: colors.linear(factors, 0))
    if request.opacity != 100:
        alpha = image[3] if image.hasalpha() else Image.black(image.width, image.height) + 255
        image = _colors(image).bandjoin((alpha * (request.opacity / 100)).cast("uchar"))
        image = image.copy(interpretation="srgb")
    return image


def _write(image: Any, request: PhotoRequest) -> bytes:
    quality = request.quality
    if request.format in {"png", "webp"}:
        if request.background is not None:
            image = flatten(image, request.background)
        if request.format == "png":
            return bytes(image.pngsave_buffer(compression=6, keep="none"))
        return bytes(image.webpsave_buffer(Q=quality if quality > 0 else _BEST_WEBP, effort=2, keep="none"))
    background: Color = request.background or (0, 0, 0)
    image = flatten(image, background)
    if request.format == "ppm":
        return b"P6\n%d %d\n255\n" % (image.width, image.height) + bytes(_colors(image).write_to_memory())
    return bytes(
        image.jpegsave_buffer(
            Q=quality if quality > 0 else _BEST_JPEG,
            subsample_mode="on" if request.chroma_subsampling <= 1 else "off",
            keep="none",
        )
    )


def _blur(image: Any, sigma: float) -> Any:
    # A wide blur leaves no detail, so it may as well be made on a smaller picture.
    shrink = min(sigma / _LARGEST_DIRECT_SIGMA, min(image.width, image.height) / 4)
    if shrink <= 1:
        return image.gaussblur(sigma)
    small = image.resize(1 / shrink, kernel="linear").gaussblur(sigma / shrink)
    return small.resize(image.width / small.width, vscale=image.height / small.height, kernel="cubic")


def _saturate(colors: Any, amount: float) -> Any:
    rest = 1 - amount
    matrix = [[rest * weight + (amount if row == column else 0) for column, weight in enumerate(_LUMA)]
              for row in range(3)]  # fmt: skip
    return colors.recomb(matrix)


def _colors(image: Any) -> Any:
    """The three colour bands, whatever else there is."""
    if image.bands < 3:
        return image[0].bandjoin([image[0], image[0]]).copy(interpretation="srgb")
    return image.extract_band(0, n=3)


def _on_colors(image: Any, change: Any) -> Any:
    changed = change(_colors(image)).cast("uchar").copy(interpretation="srgb")
    return changed.bandjoin(image[image.bands - 1]) if image.hasalpha() else changed
