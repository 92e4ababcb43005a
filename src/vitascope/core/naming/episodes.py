"""What episode a path is: show, season and number (or date), title, version and part.

The folders say which show and season it is, the file which episode; where both give a season, the file wins,
because files are moved between folders more often than they are renamed.
"""

import re
from dataclasses import dataclass

from vitascope.core.model import ExtraType
from vitascope.core.naming._marks import (
    Ids,
    bracketed_release,
    drop_release_parentheses,
    merge_ids,
    release_start,
    take_edition,
    take_ids,
    take_part,
)
from vitascope.core.naming._numbers import Numbers, likely_numbers, plain_numbers
from vitascope.core.naming._text import readable, spaced, split_path, squashed, stem_of, tidy
from vitascope.core.naming.extras import suffix_extra
from vitascope.core.naming.shows import ShowName, ShowPlace, parse_show_name, place_of
from vitascope.core.naming.titles import fold

_BRACKETED = re.compile(r"\[[^\[\]]*\]|【[^【】]*】")
_BRACKETS = re.compile(r"[\[\]【】]+")
_YEAR_AFTER = re.compile(r"[\s._-]*[(\[](?:18|19|20)\d\d[)\]]")
_SEASON_IN_SHOW = re.compile(
    r"[\s._-]+(?:s|season\s*)(?P<a>\d{1,2})$|[\s._-]+(?P<b>\d)(?:st|nd|rd|th) season$", re.IGNORECASE
)
_FRACTION = re.compile(r"(?:^|\s-\s|\s)\d{1,4}\.5(?=$|[\s\[(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeName:
    """An episode's name. ``season`` and ``episodes`` are what to file it under; ``absolute`` is set when the
    number may be counted through the whole show, as anime is."""

    show_title: str
    show_year: int | None = None
    show_ids: Ids = ()
    show_edition: str | None = None
    show_folder: str = ""
    season: int | None = None
    episodes: tuple[int, ...] = ()
    air_date: str | None = None
    """``YYYY-MM-DD``."""
    absolute: int | None = None
    title: str | None = None
    version: str | None = None
    part: int | None = None
    extra: ExtraType | None = None
    extra_title: str | None = None


def parse_episode(path: str, *, split_parts: bool = True) -> EpisodeName:
    """Read a path relative to the section's root.

    ``split_parts=False`` leaves ``part 2`` in the title: right when no other part lies beside the file.
    """
    folders, file_name = split_path(path)
    stem = stem_of(file_name)
    place = place_of(folders, stem)
    extra = place.extra
    if extra is None and (suffix := suffix_extra(stem)) is not None:
        stem, extra = suffix
    part: int | None = None
    if split_parts and extra is None and not stem.endswith((")", "]")):
        without, part = take_part(stem)
        # "Part 2.mkv" of a miniseries is an episode, not the second half of nothing.
        if part is not None and _find(_cleaned(without), place)[0] is None:
            part = None
        else:
            stem = without
    text = _cleaned(stem)
    is_dotted = " " not in stem and "[" not in stem and stem.count(".") >= 2
    numbers, text = _find(text, place, is_dotted=is_dotted)
    if numbers is None and place.episode_folder is not None:
        numbers, text = _find(_cleaned(place.episode_folder), place)
    prefix = text[: numbers.start] if numbers else ""
    show = place.show or _show_from_file(prefix if numbers else text)
    if place.show is not None and prefix and not squashed(place.show.title):
        show = _show_from_file(prefix)
    season, absolute = _season(numbers, place, prefix)
    title, version = _after(text[numbers.end :] if numbers else text)
    version = version or bracketed_release(readable(stem))
    own_ids = take_ids(readable(stem))[1]
    return EpisodeName(
        show_title=show.title or tidy(readable(stem)) or readable(file_name),
        show_year=show.year,
        show_ids=show.ids if place.show is not None else merge_ids(show.ids, own_ids),
        show_edition=show.edition,
        show_folder=place.show_folder,
        season=season,
        episodes=numbers.episodes if numbers else (),
        air_date=numbers.air_date if numbers else None,
        absolute=absolute,
        title=title if extra is None else None,
        version=version if extra is None else None,
        part=part,
        extra=extra,
        extra_title=(title or tidy(text) or readable(stem)) if extra is not None else None,
    )


def _cleaned(stem: str) -> str:
    text, _ = take_ids(readable(stem))
    text, _ = take_edition(text)
    without = _BRACKETED.sub(_outside, text)
    if not any(char.isalnum() for char in without):
        # "[Group][Show][01][1080p]": everything is in brackets, and the first are the group's.
        pieces = [piece for piece in _BRACKETS.split(text) if tidy(piece)]
        without = " - ".join(pieces[1:] if len(pieces) > 2 else pieces)
    return spaced(without.strip())


def _outside(found: re.Match[str]) -> str:
    """Brackets hold what is not part of the name, unless they hold the number itself."""
    return f" {found.group()[1:-1]} " if plain_numbers(found.group()[1:-1]) else " "


def _find(text: str, place: ShowPlace, *, is_dotted: bool = False) -> tuple[Numbers | None, str]:
    """The numbers in a name, and the name they were found in (without the show's own where that helped)."""
    own = _without_show(text, place.show)
    numbers = plain_numbers(own) if own != text else None
    if numbers is not None:
        return numbers, own
    numbers = plain_numbers(text)
    if numbers is not None:
        return numbers, text
    if _FRACTION.search(own):
        # "12.5": a recap between two episodes, which no numbering has a place for.
        return None, own
    own = drop_release_parentheses(own)
    numbers = likely_numbers(own[: release_start(own)].rstrip(), place.season, is_dotted=is_dotted)
    return numbers, own


def _without_show(text: str, show: ShowName | None) -> str:
    """The text without the show's name and year at its front, if it begins with them."""
    if show is None:
        return text
    name = squashed(show.title)
    if not name:
        return text
    at = matched = 0
    while at < len(text) and matched < len(name):
        piece = "".join(char for char in fold(text[at]) if char.isalnum())
        if piece and not name.startswith(piece, matched):
            return text
        matched += len(piece)
        at += 1
    rest = text[at:]
    if matched < len(name) or (rest and rest[0].isalnum()):
        return text
    year = _YEAR_AFTER.match(rest)
    rest = rest[year.end() :] if year else rest
    if show.year is not None and rest.lstrip(" ._-").startswith(str(show.year)):
        rest = rest.lstrip(" ._-")[4:]
    return rest if any(char.isdigit() for char in rest) else text


def _show_from_file(prefix: str) -> ShowName:
    show = parse_show_name(prefix) if tidy(prefix) else ShowName(title="")
    found = _SEASON_IN_SHOW.search(show.title)
    return ShowName(title=tidy(show.title[: found.start()]), year=show.year, ids=show.ids) if found else show


def _season(numbers: Numbers | None, place: ShowPlace, prefix: str) -> tuple[int | None, int | None]:
    if numbers is None:
        return place.season, None
    if numbers.air_date is not None:
        return (place.season if place.season is not None else int(numbers.air_date[:4])), None
    absolute = numbers.episodes[0] if numbers.is_absolute and numbers.episodes else None
    if numbers.season is not None and not (numbers.is_absolute and place.season is None):
        return numbers.season, absolute if place.season != 0 else None
    if place.season is not None:
        return place.season, absolute if place.season != 0 else None
    named = _SEASON_IN_SHOW.search(tidy(prefix))
    if named:
        return int(named.group("a") or named.group("b")), None
    return 1, absolute


def _after(text: str) -> tuple[str | None, str | None]:
    """An episode's title and version from what follows its number."""
    text = text.lstrip(" ._-–:,)]")
    cut = release_start(text, may_begin=True)
    title = tidy(drop_release_parentheses(text[:cut]))
    return title or None, tidy(text[cut:]).strip("[]() -.") or None
