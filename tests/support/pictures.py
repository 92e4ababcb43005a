"""Pictures and clips made on the spot for tests: real files in real formats, and hostile ones.

Written with Pillow and PyAV: other libraries than the ones under test, so that both have to agree.
"""

import io
import struct
import zlib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def scene(width: int, height: int, seed: int = 1) -> Pixels:
    """A picture with light, dark, detail and four differently coloured quadrants."""
    generator = np.random.default_rng(seed)
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    base = np.stack([200 * across, 180 * (1 - down), 220 * down], axis=-1)
    noise = generator.integers(-25, 25, size=(height, width, 1))
    return np.clip(base + noise, 0, 255).astype(np.uint8)


def plain(color: tuple[int, int, int], size: tuple[int, int] = (64, 48)) -> Pixels:
    """One colour, ``size`` as width and height."""
    return np.full((size[1], size[0], 3), color, dtype=np.uint8)


def save(pixels: Pixels, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """The bytes of a picture file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb() -> bytes:
    """A PNG of a few hundred bytes that declares 60,000 x 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def clip(
    path: Path,
    pictures: Iterable[Pixels],
    *,
    codec: str = "libx264",
    gop: int = 10,
    aspect: Fraction | None = None,
    rotation: int | None = None,
    transfer: int | None = None,
    interlaced: bool = False,
) -> Path:
    """A video of the given pictures, 25 a second.

    ``aspect`` is that of a pixel. With ``transfer`` (16 PQ, 18 HLG) the pictures are signal values of that curve in
    BT.2020, and are written as 10-bit HEVC. ``interlaced`` flags the stream so; the pictures hold both fields.
    """
    frames = list(pictures)
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265" if transfer else codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p10le" if transfer else "yuv420p"
        stream.gop_size = gop
        if stream.codec_context.name in {"libx264", "libx265"}:
            options: dict[str, object] = {"preset": "ultrafast"}
            stream.options = options | ({"x265-params": "log-level=none"} if transfer else {})
        if interlaced:
            stream.options = {**stream.options, "x264-params": "tff=1"}
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if transfer:
            stream.color_trc, stream.color_primaries, stream.colorspace, stream.color_range = transfer, 9, 9, 1
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if transfer:
                frame = frame.reformat(
                    format="yuv420p10le",
                    src_color_range=ColorRange.JPEG,
                    dst_colorspace=Colorspace.BT2020,
                    dst_color_range=ColorRange.MPEG,
                )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def heic(pixels: Pixels, *, quarter_turns: int = 0) -> bytes:
    """A HEIC photograph as telephones make them: one HEVC key frame in HEIF boxes (ISO/IEC 23008-12).

    ``quarter_turns`` anticlockwise are asked for by an ``irot`` property.
    """
    height, width = pixels.shape[:2]
    encoder = av.CodecContext.create("libx265", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.framerate = width, height, "yuv420p", Fraction(1)
    encoder.time_base = Fraction(1)
    encoder.options = {"preset": "ultrafast", "crf": "10", "x265-params": "log-level=none"}
    packets = [*encoder.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")), *encoder.encode(None)]
    units = [unit.rstrip(b"\0") for unit in b"".join(bytes(packet) for packet in packets).split(b"\0\0\1")[1:]]
    by_kind = {unit[0] >> 1: unit for unit in units}
    sample = b"".join(struct.pack(">I", len(unit)) + unit for unit in units if unit[0] >> 1 < 32)
    profile = by_kind[33][3:].replace(b"\0\0\3", b"\0\0")[:12]
    arrays = b"".join(
        bytes([0x80 | kind]) + struct.pack(">HH", 1, len(by_kind[kind])) + by_kind[kind] for kind in (32, 33, 34)
    )

    def box(kind: bytes, *parts: bytes, version: int | None = None) -> bytes:
        body = (b"" if version is None else bytes([version, 0, 0, 0])) + b"".join(parts)
        return struct.pack(">I", len(body) + 8) + kind + body

    fixed = b"\1" + profile + bytes([0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 3])
    configuration = box(b"hvcC", fixed, arrays)
    size = box(b"ispe", struct.pack(">II", width, height), version=0)
    properties = [configuration, size, *([box(b"irot", bytes([quarter_turns]))] if quarter_turns else [])]
    used = bytes([len(properties)]) + bytes(0x80 | number for number in range(1, len(properties) + 1))
    item = box(b"infe", struct.pack(">HH", 1, 0), b"hvc1", b"\0", version=2)

    def meta(offset: int) -> bytes:
        return box(
            b"meta",
            box(b"hdlr", b"\0" * 4, b"pict", b"\0" * 13, version=0),
            box(b"pitm", struct.pack(">H", 1), version=0),
            box(b"iloc", b"\x44\x00", struct.pack(">HHHHII", 1, 1, 0, 1, offset, len(sample)), version=0),
            box(b"iinf", struct.pack(">H", 1), item, version=0),
            box(b"iprp", box(b"ipco", *properties), box(b"ipma", struct.pack(">IH", 1, 1), used, version=0)),
            version=0,
        )

    head = box(b"ftyp", b"heic", b"\0" * 4, b"mif1", b"heic")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", sample)
