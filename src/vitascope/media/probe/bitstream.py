"""Sequence headers: what a video decoder would know, read from the few bytes that the container stores beside the data.

Starting a decoder to learn the bit depth of a film costs 20 ms; reading its parameter set (ITU-T H.264 7.3.2.1, AV1
specification 5.5) costs a hundredth of that. HEVC is not here, because opening libav's decoder is enough to have its
parameter sets read.
"""

from dataclasses import dataclass

_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_EXTENDED_SAR = 255
_SHAPES = {
    1: (1, 1),
    2: (12, 11),
    3: (10, 11),
    4: (16, 11),
    5: (40, 33),
    6: (24, 11),
    7: (20, 11),
    8: (32, 11),
    9: (80, 33),
    10: (18, 11),
    11: (15, 11),
    12: (64, 33),
    13: (160, 99),
    14: (4, 3),
    15: (3, 2),
    16: (2, 1),
}
"""Pixel aspect ratios of ITU-T H.264 table E-1."""
_CHROMA = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}
_CHROMA_LOCATIONS = {0: "left", 1: "center", 2: "topleft", 3: "top", 4: "bottomleft", 5: "bottom"}


@dataclass(slots=True, kw_only=True)
class SequenceInfo:
    """Colour numbers are those of ITU-T H.273; 2 means unspecified."""

    bit_depth: int = 8
    chroma_subsampling: str = "4:2:0"
    chroma_location: str | None = None
    progressive: bool | None = None
    ref_frames: int | None = None
    has_scaling_matrix: bool | None = None
    sample_aspect: tuple[int, int] | None = None
    color_primaries: int = 2
    color_transfer: int = 2
    color_space: int = 2
    color_range: int = 0
    """1 limited, 2 full, 0 unknown."""


