"""The ways in which file names number episodes, from the unmistakable to the merely likely.

Two tables: the first works on any file name, the second (bare numbers, ``602`` for six-oh-two) only makes sense
once the folders have said that this is an episode of a show, and after the show's own name has been cut off, for
shows are called *24*, *9-1-1* and *The 100*.
"""

import re
from dataclasses import dataclass

MAX_RANGE = 50
"""The longest run of episodes one file is believed to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What was found and where: the name before ``start`` is the show's, after ``end`` the episode's."""

    start: int
    end: int
    season: int | None = None
    episodes: tuple[int, ...] = ()
    air_date: str | None = None
    is_absolute: bool = False


_B = r"(?<![^\W_])"
_MORE = r"(?P<more>(?:\s*[-+&~]?\s*(?:s\d{1,4}\s*)?(?:e|ep|x)\s?\d{1,4}(?!\d)|[-+~]\d{1,3}(?![\dpix]))*)(?:v\d)?"
_SXXEYY = re.compile(
    _B + r"s(?P<season>\d{1,4})\s?[-._,\[\]()x]*\s*e(?:p(?:isode)?)?[\s._-]?(?P<first>\d{1,4})" + _MORE, re.IGNORECASE
)
_X = re.compile(
    r"(?<![\d.])(?P<season>\d{1,2})x(?P<first>\d{1,3})(?!\d)"
    r"(?P<more>(?:\s*[-+&~]\s*(?:\d{1,2}x)\d{1,3}(?!\d)|x\d{1,3}(?!\d)|[-+~]\d{1,3}(?![\dpix]))*)(?![pi])",
    re.IGNORECASE,
)
_WORDS = re.compile(
    _B + r"(?:season|series|staffel|saison|temporada|stagione|seizoen|сезон|s)[\s._-]*(?P<season>\d{1,4})[\s._,-]+"
    r"(?:episode|epis[oó]dio|episodio|folge|[ée]pisode|aflevering|серия|chapter|ep|e)?[\s._-]*(?P<first>\d{1,4})"
    r"(?![\dpi]|\s*x)(?P<more>)",
    re.IGNORECASE,
)
_CJK = re.compile(
    r"(?:第?\s*(?P<season>\d{1,3})\s*[季期]\s*)?第\s*(?P<first>\d{1,4})(?P<more>)\s*[集話话回화]|(?P<korean>\d{1,4})화"
)
_SPECIAL = re.compile(
    _B + r"(?:sp|special|specials|ova|oad|ona)[\s._-]*(?P<first>\d{1,3})(?![\dpi])(?P<more>)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)(?P<s1>[-. _])(?P<m>\d\d)(?P=s1)(?P<d>\d\d)"
    r"|(?P<a>\d{1,2})(?P<s2>[-. _])(?P<b>\d{1,2})(?P=s2)(?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)(?P<m3>\d\d)(?P<d3>\d\d))(?!\d)"
)
_EP = re.compile(
    _B + r"(?:episode|epis[oó]dio|episodio|folge|[ée]pisode|aflevering|серия|chapter|capitulo|capítulo|ep|e|#)"
    r"[\s._-]*(?P<first>\d{1,4})(?![\dpi])(?P<more>(?:\s*[-+&~]?\s*(?:e|ep)\s?\d{1,4}(?!\d)|[-+~]\d{1,4}(?![\dpi]))*)",
    re.IGNORECASE,
)
_OF = re.compile(_B + r"(?P<first>\d{1,3})\s*of\s*\d{1,3}(?![\d])(?P<more>)", re.IGNORECASE)
_PART_WORD = re.compile(_B + r"(?:part|pt|teil|partie)[\s._-]*(?P<first>\d{1,3})(?![\dpi])(?P<more>)", re.IGNORECASE)
_DASHED = re.compile(
    r"(?:^|\s-\s*|[\s_]-[\s_]|\s–\s)(?P<first>\d{1,4})(?:v\d)?(?P<more>(?:[-~]\d{1,4})?)(?=$|[\s._\-\[(])"
)
_LEADING = re.compile(r"^[\s._-]*(?P<first>\d{1,4})(?:v\d)?(?P<more>(?:[-+~]\d{1,4})?)(?=$|[\s._\-\])])")
_TRAILING = re.compile(r"(?:^|[\s._-])(?P<first>\d{1,4})(?:v\d)?(?P<more>)[\s._-]*$")
_JOINED = re.compile(r"(?:^|[\s._-])(?P<number>\d{3,4})(?:-(?P<last>\d{3,4}))?(?=$|[\s._-])")
_SEASON_DASH = re.compile(r"(?:^|[\s_-])(?P<season>[1-9])[-.](?P<first>\d\d)(?=$|[\s._\-])(?P<more>)")
_INT = re.compile(r"\d+")


