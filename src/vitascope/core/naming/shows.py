"""Which show and season a path lies in, from its folders alone."""

import re
from dataclasses import dataclass
from functools import lru_cache

from vitascope.core.model import ExtraType
from vitascope.core.naming._marks import (
    Ids,
    bare_year,
    bracketed_year,
    drop_release_parentheses,
    part_folder,
    release_start,
    take_edition,
    take_ids,
)
from vitascope.core.naming._numbers import plain_numbers
from vitascope.core.naming._text import readable, spaced, squashed, tidy
from vitascope.core.naming.extras import folder_extra

_SEASON_WORD = (
    r"(?:seasons?|series|staffel|saison|temporada|stagione|seizoen|s[æä]song?|sesong|kausi|sezon|sezona|série|sorozat"
    r"|сезон|cour)"
)
_SEASON = re.compile(
    rf"(?<![^\W_])(?:{_SEASON_WORD}[\s._-]*(?P<a>\d{{1,4}})"
    rf"|(?P<b>\d{{1,2}})(?:st|nd|rd|th|\.|ª|e|ème|º)?[\s._-]*{_SEASON_WORD}|s(?P<c>\d{{1,4}}))(?![^\W_])",
    re.IGNORECASE,
)
_CJK_SEASON = re.compile(r"第\s*(?P<a>\d{1,3})\s*[季期シ]")
_SPECIALS = re.compile(r"(?:^|[\s._-])(?P<word>specials?|ovas?|oads?)$", re.IGNORECASE)
_BARE_SEASON = re.compile(r"\d{1,2}|(?:19|20)\d\d")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_SEASON_RANGE = re.compile(r"\s*(?:-|to|&|\+)\s*(?:s|seasons?\s*)?\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowName:
    """A show as its folder (or the front of a file's name) calls it."""

    title: str
    year: int | None = None
    ids: Ids = ()
    edition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPlace:
    """What the folders above a file say."""

    show: ShowName | None = None
    show_folder: str = ""
    season: int | None = None
    season_folder: str | None = None
    season_is_bare: bool = False
    """The season folder is a number and no more, which a show's own folder can be as well."""
    extra: ExtraType | None = None
    episode_folder: str | None = None
    """A folder that names one episode (``Show.S01E02.720p-GROUP``), as releases come."""


@lru_cache(maxsize=256)  # a scan asks for the same few folders thousands of times
def parse_show_name(name: str) -> ShowName:
    """Title, year, ids and edition of a show's folder."""
    text, ids = take_ids(readable(name))
    text, edition = take_edition(text)
    text = spaced(text)
    found = bracketed_year(text)
    year: int | None = None
    title = text
    if found is not None:
        year = found[0]
        title = text[: found[1]] if tidy(text[: found[1]]) else text[found[2] :]
    else:
        title = text[: release_start(text)]
        if free := bare_year(title):
            is_last = not tidy(title[free[2] :]) and not title[: free[1]].endswith("- ")
            year = free[0] if is_last else None
            title = title[: free[1]] if year is not None else title
    plain = tidy(drop_release_parentheses(_BRACKETED.sub(" ", title)))
    return ShowName(title=plain or tidy(title) or tidy(text) or text, year=year, ids=ids, edition=edition)


@lru_cache(maxsize=256)
def season_of(name: str) -> tuple[int, str] | None:
    """The number of a season folder and the show's name before it (often empty), or ``None`` for other folders."""
    text = tidy(_BRACKETED.sub(" ", spaced(readable(name))))
    specials = _SPECIALS.search(text)
    # "Christmas Special" is a show's own word for something; "Lost Specials" is a season.
    if specials and (specials.start() == 0 or specials.group("word").lower() != "special"):
        return 0, tidy(text[: specials.start()])
    found = _SEASON.search(text) or _CJK_SEASON.search(text)
    if found is None or _SEASON_RANGE.match(text, found.end()):
        return None
    return int(next(group for group in found.groups() if group)), tidy(text[: found.start()])


def place_of(folders: tuple[str, ...], stem: str) -> ShowPlace:
    """Read the folders above a file, innermost first. ``stem`` helps to choose when there are too many."""
    extra: ExtraType | None = None
    if len(folders) >= 2 and (extra := folder_extra(folders[-1])) is not None:
        folders = folders[:-1]
    while len(folders) >= 2 and part_folder(folders[-1]) is not None:
        folders = folders[:-1]
    episode_folder: str | None = None
    if folders and extra is None:
        numbers = plain_numbers(spaced(readable(folders[-1])))
        if numbers is not None and numbers.episodes:
            episode_folder = folders[-1]
            folders = folders[:-1]
    season: int | None = None
    season_folder: str | None = None
    is_bare = False
    in_season = ""
    for depth in range(len(folders) - 1, -1, -1):
        found = season_of(folders[depth])
        if found is None and depth > 0 and depth == len(folders) - 1 and _BARE_SEASON.fullmatch(folders[depth]):
            found, is_bare = (int(folders[depth]), ""), True
        # "Specials" alone at the top is a season of nothing; with a name before it the folder is the show too.
        if found is not None:
            season, in_season = found
            season_folder = "/".join(folders[: depth + 1])
            folders = folders[:depth]
            break
    show, depth = _show_folder(folders, stem, has_season=season is not None)
    show_folder = "/".join(folders[: depth + 1]) if show is not None else ""
    if show is None and in_season:
        show, show_folder = parse_show_name(in_season), season_folder or ""
    return ShowPlace(
        show=show,
        show_folder=show_folder,
        season=season,
        season_folder=season_folder,
        season_is_bare=is_bare,
        extra=extra,
        episode_folder=episode_folder,
    )


def _show_folder(folders: tuple[str, ...], stem: str, *, has_season: bool) -> tuple[ShowName | None, int]:
    if not folders:
        return None, -1
    depth = len(folders) - 1
    if not has_season and depth > 0:
        # "Show/Arc of the Sea/Show - 012.mkv": the folder whose name the file repeats is the show's.
        squashed_stem = squashed(_BRACKETED.sub(" ", stem))
        for candidate in range(depth, -1, -1):
            name = squashed(parse_show_name(folders[candidate]).title)
            if name and squashed_stem.startswith(name):
                return parse_show_name(folders[candidate]), candidate
        # Else the innermost that says of itself that it is a show: "Show (2011)/Christmas Special/...".
        for candidate in range(depth, -1, -1):
            show = parse_show_name(folders[candidate])
            if show.ids or show.year is not None:
                return show, candidate
    return parse_show_name(folders[depth]), depth
