"""Names as the API spells them, from the names libav uses.

Clients compare these strings with the codec names in their profiles, so the spelling is part of the protocol.
"""

_CODECS = {
    "ansi": "text",
    "dvd_subtitle": "vobsub",
    "dvb_subtitle": "dvb_subtitle",
    "dvb_teletext": "dvb_teletext",
    "eia_608": "eia_608",
    "flv1": "flv",
    "hdmv_pgs_subtitle": "pgs",
    "hdmv_text_subtitle": "hdmv_text",
    "mp3adu": "mp3",
    "mp3on4": "mp3",
    "msmpeg4v1": "msmpeg4v1",
    "msmpeg4v2": "msmpeg4v2",
    "msmpeg4v3": "msmpeg4",
    "amr_nb": "amr_nb",
    "amr_wb": "amr_wb",
    "subrip": "srt",
    "dts": "dca",
    "vvc": "vvc",
    "webvtt": "vtt",
    "xsub": "xsub",
}

_SUBTITLE_FORMATS = {"srt": "srt", "ass": "ass", "ssa": "ssa", "vtt": "vtt", "mov_text": "srt", "text": "srt"}

_DTS_PROFILES = {
    "dts": "dts",
    "dts-es": "es",
    "dts 96/24": "96/24",
    "dts-hd hra": "hra",
    "dts-hd ma": "ma",
    "dts-hd ma + dts:x": "x",
    "dts-hd ma + dts:x imax": "x",
    "dts express": "express",
}

_PROFILES = {
    "he-aac": "he-aac",
    "he-aacv2": "he-aacv2",
    "dolby digital plus + dolby atmos": "atmos",
    "dolby truehd + dolby atmos": "atmos",
}

_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    11: "iec61966-2-4",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_SPACES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}
_RANGES = {1: "tv", 2: "pc"}


def codec_name(libav_name: str) -> str:
    """The API's spelling of a codec."""
    if libav_name.startswith("pcm_"):
        return "pcm"
    if libav_name.startswith("adpcm_"):
        return "adpcm"
    if libav_name.startswith("dsd_"):
        return "dsd"
    return _CODECS.get(libav_name, libav_name)


def subtitle_format(codec: str) -> str | None:
    """The text format in which a subtitle of that codec can be handed out; ``None`` for pictures."""
    return _SUBTITLE_FORMATS.get(codec)


def profile_name(codec: str, libav_profile: str | None) -> str | None:
    """The API's spelling of a profile: lower case, without the words ``profile`` and (DTS) the family name."""
    if not libav_profile:
        return None
    name = libav_profile.lower().removesuffix(" profile").strip()
    if codec == "dca":
        return _DTS_PROFILES.get(name, name)
    if codec in {"vp9", "vp8"}:
        return name.removeprefix("profile").strip() or None
    return _PROFILES.get(name, name) or None


def color_primaries_name(number: int) -> str | None:
    return _PRIMARIES.get(number)


def color_transfer_name(number: int) -> str | None:
    return _TRANSFERS.get(number)


def color_space_name(number: int) -> str | None:
    return _SPACES.get(number)


def color_range_name(number: int) -> str | None:
    return _RANGES.get(number)
