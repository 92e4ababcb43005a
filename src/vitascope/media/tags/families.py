"""From each family of tags to the common field names of :mod:`names`."""

from collections.abc import Mapping
from typing import Any

from mutagen import FileType
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from vitascope.media.tags.names import ASF_ATTRIBUTES, ID3_FRAMES, MP4_ATOMS, Fields, add, canonical

_FREEFORM = "----:"
_MUSICBRAINZ_OWNER = "http://musicbrainz.org"
_APE_PICTURE = "cover art"
_VORBIS_PICTURES = frozenset({"METADATA_BLOCK_PICTURE", "COVERART"})


def fields_of(opened: FileType) -> tuple[Fields, bool]:
    """All fields, and whether there is an embedded picture."""
    tags: Any = opened.tags
    has_picture = isinstance(opened, FLAC) and bool(opened.pictures)
    if tags is None:
        return {}, has_picture
    if isinstance(tags, ID3):
        return _id3(tags)
    if isinstance(tags, MP4Tags):
        return _mp4(tags)
    if isinstance(tags, ASFTags):
        return _asf(tags)
    if isinstance(tags, APEv2):
        return _ape(tags)
    fields, found = _vorbis(tags)
    return fields, has_picture or found


def fields_of_container(metadata: Mapping[str, str]) -> Fields:
    """From libav's dictionary of a film."""
    fields: Fields = {}
    for name, value in metadata.items():
        add(fields, canonical(name), [value])
    return fields


def _vorbis(tags: Any) -> tuple[Fields, bool]:
    fields: Fields = {}
    has_picture = False
    for name, value in tags:
        upper = name.upper()
        if upper in _VORBIS_PICTURES:
            has_picture = True
        else:
            add(fields, canonical(upper), [value])
    return fields, has_picture


def _id3(tags: Any) -> tuple[Fields, bool]:
    fields: Fields = {}
    has_picture = False
    for frame in tags.values():
        frame_id = frame.FrameID
        if (name := ID3_FRAMES.get(frame_id)) is not None:
            add(fields, name, frame.text)
        elif frame_id == "TXXX":
            add(fields, canonical(frame.desc), frame.text)
        elif frame_id == "TCON":
            add(fields, "GENRE", frame.genres)
        elif frame_id == "APIC":
            has_picture = True
        elif frame_id == "COMM":
            # iTunes keeps numbers of its own in comments with a description.
            if not frame.desc:
                add(fields, "COMMENT", frame.text)
        elif frame_id == "USLT":
            add(fields, "LYRICS", [frame.text])
        elif frame_id == "SYLT":
            add(fields, "SYNCEDLYRICS", [_lrc(frame)])
        elif frame_id == "UFID":
            if frame.owner == _MUSICBRAINZ_OWNER:
                add(fields, "MUSICBRAINZ_TRACKID", [frame.data.decode("ascii", "replace")])
        elif frame_id == "POPM":
            add(fields, "POPULARIMETER", [frame.rating])
        elif frame_id == "RVA2":
            kind = "ALBUM" if frame.desc.lower() == "album" else "TRACK"
            add(fields, f"REPLAYGAIN_{kind}_GAIN", [f"{frame.gain} dB"])
            if frame.peak:
                add(fields, f"REPLAYGAIN_{kind}_PEAK", [frame.peak])
    return fields, has_picture


def _lrc(frame: Any) -> str:
    """Synchronised lyrics in milliseconds, as LRC; other time bases and contents are left out."""
    if frame.format != 2 or frame.type not in {0, 1, 2}:
        return ""
    lines = []
    for text, time_ms in frame.text:
        minutes, rest = divmod(max(0, int(time_ms)), 60_000)
        lines.append(f"[{minutes:02d}:{rest / 1000:05.2f}]{text.strip()}")
    return "\n".join(lines)


def _mp4(tags: Any) -> tuple[Fields, bool]:
    fields: Fields = {}
    for atom, values in tags.items():
        if (name := MP4_ATOMS.get(atom)) is not None:
            add(fields, name, [int(values)] if isinstance(values, bool) else values)
        elif atom in {"trkn", "disk"} and values:
            kind = "TRACK" if atom == "trkn" else "DISC"
            number, total = values[0]
            add(fields, f"{kind}NUMBER", [number] if number else [])
            add(fields, f"{kind}TOTAL", [total] if total else [])
        elif atom.startswith(_FREEFORM):
            add(fields, canonical(atom.rpartition(":")[2]), values)
    return fields, bool(tags.get("covr"))


def _asf(tags: Any) -> tuple[Fields, bool]:
    fields: Fields = {}
    has_picture = False
    for attribute, value in tags:
        if attribute == "WM/Picture":
            has_picture = True
        elif attribute == "WM/IsCompilation":
            add(fields, "COMPILATION", ["1" if value.value else "0"])
        else:
            add(fields, ASF_ATTRIBUTES.get(attribute) or canonical(attribute), [value.value])
    return fields, has_picture


def _ape(tags: Any) -> tuple[Fields, bool]:
    fields: Fields = {}
    has_picture = False
    for name, value in tags.items():
        if name.lower().startswith(_APE_PICTURE):
            has_picture = True
        elif value.kind == 0:
            add(fields, canonical(name), str(value).split("\0"))
    return fields, has_picture