def plain_numbers(text: str) -> Numbers | None:
    """Forms that are sure wherever they stand: season and episode, words for them, dates."""
    for pattern in (_SXXEYY, _X):
        found = pattern.search(text)
        if found:
            return _numbers(found, season=int(found.group("season")))
    found = _CJK.search(text)
    if found:
        season = found.group("season")
        return _numbers(found, season=int(season) if season else None)
    for date in _DATE.finditer(text):
        air_date = _air_date(date)
        if air_date is not None:
            return Numbers(start=date.start(), end=date.end(), air_date=air_date)
    found = _WORDS.search(text)
    if found:
        return _numbers(found, season=int(found.group("season")))
    return None


def likely_numbers(text: str, season: int | None, *, is_dotted: bool = False) -> Numbers | None:
    """Forms that need the folders' word for it. ``season`` is the season folder's number, if there is one.

    ``is_dotted`` says that the file is named as releases are: only there, ``516`` without a season folder is the
    sixteenth episode of season five and not the five hundred and sixteenth.
    """
    found = _SPECIAL.search(text)
    if found:
        return _numbers(found, season=0)
    for pattern in (_EP, _OF):
        found = pattern.search(text)
        if found:
            return _numbers(found, season=season)
    if season is not None or is_dotted:
        joined = _joined(text, season)
        if joined is not None:
            return joined
    found = _SEASON_DASH.search(text)
    if found and int(found.group("season")) == season:
        return _numbers(found, season=season)
    for pattern in (_DASHED, _LEADING, _PART_WORD, _TRAILING):
        found = pattern.search(text)
        if found:
            return _numbers(found, season=season, is_absolute=pattern is not _PART_WORD)
    return None


def _joined(text: str, season: int | None) -> Numbers | None:
    """``602`` and ``317-318``: the season and two digits of the episode in one number."""
    for found in _JOINED.finditer(text):
        number, last = int(found["number"]), int(found["last"] or found["number"])
        if season is None and (len(found["number"]) != 3 or number < 100):
            continue
        if number % 100 and season in (None, number // 100):
            episodes = tuple(range(number % 100, last % 100 + 1)) if last // 100 == number // 100 else ()
            return Numbers(
                start=found.start(),
                end=found.end() if episodes else found.end("number"),
                season=number // 100,
                episodes=episodes or (number % 100,),
            )
    return None


def _numbers(found: re.Match[str], *, season: int | None, is_absolute: bool = False) -> Numbers:
    first = found.group("first")
    if first is None:
        return Numbers(start=found.start(), end=found.end(), season=season, episodes=(int(found.group("korean")),))
    return Numbers(
        start=found.start(),
        end=found.end(),
        season=season,
        episodes=_run(int(first), found.group("more") or "", season),
        is_absolute=is_absolute,
    )


def _run(first: int, more: str, season: int | None) -> tuple[int, ...]:
    """The episodes of ``e18-e19``, ``e18e19e20`` or ``e01-e04``: a dash means all between."""
    episodes = [first]
    for step in re.finditer(r"([-+&~]?)\s*(?:s\d+\s*|(\d{1,2})(?=x))?[ epx]*(\d{1,4})", more, re.IGNORECASE):
        if step.group(2) is not None and int(step.group(2)) != season:
            break
        number = int(step.group(3))
        last = episodes[-1]
        if step.group(1) in ("-", "~") and last < number <= last + MAX_RANGE:
            episodes.extend(range(last + 1, number + 1))
        elif last < number <= last + MAX_RANGE:
            episodes.append(number)
        else:
            break
    return tuple(episodes)


def _air_date(found: re.Match[str]) -> str | None:
    if found.group("y") is not None:
        year, month, day = found.group("y", "m", "d")
    elif found.group("y3") is not None:
        year, month, day = found.group("y3", "m3", "d3")
    else:
        year, month, day = found.group("y2", "b", "a")
        if int(month) > 12:
            month, day = day, month
    if 1 <= int(month) <= 12 and 1 <= int(day) <= _days(int(year), int(month)):
        return f"{int(year):04}-{int(month):02}-{int(day):02}"
    return None


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
