"""The marks people put into the names of films and episodes beside the title itself.

Ids and editions in braces are the contract's; release words (resolution, source, codec, group) are nobody's
contract, but stand in half of all file names, so a title ends where the first of them begins. Words that are also
English (*web*, *extended*, *limited*) count only beside one that can be nothing else, and short ones that a title may
hold (*Remux*, *SDR*) only where marks follow them and no more of the title.
"""

import re

from vitascope.core.naming._text import tidy
from vitascope.core.naming.titles import ARTICLES

Ids = tuple[tuple[str, str], ...]
"""External ids as (source, id), ordered by source: ``(("imdb", "tt0078748"), ("tmdb", "348"))``."""

_ID = re.compile(
    r"[{\[(]\s*(imdb|tmdb|themoviedb|tvdb|thetvdb|mbid|anidb|anilist|asin)(?:id)?\s*[-=:_ ]\s*"
    r"([A-Za-z0-9][A-Za-z0-9-]{0,63})\s*[}\])]",
    re.IGNORECASE,
)
_BARE_IMDB = re.compile(r"[\[{(]\s*(tt\d{6,10})\s*[\]})]", re.IGNORECASE)
_EDITION = re.compile(r"\{\s*edition\s*[-=: ]\s*([^{}]+?)\s*\}", re.IGNORECASE)
_BRACES = re.compile(r"\{[^{}]*\}")
_SOURCES = {"themoviedb": "tmdb", "thetvdb": "tvdb"}
_VALUES = {
    "imdb": re.compile(r"tt\d{5,10}", re.IGNORECASE),
    "tmdb": re.compile(r"\d{1,10}"),
    "tvdb": re.compile(r"\d{1,10}"),
}

_EDGE_BEFORE = r"(?<![^\W_])"
_EDGE_AFTER = r"(?![^\W_])"
_STRONG = re.compile(
    _EDGE_BEFORE
    + r"(?:(?:480|540|576|720|1080|1440|2160|4320)[pi](?:\d\d)?|4k|8k|uhd|fhd|qhd|\d{3,4}x\d{3,4}"
    r"|bd(?:rip|remux|mv|25|50)|blu-?ray|br-?rip|web-?dl|web-?rip|webhd|hdtv(?:rip)?|[pds]dtv|dsr(?:ip)?|dvd-?rip"
    r"|dvd-?scr|dvd-?r|dvd[59]|hd-?rip|hd-?dvd|tv-?rip|vhs-?rip|cam-?rip|hd-?cam|hd-?ts|telesync|vod-?rip|sat-?rip"
    r"|dth-?rip|ppv-?rip|remux|[xh][ .]?26[45]|hevc|xvid|divx|av1|vp9|vc-?1|mpeg-?[24]|hi10p?|(?:8|10|12)-?bits?"
    r"|e?-?ac-?3(?: \d)?|aac(?:\d| \d)?|dts(?:-?(?:hd|x|es|ma))?|truehd|atmos|ddp?a?\+?\d(?: \d)?|dd\+|flac\d?|mp3"
    r"|hdr(?:10)?(?:\+|plus)?|dolby ?vision|dovi|hlg|sdr|repack\d?|rerip|nfofix|dubbed|subbed|hardsub|vostfr"
    r"|truefrench|multisubs?|dual[ -]audio|readnfo|h-?sbs|h-?ou|half-?sbs|half-?ou)"
    + _EDGE_AFTER,
    re.IGNORECASE,
)  # fmt: skip
_WEAK_WORD = (
    r"(?:web|proper|internal|limited|extended(?: (?:cut|edition))?|unrated|uncut|uncensored|remastered|theatrical"
    r"(?: cut)?|(?:director'?s?|final|ultimate|special|collector'?s)(?: s)? (?:cut|edition)|imax|multi\d?|dual|german"
    r"|french|ita(?:lian)?|eng(?:lish)?|rus(?:sian)?|spanish|nordic|swedish|danish|norwegian|dutch|polish|japanese"
    r"|korean|hindi|dl|3d|cam|ts|tc|scr|dv|hd|sd|dvd|bd|complete|criterion|nf|amzn|dsnp|hmax|(?-i:MAX)|max(?=[\s-]+web)|atvp|hulu|pcok|ip"
    r"|retail|(?-i:REAL)|hybrid|open matte|fs|ws|r5|ac3d|jpn|opus|avc|anniversary edition|edition|festival|subs?)"
)
_WEAK = re.compile(_WEAK_WORD + _EDGE_AFTER, re.IGNORECASE)
_WEAK_TAIL = re.compile(rf"(?:[\s\-(\[,+]+{_WEAK_WORD})+[\s\-(\[,+]*$", re.IGNORECASE)
_RELEASE_PARENTHESES = re.compile(rf"\(\s*(?:{_WEAK_WORD}|{_STRONG.pattern})(?:[\s,/-]+[^()]*)?\)", re.IGNORECASE)

