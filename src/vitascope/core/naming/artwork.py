"""Pictures and theme music that lie beside the media: what they are of, what kind, and in which order they count."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.model import ArtKind, SectionKind
from vitascope.core.naming._text import split_extension, split_path
from vitascope.core.naming.music import disc_folder
from vitascope.core.naming.shows import season_of

ART_EXTENSIONS = frozenset({"jpg", "jpeg", "png", "tbn", "webp", "avif"})

_POSTERS = {
    SectionKind.MOVIE: ("poster", "cover", "default", "folder", "movie"),
    SectionKind.SHOW: ("show", "poster", "folder", "cover", "default"),
    SectionKind.ARTIST: ("cover", "folder", "album", "poster", "default", "front"),
    SectionKind.OTHER: ("poster", "cover", "default", "folder", "movie"),
    SectionKind.PHOTO: ("folder", "cover", "poster"),
}
_BACKGROUNDS = ("fanart", "art", "backdrop", "background")
_LOGOS = ("clearlogo", "logo")
_SQUARES = ("square", "squareart", "backgroundsquare")
_NUMBERED = re.compile(r"(?P<base>.+?)(?:-(?P<n>\d{1,4})|(?P<plain>\d{1,2}))?")
_SEASON = re.compile(
    r"season(?:[\s._-]?(?P<n>\d{1,4})|[\s._-]?(?P<special>specials?)|[\s._-]?all)(?P<letter>[a-z])?"
    r"(?:[\s._-]?(?P<kind>poster|banner|fanart|art|backdrop|background|clearlogo|logo|square|squareart|landscape|thumb))?"
    r"(?:-(?P<index>\d{1,3}))?"
)
_ARTIST = re.compile(
    r"artist(?:-(?P<kind>poster|background|fanart|art|logo|clearlogo|banner|square))?(?:-(?P<n>\d{1,3}))?"
)
_KIND_ENDS = re.compile(r"-(?P<kind>[a-z]+)(?:-(?P<n>\d{1,3}))?")
_NUMBER_END = re.compile(r"-(?P<n>\d{1,3})")


class ArtTarget(StrEnum):
    """What a picture is of."""

    MOVIE = "movie"
    SHOW = "show"
    SEASON = "season"
    EPISODE = "episode"
    ARTIST = "artist"
    ALBUM = "album"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkContext:
    """What the caller knows about the folder of a picture."""

    section: SectionKind
    stems: Collection[str] = ()
    """Names without extension of the videos or tracks in the same folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkName:
    """One picture or theme. Smaller ``order`` counts first among those of one target and kind."""

    target: ArtTarget
    kind: ArtKind
    folder: str
    order: int = 0
    season: int | None = None
    stem: str | None = None
    """The stem of the one video it is of; ``None`` when it is of everything in its folder."""


def parse_artwork(path: str, context: ArtworkContext) -> ArtworkName | None:
    """Read a picture's path; ``None`` when its name makes it nobody's."""
    folders, file_name = split_path(path)
    stem, extension = split_extension(file_name)
    folder = "/".join(folders)
    lower = stem.lower()
    if lower == "theme" and extension in ("mp3", "m4a", "flac", "ogg", "opus"):
        target = _own_target(folders, context)
        return (
            ArtworkName(target=target[0], kind=ArtKind.THEME, folder=target[2], season=target[1]) if folders else None
        )
    if extension not in ART_EXTENSIONS:
        return None
    if context.section is SectionKind.SHOW and (of_season := _of_season(lower, folders, folder)):
        return of_season
    if context.section is SectionKind.ARTIST and (of_artist := _of_artist(lower, folders)):
        return of_artist
    if (of_video := _of_stem(stem, folder, context)) is not None:
        return of_video
    found = _kind_of(lower, context.section)
    if found is None or not (folders or context.section is SectionKind.PHOTO):
        return None
    kind, order = found
    item, season, at = _own_target(folders, context)
    return ArtworkName(target=item, kind=kind, folder=at, order=order, season=season)


