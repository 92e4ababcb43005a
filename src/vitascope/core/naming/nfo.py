"""NFO files beside the media: what each of them describes, by Kodi's names for them.

Release groups leave files called ``group-film.nfo`` with pictures made of letters; only the names below are read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from vitascope.core.model import SectionKind
from vitascope.core.naming._text import split_extension, split_path
from vitascope.core.naming.artwork import ArtTarget
from vitascope.core.naming.music import disc_folder
from vitascope.core.naming.shows import season_of

_SEASON = re.compile(r"season[\s._-]?(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoName:
    """What an NFO file describes: everything in ``folder``, or the one video called ``stem`` in it."""

    target: ArtTarget
    folder: str
    stem: str | None = None
    season: int | None = None


def parse_nfo(path: str, section: SectionKind, video_stems: Collection[str]) -> NfoName | None:
    """Read an NFO file's path; ``video_stems`` are the names without extension of the videos in its folder."""
    folders, file_name = split_path(path)
    stem, extension = split_extension(file_name)
    if extension != "nfo":
        return None
    folder = "/".join(folders)
    if section is SectionKind.SHOW:
        return _of_show(stem, folders, video_stems)
    if section is SectionKind.ARTIST:
        return _of_music(stem.lower(), folders)
    if section is not SectionKind.MOVIE:
        return None
    if (owner := _owner(stem, video_stems)) is not None:
        return NfoName(target=ArtTarget.MOVIE, folder=folder, stem=owner)
    return NfoName(target=ArtTarget.MOVIE, folder=folder) if stem.lower() == "movie" and folders else None


def _of_show(stem: str, folders: tuple[str, ...], video_stems: Collection[str]) -> NfoName | None:
    folder = "/".join(folders)
    if (owner := _owner(stem, video_stems)) is not None:
        return NfoName(target=ArtTarget.EPISODE, folder=folder, stem=owner)
    if not folders:
        return None
    if stem.lower() == "tvshow":
        return NfoName(target=ArtTarget.SHOW, folder=folder)
    if stem.lower() == "season" and len(folders) >= 2 and (found := season_of(folders[-1])) is not None:
        return NfoName(target=ArtTarget.SEASON, folder=folder, season=found[0])
    if numbered := _SEASON.fullmatch(stem):
        return NfoName(target=ArtTarget.SEASON, folder=folder, season=int(numbered.group(1)))
    return None


def _of_music(name: str, folders: tuple[str, ...]) -> NfoName | None:
    if name == "artist" and folders:
        return NfoName(target=ArtTarget.ARTIST, folder="/".join(folders))
    if name == "album" and folders:
        at = folders[:-1] if len(folders) >= 2 and disc_folder(folders[-1]) is not None else folders
        return NfoName(target=ArtTarget.ALBUM, folder="/".join(at))
    return None


def _owner(stem: str, video_stems: Collection[str]) -> str | None:
    if stem in video_stems:
        return stem
    lower = stem.lower()
    return min((known for known in video_stems if known.lower() == lower), default=None)