_WRITTEN_AS_A_NAME = re.compile(r"[A-Z][a-z]{2,4}")
_IN_TITLES = re.compile(
    r"(?-i:[A-Z][a-z]{2,4})|[ufq]hd|dsr|[pds]dtv|remux|aac|dts|atmos|flac|hdr|hlg|sdr|dovi|dolby ?vision|repack|rerip"
    r"|dubbed|subbed|telesync|dual[ -]audio",
    re.IGNORECASE,
)
_BETWEEN_MARKS = re.compile(r"(?:\[[^\[\]]*\]|[\s\-+,()\[\]]|\d(?:[ .]\d)?(?!\d))+")
_GROUP_AT_THE_END = re.compile(r"-[^\s-]+\s*$")
_TITLE_WORD = re.compile(r"(?<![^\W_])[A-Z]?[a-z]{2,}")

_ANY_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRACKETED_YEAR = re.compile(r"[(\[]\s*((?:18[7-9]|19\d|20\d)\d)\s*[)\]]")
_BARE_YEAR = re.compile(r"(?<![^\W_])((?:18[89]\d|19\d\d|20[0-3]\d))(?![^\W_])")

PART = re.compile(r"(?:^|[\s._\-(\[]+)(cd|disc|disk|dvd|part|pt)[\s._-]{0,2}0?([1-8])[)\]]?$", re.IGNORECASE)
_PART_INSIDE = re.compile(r"(?<![^\W_])(cd|dis[ck])[\s._-]?0?([1-8])(?![^\W_])", re.IGNORECASE)
PART_FOLDER = re.compile(r"(?:cd|disc|disk|dvd)[\s._-]{0,2}0?([1-8])", re.IGNORECASE)


def take_ids(text: str) -> tuple[str, Ids]:
    """The text without its id marks, and the ids."""
    if "{" not in text and "[" not in text and "(" not in text:
        return text, ()
    found: dict[str, str] = {}
    for match in _ID.finditer(text):
        source = match.group(1).lower()
        source = _SOURCES.get(source, source)
        value = match.group(2)
        if source in _VALUES and not _VALUES[source].fullmatch(value):
            continue
        found.setdefault(source, value.lower() if source == "imdb" else value)
    for match in _BARE_IMDB.finditer(text):
        found.setdefault("imdb", match.group(1).lower())
    if not found:
        return text, ()
    text = _BARE_IMDB.sub(" ", _ID.sub(" ", text))
    return text, tuple(sorted(found.items()))


def merge_ids(first: Ids, second: Ids) -> Ids:
    """Both sets of ids; where they name one source twice, the first wins."""
    return tuple(sorted({**dict(second), **dict(first)}.items())) if second else first


def take_edition(text: str) -> tuple[str, str | None]:
    """The text without braces, and the edition if one of them named it. Call after :func:`take_ids`."""
    if "{" not in text:
        return text, None
    found = _EDITION.search(text)
    edition = tidy(found.group(1)) if found else ""
    without = _BRACES.sub(" ", text)
    return (without if tidy(without) else text), edition or None


def bracketed_year(text: str) -> tuple[int, int, int] | None:
    """The first year in parentheses or brackets with a title around it: (year, start, end)."""
    for found in _BRACKETED_YEAR.finditer(text):
        if tidy(text[: found.start()]) or tidy(text[found.end() :]):
            return int(found.group(1)), found.start(), found.end()
    return None


def bare_year(text: str) -> tuple[int, int, int] | None:
    """The last free-standing year that is not the beginning of the text: (year, start, end).

    A film can be called by a year (*1917*, *2012*), so the first word never counts.
    """
    last = None
    for found in _BARE_YEAR.finditer(text):
        if tidy(text[: found.start()]):
            last = int(found.group(1)), found.start(), found.end()
    return last