def _kind_of(name: str, section: SectionKind) -> tuple[ArtKind, int] | None:
    """Kind and order of ``poster``, ``fanart-3``, ``clearlogo``."""
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return None
    base, index = numbered["base"], int(numbered["n"] or numbered["plain"] or 0)
    for kind, names in (
        (ArtKind.THUMB, _POSTERS[section]),
        (ArtKind.ART, _BACKGROUNDS),
        (ArtKind.CLEAR_LOGO, _LOGOS),
        (ArtKind.SQUARE_ART, _SQUARES),
        (ArtKind.BANNER, ("banner",)),
    ):
        if base in names:
            return kind, names.index(base) * 10_000 + index
    return None


def _named_kind(word: str | None) -> ArtKind | None:
    if word is None or word in ("poster", "thumb", "cover"):
        return ArtKind.THUMB
    if word == "banner":
        return ArtKind.BANNER
    if word in _BACKGROUNDS:
        return ArtKind.ART
    if word in _LOGOS:
        return ArtKind.CLEAR_LOGO
    return ArtKind.SQUARE_ART if word in _SQUARES else None


def _own_target(folders: tuple[str, ...], context: ArtworkContext) -> tuple[ArtTarget, int | None, str]:
    """What the pictures of a folder as such are of."""
    folder = "/".join(folders)
    if context.section is SectionKind.SHOW:
        season = season_of(folders[-1]) if len(folders) >= 2 else None
        return (ArtTarget.SEASON, season[0], folder) if season else (ArtTarget.SHOW, None, folder)
    if context.section is SectionKind.ARTIST:
        if len(folders) >= 2 and disc_folder(folders[-1]) is not None:
            return ArtTarget.ALBUM, None, "/".join(folders[:-1])
        is_artist = len(folders) == 1 and not context.stems and " - " not in folders[0]
        return (ArtTarget.ARTIST if is_artist else ArtTarget.ALBUM), None, folder
    return (ArtTarget.MOVIE if context.section is SectionKind.MOVIE else ArtTarget.FOLDER), None, folder


def _of_season(name: str, folders: tuple[str, ...], folder: str) -> ArtworkName | None:
    found = _SEASON.fullmatch(name)
    if found is None or not folders:
        return None
    if found["n"] is None and found["special"] is None:
        return None
    kind = _named_kind(found["kind"])
    if kind is None:
        return None
    letter = ord(found["letter"]) - ord("a") if found["letter"] else 0
    in_season = len(folders) >= 2 and season_of(folders[-1]) is not None
    return ArtworkName(
        target=ArtTarget.SEASON,
        kind=kind,
        folder="/".join(folders[:-1]) if in_season else folder,
        order=letter * 100 + int(found["index"] or 0),
        season=int(found["n"]) if found["n"] else 0,
    )


def _of_artist(name: str, folders: tuple[str, ...]) -> ArtworkName | None:
    found = _ARTIST.fullmatch(name)
    if found is None or not folders:
        return None
    kind = _named_kind(found["kind"])
    # In an album's folder the artist's picture is still the artist's.
    at = folders[:1] if len(folders) <= 2 else folders[:-1]
    if len(folders) >= 3 and disc_folder(folders[-1]) is not None:
        at = folders[:-2]
    return ArtworkName(
        target=ArtTarget.ARTIST, kind=kind or ArtKind.THUMB, folder="/".join(at), order=int(found["n"] or 0)
    )


def _of_stem(stem: str, folder: str, context: ArtworkContext) -> ArtworkName | None:
    target = {SectionKind.SHOW: ArtTarget.EPISODE, SectionKind.ARTIST: ArtTarget.ALBUM}.get(
        context.section, ArtTarget.MOVIE
    )
    if context.section is SectionKind.PHOTO or target is ArtTarget.ALBUM:
        return None
    lower = stem.lower()
    owner: str | None = None
    for known in sorted(context.stems):
        if lower.startswith(known.lower()) and (owner is None or len(known) > len(owner)):
            after = lower[len(known) :]
            if not after or _NUMBER_END.fullmatch(after) or _KIND_ENDS.fullmatch(after):
                owner = known
    if owner is None:
        return None
    after = lower[len(owner) :]
    kind: ArtKind | None = ArtKind.THUMB
    index = 0
    if numbered := _NUMBER_END.fullmatch(after):
        index = int(numbered["n"])
    elif named := _KIND_ENDS.fullmatch(after):
        kind, index = _named_kind(named["kind"]), int(named["n"] or 0)
    if kind is None:
        return None
    return ArtworkName(target=target, kind=kind, folder=folder, order=index, stem=owner)
