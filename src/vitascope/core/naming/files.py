"""What a file is by its extension, and which files and folders no scan looks at.

The lists are those of the Plex Media Server: what it passes over, people have learnt to put beside their media.
"""

import re
from enum import StrEnum

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming._text import split_extension, split_path


def _extensions(text: str) -> frozenset[str]:
    return frozenset(text.split())


VIDEO_EXTENSIONS = _extensions(
    "3g2 3gp amv asf avi bivx divx dv evo f4v fli flv h264 h265 hevc ivf m2t m2ts m2v m4v mjpeg mjpg mk3d mkv "
    "mov mp4 mpe mpeg mpg mpv mts mxf nsv nuv obu ogm ogv ps qt rec rm rmvb tod tp trp ts ty vdr vfw viv vob vp3 vro "
    "webm wmv wtv xvid y4m"
)
AUDIO_EXTENSIONS = _extensions(
    "aa aac aax ac3 aif aiff alac ape caf dff dsf dts eac3 flac m4a m4b m4p m4r mka mp2 mp3 mpc mpga oga ogg opus ra "
    "shn spx tak tta wav wave weba wma wv"
)
IMAGE_EXTENSIONS = _extensions(
    "arw avif bmp cr2 cr3 dng gif heic heif jfif jp2 jpe jpeg jpg jxl nef orf png raf raw rw2 srw tbn tga tif tiff webp"
)
SUBTITLE_EXTENSIONS = _extensions("ass idx mks smi ssa srt sub sup ttml vtt")
DISC_IMAGE_EXTENSIONS = _extensions("bin ccd img iso mdf mds nrg toast")

SAMPLE_LIMIT_BYTES = 300 * 1024 * 1024

_CLASSES: dict[str, FileClass] = {
    **dict.fromkeys(VIDEO_EXTENSIONS, FileClass.VIDEO),
    **dict.fromkeys(AUDIO_EXTENSIONS, FileClass.AUDIO),
    **dict.fromkeys(IMAGE_EXTENSIONS, FileClass.IMAGE),
    **dict.fromkeys(SUBTITLE_EXTENSIONS, FileClass.SUBTITLE),
    "lrc": FileClass.LYRICS,
    "txt": FileClass.LYRICS,
    "nfo": FileClass.NFO,
    "xmp": FileClass.XMP,
    "edl": FileClass.CUT_LIST,
}
_CONTROL_FILES = {".plexmatch": FileClass.PLEXMATCH, ".plexignore": FileClass.PLEXIGNORE}
_MEDIA = (FileClass.VIDEO, FileClass.AUDIO, FileClass.IMAGE)
_SYSTEM_FOLDERS = frozenset(
    {"@eadir", "@recycle", "#recycle", "#snapshot", "lost+found", "$recycle.bin", "recycler", "__macosx",
     "system volume information", "found.000", "network trash folder", "temporary items"}
)  # fmt: skip
_DISC_FOLDERS = frozenset({"video_ts", "audio_ts", "bdmv", "hvdvd_ts"})
_PASSED_OVER = frozenset({"extras", "sample", "samples", "bonus", "bonus disc"})
_UNFINISHED = ("_unpack_", "_failed_")
_SAMPLE = re.compile(r"(?<![a-z])samples?(?![a-z])")


class IgnoreReason(StrEnum):
    """Why a scan passes something over."""

    HIDDEN = "hidden"
    SYSTEM = "system"
    UNFINISHED = "unfinished"
    DISC_FOLDER = "disc-folder"
    DISC_IMAGE = "disc-image"
    EXTRAS_FOLDER = "extras-folder"
    SAMPLE = "sample"
    EMPTY = "empty"


def classify(path: str) -> FileClass:
    """What a file is by its name alone."""
    name = path.rpartition("/")[2]
    control = _CONTROL_FILES.get(name.lower())
    if control is not None:
        return control
    return _CLASSES.get(split_extension(name)[1], FileClass.OTHER)


def is_ignored(path: str, size_bytes: int | None, is_dir: bool, section_kind: SectionKind) -> IgnoreReason | None:
    """Why a file or folder is passed over, or ``None`` when it is not.

    The folders above are judged too, so that a scan of one folder says the same as a scan of everything.
    ``size_bytes`` is ``None`` when nobody has asked yet: rules about size then stay silent.
    """
    folders, name = split_path(path)
    if is_dir and name:
        folders = (*folders, name)
    for depth, folder in enumerate(folders):
        reason = _folder_reason(folder, depth, section_kind)
        if reason is not None:
            return reason
    return None if is_dir else _file_reason(name, size_bytes, section_kind)


def _folder_reason(name: str, depth: int, section_kind: SectionKind) -> IgnoreReason | None:
    lower = name.lower()
    if lower.startswith("."):
        return IgnoreReason.HIDDEN
    if lower in _SYSTEM_FOLDERS:
        return IgnoreReason.SYSTEM
    if lower.startswith(_UNFINISHED):
        return IgnoreReason.UNFINISHED
    if lower in _DISC_FOLDERS or lower.endswith(".dvdmedia"):
        return IgnoreReason.DISC_FOLDER
    # In the root such a folder is a name of its own (the show "Extras"); music and photos use the words freely.
    if depth > 0 and lower in _PASSED_OVER and section_kind in (SectionKind.MOVIE, SectionKind.SHOW):
        return IgnoreReason.EXTRAS_FOLDER
    return None


def _file_reason(name: str, size_bytes: int | None, section_kind: SectionKind) -> IgnoreReason | None:
    lower = name.lower()
    if lower in _CONTROL_FILES:
        return None
    if lower.startswith("."):
        return IgnoreReason.HIDDEN
    if lower.startswith(_UNFINISHED):
        return IgnoreReason.UNFINISHED
    if split_extension(lower)[1] in DISC_IMAGE_EXTENSIONS:
        return IgnoreReason.DISC_IMAGE
    kind = classify(lower)
    if size_bytes == 0 and kind in _MEDIA:
        return IgnoreReason.EMPTY
    if (
        kind is FileClass.VIDEO
        and section_kind in (SectionKind.MOVIE, SectionKind.SHOW)
        and size_bytes is not None
        and size_bytes < SAMPLE_LIMIT_BYTES
        and _SAMPLE.search(lower)
    ):
        return IgnoreReason.SAMPLE
    return None
