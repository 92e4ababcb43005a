"""``.plexmatch``: a text file in a show's or season's folder with which a person overrules the file names.

One ``name: value`` a line, names in any case, ``#`` begins a comment line. A line nobody understands is passed
over: the file is written by hand, and the rest of it still counts.
"""

import re
from dataclasses import dataclass
from typing import Self

from vitascope.core.naming._marks import Ids
from vitascope.core.naming._numbers import MAX_RANGE
from vitascope.core.naming._text import readable, tidy

_LINE = re.compile(r"\s*([A-Za-z]+)\s*:\s*(.*?)\s*$")
_EPISODE = re.compile(
    r"(?:s(?P<season>\d{1,4})\s*e|(?P<special>sp)|e)?(?P<first>\d{1,4})(?:\s*-\s*(?:s\d+)?(?:sp|e)?(?P<last>\d{1,4}))?",
    re.IGNORECASE,
)
_MAX_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeHint:
    """One ``ep`` line: these episodes are in that file. ``season`` is ``None`` for that of the folder or file."""

    season: int | None
    episodes: tuple[int, ...]
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlexMatch:
    """The hints of one file."""

    title: str | None = None
    year: int | None = None
    season: int | None = None
    guid: str | None = None
    ids: Ids = ()
    episodes: tuple[EpisodeHint, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        title: str | None = None
        year: int | None = None
        season: int | None = None
        guid: str | None = None
        ids: dict[str, str] = {}
        episodes: list[EpisodeHint] = []
        for line in text.lstrip("\ufeff").splitlines()[:_MAX_LINES]:
            found = _LINE.match(line)
            if found is None or not found.group(2):
                continue
            name, value = found.group(1).lower(), readable(found.group(2))
            if name in ("title", "show"):
                title = tidy(value) or title
            elif name == "year":
                year = _number(value, year)
            elif name == "season":
                season = _number(value, season)
            elif name == "guid":
                guid = value
            elif name in ("tmdbid", "tvdbid", "imdbid"):
                ids[name[:-2]] = value
            elif name in ("ep", "episode"):
                hint = _episode(found.group(2), season)
                if hint is not None:
                    episodes.append(hint)
        return cls(
            title=title,
            year=year,
            season=season,
            guid=guid,
            ids=tuple(sorted(ids.items())),
            episodes=tuple(episodes),
        )

    def episode_for(self, relative_path: str) -> EpisodeHint | None:
        """The hint for a file, given by its path below this file's folder."""
        wanted = relative_path.lower()
        for hint in self.episodes:
            if hint.file.lower().lstrip("/") == wanted:
                return hint
        return None


def _number(value: str, otherwise: int | None) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else otherwise


def _episode(value: str, season: int | None) -> EpisodeHint | None:
    number, colon, file = value.partition(":")
    found = _EPISODE.fullmatch(number.strip())
    if not colon or not file.strip() or found is None:
        return None
    first, last = int(found.group("first")), int(found.group("last") or found.group("first"))
    if not first <= last <= first + MAX_RANGE:
        return None
    if found.group("special"):
        season = 0
    elif found.group("season"):
        season = int(found.group("season"))
    return EpisodeHint(season=season, episodes=tuple(range(first, last + 1)), file=file.strip())
