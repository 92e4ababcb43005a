"""One spelling for each codec and container: clients, profiles and probes write some of them in two ways."""

from collections.abc import Iterable

_CODECS = {
    "avc": "h264",
    "avc1": "h264",
    "h265": "hevc",
    "hvc1": "hevc",
    "dts": "dca",
    "dts-hd": "dca",
    "ec3": "eac3",
    "ac-3": "ac3",
    "ec-3": "eac3",
    "subrip": "srt",
    "webvtt": "vtt",
    "hdmv_pgs_subtitle": "pgs",
    "pgssub": "pgs",
    "dvd_subtitle": "vobsub",
    "dvdsub": "vobsub",
    "dvbsub": "dvb_subtitle",
    "jpg": "jpeg",
    "mpeg2": "mpeg2video",
    "mpeg1": "mpeg1video",
    "pcm_s16le": "pcm",
    "pcm_s24le": "pcm",
}
_CONTAINERS = {
    "matroska": "mkv",
    "m4v": "mp4",
    "ts": "mpegts",
    "m2ts": "mpegts",
    "mts": "mpegts",
    "jpg": "jpeg",
    "webvtt": "vtt",
    "oga": "ogg",
    "m4b": "mp4",
    "m4a": "mp4",
}


def codec_named(name: str) -> str:
    """A codec in the API's spelling."""
    name = name.strip().lower()
    return _CODECS.get(name, name)


def container_named(name: str) -> str:
    """A container in the API's spelling."""
    name = name.strip().lower()
    return _CONTAINERS.get(name, name)


def named_in(name: str, listed: Iterable[str]) -> bool:
    """Whether a list names it; ``*`` names everything."""
    return any(one in ("*", name) for one in listed)
