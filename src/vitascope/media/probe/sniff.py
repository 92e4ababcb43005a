"""What a file is by its first bytes: its format, which demuxer may read it, and what is refused outright.

Knowing the format ourselves has three reasons: libav is never free to choose a demuxer that follows references, asking
its 300 demuxers costs more than the rest of a probe, and music and pictures take a faster road than libav.
"""

from enum import StrEnum
from typing import Protocol

from vitascope.media.workers.failure import MediaError, Reason


class Format(StrEnum):
    """A format as our own code tells it apart; ``UNKNOWN`` is left to libav within :data:`DEMUXERS`."""

    MATROSKA = "matroska"
    MP4 = "mp4"
    AVI = "avi"
    MPEGTS = "mpegts"
    MPEG = "mpeg"
    ASF = "asf"
    FLV = "flv"
    MP3 = "mp3"
    AAC = "aac"
    FLAC = "flac"
    OGG = "ogg"
    WAV = "wav"
    AIFF = "aiff"
    APE = "ape"
    WAVPACK = "wavpack"
    MUSEPACK = "musepack"
    DSF = "dsf"
    TTA = "tta"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    HEIF = "heif"
    TIFF = "tiff"
    BMP = "bmp"
    UNKNOWN = "unknown"


IMAGES = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.WEBP, Format.HEIF, Format.TIFF, Format.BMP})

DEMUXER_OF = {
    Format.MATROSKA: "matroska",
    Format.MP4: "mov",
    Format.AVI: "avi",
    Format.MPEGTS: "mpegts",
    Format.MPEG: "mpeg",
    Format.ASF: "asf",
    Format.FLV: "flv",
    Format.MP3: "mp3",
    Format.AAC: "aac",
    Format.FLAC: "flac",
    Format.OGG: "ogg",
    Format.WAV: "wav",
    Format.AIFF: "aiff",
    Format.APE: "ape",
    Format.WAVPACK: "wv",
    Format.DSF: "dsf",
    Format.TTA: "tta",
}

DEMUXERS = (
    "aac,ac3,aiff,amr,ape,asf,au,av1,avi,caf,dff,dsf,dts,dtshd,dv,eac3,flac,flv,h264,hevc,ivf,m4v,matroska,mjpeg,mov,"
    "mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mxf,nsv,nut,obu,ogg,rm,shn,tak,truehd,tta,vc1,voc,w64,wav,wv"
)
"""The demuxers libav may use. No playlist, no concatenation, no session description, no image sequence, no script."""

_ASF = bytes.fromhex("3026b2758e66cf11")
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"styp"})
_PREFIXES = (
    (b"\x1aE\xdf\xa3", Format.MATROSKA),
    (b"fLaC", Format.FLAC),
    (b"OggS", Format.OGG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (_ASF, Format.ASF),
    (b"FLV\x01", Format.FLV),
    (b"\0\0\x01\xba", Format.MPEG),
    (b"MAC ", Format.APE),
    (b"wvpk", Format.WAVPACK),
    (b"MPCK", Format.MUSEPACK),
    (b"MP+", Format.MUSEPACK),
    (b"DSD ", Format.DSF),
    (b"TTA1", Format.TTA),
    (b"TTA2", Format.TTA),
    (b"BM", Format.BMP),
)
_REFERRING = (
    (b"#extm3u", "a playlist"),
    (b"ffconcat", "a concatenation script"),
    (b"[playlist]", "a playlist"),
    (b"[reference]", "a playlist"),
    (b"<asx", "a playlist"),
    (b"<smil", "a playlist"),
    (b"<mpd", "a streaming manifest"),
    (b"<smoothstreamingmedia", "a streaming manifest"),
    (b"v=0", "a session description"),
    (b"; ffmetadata", "a metadata script"),
    (b";ffmetadata", "a metadata script"),
)


class Bytes(Protocol):
    """A file's bytes: its head, and any others."""

    @property
    def head(self) -> bytes: ...

    def read_at(self, offset: int, count: int, /) -> bytes: ...


def sniff_file(file: Bytes) -> Format:
    """The format of an open file; looks behind an ID3 tag however long it is. Raises as :func:`sniff`."""
    head = file.head
    if head.startswith(b"ID3") and len(head) >= 10 and (end := _id3_end(head)) + 4 > len(head):
        return _behind_id3(file.read_at(end, 4))
    return sniff(head)


def sniff(head: bytes) -> Format:
    """The format of a file that begins with ``head``. Raises :class:`MediaError` for files that refer to others."""
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head.startswith((b"RIFF", b"RF64", b"FORM")):
        return _chunked(head[:4], head[8:12])
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return Format.HEIF
    if head[4:8] in _MP4_BOXES:
        return Format.MP4
    if head.startswith(b"ID3"):
        return _behind_id3(head[(end := _id3_end(head)) : end + 4]) if len(head) >= 10 else Format.UNKNOWN
    if _is_transport_stream(head):
        return Format.MPEGTS
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg_audio(head)
    _refuse_references(head)
    return Format.UNKNOWN


def _chunked(outer: bytes, inner: bytes) -> Format:
    if outer == b"FORM":
        return Format.AIFF if inner in {b"AIFF", b"AIFC"} else Format.UNKNOWN
    return {b"WAVE": Format.WAV, b"AVI ": Format.AVI, b"WEBP": Format.WEBP}.get(inner, Format.UNKNOWN)


def _mpeg_audio(head: bytes) -> Format:
    """MPEG audio has a layer; ADTS (AAC) says layer 0."""
    return Format.AAC if head[1] & 0x06 == 0 else Format.MP3


def _id3_end(head: bytes) -> int:
    """Where an ID3v2 tag ends; its size is written in sevens of bits."""
    return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])


def _behind_id3(following: bytes) -> Format:
    if following == b"fLaC":
        return Format.FLAC
    if following.startswith((b"TTA", b"MAC ", b"wvpk")):
        return Format.UNKNOWN
    if len(following) > 1 and following[0] == 0xFF and following[1] & 0xF6 == 0xF0:
        return Format.AAC
    return Format.MP3


def _is_transport_stream(head: bytes) -> bool:
    for packet, start in ((188, 0), (192, 4)):
        places = range(start, min(len(head), packet * 5), packet)
        if len(places) > 2 and all(head[place] == 0x47 for place in places):
            return True
    return False


def _refuse_references(head: bytes) -> None:
    text = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<?xml"):
        text = text.partition(b"?>")[2].lstrip()
    for beginning, kind in _REFERRING:
        if text.startswith(beginning):
            raise MediaError(Reason.REFUSED, f"{kind}, which refers to other files")
