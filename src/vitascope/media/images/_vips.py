"""libvips behind a guard: the only module that loads it.

Pictures come from files that anyone may have made, so what libvips may open is decided here, once per process:
every loader is blocked, then the decoders of the formats that cameras and cover art use are let in again (no SVG, PDF
or ImageMagick: those read other files, run programs or take arbitrary time). The kind is found in the content and
never from the name, the bytes are handed over in memory so that a file called ``a.jpg[page=2]`` is just a file, and
the declared size is checked before anything is decoded.
"""

import os

# Read by libvips when it is loaded: refuse whatever it calls untrusted, and do not chat on stderr.
os.environ["VIPS_BLOCK_UNTRUSTED"] = "1"
os.environ.setdefault("VIPS_WARNING", "1")

import pyvips

from vitascope.media.images._files import picture_file
from vitascope.media.images.errors import PictureTooLargeError, UnreadablePictureError
from vitascope.media.probe.opening import MediaFile
from vitascope.media.workers.failure import Reason

_ALLOWED_LOADERS = ("Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif")

_EXTENSIONS = (("jpeg", "jpg"), ("png", "png"), ("webp", "webp"), ("gif", "gif"), ("nsgif", "gif"), ("tiff", "tif"))

MAX_BYTES = 256 << 20
MAX_PIXELS = 120_000_000
MAX_PIXELS_SHRINK_ON_LOAD = 260_000_000
"""JPEG is decoded at an eighth of its size when that is enough, and cameras of 200 megapixels exist. Not so a
progressive one: it is held in memory whole."""
MAX_ASPECT = 1000
_HEADER_BYTES = 1 << 20
"""Of a picture that is not on this machine, read for its header."""
_LEFT_TO_RESAMPLE = 1.5

pyvips.block_untrusted_set(True)
pyvips.operation_block_set("VipsForeignLoad", True)
for _loader in _ALLOWED_LOADERS:
    pyvips.operation_block_set(f"VipsForeignLoad{_loader}", False)
pyvips.cache_set_max(0)  # no two pictures are the same: keeping operations only keeps memory
pyvips.concurrency_set(1)  # one picture per worker process; the pool has a process per core

Image = pyvips.Image
VipsError = pyvips.Error

Source = bytes | str | os.PathLike[str]


def read_source(source: Source) -> bytes:
    """The bytes of a picture that is given as bytes or as a path."""
    if isinstance(source, bytes):
        data = source
    else:
        with picture_file(source) as file:
            if file.size_bytes > MAX_BYTES:
                raise PictureTooLargeError(f"the file is larger than {MAX_BYTES >> 20} MB")
            data = file.stream().read()
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(f"the file is larger than {MAX_BYTES >> 20} MB")
    if not data:
        raise UnreadablePictureError("the file is empty", Reason.EMPTY)
    return data


def open_header(data: bytes) -> pyvips.Image:
    """Open a picture without decoding it, and refuse it when it claims to be too large."""
    try:
        image = Image.new_from_buffer(data, "")
    except VipsError as error:
        raise UnreadablePictureError(_reason(error)) from error
    shrinks = str(image.get("vips-loader")).startswith("jpeg") and not image.get_typeof("interlaced")
    limit = MAX_PIXELS_SHRINK_ON_LOAD if shrinks else MAX_PIXELS
    if image.width * image.height > limit:
        raise PictureTooLargeError(f"{image.width}x{image.height} is more than {limit // 1_000_000} megapixels")
    if max(image.width, image.height) > MAX_ASPECT * min(image.width, image.height):
        raise PictureTooLargeError(f"{image.width}x{image.height} is not the shape of a picture")
    return image


def extension_of(header: pyvips.Image) -> str:
    """What a file of this picture's format is called."""
    loader = str(header.get("vips-loader"))
    if loader.startswith("heif"):
        return "heic" if header.get_typeof("heif-compression") and header.get("heif-compression") == "hevc" else "avif"
    return next((name for start, name in _EXTENSIONS if loader.startswith(start)), "jpg")


def header_of_file(path: str | bytes | os.PathLike[str]) -> pyvips.Image:
    """The header of a picture on disk, reading no more of the file than it needs."""
    with picture_file(path) as file:
        try:
            if file.fd is None:
                return _header_of_far(file)
            # The source keeps a duplicate of the descriptor, and the image keeps the source.
            return Image.new_from_source(pyvips.Source.new_from_descriptor(file.fd), "")
        except VipsError as error:
            raise UnreadablePictureError(_reason(error)) from error


