"""How far one must look behind a key frame for a picture that is shown before it.

Such *leading* pictures come of open groups of pictures: they refer back over the key frame. What kind of key frame it
is stands in the first bytes of its packet. Behind an IDR picture of H.264 there is none (ITU-T H.264, 7.4.1.2.4: it
empties the order of output); in HEVC none behind an ``IDR_N_LP``, and behind the others they come before anything else
(ITU-T H.265, 8.3.1); VP8 and VP9 show pictures as they come. Knowing that spares the bytes of the pictures behind: over
a network they are as dear as the key frame itself.
"""

from collections.abc import Iterator

MOST = 24
"""Of what cannot be told from the packet."""
_ONE_PICTURE = 2
"""Both fields of it, should they come one by one."""
_MOST_UNITS = 64
_IN_ORDER = frozenset({"vp8", "vp9"})
_IDR, _LAST_SLICE = 5, 5
_IDR_N_LP, _LAST_PICTURE = 20, 31
_START = b"\x00\x00\x01"


def to_look_at(codec: str, extradata: bytes, packet: memoryview) -> int:
    """How many packets behind this key frame may hold the first leading picture. ``codec`` is libav's name."""
    if codec in _IN_ORDER:
        return 0
    if codec == "h264":
        length = (extradata[4] & 3) + 1 if extradata[:1] == b"\x01" and len(extradata) > 4 else 0
        kinds = (first & 31 for first in _first_bytes(packet, length))
        return 0 if next((kind for kind in kinds if 1 <= kind <= _LAST_SLICE), None) == _IDR else MOST
    if codec == "hevc":
        length = (extradata[21] & 3) + 1 if extradata[:1] == b"\x01" and len(extradata) > 21 else 0
        kinds = (first >> 1 & 63 for first in _first_bytes(packet, length))
        found = next((kind for kind in kinds if kind <= _LAST_PICTURE), None)
        return MOST if found is None else 0 if found == _IDR_N_LP else _ONE_PICTURE
    return MOST


def _first_bytes(packet: memoryview, length_bytes: int) -> Iterator[int]:
    """The first byte of each NAL unit: behind a length of so many bytes, or with none behind a start code."""
    place = 0
    for _ in range(_MOST_UNITS):
        if length_bytes:
            size = int.from_bytes(packet[place : place + length_bytes], "big")
            place += length_bytes
        else:
            found = bytes(packet[place : place + 65_536]).find(_START)
            if found < 0:
                return
            size, place = 0, place + found + len(_START)
        if place >= len(packet):
            return
        yield packet[place]
        place += size
