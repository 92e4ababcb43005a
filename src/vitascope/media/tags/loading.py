"""Opening the tags of a file with mutagen, without letting it guess.

The format is known from the first bytes, so the right class is used at once. Mutagen's parsers are plain Python and
raise what they like on damaged input; all of it means the same here: no tags that can be read.
"""

import struct
from typing import Any

from mutagen import FileType, MutagenError
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.dsf import DSF
from mutagen.flac import FLAC
from mutagen.monkeysaudio import MonkeysAudio
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.musepack import Musepack
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis
from mutagen.trueaudio import TrueAudio
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import Format

_CLASSES: dict[Format, Any] = {
    Format.MP3: MP3,
    Format.FLAC: FLAC,
    Format.MP4: MP4,
    Format.ASF: ASF,
    Format.WAV: WAVE,
    Format.AIFF: AIFF,
    Format.AAC: AAC,
    Format.APE: MonkeysAudio,
    Format.WAVPACK: WavPack,
    Format.MUSEPACK: Musepack,
    Format.DSF: DSF,
    Format.TTA: TrueAudio,
}
_OGG_CLASSES = ((b"\x01vorbis", OggVorbis), (b"OpusHead", OggOpus), (b"\x7fFLAC", OggFLAC), (b"Speex   ", OggSpeex))
DAMAGE = (
    MutagenError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What mutagen raises for damaged input."""


def load(file: MediaFile, format_: Format) -> FileType | None:
    """The file as mutagen sees it; ``None`` when it has no class for it or cannot read it."""
    made = _ogg_class(file.head) if format_ is Format.OGG else _CLASSES.get(format_)
    if made is None:
        return None
    try:
        opened: FileType = made(file.stream())
    except DAMAGE:
        return None
    return opened


def _ogg_class(head: bytes) -> Any:
    """By the first packet of the first stream; several streams (a film) are none of mutagen's business."""
    if len(head) < 28 or b"theora" in head[:512]:
        return None
    start = 27 + head[26]
    for signature, made in _OGG_CLASSES:
        if head.startswith(signature, start):
            return made
    return None
