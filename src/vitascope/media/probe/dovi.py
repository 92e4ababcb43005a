"""The Dolby Vision decoder configuration record, as found in MP4 boxes and Matroska block additions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DolbyVision:
    version: str
    profile: int
    level: int
    rpu_present: bool
    el_present: bool
    bl_present: bool
    bl_compat_id: int


def parse_configuration(record: bytes) -> DolbyVision | None:
    """The record of at least five bytes: two of version, then profile (7 bits), level (6), three flags, compatibility
    (4). ``None`` when it is cut short."""
    if len(record) < 5:
        return None
    bits = int.from_bytes(record[2:5], "big")
    return DolbyVision(
        version=f"{record[0]}.{record[1]}",
        profile=bits >> 17,
        level=bits >> 11 & 0x3F,
        rpu_present=bool(bits >> 10 & 1),
        el_present=bool(bits >> 9 & 1),
        bl_present=bool(bits >> 8 & 1),
        bl_compat_id=bits >> 4 & 0xF,
    )
