"""How titles are compared, sorted and filed under a letter.

Sort keys are computed here and compared as bytes by the database, so that SQLite (``BINARY``) and PostgreSQL
(``COLLATE "C"``) put the same library into the same order without either knowing a language.
"""

import re
import unicodedata
from functools import lru_cache

ARTICLES = ("the", "das", "der", "a", "an", "el", "la")
"""Leading words that sorting ignores: the default of the ``ArticleStrings`` preference."""

MAX_KEY_LENGTH = 255
"""Characters of a sort key: four bytes each still fit the smallest index entry of the engines (2,704 bytes)."""

MAX_FILED_LENGTH = 200
"""Characters of the sort key of an item: other columns stand beside it in an index."""

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+"
)
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n",
        "ŧ": "t", "ĸ": "k", "ƒ": "f", "ɐ": "a", "ə": "e",
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "ʼ": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁄": "/", "꞉": ":", "∶": ":",
    }
)  # fmt: skip
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_SPACES = re.compile(r"\s+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_PUNCTUATION = re.compile(r"[^0-9A-Za-z]+")
_NUMBER = re.compile(r"[0-9]+")


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Text without case, accents, width and doubled spaces, for comparison only. Folding twice changes nothing."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    for _ in range(4):
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKD", _UNSTORABLE.sub(" ", text)).casefold()
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    return _SPACES.sub(" ", text).strip()


def articles_of(text: str) -> tuple[str, ...]:
    """The articles that the owner wrote down, with commas between."""
    words = (word.strip().lower() for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def sort_title(title: str, articles: tuple[str, ...] = ARTICLES) -> str:
    """The title without a leading article: ``The 100`` is ``100``; a title that is only an article stays."""
    first, space, rest = title.strip().partition(" ")
    rest = rest.strip()
    if space and rest and first.lower() in articles:
        return rest
    return title.strip()


def filing_key(title: str, title_sort: str | None, articles: tuple[str, ...]) -> str:
    """The sort key of an item: of the sort title that was given for it, else of its title without an article."""
    return sort_key(title_sort or sort_title(title, articles))[:MAX_FILED_LENGTH]


def filed_under(title: str, key: str) -> str:
    """What a title is filed under, read from the sort key it has: all of it, or what follows its article."""
    rest = title.strip().partition(" ")[2].lstrip()
    if not rest or (rest[0].isascii() and rest[0].isalpha() and rest[0].lower() != key[:1]):
        return title.strip()  # most titles, without making a key
    if key != sort_key(rest)[:MAX_FILED_LENGTH] or key == sort_key(title)[:MAX_FILED_LENGTH]:
        return title.strip()
    return rest


@lru_cache(maxsize=4_096)
def sort_key(title: str) -> str:
    """A key whose byte order is the order people expect: accents and punctuation aside, numbers by value.

    Each run of digits is written as its length and then its digits (``2`` -> ``12``, ``10`` -> ``210``), so that
    ``2 Fast`` comes before ``10 Things``. Digits come before letters, other scripts after Latin. Articles are not
    dropped here: hand in :func:`sort_title`, or what a person typed as sort title.
    """
    folded = _APOSTROPHE.sub("", fold(title))
    if folded.isascii():
        spaced = _PUNCTUATION.sub(" ", folded)
    else:
        spaced = "".join(char if char.isalnum() or ord(char) > 0x2FF else " " for char in folded)
    words = " ".join(spaced.split()) or folded
    return _NUMBER.sub(_counted, words)[:MAX_KEY_LENGTH].rstrip()


def _counted(found: re.Match[str]) -> str:
    digits = found.group().lstrip("0") or "0"
    if len(digits) <= 9:
        return f"{len(digits)}{digits}"
    return f":{min(len(digits), 999):03}{digits}"


def first_character(key: str) -> str:
    """The entry of an A-Z index a sort key is filed under: its first letter in upper case, else ``#``."""
    initial = key[:1]
    return initial.upper()[:1] if initial.isalpha() else "#"