def _header_of_far(file: MediaFile) -> pyvips.Image:
    """From the beginning of the file, and from all of it only where that does not do."""
    try:
        return Image.new_from_buffer(file.read_at(0, _HEADER_BYTES), "")
    except VipsError:
        if file.size_bytes > MAX_BYTES:
            raise
        return Image.new_from_buffer(file.read_at(0, file.size_bytes), "")


def upright_size(image: pyvips.Image, *, rotate: bool = True) -> tuple[int, int]:
    """Width and height in pixels once the noted orientation is obeyed."""
    if rotate and orientation(image) >= 5:
        return image.height, image.width
    return image.width, image.height


def orientation(image: pyvips.Image) -> int:
    """The EXIF orientation, 1..8."""
    value = int(image.get("orientation")) if image.get_typeof("orientation") else 1
    return value if 1 <= value <= 8 else 1


def load_scaled(data: bytes, width: int, height: int, *, rotate: bool = True, crop: str | None = None) -> pyvips.Image:
    """Decode at ``width`` x ``height``, in 8-bit sRGB with or without alpha.

    Without ``crop`` the size is taken literally; with ``"centre"`` or ``"attention"`` the box is covered and cut.
    """
    try:
        options = {"height": height, "no_rotate": not rotate, **({"crop": crop} if crop else {"size": "force"})}
        opened = _decoded_heic(data) or _shrunken_jpeg(data, width, height)
        image = opened.thumbnail_image(width, **options) if opened else Image.thumbnail_buffer(data, width, **options)
        return to_srgb(image).copy_memory()
    except VipsError as error:
        raise UnreadablePictureError(_reason(error)) from error


def _shrunken_jpeg(data: bytes, width: int, height: int) -> pyvips.Image | None:
    """A JPEG that is decoded at the smallest of its sizes that leaves something to resample.

    libvips by itself leaves twice as much in each direction; half of that cannot be told apart and takes a third of
    the time less. ``None`` when it is no JPEG, or hardly larger than what is wanted.
    """
    if data[:2] != b"\xff\xd8":
        return None
    header = Image.new_from_buffer(data, "")
    across, down = (height, width) if orientation(header) >= 5 else (width, height)
    for shrink in (8, 4, 2):
        if min(header.width / across, header.height / down) >= shrink * _LEFT_TO_RESAMPLE:
            return Image.jpegload_buffer(data, shrink=shrink, access="sequential")
    return None


def _decoded_heic(data: bytes) -> pyvips.Image | None:
    if data[4:8] != b"ftyp":
        return None
    header = Image.new_from_buffer(data, "")
    if not header.get_typeof("heif-compression") or header.get("heif-compression") != "hevc":
        return None
    from vitascope.media.images import _heif

    pixels, width, height, bands, profile = _heif.decode(data)
    image = Image.new_from_memory(pixels, width, height, bands, "uchar")
    image = image.copy(interpretation="srgb" if bands > 2 else "b-w")
    if profile:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def to_srgb(image: pyvips.Image) -> pyvips.Image:
    """Colour-managed conversion to 8-bit sRGB, after the shrinking because it is the dearer of the two."""
    if image.get_typeof("icc-profile-data"):
        if not _is_srgb(image.get("icc-profile-data")):
            try:
                image = image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True)
            except VipsError:
                image = image.copy()  # a broken profile: the plain conversion below has to do
        image = image.copy()
        image.remove("icc-profile-data")
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.bands > 4:
        image = image.extract_band(0, n=3)
    return image


def _is_srgb(profile: bytes) -> bool:
    # The name stands in the profile as ASCII or UTF-16; Display P3 and Adobe RGB do not carry it.
    head = profile[:4096]
    return b"sRGB" in head or "sRGB".encode("utf-16-be") in head


def flatten(image: pyvips.Image, background: tuple[int, int, int]) -> pyvips.Image:
    return image.flatten(background=list(background)) if image.hasalpha() else image


def _reason(error: pyvips.Error) -> str:
    lines = [line.strip() for line in str(error.detail).splitlines() if line.strip()]
    return f"not a readable picture: {lines[0]}" if lines else "not a readable picture"


def save_jpeg(image: pyvips.Image, *, quality: int = 88, full_chroma: bool = False) -> bytes:
    """Write a JPEG without any metadata."""
    try:
        data = image.jpegsave_buffer(Q=quality, subsample_mode="off" if full_chroma else "on", keep="none")
    except VipsError as error:
        raise UnreadablePictureError(_reason(error)) from error
    return bytes(data)
