"""The program map of a transport stream, for the Dolby Vision descriptor that libav keeps to itself.

ISO/IEC 13818-1 2.4.4 for the tables; the descriptor (tag 0xB0) is that of Dolby's specification for transport streams:
the first four bytes are those of the configuration record, the compatibility follows, behind the number of the base
layer's stream where this one is not it. Only the first packets are looked at.
"""

from vitascope.media.probe.dovi import DolbyVision, parse_configuration
from vitascope.media.probe.sniff import Bytes

_LOOKED_AT_BYTES = 256 * 1024
_SYNC = 0x47
_DOLBY_TAG = 0xB0
_BASE_LAYER_FLAG = 1


def dolby_streams(file: Bytes) -> dict[int, DolbyVision]:
    """Configurations by packet identifier. Never raises for the file's content."""
    data = file.read_at(0, _LOOKED_AT_BYTES)
    step, start = (192, 4) if data[:1] != bytes([_SYNC]) else (188, 0)
    map_at: int | None = None
    for place in range(start, len(data) - 187, step):
        packet = data[place : place + 188]
        identifier = (packet[1] & 0x1F) << 8 | packet[2]
        if packet[0] != _SYNC or not packet[1] & 0x40 or identifier not in {0, map_at}:
            continue
        section = _section(packet)
        if identifier == 0 and map_at is None and len(section) >= 16:
            map_at = _program_map(section)
        elif identifier == map_at:
            return _descriptors(section)
    return {}


def _section(packet: bytes) -> bytes:
    """The section that begins in a packet, as far as it lies in that packet."""
    place = 4
    if packet[3] & 0x20:
        place += 1 + packet[4]
    if place >= len(packet):
        return b""
    return packet[place + 1 + packet[place] :]


def _program_map(section: bytes) -> int | None:
    """The packet identifier of the first program's map; program 0 is the network."""
    for place in range(8, len(section) - 4, 4):
        if int.from_bytes(section[place : place + 2], "big"):
            return int.from_bytes(section[place + 2 : place + 4], "big") & 0x1FFF
    return None


def _descriptors(section: bytes) -> dict[int, DolbyVision]:
    found: dict[int, DolbyVision] = {}
    if len(section) < 12:
        return found
    end = min(len(section), 3 + (int.from_bytes(section[1:3], "big") & 0xFFF) - 4)
    place = 12 + (int.from_bytes(section[10:12], "big") & 0xFFF)
    while place + 5 <= end:
        identifier = int.from_bytes(section[place + 1 : place + 3], "big") & 0x1FFF
        length = int.from_bytes(section[place + 3 : place + 5], "big") & 0xFFF
        vision = _dolby(section[place + 5 : min(place + 5 + length, end)])
        if vision is not None:
            found[identifier] = vision
        place += 5 + length
    return found


def _dolby(descriptors: bytes) -> DolbyVision | None:
    place = 0
    while place + 2 <= len(descriptors):
        content = descriptors[place + 2 : place + 2 + descriptors[place + 1]]
        if descriptors[place] == _DOLBY_TAG and len(content) >= 5:
            compatibility = content[4:5] if content[3] & _BASE_LAYER_FLAG else content[6:7]
            return parse_configuration(content[:4] + (compatibility or b"\0"))
        place += 2 + descriptors[place + 1]
    return None