def release_start(text: str, *, may_begin: bool = False) -> int:
    """Where the release words begin; the length of the text when there are none.

    Unless they ``may_begin`` the text, a title must stand before them, and be more than an article.
    """
    for found in _STRONG.finditer(text):
        before = " " + text[: found.start()]
        weak = _WEAK_TAIL.search(before)
        if not _is_mark(text, found, has_mark_before=weak is not None):
            continue
        start = max(weak.start() - 1, 0) if weak else found.start()
        title = tidy(text[:start])
        if title.lower() in ARTICLES:
            start = found.start()  # "The Proper 1080p" is not called "The"
        elif weak and may_begin and title and (dash := weak.group().find(" - ")) > 0:
            start += dash  # the title is "Learning French" in "Learning French - 1080p"
        if may_begin or tidy(text[:start]):
            return start
        if tidy(before):
            return found.start()
    return len(text)


def _is_mark(text: str, found: re.Match[str], *, has_mark_before: bool) -> bool:
    """Whether a release word is one where it stands, and not a word of the title.

    One that a title may hold (*Aaa SDR Aaa*) is, when nothing but marks stands between it and the end, or it and one
    that can be nothing else; but a lone one at the end that is written as a name (*Kid Aac*) is the title's.
    """
    if not _IN_TITLES.fullmatch(found.group()):
        return True
    at = found.end()
    while at < len(text):
        if _GROUP_AT_THE_END.match(text, at):
            return True
        between = _BETWEEN_MARKS.match(text, at)
        at = between.end() if between else at
        if mark := _STRONG.match(text, at):
            if not _IN_TITLES.fullmatch(mark.group()):
                return True
        elif (mark := _WEAK.match(text, at)) is None:
            break
        at = mark.end()
    if at >= len(text):
        is_alone = not has_mark_before and found.end() == len(text.rstrip())
        return not (is_alone and _WRITTEN_AS_A_NAME.fullmatch(found.group()))
    return _is_shouted(text, found)


def _is_shouted(text: str, found: re.Match[str]) -> bool:
    """Whether between a release word and the next sure one stand no words of a title, but abbreviations nobody lists
    (``HDR STAN WEB-DL``)."""
    sure = next((mark for mark in _STRONG.finditer(text, found.end()) if not _IN_TITLES.fullmatch(mark.group())), None)
    if sure is None or _WRITTEN_AS_A_NAME.fullmatch(found.group()):
        return False
    between = text[found.end() : sure.start()]
    return not _BARE_YEAR.search(between) and (text.islower() or not _TITLE_WORD.search(between))


def has_release_words(text: str) -> bool:
    return _STRONG.search(text) is not None


def bracketed_release(text: str) -> str | None:
    """What stands in the first brackets or parentheses that hold a release word: ``1080p WEB-DL``."""
    for found in _ANY_BRACKETS.finditer(text):
        if has_release_words(found.group()):
            return tidy(found.group()[1:-1].replace("_", " ")) or None
    return None


def drop_release_parentheses(text: str) -> str:
    """The text without parentheses that begin with a release word: ``(1080p BluRay)``, ``(Unrated)``."""
    return _RELEASE_PARENTHESES.sub(" ", text) if "(" in text else text


def part_folder(name: str) -> int | None:
    """The number of a folder that holds one part of a split film: ``CD1``, ``Disc 2``."""
    found = PART_FOLDER.fullmatch(name)
    return int(found.group(1)) if found else None


def take_part(text: str) -> tuple[str, int | None]:
    """The text without the mark of a split file (``cd1`` to ``pt8``), and its number.

    The mark ends the name; ``cd`` and ``disc`` are also recognised between release words.
    """
    found = PART.search(text)
    if found and found.start() > 0 and not (found.group(1).lower() == "dvd" and found.group().lower().endswith("dvd5")):
        return text[: found.start()], int(found.group(2))
    inside = _PART_INSIDE.search(text)
    if inside and inside.start() > 0 and (has_release_words(text[inside.end() :]) or bare_year(text[: inside.start()])):
        return f"{text[: inside.start()]} {text[inside.end() :]}", int(inside.group(2))
    return text, None
