"""Extras: trailers, deleted scenes and the like, known by a suffix of the file or by the folder they lie in."""

import re

from vitascope.core.model import ExtraType

EXTRA_SUFFIXES = {
    "behindthescenes": ExtraType.BEHIND_THE_SCENES,
    "deleted": ExtraType.DELETED_SCENE,
    "featurette": ExtraType.FEATURETTE,
    "interview": ExtraType.INTERVIEW,
    "scene": ExtraType.SCENE,
    "short": ExtraType.SHORT,
    "trailer": ExtraType.TRAILER,
    "other": ExtraType.OTHER,
}
EXTRA_FOLDERS = {
    "behind the scenes": ExtraType.BEHIND_THE_SCENES,
    "deleted scenes": ExtraType.DELETED_SCENE,
    "featurettes": ExtraType.FEATURETTE,
    "interviews": ExtraType.INTERVIEW,
    "scenes": ExtraType.SCENE,
    "shorts": ExtraType.SHORT,
    "trailers": ExtraType.TRAILER,
    "other": ExtraType.OTHER,
}
MUSIC_VIDEO_SUFFIXES = {
    "video": ExtraType.MUSIC_VIDEO,
    "live": ExtraType.LIVE_MUSIC_VIDEO,
    "lyrics": ExtraType.LYRIC_MUSIC_VIDEO,
    "concert": ExtraType.CONCERT,
    "interview": ExtraType.INTERVIEW,
    "behindthescenes": ExtraType.BEHIND_THE_SCENES,
}

_SUFFIX = re.compile(rf"-({'|'.join(EXTRA_SUFFIXES)})$", re.IGNORECASE)
# Spelt with room around the dash only where the word can hardly end a title ("Tales - Short" can).
_LOOSE_SUFFIX = re.compile(r"(?:\s+-\s*|[._])(behindthescenes|deleted|featurette|interview|trailer)$", re.IGNORECASE)
_MUSIC_SUFFIX = re.compile(rf"\s*-\s*({'|'.join(MUSIC_VIDEO_SUFFIXES)})$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s._-]+")


def folder_extra(name: str) -> ExtraType | None:
    """The kind of extra a folder of this name holds. It must lie inside the folder of its film or show."""
    return EXTRA_FOLDERS.get(_SEPARATORS.sub(" ", name.lower()).strip())


def suffix_extra(stem: str) -> tuple[str, ExtraType] | None:
    """The stem without its suffix and the kind of extra; a file that is called ``trailer`` and no more is one."""
    found = _SUFFIX.search(stem) or _LOOSE_SUFFIX.search(stem)
    if found:
        rest = stem[: found.start()].rstrip(" -._")
        if rest:
            return rest, EXTRA_SUFFIXES[found.group(1).lower()]
    if stem.lower() == "trailer":
        return stem, ExtraType.TRAILER
    return None


def music_video(stem: str) -> tuple[str, ExtraType] | None:
    """The stem without its suffix and the kind of music video, for a video that lies among music."""
    found = _MUSIC_SUFFIX.search(stem)
    if found and stem[: found.start()].strip(" -._"):
        return stem[: found.start()].rstrip(" -._"), MUSIC_VIDEO_SUFFIXES[found.group(1).lower()]
    return None