class _Bits:
    """Reads bits; ``ValueError`` past the end."""

    def __init__(self, data: bytes) -> None:
        self._digits = bin(int.from_bytes(b"\x01" + data, "big"))[3:]
        self._place = 0

    def take(self, count: int) -> int:
        place = self._place
        self._place = place + count
        if self._place > len(self._digits):
            raise ValueError("past the end")
        return int(self._digits[place : self._place], 2) if count else 0

    def flag(self) -> bool:
        return self.take(1) == 1

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number."""
        one = self._digits.index("1", self._place)
        zeros = one - self._place
        self._place = one
        return self.take(zeros + 1) - 1

    def signed_golomb(self) -> int:
        number = self.golomb()
        return (number + 1) // 2 if number % 2 else -(number // 2)


def h264_sequence(extradata: bytes) -> SequenceInfo | None:
    """From an ``avcC`` record or Annex B data; ``None`` when there is no readable parameter set."""
    unit = _h264_unit(extradata)
    if unit is None or len(unit) < 5:
        return None
    try:
        return _h264(_Bits(unit[1:].replace(b"\0\0\3", b"\0\0")))
    except ValueError:
        return None


def _h264_unit(extradata: bytes) -> bytes | None:
    if extradata[:1] == b"\x01" and len(extradata) > 8:
        length = int.from_bytes(extradata[6:8], "big")
        return extradata[8 : 8 + length]
    for piece in extradata.split(b"\0\0\1")[1:]:
        if piece and piece[0] & 0x1F == 7:
            return piece
    return None


def _h264(bits: _Bits) -> SequenceInfo:
    info = SequenceInfo(has_scaling_matrix=False)
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    chroma = 1
    if profile in _HIGH_PROFILES:
        chroma = bits.golomb()
        if chroma == 3:
            bits.take(1)
        info.bit_depth = bits.golomb() + 8
        bits.golomb()
        bits.take(1)
        info.has_scaling_matrix = bits.flag()
        if info.has_scaling_matrix:
            for index in range(12 if chroma == 3 else 8):
                if bits.flag():
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    info.chroma_subsampling = _CHROMA.get(chroma, "4:2:0")
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(1)
        bits.signed_golomb()
        bits.signed_golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.signed_golomb()
    info.ref_frames = bits.golomb()
    bits.take(1)
    bits.golomb()
    bits.golomb()
    info.progressive = bits.flag()
    if not info.progressive:
        bits.take(1)
    bits.take(1)
    if bits.flag():
        for _ in range(4):
            bits.golomb()
    if chroma == 1:
        info.chroma_location = "left"
    if bits.flag():
        _h264_usability(bits, info)
    return info


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _h264_usability(bits: _Bits, info: SequenceInfo) -> None:
    if bits.flag():
        shape = bits.take(8)
        info.sample_aspect = (bits.take(16), bits.take(16)) if shape == _EXTENDED_SAR else _SHAPES.get(shape)
    if bits.flag():
        bits.take(1)
    if bits.flag():
        bits.take(3)
        info.color_range = 2 if bits.flag() else 1
        if bits.flag():
            info.color_primaries, info.color_transfer, info.color_space = bits.take(8), bits.take(8), bits.take(8)
    if bits.flag():
        location = bits.golomb()
        if info.chroma_location is not None:
            info.chroma_location = _CHROMA_LOCATIONS.get(location)


def av1_sequence(extradata: bytes) -> SequenceInfo | None:
    """From an ``av1C`` record; its four bytes tell depth and chroma, the sequence header behind them the colours."""
    if len(extradata) < 4 or extradata[0] != 0x81:
        return None
    flags = extradata[2]
    depth = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    chroma = {0b100: "4:0:0", 0b011: "4:2:0", 0b010: "4:2:2", 0b000: "4:4:4"}
    info = SequenceInfo(bit_depth=depth, chroma_subsampling=chroma.get(flags >> 2 & 0b111, "4:2:0"))
    try:
        _av1_header(_Bits(_av1_payload(extradata[4:])), info)
    except ValueError:
        return info
    return info


def _av1_payload(data: bytes) -> bytes:
    """The sequence header of the first open bitstream unit. Raises ``ValueError`` when it is another unit."""
    if len(data) < 2 or data[0] >> 3 & 0xF != 1:
        raise ValueError("no sequence header")
    start = 2 if data[0] & 4 else 1
    if data[0] & 2:
        while start < len(data) and data[start] & 0x80:
            start += 1
        start += 1
    return data[start:]


def _av1_header(bits: _Bits, info: SequenceInfo) -> None:
    profile = bits.take(3)
    bits.take(1)
    reduced = bits.flag()
    if reduced:
        bits.take(5)
    else:
        _av1_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    bits.take(width_bits + height_bits)
    if not reduced and bits.flag():
        bits.take(7)
    bits.take(3)
    if not reduced:
        bits.take(4)
        order_hint = bits.flag()
        if order_hint:
            bits.take(2)
        screen_content = 2 if bits.flag() else bits.take(1)
        if screen_content and not bits.flag():
            bits.take(1)
        if order_hint:
            bits.take(3)
    bits.take(3)
    high = bits.flag()
    if profile == 2 and high:
        bits.take(1)
    monochrome = bits.flag() if profile != 1 else False
    if bits.flag():
        info.color_primaries, info.color_transfer, info.color_space = bits.take(8), bits.take(8), bits.take(8)
    if monochrome or (info.color_primaries, info.color_transfer, info.color_space) != (1, 13, 0):
        info.color_range = 2 if bits.flag() else 1


def _av1_operating_points(bits: _Bits) -> None:
    decoder_model = False
    delay_bits = 0
    if bits.flag():
        bits.take(64)
        if bits.flag():
            bits.golomb()
        decoder_model = bits.flag()
        if decoder_model:
            delay_bits = bits.take(5) + 1
            bits.take(42)
    display_delay = bits.flag()
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if decoder_model and bits.flag():
            bits.take(2 * delay_bits + 1)
        if display_delay and bits.flag():
            bits.take(4)
