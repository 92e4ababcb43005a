"""String work that every rule of this package needs: cutting paths, and turning file-name text into titles.

File names reach us as Python decodes them, so a name that is not UTF-8 carries lone surrogates. No database and
no XML document can hold those, hence :func:`readable`: everything this package hands out as a title has been
through it, while paths and stems are handed back exactly as they came.
"""

import re
import unicodedata
from functools import lru_cache

from vitascope.core.naming.titles import fold

MAX_NAME_LENGTH = 512
"""Characters of one name that are looked at: twice what a file system allows, so that no name can be slow."""

_SURROGATE = re.compile("[\ud800-\udfff]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]+")
_SPACES = re.compile(r"\s+")
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
_ACRONYM = re.compile(r"(?<![^\W_])(?![IVX] A )[A-Z](?: [A-Z])+(?![^\W_])")
_YEAR_AFTER_DOT = re.compile(r"\.(?:19|20)\d\d(?!\d)")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|\{\s*\}")
_EDGE = " \t-_,;~|"


def split_path(path: str) -> tuple[tuple[str, ...], str]:
    """The folders and the file name of a POSIX path; empty and ``.`` steps are dropped."""
    pieces = [piece for piece in path.split("/") if piece not in ("", ".")]
    if not pieces:
        return (), ""
    return tuple(pieces[:-1]), pieces[-1]


def folder_of(path: str) -> str:
    """The folder part of a path as given: ``a/b`` of ``a/b/c.mkv``, empty for a file in the root."""
    return path.rpartition("/")[0]


def split_extension(name: str) -> tuple[str, str]:
    """Stem and lower-case extension without its dot; a leading dot does not begin an extension."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not _EXTENSION.fullmatch(extension):
        return name, ""
    return stem, extension.lower()


def stem_of(name: str) -> str:
    """The name without extension, as far as it is looked at."""
    return split_extension(name)[0][:MAX_NAME_LENGTH]


def readable(text: str) -> str:
    """Text that can be stored and shown: NFC, no lone surrogates, no control or direction characters.

    Bytes that were not UTF-8 are read as Windows-1252, which is what such names nearly always are.
    """
    text = text[:MAX_NAME_LENGTH]
    if text.isascii() and text.isprintable():
        return text
    text = _SURROGATE.sub(lambda found: _decode_bytes(found.group()), text)
    text = _UNPRINTABLE.sub(" ", text.replace("\ua789", ":"))
    return unicodedata.normalize("NFC", text)


def _decode_bytes(run: str) -> str:
    raw = bytes(ord(char) - 0xDC00 for char in run if 0xDC80 <= ord(char) <= 0xDCFF)
    return raw.decode("cp1252", "replace") if raw else "\ufffd"


def spaced(text: str) -> str:
    """Dots and underscores that stand for spaces become spaces; those of a naturally written name stay."""
    spaces, dots = text.strip().count(" "), text.count(".")
    text = text.replace("_", " ")
    if not dots or (spaces and (dots <= spaces or "..." in text)):
        return text
    # The show "11.22.63" keeps its dots, the film "2046.2004" does not.
    if not any(char.isalpha() for char in text) and not _YEAR_AFTER_DOT.search(text):
        return text
    return _ACRONYM.sub(lambda found: found.group().replace(" ", ".") + ".", text.replace(".", " "))


def tidy(text: str) -> str:
    """A title without the separators, empty brackets and doubled spaces that cutting leaves behind."""
    text = _EMPTY_BRACKETS.sub(" ", text)
    text = _SPACES.sub(" ", text).strip(_EDGE)
    while text and text[-1] in "([{":
        text = text[:-1].rstrip(_EDGE)
    return text


@lru_cache(maxsize=4_096)
def squashed(text: str) -> str:
    """Only the folded letters and digits: equal for two spellings of one name."""
    return "".join(filter(str.isalnum, fold(text)))
